package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// calendarRoutes are the pages of what is coming up. The calendar elsewhere needs
// no sign-in: whoever holds its address is whom it was made for.
func (s *Site) calendarRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/coming", "calendar.own", func(w http.ResponseWriter, r *http.Request) error { return s.coming(w, r, false) }),
		web.Get("/care/coming/team", "case.today_team", func(w http.ResponseWriter, r *http.Request) error { return s.coming(w, r, true) }),
		web.Get("/care/people/{person}/coming", "case.read", s.comingFor),
		web.Get("/care/people/{person}/appointments/new", "case.write", s.newAppointmentPage),
		web.Post("/care/people/{person}/appointments/new", "case.write", s.keepAppointment),
		web.Get("/care/people/{person}/appointments/{appointment}", "case.write", s.appointmentPage),
		web.Post("/care/people/{person}/appointments/{appointment}", "case.write", s.keepAppointment),
		web.Get("/care/people/{person}/reminders", "case.write", s.remindersPage),
		web.Post("/care/people/{person}/reminders", "case.write", s.wantReminders),
		web.Post("/care/people/{person}/reminders/stop", "case.write", s.stopReminders),
		web.Get("/care/calendar", "calendar.own", s.feedPage),
		web.Sensitive(web.Post("/care/calendar", "calendar.own", s.makeFeed)),
		web.Post("/care/calendar/stop", "calendar.own", s.stopFeed),
		web.Get("/calendar/{token}", "", s.readFeed),
	}
}

// comingItem is one thing that is coming up, as a page shows it.
type comingItem struct {
	calendar.Item
	Page  ui.Page
	Title string
	Href  string
	Named bool // the list is about several people
	Other bool // it stands in another record of the person
}

type comingWeek struct {
	From, Until string
	Items       []comingItem
}

type comingPage struct {
	ui.Page
	Weeks   []comingWeek
	Team    bool
	MayTeam bool
}

// weeks lays items out for a page: of one person by the record that goes on, or
// with "" of several.
func weeks(p ui.Page, in []calendar.Week, of string) []comingWeek {
	var out []comingWeek
	for _, w := range in {
		week := comingWeek{From: w.From, Until: w.Until}
		for _, i := range w.Items {
			one := comingItem{Item: i, Page: p, Named: of == "", Other: of != "" && i.Now.ID != of}
			switch i.Source {
			case calendar.FromAppointment:
				one.Title, one.Href = calendar.KindWords(i.Kind), pathOf(i.Now.ID, "/appointments/"+url.PathEscape(i.ID))
				if i.Service != "" {
					one.Title = i.Service
				}
			case calendar.FromLegal:
				one.Title, one.Href, one.Who = legal.Matter{Kind: i.Kind, Court: i.Who}.Title(), pathOf(i.Now.ID, "/legal/"+url.PathEscape(i.ID)), ""
			default:
				one.Title, one.Href, one.Words = i.Words, pathOf(i.Now.ID, "/promises/"+url.PathEscape(i.ID)), ""
			}
			week.Items = append(week.Items, one)
		}
		out = append(out, week)
	}
	return out
}

func (s *Site) coming(w http.ResponseWriter, r *http.Request, team bool) error {
	found, err := s.Calendar.Coming(r.Context(), web.Actor(r), team)
	if err != nil {
		return err
	}
	p := web.Page(r, "Coming up")
	return s.pages.Render(w, http.StatusOK, "coming.html", comingPage{p, weeks(p, found, ""), team, web.Actor(r).Has(lead.Supervisor)})
}

type comingForPage struct {
	ui.Page
	Tab   string
	Weeks []comingWeek
	calendar.Ahead
}

func (s *Site) comingFor(w http.ResponseWriter, r *http.Request) error {
	a, err := s.Calendar.Of(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	p := web.Page(r, "Coming up: "+a.Now.Name)
	return s.pages.Render(w, http.StatusOK, "coming-for.html", comingForPage{Page: p, Ahead: a, Weeks: weeks(p, a.Weeks, a.Now.ID)})
}

func (s *Site) newAppointmentPage(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	values := url.Values{"standing": {"planned"}, "warm": {r.URL.Query().Get("warm")}}
	if values.Get("warm") != "" {
		values.Set("kind", "service")
	}
	return s.showAppointment(w, r, http.StatusOK, ui.NewForm(values, nil), rec.Now, calendar.Appointment{})
}

func (s *Site) appointmentPage(w http.ResponseWriter, r *http.Request) error {
	now, a, err := s.Calendar.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("appointment"))
	if err != nil {
		return err
	}
	values := url.Values{"kind": {a.Kind}, "standing": {a.Standing}, "on": {a.On}, "place": {a.Place}, "who": {a.Who}, "words": {a.Words}}
	if !a.At.IsZero() {
		values.Set("time", a.At.In(s.zone).Format("15:04"))
	}
	if a.Minutes > 0 {
		values.Set("minutes", itoa(a.Minutes))
	}
	return s.showAppointment(w, r, http.StatusOK, ui.NewForm(values, nil), now, a)
}

type appointmentView struct {
	formPage
	Warm string
}

func (s *Site) showAppointment(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, now participant.Now, a calendar.Appointment) error {
	v := formPage{Now: now, From: from(r, a.Version), Button: "Save", Action: pathOf(now.ID, "/appointments/new"), Heading: "A new appointment"}
	if a.ID != "" {
		v.Action, v.Heading = pathOf(now.ID, "/appointments/"+url.PathEscape(a.ID)), "An appointment"
	}
	v.Page = web.Page(r, v.Heading)
	kind := form.One("kind", "What is it?", "", options(calendar.Kinds())...)
	kind.Small = true
	on, at, minutes := form.Typed("date", "on", "Which day?", ""), form.Typed("time", "time", "What time?", "Empty: any time that day."), form.Text("minutes", "How many minutes?", "Optional.")
	on.Short, at.Short, minutes.Short, minutes.Numeric, minutes.Max = true, true, true, true, 4
	place, who := form.Text("place", "Where?", "Optional."), form.Text("who", "With whom?", "Optional.")
	place.Max, who.Max = 200, 120
	words := form.Area("words", "What to think of", "Optional. Such as: bring the letter, the dog may come.", 2)
	words.Max = 1000
	v.Fields = []any{kind, on, at, minutes, place, who, words}
	if a.ID != "" {
		standing := form.One("standing", "Where does it stand?", "", options(calendar.Standings())...)
		standing.Small = true
		v.Fields = append(v.Fields, standing)
	}
	v.Phone = true
	v.Errors = form.Errors()
	v.SeenBy = "Only the case team sees this: " + now.Name + "'s case manager and their supervisor."
	return s.pages.Render(w, status, "appointment.html", appointmentView{v, form.Values.Get("warm")})
}

func (s *Site) keepAppointment(w http.ResponseWriter, r *http.Request) error {
	id, appointmentID := r.PathValue("person"), r.PathValue("appointment")
	a := calendar.Appointment{Kind: r.PostFormValue("kind"), Standing: r.PostFormValue("standing"), On: r.PostFormValue("on"), Place: web.Line(r, "place"), Who: web.Line(r, "who"),
		Words: web.Line(r, "words"), WarmID: r.PostFormValue("warm")}
	a.At = s.moment(a.On, web.Line(r, "time"))
	if appointmentID == "" {
		a.Standing = "planned"
	}
	if text := web.Line(r, "minutes"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			n = -1 // the check says so
		}
		a.Minutes = n
	}
	err := s.Calendar.Save(r.Context(), web.Actor(r), web.Form(r), id, appointmentID, from(r, 0), a)
	return s.afterForm(w, r, err, pathOf(id, "/coming"), func(status int, f *ui.Form) error {
		rec, err := s.record(r)
		if err != nil {
			return err
		}
		return s.showAppointment(w, r, status, f, rec.Now, calendar.Appointment{ID: appointmentID})
	})
}

type remindersView struct {
	ui.Page
	Now     participant.Now
	Wish    calendar.Wish
	Can     bool // this site can send text messages
	Fields  []any
	StopKey string
}

func (s *Site) remindersPage(w http.ResponseWriter, r *http.Request) error {
	return s.showReminders(w, r, http.StatusOK, nil)
}

func (s *Site) showReminders(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, wish, err := s.Calendar.WishOf(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	if form == nil {
		form = ui.NewForm(url.Values{"number": {wish.Number}, "part": {wish.Part}}, nil)
	}
	v := remindersView{Page: web.Page(r, "Reminders by text: "+now.Name), Now: now, Wish: wish, Can: s.Calendar.Text != nil, StopKey: lead.NewID("frm")}
	v.Phone = true
	number := form.Typed("tel", "number", "Which number?", "With its country code. A phone that others look at is no good place.")
	number.Short, number.Max, number.Autocomplete = true, 20, "off"
	part, how := form.One("part", "When may it come?", "", options(calendar.Parts())...), form.One("how", "How did they say yes?", "", options(consent.Ways())...)
	part.Small, how.Small = true, true
	v.Fields = []any{number, part, how, form.Text("witness", "Who else heard it?", "Only when they said it.")}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "reminders.html", v)
}

func (s *Site) wantReminders(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := s.Calendar.Want(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), calendar.Wish{Number: web.Line(r, "number"), Part: r.PostFormValue("part"), How: r.PostFormValue("how"), Witness: web.Line(r, "witness")})
	return s.afterForm(w, r, err, pathOf(id, "/reminders"), func(status int, f *ui.Form) error { return s.showReminders(w, r, status, f) })
}

func (s *Site) stopReminders(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.Calendar.Unwant(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/reminders"))
}

type feedView struct {
	ui.Page
	Feed    *calendar.Feed
	Address string
	Place   ui.Choices
	StopKey string
}

func (s *Site) feedPage(w http.ResponseWriter, r *http.Request) error {
	return s.showFeed(w, r, "")
}

func (s *Site) showFeed(w http.ResponseWriter, r *http.Request, address string) error {
	feed, err := s.Calendar.OwnFeed(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := feedView{Page: web.Page(r, "My calendar elsewhere"), Feed: feed, Address: address, StopKey: lead.NewID("frm")}
	v.Phone = true
	v.Place = ui.NewForm(nil, nil).Many("place", "Places", "", ui.Option{Value: "yes", Label: "Show where, too", Hint: "A place can say what it is about. Leave it off where others see your calendar"})
	return s.pages.Render(w, http.StatusOK, "calendar-feed.html", v)
}

// makeFeed makes the address and shows it once: it is kept nowhere.
func (s *Site) makeFeed(w http.ResponseWriter, r *http.Request) error {
	token, err := s.Calendar.MakeFeed(r.Context(), web.Actor(r), web.Form(r), r.PostFormValue("place") == "yes")
	if err != nil {
		return err
	}
	if token == "" {
		return web.SeeOther(w, r, "/care/calendar")
	}
	return s.showFeed(w, r, s.origin+"/calendar/"+token+".ics")
}

func (s *Site) stopFeed(w http.ResponseWriter, r *http.Request) error {
	if err := s.Calendar.StopFeed(r.Context(), web.Actor(r), web.Form(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/calendar")
}

// readFeed answers a calendar program. The address is the secret: it stands in no
// log of ours.
func (s *Site) readFeed(w http.ResponseWriter, r *http.Request) error {
	text, err := s.Calendar.Read(r.Context(), strings.TrimSuffix(r.PathValue("token"), ".ics"), "a calendar elsewhere")
	if errors.Is(err, calendar.ErrPace) {
		w.Header().Set("Retry-After", "600")
		http.Error(w, "This calendar is read too often. Try again in ten minutes.", http.StatusTooManyRequests)
		return nil
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="calendar.ics"`)
	_, err = w.Write([]byte(text)) // #nosec G705 -- a calendar to save: no page, and nosniff
	return err
}
