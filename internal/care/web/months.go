package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"waymark.example/internal/care/month"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
)

func (s *Site) monthRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/months", "case.read", s.months),
		web.Get("/care/people/{person}/months/ask", "case.write", s.monthPage),
		web.Post("/care/people/{person}/months/ask", "case.write", s.keepMonth),
	}
}

// stripLength is how many months the strip on a person's page shows.
const stripLength = 12

// monthStrip is the last year in three rows of small boxes: how full a box is
// says how settled things were, and the words stand beside and beneath.
type monthStrip struct {
	From, To string
	Rows     []stripRow
	Any      bool
	Now      bool // this month was asked about
}

type stripRow struct {
	List  string
	Last  string // in words, of the last month that was asked about; "" when none was
	Cells []stripCell
}

type stripCell struct {
	Month string
	X     int
	Fill  string // full, half, hollow, or none when nobody asked or it was not said
	Words string
}

const stripStep = 20

// fills says how a group of codes is drawn.
func fills(group string) string {
	switch group {
	case "settled", "working", "own":
		return "full"
	case "temporary", "learning", "benefits", "institution", "other":
		return "half"
	case "none", "not_working":
		return "hollow"
	}
	return "none"
}

func (s *Site) strip(lists codelist.Lists, months []month.Status) monthStrip {
	now := s.People.Book.Now().In(s.zone)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	out := monthStrip{From: first.AddDate(0, 1-stripLength, 0).Format(month.Layout), To: first.Format(month.Layout), Any: len(months) > 0}
	out.Now = slices.ContainsFunc(months, func(m month.Status) bool { return m.Month == out.To })
	for _, list := range month.Lists() {
		row := stripRow{List: list}
		for i := range stripLength {
			cell := stripCell{Month: first.AddDate(0, i+1-stripLength, 0).Format(month.Layout), X: i * stripStep, Fill: "none"}
			if at := slices.IndexFunc(months, func(m month.Status) bool { return m.Month == cell.Month }); at >= 0 {
				code := months[at].Code(list)
				cell.Words = lists.Label(list, code)
				for _, c := range lists.Codes(list) {
					if c.Code == code {
						cell.Fill = fills(c.Group)
					}
				}
				if code != month.NotAsked {
					row.Last = cell.Words
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

type monthsPage struct {
	ui.Page
	Now    participant.Now
	Months []month.Status
	Strip  monthStrip
	Lists  codelist.Lists
}

func (s *Site) months(w http.ResponseWriter, r *http.Request) error {
	now, months, err := s.Months.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "months.html", monthsPage{web.Page(r, "Month by month: "+now.Name), now, months, s.strip(lists, months), lists})
}

type monthForm struct {
	ui.Page
	Now    participant.Now
	Month  string
	From   int64
	Fields []any
	Words  ui.Field
}

// monthPage asks about this month, or with ?month=YYYY-MM about an earlier one.
func (s *Site) monthPage(w http.ResponseWriter, r *http.Request) error {
	return s.showMonth(w, r, http.StatusOK, r.URL.Query().Get("month"), nil)
}

func (s *Site) showMonth(w http.ResponseWriter, r *http.Request, status int, which string, form *ui.Form) error {
	now, months, err := s.Months.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	today := s.today()[:len(month.Layout)]
	if _, err := time.Parse(month.Layout, which); err != nil || which > today {
		which = today
	}
	v := monthForm{Page: web.Page(r, "How things are: "+now.Name), Now: now, Month: which}
	v.Phone = true
	values := url.Values{}
	if at := slices.IndexFunc(months, func(m month.Status) bool { return m.Month == which }); at >= 0 {
		m := months[at]
		if m.Of == now.ID { // what another record says is where one starts from, and stays there
			v.From = m.Version
		}
		values = url.Values{"housing": {m.Housing}, "work": {m.Work}, "income": {m.Income}, "words": {m.Words}}
	}
	if form == nil {
		form = ui.NewForm(values, nil)
	} else {
		v.From = from(r, v.From)
	}
	pick := func(name, label, list string) {
		choices := []ui.Option{}
		for _, c := range lists.Codes(list) {
			choices = append(choices, ui.Option{Value: c.Code, Label: c.Label})
		}
		if form.Values.Get(name) == "" {
			form.Values.Set(name, month.NotAsked)
		}
		v.Fields = append(v.Fields, form.Pick(name, label, "", ui.Options(choices...)))
	}
	pick("housing", "Where they stay", "month_housing")
	pick("work", "Work and learning", "month_work")
	pick("income", "Money coming in", "month_income")
	v.Words = form.Area("words", "In their words", "Optional.", 2)
	v.Words.Max = 1000
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "month.html", v)
}

func (s *Site) keepMonth(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	m := month.Status{Month: r.PostFormValue("month"), Housing: r.PostFormValue("housing"), Work: r.PostFormValue("work"), Income: r.PostFormValue("income"), Words: web.Line(r, "words")}
	err := s.Months.Note(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), m)
	return s.afterForm(w, r, err, pathOf(id, "/months"), func(status int, f *ui.Form) error { return s.showMonth(w, r, status, m.Month, f) })
}
