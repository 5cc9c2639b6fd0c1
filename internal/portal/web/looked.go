package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// look is what one person did with the record on one day, for one reason.
type look struct {
	Seq   int64 // of the latest act
	At    time.Time
	Who   string
	Where string // the organisation
	Why   string
	Parts []part
}

// part is one or more acts of the same kind on the same part of the record.
type part struct {
	What  string
	Times int
}

type lookedPage struct {
	ui.Page
	Days []lookedDay
	More string
}

type lookedDay struct {
	At    time.Time
	Looks []look
}

// How many people and days a page shows, as many as print on one sheet, and how
// many acts are read at a time to find them.
const (
	looksShown = 6
	looksRead  = 200
)

func (s *Site) looked(w http.ResponseWriter, r *http.Request) error {
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	v := lookedPage{Page: s.page(r)}
	var looks []look
	var more int64
	_, err = s.People.Mine(r.Context(), web.Actor(r), "own.looked", func(tx *db.Tx, n participant.Now) error {
		var err error
		looks, more, err = s.looksAt(r.Context(), tx, n.ID, before)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range looks {
		if d := len(v.Days); d > 0 && s.sameDay(v.Days[d-1].At, l.At) {
			v.Days[d-1].Looks = append(v.Days[d-1].Looks, l)
			continue
		}
		v.Days = append(v.Days, lookedDay{l.At, []look{l}})
	}
	if more != 0 {
		v.More = "/me/looked?before=" + strconv.FormatInt(more, 10)
	}
	return s.pages.Render(w, http.StatusOK, "looked.html", v)
}

// looksAt returns what others did with one person's record, told once for each
// of them and each day, and where the next page starts. What the person did
// themself is left out: opening this page would fill it.
func (s *Site) looksAt(ctx context.Context, tx *db.Tx, participantID string, before int64) (looks []look, more int64, err error) {
	for {
		glances, err := ledger.LooksAt(ctx, tx, participantID, before, looksRead)
		if err != nil {
			return nil, 0, err
		}
		for _, g := range glances {
			if g.Side == lead.Subject {
				before = g.Seq
				continue
			}
			l := s.words(g)
			i := s.told(looks, l)
			if i < 0 && len(looks) == looksShown {
				return looks, before, nil
			}
			before = g.Seq
			if i < 0 {
				looks = append(looks, l)
				continue
			}
			looks[i].add(l.Parts[0])
		}
		if len(glances) < looksRead {
			return looks, 0, nil
		}
	}
}

// told returns where in looks the same person on the same day stands, -1 for
// nowhere.
func (s *Site) told(looks []look, l look) int {
	for i := len(looks) - 1; i >= 0 && s.sameDay(looks[i].At, l.At); i-- {
		if x := looks[i]; x.Who == l.Who && x.Where == l.Where && x.Why == l.Why {
			return i
		}
	}
	return -1
}

func (l *look) add(p part) {
	for i := range l.Parts {
		if l.Parts[i].What == p.What {
			l.Parts[i].Times++
			return
		}
	}
	l.Parts = append(l.Parts, p)
}

func (s *Site) sameDay(a, b time.Time) bool {
	return a.In(s.Zone).Format(time.DateOnly) == b.In(s.Zone).Format(time.DateOnly)
}

// words puts an entry of the ledger into the person's own words.
func (s *Site) words(g ledger.Glance) look {
	l := look{Seq: g.Seq, At: g.At, Who: g.Name, Where: g.Organisation, Why: whyWords(access.Purpose(g.Purpose))}
	if s.HideNames || l.Who == "" || g.Verb == ledger.Denied {
		l.Who = "Someone"
	}
	if l.Where == "" {
		l.Where = sideWords(g.Side)
	}
	what := ""
	switch of := partOf(g.Act); g.Verb {
	case ledger.Denied:
		what, l.Why = "Tried to see "+of+", but was not let in", ""
	case ledger.Collected:
		what = "Wrote in " + of
	case ledger.Altered:
		what = "Changed " + of
	case ledger.Disclosed:
		what = "Passed on what you agreed to"
		if access.Purpose(g.Purpose) == access.Safeguarding {
			what = "Passed something on to keep someone safe"
		}
	case ledger.Erased:
		what = "Took something out of " + of
	default:
		what = "Looked at " + of
	}
	if g.Verb == ledger.Consulted && (g.Act == "away.phone" || g.Act == "away.paper") {
		what = "Took some of it along, to work without signal"
	}
	if g.Act == "audit.export" {
		what = "Took away a list of who did what"
	}
	if g.Act == "case.break_glass" && g.Verb != ledger.Denied {
		what = "Opened your record in an emergency"
	}
	l.Parts = []part{{what, 1}}
	return l
}

func sideWords(side lead.Side) string {
	return map[lead.Side]string{
		lead.Police: "Police", lead.Care: "Your support team", lead.Recipient: "Someone you agreed to share with", lead.Oversight: "People who check our work",
		lead.Partnership: "The partnership", lead.Operation: "People who run the system",
	}[side]
}

func whyWords(p access.Purpose) string {
	return map[access.Purpose]string{
		access.Diversion: "To pass you on to us", access.Support: "To help you", access.Sharing: "You said they may know", access.Safeguarding: "To keep someone safe",
		access.Oversight: "To check our work", access.Administration: "To run the system", access.OwnRecord: "You asked",
	}[p]
}

// partOf says which part of the record an act was about. Lists come first: they
// show a name and little else.
func partOf(act string) string {
	switch act {
	case "case.people", "case.caseload", "case.caseload_of", "case.outreach", "case.board", "case.quality", "handoff.list":
		return "a list with your name"
	case "case.close_on_request", "case.reopen", "case.label", "case.end":
		return "how your support stands"
	case "case.allocate", "case.tell_moved", "cover.plan", "cover.end":
		return "who your worker is"
	case "safety.plan", "own.safety":
		return "your plan for a bad day"
	case "person.describe":
		return "how to reach you"
	}
	group, _, _ := strings.Cut(act, ".")
	words, ok := map[string]string{
		"case": "your main page", "plan": "your plan", "note": "notes of when we met", "need": "your needs", "needs": "your needs", "assessment": "your needs", "acute": "what you needed at once",
		"outreach": "how we tried to find you", "intake": "your first talk with us", "screening": "your first check", "handoff": "how you came to us", "referral": "how you came to us",
		"consent": "who may know what", "disclosure": "what was passed on", "attestation": "what was passed on", "portal": "your code for this page", "glass": "who looked in an emergency", "rights": "what you asked for",
		"safety": "what keeps you safe", "incident": "what happened to you", "known": "whom to call, from your card", "oversight": "who did what", "audit": "who did what", "contact": "how you came to us",
	}[group]
	if !ok {
		return "your record"
	}
	return words
}
