package web

import (
	"net/http"
	"net/url"
	"slices"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type sharingPage struct {
	ui.Page
	Now     participant.Now
	Tab     string
	Rows    []consent.Row
	History []consentView
	Letters []consent.Kept
	Stopped bool // just now
	Barred  bool // some of it was stopped on another record of theirs
	Mine    bool // the actor may record a yes and write to others, not only hear a stop

	Research consent.Research
	Studied  string // "yes" or "no", where that was just recorded
}

type consentView struct {
	consent.Consent
	Standing string
	Live     bool
}

func (s *Site) sharing(w http.ResponseWriter, r *http.Request) error {
	return s.showSharing(w, r, "sharing.html", "People & consent: ")
}

// sharingCopy is what the person takes with them: one clean sheet.
func (s *Site) sharingCopy(w http.ResponseWriter, r *http.Request) error {
	return s.showSharing(w, r, "sharing-copy.html", "Who may know what: ")
}

func (s *Site) showSharing(w http.ResponseWriter, r *http.Request, page, title string) error {
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := sharingPage{Page: web.Page(r, title+sharing.Now.Name), Now: sharing.Now, Tab: "sharing", Rows: sharing.Rows, Barred: sharing.Barred, Stopped: r.URL.Query().Get("done") == "stopped"}
	for _, c := range sharing.All {
		v.History = append(v.History, consentView{c, c.Standing(s.today()), c.Live(s.today())})
	}
	if v.Research, err = s.Consents.Research(r.Context(), web.Actor(r), sharing.Now.ID); err != nil {
		return err
	}
	v.Studied = r.URL.Query().Get("studied")
	v.Mine = s.People.Access.Check(web.Actor(r), "disclosure.prepare", sharing.Now.Resource()) == nil
	if v.Mine {
		if v.Letters, err = s.Consents.Letters(r.Context(), web.Actor(r), sharing.Now.ID); err != nil {
			return err
		}
	}
	return s.pages.Render(w, http.StatusOK, page, v)
}

// agreeToResearch and stopResearch record what somebody said about being studied.
func (s *Site) agreeToResearch(w http.ResponseWriter, r *http.Request) error {
	if err := s.Consents.AgreeToResearch(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(r.PathValue("person"), "/sharing")+"?studied=yes")
}

func (s *Site) stopResearch(w http.ResponseWriter, r *http.Request) error {
	if err := s.Consents.StopResearch(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person")); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(r.PathValue("person"), "/sharing")+"?studied=no")
}

type givePage struct {
	ui.Page
	Now       participant.Now
	Action    string
	Recipient ui.Select
	Fields    []any
}

func (s *Site) givePage(w http.ResponseWriter, r *http.Request) error {
	values := url.Values{"until": {s.People.Book.Now().In(s.zone).AddDate(0, 3, 0).Format("2006-01-02")}, "language": {"English"}}
	return s.showGive(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showGive(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	name := sharing.Now.Name
	v := givePage{Page: web.Page(r, "Somebody may know something: "+name), Now: sharing.Now, Action: pathOf(sharing.Now.ID, "/sharing/yes")}
	v.Phone = true
	v.Recipient = form.Pick("recipient", "Who may know?", "", recipientGroups(sharing.Who)...)
	var topics []ui.Option
	for _, t := range disclosure.Topics() {
		topics = append(topics, ui.Option{Value: string(t), Label: t.Theirs()})
	}
	what := form.Many("topics", "What may they know?", "Only what helps. Police and prosecutors can only ever hear that somebody takes part.", topics...)
	what.Small = true
	purpose := form.One("purpose", "What for?", "", options(disclosure.Purposes())...)
	purpose.Small = true
	able := form.Many("ask_again", "Were things steady enough to decide?", "",
		ui.Option{Value: "yes", Label: name + " was in crisis or intoxicated", Hint: "It still counts, for a fortnight at most. Ask again when things are steadier"})
	given := form.Many("copy_given", "A copy", "", ui.Option{Value: "yes", Label: name + " has a copy"})
	outside := form.Text("outside", "Or somebody else", "A person or body that is not in the list, by name.")
	outside.Max = 120
	v.Fields = []any{outside, what, purpose, form.Typed("date", "until", "Until when?", "The last day. It ends by itself, and can be given again."),
		form.One("how", "How did "+name+" say yes?", "", options(consent.Ways())...),
		form.Text("witness", "Who else heard it?", "When it was said, not signed."), form.Text("language", "Language you spoke in", ""), able, given}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "sharing-yes.html", v)
}

// recipientGroups lays out whom a person could share with, by kind.
func recipientGroups(who []consent.Recipient) []ui.OptionGroup {
	groups := []ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Choose"})}
	add := func(label string, keep func(consent.Recipient) bool) {
		var of []ui.Option
		for _, r := range who {
			if keep(r) {
				of = append(of, ui.Option{Value: r.ID, Label: r.Name})
			}
		}
		if of != nil {
			groups = append(groups, ui.Group(label, of...))
		}
	}
	for _, k := range identity.Kinds() {
		add(k.Words, func(r consent.Recipient) bool { return r.Kind == string(k.Kind) })
	}
	add("People they named", consent.Recipient.Outside)
	return groups
}

func (s *Site) give(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	g := consent.Given{Recipient: r.PostFormValue("recipient"), Outside: web.Line(r, "outside"), Purpose: disclosure.Purpose(r.PostFormValue("purpose")),
		Until: r.PostFormValue("until"), How: r.PostFormValue("how"), Witness: web.Line(r, "witness"), Language: web.Line(r, "language"),
		CopyGiven: r.PostFormValue("copy_given") == "yes", AskAgain: r.PostFormValue("ask_again") == "yes"}
	for _, t := range r.PostForm["topics"] {
		g.Topics = append(g.Topics, disclosure.Topic(t))
	}
	err := s.Consents.Give(r.Context(), web.Actor(r), web.Form(r), id, g)
	return s.afterForm(w, r, err, pathOf(id, "/sharing"), func(status int, f *ui.Form) error { return s.showGive(w, r, status, f) })
}

type stopPage struct {
	ui.Page
	Now participant.Now
	Row consent.Row
}

// stopPage is the second of three taps: it says what follows, and asks nothing.
func (s *Site) stopPage(w http.ResponseWriter, r *http.Request) error {
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(sharing.Rows, func(row consent.Row) bool { return row.Recipient.ID == r.PathValue("recipient") })
	if i < 0 {
		return lead.ErrNotFound
	}
	v := stopPage{Page: web.Page(r, "Stop sharing with "+sharing.Rows[i].Recipient.Name), Now: sharing.Now, Row: sharing.Rows[i]}
	v.Phone = true
	return s.pages.Render(w, http.StatusOK, "sharing-stop.html", v)
}

func (s *Site) stop(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.Consents.Stop(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("recipient"), disclosure.Topic(r.PostFormValue("topic"))); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/sharing?done=stopped"))
}
