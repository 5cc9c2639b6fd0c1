package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// Paper is what a worker prints from, and writes answers down with.
type Paper struct {
	Plans    *plan.Service
	Consents *consent.Service
	Rights   *rights.Service
}

type paperPage struct {
	ui.Page
	Now     participant.Now
	Person  string
	Sheets  ui.Choices
	Plan    *planPage    // nil: not asked for
	Sharing *sharingPage // nil: not asked for
	Ask     bool
	Support bool
	Today   time.Time
	ReplyTo string
	Helper  string
}

// sheets lists the pages that can be printed. "Who has looked" is not among
// them: the case team cannot read the log, so the person asks for it.
func sheets() []ui.Option {
	return []ui.Option{
		{Value: "plan", Label: "My plan"},
		{Value: "sharing", Label: "Who may know what", Hint: "With a slip to stop it"},
		{Value: "ask", Label: "Ask for something", Hint: "A copy, who has looked, put something right, how I was treated"},
		{Value: "support", Label: "Have a break, stop or come back", Hint: "With a slip to send back"},
	}
}

func (s *Site) paper(w http.ResponseWriter, r *http.Request) error {
	actor, person := web.Actor(r), r.PathValue("person")
	h, err := s.Paper.Plans.Read(r.Context(), actor, person)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if len(q["sheet"]) == 0 && q.Get("print") == "" {
		q = url.Values{"sheet": {"plan", "sharing", "ask", "support"}}
	}
	v := paperPage{Page: web.Page(r, "On paper for "+h.Now.Name), Now: h.Now, Person: "/care/people/" + url.PathEscape(h.Now.ID),
		Today: s.People.Book.Now(), ReplyTo: s.ReplyTo, Helper: s.Independent,
		Sheets: ui.NewForm(q, nil).Many("sheet", "Which pages?", "", sheets()...)}
	v.Sheets.Small = true
	asked := func(sheet string) bool { return slices.Contains(q["sheet"], sheet) }
	mine := participant.Mine{Now: h.Now, Name: h.Now.Name}
	if asked("plan") {
		v.Plan = &planPage{Page: v.Page, Mine: mine, Plan: h.Agreed, Next: s.next(mine)}
	}
	if asked("sharing") {
		sharing, err := s.Paper.Consents.Read(r.Context(), actor, person)
		if err != nil {
			return err
		}
		view := s.sharingView(v.Page, sharing.All)
		view.Paper = true
		v.Sharing = &view
	}
	v.Ask, v.Support = asked("ask"), asked("support")
	return s.pages.Render(w, http.StatusOK, "paper.html", v)
}

type writtenPage struct {
	ui.Page
	Now    participant.Now
	Person string
	Fields []any
}

func (s *Site) writtenPage(w http.ResponseWriter, r *http.Request) error {
	today := s.People.Book.Now().In(s.Zone).Format(time.DateOnly)
	return s.showWritten(w, r, http.StatusOK, ui.NewForm(url.Values{"received_on": {today}}, nil))
}

func (s *Site) showWritten(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	var now participant.Now
	act := participant.Act{Action: "rights.record", Name: "rights.record_page"}
	err := s.Desk.People.Read(r.Context(), web.Actor(r), act, r.PathValue("person"), func(_ *db.Tx, n participant.Now) error {
		now = n
		return nil
	})
	if err != nil {
		return err
	}
	var kinds, vias []ui.Option
	for _, k := range rights.Kinds() {
		if k != rights.Close { // closing has a form of its own, and closes
			kinds = append(kinds, ui.Option{Value: string(k), Label: k.Words()})
		}
	}
	for _, v := range rights.Vias() {
		vias = append(vias, ui.Option{Value: string(v), Label: v.Words()})
	}
	what, how := form.One("kind", "What do they ask for?", "", kinds...), form.One("via", "How did they ask?", "", vias...)
	what.Small, how.Small = true, true
	v := writtenPage{Page: web.Page(r, "What "+now.Name+" asks for"), Now: now, Person: "/care/people/" + url.PathEscape(now.ID),
		Fields: []any{what, how, form.Typed("date", "received_on", "The day they asked", "The clock starts on this day."),
			form.Area("words", "What they said", "In their own words. From a paper slip, copy what it says.", 5)}}
	v.Phone, v.Errors = true, form.Errors()
	return s.pages.Render(w, status, "written.html", v)
}

func (s *Site) written(w http.ResponseWriter, r *http.Request) error {
	actor, person := web.Actor(r), r.PathValue("person")
	req := rights.Request{Kind: rights.Kind(r.PostFormValue("kind")), Via: rights.Via(r.PostFormValue("via")), Words: web.Line(r, "words")}
	bad := lead.Invalid{}
	var err error
	if req.ReceivedOn, err = time.Parse(time.DateOnly, r.PostFormValue("received_on")); err != nil {
		bad["received_on"] = "Enter the day they asked"
	}
	if !slices.Contains(rights.Vias(), req.Via) {
		bad["via"] = "Choose how they asked"
	}
	if !slices.Contains(rights.Kinds(), req.Kind) || req.Kind == rights.Close {
		bad["kind"] = "Choose what they ask for"
	}
	if len(bad) > 0 {
		return s.showWritten(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	act := participant.Act{Action: "rights.record", Name: "rights.record", Verb: ledger.Collected}
	_, err = s.Desk.People.Write(r.Context(), actor, web.Form(r), act, person, func(tx *db.Tx, n *participant.Now) (string, error) {
		if _, err := s.Paper.Rights.Add(r.Context(), tx, actor, n.ID, req); err != nil {
			return "", err
		}
		return n.ID, nil
	})
	if bad, ok := web.Invalid(err); ok {
		return s.showWritten(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/people/"+url.PathEscape(person))
}
