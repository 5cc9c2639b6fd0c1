package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// safetyRoutes are the pages that may keep somebody alive.
func (s *Site) safetyRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/safety", "safety.read", s.safety),
		web.Get("/care/people/{person}/safety/sheet", "safety.read", s.safetySheet),
		web.Get("/care/people/{person}/safety/plan", "safety.write", s.safetyPlanPage),
		web.Post("/care/people/{person}/safety/plan", "safety.write", s.safetyPlan),
		web.Get("/care/people/{person}/safety/naloxone", "safety.write", s.naloxonePage),
		web.Post("/care/people/{person}/safety/naloxone", "safety.write", s.naloxone),
		web.Get("/care/people/{person}/safety/concern", "safety.concern", s.newConcernPage),
		web.Post("/care/people/{person}/safety/concern", "safety.concern", s.newConcern),
		web.Get("/care/people/{person}/safety/concern/{concern}", "safety.concern", s.concern),
		web.Post("/care/people/{person}/safety/concern/{concern}", "safety.concern", s.settleConcern),
		web.Get("/care/people/{person}/safety/concern/{concern}/refer", "safety.concern", s.referConcernPage),
		web.Post("/care/people/{person}/safety/concern/{concern}/refer", "safety.concern", s.referConcern),

		web.Get("/care/alerts", "safety.alert", s.alerts),
		web.Post("/care/alerts", "safety.alert", s.warn),
		web.Post("/care/alerts/{alert}/seen", "safety.alert", s.alertSeen),
		web.Post("/care/alerts/{alert}/over", "safety.alert", s.alertOver),
	}
}

type safetyPage struct {
	ui.Page
	safety.Sheet
	Tab   string
	Renew bool // the naloxone is good until this month, or was
}

func (s *Site) safety(w http.ResponseWriter, r *http.Request) error {
	return s.showSafety(w, r, "safety.html", "Safety: ")
}

// safetySheet is what the person takes with them: one clean sheet.
func (s *Site) safetySheet(w http.ResponseWriter, r *http.Request) error {
	return s.showSafety(w, r, "safety-sheet.html", "Safety plan: ")
}

func (s *Site) showSafety(w http.ResponseWriter, r *http.Request, page, title string) error {
	sheet, err := s.Safety.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := safetyPage{Page: web.Page(r, title+sheet.Now.Name), Sheet: sheet, Tab: "safety"}
	v.Renew = sheet.Naloxone != nil && sheet.Naloxone.Ends(s.today())
	return s.pages.Render(w, http.StatusOK, page, v)
}

func (s *Site) safetyPlanPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSafetyPlan(w, r, http.StatusOK, nil)
}

func (s *Site) showSafetyPlan(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	sheet, err := s.Safety.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	if form == nil {
		values := url.Values{}
		if p := sheet.Plan; p != nil {
			values = url.Values{"signs": {p.Signs}, "helps": {p.Helps}, "people": {p.People}, "places": {p.Places}, "away": {p.Away}}
			if p.OnOwn {
				values.Set("on_own", "yes")
			}
		}
		form = ui.NewForm(values, nil)
	}
	name := sheet.Now.Name
	v := formPage{Page: web.Page(r, "Safety plan: "+name), Now: sheet.Now, Action: pathOf(sheet.Now.ID, "/safety/plan"), From: from(r, sheet.Versions), Heading: "A safety plan with " + name, Button: "Save",
		Intro:  "In their own words, together, and only what they want to say. Any part can stay empty.",
		SeenBy: "Their case manager, the supervisor, and whoever covers or opens it in an emergency. Never the police."}
	area := func(field, label, hint string) ui.Field {
		f := form.Area(field, label, hint, 3)
		f.Max = 2000
		return f
	}
	v.Fields = []any{area("signs", "How does it start?", "What I notice, or others notice, when it gets bad."), area("helps", "What helps me?", "What I can do myself, first."),
		area("people", "Who helps me?", "People I can ring or go to, and how to reach them."), area("places", "Where am I safe?", ""),
		area("away", "What do I want kept away?", "Things, people or places that make it worse."),
		form.Many("on_own", "A copy on their own page", "Ask. Somebody else may see their phone.", ui.Option{Value: "yes", Label: name + " wants it on their own page"})}
	return s.showForm(w, status, v, form)
}

func (s *Site) safetyPlan(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	p := safety.Plan{Signs: web.Line(r, "signs"), Helps: web.Line(r, "helps"), People: web.Line(r, "people"), Places: web.Line(r, "places"), Away: web.Line(r, "away"), OnOwn: r.PostFormValue("on_own") == "yes"}
	err := s.Safety.Write(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), p)
	return s.afterForm(w, r, err, pathOf(id, "/safety"), func(status int, f *ui.Form) error { return s.showSafetyPlan(w, r, status, f) })
}

func (s *Site) naloxonePage(w http.ResponseWriter, r *http.Request) error {
	return s.showNaloxone(w, r, http.StatusOK, nil)
}

func (s *Site) showNaloxone(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	sheet, err := s.Safety.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	var version int64
	if x := sheet.Naloxone; x != nil {
		version = x.Version
		if form == nil {
			form = ui.NewForm(url.Values{"offered": {x.Offered}, "trained": {x.Trained}, "good_until": {x.GoodUntil}}, nil)
		}
	}
	if form == nil {
		form = ui.NewForm(nil, nil)
	}
	v := formPage{Page: web.Page(r, "Naloxone: "+sheet.Now.Name), Now: sheet.Now, Action: pathOf(sheet.Now.ID, "/safety/naloxone"), From: from(r, version), Heading: "Naloxone", Button: "Save",
		Intro:  "Offer it to everybody, for themself or for somebody they may be with. Nothing is asked about why.",
		SeenBy: "The case team. Never the police."}
	offered := form.One("offered", "Where does it stand?", "", options(safety.Offers())...)
	trained := form.One("trained", "Has somebody shown them how?", "", options(safety.Trainings())...)
	offered.Small, trained.Small, trained.Half = true, true, true
	month := form.Typed("month", "good_until", "Good until", "The year and month on the box, such as 2027-03.")
	month.Short, month.Max = true, 0
	v.Fields = []any{offered, trained, month}
	return s.showForm(w, status, v, form)
}

func (s *Site) naloxone(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	x := safety.Naloxone{Offered: r.PostFormValue("offered"), Trained: r.PostFormValue("trained"), GoodUntil: web.Line(r, "good_until")}
	err := s.Safety.Note(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0), x)
	return s.afterForm(w, r, err, pathOf(id, "/safety"), func(status int, f *ui.Form) error { return s.showNaloxone(w, r, status, f) })
}

func (s *Site) newConcernPage(w http.ResponseWriter, r *http.Request) error {
	return s.showNewConcern(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showNewConcern(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	sheet, err := s.Safety.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	if !sheet.Restrict {
		return lead.ErrForbidden
	}
	name := sheet.Now.Name
	v := formPage{Page: web.Page(r, "A safeguarding concern"), Now: sheet.Now, Action: pathOf(sheet.Now.ID, "/safety/concern"), Heading: "A safeguarding concern", Button: "Save, and decide what next",
		Intro:  "In danger now? Ring 999 first. Talk it over with your supervisor. Nothing leaves the team by saving this.",
		SeenBy: "Restricted: their case manager, whoever covers, and the supervisor. It is not on the timeline."}
	v.Fields = []any{form.One("who", "Whom is it about?", "", options(safety.Whose())...),
		form.Area("words", "What worries you?", "What you saw or heard, in plain words, and whose words they are.", 5),
		form.One("told", "Does "+name+" know that you write this down?", "They are told, unless that would put somebody in danger.", ui.Option{Value: "yes", Label: "Yes, we talked about it"}, ui.Option{Value: "not_safe", Label: "It is not safe to tell them yet"}),
		form.Area("why", "If it is not safe: why, and when will you look again?", "", 2)}
	return s.showForm(w, status, v, form)
}

func (s *Site) newConcern(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	made, err := s.Safety.Raise(r.Context(), web.Actor(r), web.Form(r), id, safety.Concern{Who: r.PostFormValue("who"), Words: web.Line(r, "words"), Why: web.Line(r, "why")}, r.PostFormValue("told"))
	return s.afterForm(w, r, err, pathOf(id, "/safety/concern/"+url.PathEscape(made)), func(status int, f *ui.Form) error { return s.showNewConcern(w, r, status, f) })
}

type concernPage struct {
	ui.Page
	Now     participant.Now
	Concern safety.Concern
	At      string
	Keys    map[string]string
	Stays   ui.Field
	Outcome ui.Field
	Told    ui.Field
}

func (s *Site) concern(w http.ResponseWriter, r *http.Request) error {
	return s.showConcern(w, r, http.StatusOK, nil)
}

func (s *Site) showConcern(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	now, c, err := s.Safety.Concern(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("concern"))
	if err != nil {
		return err
	}
	v := concernPage{Page: web.Page(r, "A safeguarding concern"), Now: now, Concern: c, At: pathOf(now.ID, "/safety/concern/"+url.PathEscape(c.ID)), Keys: map[string]string{}}
	v.Phone = true
	area := func(kind, label, hint string) ui.Field {
		v.Keys[kind] = v.Key + "-" + kind
		form := ui.NewForm(nil, nil)
		if kind == r.PostFormValue("kind") {
			form = ui.NewForm(r.PostForm, bad)
		}
		f := form.Area("words", label, hint, 3)
		f.ID, f.Max = kind+"-words", 2000
		for _, e := range form.Errors() {
			v.Errors = append(v.Errors, ui.FieldError{ID: f.ID, Text: e.Text})
		}
		return f
	}
	v.Stays = area("no_referral", "Why does nobody else have to know?", "And with whom you talked it over.")
	v.Outcome = area("outcome", "What came of it?", "What they will do, and what you do now.")
	v.Told = area("told", "How did they take it?", "")
	return s.pages.Render(w, status, "concern.html", v)
}

func (s *Site) settleConcern(w http.ResponseWriter, r *http.Request) error {
	id, concern := r.PathValue("person"), r.PathValue("concern")
	kind := r.PostFormValue("kind")
	if !slices.Contains([]string{"told", "no_referral", "outcome"}, kind) {
		return s.showConcern(w, r, http.StatusUnprocessableEntity, nil)
	}
	err := s.Safety.Settle(r.Context(), web.Actor(r), web.Form(r), id, concern, kind, web.Line(r, "words"))
	if bad, ok := web.Invalid(err); ok {
		return s.showConcern(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/safety/concern/"+url.PathEscape(concern)))
}

// The ground that stands for the person's own yes.
const onYes = "yes"

func (s *Site) referConcernPage(w http.ResponseWriter, r *http.Request) error {
	return s.showReferConcern(w, r, http.StatusOK, ui.NewForm(url.Values{"channel": {"account"}, "until": {s.People.DayOf(s.People.Book.Now().AddDate(0, 0, 7))}}, nil))
}

func (s *Site) showReferConcern(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	now, c, err := s.Safety.Concern(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("concern"))
	if err != nil {
		return err
	}
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), now.Whole())
	if err != nil {
		return err
	}
	if form.Values.Get("basis") == "" && status == http.StatusOK {
		form.Values.Set("basis", c.Who)
	}
	v := formPage{Page: web.Page(r, "Take it to somebody"), Now: now, Action: pathOf(now.ID, "/safety/concern/"+url.PathEscape(c.ID)+"/refer"), Heading: "Take it to somebody", Button: "Prepare it",
		Intro:  "First try for their yes. Without it, only on a basis in law, with the fewest words, and a second person agrees before it goes.",
		SeenBy: "Restricted. The recipient reads the words and who sent them; they never read why the basis applies."}
	grounds := []ui.Option{{Value: onYes, Label: now.Name + " says yes", Hint: "It stands on a yes under People & consent to share what could put them at risk"}}
	for _, b := range disclosure.Bases() {
		if b.Code == "court" {
			continue
		}
		hint := b.Source
		if b.Verify {
			hint = b.Source + ". To verify"
		}
		grounds = append(grounds, ui.Option{Value: b.Code, Label: b.Words, Hint: hint})
	}
	words := wordsField(form)
	ground := form.Area("ground", "Without their yes: why does the basis apply today?", "Stays with the case team.", 3)
	ground.Max = 1000
	v.Fields = []any{form.Pick("recipient", "To whom?", "Police: by phone only. No words cross to a police screen.", recipientGroups(sharing.Who)...), form.One("basis", "On what ground?", "", grounds...), ground, words,
		form.Many("agreed", "With their yes", "", ui.Option{Value: "yes", Label: now.Name + " has heard these words and says yes"}),
		form.Many("risky", "If the words could prompt somebody to enforce something", "", ui.Option{Value: "yes", Label: "It must be said, and there is no gentler way"}),
		form.One("channel", "How does it reach them?", "", ui.Option{Value: "account", Label: "To their organisation, here"}, ui.Option{Value: "link", Label: "By an address that opens once"}, ui.Option{Value: "phone", Label: "I say it by phone"}),
		form.Typed("date", "until", "Until when can they read it?", ""),
		form.Many("no_time", "Is there time for a second person?", "", ui.Option{Value: "yes", Label: "No time: a life is at risk", Hint: "It goes at once. A second person looks at it afterwards"})}
	return s.showForm(w, status, v, form)
}

func (s *Site) referConcern(w http.ResponseWriter, r *http.Request) error {
	id, concern := r.PathValue("person"), r.PathValue("concern")
	l := consent.Letter{Recipient: r.PostFormValue("recipient"), Topics: []disclosure.Topic{disclosure.Risk}, Purpose: disclosure.Safe, Basis: r.PostFormValue("basis"), Ground: web.Line(r, "ground"),
		Channel: disclosure.Channel(r.PostFormValue("channel")), Words: web.Line(r, "words"), Agreed: r.PostFormValue("agreed") == "yes", Risky: r.PostFormValue("risky") == "yes",
		NoTime: r.PostFormValue("no_time") == "yes", Until: r.PostFormValue("until")}
	now, _, err := s.Safety.Concern(r.Context(), web.Actor(r), id, concern)
	if err != nil {
		return err
	}
	switch l.Basis {
	case onYes:
		if err := s.onTheirYes(r, now.Whole(), &l); err != nil {
			return err
		}
	case "":
		l.Basis = "none chosen"
	}
	letterID, err := s.Safety.Refer(r.Context(), web.Actor(r), web.Form(r), id, concern, l)
	if bad, ok := web.Invalid(err); ok {
		if text, wrong := bad["topics"]; wrong { // the one topic here is not a question of the page
			bad["basis"] = text
			delete(bad, "topics")
		}
		return s.showReferConcern(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(now.Whole(), "/sharing/words/"+url.PathEscape(letterID)))
}

// onTheirYes fills in what for, as the person's live yes to this recipient says.
func (s *Site) onTheirYes(r *http.Request, person string, l *consent.Letter) error {
	l.Basis, l.Ground, l.NoTime = "", "", false
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), person)
	if err != nil {
		return err
	}
	for _, row := range sharing.Rows {
		for _, c := range row.Consents {
			if row.Recipient.ID == l.Recipient && c.Topic == disclosure.Risk {
				l.Purpose = c.Purpose
			}
		}
	}
	return nil
}

type alertView struct {
	safety.Alert
	Key string
}

type alertsPage struct {
	ui.Page
	Alerts     []alertView
	Kind, Days ui.Choices
	Words      ui.Field
	Now        *participant.Now
}

func (s *Site) alerts(w http.ResponseWriter, r *http.Request) error {
	return s.showAlerts(w, r, http.StatusOK, ui.NewForm(url.Values{"for": {r.URL.Query().Get("for")}, "days": {"3"}}, nil))
}

func (s *Site) showAlerts(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	list, err := s.Safety.List(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := alertsPage{Page: web.Page(r, "Warn the team")}
	v.Phone = true
	if id := form.Values.Get("for"); id != "" {
		rec, err := s.People.Record(r.Context(), web.Actor(r), id, nil)
		if err != nil {
			return err
		}
		v.Now = &rec.Now
		if !form.Values.Has("kind") {
			form.Values.Set("kind", "overdose")
		}
	}
	for i, a := range list {
		v.Alerts = append(v.Alerts, alertView{a, v.Key + "-" + itoa(i)})
	}
	v.Kind = form.One("kind", "What is it?", "", options(safety.AlertKinds())...)
	v.Words = form.Area("words", "What does the team need to know?", "What it looks like, where, what it did. No name, and nothing from which the police could find somebody.", 3)
	v.Words.Max = 300
	v.Days = form.One("days", "How long does it stand?", "It ends by itself.", ui.Option{Value: "1", Label: "A day"}, ui.Option{Value: "3", Label: "Three days"}, ui.Option{Value: "7", Label: "A week"})
	v.Kind.Small, v.Days.Small, v.Days.Half = true, true, true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "alerts.html", v)
}

func (s *Site) warn(w http.ResponseWriter, r *http.Request) error {
	days, err := strconv.Atoi(r.PostFormValue("days"))
	if err != nil {
		days = 0 // told beside the question
	}
	_, err = s.Safety.Warn(r.Context(), web.Actor(r), web.Form(r), safety.Alert{Kind: r.PostFormValue("kind"), PersonID: r.PostFormValue("for"), Words: web.Line(r, "words")}, days)
	return s.afterForm(w, r, err, "/care/alerts", func(status int, f *ui.Form) error { return s.showAlerts(w, r, status, f) })
}

func (s *Site) alertSeen(w http.ResponseWriter, r *http.Request) error {
	if err := s.Safety.Saw(r.Context(), web.Actor(r), web.Form(r), r.PathValue("alert")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/today")
}

func (s *Site) alertOver(w http.ResponseWriter, r *http.Request) error {
	if err := s.Safety.Over(r.Context(), web.Actor(r), web.Form(r), r.PathValue("alert")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/alerts")
}
