package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/voice"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// voiceRoutes are the pages of proposals and of lived experience.
func (s *Site) voiceRoutes() []web.Route {
	return []web.Route{
		web.Get("/proposals", "proposal.make", s.proposals),
		web.Post("/proposals", "proposal.make", s.propose),
		web.Get("/proposals/{proposal}/answer", "proposal.answer", s.answerPage),
		web.Post("/proposals/{proposal}/answer", "proposal.answer", s.answer),
		web.Get("/partnership/lived", "involvement.read", s.lived),
		web.Get("/partnership/lived/new", "involvement.keep", s.involvePage),
		web.Post("/partnership/lived/new", "involvement.keep", s.involve),
		web.Get("/partnership/payments/new", "payment.ask", s.askPage),
		web.Post("/partnership/payments/new", "payment.ask", s.ask),
		web.Post("/partnership/payments/{payment}", "payment.pay", s.step),
	}
}

type proposalsPage struct {
	ui.Page
	voice.Heard
	Fields []any
}

func (s *Site) proposals(w http.ResponseWriter, r *http.Request) error {
	return s.showProposals(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showProposals(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	h, err := s.voices.Proposals(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := proposalsPage{Page: web.Page(r, "Proposals"), Heard: h}
	words := f.Area("words", "What would you change?", "What you see in your work, and what would be better. No names, and nothing about a person.", 4)
	words.Max = 2000
	stage := f.One("stage", "What is it about?", "", options(voice.Stages())...)
	stage.Small = true
	named := f.Many("named", "Your name", "The coordinator knows it either way, to answer you.", ui.Option{Value: "yes", Label: "Show my name beside it"})
	named.Small = true
	v.Fields = []any{words, stage, named}
	v.Errors = f.Errors()
	return s.pages.Render(w, status, "proposals.html", v)
}

func (s *Site) propose(w http.ResponseWriter, r *http.Request) error {
	_, err := s.voices.Propose(r.Context(), web.Actor(r), web.Form(r), voice.Proposal{Words: web.Line(r, "words"), Stage: r.PostFormValue("stage"), Named: r.PostFormValue("named") == "yes"})
	return answer(w, r, err, "/proposals", func(status int, f *ui.Form) error { return s.showProposals(w, r, status, f) })
}

type answerPage struct {
	ui.Page
	Proposal voice.Proposal
	Fields   []any
}

func (s *Site) answerPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAnswer(w, r, http.StatusOK, nil)
}

func (s *Site) showAnswer(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	p, err := s.voices.One(r.Context(), web.Actor(r), r.PathValue("proposal"))
	if err != nil {
		return err
	}
	if f == nil {
		f = ui.NewForm(url.Values{"shown": {p.Words}, "answer": {p.Answer}, "standing": {string(p.Standing)}}, nil)
	}
	v := answerPage{Page: web.Page(r, "Answer a proposal"), Proposal: p}
	v.Phone = true
	standing := f.One("standing", "Where does it stand?", "", options(voice.Answers())...)
	standing.Small = true
	shown := f.Area("shown", "What everybody reads that was said", "Take out names and anything about a person.", 3)
	said := f.Area("answer", "What became of it", "What changed because of it, or why not now.", 3)
	shown.Max, said.Max = 2000, 2000
	v.Fields = []any{standing, shown, said}
	v.Errors = f.Errors()
	return s.pages.Render(w, status, "answer.html", v)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	from, _ := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64) //nolint:errcheck // 0 is before every answer
	err := s.voices.Answer(r.Context(), web.Actor(r), web.Form(r), r.PathValue("proposal"), from,
		voice.Reply{Standing: voice.Standing(r.PostFormValue("standing")), Shown: web.Line(r, "shown"), Answer: web.Line(r, "answer")})
	return answer(w, r, err, "/proposals", func(status int, f *ui.Form) error { return s.showAnswer(w, r, status, f) })
}

type livedPage struct {
	ui.Page
	Of       voice.Page
	Payments []paymentView
	MayKeep  bool
	MayAsk   bool
}

// paymentView is a payment with what the actor can do about it.
type paymentView struct {
	voice.Payment
	FormKey string
	Days    int
	MayYes  bool
	MayPay  bool
}

func (s *Site) lived(w http.ResponseWriter, r *http.Request) error {
	return s.showLived(w, r, http.StatusOK, nil)
}

func (s *Site) showLived(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	actor := web.Actor(r)
	p, err := s.voices.Lived(r.Context(), actor)
	if err != nil {
		return err
	}
	v := livedPage{Page: web.Page(r, "Lived experience"), MayKeep: actor.Has(lead.Coordinator), MayAsk: actor.Has(lead.Coordinator) || actor.Has(lead.PanelMember)}
	v.Of = p
	for _, one := range p.Payments {
		v.Payments = append(v.Payments, paymentView{one, lead.NewID("frm"), one.Days(p.Now), s.voices.Approvable(actor, one), !p.Own && !one.Yes.IsZero() && one.Paid.IsZero()})
	}
	for field, text := range bad {
		v.Errors = append(v.Errors, ui.FieldError{ID: field + "-" + r.PathValue("payment"), Text: text})
	}
	return s.pages.Render(w, status, "lived.html", v)
}

func (s *Site) involvePage(w http.ResponseWriter, r *http.Request) error {
	return s.showInvolve(w, r, http.StatusOK, ui.NewForm(url.Values{"on": {s.today()}}, nil))
}

func (s *Site) today() string { return s.meetings.Book.Now().In(s.zone).Format(time.DateOnly) }

// who is the question whose part or payment it is; nobody says that there is nobody to choose.
func (s *Site) who(r *http.Request, f *ui.Form) (question ui.Select, nobody bool, err error) {
	p, err := s.voices.Lived(r.Context(), web.Actor(r))
	who := []ui.Option{{Value: "", Label: "Choose"}}
	for _, one := range p.People {
		who = append(who, ui.Option{Value: one.ID, Label: one.Name})
	}
	return f.Pick("who", "Who?", "", ui.Options(who...)), len(p.People) == 0, err
}

func (s *Site) showInvolve(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	who, nobody, err := s.who(r, f)
	if err != nil {
		return err
	}
	stage := f.One("stage", "What was it part of?", "", options(voice.Stages())...)
	stage.Small = true
	words, support := f.Area("words", "What did they do?", "", 3), f.Area("support", "What was offered to make it fit?", "Somebody to come along, a break, a talk afterwards. Optional.", 2)
	words.Max, support.Max = 1000, 500
	on := f.Typed("date", "on", "When?", "")
	on.Short = true
	return s.form(w, r, status, formPage{Heading: "Write down a part somebody had", Action: "/partnership/lived/new", Button: "Save", Back: "Lived experience", BackTo: "/partnership/lived", Nobody: nobody,
		Fields: []any{who, stage, words, support, on}, SeenBy: "The person themself, the coordinator and the commissioner."}, f)
}

func (s *Site) involve(w http.ResponseWriter, r *http.Request) error {
	err := s.voices.Involve(r.Context(), web.Actor(r), web.Form(r), voice.Involvement{Account: r.PostFormValue("who"), Stage: r.PostFormValue("stage"), Words: web.Line(r, "words"),
		Support: web.Line(r, "support"), On: r.PostFormValue("on")})
	return answer(w, r, err, "/partnership/lived", func(status int, f *ui.Form) error { return s.showInvolve(w, r, status, f) })
}

func (s *Site) askPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAsk(w, r, http.StatusOK, ui.NewForm(url.Values{"on": {s.today()}}, nil))
}

func (s *Site) showAsk(w http.ResponseWriter, r *http.Request, status int, f *ui.Form) error {
	v := formPage{Heading: "Ask for a payment", Action: "/partnership/payments/new", Button: "Ask", Back: "Lived experience", BackTo: "/partnership/lived",
		Intro: "Time and costs are paid, promptly. You need no receipt.", SeenBy: "Whoever is paid, the coordinator and the commissioner."}
	if web.Actor(r).Has(lead.Coordinator) {
		who, nobody, err := s.who(r, f)
		if err != nil {
			return err
		}
		v.Nobody = nobody
		v.Fields = append(v.Fields, who)
	}
	kind := f.One("kind", "What for?", "", options(voice.PaymentKinds())...)
	kind.Small = true
	amount := f.Text("amount", "How much, in pounds?", "Such as 12.50.")
	amount.Max, amount.Short = 10, true
	words := f.Text("words", "Anything else to know", "Optional.")
	words.Max = 300
	on := f.Typed("date", "on", "Which day was it for?", "")
	on.Short = true
	v.Fields = append(v.Fields, kind, amount, words, on)
	return s.form(w, r, status, v, f)
}

func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	err := s.voices.Ask(r.Context(), web.Actor(r), web.Form(r), voice.Payment{Account: r.PostFormValue("who"), Kind: r.PostFormValue("kind"), Pence: voice.ReadPounds(r.PostFormValue("amount")),
		Words: web.Line(r, "words"), On: r.PostFormValue("on")})
	return answer(w, r, err, "/partnership/lived", func(status int, f *ui.Form) error { return s.showAsk(w, r, status, f) })
}

func (s *Site) step(w http.ResponseWriter, r *http.Request) error {
	err := s.voices.Step(r.Context(), web.Actor(r), web.Form(r), r.PathValue("payment"), r.PostFormValue("step"), web.Line(r, "words"))
	if bad, ok := web.Invalid(err); ok {
		return s.showLived(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/lived")
}
