package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/care/away"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// What a phone keeps to open without signal: one page, the same for every worker,
// and one that says that there is no signal.
const (
	awayPath     = "/care/away"
	withYou      = "/care/away/people"
	awayShell    = "/care/away/shell/people"
	awayOffline  = "/care/away/shell/offline"
	standingPath = "/care/away/standing"
	waitingPath  = "/care/away/waiting"
)

// awayRoutes are the pages of taking people along.
func (s *Site) awayRoutes() []web.Route {
	return []web.Route{
		web.Get(awayPath, "away.take", s.awayPage),
		web.Sensitive(web.Post(awayPath, "away.take", s.takeAlong)),
		web.Get("/care/away/pack/{lease}", "away.take", s.pack),
		web.Get("/care/away/sheet/{lease}", "away.take", s.sheet),
		web.Get("/care/away/team", "away.team", s.awayTeam),
		web.Post("/care/away/end/{lease}", "case.note", s.endLease),
		web.Get(withYou, "away.take", s.withYou),
		web.Get(waitingPath, "case.note", s.heldList),
		web.Get("/care/people/{person}/away/{held}", "case.note", s.heldPage),
		web.Post("/care/people/{person}/away/{held}", "case.note", s.settleHeld),
		web.Post("/care/people/{person}/away/{held}/aside", "case.note", s.setHeldAside),
		// What a phone keeps, fetches and sends: read by scripts.
		web.Get("/care/away/worker.js", "away.take", s.awayWorker),
		web.Get(awayShell, "away.take", s.sendAwayShell),
		web.Get(awayOffline, "away.take", s.sendAwayShell),
		web.Post("/care/away/bundle", "away.take", s.bundle),
		web.Get("/care/away/key", "case.note", s.awayKey),
		web.Post("/care/away/outbox", "case.note", s.receiveLog),
		// The phone asks whether people may still be on it, also when nobody is signed
		// in any more. Who asks knows the lease's id, and hears yes or no.
		web.Post(standingPath, "", s.standing),
	}
}

type awayPage struct {
	ui.Page
	On      bool
	Any     bool // there is somebody to choose
	People  ui.Choices
	Parts   ui.Choices
	Hours   ui.Choices
	Leases  []leaseView
	Waiting int // contacts to look at
	Team    bool
	MayTeam bool
}

type leaseView struct {
	away.Lease
	Key     string
	Running bool
}

func (s *Site) awayPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAway(w, r, http.StatusOK, ui.NewForm(url.Values{"parts": {"needs", "promises"}, "hours": {"4"}}, nil))
}

func (s *Site) showAway(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := awayPage{Page: web.Page(r, "Take with me"), On: s.Away.On, MayTeam: web.Actor(r).Has(lead.Supervisor)}
	mine, err := s.People.MyCaseload(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v.Phone = true
	var people []ui.Option
	for _, n := range mine.People {
		people = append(people, ui.Option{Value: n.ID, Label: n.Name})
	}
	v.Any = len(people) > 0
	v.People = form.Many("people", "Whom?", "At most ten. Fewer is safer.", people...)
	v.Parts = form.Many("parts", "What goes along?", "Beside their name and how it is safe to reach them.", options(away.Parts())...)
	v.Hours = form.One("hours", "For how long?", "Then the phone forgets them by itself.", options(away.Hours())...)
	v.People.Small, v.People.Half, v.Parts.Small, v.Hours.Small, v.Hours.Half = true, true, true, true, true
	v.Errors = form.Errors()
	if v.Leases, v.Waiting, err = s.leases(r, v.Key, false); err != nil {
		return err
	}
	return s.pages.Render(w, status, "away.html", v)
}

// leases lists what is out, and counts what waits to be looked at.
func (s *Site) leases(r *http.Request, key string, team bool) ([]leaseView, int, error) {
	list, err := s.Away.Leases(r.Context(), web.Actor(r), team)
	if err != nil {
		return nil, 0, err
	}
	var out []leaseView
	for i, l := range list {
		running := l.Live(s.People.Book.Now())
		if running || team {
			out = append(out, leaseView{l, key + "-end-" + itoa(i), running})
		}
	}
	waiting, err := s.Away.Waiting(r.Context(), web.Actor(r))
	return out, len(waiting), err
}

func (s *Site) awayTeam(w http.ResponseWriter, r *http.Request) error {
	v := awayPage{Page: web.Page(r, "Taken along"), On: s.Away.On, Team: true}
	var err error
	if v.Leases, v.Waiting, err = s.leases(r, v.Key, true); err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "away-team.html", v)
}

func (s *Site) takeAlong(w http.ResponseWriter, r *http.Request) error {
	hours, _ := strconv.Atoi(r.PostFormValue("hours")) //nolint:errcheck // the check says what to choose
	t := away.Taking{People: slices.Clone(r.PostForm["people"]), Parts: r.PostForm["parts"], Hours: hours, Paper: r.PostFormValue("to") == "paper"}
	id, err := s.Away.Take(r.Context(), web.Actor(r), web.Form(r), t)
	if bad, ok := web.Invalid(err); ok {
		return s.showAway(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	if t.Paper {
		return web.SeeOther(w, r, "/care/away/sheet/"+url.PathEscape(id))
	}
	return web.SeeOther(w, r, "/care/away/pack/"+url.PathEscape(id))
}

func (s *Site) endLease(w http.ResponseWriter, r *http.Request) error {
	if err := s.Away.End(r.Context(), web.Actor(r), web.Form(r), r.PathValue("lease")); err != nil {
		return err
	}
	if r.PostFormValue("back") == "team" {
		return web.SeeOther(w, r, "/care/away/team")
	}
	return web.SeeOther(w, r, awayPath)
}

// phone is what the scripts need to seal for the site.
type phone struct {
	Site, Signer string
	Zone         string
	Lease        string
}

func (s *Site) phone(ctx context.Context) (phone, error) {
	signer, err := s.Away.Slot.Signer(ctx)
	return phone{Site: s.Away.Slot.Site(), Signer: signer, Zone: s.zone.String()}, err
}

type packPage struct {
	ui.Page
	Device phone
	Until  time.Time
	Count  int
	PIN    ui.Field
	Again  ui.Field
}

// pack is where a PIN is chosen and the phone fetches whom it takes. Nobody's
// name is on it.
func (s *Site) pack(w http.ResponseWriter, r *http.Request) error {
	l, err := s.mine(r)
	if err != nil {
		return err
	}
	v := packPage{Page: web.Page(r, "Put them on this phone"), Until: l.UntilAt, Count: len(l.People)}
	if v.Device, err = s.phone(r.Context()); err != nil {
		return err
	}
	v.Device.Lease = l.ID
	v.Phone, v.Scripts = true, awayScripts()
	form := ui.NewForm(nil, nil)
	v.PIN, v.Again = pin(form, "pin", "Choose a PIN", "At least six figures, not the one of the phone."), pin(form, "again", "The PIN again", "")
	return s.pages.Render(w, http.StatusOK, "away-pack.html", v)
}

func awayScripts() []string { return []string{"hpke.js", "away-keep.js", "outbox.js", "away.js"} }

func pin(form *ui.Form, name, label, hint string) ui.Field {
	f := form.Typed("password", name, label, hint)
	f.Short, f.Numeric, f.Autocomplete, f.Max = true, true, "new-password", 64
	return f
}

// mine returns the lease that the address names, if it is the actor's and lasts.
func (s *Site) mine(r *http.Request) (away.Lease, error) {
	list, err := s.Away.Leases(r.Context(), web.Actor(r), false)
	if err != nil {
		return away.Lease{}, err
	}
	i := slices.IndexFunc(list, func(l away.Lease) bool {
		return l.ID == r.PathValue("lease") && l.Live(s.People.Book.Now())
	})
	if i < 0 || !s.Away.On {
		return away.Lease{}, lead.ErrNotFound
	}
	return list[i], nil
}

type sheetPage struct {
	ui.Page
	Lease away.Lease
	Cards []away.Card
}

// sheet is the same on paper: it needs no script, and is entered alike.
func (s *Site) sheet(w http.ResponseWriter, r *http.Request) error {
	l, cards, err := s.Away.Bundle(r.Context(), web.Actor(r), r.PathValue("lease"))
	if err != nil {
		return err
	}
	if l.How != "paper" {
		return lead.ErrNotFound
	}
	return s.pages.Render(w, http.StatusOK, "away-sheet.html", sheetPage{web.Page(r, "A sheet to take along"), l, cards})
}

type withYouPage struct {
	ui.Page
	Device phone
	PIN    ui.Field
	Log    logPage
}

func (s *Site) withYouView(r *http.Request) (withYouPage, error) {
	v := withYouPage{Page: web.Page(r, "With you")}
	var err error
	if v.Device, err = s.phone(r.Context()); err != nil {
		return withYouPage{}, err
	}
	v.Phone, v.Scripts = true, awayScripts()
	v.PIN = pin(ui.NewForm(nil, nil), "pin", "PIN", "")
	v.Log.fill(ui.NewForm(url.Values{"started_by": {"worker"}}, nil))
	return v, nil
}

func (s *Site) withYou(w http.ResponseWriter, r *http.Request) error {
	v, err := s.withYouView(r)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "away-people.html", v)
}

// awayShellBytes makes a page that the phone keeps. It must come out alike for
// every worker, until the page changes: the worker knows its hash.
func (s *Site) awayShellBytes(r *http.Request, path string) ([]byte, error) {
	v, err := s.withYouView(r)
	if err != nil {
		return nil, err
	}
	v.Who, v.Key, v.Here = "", "", withYou
	v.Nav = []ui.Link{{Text: "With you", Href: withYou, Current: path == awayShell}, {Text: "Today", Href: "/care/today"}}
	if path == awayOffline {
		v.Title, v.Scripts = "No signal", nil
		return s.pages.Bytes("away-offline.html", v)
	}
	return s.pages.Bytes("away-people.html", v)
}

func (s *Site) sendAwayShell(w http.ResponseWriter, r *http.Request) error {
	text, err := s.awayShellBytes(r, r.URL.Path)
	if err != nil {
		return err
	}
	ui.SendZipped(w, r, "text/html; charset=utf-8", text, ui.Zip(text))
	return nil
}

func (s *Site) awayWorker(w http.ResponseWriter, r *http.Request) error {
	shell := ui.Shell{Cache: "waymark-away", Lang: web.Page(r, "").Tongue(), Files: map[string][]byte{}, Pages: map[string]string{withYou: awayShell}, Offline: awayOffline,
		Assets: append([]string{"waymark.css", "more.css", "waymark.js", "icon.svg"}, awayScripts()...), Libraries: []string{"away-keep.js", "outbox.js"}}
	for _, path := range []string{awayShell, awayOffline} {
		text, err := s.awayShellBytes(r, path)
		if err != nil {
			return err
		}
		shell.Files[path] = text
	}
	return shell.Send(w, r)
}

// bundleAnswer is what a phone takes along.
type bundleAnswer struct {
	Lease  string      `json:"lease"`
	User   string      `json:"user"`
	Now    int64       `json:"now"` // milliseconds since 1970
	Until  int64       `json:"until"`
	People []away.Card `json:"people"`
}

func (s *Site) bundle(w http.ResponseWriter, r *http.Request) error {
	l, cards, err := s.Away.Bundle(r.Context(), web.Actor(r), r.PostFormValue("lease"))
	if err != nil {
		return err
	}
	if l.How != "phone" {
		return lead.ErrNotFound
	}
	return web.JSON(w, http.StatusOK, bundleAnswer{l.ID, l.WorkerID, s.People.Book.Now().UnixMilli(), l.UntilAt.UnixMilli(), cards})
}

// awayKeyAnswer is what a phone asks for while it has signal.
type awayKeyAnswer struct {
	User      string `json:"user"`
	Text      string `json:"text"` // of the key, as signed
	Signature string `json:"signature"`
}

func (s *Site) awayKey(w http.ResponseWriter, r *http.Request) error {
	key, err := s.Away.Slot.Current(r.Context())
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, awayKeyAnswer{web.Actor(r).ID, key.Text, key.Signature})
}

type standingAnswer struct {
	Live bool `json:"live"`
}

func (s *Site) standing(w http.ResponseWriter, r *http.Request) error {
	live, err := s.Away.Live(r.Context(), r.PostFormValue("lease"))
	if err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, standingAnswer{live})
}

// logReceipt tells the phone what became of a contact, and nothing of the person.
type logReceipt struct {
	State string `json:"state"` // recorded, held, unreadable, full
	Why   string `json:"why,omitempty"`
}

// receiveLog takes in one contact that was logged without signal. The same item
// gives the same answer however often it comes.
func (s *Site) receiveLog(w http.ResponseWriter, r *http.Request) error {
	sealed, ok := web.ReadSealed(r.PostForm)
	if !ok {
		return web.JSON(w, http.StatusUnprocessableEntity, logReceipt{"unreadable", "not an item"})
	}
	got, err := s.Away.Receive(r.Context(), web.Actor(r), sealed, s.readLog)
	switch {
	case errors.Is(err, secret.ErrDestroyed):
		return web.JSON(w, http.StatusUnprocessableEntity, logReceipt{"unreadable", "the key is gone"})
	case errors.Is(err, secret.ErrSealed), errors.Is(err, lead.ErrForbidden), errors.Is(err, lead.ErrNotFound):
		return web.JSON(w, http.StatusUnprocessableEntity, logReceipt{"unreadable", "altered"})
	case errors.Is(err, away.ErrFull), errors.Is(err, away.ErrOther): // it waits on the phone
		return web.JSON(w, http.StatusTooManyRequests, logReceipt{State: "full"})
	case err != nil:
		return err
	case got.Why == away.OtherAnswers:
		return web.JSON(w, http.StatusConflict, logReceipt{"held", string(got.Why)})
	case got.State == away.Kept:
		return web.JSON(w, http.StatusAccepted, logReceipt{"held", string(got.Why)})
	}
	return web.JSON(w, http.StatusOK, logReceipt{State: "recorded"}) // of somebody erased nothing is kept, and the phone need not know
}

type heldListPage struct {
	ui.Page
	Rows []away.Held
}

func (s *Site) heldList(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.Away.Waiting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "away-waiting.html", heldListPage{web.Page(r, "Logged without signal"), rows})
}

func (s *Site) heldPage(w http.ResponseWriter, r *http.Request) error {
	return s.showHeld(w, r, http.StatusOK, nil, nil)
}

// showHeld shows the form with what the phone delivered, or with what was typed
// since. aside is what is wrong with the reason for setting it aside.
func (s *Site) showHeld(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, aside lead.Invalid) error {
	h, answers, err := s.Away.OpenHeld(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("held"))
	if err != nil {
		return err
	}
	if form == nil {
		if answers.Get("at") == "" {
			answers.Set("at", h.MadeAt.In(s.zone).Format(web.MomentLayout))
		}
		form = ui.NewForm(answers, nil)
	}
	v, err := s.logView(r, form)
	if err != nil {
		return err
	}
	v.Title, v.Held, v.Action, v.Back, v.AsideKey = "Look at this contact", &h, pathOf(h.PersonID, "/away/"+url.PathEscape(h.ID)), "waiting", lead.NewID("frm")
	why := ui.NewForm(url.Values{"why": r.PostForm["why"]}, aside)
	v.Aside = why.Text("why", "Why need it not be added?", "It stays in the log that it came and was set aside.")
	v.Errors = append(v.Errors, why.Errors()...)
	return s.pages.Render(w, status, "log.html", v)
}

func (s *Site) settleHeld(w http.ResponseWriter, r *http.Request) error {
	err := s.Away.Settle(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("held"), s.logIn(r))
	if bad, ok := web.Invalid(err); ok {
		return s.showHeld(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, ofOneTap(bad)), nil)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, waitingPath)
}

func (s *Site) setHeldAside(w http.ResponseWriter, r *http.Request) error {
	err := s.Away.SetAside(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("held"), web.Line(r, "why"))
	if bad, ok := web.Invalid(err); ok {
		return s.showHeld(w, r, http.StatusUnprocessableEntity, nil, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, waitingPath)
}
