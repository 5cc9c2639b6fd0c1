// Package web serves signing in and out, one's own account, and the pages of
// those who keep accounts. It imports identity and platform.
package web

import (
	"context"
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
	Accounts   *identity.Service
	Carrier    *web.Carrier // of forms across a sign-in
	Ceremonies *web.Carrier // of questions that a key or another site answers
	Devices    identity.Devices
	Federation *Federation
	Practice   bool // show the one-time code: every account is made up
	Secure     bool // the site is served over TLS
	TrustProxy bool // the proxy in front says where a request came from
	// SignedOut is told who signed out, in which session; nil when nobody needs to
	// hear it.
	SignedOut func(context.Context, lead.Actor) error
	pages     *ui.Set
}

// New returns the site.
func New(s Site) *Site {
	s.pages = ui.Must(files)
	return &s
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return append(s.connectorRoutes(), []web.Route{
		web.Get("/sign-in", "", s.signIn),
		web.Post("/sign-in", "", s.checkPassword),
		web.Post("/sign-in/code", "", s.checkCode),
		web.Post("/sign-in/passkey", "", s.checkPasskey),
		web.Get("/sign-in/enrol", "", s.enrol),
		web.Post("/sign-in/enrol", "", s.checkEnrolment),
		web.Get("/sign-in/key", "", s.firstKey),
		web.Post("/sign-in/key", "", s.keepFirstKey),
		web.Get("/sign-in/password", "", s.firstPassword),
		web.Post("/sign-in/password", "", s.keepFirstPassword),
		web.Get("/sign-in/with/{provider}", "", s.goToProvider),
		web.Post("/sign-in/with/{provider}", "", s.carryToProvider),
		web.Get("/sign-in/with/{provider}/back", "", s.backFromProvider),
		web.Post("/sign-out", "", s.signOut),

		web.Get("/confirm", "account.own", s.confirm),
		web.Post("/confirm", "account.own", s.confirmWithPassword),
		web.Post("/confirm/passkey", "account.own", s.confirmWithPasskey),

		web.Get("/account", "account.own", s.own),
		web.Get("/account/notices", "account.own", s.notices),
		web.Post("/account/notices", "account.own", s.readNotices),
		web.Sensitive(web.Get("/account/passkeys/new", "account.own", s.newKey)),
		web.Sensitive(web.Post("/account/passkeys/new", "account.own", s.keepKey)),
		web.Sensitive(web.Post("/account/passkeys/{passkey}/remove", "account.own", s.removeKey)),
		web.Post("/account/sessions/{session}/end", "account.own", s.endSession),
		web.Post("/account/sessions/end-others", "account.own", s.endOtherSessions),

		web.Get("/accounts", "account.manage", s.list),
		web.Get("/accounts/new", "account.manage", s.newAccount),
		web.Sensitive(web.Post("/accounts/new", "account.manage", s.open)),
		web.Get("/accounts/{account}", "account.manage", s.read),
		web.Sensitive(web.Post("/accounts/{account}/roles", "account.manage", s.setRoles)),
		web.Sensitive(web.Post("/accounts/{account}/standing", "account.manage", s.setStanding)),
		web.Sensitive(web.Post("/accounts/{account}/recovery", "account.manage", s.askRecovery)),
		web.Get("/organisations", "account.manage", s.organisations),
		web.Get("/organisations/new", "account.manage", s.newOrganisation),
		web.Sensitive(web.Post("/organisations/new", "account.manage", s.addOrganisation)),
		web.Get("/settings", "identity.settings", s.settings),
		web.Sensitive(web.Post("/settings", "identity.settings", s.keepSettings)),
		web.Get("/requests", "identity.second", s.requests),
		web.Sensitive(web.Post("/requests/{request}", "identity.second", s.answer)),
		web.Get("/team/devices", "identity.revoke_team", s.team),
		web.Post("/team/devices/{account}", "identity.revoke_team", s.revoke),
	}...)
}

// Visit says where r comes from.
func (s *Site) Visit(r *http.Request) identity.Visit {
	v := identity.Visit{Agent: r.UserAgent(), Place: web.Place(r, s.TrustProxy)}
	if c, err := r.Cookie(s.cookie("")); err == nil {
		v.Token = c.Value
	}
	if c, err := r.Cookie(s.cookie("-device")); err == nil {
		v.Device = s.Devices.Read(c.Value)
	}
	return v
}

// visitor is Visit for the pages of signing in: it gives a browser that is new
// here its device cookie, which the session to come is bound to.
func (s *Site) visitor(w http.ResponseWriter, r *http.Request) identity.Visit {
	v := s.Visit(r)
	if v.Device == "" {
		device, token := s.Devices.New()
		v.Device = device
		s.setCookie(w, "-device", token, 180*24*60*60)
		r.AddCookie(&http.Cookie{Name: s.cookie("-device"), Value: token}) // for what else answers this request
	}
	return v
}

// cookie is the name of the session cookie, or of another of ours. The prefix
// makes browsers refuse it from another host or without TLS.
func (s *Site) cookie(of string) string {
	if s.Secure {
		return "__Host-waymark" + of
	}
	return "waymark" + of
}

// setCookie sets a cookie for seconds; 0 is until the browser closes, less is
// now.
func (s *Site) setCookie(w http.ResponseWriter, of, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie(of), Value: value, Path: "/", MaxAge: seconds, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}

func (s *Site) setToken(w http.ResponseWriter, token string) {
	seconds := 0
	if token == "" {
		seconds = -1
	}
	s.setCookie(w, "", token, seconds)
}

type signInPage struct {
	ui.Page
	Email, Password ui.Field
	Question        question
	Providers       []identity.IdentityProvider
	Passwords       bool
	Next            string
	Carried         string
	Ended           bool
	Nobody          bool // has an account yet
}

// AskToSignIn answers a request that needs a session. A page is asked for
// again after signing in; a form is carried along, so that nothing typed is lost.
func (s *Site) AskToSignIn(w http.ResponseWriter, r *http.Request, was identity.Session) error {
	if r.Method != http.MethodPost {
		to := "/sign-in"
		if r.URL.Path != "/" {
			to += "?next=" + url.QueryEscape(r.URL.Path)
		}
		return web.SeeOther(w, r, to)
	}
	sealed, err := s.Carrier.Seal(web.Carried{AccountID: was.Account.ID, Path: r.URL.Path, Answers: r.PostForm})
	if err != nil {
		return err
	}
	form := ui.NewForm(url.Values{"email": {was.Account.Email}}, nil)
	return s.showSignIn(w, r, http.StatusUnauthorized, form, signInPage{Carried: sealed, Ended: true})
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	return s.showSignIn(w, r, http.StatusOK, ui.NewForm(nil, nil), signInPage{Next: web.LocalPath(r.URL.Query().Get("next"))})
}

// again is what a page of signing in hands on to the next.
func again(r *http.Request) signInPage {
	return signInPage{Next: web.LocalPath(r.PostFormValue("next")), Carried: r.PostFormValue("carried")}
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, v signInPage) error {
	ways, err := s.Accounts.SignInWays(r.Context())
	if err != nil {
		return err
	}
	text, ceremony, err := s.Accounts.AskPasskey(s.visitor(w, r))
	if err != nil {
		return err
	}
	if v.Question, err = s.seal(text, ceremony); err != nil {
		return err
	}
	v.Page = alone(r, "Sign in")
	v.Passwords, v.Providers = ways.Password, s.Federation.Providers()
	if v.Nobody, err = s.Accounts.Empty(r.Context()); err != nil {
		return err
	}
	v.Email = form.Typed("email", "email", "Work email", "")
	v.Email.Autocomplete = "username"
	v.Password = form.Typed("password", "password", "Password", "")
	v.Password.Autocomplete, v.Password.Value = "current-password", ""
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "sign-in.html", v)
}

// alone is the shell of a page before anybody is known to be there.
func alone(r *http.Request, title string) ui.Page {
	p := web.Page(r, title)
	p.Phone, p.Nav, p.Who = true, nil, ""
	return p
}

func (s *Site) checkPassword(w http.ResponseWriter, r *http.Request) error {
	v := s.visitor(w, r)
	token, err := s.Accounts.SignIn(r.Context(), v, r.PostFormValue("email"), r.PostFormValue("password"))
	if bad := refusal(err); bad != nil {
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, ui.NewForm(url.Values{"email": {r.PostFormValue("email")}}, bad), again(r))
	}
	if err != nil {
		return err
	}
	s.setToken(w, token)
	v.Token = token
	return s.showCode(w, r, http.StatusOK, v, nil)
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
	case errors.Is(err, identity.ErrPasskey):
		return lead.Invalid{"passkey": "That passkey did not work here. Try again, or ask your administrator for a new enrolment code"}
	}
	return nil
}

// only puts the one refusal there is beside the field called name.
func only(bad lead.Invalid, name string) lead.Invalid {
	for _, text := range bad {
		return lead.Invalid{name: text}
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

func (s *Site) showCode(w http.ResponseWriter, r *http.Request, status int, visit identity.Visit, bad lead.Invalid) error {
	form := ui.NewForm(nil, bad)
	v := codePage{Page: alone(r, "Your one-time code"), Next: again(r).Next, Carried: again(r).Carried}
	v.Code = codeField(form)
	v.Errors = form.Errors()
	var err error
	if v.PracticeCode, err = s.practiceCode(r, visit); err != nil {
		return err
	}
	return s.pages.Render(w, status, "code.html", v)
}

func codeField(form *ui.Form) ui.Field {
	f := form.Text("code", "Code", "Six digits from your authenticator app. It changes every half minute.")
	f.Autocomplete, f.Numeric, f.Short, f.Max, f.Value = "one-time-code", true, true, 12, ""
	return f
}

// practiceCode returns the code of now where everybody is made up, else "".
func (s *Site) practiceCode(r *http.Request, visit identity.Visit) (string, error) {
	if !s.Practice {
		return "", nil
	}
	return s.Accounts.PracticeCode(r.Context(), visit)
}

func (s *Site) checkCode(w http.ResponseWriter, r *http.Request) error {
	v := s.visitor(w, r)
	token, account, err := s.Accounts.Confirm(r.Context(), v, r.PostFormValue("code"))
	if bad := refusal(err); bad != nil {
		return s.showCode(w, r, http.StatusUnprocessableEntity, v, only(bad, "code"))
	}
	if errors.Is(err, identity.ErrExpired) {
		return s.tooLate(w, r)
	}
	if err != nil {
		return err
	}
	return s.signedIn(w, r, token, account)
}

func (s *Site) tooLate(w http.ResponseWriter, r *http.Request) error {
	form := ui.NewForm(nil, lead.Invalid{"email": "That took more than ten minutes. Sign in once more"})
	return s.showSignIn(w, r, http.StatusUnprocessableEntity, form, again(r))
}

// signedIn hands the session to the browser and brings its person to where they
// wanted to be: back to what they typed, or to what they have to be told first.
func (s *Site) signedIn(w http.ResponseWriter, r *http.Request, token string, account identity.Account) error {
	s.setToken(w, token)
	if carried, err := s.Carrier.Open(r.PostFormValue("carried")); err == nil && (carried.AccountID == "" || carried.AccountID == account.ID) {
		return s.resume(w, r, carried, "You are signed in again")
	}
	return s.onward(w, r, account, r.PostFormValue("next"))
}

func (s *Site) onward(w http.ResponseWriter, r *http.Request, account identity.Account, next string) error {
	next = web.LocalPath(next)
	if next == "" {
		next = "/"
	}
	notices, err := s.Accounts.Notices(r.Context(), account.Actor())
	if err != nil {
		return err
	}
	if len(notices) > 0 {
		next = "/account/notices?next=" + url.QueryEscape(next)
	}
	return web.SeeOther(w, r, next)
}

type resumePage struct {
	ui.Page
	Path   string
	Fields []hidden
}

type hidden struct{ Name, Value string }

func (s *Site) resume(w http.ResponseWriter, r *http.Request, c web.Carried, title string) error {
	v := resumePage{Page: alone(r, title), Path: web.LocalPath(c.Path)}
	for name, values := range c.Answers {
		for _, value := range values {
			v.Fields = append(v.Fields, hidden{name, value})
		}
	}
	return s.pages.Render(w, http.StatusOK, "resume.html", v)
}

type signedOutPage struct {
	ui.Page
	Label, Address string
}

// signOut ends the session here, and says how to end it at the identity
// provider that vouched for it: that one is not ours to end.
func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	v := s.Visit(r)
	of, err := s.Accounts.Who(r.Context(), v)
	if err != nil && !errors.Is(err, identity.ErrExpired) {
		return err
	}
	if err := s.Accounts.SignOut(r.Context(), v); err != nil {
		return err
	}
	if s.SignedOut != nil && of.Account.ID != "" {
		if err := s.SignedOut(r.Context(), of.Actor()); err != nil {
			return err
		}
	}
	s.setToken(w, "")
	if label, address := s.Federation.signOutAt(r.Context(), of.Method); address != "" {
		return s.pages.Render(w, http.StatusOK, "signed-out.html", signedOutPage{alone(r, "You are signed out"), label, address})
	}
	return web.SeeOther(w, r, "/sign-in")
}
