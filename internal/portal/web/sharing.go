package web

import (
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type sharingPage struct {
	ui.Page
	Rows  []sharingRow
	Ended []consent.Consent // what was stopped or has run out, newest first
	Done  bool
	Paper bool

	Studied bool // they said yes to their support being studied
	Stopped bool // that it is, just now
}

type sharingRow struct {
	consent.Row
	Stop string // where it is stopped
}

// endedShown is how many ended yeses the page lists.
const endedShown = 20

func (s *Site) sharing(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Consents.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := s.sharingView(s.page(r), all)
	v.Done = r.URL.Query().Get("done") == "stopped"
	research, err := s.Consents.MyResearch(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v.Studied, v.Stopped = research.Agreed, r.URL.Query().Get("done") == "research"
	return s.pages.Render(w, http.StatusOK, "sharing.html", v)
}

// stopResearch takes back a yes to being studied.
func (s *Site) stopResearch(w http.ResponseWriter, r *http.Request) error {
	if err := s.Consents.StopMyResearch(r.Context(), web.Actor(r), web.Form(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/me/sharing?done=research")
}

func (s *Site) sharingView(p ui.Page, all []consent.Consent) sharingPage {
	v := sharingPage{Page: p}
	for _, row := range consent.Rows(all, s.today()) {
		v.Rows = append(v.Rows, sharingRow{row, "/me/sharing/" + url.PathEscape(row.Recipient.ID) + "/stop"})
	}
	for _, c := range all {
		if (!c.StoppedAt.IsZero() || s.today() > c.Until) && len(v.Ended) < endedShown {
			v.Ended = append(v.Ended, c)
		}
	}
	return v
}

// today is the present day as consents are reckoned.
func (s *Site) today() string { return s.People.Book.Now().UTC().Format(time.DateOnly) }

type stopPage struct {
	ui.Page
	Row  sharingRow
	What *ui.Choices // which part, where there are several
}

// everything is the answer that stops all that somebody may know.
const everything = "all"

func (s *Site) stopPage(w http.ResponseWriter, r *http.Request) error {
	return s.showStop(w, r, http.StatusOK, ui.NewForm(url.Values{"what": {everything}}, nil))
}

func (s *Site) showStop(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	row, err := s.rowOf(r)
	if err != nil {
		return err
	}
	if len(row.Consents) == 0 { // stopped already, perhaps on another page
		return web.SeeOther(w, r, "/me/sharing")
	}
	v := stopPage{Page: s.page(r), Row: row}
	if topics := row.Topics(); len(topics) > 1 {
		options := []ui.Option{{Value: everything, Label: "All of it"}}
		for _, t := range topics {
			options = append(options, ui.Option{Value: string(t), Label: "Only " + t.Mine()})
		}
		what := form.One("what", "What should stop?", "", options...)
		v.What = &what
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "stop.html", v)
}

// rowOf returns what the recipient in the address may know today, nothing when
// it was stopped. It is not found where the actor never let them know anything.
func (s *Site) rowOf(r *http.Request) (sharingRow, error) {
	all, err := s.Consents.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return sharingRow{}, err
	}
	id := r.PathValue("recipient")
	for _, row := range s.sharingView(ui.Page{}, all).Rows {
		if row.Recipient.ID == id {
			return row, nil
		}
	}
	for _, c := range all {
		if c.Recipient.ID == id {
			return sharingRow{Row: consent.Row{Recipient: c.Recipient}}, nil
		}
	}
	return sharingRow{}, lead.ErrNotFound
}

// stop takes a yes back at once, and asks the case team to ask the recipient to
// let go of what they already know. The same form again does neither twice.
func (s *Site) stop(w http.ResponseWriter, r *http.Request) error {
	row, err := s.rowOf(r)
	if err != nil {
		return err
	}
	what := r.PostFormValue("what")
	if what == everything {
		what = ""
	}
	topic := disclosure.Topic(what)
	if topic != "" && !topic.Known() {
		return s.showStop(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, lead.Invalid{"what": "Choose what should stop"}))
	}
	actor, form := web.Actor(r), web.Form(r)
	if err := s.Consents.StopOwn(r.Context(), actor, form, row.Recipient.ID, topic); err != nil {
		return err
	}
	ask := rights.Request{Kind: rights.StopSharing, Words: "I have stopped what " + row.Recipient.Name + " may know. Please ask them to let go of what they have."}
	if _, err := s.Rights.Ask(r.Context(), actor, ledger.Form{Key: askKey(form.Key), Hash: form.Hash}, actor.ID, ask); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/me/sharing?done=stopped")
}

// askKey is the key of the second thing that one form does.
func askKey(key string) string {
	if key == "" {
		return ""
	}
	return key + "-ask"
}
