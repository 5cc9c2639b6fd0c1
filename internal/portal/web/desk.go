package web

import (
	"net/http"
	"net/url"
	"strings"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/portal"
)

type deskPage struct {
	ui.Page
	Now     participant.Now
	Given   *portal.Given
	Waiting bool
	Code    string // just made: shown this once
	Again   bool   // the page was loaded again after the code was shown
	Address string // where to type it
	Person  string // their page
	BackKey string
}

func (s *Site) desk(w http.ResponseWriter, r *http.Request) error {
	return s.showDesk(w, r, "", false)
}

func (s *Site) showDesk(w http.ResponseWriter, r *http.Request, code string, again bool) error {
	now, given, err := s.Desk.Standing(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := deskPage{Page: web.Page(r, "A code for "+now.Name), Now: now, Given: given, Code: code, Again: again, Address: s.address(),
		Person: "/care/people/" + url.PathEscape(now.ID)}
	v.Phone, v.BackKey = true, v.Key+"-back"
	v.Waiting = given != nil && given.Waiting(s.Desk.People.Book.Now())
	return s.pages.Render(w, http.StatusOK, "desk.html", v)
}

// address is where to type a code, as people write it. It is not the host that
// the request names, which is the caller's to say.
func (s *Site) address() string {
	_, host, _ := strings.Cut(s.Origin, "://")
	return strings.TrimSuffix(host, "/") + Home
}

// give shows the code in the answer itself: it is kept nowhere, so there is no
// page to be sent on to.
func (s *Site) give(w http.ResponseWriter, r *http.Request) error {
	code, err := s.Desk.Give(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	again := code == ""
	if again { // the next press of the button is a new form
		r.PostForm.Del("form_key")
		r.Form.Del("form_key")
	}
	return s.showDesk(w, r, code, again)
}

func (s *Site) takeBack(w http.ResponseWriter, r *http.Request) error {
	if err := s.Desk.TakeBack(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/people/"+url.PathEscape(r.PathValue("person"))+"/code")
}
