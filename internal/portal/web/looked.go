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
	if does := doneBy(g.Act); does != "" && g.Verb != ledger.Denied {
		what = does
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
		access.Governance: "To steer the scheme", access.Evaluation: "To find out if this helps: you said yes",
	}[p]
}

// doneBy says what an act was, where looking at a part or changing it says too
// little; "" where it says enough.
func doneBy(act string) string {
	return map[string]string{
		"away.take": "Chose to take some of it along, to work without signal", "away.phone": "Took some of it along, to work without signal", "away.paper": "Took some of it along, to work without signal",
		"study.support": "Gave the dates of your support to a study, without your name",
		"audit.export":  "Took away a list of who did what", "case.break_glass": "Opened your record in an emergency",
		"reminder.send": "Sent you a reminder, as you asked", "reminder.sent": "Noted whether your reminder was sent",
		"letter.write": "Wrote a letter in the words you agreed to", "document.download": "Fetched a copy of a paper of yours",
		"keeping.return": "Opened your record again, because you came back",
	}[act]
}

// partOf says which part of the record an act was about.
func partOf(act string) string {
	words, ok := partWords(act)
	if !ok {
		return "your record"
	}
	return words
}

// partWords is partOf, and whether there are words for it. Lists come first: they
// show a name and little else. A safeguarding concern has the words of all that
// keeps somebody safe, because it may not be safe yet that they hear of it (R24).
func partWords(act string) (string, bool) {
	switch act {
	case "case.people", "case.caseload", "case.caseload_of", "case.outreach", "case.board", "case.quality", "handoff.list", "case.find_in_emergency":
		return "a list with your name", true
	case "case.close_on_request", "case.reopen", "case.label", "case.end":
		return "how your support stands", true
	case "case.allocate", "case.allocating", "case.cover", "case.tell_moved", "cover.plan", "cover.end":
		return "who your worker is", true
	case "case.today", "case.today_team", "case.today_cover":
		return "what was promised to you, and what is due today", true
	case "case.private":
		return "what you told in confidence", true
	case "case.document":
		return "copies of your papers", true
	case "case.answers", "case.answers_own":
		return "what you answered to questions", true
	case "case.plan":
		return "your plan", true
	case "case.note":
		return "notes of when we met", true
	case "case.acute":
		return "what you needed at once", true
	case "safety.plan", "own.safety":
		return "your plan for a bad day", true
	case "safety.naloxone":
		return "whether you have naloxone", true
	case "person.describe":
		return "how to reach you", true
	}
	group, _, _ := strings.Cut(act, ".")
	words, ok := map[string]string{
		"month": "how you live, month by month", "document": "copies of your papers", "answers": "what you answered to questions", "legal": "your legal matters", "letter": "letters in your words",
		"matter": "what a prosecutor may know", "appointment": "your appointments", "calendar": "what is coming up", "reminder": "your reminders", "away": "what is taken along to work without signal",
		"merge": "whether two records are both yours", "about": "what you told about yourself", "person": "how to reach you", "promise": "what was promised to you", "warm": "who we asked to help you",
		"unmet": "help that could not be found", "fund": "money asked for you", "keeping": "how long your record is kept", "record": "whether your record is kept", "own": "your own page", "meeting": "what you let partners speak of",
		"glass": "who looked in an emergency", "thanks": "what you wanted an officer to hear", "study": "the dates of your support", "outcome": "how your hand-over ended",
		"case": "your main page", "plan": "your plan", "note": "notes of when we met", "need": "your needs", "needs": "your needs", "assessment": "your needs", "acute": "what you needed at once",
		"outreach": "how we tried to find you", "intake": "your first talk with us", "screening": "your first check", "handoff": "how you came to us", "referral": "how you came to us",
		"consent": "who may know what", "disclosure": "what was passed on", "attestation": "what was passed on", "portal": "your code for this page", "rights": "what you asked for",
		"safety": "what keeps you safe", "incident": "what happened to you", "known": "whom to call, from your card", "oversight": "who did what", "audit": "who did what", "contact": "how you came to us",
		"door": "what others told us, so that we could reach you", "complaint": "a complaint or praise",
	}[group]
	return words, ok
}
