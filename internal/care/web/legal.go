package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// legalRoutes are the pages of legal matters.
func (s *Site) legalRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/people/{person}/legal", "case.read", s.legalOf),
		web.Get("/care/people/{person}/legal/new", "case.write", s.newMatterPage),
		web.Post("/care/people/{person}/legal/new", "case.write", s.keepMatter),
		web.Get("/care/people/{person}/legal/{matter}", "case.read", s.matter),
		web.Get("/care/people/{person}/legal/{matter}/change", "case.write", s.changeMatterPage),
		web.Post("/care/people/{person}/legal/{matter}/change", "case.write", s.keepMatter),
		web.Get("/care/people/{person}/legal/{matter}/letter", "legal.letter", s.draftLetterPage),
		web.Post("/care/people/{person}/legal/{matter}/letter", "legal.letter", s.draftLetter),
		web.Get("/care/people/{person}/letters/{letter}", "legal.letter", s.courtLetter),
		web.Post("/care/people/{person}/letters/{letter}/stop", "legal.letter", s.stopCourtLetter),
		web.Get("/care/people/{person}/legal/{matter}/tell/{office}", "matter.share", s.tellMatterPage),
		web.Post("/care/people/{person}/legal/{matter}/tell/{office}", "matter.share", s.tellMatter),
	}
}

type legalPage struct {
	ui.Page
	Now   participant.Now
	Tab   string
	Ahead []legal.Matter
	Past  []legal.Matter
}

func (s *Site) legalOf(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Legal.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := legalPage{Page: web.Page(r, "Legal matters: "+all.Now.Name), Now: all.Now}
	for _, m := range all.Matters {
		if m.Standing == "ahead" {
			v.Ahead = append(v.Ahead, m)
			continue
		}
		v.Past = append(v.Past, m)
	}
	return s.pages.Render(w, http.StatusOK, "legal.html", v)
}

func (s *Site) newMatterPage(w http.ResponseWriter, r *http.Request) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	return s.showMatterForm(w, r, http.StatusOK, ui.NewForm(url.Values{"standing": {"ahead"}}, nil), rec.Now, legal.Matter{})
}

func (s *Site) changeMatterPage(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Legal.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"))
	if err != nil {
		return err
	}
	m := one.Matter
	values := url.Values{"kind": {m.Kind}, "standing": {m.Standing}, "source": {m.Source}, "on": {m.On}, "court": {m.Court}, "reference": {m.Reference},
		"place": {m.Place}, "todo": {m.Todo}, "words": {m.Words}}
	if !m.At.IsZero() {
		values.Set("time", m.At.In(s.zone).Format("15:04"))
	}
	return s.showMatterForm(w, r, http.StatusOK, ui.NewForm(values, nil), one.Now, m)
}

func (s *Site) showMatterForm(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, now participant.Now, m legal.Matter) error {
	v := formPage{Now: now, From: from(r, m.Version), Button: "Save", Action: pathOf(now.ID, "/legal/new"), Heading: "A legal matter",
		Intro: "What they told us or showed us. Nothing is looked up anywhere."}
	if m.ID != "" {
		v.Action, v.Heading, v.Intro = pathOf(now.ID, "/legal/"+url.PathEscape(m.ID)+"/change"), "Change this matter", "What stood here before is kept under it."
	}
	v.Page = web.Page(r, v.Heading)
	kind, source, standing := form.One("kind", "What is it?", "", options(legal.Kinds())...), form.One("source", "Who told us?", "", options(legal.Sources())...),
		form.One("standing", "Where does it stand?", "", options(legal.Standings())...)
	kind.Small, source.Small, standing.Small = true, true, true
	court, reference := form.Text("court", "Court or other body", ""), form.Text("reference", "Reference", "As it stands on the letter.")
	court.Max, reference.Max, reference.Short = 200, 100, true
	on, at := form.Typed("date", "on", "The next date", "It comes up on Today and under Coming up."), form.Typed("time", "time", "What time", "Optional.")
	on.Short, at.Short = true, true
	place := form.Text("place", "Where to go", "Optional. The address or room.")
	todo := form.Area("todo", "What has to happen?", "Such as: find the papers, ring the solicitor, pay a part.", 2)
	todo.Max = 1000
	words := form.Area("words", "Anything else, in their words", "Optional.", 3)
	words.Max = 2000
	v.Fields = []any{kind, court, reference, on, at, place,
		form.Many("along", "Do you go along?", "", ui.Option{Value: "yes", Label: "I go with them on that day", Hint: "It is a promise: it comes back on Today"}),
		todo, words, source, standing}
	return s.showForm(w, status, v, form)
}

// moment is the hour of a day that was typed in two fields; zero for any time.
func (s *Site) moment(day, clock string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, s.zone)
	if err != nil {
		return time.Time{}
	}
	return at
}

func (s *Site) keepMatter(w http.ResponseWriter, r *http.Request) error {
	id, matterID := r.PathValue("person"), r.PathValue("matter")
	m := legal.Matter{Kind: r.PostFormValue("kind"), Standing: r.PostFormValue("standing"), Source: r.PostFormValue("source"), On: r.PostFormValue("on"),
		Court: web.Line(r, "court"), Reference: web.Line(r, "reference"), Place: web.Line(r, "place"), Todo: web.Line(r, "todo"), Words: web.Line(r, "words")}
	m.At = s.moment(m.On, web.Line(r, "time"))
	kept, err := s.Legal.Save(r.Context(), web.Actor(r), web.Form(r), id, matterID, from(r, 0), m, r.PostFormValue("along") == "yes")
	return s.afterForm(w, r, err, pathOf(id, "/legal/"+url.PathEscape(kept)), func(status int, f *ui.Form) error {
		rec, err := s.record(r)
		if err != nil {
			return err
		}
		return s.showMatterForm(w, r, status, f, rec.Now, legal.Matter{ID: matterID})
	})
}

type matterPage struct {
	ui.Page
	legal.One
	Tab string
}

func (s *Site) matter(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Legal.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "legal-matter.html", matterPage{Page: web.Page(r, one.Matter.Title()), One: one})
}

type draftPage struct {
	ui.Page
	Letter legal.Preview
	Seen   bool // the words are on the page, to be said yes to
	Action string
	Fixed  []hiddenField
	Fields []any
}

func (s *Site) draftLetterPage(w http.ResponseWriter, r *http.Request) error {
	one, err := s.Legal.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"))
	if err != nil {
		return err
	}
	return s.showDraft(w, r, http.StatusOK, legal.Draft{Addressee: one.Matter.Court}, nil)
}

// draft reads both steps of the form.
func draft(r *http.Request) legal.Draft {
	facts := strings.Fields(strings.Join(r.PostForm["facts"], " ")) // boxes on the first page, one field on the second
	return legal.Draft{Addressee: web.Line(r, "addressee"), Name: web.Line(r, "name"), Facts: facts, Own: web.Line(r, "own"), Shown: web.Line(r, "shown"),
		Agreed: r.PostFormValue("agreed") == "yes", How: r.PostFormValue("how"), Witness: web.Line(r, "witness")}
}

// showDraft is the first step: what the letter says. Nothing is chosen beforehand.
func (s *Site) showDraft(w http.ResponseWriter, r *http.Request, status int, d legal.Draft, bad lead.Invalid) error {
	p, err := s.Legal.Look(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"), legal.Draft{})
	if err != nil {
		return err
	}
	v := draftPage{Page: web.Page(r, "A letter about "+p.About.Title()), Letter: p, Action: pathOf(p.Now.ID, "/legal/"+url.PathEscape(p.About.ID)+"/letter")}
	v.Phone = true
	form := ui.NewForm(url.Values{"addressee": {d.Addressee}, "name": {d.Name}, "facts": d.Facts, "own": {d.Own}}, bad)
	to, name := form.Text("addressee", "Who is it for?", "A court, a solicitor, a body. Not the police."), form.Text("name", "The name they know "+p.Now.Name+" by", "As it stands on their letter.")
	to.Max, name.Max, name.Autocomplete = 300, 80, "off"
	facts := form.Many("facts", "What does it say?", "Only what is true and what they want said.", options(legal.Facts())...)
	facts.Small = true
	own := form.Area("own", "Something in their own words", "Optional. No report of coming, of risk or of tests: a court would read it as ours.", 3)
	own.Max = 600
	v.Fields = []any{to, name, facts, own}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "legal-letter-draft.html", v)
}

func (s *Site) draftLetter(w http.ResponseWriter, r *http.Request) error {
	id, matterID := r.PathValue("person"), r.PathValue("matter")
	d := draft(r)
	switch r.PostFormValue("then") {
	case "change":
		return s.showDraft(w, r, http.StatusOK, d, nil)
	case "keep":
		letterID, err := s.Legal.Write(r.Context(), web.Actor(r), web.Form(r), id, matterID, d)
		if bad, ok := web.Invalid(err); ok {
			return s.seeDraft(w, r, http.StatusUnprocessableEntity, d, bad)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, pathOf(id, "/letters/"+url.PathEscape(letterID)))
	}
	return s.seeDraft(w, r, http.StatusOK, d, nil)
}

// seeDraft is the second step: the very words, to be said yes to.
func (s *Site) seeDraft(w http.ResponseWriter, r *http.Request, status int, d legal.Draft, bad lead.Invalid) error {
	p, err := s.Legal.Look(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"), d)
	if invalid, ok := web.Invalid(err); ok {
		return s.showDraft(w, r, http.StatusUnprocessableEntity, d, invalid)
	}
	if err != nil {
		return err
	}
	if p.Words == "" {
		return s.showDraft(w, r, http.StatusUnprocessableEntity, d, lead.Invalid{"facts": "Choose what it says"})
	}
	v := draftPage{Page: web.Page(r, "Before the letter is made"), Letter: p, Seen: true, Action: pathOf(p.Now.ID, "/legal/"+url.PathEscape(p.About.ID)+"/letter")}
	v.Phone = true
	form := ui.NewForm(r.PostForm, bad)
	agreed := form.Many("agreed", "Does "+p.Now.Name+" say yes to every word?", "Read it out, or turn the screen.", ui.Option{Value: "yes", Label: p.Now.Name + " says yes to these words"})
	witness := form.Text("witness", "Who else heard it?", "Only when they said it.")
	witness.Autocomplete = "off"
	v.Fields = []any{agreed, form.One("how", "How did they say yes?", "", options(consent.Ways())...), witness}
	v.Fixed = append(v.Fixed, hiddenField{"shown", p.Words})
	v.Fixed = append(v.Fixed, hiddenField{"facts", strings.Join(d.Facts, " ")})
	for _, name := range []string{"addressee", "name", "own"} {
		v.Fixed = append(v.Fixed, hiddenField{name, r.PostFormValue(name)})
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "legal-letter-draft.html", v)
}

type courtLetterPage struct {
	ui.Page
	Now    participant.Now
	Letter legal.Letter
}

func (s *Site) courtLetter(w http.ResponseWriter, r *http.Request) error {
	now, l, err := s.Legal.Letter(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("letter"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "legal-letter.html", courtLetterPage{web.Page(r, "A letter for "+l.Addressee), now, l})
}

func (s *Site) stopCourtLetter(w http.ResponseWriter, r *http.Request) error {
	id, letterID := r.PathValue("person"), r.PathValue("letter")
	if err := s.Legal.TakeBack(r.Context(), web.Actor(r), web.Form(r), id, letterID); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/letters/"+url.PathEscape(letterID)))
}

type tellMatterView struct {
	ui.Page
	Telling legal.Telling
	Action  string
	Agreed  ui.Choices
}

func (s *Site) tellMatterPage(w http.ResponseWriter, r *http.Request) error {
	return s.showTellMatter(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showTellMatter(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	t, err := s.Legal.LookTelling(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("matter"), r.PathValue("office"))
	if err != nil {
		return err
	}
	v := tellMatterView{Page: web.Page(r, "Before "+t.To.Name+" is told"), Telling: t, Action: pathOf(t.Now.ID, "/legal/"+url.PathEscape(t.About.ID)+"/tell/"+url.PathEscape(t.To.ID))}
	v.Phone = true
	v.Agreed = form.Many("agreed", "Does "+t.Now.Name+" say yes to these words?", "Read them out, or turn the screen.", ui.Option{Value: "yes", Label: t.Now.Name + " says yes to these words"})
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "legal-tell.html", v)
}

func (s *Site) tellMatter(w http.ResponseWriter, r *http.Request) error {
	id, matterID := r.PathValue("person"), r.PathValue("matter")
	err := s.Legal.Tell(r.Context(), web.Actor(r), web.Form(r), id, matterID, r.PathValue("office"), web.Line(r, "shown"), r.PostFormValue("agreed") == "yes")
	return s.afterForm(w, r, err, pathOf(id, "/legal/"+url.PathEscape(matterID)), func(status int, f *ui.Form) error { return s.showTellMatter(w, r, status, f) })
}

// yet reports whether a list still holds somebody who was not told.
func yet(one legal.One) []legal.Prosecutor {
	return slices.DeleteFunc(slices.Clone(one.May), func(p legal.Prosecutor) bool {
		return slices.ContainsFunc(one.Shared, func(sh legal.Shared) bool {
			return sh.RecipientID == p.ID && !sh.Closed && sh.At.After(one.Matter.Recorded)
		})
	})
}

// Yet lists the offices that the person said yes to and that have not heard of
// this version of the matter.
func (v matterPage) Yet() []legal.Prosecutor { return yet(v.One) }
