// Package web serves the pages of data-protection officers and auditors. They
// show that things happened and no content of any case. It imports oversight,
// the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	*oversight.Service
	Measures func() []oversight.Measure // how data is protected here, as the operator set it up
	zone     *time.Location
	pages    *ui.Set
}

// New returns the pages; zone is where people read the clock.
func New(s *oversight.Service, measures func() []oversight.Measure, zone *time.Location) *Site {
	return &Site{s, measures, zone, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return append(s.accessRoutes(),
		web.Get("/audit", "audit.search", s.search),
		web.Sensitive(web.Get("/audit.csv", "audit.export", s.export)),

		web.Get("/oversight", "oversight.home", s.home),
		web.Get("/oversight/trail", "audit.person", s.whoSawThem),
		web.Get("/oversight/trail/account", "audit.account", s.whatTheySaw),
		web.Get("/oversight/trail/crossings", "audit.crossings", s.crossings),
		web.Sensitive(web.Get("/oversight/trail/crossings.csv", "audit.crossings", s.crossingsCSV)),

		web.Get("/oversight/requests", "rights.list", s.requests),
		web.Get("/oversight/requests/{request}", "rights.read", s.request),
		web.Post("/oversight/requests/{request}", "rights.answer", s.answer),

		web.Get("/oversight/files", "keeping.list", s.files),
		web.Get("/oversight/files/{file}", "keeping.list", s.file),
		web.Post("/oversight/files/{file}", "keeping.propose", s.propose),
		web.Sensitive(web.Post("/oversight/files/{file}/forget", "record.forget", s.forget)),

		web.Get("/oversight/registers", "legal.keep", s.registers),
		web.Get("/oversight/legal", "legal.keep", s.legals),
		web.Get("/oversight/legal/new", "legal.keep", s.newLegalPage),
		web.Post("/oversight/legal/new", "legal.keep", s.keepLegal),
		web.Get("/oversight/legal/not-held", "legal.keep", s.notHeld),
		web.Get("/oversight/legal/{legal}", "legal.keep", s.legal),
		web.Post("/oversight/legal/{legal}", "legal.keep", s.keepLegal),
		web.Get("/oversight/breaches", "breach.keep", s.breaches),
		web.Get("/oversight/breaches/new", "breach.keep", s.newBreachPage),
		web.Post("/oversight/breaches/new", "breach.keep", s.keepBreach),
		web.Get("/oversight/breaches/{breach}", "breach.keep", s.breach),
		web.Post("/oversight/breaches/{breach}", "breach.keep", s.keepBreach),
		web.Get("/oversight/glass", "glass.review", s.glasses),
		web.Get("/oversight/glass/{glass}", "glass.review", s.glass),
		web.Post("/oversight/glass/{glass}", "glass.review", s.reviewGlass),
		web.Get("/oversight/away", "away.register", s.takenAlong),
		web.Get("/oversight/processing", "processing.read", s.processing),
		web.Get("/oversight/processing.md", "processing.read", s.processingMarkdown),
		web.Get("/oversight/processing.csv", "processing.read", s.processingCSV),
	)
}

const perPage = 50

// row is one line of a list.
type row struct {
	When, Title, Href, What, Tag string
	Warm                         bool
}

// section is a headed list.
type section struct {
	Heading string
	Rows    []row
	Empty   string
}

// listPage is a page of lists.
type listPage struct {
	ui.Page
	Heading, Intro string
	Tabs           []ui.Link
	Buttons        []ui.Link
	Sections       []section
	More           string
	SeenBy         string
}

// fact is one line of what is known.
type fact struct{ Term, Words, Href string }

// line is one line of a history.
type line struct {
	Title, Words, By string
	At               time.Time
}

// recordPage is one item: what is known, what happened, and a form.
type recordPage struct {
	ui.Page
	Back           ui.Link
	Heading, Intro string
	Warning        string
	Quote          string // the person's own words
	Facts          []fact
	Lines          []line
	LinesHeading   string
	Fields         []any // ui.Field, ui.Choices or ui.Select, in the order of the page
	FormHeading    string
	Action, Button string
	From           int64
	SeenBy         string
}

func (s *Site) showRecord(w http.ResponseWriter, status int, v recordPage, form *ui.Form) error {
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "record.html", v)
}

// afterForm answers a form: the page again with what is wrong, or on to where
// the result shows.
func (s *Site) afterForm(w http.ResponseWriter, r *http.Request, err error, to string, again func(int, *ui.Form) error) error {
	if bad, ok := web.Invalid(err); ok {
		return again(http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, to)
}

func options(list [][2]string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, c := range list {
		out[i] = ui.Option{Value: c[0], Label: c[1]}
	}
	return out
}

func (s *Site) day(t time.Time) string   { return localTime(t, s.zone, "2 January 2006") }
func (s *Site) short(t time.Time) string { return localTime(t, s.zone, "2 Jan 2006") }
func (s *Site) when(t time.Time) string  { return localTime(t, s.zone, "2 January 2006, 15:04") }

func localTime(t time.Time, zone *time.Location, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(layout)
}

// dayWords shows a stored day, YYYY-MM-DD, as people write it.
func dayWords(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

// only says who sees a page of a data-protection officer.
func only(also string) string {
	return "Data-protection officers of your organisation" + also + ". Your visit is entered in the log."
}

// checkDays refuses days that are none, or in the wrong order.
func checkDays(from, to string) lead.Invalid {
	bad := lead.Invalid{}
	for field, day := range map[string]string{"from": from, "to": to} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			bad[field] = "Enter a day, like 2026-03-27"
		}
	}
	if len(bad) == 0 && from != "" && to != "" && to < from {
		bad["to"] = "The last day is before the first"
	}
	if len(bad) == 0 {
		return nil
	}
	return bad
}
