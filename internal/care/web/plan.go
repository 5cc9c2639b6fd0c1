package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
)

type planPage struct {
	ui.Page
	Now      participant.Now
	Tab      string
	Plan     *plan.Plan // what is shown
	Draft    *plan.Plan // a draft newer than what is shown
	Versions []plan.Plan
	Lists    codelist.Lists
	Old      bool  // an earlier version, asked for by number
	Since    int64 // the version before that one
	Changes  []plan.Change
}

// goalsView is what the list of goals needs.
type goalsView struct {
	Plan  *plan.Plan
	Lists codelist.Lists
}

// GoalsOf returns a plan's goals for the list.
func (p planPage) GoalsOf(of *plan.Plan) goalsView { return goalsView{of, p.Lists} }

// GoalsOf returns a plan's goals for the list.
func (p editPlanPage) GoalsOf(of *plan.Plan) goalsView { return goalsView{of, p.Lists} }

func (s *Site) plan(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Plans.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := planPage{Page: web.Page(r, "Plan: "+h.Now.Name), Now: h.Now, Tab: "plan", Plan: h.Agreed, Versions: h.Versions, Lists: lists}
	if h.Latest != nil && !h.Latest.Agreed {
		v.Draft = h.Latest
	}
	return s.pages.Render(w, http.StatusOK, "plan.html", v)
}

func (s *Site) planVersion(w http.ResponseWriter, r *http.Request) error {
	version, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	now, p, before, err := s.Plans.Version(r.Context(), web.Actor(r), r.PathValue("person"), version)
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := planPage{Page: web.Page(r, fmt.Sprintf("Plan, version %d: %s", version, now.Name)), Now: now, Tab: "plan", Plan: &p, Old: true, Lists: lists}
	if before != nil {
		v.Since, v.Changes = before.Version, plan.Changes(*before, p)
	}
	return s.pages.Render(w, http.StatusOK, "plan.html", v)
}

// easyPlan is the plan in easy words and large letters, for the person to keep.
func (s *Site) easyPlan(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Plans.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	if h.Agreed == nil { // a draft binds nobody: it is not handed out, and the plan's page says that it is one
		http.Redirect(w, r, "/care/people/"+h.Now.ID+"/plan", http.StatusSeeOther)
		return nil
	}
	return s.pages.Render(w, http.StatusOK, "plan-easy.html", planPage{Page: web.Page(r, "Easy plan: "+h.Now.Name), Now: h.Now, Plan: h.Agreed})
}

type editPlanPage struct {
	ui.Page
	Now     participant.Now
	From    int64
	Matters ui.Field
	Goals   []goalForm
	Theirs  *plan.Plan // somebody saved this meanwhile
	Lists   codelist.Lists
}

type goalForm struct {
	N        int
	Words    ui.Field
	Domain   ui.Select
	Standing ui.Select
	Steps    []stepForm
	Used     bool
}

type stepForm struct {
	N                         int
	Words, Who, ByWhen, DueOn ui.Field
	Standing                  ui.Select
	Used                      bool
}

func (s *Site) editPlanPage(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Plans.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	values := url.Values{"from_version": {"0"}}
	if h.Latest != nil {
		values = planValues(*h.Latest)
	}
	return s.showEditPlan(w, r, http.StatusOK, ui.NewForm(values, nil), h.Now, nil)
}

// planValues lays a plan out as the answers of its form.
func planValues(p plan.Plan) url.Values {
	v := url.Values{"from_version": {strconv.FormatInt(p.Version, 10)}, "matters": {p.Matters}}
	for i, g := range p.Goals {
		n := itoa(i + 1)
		v.Set("goal_"+n, g.Words)
		v.Set("domain_"+n, g.Domain)
		v.Set("standing_"+n, string(g.Standing))
		for j, step := range g.Steps {
			at := n + "_" + itoa(j+1)
			v.Set("step_"+at, step.Words)
			v.Set("who_"+at, step.Who)
			v.Set("when_"+at, step.ByWhen)
			v.Set("on_"+at, step.DueOn)
			v.Set("stands_"+at, step.Standing)
		}
	}
	return v
}

// The form has room for a few more goals and steps than are filled in, so that
// it works without scripts; saving makes more room.
const (
	goalRoom = 2
	stepRoom = 2
	mostForm = 12
)

// planIn reads the form. Empty lines are left out.
func planIn(r *http.Request) plan.Plan {
	p := plan.Plan{Matters: web.Line(r, "matters")}
	for i := 1; i <= mostForm; i++ {
		n := itoa(i)
		g := plan.Goal{Words: web.Line(r, "goal_"+n), Domain: r.PostFormValue("domain_" + n), Standing: plan.Standing(r.PostFormValue("standing_" + n))}
		for j := 1; j <= mostForm; j++ {
			at := n + "_" + itoa(j)
			step := plan.Step{Words: web.Line(r, "step_"+at), Who: web.Line(r, "who_"+at), ByWhen: web.Line(r, "when_"+at), DueOn: web.Line(r, "on_"+at), Standing: r.PostFormValue("stands_" + at)}
			if step.Words != "" || step.Who != "" || step.ByWhen != "" || step.DueOn != "" {
				g.Steps = append(g.Steps, step)
			}
		}
		if g.Words != "" || len(g.Steps) > 0 {
			p.Goals = append(p.Goals, g)
		}
	}
	return p
}

func (s *Site) showEditPlan(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, now participant.Now, theirs *plan.Plan) error {
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := editPlanPage{Page: web.Page(r, "Plan with "+now.Name), Now: now, Theirs: theirs, Lists: lists}
	if from, err := strconv.ParseInt(form.Values.Get("from_version"), 10, 64); err == nil {
		v.From = from
	}
	if theirs != nil { // saving again is meant: on top of what the other wrote
		v.From, v.Key = theirs.Version, lead.NewID("frm")
	}
	v.Matters = form.Area("matters", "What matters to me", "In "+now.Name+"'s own words.", 3)
	v.Matters.Max = 2000
	domains := []ui.Option{{Value: "", Label: "No part in particular"}}
	for _, d := range lists.Codes("need_domains") {
		domains = append(domains, ui.Option{Value: d.Code, Label: d.Label})
	}
	var standings []ui.Option
	for _, st := range plan.Standings() {
		standings = append(standings, ui.Option{Value: string(st), Label: st.Words()})
	}
	used := lastUsed(form.Values, "goal_%d")
	for i := 1; i <= min(used+goalRoom, mostForm); i++ {
		v.Goals = append(v.Goals, goalIn(form, i, i <= used, domains, standings))
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "plan-edit.html", v)
}

func goalIn(form *ui.Form, i int, used bool, domains, standings []ui.Option) goalForm {
	n := itoa(i)
	g := goalForm{N: i, Used: used, Words: form.Area("goal_"+n, "In their own words", "", 2)}
	g.Words.Max = 500
	g.Domain = form.Pick("domain_"+n, "Part of life", "", ui.Options(domains...))
	g.Standing = form.Pick("standing_"+n, "Where it stands", "", ui.Options(standings...))
	steps := lastUsed(form.Values, "step_"+n+"_%d")
	for j := 1; j <= min(steps+stepRoom, mostForm); j++ {
		at := n + "_" + itoa(j)
		st := stepForm{N: j, Used: j <= steps}
		st.Words = form.Text("step_"+at, "What will be done", "")
		st.Words.Max = 300
		st.Who = form.Text("who_"+at, "Who", "")
		st.ByWhen = form.Text("when_"+at, "By when, if it helps", "")
		st.DueOn = form.Typed("date", "on_"+at, "A day, to see it on Today", "")
		st.DueOn.Short = true
		st.Standing = form.Pick("stands_"+at, "Where it stands", "", ui.Options(options(plan.Steps())...))
		st.Who.Max, st.ByWhen.Max = 80, 80
		g.Steps = append(g.Steps, st)
	}
	return g
}

// lastUsed returns the highest number of a filled-in field of that name.
func lastUsed(values url.Values, name string) int {
	last := 0
	for i := 1; i <= mostForm; i++ {
		if values.Get(fmt.Sprintf(name, i)) != "" {
			last = i
		}
	}
	return last
}

func (s *Site) editPlan(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	p := planIn(r)
	err := s.Plans.Draft(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), p)
	bad, invalid := web.Invalid(err)
	if !invalid && !errors.Is(err, lead.ErrConflict) {
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, pathOf(id, "/plan"))
	}
	h, readErr := s.Plans.Read(r.Context(), web.Actor(r), id)
	if readErr != nil {
		return readErr
	}
	values := planValues(p)
	values.Set("from_version", r.PostFormValue("from_version"))
	if invalid {
		return s.showEditPlan(w, r, http.StatusUnprocessableEntity, ui.NewForm(values, bad), h.Now, nil)
	}
	if h.Latest == nil { // a conflict of another kind: the case has ended
		return err
	}
	return s.showEditPlan(w, r, http.StatusConflict, ui.NewForm(values, nil), h.Now, h.Latest)
}

func (s *Site) agreePage(w http.ResponseWriter, r *http.Request) error {
	return s.showAgree(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

type agreePage struct {
	ui.Page
	Now   participant.Now
	Plan  plan.Plan
	Lists codelist.Lists
	How   ui.Choices
	Words ui.Field
	Copy  ui.Choices
}

func (s *Site) showAgree(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	h, err := s.Plans.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	if h.Latest == nil || h.Latest.Agreed {
		return web.SeeOther(w, r, pathOf(h.Now.ID, "/plan"))
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := agreePage{Page: web.Page(r, "Does "+h.Now.Name+" agree?"), Now: h.Now, Plan: *h.Latest, Lists: lists}
	v.Phone = true
	v.How = form.One("agreed_how", "How did they agree?", "\"Not agreed yet\" is a fine answer: leave this page and it stays a draft.", options(plan.Ways())...)
	v.Words = form.Area("agreed_words", "What they said about it", "Optional.", 2)
	v.Copy = form.Many("copy_given", "A copy", "", ui.Option{Value: "yes", Label: "They have a copy"})
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "plan-agree.html", v)
}

func (s *Site) agree(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	a := plan.Agreement{Version: from(r, 0), How: r.PostFormValue("agreed_how"), Words: web.Line(r, "agreed_words"), CopyGiven: r.PostFormValue("copy_given") == "yes"}
	err := s.Plans.Agree(r.Context(), web.Actor(r), web.Form(r), id, a)
	return s.afterForm(w, r, err, pathOf(id, "/plan"), func(status int, f *ui.Form) error { return s.showAgree(w, r, status, f) })
}
