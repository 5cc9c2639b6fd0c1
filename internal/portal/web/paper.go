package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// Paper is what a worker prints from.
type Paper struct {
	Plans    *plan.Service
	Consents *consent.Service
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
