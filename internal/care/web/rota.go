package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/care/duty"
	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// maxWeeks is how far ahead one form plans.
const maxWeeks = 26

type rotaPage struct {
	ui.Page
	Days             []rotaDay
	Gaps             []string
	Week, Last, Next string // Mondays
	OnDuty           []oncall.Duty
	MayPlan          bool
}

type rotaDay struct {
	Day    string
	Lines  []rotaLine
	IsOver bool
}

type rotaLine struct {
	oncall.Shift
	Times, Order string
	Gap          bool
	Off          bool // may be taken off
	Key          string
}

func (s *Site) rota(w http.ResponseWriter, r *http.Request) error {
	monday := s.monday(r.URL.Query().Get("week"))
	rota, err := s.Duty.Rota(r.Context(), web.Actor(r), monday, monday.AddDate(0, 0, 7))
	if err != nil {
		return err
	}
	v := rotaPage{Page: web.Page(r, "Rota"), OnDuty: rota.OnDuty, Week: monday.Format(time.DateOnly),
		Last: monday.AddDate(0, 0, -7).Format(time.DateOnly), Next: monday.AddDate(0, 0, 7).Format(time.DateOnly)}
	v.MayPlan = s.Duty.Access.Check(web.Actor(r), "handoff.rota", access.Screen{}) == nil
	for _, g := range rota.Gaps {
		v.Gaps = append(v.Gaps, "Nobody is on call "+s.span(g.From, g.Until))
	}
	for i := range 7 {
		v.Days = append(v.Days, s.rotaDay(v, rota, monday.AddDate(0, 0, i)))
	}
	return s.pages.Render(w, http.StatusOK, "rota.html", v)
}

// rotaDay returns what begins on a day, and what gap does.
func (s *Site) rotaDay(v rotaPage, rota duty.Rota, day time.Time) rotaDay {
	end := day.AddDate(0, 0, 1)
	now := s.Duty.Book.Now()
	out := rotaDay{Day: day.Format("Monday 2 January"), IsOver: !end.After(now)}
	begins := func(at time.Time) bool { return !at.Before(day) && at.Before(end) }
	for _, sh := range rota.Shifts {
		if begins(sh.From) {
			out.Lines = append(out.Lines, rotaLine{Shift: sh, Order: oncall.Order(sh.Place - 1),
				Off: v.MayPlan && sh.Until.After(now), Key: lead.NewID("frm")})
		}
	}
	for _, g := range rota.Gaps {
		if begins(g.From) {
			out.Lines = append(out.Lines, rotaLine{Shift: oncall.Shift{From: g.From}, Times: s.span(g.From, g.Until), Gap: true})
		}
	}
	slices.SortStableFunc(out.Lines, func(a, b rotaLine) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return a.Place - b.Place
	})
	return out
}

// span says from when to when, with the days where they are needed.
func (s *Site) span(from, until time.Time) string {
	from, until = from.In(s.zone), until.In(s.zone)
	if from.Format(time.DateOnly) == until.Format(time.DateOnly) {
		return "from " + from.Format("Mon 15:04") + " to " + until.Format("15:04")
	}
	return "from " + from.Format("Mon 15:04") + " to " + until.Format("Mon 15:04")
}

// monday returns the midnight on which the week of a day begins; of this week
// when the day cannot be read.
func (s *Site) monday(day string) time.Time {
	at, err := time.ParseInLocation(time.DateOnly, day, s.zone)
	if err != nil {
		now := s.Duty.Book.Now().In(s.zone)
		at = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, s.zone)
	}
	return at.AddDate(0, 0, -(int(at.Weekday())+6)%7)
}

func (s *Site) planShiftPage(w http.ResponseWriter, r *http.Request) error {
	day := r.URL.Query().Get("day")
	if day == "" {
		day = s.today()
	}
	return s.showPlanShift(w, r, http.StatusOK, ui.NewForm(url.Values{"day": {day}, "from": {"18:00"}, "until": {"08:00"}, "place": {"1"}, "weeks": {"1"}}, nil))
}

func (s *Site) showPlanShift(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rota, err := s.Duty.Rota(r.Context(), web.Actor(r), s.Duty.Book.Now(), s.Duty.Book.Now().Add(time.Second))
	if err != nil {
		return err
	}
	v := rotaForm{Page: web.Page(r, "Plan a shift")}
	v.Phone = true
	var people []ui.Option
	for _, p := range rota.Workers {
		people = append(people, ui.Option{Value: p.ID, Label: p.Name})
	}
	v.Worker = form.One("worker", "Who takes the phone?", "", people...)
	v.Number = form.Typed("tel", "phone", "The number officers should ring", "")
	v.Place = form.One("place", "Who is rung when?", "When nobody accepts in time, the next is told.", ui.Option{Value: "1", Label: "First"}, ui.Option{Value: "2", Label: "Second"}, ui.Option{Value: "3", Label: "Third"})
	v.Place.Half = true
	v.Day = form.Typed("date", "day", "Day on which it begins", "")
	v.From = form.Typed("time", "from", "From", "")
	v.Until = form.Typed("time", "until", "Until", "An earlier time is on the next day.")
	v.Weeks = form.Typed("number", "weeks", "For how many weeks", "1 is this once; the same weekday and hours every week otherwise.")
	v.Weeks.Min, v.Weeks.MaxValue, v.Weeks.Short, v.Weeks.Numeric = "1", strconv.Itoa(maxWeeks), true, true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "rota-plan.html", v)
}

type rotaForm struct {
	ui.Page
	Worker, Place                   ui.Choices
	Number, Day, From, Until, Weeks ui.Field
}

func (s *Site) planShift(w http.ResponseWriter, r *http.Request) error {
	shifts, monday, err := s.readShifts(r)
	if err == nil {
		err = s.Duty.Plan(r.Context(), web.Actor(r), web.Form(r), shifts)
	}
	if bad, ok := web.Invalid(err); ok {
		return s.showPlanShift(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/rota?week="+monday)
}

// readShifts reads the form of a weekly turn; monday is of the first week.
func (s *Site) readShifts(r *http.Request) (shifts []oncall.Shift, monday string, err error) {
	bad := lead.Invalid{}
	day, err := time.ParseInLocation(time.DateOnly, r.PostFormValue("day"), s.zone)
	if err != nil || day.After(s.Duty.Book.Now().AddDate(2, 0, 0)) {
		bad["day"] = "Enter the day on which it begins"
	}
	weeks, err := strconv.Atoi(web.Line(r, "weeks"))
	if err != nil || weeks < 1 || weeks > maxWeeks {
		bad["weeks"] = "Enter a number of weeks from 1 to " + strconv.Itoa(maxWeeks)
	}
	times := map[string]time.Duration{}
	for _, name := range []string{"from", "until"} {
		at, err := time.Parse("15:04", r.PostFormValue(name))
		if err != nil {
			bad[name] = "Enter a time, like 18:00"
		}
		times[name] = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	}
	place, err := strconv.Atoi(r.PostFormValue("place"))
	if err != nil {
		place = 0 // told beside the question, with the rest
	}
	shift := oncall.Shift{WorkerID: r.PostFormValue("worker"), Phone: web.Line(r, "phone"), Place: place}
	if err := bad.OrNil(); err != nil {
		return nil, "", err
	}
	return oncall.Repeat(shift, day, times["from"], times["until"], weeks, s.zone), s.monday(day.Format(time.DateOnly)).Format(time.DateOnly), nil
}

func (s *Site) takeShiftOff(w http.ResponseWriter, r *http.Request) error {
	if err := s.Duty.TakeOff(r.Context(), web.Actor(r), web.Form(r), r.PathValue("shift")); err != nil {
		return err
	}
	week := s.monday(r.PostFormValue("week")).Format(time.DateOnly)
	return web.SeeOther(w, r, "/care/rota?week="+week)
}

type onCallPage struct {
	ui.Page
	OnDuty []oncall.Duty
	Taken  bool // the first took the phone outside the plan
	Number ui.Field
}

func (s *Site) onCallPage(w http.ResponseWriter, r *http.Request) error {
	return s.showOnCall(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showOnCall(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now := s.Duty.Book.Now()
	rota, err := s.Duty.Rota(r.Context(), web.Actor(r), now, now.Add(time.Second))
	if err != nil {
		return err
	}
	v := onCallPage{Page: web.Page(r, "Who is on call"), OnDuty: rota.OnDuty}
	v.Phone = true
	v.Taken = len(v.OnDuty) > 0 && v.OnDuty[0].Turn != ""
	v.Number = form.Typed("tel", "phone", "The number officers should ring", "They see your name and this number, until the shift you stand in for ends or somebody else takes the phone.")
	v.Number.Autocomplete = "tel"
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "on-call.html", v)
}

func (s *Site) onCall(w http.ResponseWriter, r *http.Request) error {
	err := s.Duty.TakePhone(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "phone"))
	if bad, ok := web.Invalid(err); ok {
		return s.showOnCall(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/hand-offs")
}

func (s *Site) handBack(w http.ResponseWriter, r *http.Request) error {
	if err := s.Duty.HandBack(r.Context(), web.Actor(r), web.Form(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/on-call")
}

// onTheWay tells the officer when the worker is there.
func (s *Site) onTheWay(w http.ResponseWriter, r *http.Request) error {
	minutes, err := strconv.Atoi(r.PostFormValue("minutes"))
	if err != nil {
		minutes = -1 // no answer of the page
	}
	id := r.PathValue("referral")
	err = s.People.OnTheWay(r.Context(), web.Actor(r), web.Form(r), id, minutes)
	if bad, ok := web.Invalid(err); ok {
		return s.showHandOff(w, r, http.StatusUnprocessableEntity, ui.NewForm(url.Values{"at": {s.nowLocal()}}, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/hand-offs/"+url.PathEscape(id))
}
