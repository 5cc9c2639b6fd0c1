// Package web serves what recipients see: an organisation's inbox, and the page
// behind an address that opens once. It imports recipient, the bridge and
// platform.
package web

import (
	"embed"
	"errors"
	"net/http"
	"net/url"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/recipient/inbox"
)

//go:embed *.html
var files embed.FS

// Site is the recipients' pages.
type Site struct {
	inbox      *inbox.Service
	trustProxy bool
	pages      *ui.Set
}

// New returns the pages; trustProxy is whether the proxy in front says where a
// request came from.
func New(s *inbox.Service, trustProxy bool) *Site { return &Site{s, trustProxy, ui.Must(files)} }

// Routes lists the pages. The address that opens once needs no sign-in: whoever
// holds it is whom it was given to.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/received", "disclosure.received", s.received),
		web.Get("/received/matters", "matter.read", s.matters),
		web.Get("/received/matters/{matter}", "matter.read", s.matter),
		web.Post("/received/matters/{matter}", "matter.decide", s.decideMatter),
		web.Get("/received/{disclosure}", "disclosure.read", s.read),
		web.Get("/shared/{token}", "", s.closed),
		web.Post("/shared/{token}", "", s.open),
	}
}

const perPage = 30

type receivedPage struct {
	ui.Page
	inbox.Received
	Prosecutor bool
	More       string
}

func (s *Site) received(w http.ResponseWriter, r *http.Request) error {
	actor := web.Actor(r)
	got, err := s.inbox.Received(r.Context(), actor, r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := receivedPage{Page: web.Page(r, "Received"), Received: got, Prosecutor: actor.Has(lead.Prosecutor)}
	last := ""
	switch {
	case len(got.Letters) > perPage:
		v.Letters, last = got.Letters[:perPage], got.Letters[perPage-1].ID
	case len(got.Attested) > perPage:
		v.Attested, last = got.Attested[:perPage], got.Attested[perPage-1].ConsentID
	}
	if last != "" {
		v.More = "/received?before=" + url.QueryEscape(last)
	}
	return s.pages.Render(w, http.StatusOK, "received.html", v)
}

type letterPage struct {
	ui.Page
	inbox.Letter
	Basis string // in words, "" where the person said yes
	Once  bool
}

func (s *Site) read(w http.ResponseWriter, r *http.Request) error {
	letter, err := s.inbox.Read(r.Context(), web.Actor(r), r.PathValue("disclosure"))
	if err != nil {
		return err
	}
	return s.show(w, r, letter, false)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, letter inbox.Letter, once bool) error {
	v := letterPage{Page: web.Page(r, "Words for you"), Letter: letter, Once: once}
	v.Phone = true
	if b, ok := disclosure.BasisOf(letter.Disclosure.Basis); ok {
		v.Basis = b.Words
	}
	return s.pages.Render(w, http.StatusOK, "letter.html", v)
}

type linkPage struct {
	ui.Page
	Path string
	Gone bool
}

// closed says nothing about the link and spends nothing: programs that open
// every address in a message look at this page and no further.
func (s *Site) closed(w http.ResponseWriter, r *http.Request) error {
	return s.showLink(w, r, http.StatusOK, false)
}

func (s *Site) showLink(w http.ResponseWriter, r *http.Request, status int, gone bool) error {
	w.Header().Set("Cache-Control", "no-store")
	v := linkPage{Page: web.Page(r, "Something for you to read"), Path: "/shared/" + url.PathEscape(r.PathValue("token")), Gone: gone}
	v.Phone = true
	return s.pages.Render(w, status, "link.html", v)
}

func (s *Site) open(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	letter, err := s.inbox.Spend(r.Context(), r.PathValue("token"), web.Place(r, s.trustProxy))
	if errors.Is(err, lead.ErrNotFound) {
		return s.showLink(w, r, http.StatusNotFound, true)
	}
	if err != nil {
		return err
	}
	return s.show(w, r, letter, true)
}
