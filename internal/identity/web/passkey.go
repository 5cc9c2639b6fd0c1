package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// question is what an authenticator is asked: in the open for the browser, and
// sealed to come back with the answer.
type question struct {
	Options string // JSON
	Sealed  string
}

// ceremonyPath marks sealed questions, so that nothing else passes for one.
const ceremonyPath = "passkey ceremony"

func (s *Site) seal(text []byte, c identity.Ceremony) (question, error) {
	kept, err := json.Marshal(c)
	if err != nil {
		return question{}, fmt.Errorf("passkey question: %w", err)
	}
	sealed, err := s.Ceremonies.Seal(web.Carried{AccountID: c.AccountID, Path: ceremonyPath, Answers: url.Values{"ceremony": {string(kept)}}})
	return question{string(text), sealed}, err
}

// asked returns the question that r answers; the zero Ceremony fits no answer.
func (s *Site) asked(r *http.Request) identity.Ceremony {
	carried, err := s.Ceremonies.Open(r.PostFormValue("question"))
	if err != nil || carried.Path != ceremonyPath {
		return identity.Ceremony{}
	}
	var c identity.Ceremony
	if err := json.Unmarshal([]byte(carried.Answers.Get("ceremony")), &c); err != nil {
		return identity.Ceremony{}
	}
	return c
}

func (s *Site) checkPasskey(w http.ResponseWriter, r *http.Request) error {
	token, account, err := s.Accounts.SignInWithPasskey(r.Context(), s.visitor(w, r), s.asked(r), []byte(r.PostFormValue("answer")))
	if bad := refusal(err); bad != nil {
		return s.showSignIn(w, r, http.StatusUnprocessableEntity, ui.NewForm(nil, bad), again(r))
	}
	if err != nil {
		return err
	}
	return s.signedIn(w, r, token, account)
}

type enrolPage struct {
	ui.Page
	Code ui.Field
}

func (s *Site) enrol(w http.ResponseWriter, r *http.Request) error {
	return s.showEnrol(w, r, http.StatusOK, nil)
}

func (s *Site) showEnrol(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	form := ui.NewForm(r.PostForm, bad)
	v := enrolPage{Page: alone(r, "Your first sign-in")}
	v.Code = form.Text("code", "Enrolment code", "Four groups of five letters and figures, handed to you in person.")
	v.Code.Autocomplete, v.Code.Max = "off", 40
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "enrol.html", v)
}

func (s *Site) checkEnrolment(w http.ResponseWriter, r *http.Request) error {
	token, err := s.Accounts.EnterCode(r.Context(), s.visitor(w, r), r.PostFormValue("code"))
	if errors.Is(err, identity.ErrCode) {
		return s.showEnrol(w, r, http.StatusUnprocessableEntity, lead.Invalid{"code": "This code is not good, or not any more. Check it, or ask whoever gave it to you for a new one"})
	}
	if bad := refusal(err); bad != nil {
		return s.showEnrol(w, r, http.StatusUnprocessableEntity, only(bad, "code"))
	}
	if err != nil {
		return err
	}
	s.setToken(w, token)
	return web.SeeOther(w, r, "/sign-in/key")
}

type keyPage struct {
	ui.Page
	Name     ui.Field
	Question question
	Action   string
	First    bool
	For      string // whose key, by name
	Password bool   // a password will do as well
}

// firstKey asks somebody who came with an enrolment code to make their key.
func (s *Site) firstKey(w http.ResponseWriter, r *http.Request) error {
	return s.showFirstKey(w, r, http.StatusOK, nil)
}

func (s *Site) showFirstKey(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	visit := s.Visit(r)
	account, password, err := s.Accounts.Enrolling(r.Context(), visit)
	if errors.Is(err, identity.ErrExpired) {
		return web.SeeOther(w, r, "/sign-in/enrol")
	}
	if err != nil {
		return err
	}
	v := keyPage{Page: alone(r, "Make your passkey"), Action: "/sign-in/key", First: true, For: account.Name, Password: password}
	return s.showKey(w, r, status, v, visit, account.ID, bad)
}

func (s *Site) showKey(w http.ResponseWriter, r *http.Request, status int, v keyPage, visit identity.Visit, accountID string, bad lead.Invalid) error {
	text, ceremony, err := s.Accounts.AskNewPasskey(r.Context(), visit, accountID)
	if err != nil {
		return err
	}
	if v.Question, err = s.seal(text, ceremony); err != nil {
		return err
	}
	form := ui.NewForm(r.PostForm, bad)
	v.Name = form.Text("name", "A name for it", "So that you know it on a list, like “Work phone” or “Blue key”.")
	v.Name.Max, v.Name.Autocomplete = 60, "off"
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "key.html", v)
}

func (s *Site) keepFirstKey(w http.ResponseWriter, r *http.Request) error {
	token, account, err := s.Accounts.EnrolPasskey(r.Context(), s.Visit(r), s.asked(r), web.Line(r, "name"), []byte(r.PostFormValue("answer")))
	if errors.Is(err, identity.ErrExpired) {
		return web.SeeOther(w, r, "/sign-in/enrol")
	}
	if bad := notKept(err); bad != nil {
		return s.showFirstKey(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return s.signedIn(w, r, token, account)
}

// notKept turns the ways in which a new key was not kept into words.
func notKept(err error) lead.Invalid {
	if errors.Is(err, identity.ErrPasskey) {
		return lead.Invalid{"passkey": "No passkey was made. Try again, and confirm with your finger, face or PIN when asked"}
	}
	bad, _ := web.Invalid(err)
	return bad
}

func (s *Site) newKey(w http.ResponseWriter, r *http.Request) error {
	return s.showNewKey(w, r, http.StatusOK, nil)
}

func (s *Site) showNewKey(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	v := keyPage{Page: web.Page(r, "Add a passkey"), Action: "/account/passkeys/new"}
	v.Phone = true
	return s.showKey(w, r, status, v, s.visitor(w, r), web.Actor(r).ID, bad)
}

func (s *Site) keepKey(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.AddPasskey(r.Context(), s.Visit(r), web.Actor(r), s.asked(r), web.Line(r, "name"), []byte(r.PostFormValue("answer")))
	if bad := notKept(err); bad != nil {
		return s.showNewKey(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account")
}

func (s *Site) removeKey(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.RemovePasskey(r.Context(), web.Actor(r), web.Form(r), r.PathValue("passkey"))
	if bad, ok := web.Invalid(err); ok {
		return s.showOwn(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account")
}

type passwordPage struct {
	ui.Page
	Password, Code ui.Field
	Secret, Sealed string
	PracticeCode   string
}

// secretPath marks a sealed authenticator key that is not kept yet.
const secretPath = "authenticator key"

// firstPassword lets somebody who came with an enrolment code choose a password
// and an authenticator app instead, where the site allows it.
func (s *Site) firstPassword(w http.ResponseWriter, r *http.Request) error {
	account, permitted, err := s.Accounts.Enrolling(r.Context(), s.Visit(r))
	if errors.Is(err, identity.ErrExpired) || err == nil && !permitted {
		return web.SeeOther(w, r, "/sign-in/enrol")
	}
	if err != nil {
		return err
	}
	secret, err := s.Accounts.NewCodeSecret(account.Email)
	if err != nil {
		return err
	}
	sealed, err := s.Ceremonies.Seal(web.Carried{AccountID: account.ID, Path: secretPath, Answers: url.Values{"secret": {secret}}})
	if err != nil {
		return err
	}
	return s.showFirstPassword(w, r, http.StatusOK, secret, sealed, nil)
}

func (s *Site) showFirstPassword(w http.ResponseWriter, r *http.Request, status int, secret, sealed string, bad lead.Invalid) error {
	form := ui.NewForm(nil, bad)
	v := passwordPage{Page: alone(r, "A password and an app"), Secret: secret, Sealed: sealed}
	v.Password = form.Typed("password", "password", "Choose a password", "At least 12 characters. Four or five words are easy to remember.")
	v.Password.Autocomplete = "new-password"
	v.Code = codeField(form)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "first-password.html", v)
}

func (s *Site) keepFirstPassword(w http.ResponseWriter, r *http.Request) error {
	account, _, err := s.Accounts.Enrolling(r.Context(), s.Visit(r))
	if errors.Is(err, identity.ErrExpired) {
		return web.SeeOther(w, r, "/sign-in/enrol")
	}
	if err != nil {
		return err
	}
	sealed := r.PostFormValue("key")
	carried, err := s.Ceremonies.Open(sealed)
	if err != nil || carried.Path != secretPath || carried.AccountID != account.ID {
		return web.SeeOther(w, r, "/sign-in/password")
	}
	secret := carried.Answers.Get("secret")
	token, account, err := s.Accounts.EnrolPassword(r.Context(), s.Visit(r), r.PostFormValue("password"), secret, r.PostFormValue("code"))
	if errors.Is(err, identity.ErrExpired) {
		return web.SeeOther(w, r, "/sign-in/enrol")
	}
	if bad, ok := web.Invalid(err); ok {
		return s.showFirstPassword(w, r, http.StatusUnprocessableEntity, secret, sealed, bad)
	}
	if err != nil {
		return err
	}
	return s.signedIn(w, r, token, account)
}
