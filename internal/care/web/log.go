package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/care/away"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// logPage is how a contact is logged: six taps and no word, or as many words as
// one likes.
type logPage struct {
	ui.Page
	Action    string     // where the form goes
	Held      *away.Held // what a phone delivered, to be looked at
	Aside     ui.Field   // why what waited need not be added
	AsideKey  string
	Now       participant.Now
	Safe      []participant.SafeWord // how it is safe to reach them
	Back      string
	Keeps     *ui.Choices
	How       ui.Choices
	Where     ui.Choices
	Place     ui.Field
	Started   ui.Choices
	Minutes   ui.Choices
	Exact     ui.Field
	At        ui.Field
	Narrative ui.Field
	NextDay   ui.Choices
	Next      ui.Field
	NextOn    ui.Field
	NextTime  ui.Field
}

func (s *Site) notePage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	values := url.Values{"started_by": {"worker"}, "keeps": {q.Get("promise")}, "promise": {q.Get("promise")}, "back": {q.Get("from")}}
	return s.showLog(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showLog(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v, err := s.logView(r, form)
	if err != nil {
		return err
	}
	return s.pages.Render(w, status, "log.html", v)
}

// logView is the page on which a contact with one person is logged.
func (s *Site) logView(r *http.Request, form *ui.Form) (logPage, error) {
	var open []participant.Promise
	rec, err := s.People.Record(r.Context(), web.Actor(r), r.PathValue("person"), func(tx *db.Tx, n participant.Now) error {
		var err error
		open, err = participant.OpenPromises(r.Context(), tx, n)
		return err
	})
	if err != nil {
		return logPage{}, err
	}
	v := logPage{Page: web.Page(r, "Log a contact"), Now: rec.Now, Safe: rec.Safe, Back: form.Values.Get("back"), Action: pathOf(rec.Now.ID, "/contact")}
	v.Keeps = s.keeps(form, open)
	v.fill(form)
	return v, nil
}

// fill makes the questions, which are the same whoever it is about.
func (v *logPage) fill(form *ui.Form) {
	v.Phone = true
	v.How = form.One("how", "How?", "", options(note.Ways())...)
	v.Where = form.One("place_kind", "Where?", "", options(note.Places())...)
	v.Place = form.Text("place", "Where, more exactly", "Optional. Coarse is enough.")
	v.Minutes = form.One("minutes", "How long?", "", ui.Option{Value: "5", Label: "5 min"}, ui.Option{Value: "15", Label: "15 min"}, ui.Option{Value: "30", Label: "30 min"}, ui.Option{Value: "60", Label: "1 hour"})
	v.Narrative = form.Area("narrative", "How it went", "Optional. Speak it if that is easier. Leave out what they may have done.", 4)
	v.Narrative.Max = 8000
	v.NextDay = form.One("next_day", "What next?", "It comes back on Today.", options(nextDays())...)
	v.NextOn = form.Typed("date", "next_on", "Which day", "")
	v.NextTime = form.Typed("time", "next_time", "What time", "Optional.")
	v.NextTime.Short, v.NextOn.Short = true, true
	v.Next = form.Text("next", "What did you say?", "Optional. \"I ring you Thursday at ten.\"")
	v.Started = form.One("started_by", "Who started it?", "", options(note.Starters())...)
	v.At = form.Typed("datetime-local", "at", "When, if not just now", "")
	v.Exact = form.Text("minutes_exact", "Minutes, if another length", "")
	v.Exact.Numeric, v.Exact.Short = true, true
	for _, c := range []*ui.Choices{&v.How, &v.Where, &v.Minutes, &v.NextDay, &v.Started} {
		c.Half = true
	}
	v.Started.Small, v.Minutes.Small = true, true
	v.Errors = form.Errors()
}

// keeps asks whether this contact keeps what was promised: the promise that one
// came from, or else the one that is due.
func (s *Site) keeps(form *ui.Form, open []participant.Promise) *ui.Choices {
	i := slices.IndexFunc(open, func(p participant.Promise) bool { return p.ID == form.Values.Get("promise") })
	if i < 0 {
		i = slices.IndexFunc(open, func(p participant.Promise) bool { return p.On <= s.People.LocalDay() })
	}
	if i < 0 {
		return nil
	}
	c := form.One("keeps", "You promised: "+open[i].Words, "", ui.Option{Value: open[i].ID, Label: "This keeps it"}, ui.Option{Value: "", Label: "It still stands"})
	c.Small, c.Half = true, true
	if form.Values.Get("keeps") == "" {
		c.Options[1].Checked = true
	}
	return &c
}

func nextDays() [][2]string {
	return [][2]string{{"today", "Today"}, {"tomorrow", "Tomorrow"}, {"three", "In 3 days"}, {"week", "Next week"}, {"choose", "Choose a day"}, {"", "Nothing for now"}}
}

// nextIn reads what was promised next and when, as it was said at a moment.
func (s *Site) nextIn(answers url.Values, at time.Time) participant.Promise {
	p := participant.Promise{Words: line(answers, "next")}
	at = at.In(s.zone)
	switch answers.Get("next_day") {
	case "today":
		p.On = at.Format(time.DateOnly)
	case "tomorrow":
		p.On = at.AddDate(0, 0, 1).Format(time.DateOnly)
	case "three":
		p.On = at.AddDate(0, 0, 3).Format(time.DateOnly)
	case "week":
		p.On = at.AddDate(0, 0, 7).Format(time.DateOnly)
	default:
		p.On = line(answers, "next_on")
	}
	if clock := line(answers, "next_time"); clock != "" {
		if at, err := time.ParseInLocation("2006-01-02 15:04", p.On+" "+clock, s.zone); err == nil {
			p.At = at
		}
	}
	return p
}

// readLog reads the answers of the form as they were at a moment.
func (s *Site) readLog(answers url.Values, at time.Time) note.Note {
	n := note.Note{At: at, PlaceKind: answers.Get("place_kind"), Place: line(answers, "place"), StartedBy: answers.Get("started_by"),
		Narrative: line(answers, "narrative"), Next: s.nextIn(answers, at), Keeps: answers.Get("keeps")}
	if typed := line(answers, "at"); typed != "" {
		n.At, _ = time.ParseInLocation(web.MomentLayout, typed, s.zone) //nolint:errcheck // the check says what to enter
	}
	minutes := cmp.Or(line(answers, "minutes_exact"), answers.Get("minutes"), "0")
	var err error
	if n.Minutes, err = strconv.Atoi(minutes); err != nil {
		n.Minutes = -1 // the check says what to enter
	}
	n.As(answers.Get("how"))
	if n.Mode == "phone" || n.Mode == "text" || n.Mode == "letter" {
		n.PlaceKind = "" // its question is not on the page then
	}
	return n
}

// line returns the answer to a one-line field, trimmed, as web.Line does.
func line(answers url.Values, field string) string {
	return strings.TrimSpace(strings.ReplaceAll(answers.Get(field), "\r\n", "\n"))
}

func (s *Site) logIn(r *http.Request) note.Note { return s.readLog(r.PostForm, s.People.Book.Now()) }

func (s *Site) addNote(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := s.Notes.Add(r.Context(), web.Actor(r), web.Form(r), id, s.logIn(r))
	if bad, ok := web.Invalid(err); ok {
		return s.showLog(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, ofOneTap(bad)))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, backTo(r.PostFormValue("back"), id))
}

// ofOneTap says what is wrong where the page asks for it: it asks one question for
// how they were in contact and what came of it.
func ofOneTap(bad lead.Invalid) lead.Invalid {
	out := lead.Invalid{}
	for field, text := range bad {
		switch field {
		case "mode", "outcome":
			out["how"] = "Choose how it was"
		case "minutes":
			out["minutes_exact"] = text
		default:
			out[field] = text
		}
	}
	return out
}

// backTo returns where somebody goes on to: the list they came from, or the
// person.
func backTo(from, participantID string) string {
	switch from {
	case "today":
		return "/care/today"
	case "team":
		return "/care/today/team"
	case "waiting":
		return waitingPath
	}
	return pathOf(participantID, "")
}

func (s *Site) undoNote(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	switch err := s.Notes.Undo(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("note")); {
	case isConflict(err):
		return web.SeeOther(w, r, pathOf(id, "?undo=late"))
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, backTo(r.PostFormValue("back"), id))
}

func (s *Site) promisePage(w http.ResponseWriter, r *http.Request) error {
	return s.showPromise(w, r, http.StatusOK, ui.NewForm(url.Values{"back": {r.URL.Query().Get("from")}}, nil))
}

func (s *Site) showPromise(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, p, err := s.People.PromiseOf(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("promise"))
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "What was promised"), Now: now, Action: pathOf(now.ID, "/promises/"+url.PathEscape(p.ID)), Heading: p.Words,
		Intro: "Promised to " + now.Name + ". Plans change: tell them, and choose a day that holds.", Button: "Save", Back: form.Values.Get("back")}
	how := form.One("how", "What becomes of it?", "", options(participant.Settlings())...)
	on, at := form.Typed("date", "on", "The new day", "Only for another day."), form.Typed("time", "time", "What time", "Optional.")
	on.Short, at.Short = true, true
	v.Fields = []any{how, on, at, form.Text("words", "Anything to remember", "Optional.")}
	return s.showForm(w, status, v, form)
}

func (s *Site) settlePromise(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	to := participant.Settling{How: r.PostFormValue("how"), Words: web.Line(r, "words"), On: web.Line(r, "on")}
	if at, err := time.ParseInLocation("2006-01-02 15:04", to.On+" "+web.Line(r, "time"), s.zone); err == nil {
		to.At = at
	}
	err := s.People.SettlePromise(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("promise"), to)
	return s.afterForm(w, r, err, backTo(r.PostFormValue("back"), id), func(status int, f *ui.Form) error { return s.showPromise(w, r, status, f) })
}
