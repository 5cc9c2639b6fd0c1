package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	h, err := s.Home(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "To do"), Heading: "To do", Intro: "What waits for you, the most pressing first. You see that things happened, never what is in a case.", SeenBy: only("")}
	if h.Participants {
		v.Sections = append(v.Sections, section{"Requests", s.requestRows(h.Requests), "Nobody waits for an answer."})
		v.Sections = append(v.Sections, section{"Break-glass to review", s.glassRows(h.Glasses), "Nothing to review."})
		v.Sections = append(v.Sections, section{"Files that wait for a second person", s.keptRows(h.Pending), "Nothing waits."})
	}
	v.Sections = append(v.Sections, section{"Breaches that are open", s.breachRows(h.Breaches), "None is open."}, section{"Legal requests without a decision", s.legalRows(h.Legals), "None waits."})
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func (s *Site) requestRows(list []rights.Row) []row {
	now := s.Book.Now()
	var out []row
	for _, r := range list {
		line := row{When: "Due " + r.Due.Format("2 Jan 2006"), Title: r.Kind.Words(), Href: "/oversight/requests/" + url.PathEscape(r.ID), What: r.State.Words()}
		if r.Worker != "" {
			line.What += ". " + r.Worker + " works on it"
		}
		line.What += ". Came " + r.ReceivedOn.Format("2 January") + ", " + strings.ToLower(r.Via.Words()) + "."
		switch {
		case r.Overdue(now):
			line.Tag, line.Warm = "Overdue", true
		case r.State == rights.Waiting:
			line.When, line.Tag = "Clock stopped", "Waiting"
		case r.State == rights.Done:
			line.When = "Came " + r.ReceivedOn.Format("2 Jan 2006")
		}
		out = append(out, line)
	}
	return out
}

func (s *Site) requests(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	done := q.Get("show") == "answered"
	v := listPage{Page: web.Page(r, "Requests"), Heading: "Requests", Intro: "What people asked about their own records. Each has a month by law; a complaint is acknowledged within thirty days.", SeenBy: only(" and the case team that walks with the person")}
	v.Tabs = []ui.Link{{Text: "Waiting", Href: "/oversight/requests", Current: !done}, {Text: "Answered", Href: "/oversight/requests?show=answered", Current: done}}
	var list []rights.Row
	var err error
	if done {
		list, err = s.AnsweredRequests(r.Context(), web.Actor(r), q.Get("before"), perPage+1)
	} else {
		list, err = s.Requests(r.Context(), web.Actor(r), q.Get("due"), q.Get("after"), perPage+1)
	}
	if err != nil {
		return err
	}
	if len(list) > perPage {
		list = list[:perPage]
		end := list[perPage-1]
		if done {
			v.More = "/oversight/requests?" + url.Values{"show": {"answered"}, "before": {end.ID}}.Encode()
		} else {
			v.More = "/oversight/requests?" + url.Values{"due": {end.Due.Format(time.DateOnly)}, "after": {end.ID}}.Encode()
		}
	}
	empty := "Nobody waits for an answer. New requests show here at once."
	if done {
		empty = "None yet."
	}
	v.Sections = []section{{"", s.requestRows(list), empty}}
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func (s *Site) request(w http.ResponseWriter, r *http.Request) error {
	return s.showRequest(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showRequest(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	m, err := s.Request(r.Context(), web.Actor(r), r.PathValue("request"))
	if err != nil {
		return err
	}
	now := s.Book.Now()
	v := recordPage{Page: web.Page(r, m.Request.Kind.Words()), Back: ui.Link{Text: "Requests", Href: "/oversight/requests"}, Heading: m.Request.Kind.Words(), Intro: m.Request.Kind.Law(),
		Quote: m.Request.Words, Action: r.URL.Path, From: int64(len(m.Steps)), LinesHeading: "What happened", SeenBy: only(" and the person themself")}
	if kept, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		v.From = kept
	}
	worker := "Nobody yet"
	for i := len(m.Steps) - 1; i >= 0; i-- {
		step := m.Steps[i]
		v.Lines = append(v.Lines, line{step.Kind.Words(), step.Words, step.ByName, step.At})
		if step.Kind == rights.Taken && worker == "Nobody yet" {
			worker = step.ByName
		}
	}
	v.Lines = append(v.Lines, line{"It came: " + strings.ToLower(m.Via.Words()), "", "", m.ReceivedOn})
	v.Facts = []fact{{"Stands", m.State.Words(), ""}, {"Due", s.dueWords(m, now), ""}, {"Works on it", worker, ""}, {"Their record", m.ParticipantID, "/oversight/trail?subject=" + url.QueryEscape(m.ParticipantID)}}
	if m.Overdue(now) {
		v.Warning = fmt.Sprintf("This is %d days late. Tell the person today, and say why.", -m.DaysLeft(now))
	}
	if m.State != rights.Done {
		var steps []ui.Option
		for _, k := range rights.StepKinds() {
			if m.Now.Check(rights.Step{Kind: k, Words: "x"}, now) == nil {
				steps = append(steps, ui.Option{Value: string(k), Label: k.Words()})
			}
		}
		v.FormHeading, v.Button = "What happened", "Save"
		v.Fields = []any{form.One("step", "Next", "", steps...), form.Area("words", "What they were told", "In words they understand. For an answer, more time and a no it is needed; the person reads it on their own page.", 4)}
	}
	return s.showRecord(w, status, v, form)
}

func (s *Site) dueWords(m rights.Mine, now time.Time) string {
	switch {
	case m.State == rights.Done:
		return "Nothing any more"
	case m.Stopped:
		return "Clock stopped since " + m.StoppedOn.Format("2 January 2006")
	case m.ByLaw:
		return m.Due.Format("2 January 2006") + ", by law"
	}
	return m.Due.Format("2 January 2006") + ", our own aim: the law says without undue delay"
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	from, err := strconv.Atoi(r.PostFormValue("from_version"))
	if err != nil {
		from = -1 // a form that is none of ours changes nothing
	}
	step := rights.Step{Kind: rights.StepKind(r.PostFormValue("step")), Words: web.Line(r, "words")}
	err = s.Answer(r.Context(), web.Actor(r), web.Form(r), r.PathValue("request"), from, step)
	return s.afterForm(w, r, err, r.URL.Path, func(status int, f *ui.Form) error { return s.showRequest(w, r, status, f) })
}
