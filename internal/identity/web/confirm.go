package web

import (
	"net/http"
	"net/url"
	"slices"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type confirmPage struct {
	ui.Page
	Ways           identity.Ways
	Question       question
	Providers      []identity.IdentityProvider
	Password, Code ui.Field
	Next           string
	Carried        string
	PracticeCode   string
}

// AskToConfirm answers a request that needs a fresh proof of who is there. A
// page is asked for again afterwards; a form is carried along, so that nothing
// typed is lost.
func (s *Site) AskToConfirm(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodPost {
		return web.SeeOther(w, r, "/confirm?next="+url.QueryEscape(r.URL.RequestURI()))
	}
	sealed, err := s.Carrier.Seal(web.Carried{AccountID: web.Actor(r).ID, Path: r.URL.Path, Answers: r.PostForm})
	if err != nil {
		return err
	}
	return s.showConfirm(w, r, http.StatusUnauthorized, nil, "", sealed)
}

func (s *Site) confirm(w http.ResponseWriter, r *http.Request) error {
	return s.showConfirm(w, r, http.StatusOK, nil, r.URL.Query().Get("next"), "")
}

func (s *Site) showConfirm(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid, next, carried string) error {
	visit := s.visitor(w, r)
	v := confirmPage{Page: web.Page(r, "Confirm that it is you"), Next: web.LocalPath(next), Carried: carried}
	v.Phone = true
	var err error
	if v.Ways, err = s.Accounts.ConfirmWays(r.Context(), web.Actor(r)); err != nil {
		return err
	}
	for _, p := range s.Federation.Providers() {
		if slices.Contains(v.Ways.Issuers, p.Issuer) {
			v.Providers = append(v.Providers, p)
		}
	}
	if v.Ways.Passkey {
		text, ceremony, err := s.Accounts.AskOwnPasskey(r.Context(), visit, web.Actor(r))
		if err != nil {
			return err
		}
		if v.Question, err = s.seal(text, ceremony); err != nil {
			return err
		}
	}
	form := ui.NewForm(nil, bad)
	if v.Ways.Password {
		v.Password = form.Typed("password", "password", "Password", "")
		v.Password.Autocomplete = "current-password"
		v.Code = codeField(form)
		if v.PracticeCode, err = s.practiceCode(r, visit); err != nil {
			return err
		}
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "confirm.html", v)
}

func (s *Site) confirmWithPassword(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.ConfirmWithPassword(r.Context(), s.Visit(r), web.Actor(r), r.PostFormValue("password"), r.PostFormValue("code"))
	return s.afterConfirming(w, r, err)
}

func (s *Site) confirmWithPasskey(w http.ResponseWriter, r *http.Request) error {
	err := s.Accounts.ConfirmWithPasskey(r.Context(), s.Visit(r), web.Actor(r), s.asked(r), []byte(r.PostFormValue("answer")))
	return s.afterConfirming(w, r, err)
}

func (s *Site) afterConfirming(w http.ResponseWriter, r *http.Request, err error) error {
	next, sealed := r.PostFormValue("next"), r.PostFormValue("carried")
	if bad := refusal(err); bad != nil {
		return s.showConfirm(w, r, http.StatusUnprocessableEntity, bad, next, sealed)
	}
	if err != nil {
		return err
	}
	if carried, err := s.Carrier.Open(sealed); err == nil && carried.AccountID == web.Actor(r).ID {
		return s.resume(w, r, carried, "Thank you, it is you")
	}
	if next = web.LocalPath(next); next == "" {
		next = "/account"
	}
	return web.SeeOther(w, r, next)
}
