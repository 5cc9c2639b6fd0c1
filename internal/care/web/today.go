package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/care/warm"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// quietDays is after how many days without contact somebody shows as quiet.
const quietDays = 14

func (s *Site) todayRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/today", "case.today", func(w http.ResponseWriter, r *http.Request) error { return s.showToday(w, r, false) }),
		web.Get("/care/today/team", "case.today_team", func(w http.ResponseWriter, r *http.Request) error { return s.showToday(w, r, true) }),
		web.Get("/care/people/{person}/promises/{promise}", "case.note", s.promisePage),
		web.Post("/care/people/{person}/promises/{promise}", "case.note", s.settlePromise),
		web.Post("/care/people/{person}/notes/{note}/undo", "case.note", s.undoNote),
	}
}

// todayRow is one person and the one thing that comes next.
type todayRow struct {
	participant.Now
	Day    string    // YYYY-MM-DD
	Past   bool      // that day is over
	At     time.Time // the hour, when there is one
	Lead   string    // what stands in place of a day
	Ours   string    // what to do, in our words
	What   string    // and in somebody's own
	Often  string
	Settle string // where its promise is moved or let go
	Log    string // where a contact is logged
	Silent bool   // What is a service from which nothing was heard: Log leads to it
}

// todaySection is a part of the page; an empty one is left out.
type todaySection struct {
	Title string
	Rows  []todayRow
}

type loggedView struct {
	Name, Href, Undo, Key string
	At                    time.Time
}

type todayPage struct {
	ui.Page
	Sections []todaySection
	Search   ui.Field
	Logged   []loggedView
	Date     time.Time
	Day      participant.Day
	Quiet    int
	Team     bool // the whole team's day
	MayTeam  bool
	Unasked  []participant.Now  // whose month nobody has asked about: only in its first week
	Cover    *participant.Cover // the day is that of a colleague whom the actor covers for
	Alerts   []alertView
}

func (s *Site) showToday(w http.ResponseWriter, r *http.Request, team bool) error {
	actor := web.Actor(r)
	var acute map[string][]need.Acute
	var steps map[string][]plan.Step
	var silent map[string][]warm.Task
	var logged []note.Logged
	var unasked []participant.Now
	var dates map[string][]legal.Matter
	var alerts []safety.Alert
	also := func(tx *db.Tx, scope participant.Scope, people []participant.Now) error {
		var err error
		if alerts, err = s.Safety.Alerts(r.Context(), tx, actor); err != nil {
			return err
		}
		if acute, err = need.AcuteToday(r.Context(), tx, scope, people); err != nil {
			return err
		}
		if steps, err = plan.Due(r.Context(), tx, scope, people, s.People.LocalDay()); err != nil {
			return err
		}
		if dates, err = legal.Due(r.Context(), tx, scope, people, s.People.LocalDay()); err != nil {
			return err
		}
		if silent, err = warm.SilentToday(r.Context(), tx, scope, people, s.People.Book.Now()); err != nil {
			return err
		}
		if unasked, err = month.Unasked(r.Context(), tx, scope, people, s.People.LocalDay()); err != nil {
			return err
		}
		logged, err = note.JustLogged(r.Context(), tx, actor, s.People.Book.Now())
		return err
	}
	var day participant.Day
	var cover *participant.Cover
	var err error
	if id := r.PathValue("cover"); id != "" {
		cover = &participant.Cover{}
		day, *cover, err = s.People.CoverToday(r.Context(), actor, id, also)
	} else {
		day, err = s.People.Today(r.Context(), actor, team, also)
	}
	if err != nil {
		return err
	}
	v := todayPage{Page: web.Page(r, "Today"), Date: s.People.Book.Now(), Day: day, Team: team, Cover: cover, MayTeam: actor.Has(lead.Supervisor), Unasked: unasked}
	for i, a := range alerts {
		v.Alerts = append(v.Alerts, alertView{a, v.Key + "-alert-" + itoa(i)})
	}
	v.Search = ui.NewForm(nil, nil).Typed("search", "name", "Find a person", "")
	v.Search.Autocomplete = "off"
	people := participant.ByID(day.People)
	for i, l := range logged {
		if n, ok := people[l.ParticipantID]; ok {
			v.Logged = append(v.Logged, loggedView{n.Name, pathOf(n.ID, ""), pathOf(n.ID, "/notes/"+url.PathEscape(l.NoteID)+"/undo"), v.Key + "-undo-" + itoa(i), l.At})
		}
	}
	for _, n := range day.People {
		if n.Quiet(s.People.Book.Now()) > quietDays {
			v.Quiet++
		}
	}
	v.Sections = s.sections(day, acute, steps, dates, silent, team)
	return s.pages.Render(w, http.StatusOK, "today.html", v)
}

// sections lays the day out. Each person stands in the first section that has
// something for them, and in it as often as something was promised.
func (s *Site) sections(day participant.Day, acute map[string][]need.Acute, steps map[string][]plan.Step, dates map[string][]legal.Matter, silent map[string][]warm.Task, team bool) []todaySection {
	now, today := s.People.Book.Now(), s.People.LocalDay()
	back := "?from=today"
	if team {
		back = "?from=team"
	}
	row := func(n participant.Now, lead, ours, what string) todayRow {
		return todayRow{Now: n, Lead: lead, Ours: ours, What: what, Often: day.Often[n.ID], Log: pathOf(n.ID, "/contact") + back}
	}
	var needed, promised, tries, waiting, quiet []todayRow
	for _, n := range day.People {
		found := false
		for _, a := range acute[n.ID] {
			needed, found = append(needed, row(n, "Now", a.KindWords(), a.Words)), true
		}
		for _, p := range day.Promises[n.ID] {
			one := row(n, "", "", p.Words)
			one.At, one.Day, one.Past = p.At, p.On, p.On < today
			one.Settle = pathOf(p.Of, "/promises/"+url.PathEscape(p.ID)) + back
			if p.Of == n.ID { // what stands on another record of theirs is kept there
				one.Log += "&promise=" + url.QueryEscape(p.ID)
			}
			if found = true; p.Kind == participant.NextTry {
				tries = append(tries, one)
				continue
			}
			promised = append(promised, one)
		}
		for _, m := range dates[n.ID] {
			one := row(n, "", m.KindWords(), m.Court)
			one.At, one.Day, one.Past, one.Settle, found = m.At, m.On, m.On < today, pathOf(m.Of, "/legal/"+url.PathEscape(m.ID)+"/change"), true
			promised = append(promised, one)
		}
		for _, step := range steps[n.ID] {
			one := row(n, "", "", step.Words)
			if step.Who != "" {
				one.What += " (" + step.Who + ")"
			}
			one.Day, one.Past, one.Settle, found = step.DueOn, step.DueOn < today, pathOf(step.Of, "/plan/edit"), true
			promised = append(promised, one)
		}
		for _, t := range silent[n.ID] {
			one := row(n, "", "", t.Service)
			one.Day, one.Past, one.Log, one.Silent = s.People.DayOf(t.Since), true, pathOf(t.Now.ID, "/services/"+url.PathEscape(t.WarmID)), true
			waiting, found = append(waiting, one), true
		}
		if found {
			continue
		}
		switch given, isNew := day.Given[n.ID]; {
		case len(day.Asked[n.ID]) > 0:
			waiting = append(waiting, row(n, "Asked", asked(day.Asked[n.ID]), ""))
		case n.Hold == participant.Responding && n.State == participant.Prospective && n.ReachedAt.IsZero():
			waiting = append(waiting, row(n, "Hand-off", "You came for them: not met yet", ""))
		case isNew:
			one := row(n, "", "New with you: say hello", "")
			if team {
				one.Ours = "New with their worker"
			}
			one.Day, one.Past = s.People.DayOf(given), s.People.DayOf(given) < today
			waiting = append(waiting, one)
		case n.State == participant.Prospective && n.IntakeDoneOn == "" && !day.Planned[n.ID]:
			tries = append(tries, row(n, "Outreach", toFindWords(n, today), ""))
		case n.Quiet(now) > quietDays && !day.Planned[n.ID]:
			quiet = append(quiet, row(n, itoa(n.Quiet(now))+" days", "Quiet: say hello", ""))
		}
	}
	sortRows(promised)
	sortRows(tries)
	slices.SortStableFunc(quiet, func(a, b todayRow) int { return cmp.Compare(b.Quiet(now), a.Quiet(now)) })
	var out []todaySection
	for _, section := range []todaySection{{"Needed now", needed}, {"Promised today", promised}, {"Outreach tries due", tries}, {"Waiting for me", waiting}, {"Quiet for more than two weeks", quiet}} {
		if section.Title == "Waiting for me" && team {
			section.Title = "Waiting"
		}
		if len(section.Rows) > 0 {
			out = append(out, section)
		}
	}
	return out
}

// sortRows puts rows in the order of their day and hour; any time comes last.
func sortRows(rows []todayRow) {
	slices.SortStableFunc(rows, func(a, b todayRow) int { return cmp.Or(cmp.Compare(a.Day, b.Day), compareTimes(a.At, b.At)) })
}

func compareTimes(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

func asked(kinds []rights.Kind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = k.Words()
	}
	return strings.Join(words, "; ")
}

func toFindWords(n participant.Now, today string) string {
	if n.Late(today) {
		return "Not reached for intake yet: outreach goes on"
	}
	return "Nothing planned yet"
}
