package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
)

type needsPage struct {
	ui.Page
	Now     participant.Now
	Tab     string
	Talks   []need.Assessment // newest first
	Domains []domainView
	Unsaid  []string // parts of life nobody has talked about yet
	From    string   // the first and the last day of the pictures, which all have the same scale
	To      string
	Acute   int
	Months  monthStrip
}

// domainView is one part of life over time: what was said each time it was
// talked about. A time it was not is a gap, not a zero.
type domainView struct {
	Code, Label string
	Points      []pointView
	Own, Worker line
	Levels      []levelView
}

// Last returns what was said last.
func (d domainView) Last() pointView { return d.Points[len(d.Points)-1] }

type pointView struct {
	Day, Own, Worker string
}

// line is one view of one part of life as a picture: steps between
// conversations that follow on each other, and a mark for each.
type line struct {
	Steps []string // paths
	Marks []mark
}

type mark struct{ X, Y int }

type levelView struct {
	Words string
	Y     int
}

// The pictures are drawn in a box of the same size each.
const (
	chartLeft, chartRight = 92, 308
	chartTop, chartStep   = 14, 26
	workerLower           = 5 // so that two views that agree both show
)

func levelY(l need.Level) int {
	return chartTop + chartStep*(len(need.Levels())-1-slices.Index(need.Levels(), l))
}

// draw returns one view of one part of life over all conversations.
func draw(talks []need.Assessment, domain, view string, lower int, x func(day string) int) line {
	var out line
	var before *mark
	for _, t := range talks {
		i := slices.IndexFunc(t.Ratings, func(r need.Rating) bool { return r.Domain == domain && r.View == view })
		if i < 0 {
			before = nil // a gap
			continue
		}
		m := mark{x(t.TalkedOn), levelY(t.Ratings[i].Level) + lower}
		if before != nil {
			out.Steps = append(out.Steps, fmt.Sprintf("M%d %dH%dV%d", before.X, before.Y, m.X, m.Y))
		}
		out.Marks = append(out.Marks, m)
		before = &m
	}
	return out
}

// scale places days between the first and the last conversation.
func scale(talks []need.Assessment) func(day string) int {
	at := func(day string) int64 {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil { // only days are kept
			return 0
		}
		return t.Unix()
	}
	return func(day string) int {
		first, last := at(talks[0].TalkedOn), at(talks[len(talks)-1].TalkedOn)
		if first == last {
			return (chartLeft + chartRight) / 2
		}
		return chartLeft + 8 + int((at(day)-first)*int64(chartRight-chartLeft-16)/(last-first))
	}
}

func (s *Site) needs(w http.ResponseWriter, r *http.Request) error {
	var months []month.Status
	now, talks, acute, err := s.Needs.History(r.Context(), web.Actor(r), r.PathValue("person"), func(tx *db.Tx, n participant.Now) error {
		var err error
		months, err = month.Of(r.Context(), tx, n)
		return err
	})
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := needsPage{Page: web.Page(r, "Needs: "+now.Name), Now: now, Tab: "needs", Acute: len(acute)}
	v.Domains, v.Unsaid = viewDomains(lists, talks)
	if len(talks) > 0 {
		v.From, v.To = talks[0].TalkedOn, talks[len(talks)-1].TalkedOn
	}
	v.Months = s.strip(lists, months)
	for i := len(talks) - 1; i >= 0; i-- {
		v.Talks = append(v.Talks, talks[i])
	}
	return s.pages.Render(w, http.StatusOK, "needs.html", v)
}

func viewDomains(lists codelist.Lists, talks []need.Assessment) ([]domainView, []string) {
	var out []domainView
	var unsaid []string
	var levels []levelView
	for _, l := range need.Levels() {
		levels = append(levels, levelView{l.Words(), levelY(l)})
	}
	for _, d := range lists.Codes("need_domains") {
		view := domainView{Code: d.Code, Label: d.Label, Levels: levels}
		for _, t := range talks {
			p := pointView{Day: t.TalkedOn}
			for _, rating := range t.Ratings {
				switch {
				case rating.Domain != d.Code:
				case rating.View == "own":
					p.Own = rating.Level.Words()
				default:
					p.Worker = rating.Level.Words()
				}
			}
			if p.Own != "" || p.Worker != "" {
				view.Points = append(view.Points, p)
			}
		}
		if len(view.Points) == 0 {
			unsaid = append(unsaid, d.Label)
			continue
		}
		view.Own = draw(talks, d.Code, "own", 0, scale(talks))
		view.Worker = draw(talks, d.Code, "worker", workerLower, scale(talks))
		out = append(out, view)
	}
	return out, unsaid
}

type talkPage struct {
	ui.Page
	Now      participant.Now
	TalkedOn ui.Field
	Domains  []domainForm
	Words    ui.Field
}

type domainForm struct {
	Label       string
	Own, Worker ui.Choices
	Open        bool
}

func (s *Site) talkPage(w http.ResponseWriter, r *http.Request) error {
	return s.showTalk(w, r, http.StatusOK, ui.NewForm(url.Values{"talked_on": {s.today()}}, nil))
}

func (s *Site) showTalk(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := talkPage{Page: web.Page(r, "Talk about needs"), Now: rec.Now}
	v.Phone = true
	v.TalkedOn = form.Typed("date", "talked_on", "When you talked", "")
	var levels []ui.Option
	for _, l := range need.Levels() {
		levels = append(levels, ui.Option{Value: string(l), Label: l.Words()})
	}
	for _, d := range lists.Codes("need_domains") {
		f := domainForm{Label: d.Label, Own: form.One("level_"+d.Code, rec.Person.Name+" says", "", levels...)}
		f.Worker = form.One("worker_"+d.Code, "Your view, if you want to note it", "", levels...)
		f.Own.Small, f.Own.Half, f.Worker.Small, f.Worker.Half = true, true, true, true
		f.Open = form.Values.Get("level_"+d.Code) != "" || form.Values.Get("worker_"+d.Code) != "" || f.Own.Error != ""
		v.Domains = append(v.Domains, f)
	}
	v.Words = form.Area("words", "What was said", "In their own words. Optional.", 4)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "talk.html", v)
}

func (s *Site) talk(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	a := need.Assessment{TalkedOn: r.PostFormValue("talked_on"), Words: web.Line(r, "words")}
	for _, d := range lists.Codes("need_domains") {
		if level := r.PostFormValue("level_" + d.Code); level != "" {
			a.Ratings = append(a.Ratings, need.Rating{Domain: d.Code, View: "own", Level: need.Level(level)})
		}
		if level := r.PostFormValue("worker_" + d.Code); level != "" {
			a.Ratings = append(a.Ratings, need.Rating{Domain: d.Code, View: "worker", Level: need.Level(level)})
		}
	}
	err = s.Needs.Assess(r.Context(), web.Actor(r), web.Form(r), id, a)
	return s.afterForm(w, r, err, pathOf(id, "/needs"), func(status int, f *ui.Form) error { return s.showTalk(w, r, status, f) })
}
