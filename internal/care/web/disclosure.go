package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type composePage struct {
	ui.Page
	Now     participant.Now
	Legal   bool
	To      string // the recipient's name, where it is chosen already
	Helpful string // an address that fills in the words for when there is nothing to say
	Fields  []any
	Action  string
	Fixed   []hiddenField
}

type hiddenField struct{ Name, Value string }

// composePage is where words for somebody are written: for one recipient whom
// the person said yes to, or on a legal basis.
func (s *Site) composePage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	values := url.Values{"to": {q.Get("to")}, "legal": {q.Get("legal")}, "until": {s.today()}}
	if q.Get("words") == "nothing" {
		values.Set("words", disclosure.Helpful)
	}
	return s.showCompose(w, r, http.StatusOK, values, nil)
}

func (s *Site) showCompose(w http.ResponseWriter, r *http.Request, status int, values url.Values, bad lead.Invalid) error {
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := composePage{Now: sharing.Now, Legal: values.Get("legal") == "yes", Action: pathOf(sharing.Now.ID, "/sharing/words")}
	if v.Legal {
		v.Page = web.Page(r, "Share on a legal basis: "+sharing.Now.Name)
		v.Fixed = []hiddenField{{"legal", "yes"}}
	} else {
		if values.Get("to") == "" { // first choose for whom
			return web.SeeOther(w, r, pathOf(sharing.Now.ID, "/sharing"))
		}
		i := slices.IndexFunc(sharing.Rows, func(row consent.Row) bool { return row.Recipient.ID == values.Get("to") })
		if i < 0 || disclosure.StatusOnly(sharing.Rows[i].Recipient.Kind) {
			return lead.ErrNotFound // nothing is offered to whom nothing was agreed
		}
		row := sharing.Rows[i]
		if status == http.StatusOK {
			values.Set("until", row.Until)
			if row.Recipient.Outside() {
				values.Set("channel", string(disclosure.Link))
			}
		}
		v.Page, v.To = web.Page(r, "Words for "+row.Recipient.Name), row.Recipient.Name
		v.Fixed = []hiddenField{{"to", row.Recipient.ID}}
	}
	v.Phone = true
	form := ui.NewForm(values, bad)
	if v.Legal {
		v.Fields = s.legalFields(form, sharing.Who)
	} else {
		i := slices.IndexFunc(sharing.Rows, func(row consent.Row) bool { return row.Recipient.ID == values.Get("to") })
		v.Fields = yesFields(form, sharing.Rows[i])
		v.Helpful = v.Action + "?" + url.Values{"to": {values.Get("to")}, "words": {"nothing"}}.Encode()
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "words.html", v)
}

// yesFields are the questions of a letter that stands on a yes: only what the
// person said yes to is offered.
func yesFields(form *ui.Form, row consent.Row) []any {
	var topics, purposes []ui.Option
	for _, t := range row.Topics() {
		topics = append(topics, ui.Option{Value: string(t), Label: t.Theirs()})
	}
	for _, c := range row.Consents {
		o := ui.Option{Value: string(c.Purpose), Label: c.Purpose.Words()}
		if !slices.Contains(purposes, o) {
			purposes = append(purposes, o)
		}
	}
	if len(purposes) == 1 && form.Values.Get("purpose") == "" {
		form.Values.Set("purpose", purposes[0].Value)
	}
	channels := []ui.Option{{Value: "account", Label: "To their organisation, here", Hint: "Everybody with an account there can read it"}, {Value: "link", Label: "By an address that opens once", Hint: "You pass it on yourself"}}
	if row.Recipient.Outside() {
		channels = channels[1:]
	}
	about := form.Many("topics", "What is it about?", "Only what they said yes to is offered.", topics...)
	purpose := form.One("purpose", "What for?", "", purposes...)
	about.Small, purpose.Small = true, true
	return []any{about, purpose, wordsField(form), form.One("channel", "How does it reach them?", "", channels...),
		form.Typed("date", "until", "Until when can they read it?", "At the latest, the day on which the yes ends."),
		form.Typed("datetime-local", "send_at", "Send later", "Empty: now. It goes only if the yes still holds then.")}
}

func wordsField(form *ui.Form) ui.Field {
	f := form.Area("words", "Exactly what they will read", "The least that helps. No history, nothing about other people.", 6)
	f.Max = 2000
	return f
}

func (s *Site) legalFields(form *ui.Form, who []consent.Recipient) []any {
	var bases, topics []ui.Option
	for _, b := range disclosure.Bases() {
		hint := b.Source
		if b.Verify {
			hint = b.Source + ". To verify"
		}
		bases = append(bases, ui.Option{Value: b.Code, Label: b.Words, Hint: hint})
	}
	for _, t := range disclosure.Topics() {
		topics = append(topics, ui.Option{Value: string(t), Label: t.Theirs()})
	}
	about := form.Many("topics", "What is it about?", "The least that the basis needs.", topics...)
	about.Small = true
	return []any{form.One("basis", "Which basis?", "", bases...), form.Area("ground", "Why does it apply today?", "Stays with the case team. The recipient does not read it.", 3),
		form.Pick("to", "Who is told?", "", recipientGroups(who)...), about, wordsField(form),
		form.One("channel", "How does it reach them?", "Police: by phone only. No words cross to a police screen.", ui.Option{Value: "account", Label: "To their organisation, here"},
			ui.Option{Value: "link", Label: "By an address that opens once"}, ui.Option{Value: "phone", Label: "I say it by phone", Hint: "In danger to life ring 999 first, then record here what you said"}),
		form.Typed("date", "until", "Until when can they read it?", ""),
		form.Many("no_time", "Is there time for a second person?", "", ui.Option{Value: "yes", Label: "No time: a life is at risk", Hint: "It goes at once. A second person looks at it afterwards"})}
}

// letterIn reads the form.
func (s *Site) letterIn(r *http.Request) consent.Letter {
	l := consent.Letter{Recipient: r.PostFormValue("to"), Purpose: disclosure.Purpose(r.PostFormValue("purpose")), Channel: disclosure.Channel(r.PostFormValue("channel")),
		Words: web.Line(r, "words"), Agreed: r.PostFormValue("agreed") == "yes", Risky: r.PostFormValue("risky") == "yes", Until: r.PostFormValue("until"),
		SendAt: web.Moment(r, "send_at", s.zone)}
	if r.PostFormValue("legal") == "yes" {
		l.Basis, l.Ground, l.NoTime = r.PostFormValue("basis"), web.Line(r, "ground"), r.PostFormValue("no_time") == "yes"
		if l.Basis == "" {
			l.Basis = "none chosen"
		}
		l.Purpose = disclosure.Safe
	}
	for _, t := range r.PostForm["topics"] {
		l.Topics = append(l.Topics, disclosure.Topic(t))
	}
	return l
}

type previewPage struct {
	ui.Page
	Now    participant.Now
	Letter consent.Preview
	Basis  string
	Legal  bool
	Action string
	Fixed  []hiddenField
	Agreed ui.Choices
	Risky  *ui.Choices
}

// compose answers both steps of the form: the words as the recipient will read
// them, and then the sending.
func (s *Site) compose(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	l := s.letterIn(r)
	if r.PostFormValue("then") == "change" {
		return s.showCompose(w, r, http.StatusOK, r.PostForm, nil)
	}
	if r.PostFormValue("then") != "send" {
		return s.preview(w, r, http.StatusOK, l, nil)
	}
	letterID, err := s.Consents.Prepare(r.Context(), web.Actor(r), web.Form(r), id, l)
	if bad, ok := web.Invalid(err); ok {
		return s.preview(w, r, http.StatusUnprocessableEntity, l, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, "/sharing/words/"+url.PathEscape(letterID)))
}

func (s *Site) preview(w http.ResponseWriter, r *http.Request, status int, l consent.Letter, bad lead.Invalid) error {
	id := r.PathValue("person")
	p, err := s.Consents.Look(r.Context(), web.Actor(r), id, l)
	if invalid, ok := web.Invalid(err); ok {
		if text, wrong := invalid["recipient"]; wrong {
			invalid["to"] = text
			delete(invalid, "recipient")
		}
		return s.showCompose(w, r, http.StatusUnprocessableEntity, r.PostForm, invalid)
	}
	if err != nil {
		return err
	}
	sharing, err := s.Consents.Read(r.Context(), web.Actor(r), id)
	if err != nil {
		return err
	}
	v := previewPage{Page: web.Page(r, "Before it goes to "+p.To.Name), Now: sharing.Now, Letter: p, Legal: l.Basis != "", Action: pathOf(id, "/sharing/words")}
	v.Phone = true
	if b, ok := disclosure.BasisOf(l.Basis); ok {
		v.Basis = b.Words
	}
	form := ui.NewForm(r.PostForm, bad)
	v.Agreed = form.Many("agreed", "Does "+sharing.Now.Name+" say yes to these words?", "Read them out, or turn the screen.", ui.Option{Value: "yes", Label: sharing.Now.Name + " says yes to these words"})
	if len(p.Risky) > 0 {
		delete(bad, "words")
		risky := ui.NewForm(r.PostForm, riskyError(l, bad)).Many("risky", "This could prompt somebody to enforce something", "", ui.Option{Value: "yes", Label: "It must be said, and there is no gentler way"})
		v.Risky = &risky
		if risky.Error != "" {
			v.Errors = append(v.Errors, ui.FieldError{ID: "risky", Text: risky.Error})
		}
	}
	for _, name := range []string{"legal", "basis", "ground", "to", "topics", "purpose", "words", "channel", "until", "send_at", "no_time"} {
		for _, value := range r.PostForm[name] {
			v.Fixed = append(v.Fixed, hiddenField{name, value})
		}
	}
	v.Errors = append(v.Errors, form.Errors()...)
	return s.pages.Render(w, status, "words-preview.html", v)
}

// riskyError is the error beside the question about enforcement, on the second
// time round.
func riskyError(l consent.Letter, bad lead.Invalid) lead.Invalid {
	if bad == nil || l.Risky {
		return nil
	}
	return lead.Invalid{"risky": "Leave the words out, or confirm that they must be said"}
}

type letterPage struct {
	ui.Page
	Now         participant.Now
	Letter      consent.Kept
	Mine        bool // the actor prepared it: somebody else confirms
	Link        string
	Keys        map[string]string
	Tell        ui.Field
	Review      ui.Field
	ScheduledAt time.Time
}

func (s *Site) letter(w http.ResponseWriter, r *http.Request) error {
	return s.showLetter(w, r, http.StatusOK, "", "", nil)
}

// showLetter renders one letter; about names the form that bad belongs to.
func (s *Site) showLetter(w http.ResponseWriter, r *http.Request, status int, link, about string, bad lead.Invalid) error {
	now, k, err := s.Consents.Letter(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("disclosure"))
	if err != nil {
		return err
	}
	v := letterPage{Page: web.Page(r, "Words for "+k.To.Name), Now: now, Letter: k, Mine: k.PreparedBy == web.Actor(r).ID, Link: link, Keys: map[string]string{}}
	v.Phone = true
	for _, form := range []string{"confirm", "cancel", "told", "not_told", "review", "link"} {
		v.Keys[form] = lead.NewID("frm") // a form each
	}
	form := func(name string) *ui.Form {
		if name == about {
			return ui.NewForm(r.PostForm, bad)
		}
		return ui.NewForm(nil, nil)
	}
	tell, review := form("tell"), form("review")
	v.Tell = tell.Area("words", "Why is it not safe to tell them yet?", "And when you will look again.", 2)
	v.Tell.ID = "tell-words"
	v.Review = review.Area("words", "What do you think of it?", "Was it needed? Was it the least that would do?", 2)
	v.Review.ID = "review-words"
	for id, f := range map[string]*ui.Form{v.Tell.ID: tell, v.Review.ID: review} {
		for _, e := range f.Errors() {
			v.Errors = append(v.Errors, ui.FieldError{ID: id, Text: e.Text})
		}
	}
	if k.Standing() == consent.Scheduled {
		v.ScheduledAt = k.SendAt
	}
	return s.pages.Render(w, status, "letter.html", v)
}

// act answers one of the small forms on a letter's page.
func (s *Site) act(w http.ResponseWriter, r *http.Request, about string, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.showLetter(w, r, http.StatusUnprocessableEntity, "", about, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(r.PathValue("person"), "/sharing/words/"+url.PathEscape(r.PathValue("disclosure"))))
}

func (s *Site) confirmLetter(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "", s.Consents.Confirm(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("disclosure")))
}

func (s *Site) cancelLetter(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "", s.Consents.Cancel(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("disclosure")))
}

func (s *Site) tellOfLetter(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "tell", s.Consents.Tell(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("disclosure"), r.PostFormValue("told") == "yes", web.Line(r, "words")))
}

func (s *Site) reviewLetter(w http.ResponseWriter, r *http.Request) error {
	return s.act(w, r, "review", s.Consents.Review(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("disclosure"), web.Line(r, "words")))
}

// linkLetter makes the address and shows it once: it is kept nowhere.
func (s *Site) linkLetter(w http.ResponseWriter, r *http.Request) error {
	token, err := s.Consents.MakeLink(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("disclosure"))
	if errors.Is(err, lead.ErrReused) {
		return s.act(w, r, "", nil)
	}
	if err != nil {
		return err
	}
	// Not the host that the request names: whoever can bend that would get the
	// token from whoever follows the address.
	return s.showLetter(w, r, http.StatusOK, s.origin+"/shared/"+token, "", nil)
}

type tasksPage struct {
	ui.Page
	Tasks   []consent.Task
	Studies bool // the actor takes support away for a study
}

func (s *Site) sharingTasks(w http.ResponseWriter, r *http.Request) error {
	tasks, err := s.Consents.Tasks(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "sharing-tasks.html", tasksPage{web.Page(r, "Shared"), tasks, web.Actor(r).Has(lead.Supervisor)})
}
