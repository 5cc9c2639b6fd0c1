package web

import (
	"context"
	"net/http"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type homePage struct {
	ui.Page
	Mine participant.Mine
	Next time.Time // when they meet next, if that is still to come
	Done string    // what was just done
	Safe bool      // they wanted their safety plan here
}

// The words after something was done. The address carries a key of this list,
// never the words.
func doneWords(key string) string {
	return map[string]string{
		"closed":   "Your support has stopped, as you asked.",
		"paused":   "Your support is on a break, as you asked.",
		"resumed":  "Good. Your support goes on.",
		"returned": "Welcome back. We will be in touch.",
	}[key]
}

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	m, safe, err := s.Safety.Mine(r.Context(), web.Actor(r), "own.home")
	if err != nil {
		return err
	}
	v := homePage{Page: s.page(r), Mine: m, Next: s.next(m), Done: doneWords(r.URL.Query().Get("done")), Safe: safe != nil}
	v.Home = ""
	return s.pages.Render(w, http.StatusOK, "home.html", v)
}

// next is when they meet next. What a worker wrote beside it is the worker's
// own note and stays with them.
func (s *Site) next(m participant.Mine) time.Time {
	if m.State.Open() && m.NextAt.After(s.People.Book.Now()) {
		return m.NextAt
	}
	return time.Time{}
}

type planPage struct {
	ui.Page
	Mine  participant.Mine
	Plan  *plan.Plan
	Next  time.Time
	Paper bool
}

func (s *Site) plan(w http.ResponseWriter, r *http.Request) error {
	m, p, err := s.Plans.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "plan.html", planPage{Page: s.page(r), Mine: m, Plan: p, Next: s.next(m)})
}

type supportPage struct {
	ui.Page
	Mine participant.Mine
}

func (s *Site) support(w http.ResponseWriter, r *http.Request) error {
	m, err := s.People.Mine(r.Context(), web.Actor(r), "own.support", nil)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "support.html", supportPage{s.page(r), m})
}

// wish is one thing that only the participant decides: how it reads, when it can
// be asked, and what it does.
type wish struct {
	Heading string
	Lines   []string
	Label   string
	Button  string
	done    string
	fits    func(participant.State) bool
	do      func(context.Context, lead.Actor, ledger.Form, string) error
}

func (s *Site) wishes() map[string]wish {
	return map[string]wish{
		"break": {"Have a break", []string{"Your worker will leave you be for now.", "You keep your worker and your place. You can say when you want to go on."},
			"Do you want to say why?", "Yes, I want a break", "paused", func(st participant.State) bool { return st == participant.Active }, s.People.PauseMine},
		"carry-on": {"Carry on", []string{"Your worker will see that you want to go on."},
			"Do you want to tell your worker more?", "Yes, I want to go on", "resumed", func(st participant.State) bool { return st == participant.Inactive }, s.People.ResumeMine},
		"stop": {"Stop my support", []string{"Your support stops today.", "You can come back any time. You need no referral.", "Nothing bad comes of it. It is up to you."},
			"Do you want to say why?", "Yes, stop my support", "closed", participant.State.Open, s.People.CloseMine},
		"come-back": {"Come back", []string{"Your support starts again today.", "You need no referral. No one asks you the first questions again."},
			"Do you want to tell us more?", "Yes, I want to come back", "returned", func(st participant.State) bool { return st == participant.Closed || st == participant.Transferred }, s.People.ReturnMine},
	}
}

type wishPage struct {
	ui.Page
	wish
	Path  string
	Words ui.Field
}

func (s *Site) wishPage(w http.ResponseWriter, r *http.Request) error {
	return s.showWish(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showWish(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	x, ok := s.wishes()[r.PathValue("wish")]
	if !ok {
		return lead.ErrNotFound
	}
	m, err := s.People.Mine(r.Context(), web.Actor(r), "own.support", nil)
	if err != nil {
		return err
	}
	if !x.fits(m.State) { // done already, perhaps on another page
		return web.SeeOther(w, r, "/me/support")
	}
	v := wishPage{Page: s.page(r), wish: x, Path: r.URL.Path, Words: form.Area("words", x.Label, "You do not have to.", 4)}
	v.Words.Max = 2000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "wish.html", v)
}

func (s *Site) wish(w http.ResponseWriter, r *http.Request) error {
	x, ok := s.wishes()[r.PathValue("wish")]
	if !ok {
		return lead.ErrNotFound
	}
	err := x.do(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "words"))
	if bad, ok := web.Invalid(err); ok {
		return s.showWish(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home+"?done="+x.done)
}
