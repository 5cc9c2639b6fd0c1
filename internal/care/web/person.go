package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/away"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
)

func itoa(n int) string { return strconv.Itoa(n) }

// timelineLength is how many items a person's page shows at once.
const timelineLength = 20

type personPage struct {
	ui.Page
	Record   participant.Record
	Mine     bool // the actor may end a case
	Tab      string
	Items    []note.Item
	Kinds    ui.Select
	More     string
	Acute    []acuteView
	Asked    []openRequest       // what they asked about their record
	Merges   []participant.Merge // what was said of their being one person with another record
	Tries    int
	Late     bool
	Quiet    int
	BackKey  string
	Promised []participant.Promise // what stands, the soonest first
	UndoLate bool
	Months   monthStrip
	Papers   []document.Document // nil where the actor may not see them
	MayPaper bool
	MayAsk   bool // may offer questionnaires
	Given    []answered.Answered
	Legal    []legal.Matter // what is ahead, the soonest first
	Out      away.Out       // who has them along, to work without signal
}

type acuteView struct {
	need.Acute
	Of  string // the record it stands in
	Key string
}

// timelineKinds are the filters of the timeline.
func timelineKinds() [][2]string {
	return [][2]string{{"", "Everything"}, {"note", "Contacts"}, {"outreach", "Outreach"}, {"plan", "Plan"}, {"assessment", "Needs"}, {"month", "Month by month"}, {"safety_plan", "Safety plan"}, {"warm", "Services"}, {"fund", "Flexible fund"}, {"legal", "Legal"}}
}

func (s *Site) person(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := personPage{Tab: "timeline"}
	var more string
	var acute []acuteView
	var months []month.Status
	var lists codelist.Lists
	rec, err := s.People.Record(r.Context(), web.Actor(r), r.PathValue("person"), func(tx *db.Tx, n participant.Now) error {
		var err error
		if v.Items, more, err = note.Timeline(r.Context(), tx, n, q.Get("kind"), q.Get("before"), timelineLength); err != nil {
			return err
		}
		for _, of := range n.Records() {
			open, err := need.OpenAcute(r.Context(), tx, of)
			if err != nil {
				return err
			}
			for _, a := range open {
				acute = append(acute, acuteView{Acute: a, Of: of.ID})
			}
			asked, err := rights.OpenFor(r.Context(), tx, of.ID)
			if err != nil {
				return err
			}
			for _, o := range asked {
				v.Asked = append(v.Asked, openRequest{Open: o, Of: of.ID})
			}
			promised, err := participant.OpenPromises(r.Context(), tx, of)
			if err != nil {
				return err
			}
			v.Promised = append(v.Promised, promised...)
			ahead, err := legal.Ahead(r.Context(), tx, of)
			if err != nil {
				return err
			}
			v.Legal = append(v.Legal, ahead...)
		}
		if v.Merges, err = s.People.MergesOf(r.Context(), tx, n); err != nil {
			return err
		}
		if months, err = month.Of(r.Context(), tx, n); err != nil {
			return err
		}
		if lists, err = codelist.Load(r.Context(), tx, month.Lists()...); err != nil {
			return err
		}
		if v.MayAsk, err = s.People.May(r.Context(), tx, web.Actor(r), "case.answers", n); err != nil {
			return err
		}
		if v.MayAsk {
			over, err := s.Answered.Of(r.Context(), tx, web.Actor(r), n)
			if err != nil {
				return err
			}
			v.Given = over.Given
		}
		if v.MayPaper, err = s.People.May(r.Context(), tx, web.Actor(r), "case.document", n); err != nil {
			return err
		}
		if v.MayPaper {
			if v.Papers, err = document.Of(r.Context(), tx, n); err != nil {
				return err
			}
		}
		if err := markMine(r, tx, v.Items, s.People.Book.Now()); err != nil {
			return err
		}
		if v.Out, err = s.Away.Of(r.Context(), tx, n, s.People.Book.Now()); err != nil {
			return err
		}
		v.Tries, err = outreach.Count(r.Context(), tx, n.ID)
		return err
	})
	if err != nil {
		return err
	}
	if rec.Into != "" { // an old link leads to the record that goes on
		return web.SeeOther(w, r, pathOf(rec.Into, ""))
	}
	v.Page, v.Record = web.Page(r, rec.Person.Name), rec
	v.Months = s.strip(lists, months)
	v.Late, v.Quiet = rec.Late(s.today()), rec.Quiet(s.People.Book.Now())
	v.BackKey, v.UndoLate = v.Key+"-back", q.Get("undo") == "late"
	for i := range v.Asked {
		v.Asked[i].Key = v.Key + "-asked-" + itoa(i)
	}
	for i, a := range acute {
		a.Key = v.Key + "-" + itoa(i)
		v.Acute = append(v.Acute, a)
	}
	v.Kinds = ui.NewForm(q, nil).Pick("kind", "Show", "", ui.Options(options(timelineKinds())...))
	v.Mine = web.Actor(r).Has(lead.Supervisor)
	if more != "" {
		v.More = pathOf(rec.Now.ID, "") + "?" + url.Values{"kind": {q.Get("kind")}, "before": {more}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "person.html", v)
}

// markMine marks what whoever looks has just logged and can still take back.
func markMine(r *http.Request, tx *db.Tx, items []note.Item, now time.Time) error {
	logged, err := note.JustLogged(r.Context(), tx, web.Actor(r), now)
	if err != nil {
		return err
	}
	for i := range items {
		items[i].Mine = slices.ContainsFunc(logged, func(l note.Logged) bool { return l.NoteID == items[i].ID })
	}
	return nil
}

// formPage is a page with one form about one person.
type formPage struct {
	ui.Page
	Now     participant.Now
	Fields  []any // ui.Field, ui.Choices or ui.Select, in the order of the page
	From    int64 // the version that was on the screen
	Action  string
	Heading string
	Intro   string
	Button  string
	Second  string // a second button's words, such as "Save and come back"
	SeenBy  string
	Back    string // where one goes on to afterwards: a list, or "" for the person
}

// showForm renders a page with one form; the fields stand in the order in which
// they were built.
func (s *Site) showForm(w http.ResponseWriter, status int, v formPage, form *ui.Form) error {
	v.Phone = true
	v.Errors = form.Errors()
	if v.SeenBy == "" {
		v.SeenBy = "Only the case team sees this: " + v.Now.Name + "'s case manager and their supervisor."
	}
	return s.pages.Render(w, status, "form.html", v)
}

// isConflict reports that somebody else, or time, came first.
func isConflict(err error) bool { return errors.Is(err, lead.ErrConflict) }

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

// record loads the person a form is about.
func (s *Site) record(r *http.Request) (participant.Record, error) {
	return s.People.Record(r.Context(), web.Actor(r), r.PathValue("person"), nil)
}

func from(r *http.Request, latest int64) int64 {
	if v, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		return v
	}
	return latest
}

func (s *Site) detailsPage(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	p := rec.Person
	form := ui.NewForm(url.Values{"name": {p.Name}, "pronouns": {p.Pronouns}, "phone": {p.Phone}, "safe_contact": {p.SafeContact}, "find_words": {p.FindWords}}, nil)
	return s.showDetails(w, r, http.StatusOK, form)
}

func (s *Site) showDetails(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "How to reach "+rec.Person.Name), Now: rec.Now, Action: pathOf(rec.Now.ID, "/details"), From: from(r, rec.Person.Version), Heading: "How to reach " + rec.Person.Name, Button: "Save"}
	name := form.Text("name", "The name they want to be called by", "")
	phone := form.Typed("tel", "phone", "Phone", "")
	name.Autocomplete, phone.Autocomplete = "off", "off"
	v.Fields = []any{name, form.Text("pronouns", "Pronouns", "Optional."), phone,
		form.Area("safe_contact", "How is it safe to reach them?", "Ask: may we call, text or leave word? When? Who might pick up?", 3),
		form.Area("find_words", "Where they often are", "Coarse is enough.", 2)}
	return s.showForm(w, status, v, form)
}

func (s *Site) details(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	p := participant.Person{Name: web.Line(r, "name"), Pronouns: web.Line(r, "pronouns"), Phone: web.Line(r, "phone"), SafeContact: web.Line(r, "safe_contact"), FindWords: web.Line(r, "find_words")}
	err := s.People.Describe(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), p)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showDetails(w, r, status, f) })
}

func (s *Site) labelPage(w http.ResponseWriter, r *http.Request) error {
	return s.showLabel(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showLabel(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Active or quiet"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/label"), Heading: "Active or quiet",
		Intro: "A label for the team's own work. It closes nothing and takes nothing away; quiet people keep their place and their worker.", Button: "Save"}
	v.Fields = []any{form.One("label", "How are things just now?", "",
		ui.Option{Value: string(participant.Active), Label: "Active", Hint: "In touch"},
		ui.Option{Value: string(participant.Inactive), Label: "Quiet", Hint: "Not in touch for now. Outreach goes on"}),
		form.Area("words", "Anything to remember", "Optional.", 2)}
	return s.showForm(w, status, v, form)
}

func (s *Site) label(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := s.People.Relabel(r.Context(), web.Actor(r), web.Form(r), id, participant.State(r.PostFormValue("label")), web.Line(r, "words"))
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showLabel(w, r, status, f) })
}

func (s *Site) askToClosePage(w http.ResponseWriter, r *http.Request) error {
	return s.showAskToClose(w, r, http.StatusOK, ui.NewForm(url.Values{"asked_on": {s.today()}}, nil))
}

func (s *Site) showAskToClose(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	name := rec.Person.Name
	v := formPage{Page: web.Page(r, name+" asks to close"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/asks-to-close"), Heading: name + " asks to close",
		Intro:  "Only " + name + " can close this. Say to them: \"Your support stops. You can come back any time, without a referral.\"",
		Button: "Close, as " + name + " asked"}
	v.Fields = []any{form.One("asked_how", "How did they ask?", "", options(participant.WaysOfAsking())...),
		form.Typed("date", "asked_on", "When", ""),
		form.Area("words", "What they said", "In their own words. This is kept with the case.", 4)}
	return s.showForm(w, status, v, form)
}

func (s *Site) askToClose(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	c := participant.ClosureRequest{AskedOn: r.PostFormValue("asked_on"), How: r.PostFormValue("asked_how"), Words: web.Line(r, "words")}
	err := s.People.AskToClose(r.Context(), web.Actor(r), web.Form(r), id, c)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showAskToClose(w, r, status, f) })
}

func (s *Site) cameBack(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.People.Reopen(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}

func (s *Site) endingPage(w http.ResponseWriter, r *http.Request) error {
	return s.showEnding(w, r, http.StatusOK, ui.NewForm(url.Values{"day": {s.today()}}, nil))
}

func (s *Site) showEnding(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Another ending"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/ending"), Heading: "Another ending",
		Intro: "For a death, or a move that the person wants. Take your time; the record stays as it is. Nothing is due or promised from then on.", Button: "Record this"}
	v.Fields = []any{form.One("ending", "What happened?", "",
		ui.Option{Value: string(participant.Died), Label: rec.Person.Name + " has died"},
		ui.Option{Value: string(participant.Transferred), Label: "Moved to another team", Hint: "They want this, and the other team knows"}),
		form.Typed("date", "day", "When", ""),
		form.Area("words", "What should be remembered, or who supports them now", "", 3),
		form.Many("wish", "For a move", "", ui.Option{Value: "yes", Label: "They want it"})}
	return s.showForm(w, status, v, form)
}

func (s *Site) ending(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	e := participant.Ending{State: participant.State(r.PostFormValue("ending")), Day: r.PostFormValue("day"), Words: web.Line(r, "words"), Wish: r.PostFormValue("wish") == "yes"}
	err := s.People.End(r.Context(), web.Actor(r), web.Form(r), id, e)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showEnding(w, r, status, f) })
}
