package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/warm"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/service"
)

// warmRoutes are the pages on the way to a service.
func (s *Site) warmRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/services", "case.caseload", s.silentServices),
		web.Get("/care/services/report", "service.report", s.doorsReport),
		web.Get("/care/services/report.csv", "service.report", s.doorsFile),
		web.Get("/care/people/{person}/services", "case.read", s.servicesOf),
		web.Get("/care/people/{person}/services/new", "case.write", s.referPage),
		web.Post("/care/people/{person}/services/new", "case.write", s.refer),
		web.Get("/care/people/{person}/services/unmet", "case.write", s.unmetPage),
		web.Post("/care/people/{person}/services/unmet", "case.write", s.unmet),
		web.Get("/care/people/{person}/services/{warm}", "case.read", s.warmReferral),
		web.Post("/care/people/{person}/services/{warm}", "case.write", s.warmStep),
	}
}

type silentPage struct {
	ui.Page
	Tasks  []warm.Task
	Days   int
	Report bool
}

func (s *Site) silentServices(w http.ResponseWriter, r *http.Request) error {
	tasks, err := s.Warm.Silent(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := silentPage{web.Page(r, "Waiting to hear"), tasks, warm.SilentDays, web.Actor(r).Has(lead.Supervisor)}
	return s.pages.Render(w, http.StatusOK, "services-silent.html", v)
}

type servicesPage struct {
	ui.Page
	Now   participant.Now
	Tab   string
	Warm  []warmRow
	Unmet []warm.Unmet
	Lists codelist.Lists
}

type warmRow struct {
	warm.Kept
	Quiet bool
}

func (s *Site) servicesOf(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Warm.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := servicesPage{Page: web.Page(r, "Services: "+all.Now.Name), Now: all.Now, Tab: "services", Unmet: all.Unmet, Lists: all.Lists}
	for _, k := range all.Warm {
		v.Warm = append(v.Warm, warmRow{k, k.Silent(s.People.Book.Now())})
	}
	return s.pages.Render(w, http.StatusOK, "person-services.html", v)
}

type referView struct {
	ui.Page
	Now     participant.Now
	Service service.Document
	Action  string
	Fields  []any
}

func (s *Site) referPage(w http.ResponseWriter, r *http.Request) error {
	id := r.URL.Query().Get("service")
	if id == "" { // first choose where to
		rec, err := s.record(r)
		if err != nil {
			return err
		}
		if err := s.People.Access.Check(web.Actor(r), "case.write", rec.Resource()); err != nil {
			return err
		}
		return web.SeeOther(w, r, "/services?"+url.Values{"for": {r.PathValue("person")}}.Encode())
	}
	return s.showRefer(w, r, http.StatusOK, url.Values{"service": {id}}, nil)
}

func triples(list [][3]string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, c := range list {
		out[i] = ui.Option{Value: c[0], Label: c[1], Hint: c[2]}
	}
	return out
}

// showRefer is the first step: which facts, which way and by which door. Nothing
// is chosen beforehand.
func (s *Site) showRefer(w http.ResponseWriter, r *http.Request, status int, values url.Values, bad lead.Invalid) error {
	p, err := s.Warm.Look(r.Context(), web.Actor(r), r.PathValue("person"), warm.Referral{ServiceID: values.Get("service"), Domain: values.Get("domain")})
	if err != nil {
		return err
	}
	if values.Get("domain") == "" {
		if of, _ := p.Service.Needs(); len(of) > 0 {
			values.Set("domain", of[0])
		}
	}
	name := p.Now.Name
	v := referView{Page: web.Page(r, name+" and "+p.Service.Name), Now: p.Now, Service: p.Service, Action: pathOf(p.Now.ID, "/services/new")}
	v.Phone = true
	form := ui.NewForm(values, bad)
	needs := []ui.Option{{Label: "Choose"}}
	for _, c := range p.Lists.Codes("need_domains") {
		needs = append(needs, ui.Option{Value: c.Code, Label: c.Label})
	}
	var facts []ui.Option
	for _, f := range p.Facts {
		facts = append(facts, ui.Option{Value: f.Code, Label: f.Words})
	}
	choose := form.Many("facts", "What does "+name+" want them to know?", "Nothing is chosen yet. Ask, one by one.", facts...)
	choose.Small = true
	own := form.Area("own", "Something in "+name+"'s own words", "Optional. The least that helps; nothing about other people.", 3)
	own.Max = 600
	list := form.One("list", "Is there a waiting list?", "", options(warm.WaitingLists())...)
	list.Small = true
	wait := form.Text("others_days", "How many days does anybody else wait there?", "As they say. Empty when nobody knows.")
	wait.Numeric, wait.Short, wait.Max = true, true, 4
	v.Fields = []any{form.Pick("domain", "For which need?", "", ui.Options(needs...)), choose, own, form.One("how", "How does it reach them?", "", triples(warm.Hows())...),
		form.One("door", "By which door?", "People of this programme are not put before others who wait. Where they are, it is said.", triples(warm.Doors())...), list, wait}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "refer.html", v)
}

// referIn reads both steps of the form.
func referIn(r *http.Request) warm.Referral {
	if chosen := r.PostFormValue("chosen"); chosen != "" { // as the second step carries them
		r.PostForm["facts"] = strings.Split(chosen, ",")
	}
	return warm.Referral{ServiceID: r.PostFormValue("service"), Domain: r.PostFormValue("domain"), Facts: r.PostForm["facts"], Own: web.Line(r, "own"), How: r.PostFormValue("how"),
		Door: r.PostFormValue("door"), List: r.PostFormValue("list"), OthersDays: web.Line(r, "others_days"), Shown: web.Line(r, "shown"),
		Agreed: r.PostFormValue("agreed") == "yes", Risky: r.PostFormValue("risky") == "yes", Way: r.PostFormValue("said_how"), Witness: web.Line(r, "witness"),
		Language: web.Line(r, "language"), AskAgain: r.PostFormValue("ask_again") == "yes"}
}

type referPreview struct {
	ui.Page
	Now     participant.Now
	Service service.Document
	Words   string
	Risky   []string
	How     string
	Action  string
	Fixed   []hiddenField
	Fields  []any
}

func (s *Site) refer(w http.ResponseWriter, r *http.Request) error {
	id, ref := r.PathValue("person"), referIn(r)
	switch r.PostFormValue("then") {
	case "change":
		return s.showRefer(w, r, http.StatusOK, r.PostForm, nil)
	case "save":
		warmID, err := s.Warm.Refer(r.Context(), web.Actor(r), web.Form(r), id, ref)
		if bad, ok := web.Invalid(err); ok {
			return s.previewRefer(w, r, http.StatusUnprocessableEntity, ref, bad)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, pathOf(id, "/services/"+url.PathEscape(warmID)))
	}
	return s.previewRefer(w, r, http.StatusOK, ref, nil)
}

// previewRefer is the second step: exactly what goes, and their yes to it.
func (s *Site) previewRefer(w http.ResponseWriter, r *http.Request, status int, ref warm.Referral, bad lead.Invalid) error {
	p, err := s.Warm.Check(r.Context(), web.Actor(r), r.PathValue("person"), ref)
	if wrong, ok := web.Invalid(err); ok {
		return s.showRefer(w, r, http.StatusUnprocessableEntity, r.PostForm, wrong)
	}
	if err != nil {
		return err
	}
	name := p.Now.Name
	v := referPreview{Page: web.Page(r, "Before they go: "+p.Service.Name), Now: p.Now, Service: p.Service, Words: p.Words, Risky: p.Risky, How: ref.How, Action: pathOf(p.Now.ID, "/services/new")}
	v.Phone = true
	if status != http.StatusOK && web.Line(r, "shown") != p.Words { // they saw other words: ask again
		r.PostForm.Del("agreed")
	}
	v.Fixed = append(v.Fixed, hiddenField{"chosen", strings.Join(ref.Facts, ",")})
	for _, field := range []string{"service", "domain", "own", "how", "door", "list", "others_days"} {
		for _, value := range r.PostForm[field] {
			v.Fixed = append(v.Fixed, hiddenField{field, value})
		}
	}
	v.Fixed = append(v.Fixed, hiddenField{"shown", p.Words})
	bad = renamed(bad, map[string]string{"how": "said_how", "recipient": "agreed", "topics": "agreed", "words": "agreed", "until": "agreed", "channel": "agreed", "outside": "agreed"})
	if r.PostForm.Get("language") == "" && status == http.StatusOK {
		r.PostForm.Set("language", "English")
	}
	form := ui.NewForm(r.PostForm, bad)
	if ref.How == warm.Sent {
		if len(p.Risky) > 0 {
			v.Fields = append(v.Fields, form.Many("risky", "This could prompt somebody to enforce something", "", ui.Option{Value: "yes", Label: "It must be said, and there is no gentler way"}))
		}
		v.Fields = append(v.Fields, form.Many("agreed", "Does "+name+" say yes to these words?", "Read them out, or turn the screen.", ui.Option{Value: "yes", Label: name + " says yes to these words"}),
			form.One("said_how", "How did "+name+" say yes?", "", options(consent.Ways())...), form.Text("witness", "Who else heard it?", "When it was said, not signed."),
			form.Text("language", "Language you spoke in", ""),
			form.Many("ask_again", "Were things steady enough to decide?", "", ui.Option{Value: "yes", Label: name + " was in crisis or intoxicated", Hint: "It still counts, for a fortnight. Ask again when things are steadier"}))
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "refer-preview.html", v)
}

// renamed moves errors to the fields of this page.
func renamed(bad lead.Invalid, names map[string]string) lead.Invalid {
	out := lead.Invalid{}
	for field, text := range bad {
		if to, ok := names[field]; ok {
			field = to
		}
		out[field] = text
	}
	return out
}

type warmPage struct {
	ui.Page
	Now    participant.Now
	Kept   warm.Kept
	Quiet  bool
	Waited int // days
	There  bool
	Step   ui.Choices
	Words  ui.Field
	On     ui.Field
}

func (s *Site) warmReferral(w http.ResponseWriter, r *http.Request) error {
	return s.showWarm(w, r, http.StatusOK, ui.NewForm(url.Values{"on": {s.today()}}, nil))
}

func (s *Site) showWarm(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, k, err := s.Warm.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("warm"))
	if err != nil {
		return err
	}
	v := warmPage{Page: web.Page(r, k.Service), Now: now, Kept: k, Quiet: k.Silent(s.People.Book.Now())}
	v.Phone = true
	v.Waited, v.There = k.Waited()
	v.Step = form.One("kind", "What happened?", "", append(options(warm.Steps()), options(warm.Outcomes())...)...)
	v.Step.Small, v.Step.Half = true, true
	v.Words = form.Area("words", "A few words", "Optional. Stays with the case team.", 2)
	v.Words.Max = 1000
	v.On = form.Typed("date", "on", "When?", "")
	v.On.Short = true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "warm.html", v)
}

func (s *Site) warmStep(w http.ResponseWriter, r *http.Request) error {
	id, warmID := r.PathValue("person"), r.PathValue("warm")
	err := s.Warm.Note(r.Context(), web.Actor(r), web.Form(r), id, warmID, warm.Step{Kind: warm.Kind(r.PostFormValue("kind")), Words: web.Line(r, "words"), On: r.PostFormValue("on")})
	return s.afterForm(w, r, err, pathOf(id, "/services/"+url.PathEscape(warmID)), func(status int, f *ui.Form) error { return s.showWarm(w, r, status, f) })
}

func (s *Site) unmetPage(w http.ResponseWriter, r *http.Request) error {
	return s.showUnmet(w, r, http.StatusOK, ui.NewForm(url.Values{"on": {s.today()}, "service": {r.URL.Query().Get("service")}}, nil))
}

func (s *Site) showUnmet(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	all, err := s.Warm.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Wanted and not there"), Now: all.Now, Action: pathOf(all.Now.ID, "/services/unmet"), Heading: "Wanted and not there", Button: "Keep this",
		Intro: "What is missing is counted for everybody together, so that it can be asked for. It says nothing about " + all.Now.Name + "."}
	needs := []ui.Option{{Label: "Choose"}}
	for _, c := range all.Lists.Codes("need_domains") {
		needs = append(needs, ui.Option{Value: c.Code, Label: c.Label})
	}
	services := []ui.Option{{Label: "None in particular"}}
	for _, k := range all.Warm {
		o := ui.Option{Value: k.ServiceID, Label: k.Service}
		if !contains(services, o) {
			services = append(services, o)
		}
	}
	day := form.Typed("date", "on", "When?", "")
	day.Short = true
	v.Fields = []any{form.Pick("domain", "For which need?", "", ui.Options(needs...)), form.One("why", "Why was it not there?", "", options(warm.Whys())...),
		form.Pick("service", "Which service?", "", ui.Options(services...)), form.Area("words", "What would have helped?", "In their words. Optional.", 2), day}
	return s.showForm(w, status, v, form)
}

func contains(options []ui.Option, o ui.Option) bool {
	for _, have := range options {
		if have == o {
			return true
		}
	}
	return false
}

func (s *Site) unmet(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	u := warm.Unmet{Domain: r.PostFormValue("domain"), Why: r.PostFormValue("why"), ServiceID: r.PostFormValue("service"), Words: web.Line(r, "words"), On: r.PostFormValue("on")}
	err := s.Warm.Miss(r.Context(), web.Actor(r), web.Form(r), id, u)
	return s.afterForm(w, r, err, pathOf(id, "/services"), func(status int, f *ui.Form) error { return s.showUnmet(w, r, status, f) })
}

type reportPage struct {
	ui.Page
	Report warm.Report
	Lists  codelist.Lists
}

func (s *Site) doorsReport(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Warm.Report(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "services-report.html", reportPage{web.Page(r, "Doors and waiting"), report, lists})
}

// doorsFile is the same report as a file, in the same suppressed numbers.
func (s *Site) doorsFile(w http.ResponseWriter, r *http.Request) error {
	report, err := s.Warm.Report(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	file := web.DownloadCSV(w, "doors-and-waiting.csv")
	rows := [][]string{{"since", "service", "referrals", "same_door", "own_place", "before_others", "had_waiting_list", "median_days_until_there", "median_days_of_others", "sooner_than_others"}}
	report.Total.Service = "all services together"
	for _, l := range append([]warm.Line{report.Total}, report.Lines...) {
		rows = append(rows, []string{report.From, l.Service, l.All.String(), l.Same.String(), l.Own.String(), l.Ahead.String(), l.Listed.String(), days(l.Waited), days(l.Others), l.Sooner.String()})
	}
	rows = append(rows, []string{"since", "need", "why_not_there", "times"})
	for _, m := range report.Missing {
		rows = append(rows, []string{report.From, lists.Label("need_domains", m.Domain), m.WhyWords(), m.Times.String()})
	}
	for _, row := range rows {
		if err := file.Row(row...); err != nil {
			return err
		}
	}
	return file.End()
}

// days writes a number of days, or that there are too few to say.
func days(n int) string {
	if n < 0 {
		return "too few to say"
	}
	return strconv.Itoa(n)
}
