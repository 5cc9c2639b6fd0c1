// Package web serves the doors that stand open to anybody, and the coordinator's
// pages about them. It imports partnership, the bridge and platform.
package web

import (
	"context"
	"embed"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/door"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	public     *door.Public
	desk       *door.Desk
	guard      *door.Guard
	trustProxy bool
	pages      *ui.Set

	about func(context.Context) (bool, error) // whether the public page is open
}

// New returns the pages. trustProxy says that a proxy of ours tells where a
// request came from; about, whether the public page is open, which the forms lead back
// to.
func New(public *door.Public, desk *door.Desk, guard *door.Guard, trustProxy bool, about func(context.Context) (bool, error)) *Site {
	return &Site{public, desk, guard, trustProxy, ui.Must(files), about}
}

// The addresses of the doors.
const (
	ReferPath    = "/refer"
	FeedbackPath = "/feedback"
	ComplainPath = "/complain"
)

// Doors reports whether path is a form that anybody may send: a small one.
func Doors(path string) bool {
	for _, p := range []string{ReferPath, FeedbackPath, ComplainPath} {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}

// Routes lists the pages. Those without an action are for anybody.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get(ReferPath, "", s.referPage),
		web.Post(ReferPath, "", s.refer),
		web.Get(ReferPath+"/status", "", s.referStatusPage),
		web.Post(ReferPath+"/status", "", s.referStatus),
		web.Get(FeedbackPath, "", s.feedbackPage),
		web.Post(FeedbackPath, "", s.say),
		web.Get(ComplainPath, "", s.complainPage),
		web.Post(ComplainPath, "", s.complain),
		web.Get(ComplainPath+"/status", "", s.complainStatusPage),
		web.Post(ComplainPath+"/status", "", s.complainStatus),

		web.Get("/partnership/doors", "door.set", s.settings),
		web.Post("/partnership/doors", "door.set", s.set),
		web.Get("/partnership/referrals", "door.register", s.register),
		web.Get("/partnership/feedback", "feedback.read", s.feedback),
		web.Post("/partnership/feedback", "feedback.read", s.answer),
	}
}

func (s *Site) network(r *http.Request) string { return Network(r, s.trustProxy) }

// Network is the part of an address that one household, hostel or office shares.
func Network(r *http.Request, trustProxy bool) string {
	host := web.Place(r, trustProxy)
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	address = address.Unmap().WithZone("")
	if address.Is4() {
		return address.String()
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return host
	}
	return prefix.String()
}

// public is the shell of a page for anybody: narrow, and without a place in it.
func page(r *http.Request, title string) ui.Page {
	p := web.Page(r, title)
	p.Phone = true
	return p
}

// trap is a field that no person sees: what fills it in fills in everything.
const trap = "website"

// sent is how a form came in.
type sent struct {
	look  door.Look
	token string
}

// opened counts a post and looks at its token. A form that filled in what nobody
// sees is shown again, empty there: a browser that filled it in by itself loses
// nothing.
func (s *Site) opened(r *http.Request, form string) sent {
	token := r.PostFormValue("form_key")
	look := s.guard.Knock(form, s.network(r), token)
	if r.PostFormValue(trap) != "" && look == door.Good {
		look = door.Early
	}
	return sent{look, token}
}

// Notice says above a form why it was not taken, in words.
type Notice struct {
	Heading, Words string
	Phone          string
}

func notice(look door.Look) *Notice {
	if look == door.Early {
		return &Notice{Heading: "Please look through it once more", Words: "Nothing is lost. Read what you wrote, and press the button again."}
	}
	return &Notice{Heading: "Please press the button once more", Words: "This page had been open for long, or your connection changed. Nothing is lost: what you wrote is still here."}
}

// busy tells that nothing more is taken just now, with everything typed kept.
func busy(w http.ResponseWriter, set bridge.Setting) *Notice {
	w.Header().Set("Retry-After", "120")
	return &Notice{Heading: "Too much is coming in just now", Words: "We could not take this. Nothing is lost: what you wrote is still here. Wait two minutes and press the button again.", Phone: set.Phone}
}

type closedPage struct {
	ui.Page
	Phone   string
	Explain bool // the public page is open
}

func (s *Site) closed(w http.ResponseWriter, r *http.Request, title string, set bridge.Setting) error {
	about, err := s.about(r.Context())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "closed.html", closedPage{page(r, title), set.Phone, about})
}

type codePage struct {
	ui.Page
	Code    string
	Status  string // where it can be asked for
	Setting bridge.Setting
	Nothing bool // nothing was kept, because the person said no
	Known   bool // the same words came already
	Days    int
	Praise  bool
}

type askCodePage struct {
	ui.Page
	Code ui.Field
}

func codeField(form *ui.Form) ui.Field {
	f := form.Text("code", "Your code", "Big or small letters are the same. You can leave out the lines.")
	f.Autocomplete, f.Max = "off", 40
	return f
}

// guessed answers a code that leads nowhere, or too many of them.
func (s *Site) guessed(w http.ResponseWriter, r *http.Request, file, title string, err error) error {
	status, bad := http.StatusUnprocessableEntity, lead.Invalid{"code": "We know of nothing with this code. Look at it once more"}
	if err == nil {
		status, bad = http.StatusTooManyRequests, lead.Invalid{"code": "There were too many codes from here. Wait ten minutes and try again"}
	}
	form := ui.NewForm(url.Values{"code": {r.PostFormValue("code")}}, bad)
	v := askCodePage{Page: page(r, title), Code: codeField(form)}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, file, v)
}

func options(list []referral.Choice) []ui.Option {
	var out []ui.Option
	for _, c := range list {
		out = append(out, ui.Option{Value: c.Code, Label: c.Words, Hint: c.Hint})
	}
	return out
}

type referPage struct {
	ui.Page
	Notice        *Notice
	Explain       bool // the public page is open
	Setting       bridge.Setting
	AskedBy       ui.Choices
	Agreed        ui.Choices
	Called        ui.Field
	Where         ui.Field
	Reach         ui.Field
	Helps         ui.Choices
	Language      ui.Choices
	Other         ui.Field
	Referrer      ui.Field
	ReferrerReach ui.Field
}

func (s *Site) referPage(w http.ResponseWriter, r *http.Request) error {
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Refer {
		return s.closed(w, r, "Ask for somebody to be met", set)
	}
	return s.showRefer(w, r, http.StatusOK, set, nil, nil, "")
}

func (s *Site) showRefer(w http.ResponseWriter, r *http.Request, status int, set bridge.Setting, bad lead.Invalid, note *Notice, token string) error {
	form := ui.NewForm(r.PostForm, bad)
	v := referPage{Page: page(r, "Ask for somebody to be met"), Notice: note, Setting: set}
	if v.Key = token; token == "" {
		v.Key = s.guard.Token(ReferPath, s.network(r))
	}
	short := func(f ui.Field, most int) ui.Field { f.Max, f.Autocomplete = most, "off"; return f }
	v.AskedBy = form.One("asked_by", "Who are you?", "", options(set.Askings())...)
	v.Agreed = form.One("agreed", "Does the person know, and want this?", "Nobody has to. They can say no at any time, and nothing follows from it.", options(bridge.Agreements())...)
	v.Called = short(form.Text("called", "What should we call them?", "A first name or nickname is enough."), 80)
	v.Where = short(form.Text("where", "Where can they be found?", "A place, and a time of day when they are often there."), 150)
	v.Reach = short(form.Text("reach", "How can we reach them safely?", "You may leave this empty. A number or a person they trust, and what we should be careful about."), 140)
	v.Helps = form.Many("helps", "What might help?", "Choose what you think. They decide.", options(bridge.Helps())...)
	v.Language = form.One("language", "In which language would they rather talk?", "", options(bridge.Languages())...)
	v.Other = short(form.Text("other_language", "Which other language?", "Only if it is neither English nor Welsh."), 60)
	v.Referrer = short(form.Text("referrer", "Your name", "You may leave this empty."), 80)
	v.ReferrerReach = short(form.Text("referrer_reach", "How may we reach you?", "You may leave this empty. We ring only if we cannot find them."), 120)
	v.Errors = form.Errors()
	var err error
	if v.Explain, err = s.about(r.Context()); err != nil {
		return err
	}
	return s.pages.Render(w, status, "refer.html", v)
}

func requestOf(r *http.Request) bridge.Request {
	return bridge.Request{
		AskedBy: bridge.Asking(r.PostFormValue("asked_by")), Agreed: bridge.Agreement(r.PostFormValue("agreed")),
		Called: web.Line(r, "called"), Where: web.Line(r, "where"), Reach: web.Line(r, "reach"), Helps: r.PostForm["helps"],
		Language: r.PostFormValue("language"), OtherLanguage: web.Line(r, "other_language"), Referrer: web.Line(r, "referrer"), ReferrerReach: web.Line(r, "referrer_reach"),
	}
}

func (s *Site) refer(w http.ResponseWriter, r *http.Request) error {
	in := s.opened(r, ReferPath)
	set, err := s.public.Setting(r.Context())
	if err != nil {
		return err
	}
	if !set.Refer {
		return s.closed(w, r, "Ask for somebody to be met", set)
	}
	switch in.look {
	case door.Stale:
		return s.showRefer(w, r, http.StatusUnprocessableEntity, set, nil, notice(in.look), "")
	case door.Early:
		return s.showRefer(w, r, http.StatusUnprocessableEntity, set, nil, notice(in.look), in.token)
	}
	ask := requestOf(r)
	if err := ask.Check(set); err != nil {
		bad, ok := web.Invalid(err)
		if !ok {
			return err
		}
		return s.showRefer(w, r, http.StatusUnprocessableEntity, set, bad, nil, in.token)
	}
	words := []string{string(ask.Agreed), ask.Called, ask.Where, ask.Reach, ask.Referrer, ask.ReferrerReach}
	if ask.Agreed == bridge.SaidNo {
		words = append(words, in.token) // nothing to tell one from another
	}
	lane := s.guard.Where(ReferPath, s.network(r), in.token, words...)
	done := codePage{Page: page(r, "We have it"), Status: ReferPath + "/status", Setting: set, Days: set.PromiseDays, Nothing: ask.Agreed == bridge.SaidNo, Known: lane == door.Known}
	switch lane {
	case door.Spent:
		return s.showRefer(w, r, http.StatusUnprocessableEntity, set, nil, notice(door.Stale), "")
	case door.Busy:
		return s.showRefer(w, r, http.StatusTooManyRequests, set, nil, busy(w, set), in.token)
	case door.Known:
		return s.pages.Render(w, http.StatusOK, "sent.html", done)
	}
	code, err := s.public.Refer(r.Context(), web.Form(r), set, ask, lane == door.Aside)
	if err != nil {
		return s.notKept(w, r, err, func() error {
			return s.showRefer(w, r, http.StatusTooManyRequests, set, nil, busy(w, set), in.token)
		})
	}
	s.guard.Kept(ReferPath, in.token, words...)
	done.Code = code
	return s.pages.Render(w, http.StatusOK, "sent.html", done)
}

// notKept tells a full store from a failure of ours: both keep what was typed.
func (s *Site) notKept(w http.ResponseWriter, r *http.Request, err error, full func() error) error {
	if isFull(err) {
		return full()
	}
	return err
}

type referStatusPage struct {
	ui.Page
	Stage bridge.Stage
	At    time.Time
}

func (s *Site) referStatusPage(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "refer-code.html", askCodePage{Page: page(r, "Where it stands"), Code: codeField(ui.NewForm(nil, nil))})
}

func (s *Site) referStatus(w http.ResponseWriter, r *http.Request) error {
	if !s.guard.MayGuess(s.network(r)) {
		return s.guessed(w, r, "refer-code.html", "Where it stands", nil)
	}
	stage, at, err := s.public.Referral(r.Context(), r.PostFormValue("code"))
	if isAbsent(err) {
		return s.guessed(w, r, "refer-code.html", "Where it stands", err)
	}
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "refer-status.html", referStatusPage{page(r, "Where it stands"), stage, at})
}
