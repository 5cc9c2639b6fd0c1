// Package web serves the auditor's search of the log: who did what, whose record,
// when. It shows no content of any record. It imports platform.
package web

import (
	"context"
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the auditor's pages.
type Site struct {
	book   *ledger.Book // of the oversight handle
	access *access.Decider
	pages  *ui.Set
}

// New returns the pages.
func New(book *ledger.Book, decider *access.Decider) *Site {
	return &Site{book, decider, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return append(s.accessRoutes(), web.Get("/audit", "audit.search", s.search))
}

const perPage = 50

type searchPage struct {
	ui.Page
	Actor, Subject, Act, From, To ui.Field
	Verb                          ui.Select
	Entries                       []ledger.Recorded
	More                          string
	Asked                         bool
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	find := ledger.Search{Actor: q.Get("actor"), Subject: q.Get("subject"), Act: q.Get("act"), Verb: ledger.Verb(q.Get("verb")), From: q.Get("from"), To: q.Get("to")}
	if before, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil {
		find.Before = before
	}
	bad := checkDays(find)
	v := searchPage{Page: web.Page(r, "Log"), Asked: len(q) > 0}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	} else {
		entries, err := s.find(r.Context(), web.Actor(r), find)
		if err != nil {
			return err
		}
		v.Entries = entries
		if len(entries) > perPage {
			v.Entries = entries[:perPage]
			next := url.Values{}
			for name := range q {
				next.Set(name, q.Get(name))
			}
			next.Set("before", strconv.FormatInt(v.Entries[perPage-1].Seq, 10))
			v.More = "/audit?" + next.Encode()
		}
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

func checkDays(find ledger.Search) lead.Invalid {
	bad := lead.Invalid{}
	for field, day := range map[string]string{"from": find.From, "to": find.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			bad[field] = "Enter a day, like 2026-03-27"
		}
	}
	if len(bad) == 0 && find.From != "" && find.To != "" && find.To < find.From {
		bad["to"] = "The last day is before the first"
	}
	if len(bad) == 0 {
		return nil
	}
	return bad
}

// find searches the log. The search is itself an entry.
func (s *Site) find(ctx context.Context, actor lead.Actor, find ledger.Search) ([]ledger.Recorded, error) {
	var out []ledger.Recorded
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "audit.search"}
	err := s.book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.access.Check(actor, "audit.search", access.Screen{}); err != nil {
			return err
		}
		if find.Subject != "" { // whom the auditor looked for is part of the account
			e.Subjects = append(e.Subjects, find.Subject)
		}
		var err error
		out, err = ledger.Find(ctx, tx, find, perPage+1)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search the log: %w", err)
	}
	return out, nil
}
