package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// exportRows is how many entries one file holds at most.
const exportRows = 10_000

type searchPage struct {
	ui.Page
	Actor, Subject, Act, From, To ui.Field
	Verb                          ui.Select
	Entries                       []ledger.Recorded
	More, Export                  string
	Asked                         bool
}

// searchIn reads a search from the address.
func searchIn(q url.Values) ledger.Search {
	find := ledger.Search{Actor: strings.TrimSpace(q.Get("actor")), Subject: strings.TrimSpace(q.Get("subject")), Act: q.Get("act"), Verb: ledger.Verb(q.Get("verb")), From: q.Get("from"), To: q.Get("to")}
	if before, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil {
		find.Before = before
	}
	return find
}

// addressOf writes a search back into an address, from before on.
func addressOf(path string, find ledger.Search, before int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"actor": find.Actor, "subject": find.Subject, "act": find.Act, "verb": string(find.Verb), "from": find.From, "to": find.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if before > 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	find := searchIn(q)
	bad := checkDays(find.From, find.To)
	v := searchPage{Page: web.Page(r, "Log"), Asked: len(q) > 0}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	} else {
		trail, err := s.Entries(r.Context(), web.Actor(r), "audit.search", find, perPage)
		if err != nil {
			return err
		}
		v.Entries = trail.Entries
		if trail.More {
			v.More = addressOf("/audit", find, last(trail.Entries))
		}
		v.Export = addressOf("/audit.csv", find, 0)
	}
	form := ui.NewForm(q, bad)
	v.Actor = form.Text("actor", "Who did it", "An account's id, from an entry below")
	v.Subject = form.Text("subject", "Whose record", "The id of a participant, contact, referral or account")
	v.Act = form.Text("act", "What", "Such as contact.decide, case.read, note.add")
	verbs := []ui.Option{{Value: "", Label: "Any"}}
	for _, verb := range ledger.Verbs() {
		verbs = append(verbs, ui.Option{Value: string(verb), Label: verb.Words()})
	}
	v.Verb = form.Pick("verb", "Kind", "", ui.Options(verbs...))
	v.From = form.Typed("date", "from", "From", "")
	v.To = form.Typed("date", "to", "To", "")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "audit.html", v)
}

func last(entries []ledger.Recorded) int64 {
	if len(entries) == 0 {
		return 0
	}
	return entries[len(entries)-1].Seq
}

// export gives the same entries as a file for a spreadsheet.
func (s *Site) export(w http.ResponseWriter, r *http.Request) error {
	find := searchIn(r.URL.Query())
	if checkDays(find.From, find.To) != nil {
		return lead.ErrNotFound
	}
	trail, err := s.Export(r.Context(), web.Actor(r), find, exportRows)
	if err != nil {
		return err
	}
	rows := [][]string{{"number", "when", "account", "name", "side", "kind", "act", "purpose", "from", "detail", "whose record"}}
	for _, e := range trail.Entries {
		rows = append(rows, []string{strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339), e.ActorID, e.Name, string(e.Side), string(e.Verb), e.Act, e.Purpose, e.From, e.Detail, strings.Join(e.Subjects, " ")})
	}
	if trail.More {
		rows = append(rows, []string{"", "", "", "", "", "", "There are more: the file ends after " + strconv.Itoa(exportRows) + " entries. Ask for fewer days."})
	}
	return sendCSV(w, "entries.csv", rows)
}

// sendCSV sends rows as a file, once all of them are there.
func sendCSV(w http.ResponseWriter, name string, rows [][]string) error {
	var out bytes.Buffer
	file := web.NewCSV(&out)
	for _, row := range rows {
		if err := file.Row(row...); err != nil {
			return err
		}
	}
	if err := file.End(); err != nil {
		return err
	}
	return sendFile(w, "text/csv; charset=utf-8", name, out.Bytes())
}

func sendFile(w http.ResponseWriter, kind, name string, content []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(content)
	return err
}

type trailPage struct {
	ui.Page
	Tabs           []ui.Link
	Heading, Intro string
	Path           string
	Search         ui.Field
	From, To       ui.Field
	Days           []trailDay
	Asked          bool
	More, Export   string
	ByPerson       bool // what is shown first is who did it
}

// trailDay is the entries of one day.
type trailDay struct {
	Day     string
	Entries []ledger.Recorded
	Denied  int
	People  int // how many accounts, or how many records
}

func trailTabs(current string) []ui.Link {
	tabs := []ui.Link{{Text: "Who saw this person", Href: "/oversight/trail"}, {Text: "What did this account see", Href: "/oversight/trail/account"}, {Text: "Every crossing", Href: "/oversight/trail/crossings"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
}

func (s *Site) whoSawThem(w http.ResponseWriter, r *http.Request) error {
	find := searchIn(r.URL.Query())
	find.Actor, find.Act, find.Verb = "", "", ""
	v := trailPage{Page: web.Page(r, "Who saw this person"), Heading: "Who saw this person", Path: "/oversight/trail", ByPerson: true, Asked: find.Subject != "",
		Intro: "Enter the id that the case manager gives you, or one from a request. There is no search by name here."}
	form := ui.NewForm(r.URL.Query(), checkDays(find.From, find.To))
	v.Search = form.Text("subject", "Whose record", "The id of a participant, contact, referral or account")
	return s.showTrail(w, r, v, form, "audit.person", find)
}

func (s *Site) whatTheySaw(w http.ResponseWriter, r *http.Request) error {
	find := searchIn(r.URL.Query())
	find.Subject, find.Act, find.Verb = "", "", ""
	v := trailPage{Page: web.Page(r, "What did this account see"), Heading: "What did this account see", Path: "/oversight/trail/account", Asked: find.Actor != "",
		Intro: "Day by day: what somebody did, whose records, and what they were not let through to."}
	form := ui.NewForm(r.URL.Query(), checkDays(find.From, find.To))
	v.Search = form.Text("actor", "Whose account", "The account's id, from an entry")
	return s.showTrail(w, r, v, form, "audit.account", find)
}

func (s *Site) showTrail(w http.ResponseWriter, r *http.Request, v trailPage, form *ui.Form, action access.Action, find ledger.Search) error {
	v.Tabs = trailTabs(v.Path)
	v.From = form.Typed("date", "from", "From", "")
	v.To = form.Typed("date", "to", "To", "")
	v.Errors = form.Errors()
	if len(v.Errors) > 0 {
		return s.pages.Render(w, http.StatusUnprocessableEntity, "trail.html", v)
	}
	if v.Asked {
		trail, err := s.Entries(r.Context(), web.Actor(r), action, find, perPage)
		if err != nil {
			return err
		}
		v.Days = s.byDay(trail.Entries, v.ByPerson)
		v.Export = addressOf("/audit.csv", find, 0)
		if trail.More {
			v.More = addressOf(v.Path, find, last(trail.Entries))
		}
	}
	return s.pages.Render(w, http.StatusOK, "trail.html", v)
}

// byDay groups entries by the day on which people here saw them happen.
func (s *Site) byDay(entries []ledger.Recorded, byPerson bool) []trailDay {
	var out []trailDay
	var seen []string
	for _, e := range entries {
		day := localTime(e.At, s.zone, "Monday 2 January 2006")
		if len(out) == 0 || out[len(out)-1].Day != day {
			out = append(out, trailDay{Day: day})
			seen = nil
		}
		d := &out[len(out)-1]
		d.Entries = append(d.Entries, e)
		if e.Verb == ledger.Denied {
			d.Denied++
		}
		ids := e.Subjects
		if byPerson {
			ids = []string{e.ActorID}
		}
		for _, id := range ids {
			if !slices.Contains(seen, id) {
				seen = append(seen, id)
				d.People++
			}
		}
	}
	return out
}
