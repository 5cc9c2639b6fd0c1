// Package web serves the page on which an account says how it wants to be told
// that something waits. It imports identity and platform.
package web

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/identity"
	"waymark.example/internal/identity/alert"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Home is the page's address. The worker that shows notices is bound to it, so
// that it stands in the way of no other page.
const Home = "/account/notices-to-me"

// Site is the pages of being told.
type Site struct {
	alerts *alert.Service
	pages  *ui.Set
}

// New returns the pages.
func New(alerts *alert.Service) *Site { return &Site{alerts, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	const may = "account.own"
	return []web.Route{
		web.Get(Home, may, s.page),
		web.Post(Home+"/push", may, s.form(func(r *http.Request) error {
			to := notice.To{Address: r.PostFormValue("endpoint"), PublicKey: r.PostFormValue("public_key"), Auth: r.PostFormValue("auth")}
			return s.alerts.AddPush(r.Context(), web.Actor(r), web.Form(r), to, identity.DeviceWords(r.UserAgent()))
		})),
		web.Post(Home+"/mail", may, s.form(func(r *http.Request) error {
			return s.alerts.AddMail(r.Context(), web.Actor(r), web.Form(r))
		})),
		web.Post(Home+"/number", may, s.form(func(r *http.Request) error {
			return s.alerts.AddNumber(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "number"))
		})),
		web.Post(Home+"/quiet", may, s.form(s.setQuiet)),
		web.Post(Home+"/test", may, s.test),
		web.Post(Home+"/{channel}/prove", may, s.form(func(r *http.Request) error {
			return s.alerts.Prove(r.Context(), web.Actor(r), web.Form(r), r.PathValue("channel"), web.Line(r, "code"))
		})),
		web.Post(Home+"/{channel}/code", may, s.form(func(r *http.Request) error {
			return s.alerts.SendCode(r.Context(), web.Actor(r), web.Form(r), r.PathValue("channel"))
		})),
		web.Post(Home+"/{channel}/remove", may, s.form(func(r *http.Request) error {
			return s.alerts.Remove(r.Context(), web.Actor(r), web.Form(r), r.PathValue("channel"))
		})),
	}
}

type noticesPage struct {
	ui.Page
	alert.Own
	Channels         []channel
	Push, Mail, SMS  bool // what this site has set up
	PublicKey        string
	Text             string // of the one message
	Number           ui.Field
	QuietFrom, Quiet ui.Field
	Tested           bool
	Home             string
}

type channel struct {
	alert.Channel
	Code ui.Field
	Keys [3]string
}

func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, nil)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	own, err := s.alerts.Own(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	if form.Values.Get("quiet_from") == "" && !own.Quiet.None() {
		form.Values = url.Values{"quiet_from": {clock(own.Quiet.From)}, "quiet_till": {clock(own.Quiet.Till)}, "number": form.Values["number"]}
	}
	v := noticesPage{Page: web.Page(r, "How you are told"), Own: own, Text: notice.Waits().String(), Home: Home, PublicKey: s.alerts.Push.PublicKey()}
	v.Phone = true
	v.Tested = r.URL.Query().Get("done") == "test"
	v.Push, v.Mail, v.SMS = s.can(notice.Push), s.can(notice.Mail), s.can(notice.SMS)
	for _, c := range own.Channels {
		view := channel{Channel: c, Keys: [3]string{lead.NewID("frm"), lead.NewID("frm"), lead.NewID("frm")}}
		if c.Proved.IsZero() {
			code := form.Text("code-"+c.ID, "The code that was sent there", "Six digits, good for a quarter of an hour.")
			code.Name, code.Value, code.Autocomplete, code.Numeric, code.Short = "code", "", "one-time-code", true, true
			view.Code = code
		}
		if c.Kind == notice.Mail {
			v.Mail = false // it is there
		}
		v.Channels = append(v.Channels, view)
	}
	v.Number = form.Typed("tel", "number", "Mobile number", "With the country code, like +44 7700 900123.")
	v.Number.Autocomplete = "tel"
	v.QuietFrom = form.Typed("time", "quiet_from", "From", "")
	v.Quiet = form.Typed("time", "quiet_till", "Until", "")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "notices-to-me.html", v)
}

func (s *Site) can(k notice.Kind) bool { return s.alerts.Providers[k] != nil }

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// form answers a form of the page: it shows what is wrong, or the page anew.
func (s *Site) form(act func(*http.Request) error) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := act(r)
		if bad, ok := web.Invalid(err); ok {
			return s.show(w, r, http.StatusUnprocessableEntity, bad)
		}
		if err != nil {
			return err
		}
		return web.SeeOther(w, r, Home)
	}
}

func (s *Site) setQuiet(r *http.Request) error {
	var q alert.Quiet
	for name, into := range map[string]*int{"quiet_from": &q.From, "quiet_till": &q.Till} {
		text := r.PostFormValue(name)
		if text == "" && r.PostFormValue("none") != "" {
			continue
		}
		at, err := time.Parse("15:04", text)
		if err != nil {
			return lead.Invalid{name: "Enter a time, like 22:00"}
		}
		*into = at.Hour()*60 + at.Minute()
	}
	if r.PostFormValue("none") != "" {
		q = alert.Quiet{}
	}
	return s.alerts.SetQuiet(r.Context(), web.Actor(r), web.Form(r), q)
}

func (s *Site) test(w http.ResponseWriter, r *http.Request) error {
	err := s.alerts.Test(r.Context(), web.Actor(r), web.Form(r))
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Home+"?done=test")
}
