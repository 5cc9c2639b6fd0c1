package web

import (
	"net/http"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type ownPage struct {
	ui.Page
	Actor    lead.Actor
	Keys     []identity.Passkey
	Sessions []identity.Session
	Current  string // session_id
}

func (s *Site) own(w http.ResponseWriter, r *http.Request) error {
	return s.showOwn(w, r, http.StatusOK, nil)
}

func (s *Site) showOwn(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	v := ownPage{Page: web.Page(r, "Your account"), Actor: web.Actor(r)}
	var err error
	if v.Keys, err = s.Accounts.Passkeys(r.Context(), v.Actor); err != nil {
		return err
	}
	if v.Sessions, v.Current, err = s.Accounts.Sessions(r.Context(), v.Actor, s.Visit(r)); err != nil {
		return err
	}
	v.Errors = ui.NewForm(nil, bad).Errors()
	return s.pages.Render(w, status, "own.html", v)
}

func (s *Site) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.EndSession(r.Context(), web.Actor(r), web.Form(r), r.PathValue("session")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account")
}

func (s *Site) endOtherSessions(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.EndOtherSessions(r.Context(), web.Actor(r), web.Form(r), s.Visit(r)); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/account")
}

type noticesPage struct {
	ui.Page
	Notices []identity.Notice
	Last    string
	Next    string
}

// notices tells the owner of an account what happened to it since.
func (s *Site) notices(w http.ResponseWriter, r *http.Request) error {
	v := noticesPage{Page: web.Page(r, "Before you go on"), Next: web.LocalPath(r.URL.Query().Get("next"))}
	v.Phone = true
	var err error
	if v.Notices, err = s.Accounts.Notices(r.Context(), web.Actor(r)); err != nil {
		return err
	}
	if n := len(v.Notices); n > 0 {
		v.Last = v.Notices[n-1].ID
	}
	return s.pages.Render(w, http.StatusOK, "notices.html", v)
}

func (s *Site) readNotices(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.ReadNotices(r.Context(), web.Actor(r), web.Form(r), r.PostFormValue("last")); err != nil {
		return err
	}
	next := web.LocalPath(r.PostFormValue("next"))
	if next == "" {
		next = "/"
	}
	return web.SeeOther(w, r, next)
}

type teamPage struct {
	ui.Page
	Team     []identity.Member
	TeamName string
	Waiting  int
}

func (s *Site) team(w http.ResponseWriter, r *http.Request) error {
	v := teamPage{Page: web.Page(r, "Devices"), TeamName: web.Actor(r).Team}
	var err error
	if v.Team, err = s.Accounts.Team(r.Context(), web.Actor(r)); err != nil {
		return err
	}
	waiting, err := s.Accounts.Waiting(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v.Waiting = len(waiting)
	return s.pages.Render(w, http.StatusOK, "team.html", v)
}

// revoke is one tap for a lost phone: no question stands between.
func (s *Site) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.RevokeDevices(r.Context(), web.Actor(r), web.Form(r), r.PathValue("account")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/team/devices")
}
