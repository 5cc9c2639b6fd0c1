// Package web serves evaluators' plans and reports, and to the partnership the reports that were released. It imports release, report and platform.
package web

import (
	"context"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/release"
	"waymark.example/internal/evidence/report"
	reportweb "waymark.example/internal/evidence/report/web"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	releases *release.Service
	extracts *outcome.Service
	pages    *ui.Set
}

// New returns the pages.
func New(releases *release.Service, extracts *outcome.Service) *Site {
	return &Site{releases, extracts, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/evidence/plans", "report.make", s.plans),
		web.Get("/evidence/plans/new", "report.make", s.edit),
		web.Post("/evidence/plans/new", "report.make", s.write),
		web.Get("/evidence/plans/{plan}", "report.make", s.plan),
		web.Get("/evidence/plans/{plan}/edit", "report.make", s.edit),
		web.Post("/evidence/plans/{plan}/edit", "report.make", s.write),
		web.Post("/evidence/plans/{plan}/freeze", "report.make", s.freeze),
		web.Post("/evidence/plans/{plan}/departures", "report.make", s.deviate),
		web.Get("/evidence/plans/{plan}/file", "report.make", s.planFile),
		web.Get("/evidence/reports", "report.make", s.reports),
		web.Post("/evidence/reports", "report.make", s.ask),
		web.Get("/evidence/reports/{report}", "report.make", s.report),
		web.Get("/evidence/reports/{report}/file", "report.make", s.file(s.releases.Report)),
		web.Get("/evidence/reports/{report}/numbers/{table}", "report.make", s.numbers(s.releases.Report)),
		web.Get("/evidence/reports/{report}/release", "report.make", s.askRelease),
		web.Post("/evidence/reports/{report}/release", "report.make", s.release),
		web.Get("/partnership/evaluations", "report.read", s.released),
		web.Get("/partnership/evaluations/{report}", "report.read", s.releasedOne),
		web.Get("/partnership/evaluations/{report}/file", "report.read", s.file(s.releases.ReleasedReport)),
		web.Get("/partnership/evaluations/{report}/numbers/{table}", "report.read", s.numbers(s.releases.ReleasedReport)),
	}
}

const most = 100 // of a list: there are few evaluations

type plansPage struct {
	ui.Page
	Plans []release.Plan
}

func (s *Site) plans(w http.ResponseWriter, r *http.Request) error {
	all, err := s.releases.Plans(r.Context(), web.Actor(r), most)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "plans.html", plansPage{web.Page(r, "Plans of evaluations"), all})
}

type editPage struct {
	ui.Page
	ID                        string
	Title, Hypothesis, Agreed ui.Field
	Outside                   ui.Field
	Primary, Window           ui.Select
	Grade, Profile            ui.Choices
}

// values are a draft as its form has it.
func values(p plan.Plan) map[string][]string {
	var agreed []string
	for _, a := range p.Agreed {
		agreed = append(agreed, a.Name+"; "+a.For+"; "+a.On)
	}
	outside := ""
	if p.Outside != nil {
		outside = p.Outside.Where + "; " + p.Outside.On
	}
	return map[string][]string{"outside": {outside}, "title": {p.Title}, "hypothesis": {p.Hypothesis}, "agreed": {strings.Join(agreed, "\n")}, "primary": {p.Definition.Primary}, "window": {strconv.Itoa(p.Definition.PrimaryWindow)}, "grade": {strconv.Itoa(p.Grade)}, "profile": {p.Profile}}
}

func (s *Site) edit(w http.ResponseWriter, r *http.Request) error {
	draft := plan.Draft()
	if id := r.PathValue("plan"); id != "" {
		p, err := s.releases.Plan(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		if p.Frozen != nil {
			return lead.ErrNotFound
		}
		draft = p.Draft
	} else if _, err := s.releases.Plans(r.Context(), web.Actor(r), 1); err != nil {
		return err
	}
	return s.showEdit(w, r, http.StatusOK, values(draft), nil)
}

func (s *Site) showEdit(w http.ResponseWriter, r *http.Request, status int, of map[string][]string, bad lead.Invalid) error {
	form := ui.NewForm(of, bad)
	v := editPage{Page: web.Page(r, "Plan of an evaluation"), ID: r.PathValue("plan")}
	v.Title = form.Text("title", "What is the evaluation called?", "")
	v.Hypothesis = form.Area("hypothesis", "What do you expect?", "In a sentence: what, of whom, compared with whom. It stands at the top of the report, whatever comes out.", 3)
	v.Hypothesis.Max = 2000
	var outcomes []ui.Option
	for _, o := range cohort.Outcomes() {
		outcomes = append(outcomes, ui.Option{Value: o.Key, Label: o.Words})
	}
	v.Primary = form.Pick("primary", "The one primary outcome", "All others are secondary. They are reported as well, whatever they show.", ui.Options(outcomes...))
	v.Window = form.Pick("window", "Over which time?", "", ui.Options(ui.Option{Value: "182", Label: "6 months"}, ui.Option{Value: "365", Label: "12 months"}, ui.Option{Value: "730", Label: "24 months"}))
	v.Grade = form.One("grade", "The weakest design that the claim may rest on", "If the data turn out weaker, the report says that the claim cannot be made.",
		ui.Option{Value: "1", Label: "Shifts drawn by lot"}, ui.Option{Value: "2", Label: "A comparison at the same time"}, ui.Option{Value: "3", Label: "Areas over time"}, ui.Option{Value: "4", Label: "Before and after only", Hint: "It cannot show an effect."})
	v.Profile = form.One("profile", "How are small numbers kept?", "", ui.Option{Value: "ten", Label: "Below ten not shown, the rest to the nearest five"}, ui.Option{Value: "nhs", Label: "One to seven not shown, the rest to the nearest five", Hint: "As NHS secondary care data are published."})
	v.Agreed = form.Area("agreed", "Who agreed to it?", "One on each line: name; for whom; day, such as Ama Mensah; Community Leadership Team; 2026-11-20", 4)
	v.Outside = form.Text("outside", "Where is it on record outside?", "The full address, such as that of a public register, then a semicolon and the day: 2026-11-20. Only a copy that nobody here can change shows to others when the plan was written. Leave it empty if there is none.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "plan-edit.html", v)
}

func (s *Site) write(w http.ResponseWriter, r *http.Request) error {
	p := plan.Draft()
	id := r.PathValue("plan")
	if id != "" {
		was, err := s.releases.Plan(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		if was.Frozen == nil {
			p = was.Draft
		}
	}
	p.Title, p.Hypothesis, p.Profile = web.Line(r, "title"), web.Line(r, "hypothesis"), r.PostFormValue("profile")
	p.Definition.Primary = r.PostFormValue("primary")
	p.Definition.PrimaryWindow, _ = strconv.Atoi(r.PostFormValue("window")) //nolint:errcheck // the definition is checked
	p.Grade, _ = strconv.Atoi(r.PostFormValue("grade"))                     //nolint:errcheck // so is the plan, before it is frozen
	p.Outside = nil
	if where, on, _ := strings.Cut(web.Line(r, "outside"), ";"); where != "" {
		p.Outside = &plan.Outside{Where: strings.TrimSpace(where), On: strings.TrimSpace(on)}
	}
	p.Agreed = nil
	for line := range strings.Lines(r.PostFormValue("agreed")) {
		parts := strings.SplitN(strings.TrimSpace(line), ";", 3)
		if len(parts) == 1 && parts[0] == "" {
			continue
		}
		a := plan.Agreed{Name: strings.TrimSpace(parts[0])}
		if len(parts) > 1 {
			a.For = strings.TrimSpace(parts[1])
		}
		if len(parts) > 2 {
			a.On = strings.TrimSpace(parts[2])
		}
		p.Agreed = append(p.Agreed, a)
	}
	id, err := s.releases.Write(r.Context(), web.Actor(r), web.Form(r), id, p)
	if bad, ok := web.Invalid(err); ok {
		return s.showEdit(w, r, http.StatusUnprocessableEntity, r.PostForm, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/plans/"+id)
}

type planPage struct {
	ui.Page
	Plan     release.Plan
	Now      plan.Plan
	Primary  string
	Window   int // months
	Problem  string
	Kind     ui.Choices
	What     ui.Field
	Why      ui.Field
	By       ui.Field
	Reported bool
}

func (s *Site) plan(w http.ResponseWriter, r *http.Request) error {
	return s.showPlan(w, r, http.StatusOK, nil)
}

func (s *Site) showPlan(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	p, err := s.releases.Plan(r.Context(), web.Actor(r), r.PathValue("plan"))
	if err != nil {
		return err
	}
	v := planPage{Page: web.Page(r, "Plan of an evaluation"), Plan: p, Now: p.Now()}
	v.Primary, v.Window = cohort.OutcomeOf(v.Now.Definition.Primary).Words, v.Now.Definition.PrimaryWindow/30
	v.Problem = bad["freeze"]
	if p.Frozen == nil && v.Problem == "" {
		if err := v.Now.Check(s.releases.Book.Now()); err != nil {
			v.Problem = err.Error()
		}
	}
	delete(bad, "freeze")
	form := ui.NewForm(r.PostForm, bad)
	if form.Values.Get("kind") == "" {
		form.Values.Set("kind", "other")
	}
	v.Kind = form.One("kind", "What kind of departure is it?", "", ui.Option{Value: "opened", Label: "Outcomes were here before the plan was frozen"}, ui.Option{Value: "other", Label: "Something was done otherwise"})
	v.What = form.Text("what", "What is done otherwise?", "")
	v.Why = form.Area("why", "Why?", "It stands on the first page of the report.", 3)
	v.Why.Max = 1000
	v.By = form.Text("by", "Who says so?", "")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "plan.html", v)
}

func (s *Site) freeze(w http.ResponseWriter, r *http.Request) error {
	id, err := s.releases.Freeze(r.Context(), web.Actor(r), web.Form(r), r.PathValue("plan"))
	if bad, ok := web.Invalid(err); ok {
		return s.showPlan(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/plans/"+id)
}

func (s *Site) deviate(w http.ResponseWriter, r *http.Request) error {
	d := plan.Deviation{Kind: r.PostFormValue("kind"), What: web.Line(r, "what"), Why: web.Line(r, "why"), By: web.Line(r, "by")}
	id, err := s.releases.Deviate(r.Context(), web.Actor(r), web.Form(r), r.PathValue("plan"), d)
	if bad, ok := web.Invalid(err); ok {
		return s.showPlan(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/plans/"+id)
}

func (s *Site) planFile(w http.ResponseWriter, r *http.Request) error {
	p, err := s.releases.Plan(r.Context(), web.Actor(r), r.PathValue("plan"))
	if err != nil {
		return err
	}
	if p.Frozen == nil {
		return lead.ErrNotFound
	}
	return web.Attach(w, "plan-"+p.Frozen.Hash[:12]+".json", "application/json", p.Frozen.Bytes())
}

type reportsPage struct {
	ui.Page
	Reports       []release.Report
	Plan, Extract ui.Select
	Ready         bool // there is something to choose from
}

func (s *Site) reports(w http.ResponseWriter, r *http.Request) error {
	return s.showReports(w, r, http.StatusOK, nil)
}

func (s *Site) showReports(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	actor := web.Actor(r)
	all, err := s.releases.Reports(r.Context(), actor, most)
	if err != nil {
		return err
	}
	plans, err := s.releases.Plans(r.Context(), actor, most)
	if err != nil {
		return err
	}
	extracts, err := s.extracts.Extracts(r.Context(), actor, most)
	if err != nil {
		return err
	}
	v := reportsPage{Page: web.Page(r, "Reports of evaluations"), Reports: all}
	form := ui.NewForm(r.PostForm, bad)
	var frozen, there ui.OptionGroup
	for _, p := range plans {
		if p.Frozen != nil {
			frozen.Options = append(frozen.Options, ui.Choice{Option: ui.Option{Value: p.ID, Label: p.Frozen.Plan.Title}})
		}
	}
	for _, x := range extracts {
		there.Options = append(there.Options, ui.Choice{Option: ui.Option{Value: x.ID, Label: x.From + " – " + x.Until + " (" + x.Hash[:min(8, len(x.Hash))] + ")"}})
	}
	v.Plan = form.Pick("plan", "By which frozen plan?", "", frozen)
	v.Extract = form.Pick("extract", "On which extract?", "", there)
	v.Ready = len(frozen.Options) > 0 && len(there.Options) > 0
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "reports.html", v)
}

func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	id, err := s.releases.Ask(r.Context(), web.Actor(r), web.Form(r), r.PostFormValue("plan"), r.PostFormValue("extract"))
	if bad, ok := web.Invalid(err); ok {
		return s.showReports(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/reports/"+id)
}

type reportPage struct {
	ui.Page
	Report   release.Report
	At       string        // the page's own address
	Body     template.HTML // the report
	Own      bool          // whoever evaluates looks at it
	ListHref string
}

func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	one, p, err := s.releases.Report(r.Context(), web.Actor(r), r.PathValue("report"))
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, reportPage{Page: web.Page(r, "Report of an evaluation"), Report: one, At: "/evidence/reports/" + one.ID, Own: true, ListHref: "/evidence/reports"}, p)
}

func (s *Site) render(w http.ResponseWriter, status int, v reportPage, p *report.Publication) error {
	if p != nil {
		var err error
		if v.Body, err = reportweb.Body(*p, func(b report.Block) string { return v.At + "/numbers/" + b.ID }); err != nil {
			return err
		}
	}
	return s.pages.Render(w, status, "report.html", v)
}

// askRelease says what a release does, before it is done: nothing takes it back.
func (s *Site) askRelease(w http.ResponseWriter, r *http.Request) error {
	return s.showRelease(w, r, http.StatusOK, "")
}

type releasePage struct {
	ui.Page
	Report  release.Report
	At      string
	Warned  []string
	Claims  []report.Claim
	Trouble string // why it was not released
}

func (s *Site) showRelease(w http.ResponseWriter, r *http.Request, status int, trouble string) error {
	one, p, err := s.releases.Report(r.Context(), web.Actor(r), r.PathValue("report"))
	if err != nil {
		return err
	}
	if p == nil || one.Released() {
		return web.SeeOther(w, r, "/evidence/reports/"+one.ID)
	}
	v := releasePage{Page: web.Page(r, "Release a report"), Report: one, At: "/evidence/reports/" + one.ID, Warned: slices.Concat(p.Departures, p.Warnings), Claims: p.Claims, Trouble: trouble}
	if trouble != "" {
		v.Errors = []ui.FieldError{{ID: "release", Text: trouble}}
	}
	return s.pages.Render(w, status, "release.html", v)
}

func (s *Site) release(w http.ResponseWriter, r *http.Request) error {
	err := s.releases.Release(r.Context(), web.Actor(r), web.Form(r), r.PathValue("report"))
	if bad, ok := web.Invalid(err); ok {
		return s.showRelease(w, r, http.StatusUnprocessableEntity, bad["release"])
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/evidence/reports/"+r.PathValue("report"))
}

func (s *Site) released(w http.ResponseWriter, r *http.Request) error {
	all, err := s.releases.Released(r.Context(), web.Actor(r), most)
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "released.html", reportsPage{Page: web.Page(r, "Evaluations"), Reports: all})
}

func (s *Site) releasedOne(w http.ResponseWriter, r *http.Request) error {
	one, p, err := s.releases.ReleasedReport(r.Context(), web.Actor(r), r.PathValue("report"))
	if err != nil {
		return err
	}
	return s.render(w, http.StatusOK, reportPage{Page: web.Page(r, "Report of an evaluation"), Report: one, At: "/partnership/evaluations/" + one.ID, ListHref: "/partnership/evaluations"}, p)
}

// reader reads one report as one kind of reader may.
type reader func(ctx context.Context, actor lead.Actor, reportID string) (release.Report, *report.Publication, error)

// file sends the report as one page that needs nothing besides itself.
func (s *Site) file(read reader) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		one, p, err := read(r.Context(), web.Actor(r), r.PathValue("report"))
		if err != nil {
			return err
		}
		if p == nil {
			return lead.ErrNotFound
		}
		text, err := reportweb.Document(*p)
		if err != nil {
			return err
		}
		return web.Attach(w, "evaluation-"+one.Hash[:12]+".html", "text/html", text)
	}
}

// numbers sends the numbers of one table or picture.
func (s *Site) numbers(read reader) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		_, p, err := read(r.Context(), web.Actor(r), r.PathValue("report"))
		if err != nil {
			return err
		}
		if p == nil {
			return lead.ErrNotFound
		}
		for _, part := range p.Parts {
			if i := slices.IndexFunc(part.Blocks, func(b report.Block) bool { return b.ID == r.PathValue("table") && b.CSV != "" }); i >= 0 {
				return web.Attach(w, part.Blocks[i].File(), "text/csv", []byte(part.Blocks[i].CSV))
			}
		}
		return lead.ErrNotFound
	}
}
