// Package web serves the pages of the partnership's meetings, of proposals and of
// the part that lived experience has. It imports partnership, the bridge and
// platform.
package web

import (
	"embed"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/meeting"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/partnership/voice"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	meetings *meeting.Service
	voices   *voice.Service
	zone     *time.Location
	pages    *ui.Set
}

// New returns the pages.
func New(m *meeting.Service, v *voice.Service, zone *time.Location) *Site {
	return &Site{m, v, zone, ui.Must(files)}
}

const home = "/partnership/meetings"

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return append([]web.Route{
		web.Get(home, "meeting.list", s.list),
		web.Get(home+"/new", "meeting.keep", s.callPage),
		web.Post(home+"/new", "meeting.keep", s.call),
		web.Get(home+"/{meeting}", "meeting.read", s.meeting),
		web.Get(home+"/{meeting}/pulse", "meeting.read", s.pulse),
		web.Post(home+"/{meeting}/confirm", "meeting.read", s.confirm),
		web.Get(home+"/{meeting}/change", "meeting.keep", s.changePage),
		web.Post(home+"/{meeting}/change", "meeting.keep", s.change),
		web.Post(home+"/{meeting}/attendance", "meeting.keep", s.attend),
		web.Get(home+"/{meeting}/topics/new", "meeting.read", s.raisePage),
		web.Post(home+"/{meeting}/topics/new", "meeting.read", s.raise),
		web.Get(home+"/{meeting}/points/{point}", "meeting.item", s.point),
		web.Post(home+"/{meeting}/points/{point}", "meeting.minute", s.minute),
		web.Get(home+"/{meeting}/copies", "meeting.keep", s.register),
		web.Post(home+"/{meeting}/copies", "meeting.read", s.makeCopy),
		web.Post(home+"/{meeting}/copies/{copy}/back", "meeting.keep", s.back),
		web.Get("/partnership/copies/{copy}", "meeting.read", s.copy),
		web.Get("/partnership/actions", "meeting.list", s.actions),
		web.Post("/partnership/actions/{action}", "meeting.list", s.finish),
	}, s.voiceRoutes()...)
}

func pathOf(meetingID, more string) string { return home + "/" + url.PathEscape(meetingID) + more }

// formPage is a page with one form.
type formPage struct {
	ui.Page
	Fields  []any
	From    int64
	Action  string
	Heading string
	Intro   string
	Button  string
	Second  string // a second button's words
	SeenBy  string
	Back    string
	BackTo  string
	Nobody  bool // there is nobody to choose from
}

func (s *Site) form(w http.ResponseWriter, r *http.Request, status int, v formPage, f *ui.Form) error {
	v.Page = web.Page(r, v.Heading)
	v.Phone = true
	v.Errors = f.Errors()
	return s.pages.Render(w, status, "form.html", v)
}

// answer sends the browser on, or shows the form again with what is wrong.
func answer(w http.ResponseWriter, r *http.Request, err error, to string, again func(int, *ui.Form) error) error {
	if bad, ok := web.Invalid(err); ok {
		return again(http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, to)
}

func options(words [][2]string) []ui.Option {
	out := make([]ui.Option, 0, len(words))
	for _, o := range words {
		out = append(out, ui.Option{Value: o[0], Label: o[1]})
	}
	return out
}

type listPage struct {
	ui.Page
	meeting.Listing
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	l, err := s.meetings.List(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "meetings.html", listPage{web.Page(r, "Meetings"), l})
}

func (s *Site) callPage(w http.ResponseWriter, r *http.Request) error {
	return s.showCall(w, r, http.StatusOK, ui.NewForm(url.Values{"every": {"once"}, "minutes": {"60"}, "body": {partner.WorkGroup}, "people": {"yes"}}, nil), meeting.Meeting{})
}

// showCall is the form that calls a meeting, or changes the one that is given.
func (s *Site) showCall(w http.ResponseWriter, r *http.Request, status int, f *ui.Form, of meeting.Meeting) error {
	with, err := s.meetings.Prepare(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := formPage{Heading: "Call a meeting", Action: home + "/new", Button: "Call it", Back: "Meetings", BackTo: home,
		Intro: "Everybody who has a seat on the body is invited. A seat is kept under Partners.", SeenBy: "Everybody who has a seat on this body, and the coordinator."}
	if of.ID != "" {
		v.Heading, v.Action, v.Button, v.Second, v.From = "Change the meeting", pathOf(of.ID, "/change"), "Save", "Call it off", of.Version
		v.Intro, v.Back, v.BackTo = "What stood here before is kept.", of.Body, pathOf(of.ID, "")
	}
	if of.ID == "" {
		var bodies []ui.Option
		for _, b := range with.Bodies {
			bodies = append(bodies, ui.Option{Value: b.ID, Label: b.Name, Hint: b.About})
		}
		v.Fields = append(v.Fields, f.One("body", "Who meets?", "", bodies...))
	}
	on, at := f.Typed("date", "on", "Day", ""), f.Typed("time", "at", "Time", "")
	minutes := f.Typed("number", "minutes", "How many minutes?", "")
	on.Short, at.Short, minutes.Short, minutes.Numeric, minutes.Min, minutes.MaxValue = true, true, true, true, "15", "480"
	place := f.Text("place", "Where?", "A room, or how to call in.")
	chairs := []ui.Option{{Value: "", Label: "Nobody yet"}}
	for _, seat := range with.Seats {
		if of.ID == "" || seat.BodyID == of.BodyID {
			if !slices.ContainsFunc(chairs, func(o ui.Option) bool { return o.Value == seat.AccountID }) {
				chairs = append(chairs, ui.Option{Value: seat.AccountID, Label: seat.Name + ", " + seat.Organisation})
			}
		}
	}
	v.Fields = append(v.Fields, on, at, minutes, place, f.Pick("chair", "Who has the chair?", "Somebody who sits on the body.", ui.Options(chairs...)))
	if of.ID == "" {
		every := f.One("every", "How often?", "", options(meeting.Rhythms())...)
		every.Small = true
		times := f.Typed("number", "times", "How many meetings?", "For a series: at most 13.")
		times.Short, times.Numeric, times.Min, times.MaxValue = true, true, "2", "13"
		v.Fields = append(v.Fields, every, times, f.Many("people", "Can people who take part be spoken of?", "Only those who agreed, before whom they agreed to.", ui.Option{Value: "yes", Label: "Yes, with their consent"}))
	}
	return s.form(w, r, status, v, f)
}

func readCall(r *http.Request) meeting.Call {
	minutes, _ := strconv.Atoi(r.PostFormValue("minutes")) //nolint:errcheck // 0 is refused
	times, _ := strconv.Atoi(r.PostFormValue("times"))     //nolint:errcheck // 0 is refused
	return meeting.Call{BodyID: r.PostFormValue("body"), People: r.PostFormValue("people") == "yes", On: r.PostFormValue("on"), At: r.PostFormValue("at"), Minutes: minutes,
		Place: web.Line(r, "place"), ChairID: r.PostFormValue("chair"), Every: r.PostFormValue("every"), Times: times}
}

func (s *Site) call(w http.ResponseWriter, r *http.Request) error {
	id, err := s.meetings.CallFor(r.Context(), web.Actor(r), web.Form(r), readCall(r))
	return answer(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showCall(w, r, status, f, meeting.Meeting{}) })
}

func (s *Site) changePage(w http.ResponseWriter, r *http.Request) error {
	a, err := s.meetings.Read(r.Context(), web.Actor(r), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	at := a.StartsAt.In(s.zone)
	f := ui.NewForm(url.Values{"on": {at.Format(time.DateOnly)}, "at": {at.Format("15:04")}, "minutes": {strconv.Itoa(int(a.EndsAt.Sub(a.StartsAt).Minutes()))}, "place": {a.Meeting.Place}, "chair": {a.ChairID}}, nil)
	return s.showCall(w, r, http.StatusOK, f, a.Meeting)
}

func (s *Site) change(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	from, _ := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64) //nolint:errcheck // 0 is nobody's version
	err := s.meetings.Move(r.Context(), web.Actor(r), web.Form(r), id, from, readCall(r), r.PostFormValue("then") == "second")
	return answer(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error {
		a, err := s.meetings.Read(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		return s.showCall(w, r, status, f, a.Meeting)
	})
}

type meetingPage struct {
	ui.Page
	meeting.Agenda
	Agreed   ui.Choices
	Reminder []string
	Absent   ui.Choices // who can be written down as present
	Others   bool       // there are items that are for others at the table
	There    bool       // the actor is written down as present
	MayKeep  bool
}

func (s *Site) meeting(w http.ResponseWriter, r *http.Request) error {
	return s.showMeeting(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showMeeting(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	a, err := s.meetings.Read(r.Context(), web.Actor(r), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	v := meetingPage{Page: web.Page(r, a.Body), Agenda: a, Reminder: meeting.ReminderWords(), Others: a.Count > len(a.Items), MayKeep: a.Coordinator}
	v.Scripts = append(v.Scripts, "meeting.js")
	v.Agreed = f.Many("agreed", "Before anything about a person is shown", "", ui.Option{Value: "yes", Label: "I confirm this"})
	v.There = a.Seated && a.Here(a.Seat)
	if a.Coordinator && !a.CalledOff && (a.On(a.Now) || a.Over(a.Now)) { // afterwards too: a list may have been on paper
		var absent []ui.Option
		for _, seat := range a.Seats {
			if !a.Here(seat) {
				absent = append(absent, ui.Option{Value: seat.ID, Label: seat.Name, Hint: seat.Organisation})
			}
		}
		v.Absent = f.Many("seats", "Who else is here?", "Those without an account, or who have not signed in. Read the reminder out to them first.", absent...)
		if a.Over(a.Now) {
			v.Absent = f.Many("seats", "Who else was there?", "Only those to whom the reminder was read out.", absent...)
		}
		v.Absent.Small = true
	}
	v.Errors = f.Errors()
	return s.pages.Render(w, status, "meeting.html", v)
}

// pulse says whether what an open page shows may still be shown.
func (s *Site) pulse(w http.ResponseWriter, r *http.Request) error {
	stamp, err := s.meetings.Pulse(r.Context(), web.Actor(r), r.PathValue("meeting"), r.URL.Query().Get("point"), r.URL.Query().Get("room") == "yes")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err = io.WriteString(w, stamp) // #nosec G705 -- plain text, and nosniff
	return err
}

func (s *Site) confirm(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	err := s.meetings.Confirm(r.Context(), web.Actor(r), web.Form(r), id, r.PostFormValue("agreed") == "yes")
	return answer(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showMeeting(w, r, status, f) })
}

func (s *Site) attend(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	err := s.meetings.Attend(r.Context(), web.Actor(r), web.Form(r), id, r.PostForm["seats"])
	return answer(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showMeeting(w, r, status, f) })
}

func (s *Site) raisePage(w http.ResponseWriter, r *http.Request) error {
	return s.showRaise(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showRaise(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	a, err := s.meetings.Read(r.Context(), web.Actor(r), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	title := f.Text("title", "What is it about?", "A few words. Nothing about a person who takes part: their case team brings that, with their consent.")
	title.Max = 120
	words := f.Area("words", "What would you like the table to think about?", "Optional.", 4)
	words.Max = 2000
	return s.form(w, r, status, formPage{Heading: "Put something on the agenda", Action: pathOf(a.ID, "/topics/new"), Button: "Put it on", Back: a.Body, BackTo: pathOf(a.ID, ""),
		Fields: []any{title, words}, SeenBy: "Everybody who has a seat on this body, with your name."}, f)
}

func (s *Site) raise(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	_, err := s.meetings.Raise(r.Context(), web.Actor(r), web.Form(r), id, meeting.Topic{Title: web.Line(r, "title"), Words: web.Line(r, "words")})
	return answer(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showRaise(w, r, status, f) })
}

type gonePage struct {
	ui.Page
	Meeting meeting.Meeting
}

// gone leads from a point that is not there, or no longer, back to the meeting: a
// room that just read it is not told that its address is wrong. Which of the two it
// is, nobody learns.
func (s *Site) gone(w http.ResponseWriter, r *http.Request, absent error) error {
	a, err := s.meetings.Read(r.Context(), web.Actor(r), r.PathValue("meeting"))
	if err != nil {
		return absent
	}
	return s.pages.Render(w, http.StatusNotFound, "gone.html", gonePage{web.Page(r, "This point is no longer shown"), a.Meeting})
}

type pointPage struct {
	ui.Page
	meeting.Shown
	Name   bool // the name is on the screen
	Fields []any
	Self   string
	Pulse  string
}

func (s *Site) point(w http.ResponseWriter, r *http.Request) error {
	return s.showPoint(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showPoint(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	q := r.URL.Query()
	shown, err := s.meetings.Show(r.Context(), web.Actor(r), r.PathValue("meeting"), r.PathValue("point"), q.Get("room") == "yes")
	if errors.Is(err, lead.ErrNotFound) {
		return s.gone(w, r, err)
	}
	if err != nil {
		return err
	}
	v := pointPage{Page: web.Page(r, "Agenda, point "+strconv.Itoa(shown.At)), Shown: shown, Name: q.Get("name") == "show", Self: pathOf(shown.Place.ID, "/points/"+url.PathEscape(shown.Entry.ID()))}
	v.Scripts = append(v.Scripts, "meeting.js")
	v.Pulse = pathOf(shown.Place.ID, "/pulse?point="+url.QueryEscape(shown.Entry.ID()))
	if shown.Room {
		v.Pulse += "&room=yes"
	}
	if v.MayWrite {
		kind := f.One("kind", "What was said?", "", ui.Option{Value: "decision", Label: "A decision"}, ui.Option{Value: "action", Label: "An action"},
			ui.Option{Value: "dissent", Label: "Somebody does not agree", Hint: "It stands beside the decision, and nobody has to give way"})
		kind.Small = true
		words := f.Area("words", "In a line or two", "", 2)
		words.Max = 600
		owners := []ui.Option{{Value: "", Label: "Nobody: it is no action"}}
		for _, seat := range v.Owners {
			owners = append(owners, ui.Option{Value: seat.OrganisationID, Label: seat.Organisation})
		}
		due := f.Typed("date", "due", "By when?", "For an action.")
		due.Short = true
		v.Fields = []any{kind, words, f.Pick("owner", "Who does it?", "For an action. Those who may hear what it is about.", ui.Options(owners...)), due}
	}
	v.Errors = f.Errors()
	return s.pages.Render(w, status, "point.html", v)
}

func (s *Site) minute(w http.ResponseWriter, r *http.Request) error {
	id, point := r.PathValue("meeting"), r.PathValue("point")
	err := s.meetings.Minute(r.Context(), web.Actor(r), web.Form(r), id, point, agenda.Line{Kind: agenda.LineKind(r.PostFormValue("kind")), Words: web.Line(r, "words"),
		OwnerID: r.PostFormValue("owner"), Due: r.PostFormValue("due")})
	return answer(w, r, err, pathOf(id, "/points/"+url.PathEscape(point)), func(status int, f *ui.Form) error { return s.showPoint(w, r, status, f) })
}

func (s *Site) makeCopy(w http.ResponseWriter, r *http.Request) error {
	id, err := s.meetings.Print(r.Context(), web.Actor(r), web.Form(r), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/copies/"+url.PathEscape(id))
}

type copyPage struct {
	ui.Page
	meeting.Printed
}

func (s *Site) copy(w http.ResponseWriter, r *http.Request) error {
	c, err := s.meetings.Copy(r.Context(), web.Actor(r), r.PathValue("copy"))
	if err != nil {
		return err
	}
	if c.Expired {
		return s.pages.Render(w, http.StatusGone, "copy-over.html", copyPage{web.Page(r, "This copy has expired"), c})
	}
	v := copyPage{web.Page(r, "Copy "+strconv.FormatInt(c.Copy.Number, 10)), c}
	v.Scripts = append(v.Scripts, "meeting.js")
	return s.pages.Render(w, http.StatusOK, "copy.html", v)
}

type registerPage struct {
	ui.Page
	Meeting meeting.Meeting
	Copies  []meeting.Copy
	FormKey []string
}

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	m, all, err := s.meetings.Register(r.Context(), web.Actor(r), r.PathValue("meeting"))
	if err != nil {
		return err
	}
	v := registerPage{Page: web.Page(r, "Printed copies"), Meeting: m, Copies: all}
	for range all {
		v.FormKey = append(v.FormKey, lead.NewID("frm"))
	}
	return s.pages.Render(w, http.StatusOK, "copies.html", v)
}

func (s *Site) back(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("meeting")
	if err := s.meetings.Back(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("copy")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/copies"))
}

type actionsPage struct {
	ui.Page
	meeting.Doing
	FormKey []string
}

func (s *Site) actions(w http.ResponseWriter, r *http.Request) error {
	d, err := s.meetings.Actions(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := actionsPage{Page: web.Page(r, "Actions"), Doing: d}
	for range d.Lines {
		v.FormKey = append(v.FormKey, lead.NewID("frm"))
	}
	return s.pages.Render(w, http.StatusOK, "actions.html", v)
}

func (s *Site) finish(w http.ResponseWriter, r *http.Request) error {
	if err := s.meetings.Finish(r.Context(), web.Actor(r), web.Form(r), r.PathValue("action"), r.PostFormValue("outcome")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/actions")
}
