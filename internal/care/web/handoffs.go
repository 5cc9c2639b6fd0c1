package web

import (
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type handOffsPage struct {
	ui.Page
	HandOffs participant.HandOffs
}

func (s *Site) handOffs(w http.ResponseWriter, r *http.Request) error {
	h, err := s.People.HandOffs(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "hand-offs.html", handOffsPage{web.Page(r, "Hand-offs"), h})
}

type handOffPage struct {
	ui.Page
	HandOff  participant.HandOff
	Meeting  string
	Safety   []string
	Talk     []string // what helps to talk with them
	Helps    []string // what whoever asked thinks might help
	MayTell  bool     // as the person last said
	Took     time.Duration
	Reached  bool
	Changed  bool // the officer corrected the decision since
	Kind     ui.Choices
	At       ui.Field
	Words    ui.Field
	TellKeys [2]string
	// MayEstimate: the officer is with them and may hear when somebody comes.
	MayEstimate bool
	Minutes     []int
	WayKeys     []string
}

func (s *Site) handOff(w http.ResponseWriter, r *http.Request) error {
	form := ui.NewForm(url.Values{"at": {s.nowLocal()}}, nil)
	return s.showHandOff(w, r, http.StatusOK, form)
}

func (s *Site) showHandOff(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	h, err := s.People.HandOff(r.Context(), web.Actor(r), r.PathValue("referral"))
	if err != nil {
		return err
	}
	v := handOffPage{Page: web.Page(r, "Hand-off: "+h.Nickname), HandOff: h, MayTell: h.MayTell, Reached: h.Log.Reached(), TellKeys: [2]string{lead.NewID("frm"), lead.NewID("frm")}}
	v.Phone = true
	v.MayEstimate, v.Minutes = h.MayEstimate(s.People.Book.Now()), oncall.Minutes()
	for range len(v.Minutes) + 1 {
		v.WayKeys = append(v.WayKeys, lead.NewID("frm"))
	}
	v.Took, _ = h.Log.Took(h.MadeAt)
	for _, e := range h.Log {
		switch e.Kind {
		case referral.MayTell:
			v.MayTell = true
		case referral.TellNoMore:
			v.MayTell = false
		case referral.OfficerCorrected:
			v.Changed = true
		}
	}
	for _, m := range referral.Meetings() {
		if m.Code == string(h.Referral.Meeting) {
			v.Meeting = m.Words
		}
	}
	for _, code := range h.Safety {
		v.Safety = append(v.Safety, referral.SafetyWords(code))
	}
	for _, code := range h.Needs {
		v.Talk = append(v.Talk, referral.NeedWords(code))
	}
	if h.Community != nil {
		for _, code := range h.Community.Helps {
			v.Helps = append(v.Helps, door.HelpWords(code))
		}
	}
	if h.Communication != "" {
		v.Talk = append(v.Talk, h.Communication)
	}
	var kinds []ui.Option
	for _, k := range referral.Loggable() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: k.Words()})
	}
	v.Kind = form.One("kind", "What happened?", "", kinds...)
	v.Kind.Half = true
	v.At = form.Typed("datetime-local", "at", "When", "")
	v.Words = form.Text("words", "Where, or what was arranged", "Optional, unless you arranged to meet.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "hand-off.html", v)
}

func (s *Site) accept(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("referral")
	if _, err := s.People.Accept(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/hand-offs/"+url.PathEscape(id))
}

func (s *Site) logEvent(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("referral")
	at := web.Moment(r, "at", s.zone)
	kind := referral.EventKind(r.PostFormValue("kind"))
	if kind == referral.MayTell || kind == referral.TellNoMore {
		at = s.People.Book.Now()
	}
	err := s.People.Log(r.Context(), web.Actor(r), web.Form(r), id, kind, web.Line(r, "words"), at)
	if bad, ok := web.Invalid(err); ok {
		return s.showHandOff(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	if kind == referral.NotFound { // the first try of outreach, which has no last one (R30)
		h, err := s.People.HandOff(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, pathOf(h.ParticipantID, "/outreach"))
	}
	return web.SeeOther(w, r, "/care/hand-offs/"+url.PathEscape(id))
}
