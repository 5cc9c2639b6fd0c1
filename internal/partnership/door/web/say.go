package web

import (
	"errors"
	"net/http"
	"strconv"

	"waymark.example/internal/handoff/complaint"
	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/door"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func isFull(err error) bool   { return errors.Is(err, door.ErrFull) }
func isAbsent(err error) bool { return errors.Is(err, lead.ErrNotFound) }

type feedbackPage struct {
	ui.Page
	Notice  *Notice
	Explain bool // the public page is open
	Topic   ui.Choices
	Place   ui.Field
	Words   ui.Field
	Looked  ui.Choices   // a second look settles it
	Found   []door.Found // what in it may be about somebody
	Answers []door.Answer
}

func (s *Site) feedbackPage(w http.ResponseWriter, r *http.Request) error {
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Feedback {
		return s.closed(w, r, "Tell us how it is", set)
	}
	return s.showFeedback(w, r, http.StatusOK, nil, nil, "")
}

func (s *Site) showFeedback(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid, note *Notice, token string) error {
	answers, err := s.public.Answers(r.Context())
	if err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	v := feedbackPage{Page: page(r, "Tell us how it is"), Notice: note, Answers: answers}
	if v.Key = token; token == "" {
		v.Key = s.guard.Token(FeedbackPath, s.network(r))
	}
	v.Topic = form.One("topic", "What is it about?", "", options(door.Topics())...)
	v.Place = form.Text("place", "Which part of town?", "You may leave this empty. Not an address.")
	v.Place.Max, v.Place.Autocomplete = 60, "off"
	v.Words = form.Area("words", "What do you want to say?", "Leave out names, numbers and addresses, also your own.", 6)
	v.Words.Max = 2000
	for _, field := range []string{"place", "words"} {
		if bad[field] == door.AboutSomebody {
			v.Found = append(v.Found, door.Personal(r.PostFormValue(field))...)
		}
	}
	v.Looked = form.Many("looked", "Is it about somebody?", "A number, a mail or a street address has to go. With anything else, look again.", ui.Option{Value: "yes", Label: "I looked again: it is about nobody"})
	v.Looked.Small = true
	v.Errors = form.Errors()
	if v.Explain, err = s.about(r.Context()); err != nil {
		return err
	}
	return s.pages.Render(w, status, "feedback.html", v)
}

func (s *Site) say(w http.ResponseWriter, r *http.Request) error {
	in := s.opened(r, FeedbackPath)
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Feedback {
		return s.closed(w, r, "Tell us how it is", set)
	}
	if in.look != door.Good {
		token := in.token
		if in.look == door.Stale {
			token = ""
		}
		return s.showFeedback(w, r, http.StatusUnprocessableEntity, nil, notice(in.look), token)
	}
	f := door.Feedback{Topic: r.PostFormValue("topic"), Place: web.Line(r, "place"), Words: web.Line(r, "words")}
	looked := r.PostFormValue("looked") == "yes"
	if bad, ok := web.Invalid(f.Check(looked)); ok {
		return s.showFeedback(w, r, http.StatusUnprocessableEntity, bad, nil, in.token)
	}
	lane := s.guard.Where(FeedbackPath, s.network(r), in.token, f.Words)
	f.Held = lane == door.Aside
	full := func() error {
		return s.showFeedback(w, r, http.StatusTooManyRequests, nil, busy(w, set), in.token)
	}
	switch lane {
	case door.Spent:
		return s.showFeedback(w, r, http.StatusUnprocessableEntity, nil, notice(door.Stale), "")
	case door.Busy:
		return full()
	case door.Known:
		return s.pages.Render(w, http.StatusOK, "said.html", saidPage{page(r, "Thank you")})
	}
	if err := s.public.Say(r.Context(), web.Form(r), set, f, looked); err != nil {
		return s.notKept(w, r, err, full)
	}
	s.guard.Kept(FeedbackPath, in.token, f.Words)
	return s.pages.Render(w, http.StatusOK, "said.html", saidPage{page(r, "Thank you")})
}

type saidPage struct{ ui.Page }

type complainPage struct {
	ui.Page
	Notice  *Notice
	Explain bool // the public page is open
	Setting bridge.Setting
	Kind    ui.Choices
	About   ui.Choices
	Route   ui.Choices
	Words   ui.Field
	Wish    ui.Field
	Name    ui.Field
	Reach   ui.Field
}

func (s *Site) complainPage(w http.ResponseWriter, r *http.Request) error {
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Complaint {
		return s.closed(w, r, "Complain, or praise", set)
	}
	return s.showComplain(w, r, http.StatusOK, set, nil, nil, "")
}

func (s *Site) showComplain(w http.ResponseWriter, r *http.Request, status int, set bridge.Setting, bad lead.Invalid, note *Notice, token string) error {
	form := ui.NewForm(r.PostForm, bad)
	v := complainPage{Page: page(r, "Complain, or praise"), Notice: note, Setting: set}
	if v.Key = token; token == "" {
		v.Key = s.guard.Token(ComplainPath, s.network(r))
	}
	v.Kind = form.One("kind", "What is it?", "", options(complaint.Kinds())...)
	v.About = form.One("about", "Whom is it about?", "", options(complaint.Abouts())...)
	v.Route = form.One("route", "Who should deal with it?", "Nobody deals with what is about themselves, whatever you choose here.",
		ui.Option{Value: string(complaint.Scheme), Label: "Whoever runs the scheme"}, ui.Option{Value: string(complaint.Outside), Label: "Somebody outside: neither the police nor the case team"})
	v.Words = form.Area("words", "What happened?", "In your own words. You do not need to name anybody.", 8)
	v.Wish = form.Area("wish", "What would put it right?", "You may leave this empty.", 3)
	v.Wish.Max = 1000
	v.Name = form.Text("name", "Your name", "You may leave this empty. You need no name to be answered: you get a code.")
	v.Name.Max, v.Name.Autocomplete = 80, "off"
	v.Reach = form.Text("reach", "How may we reach you?", "You may leave this empty.")
	v.Reach.Max, v.Reach.Autocomplete = 120, "off"
	v.Errors = form.Errors()
	var err error
	if v.Explain, err = s.about(r.Context()); err != nil {
		return err
	}
	return s.pages.Render(w, status, "complain.html", v)
}

func (s *Site) complain(w http.ResponseWriter, r *http.Request) error {
	in := s.opened(r, ComplainPath)
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Complaint {
		return s.closed(w, r, "Complain, or praise", set)
	}
	if in.look != door.Good {
		token := in.token
		if in.look == door.Stale {
			token = ""
		}
		return s.showComplain(w, r, http.StatusUnprocessableEntity, set, nil, notice(in.look), token)
	}
	said := complaint.Said{Kind: complaint.Kind(r.PostFormValue("kind")), About: complaint.About(r.PostFormValue("about")), Route: complaint.Route(r.PostFormValue("route")),
		Words: web.Line(r, "words"), Wish: web.Line(r, "wish"), Name: web.Line(r, "name"), Reach: web.Line(r, "reach")}
	if bad, ok := web.Invalid(said.Check()); ok {
		return s.showComplain(w, r, http.StatusUnprocessableEntity, set, bad, nil, in.token)
	}
	lane := s.guard.WhereUnheld(ComplainPath, s.network(r), in.token, said.Words)
	done := codePage{Page: page(r, "We have it"), Status: ComplainPath + "/status", Setting: set, Days: set.AcknowledgeDays, Known: lane == door.Known, Praise: said.Kind == complaint.Compliment}
	switch lane {
	case door.Spent:
		return s.showComplain(w, r, http.StatusUnprocessableEntity, set, nil, notice(door.Stale), "")
	case door.Again: // a complaint is never held back unseen: pressed once more, it is taken
		return s.showComplain(w, r, http.StatusUnprocessableEntity, set, nil, notice(door.Early), in.token)
	case door.Busy:
		return s.showComplain(w, r, http.StatusTooManyRequests, set, nil, busy(w, set), in.token)
	case door.Known:
		return s.pages.Render(w, http.StatusOK, "complained.html", done)
	}
	if done.Code, err = s.public.Complain(r.Context(), web.Form(r), set, said); err != nil {
		return err
	}
	s.guard.Kept(ComplainPath, in.token, said.Words)
	return s.pages.Render(w, http.StatusOK, "complained.html", done)
}

type complainStatusPage struct {
	ui.Page
	complaint.File
}

func (s *Site) complainStatusPage(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "complain-code.html", askCodePage{Page: page(r, "What came of it"), Code: codeField(ui.NewForm(nil, nil))})
}

func (s *Site) complainStatus(w http.ResponseWriter, r *http.Request) error {
	if !s.guard.MayGuess(s.network(r)) {
		return s.guessed(w, r, "complain-code.html", "What came of it", nil)
	}
	f, err := s.public.Complaint(r.Context(), r.PostFormValue("code"))
	if isAbsent(err) {
		return s.guessed(w, r, "complain-code.html", "What came of it", err)
	}
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "complain-status.html", complainStatusPage{page(r, "What came of it"), f})
}

type settingsPage struct {
	ui.Page
	Setting  bridge.Setting
	Open     ui.Choices
	Phone    ui.Field
	Promise  ui.Field
	Ack      ui.Field
	Answer   ui.Field
	Who      ui.Field
	WhoReach ui.Field
	Body     ui.Choices
	NoBody   bool
}

func (s *Site) settings(w http.ResponseWriter, r *http.Request) error {
	return s.showSettings(w, r, http.StatusOK, nil)
}

func (s *Site) showSettings(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	set, bodies, err := s.desk.Settings(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	values := r.PostForm
	if r.Method != http.MethodPost {
		values = map[string][]string{"phone": {set.Phone}, "promise_days": {strconv.Itoa(set.PromiseDays)}, "acknowledge_days": {strconv.Itoa(set.AcknowledgeDays)}, "answer_days": {strconv.Itoa(set.AnswerDays)},
			"independent": {set.Independent}, "independent_reach": {set.IndependentAt}, "independent_id": {set.IndependentID}}
		for name, open := range map[string]bool{"refer": set.Refer, "self": set.Self, "feedback": set.Feedback, "complaint": set.Complaint} {
			if open {
				values["open"] = append(values["open"], name)
			}
		}
	}
	form := ui.NewForm(values, bad)
	v := settingsPage{Page: web.Page(r, "Doors"), Setting: set, NoBody: len(bodies) == 0}
	number := func(name, label, hint string) ui.Field {
		f := form.Text(name, label, hint)
		f.Numeric, f.Short, f.Max = true, true, 3
		return f
	}
	v.Open = form.Many("open", "Which doors are open?", "A door that is not ticked says that it is closed, and gives the number.",
		ui.Option{Value: "refer", Label: "Community referrals", Hint: "Partners and people of the area can ask for somebody to be met"},
		ui.Option{Value: "self", Label: "Also people themselves, their families and friends"},
		ui.Option{Value: "feedback", Label: "Feedback from residents and businesses", Hint: "About the scheme, and about nobody"},
		ui.Option{Value: "complaint", Label: "Complaints and compliments", Hint: "From anybody, with an independent route"})
	v.Phone = form.Typed("tel", "phone", "The number to ring", "It is on every one of these pages. A form is never the only way.")
	v.Phone.Max = 40
	v.Promise = number("promise_days", "Within how many days is a referral looked at?", "")
	v.Ack = number("acknowledge_days", "Within how many days is a complaint acknowledged?", "At most 30.")
	v.Answer = number("answer_days", "Within how many days is it answered?", "At most 90.")
	v.Who = form.Text("independent", "Who takes complaints from outside?", "As people know them: neither the police, nor the case team, nor whoever runs the scheme.")
	v.Who.Max = 120
	v.WhoReach = form.Text("independent_reach", "How are they reached without Waymark?", "A number or an address, for whoever would rather not write here.")
	var own []ui.Option
	for _, b := range bodies {
		own = append(own, ui.Option{Value: b.ID, Label: b.Name})
	}
	v.Body = form.One("independent_id", "Which organisation answers them here?", "Its auditors read what is sent the independent way. You do not.", own...)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "doors.html", v)
}

func (s *Site) set(w http.ResponseWriter, r *http.Request) error {
	day := func(field string) int {
		n, err := strconv.Atoi(web.Line(r, field))
		if err != nil {
			return 0
		}
		return n
	}
	open := func(name string) bool {
		for _, v := range r.PostForm["open"] {
			if v == name {
				return true
			}
		}
		return false
	}
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	to := bridge.Setting{Refer: open("refer"), Self: open("self"), Feedback: open("feedback"), Complaint: open("complaint"), Phone: web.Line(r, "phone"),
		PromiseDays: day("promise_days"), AcknowledgeDays: day("acknowledge_days"), AnswerDays: day("answer_days"),
		Independent: web.Line(r, "independent"), IndependentAt: web.Line(r, "independent_reach"), IndependentID: r.PostFormValue("independent_id")}
	err = s.desk.Set(r.Context(), web.Actor(r), web.Form(r), from, to)
	if bad, ok := web.Invalid(err); ok {
		return s.showSettings(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/doors")
}

type registerPage struct {
	ui.Page
	Lines []line
	More  string
}

type line struct {
	bridge.Line
	Late bool
}

const perPage = 30

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	all, err := s.desk.Referrals(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := registerPage{Page: web.Page(r, "Community referrals")}
	today := s.desk.Book.Now().UTC().Format("2006-01-02")
	for i, l := range all {
		if i == perPage {
			v.More = "/partnership/referrals?before=" + all[i-1].ID
			break
		}
		v.Lines = append(v.Lines, line{Line: l, Late: l.PromiseOn != "" && l.PromiseOn < today && !l.Held})
	}
	return s.pages.Render(w, http.StatusOK, "register.html", v)
}

type feedbackListPage struct {
	ui.Page
	Said    []said
	Answers []door.Answer
	More    string
	SaidBox ui.Field
	DidBox  ui.Field
	Publish ui.Choices
}

type said struct {
	door.Feedback
	About string
}

func (s *Site) feedback(w http.ResponseWriter, r *http.Request) error {
	return s.showFeedbackList(w, r, http.StatusOK, nil)
}

func (s *Site) showFeedbackList(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	all, answers, err := s.desk.Feedback(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := feedbackListPage{Page: web.Page(r, "Feedback"), Answers: answers}
	for i, f := range all {
		if i == perPage {
			v.More = "/partnership/feedback?before=" + all[i-1].ID
			break
		}
		v.Said = append(v.Said, said{f, door.TopicWords(f.Topic)})
	}
	form := ui.NewForm(r.PostForm, bad)
	v.SaidBox = form.Area("said", "You said", "In general, and about nobody.", 3)
	v.DidBox = form.Area("did", "We did", "Or why not.", 3)
	v.SaidBox.Max, v.DidBox.Max = 600, 600
	v.Publish = form.Many("publish", "Who reads it?", "", ui.Option{Value: "yes", Label: "Anybody, on the feedback page"})
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "feedback-list.html", v)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	err := s.desk.Answer(r.Context(), web.Actor(r), web.Form(r), door.Answer{Said: web.Line(r, "said"), Did: web.Line(r, "did"), Published: r.PostFormValue("publish") == "yes"})
	if bad, ok := web.Invalid(err); ok {
		return s.showFeedbackList(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/feedback")
}
