package web

import (
	"net/http"
	"net/url"
	"strconv"

	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func (s *Site) screeningPage(w http.ResponseWriter, r *http.Request) error {
	return s.showScreening(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showScreening(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "First check"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/first-check"), Heading: "First check with " + rec.Person.Name,
		Intro: "Three questions, and nothing more tonight. Give what helps first.", Button: "Save"}
	for _, q := range [][2]string{{"safe_tonight", "Somewhere safe tonight?"}, {"eaten", "Eaten today?"}, {"has_phone", "A phone that works?"}} {
		c := form.One(q[0], q[1], "", options(participant.Answers())...)
		c.Small = true
		v.Fields = append(v.Fields, c)
	}
	v.Fields = append(v.Fields, form.Area("words", "What they said", "Optional. Not what they may have done.", 3))
	return s.showForm(w, status, v, form)
}

func (s *Site) screening(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	c := participant.Screening{SafeTonight: r.PostFormValue("safe_tonight"), Eaten: r.PostFormValue("eaten"), HasPhone: r.PostFormValue("has_phone"), Words: web.Line(r, "words")}
	err := s.People.Screen(r.Context(), web.Actor(r), web.Form(r), id, c)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showScreening(w, r, status, f) })
}

func (s *Site) intakePage(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	values := url.Values{"consent_language": {"English"}}
	if i := rec.Intake; i != nil {
		values = url.Values{"accommodation": {i.Accommodation}, "employment": {i.Employment}, "communication": {i.Communication}, "trusted_person": {i.TrustedPerson},
			"words": {i.Words}, "consent_how": {i.ConsentHow}, "consent_witness": {i.ConsentWitness}, "consent_language": {i.ConsentLanguage}}
		if i.CopyGiven {
			values.Set("consent_copy", "yes")
		}
	}
	return s.showIntake(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showIntake(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	lists, err := s.People.Lists(r.Context())
	if err != nil {
		return err
	}
	var latest int64
	if rec.Intake != nil {
		latest = rec.Intake.Version
	}
	name := rec.Person.Name
	v := formPage{Page: web.Page(r, "Intake"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/intake"), From: from(r, latest), Heading: "Intake with " + name,
		Intro: "A conversation, in as many sittings as it takes. Everything here can wait, except what they need today.", Button: "Intake is done", Second: "Save and come back"}
	if rec.IntakeDoneOn != "" {
		v.Button, v.Second = "Save", ""
	}
	list := func(list, label string) ui.Select {
		groups := []ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Not talked about yet"})}
		var all []ui.Option
		for _, c := range lists.Codes(list) {
			all = append(all, ui.Option{Value: c.Code, Label: c.Label})
		}
		return form.Pick(map[string]string{"accommodation_san": "accommodation", "employment_san": "employment"}[list], label, "", append(groups, ui.Options(all...))...)
	}
	how := form.One("consent_how", "Did "+name+" agree to be supported?", "Say: \"We keep notes to help you. The police never see them. You can stop any time, and see everything we hold.\"",
		ui.Option{Value: "spoken", Label: "Yes, they said so", Hint: "Somebody else heard it"}, ui.Option{Value: "signed", Label: "Yes, they signed"})
	v.Fields = []any{
		form.Area("words", "What matters to them", "In their own words.", 5),
		list("accommodation_san", "Where they stay"),
		list("employment_san", "Work and benefits"),
		form.Text("communication", "What helps to talk and read", "Language, hearing, reading, time of day."),
		form.Text("trusted_person", "Somebody they trust", "And how to reach them, if they want us to."),
		how,
		form.Text("consent_witness", "Who else heard it?", "Needed when it was spoken."),
		form.Text("consent_language", "Language", ""),
		form.Many("consent_copy", "A copy", "", ui.Option{Value: "yes", Label: "They have a copy of what they agreed to"}),
	}
	return s.showForm(w, status, v, form)
}

func (s *Site) intake(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	i := participant.Intake{
		Done: r.PostFormValue("then") != "later", Accommodation: r.PostFormValue("accommodation"), Employment: r.PostFormValue("employment"),
		Communication: web.Line(r, "communication"), TrustedPerson: web.Line(r, "trusted_person"), Words: web.Line(r, "words"),
		ConsentHow: r.PostFormValue("consent_how"), ConsentWitness: web.Line(r, "consent_witness"), ConsentLanguage: web.Line(r, "consent_language"), CopyGiven: r.PostFormValue("consent_copy") == "yes",
	}
	err := s.People.TakeIntake(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), i)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showIntake(w, r, status, f) })
}

func (s *Site) acutePage(w http.ResponseWriter, r *http.Request) error {
	return s.showAcute(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showAcute(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Needed now"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/acute"), Heading: "What does " + rec.Person.Name + " need now?",
		Intro: "No form comes before this.", Button: "Save"}
	kind := form.One("kind", "Needed", "", options(need.Kinds())...)
	kind.Half = true
	v.Fields = []any{kind, form.Text("words", "More about it", "Optional."),
		form.Many("met", "Already done?", "", ui.Option{Value: "yes", Label: "Yes, it is met"}),
		form.Text("how", "How", "What was given, bought or arranged. Optional.")}
	return s.showForm(w, status, v, form)
}

func (s *Site) acute(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	a := need.Acute{Kind: r.PostFormValue("kind"), Words: web.Line(r, "words"), Met: r.PostFormValue("met") == "yes", How: web.Line(r, "how")}
	err := s.Needs.Notice(r.Context(), web.Actor(r), web.Form(r), id, a)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showAcute(w, r, status, f) })
}

func (s *Site) acuteMet(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.Needs.Meet(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("need"), web.Line(r, "how")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}

// showNote is the page on which a note is corrected, with every answer at once.
func (s *Site) showNote(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, noteID string) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Correct a note"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/notes/"+url.PathEscape(noteID)), Heading: "Correct a note",
		Intro: "You write a new version; the earlier one stays folded under it.", Button: "Save"}
	var outcomes []ui.Option
	for _, o := range outreach.Outcomes() {
		outcomes = append(outcomes, ui.Option{Value: string(o), Label: o.Words()})
	}
	outcome := form.One("outcome", "What came of it?", "", outcomes...)
	mode := form.One("mode", "How?", "", options(note.Modes())...)
	where := form.One("place_kind", "Where?", "", append(options(note.Places()), ui.Option{Label: "Not said"})...)
	started := form.One("started_by", "Who started it?", "", options(note.Starters())...)
	outcome.Half, mode.Half, mode.Small, where.Half, where.Small, started.Small = true, true, true, true, true, true
	minutes := form.Text("minutes", "Minutes", "")
	minutes.Numeric, minutes.Short = true, true
	narrative := form.Area("narrative", "What happened, in a few lines", "Speak it if that is easier. Leave out what they may have done.", 6)
	narrative.Max = 8000
	v.Fields = []any{outcome, mode, form.Typed("datetime-local", "at", "When", ""), minutes, where, form.Text("place", "Where, more exactly", "Coarse is enough."), started, narrative}
	return s.showForm(w, status, v, form)
}

func (s *Site) noteIn(r *http.Request) note.Note {
	minutes, err := strconv.Atoi(web.Line(r, "minutes"))
	if err != nil && web.Line(r, "minutes") != "" {
		minutes = -1 // the check says what to enter
	}
	return note.Note{
		At: web.Moment(r, "at", s.zone), Mode: r.PostFormValue("mode"), Minutes: minutes, PlaceKind: r.PostFormValue("place_kind"), Place: web.Line(r, "place"),
		StartedBy: r.PostFormValue("started_by"), Outcome: outreach.Outcome(r.PostFormValue("outcome")), Narrative: web.Line(r, "narrative"),
	}
}

func (s *Site) correctNotePage(w http.ResponseWriter, r *http.Request) error {
	_, n, err := s.Notes.Read(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("note"))
	if err != nil {
		return err
	}
	values := url.Values{"outcome": {string(n.Outcome)}, "mode": {n.Mode}, "at": {n.At.In(s.zone).Format(web.MomentLayout)}, "minutes": {itoa(n.Minutes)},
		"place_kind": {n.PlaceKind}, "place": {n.Place}, "started_by": {n.StartedBy}, "narrative": {n.Narrative}}
	return s.showNote(w, r, http.StatusOK, ui.NewForm(values, nil), n.ID)
}

func (s *Site) correctNote(w http.ResponseWriter, r *http.Request) error {
	id, noteID := r.PathValue("person"), r.PathValue("note")
	err := s.Notes.Correct(r.Context(), web.Actor(r), web.Form(r), id, noteID, s.noteIn(r))
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error {
		return s.showNote(w, r, status, f, noteID)
	})
}

func (s *Site) tryPage(w http.ResponseWriter, r *http.Request) error {
	return s.showTry(w, r, http.StatusOK, ui.NewForm(url.Values{"at": {s.nowLocal()}}, nil))
}

func (s *Site) showTry(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Log a try"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/outreach"), Heading: "Looking for " + rec.Person.Name,
		Intro: "There is no limit to trying, and no try is wasted.", Button: "Save"}
	var outcomes []ui.Option
	for _, o := range outreach.Outcomes() {
		outcomes = append(outcomes, ui.Option{Value: string(o), Label: o.Words()})
	}
	outcome := form.One("outcome", "What came of it?", "", outcomes...)
	outcome.Half = true
	day, clock := form.Typed("date", "next_on", "On which day", "It comes back on Today. Optional."), form.Typed("time", "next_time", "What time", "Optional.")
	day.Short, clock.Short = true, true
	v.Fields = []any{outcome, form.Text("place", "Where", "A street or place."), form.Typed("datetime-local", "at", "When", ""), form.Area("words", "Anything to remember", "Optional.", 2),
		form.Text("next", "Next try", "Where. Optional."), day, clock}
	return s.showForm(w, status, v, form)
}

func (s *Site) try(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	t := outreach.Try{At: web.Moment(r, "at", s.zone), Place: web.Line(r, "place"), Outcome: outreach.Outcome(r.PostFormValue("outcome")), Words: web.Line(r, "words"), Next: s.nextIn(r.PostForm, s.People.Book.Now())}
	err := s.Outreach.Add(r.Context(), web.Actor(r), web.Form(r), id, t)
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showTry(w, r, status, f) })
}
