package web

import (
	"net/http"
	"net/url"

	"waymark.example/internal/care/need"
	"waymark.example/internal/care/participant"
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
	Acute   int
}

// domainView is one part of life over time: what was said each time it was
// talked about. A time it was not is a gap, not a zero.
type domainView struct {
	Label  string
	Points []pointView
}

type pointView struct {
	Day, Own, Worker string
}

func (s *Site) needs(w http.ResponseWriter, r *http.Request) error {
	now, talks, acute, err := s.Needs.History(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	v := needsPage{Page: web.Page(r, "Needs: "+now.Name), Now: now, Tab: "needs", Acute: len(acute), Domains: viewDomains(lists, talks)}
	for i := len(talks) - 1; i >= 0; i-- {
		v.Talks = append(v.Talks, talks[i])
	}
	return s.pages.Render(w, http.StatusOK, "needs.html", v)
}

func viewDomains(lists codelist.Lists, talks []need.Assessment) []domainView {
	var out []domainView
	for _, d := range lists.Codes("need_domains") {
		view := domainView{Label: d.Label}
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
		if len(view.Points) > 0 {
			out = append(out, view)
		}
	}
	return out
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
