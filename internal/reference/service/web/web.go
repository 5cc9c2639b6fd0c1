// Package web serves the directory of services to the case team, and to anybody
// where a site decided so. It imports reference and platform.
package web

import (
	"embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/service"
)

//go:embed *.html
var files embed.FS

// Site is the pages of the directory.
type Site struct {
	directory *service.Service
	codes     *codelist.Service
	pages     *ui.Set
}

// New returns the pages.
func New(directory *service.Service, codes *codelist.Service) *Site {
	return &Site{directory, codes, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/services", "service.read", s.search),
		web.Get("/services/new", "service.keep", s.addPage),
		web.Post("/services/new", "service.keep", s.add),
		web.Get("/services/{service}", "service.read", s.service),
		web.Post("/services/{service}/verified", "service.verify", s.verify),
		web.Get("/services/{service}/change", "service.keep", s.changePage),
		web.Post("/services/{service}/change", "service.keep", s.change),
	}
}

const perPage = 25

// needs returns the parts of life that a service can be for.
func (s *Site) needs(r *http.Request) (codelist.Lists, error) {
	var lists codelist.Lists
	err := s.codes.Book.Look(r.Context(), func(tx *db.Tx) error {
		var err error
		lists, err = codelist.Load(r.Context(), tx, "need_domains")
		return err
	})
	return lists, err
}

// person is the id of somebody for whom a service is looked for, "" for nobody.
// The directory knows nothing of them: it hands the id on to their own pages.
func person(r *http.Request) string {
	id := r.URL.Query().Get("for")
	if !strings.HasPrefix(id, "par_") || len(id) > 60 || strings.ContainsFunc(id, func(c rune) bool { return c != '_' && (c < '0' || c > 'z') }) {
		return ""
	}
	return id
}

type searchPage struct {
	ui.Page
	Words   ui.Field
	Place   ui.Field
	Need    ui.Select
	Ways    ui.Choices
	Found   []found
	Asked   bool
	More    string
	Keeper  bool
	For     string
	Stale   int
	Clear   string
	Refined bool // ways are chosen: they show
}

// found is a service as a list shows it.
type found struct {
	service.Found
	Needs   string
	Guessed bool
	Old     bool
	Hours   string
	Link    string
	Town    string
	Way     []string
}

func (s *Site) found(f service.Found, lists codelist.Lists, forWhom string) found {
	out := found{Found: f, Old: f.Stale(s.directory.Book.Now()), Hours: s.hours(f.Standing), Town: f.Document.Town(), Link: "/services/" + f.ID + forQuery(forWhom)}
	var names []string
	domains, guessed := f.Document.Needs()
	for _, d := range domains {
		names = append(names, lists.Label("need_domains", d))
	}
	out.Needs, out.Guessed = strings.Join(names, "; "), guessed
	for _, w := range service.Ways() {
		if f.Is(service.Way(w[0])) && service.Way(w[0]) != service.BankHolidays {
			out.Way = append(out.Way, w[1])
		}
	}
	return out
}

// hours says in a few words whether a door is open.
func (s *Site) hours(st service.Standing) string {
	zone := s.directory.Zone
	switch {
	case st.Open:
		return "Open now, until " + st.Until.In(zone).Format("15:04")
	case st.Holiday:
		return "Bank holiday today: ring first" + s.next(st)
	case !st.Known:
		return "Hours not known: ring first"
	case st.Next.IsZero():
		return "Closed"
	}
	return "Closed now" + s.next(st)
}

func (s *Site) next(st service.Standing) string {
	if st.Next.IsZero() {
		return ""
	}
	now, at := s.directory.Book.Now().In(s.directory.Zone), st.Next.In(s.directory.Zone)
	switch days := int(dayOf(at).Sub(dayOf(now)).Hours()) / 24; {
	case days == 0:
		return ", opens " + at.Format("15:04")
	case days == 1:
		return ", opens tomorrow " + at.Format("15:04")
	case days < 7:
		return ", opens " + at.Format("Monday 15:04")
	}
	return ", opens " + st.Next.In(s.directory.Zone).Format("2 January 15:04")
}

// dayOf is a day without its hours, so that days can be counted.
func dayOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func forQuery(person string) string {
	if person == "" {
		return ""
	}
	return "?" + url.Values{"for": {person}}.Encode()
}

// asked are the questions of a search that are ways.
func asked() []ui.Option {
	return []ui.Option{{Value: "open", Label: "Open now"}, {Value: "walk_in", Label: "Walk in"}, {Value: "women_only", Label: "Women only"}, {Value: "dogs", Label: "Takes dogs"}}
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	lists, err := s.needs(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	has := func(way string) bool {
		for _, v := range q["way"] {
			if v == way {
				return true
			}
		}
		return false
	}
	ask := service.Query{Words: q.Get("what"), Place: q.Get("where"), Need: q.Get("need"), WalkIn: has("walk_in"), WomenOnly: has("women_only"), Dogs: has("dogs"), OpenNow: has("open"), After: q.Get("after")}
	list, next, err := s.directory.Search(r.Context(), web.Actor(r), ask, perPage)
	if err != nil {
		return err
	}
	v := searchPage{Page: web.Page(r, "Services"), Asked: !ask.Empty(), Keeper: web.Actor(r).Has(lead.Supervisor), For: person(r), Refined: len(q["way"]) > 0}
	for _, f := range list {
		v.Found = append(v.Found, s.found(f, lists, v.For))
	}
	if v.Stale, err = s.directory.ToVerify(r.Context(), web.Actor(r)); err != nil {
		return err
	}
	v.Clear = "/services" + forQuery(v.For)
	if next != "" {
		q.Set("after", next)
		v.More = "/services?" + q.Encode()
	}
	form := ui.NewForm(q, nil)
	v.Words, v.Place = form.Text("what", "What", "A word, or a name"), form.Text("where", "Where", "A town, or the start of a postcode")
	v.Words.Max, v.Place.Max = 100, 60
	v.Need = form.Pick("need", "For which need", "", ui.Options(append([]ui.Option{{Label: "Any"}}, needOptions(lists)...)...))
	v.Ways = form.Many("way", "Only", "", asked()...)
	v.Ways.Small, v.Ways.Half = true, true
	return s.pages.Render(w, http.StatusOK, "services.html", v)
}

func needOptions(lists codelist.Lists) []ui.Option {
	var out []ui.Option
	for _, c := range lists.Codes("need_domains") {
		out = append(out, ui.Option{Value: c.Code, Label: c.Label})
	}
	return out
}

type servicePage struct {
	ui.Page
	Service    found
	Week       []dayHours
	Exceptions []service.Exception
	Said       []string
	History    []service.Version
	Keeper     bool
	For        string
	Back       string
	Verified   bool // just now
	Today      string
}

type dayHours struct{ Day, Hours string }

func (s *Site) service(w http.ResponseWriter, r *http.Request) error {
	f, history, err := s.directory.Read(r.Context(), web.Actor(r), r.PathValue("service"))
	if err != nil {
		return err
	}
	lists, err := s.needs(r)
	if err != nil {
		return err
	}
	v := servicePage{Page: web.Page(r, f.Name), Service: s.found(f, lists, person(r)), History: history, Keeper: web.Actor(r).Has(lead.Supervisor), For: person(r),
		Verified: r.URL.Query().Get("done") == "verified", Said: f.Said()}
	v.Back = "/services" + forQuery(v.For)
	v.Exceptions = f.Exceptions(s.today())
	if week, _ := f.Hours(); week != [7]string{} {
		for i, day := range service.Days() {
			v.Week = append(v.Week, dayHours{day, week[i]})
		}
	}
	return s.pages.Render(w, http.StatusOK, "service.html", v)
}

func (s *Site) today() string {
	return s.directory.Book.Now().In(s.directory.Zone).Format(time.DateOnly)
}

func (s *Site) verify(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("service")
	version, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		version = 0 // never a version: it is told as a change by somebody else
	}
	if err := s.directory.Verify(r.Context(), web.Actor(r), web.Form(r), id, version); err != nil {
		return err
	}
	q := url.Values{"done": {"verified"}}
	if p := r.PostFormValue("for"); p != "" {
		q.Set("for", p)
	}
	return web.SeeOther(w, r, "/services/"+url.PathEscape(id)+"?"+q.Encode())
}

type editPage struct {
	ui.Page
	Heading string
	Back    string
	Action  string
	From    int64
	Fields  []any
	Where   []any
	Hours   []ui.Field
	More    []any
	Complex bool
	Theirs  bool // somebody changed it meanwhile
	Said    []string
}

func (s *Site) addPage(w http.ResponseWriter, r *http.Request) error {
	return s.showEdit(w, r, http.StatusOK, url.Values{"status": {"active"}}, nil, nil, false)
}

func (s *Site) changePage(w http.ResponseWriter, r *http.Request) error {
	f, _, err := s.directory.Read(r.Context(), web.Actor(r), r.PathValue("service"))
	if err != nil {
		return err
	}
	return s.showEdit(w, r, http.StatusOK, valuesOf(service.EditOf(f.Document, s.today()), f.Version), nil, &f, false)
}

// valuesOf lays an edit out as the answers of its form.
func valuesOf(e service.Edit, version int64) url.Values {
	v := url.Values{"from_version": {strconv.FormatInt(version, 10)}, "name": {e.Name}, "organisation": {e.Organisation}, "description": {e.Description}, "status": {e.Status}, "alert": {e.Alert},
		"phone": {e.Phone}, "email": {e.Email}, "url": {e.URL}, "street": {e.Street}, "town": {e.Town}, "postcode": {e.Postcode}, "area": {e.Area}, "eligibility": {e.Eligibility},
		"cost": {e.Cost}, "needs": e.Needs, "exceptions": {strings.TrimSpace(e.Exceptions)}}
	for _, w := range e.Ways {
		v.Add("ways", string(w))
	}
	for i, hours := range e.Week {
		v.Set("hours_"+strconv.Itoa(i), hours)
	}
	return v
}

func (s *Site) editIn(r *http.Request) (service.Edit, error) {
	line := func(name string) string { return web.Line(r, name) }
	e := service.Edit{From: s.today(), Name: line("name"), Organisation: line("organisation"), Description: line("description"), Status: line("status"), Alert: line("alert"), Phone: line("phone"),
		Email: line("email"), URL: line("url"), Street: line("street"), Town: line("town"), Postcode: line("postcode"), Area: line("area"), Eligibility: line("eligibility"), Cost: line("cost"),
		Exceptions: line("exceptions"), NeedLabels: map[string]string{}}
	for i := range e.Week {
		e.Week[i] = line("hours_" + strconv.Itoa(i))
	}
	for _, way := range r.PostForm["ways"] {
		e.Ways = append(e.Ways, service.Way(way))
	}
	lists, err := s.needs(r)
	if err != nil {
		return e, err
	}
	for _, c := range lists.Codes("need_domains") { // in the order of the list, and only what is on it
		for _, chosen := range r.PostForm["needs"] {
			if chosen == c.Code {
				e.Needs = append(e.Needs, c.Code)
				e.NeedLabels[c.Code] = c.Label
			}
		}
	}
	return e, nil
}

func (s *Site) showEdit(w http.ResponseWriter, r *http.Request, status int, values url.Values, bad lead.Invalid, was *service.Found, theirs bool) error {
	lists, err := s.needs(r)
	if err != nil {
		return err
	}
	v := editPage{Page: web.Page(r, "A new service"), Heading: "A new service", Back: "/services", Action: "/services/new", Theirs: theirs}
	if was != nil {
		v.Page, v.Heading = web.Page(r, "Change "+was.Name), "Change "+was.Name
		v.Back = "/services/" + was.ID
		v.Action = v.Back + "/change"
		v.Said = was.Said()
		_, whole := was.Document.Hours()
		v.Complex = !whole
		if v.From, err = strconv.ParseInt(values.Get("from_version"), 10, 64); err != nil {
			v.From = 0
		}
		if theirs { // saving again is meant: on top of what the other wrote
			v.From, v.Key = was.Version, lead.NewID("frm")
		}
	}
	form := ui.NewForm(values, bad)
	about := form.Area("description", "What it does", "In plain words.", 3)
	about.Max = 2000
	needs := form.Many("needs", "For which needs", "", needOptions(lists)...)
	needs.Small = true
	ways := form.Many("ways", "How people come", "", options(service.Ways())...)
	ways.Small = true
	v.Fields = []any{form.Text("name", "What it is called", ""), form.Text("organisation", "Who runs it", ""), about, needs, ways,
		form.Text("eligibility", "Who can come", "Optional, such as: over 18."), form.Text("cost", "What it costs", "Optional. Empty means nothing is said."),
		form.Typed("tel", "phone", "Phone", ""), form.Typed("email", "email", "E-mail", ""), form.Typed("url", "url", "Web address", "")}
	street := form.Text("street", "Street", "Leave it out when where it is stays secret: then it is not kept here at all.")
	postcode := form.Text("postcode", "Postcode", "")
	postcode.Short, postcode.Max = true, 12
	v.Where = []any{street, form.Text("town", "Town", ""), postcode, form.Text("area", "From where people can come", "Optional, such as: anybody in Northmoor.")}
	if !v.Complex {
		for i, day := range service.Days() {
			f := form.Text("hours_"+strconv.Itoa(i), day, "")
			f.Max = 60
			v.Hours = append(v.Hours, f)
		}
	}
	exceptions := form.Area("exceptions", "Days that are different", "One to a line: 2026-12-25 closed, or 2026-12-24 10:00-12:00. On bank holidays nothing is promised unless it stands here.", 3)
	there := form.One("status", "Is it there now?", "", ui.Option{Value: "active", Label: "Yes"}, ui.Option{Value: "temporarily closed", Label: "Closed for a time"}, ui.Option{Value: "defunct", Label: "No, it has ended", Hint: "It is found no more; its history stays"})
	there.Small = true
	v.More = []any{exceptions, form.Text("alert", "Something to know before going", "Optional, one line."), there}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "service-edit.html", v)
}

func options(list [][2]string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, c := range list {
		out[i] = ui.Option{Value: c[0], Label: c[1]}
	}
	return out
}

func (s *Site) add(w http.ResponseWriter, r *http.Request) error {
	e, err := s.editIn(r)
	if err != nil {
		return err
	}
	id, err := s.directory.Add(r.Context(), web.Actor(r), web.Form(r), e)
	if bad, ok := web.Invalid(err); ok {
		return s.showEdit(w, r, http.StatusUnprocessableEntity, r.PostForm, bad, nil, false)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/services/"+id)
}

func (s *Site) change(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("service")
	f, _, err := s.directory.Read(r.Context(), web.Actor(r), id)
	if err != nil {
		return err
	}
	e, err := s.editIn(r)
	if err != nil {
		return err
	}
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		from = 0
	}
	err = s.directory.Change(r.Context(), web.Actor(r), web.Form(r), id, from, e)
	if bad, ok := web.Invalid(err); ok {
		return s.showEdit(w, r, http.StatusUnprocessableEntity, r.PostForm, bad, &f, false)
	}
	if errors.Is(err, lead.ErrConflict) {
		return s.showEdit(w, r, http.StatusConflict, r.PostForm, nil, &f, true)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, fmt.Sprintf("/services/%s", id))
}
