// Package web serves signing in and out, and the administrator's pages of
// accounts. It imports identity and platform.
package web

import (
	"embed"
	"errors"
	"net/http"
	"net/url"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the pages of identity.
type Site struct {
	Accounts *identity.Service
	Carrier  *web.Carrier
	Practice bool // show the one-time code: every account is made up
	Secure   bool // the site is served over TLS
	pages    *ui.Set
}

// New returns the site.
func New(s Site) *Site {
	s.pages = ui.Must(files)
	return &s
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/sign-in", "", s.signIn),
		web.Post("/sign-in", "", s.checkPassword),
		web.Post("/sign-in/code", "", s.checkCode),
		web.Post("/sign-out", "", s.signOut),
		web.Get("/account", "account.own", s.own),
		web.Get("/accounts", "account.manage", s.list),
		web.Get("/accounts/new", "account.manage", s.newAccount),
		web.Post("/accounts/new", "account.manage", s.open),
		web.Get("/accounts/{account}", "account.manage", s.read),
		web.Post("/accounts/{account}/roles", "account.manage", s.setRoles),
		web.Post("/accounts/{account}/standing", "account.manage", s.setStanding),
	}
}

// Cookie is the name of the session cookie. The prefix makes browsers refuse
// it from another host or without TLS.
func (s *Site) Cookie() string {
	if s.Secure {
		return "__Host-waymark"
	}
	return "waymark"
}

// Token returns the session token that r carries.
func (s *Site) Token(r *http.Request) string {
	c, err := r.Cookie(s.Cookie())
	if err != nil {
		return ""
	}
	return c.Value
}

func (s *Site) setToken(w http.ResponseWriter, token string) {
	c := &http.Cookie{Name: s.Cookie(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

type signInPage struct {
	ui.Page
	Email, Password ui.Field
	Next            string
	Carried         string
	Ended           bool
}

// AskToSignIn answers a request that needs a session. A page is asked for
// again after signing in; a form is carried along, so that nothing typed is lost.
func (s *Site) AskToSignIn(w http.ResponseWriter, r *http.Request, was identity.Account) error {
	if r.Method != http.MethodPost {
		to := "/sign-in"
		if r.URL.Path != "/" {
			to += "?next=" + url.QueryEscape(r.URL.Path)
		}
		return web.SeeOther(w, r, to)
	}
	sealed, err := s.Carrier.Seal(web.Carried{AccountID: was.ID, Path: r.URL.Path, Answers: r.PostForm})
	if err != nil {
		return err
	}
	form := ui.NewForm(url.Values{"email": {was.Email}}, nil)
	return s.showSignIn(w, r, http.StatusUnauthorized, form, signInPage{Carried: sealed, Ended: true})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	return s.showSignIn(w, r, http.StatusOK, ui.NewForm(nil, nil), signInPage{Next: web.LocalPath(r.URL.Query().Get("next"))})
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, v signInPage) error {
	v.Page = web.Page(r, "Sign in")
	v.Phone, v.Nav, v.Who = true, nil, ""
	v.Email = form.Typed("email", "email", "Work email", "")
	v.Email.Autocomplete = "username"
	v.Password = form.Typed("password", "password", "Password", "")
	v.Password.Autocomplete, v.Password.Value = "current-password", ""
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "sign-in.html", v)
}

func (s *Site) checkPassword(w http.ResponseWriter, r *http.Request) error {
	token, err := s.Accounts.SignIn(r.Context(), r.PostFormValue("email"), r.PostFormValue("password"))
	if bad := refusal(err); bad != nil {
		form := ui.NewForm(url.Values{"email": {r.PostFormValue("email")}}, bad)
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, form, signInPage{Next: web.LocalPath(r.PostFormValue("next")), Carried: r.PostFormValue("carried")})
	}
	if err != nil {
		return err
	}
	s.setToken(w, token)
	return s.showCode(w, r, http.StatusOK, token, nil)
}

// refusal turns the ways of being refused into words beside the field.
func refusal(err error) lead.Invalid {
	switch {
	case errors.Is(err, identity.ErrWrong):
		return lead.Invalid{"password": "The address and the password do not match. Check both, or ask your administrator"}
	case errors.Is(err, identity.ErrWait):
		return lead.Invalid{"password": "That was a few tries in a row. Wait half a minute, then try again"}
	case errors.Is(err, identity.ErrCode):
		return lead.Invalid{"code": "This code does not match, or was already used. Wait for the next one and enter that"}
	}
	return nil
}

type codePage struct {
	ui.Page
	Code         ui.Field
	Next         string
	Carried      string
	PracticeCode string
}

func (s *Site) showCode(w http.ResponseWriter, r *http.Request, status int, token string, bad lead.Invalid) error {
	form := ui.NewForm(nil, bad)
	v := codePage{Page: web.Page(r, "Your one-time code"), Next: web.LocalPath(r.PostFormValue("next")), Carried: r.PostFormValue("carried")}
	v.Phone, v.Nav, v.Who = true, nil, ""
	v.Code = form.Text("code", "Code", "Six digits from your authenticator app. It changes every half minute.")
	v.Code.Autocomplete, v.Code.Numeric, v.Code.Short, v.Code.Max = "one-time-code", true, true, 12
	v.Errors = form.Errors()
	if s.Practice {
		code, err := s.Accounts.PracticeCode(r.Context(), token)
		if err != nil {
			return err
		}
		v.PracticeCode = code
	}
	return s.pages.Render(w, status, "code.html", v)
}

func (s *Site) checkCode(w http.ResponseWriter, r *http.Request) error {
	old := s.Token(r)
	token, account, err := s.Accounts.Confirm(r.Context(), old, r.PostFormValue("code"))
	if bad := refusal(err); bad != nil {
		if text, ok := bad["password"]; ok { // waiting, asked for here
			bad = lead.Invalid{"code": text}
		}
		return s.showCode(w, r, http.StatusUnprocessableEntity, old, bad)
	}
	if errors.Is(err, identity.ErrExpired) {
		form := ui.NewForm(nil, lead.Invalid{"email": "That took more than ten minutes. Sign in once more"})
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, form, signInPage{Next: web.LocalPath(r.PostFormValue("next")), Carried: r.PostFormValue("carried")})
	}
	if err != nil {
		return err
	}
	s.setToken(w, token)
	if carried, err := s.Carrier.Open(r.PostFormValue("carried")); err == nil && (carried.AccountID == "" || carried.AccountID == account.ID) {
		return s.resume(w, r, carried)
	}
	to := web.LocalPath(r.PostFormValue("next"))
	if to == "" {
		to = "/"
	}
	return web.SeeOther(w, r, to)
}

type resumePage struct {
	ui.Page
	Path   string
	Fields []hidden
}

type hidden struct{ Name, Value string }

func (s *Site) resume(w http.ResponseWriter, r *http.Request, c web.Carried) error {
	v := resumePage{Page: web.Page(r, "You are signed in again"), Path: web.LocalPath(c.Path)}
	v.Phone, v.Nav, v.Who = true, nil, ""
	for name, values := range c.Answers {
		for _, value := range values {
			v.Fields = append(v.Fields, hidden{name, value})
		}
	}
	return s.pages.Render(w, http.StatusOK, "resume.html", v)
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.SignOut(r.Context(), s.Token(r)); err != nil {
		return err
	}
	s.setToken(w, "")
	return web.SeeOther(w, r, "/sign-in")
}
