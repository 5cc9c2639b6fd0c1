package web

import (
	"errors"
	"net/http"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
)

// The shells are the pages that a phone keeps to open without signal. They are
// the same for every officer and say nothing about anybody.
const (
	decideShell  = "/police/shell/decide"
	socialShell  = "/police/shell/social-contact"
	sayShell     = "/police/shell/say"
	offlineShell = "/police/shell/offline"
)

func shells() []string { return []string{decideShell, socialShell, sayShell, offlineShell} }

// shellNav is where the shell leads to.
func shellNav(current string) []ui.Link {
	nav := []ui.Link{{Text: "Decide", Href: "/police/decide"}, {Text: "My entries", Href: "/police/contacts"}, {Text: "Account", Href: "/account"}}
	nav[0].Current = current == decideShell || current == socialShell
	return nav
}

// shellBytes makes one shell. It must come out alike each time, until the policy
// or the page changes: the worker knows its hash.
func (s *Site) shellBytes(r *http.Request, path string) ([]byte, error) {
	plain := func(p *ui.Page) {
		p.Who, p.Key, p.Nav = "", "", shellNav(path)
		p.Here = strings.Replace(path, "/shell/", "/", 1)
		if path == offlineShell {
			p.Here = "/police/decide"
		}
	}
	switch path {
	case offlineShell:
		v := struct{ ui.Page }{web.Page(r, "No signal")}
		plain(&v.Page)
		v.Phone, v.App = true, true
		return s.pages.Bytes("offline.html", v)
	case sayShell:
		v := sayView(r)
		plain(&v.Page)
		return s.pages.Bytes("say.html", v)
	}
	door := contact.ArrestDiversion
	if path == socialShell {
		door = contact.SocialContact
	}
	v, err := s.decideView(r, door, ui.NewForm(nil, nil))
	if err != nil {
		return nil, err
	}
	plain(&v.Page)
	return s.pages.Bytes("decide.html", v)
}

func (s *Site) shell(w http.ResponseWriter, r *http.Request) error {
	text, err := s.shellBytes(r, r.URL.Path)
	if err != nil {
		return err
	}
	ui.SendZipped(w, r, "text/html; charset=utf-8", text, ui.Zip(text))
	return nil
}

// worker serves the service worker: the outbox, what is kept, and the rest. It
// changes whenever one of the kept files does, which is how phones learn of it.
func (s *Site) worker(w http.ResponseWriter, r *http.Request) error {
	shell := ui.Shell{Cache: "waymark-shell", Lang: web.Page(r, "").Tongue(), Files: map[string][]byte{}, Offline: offlineShell, Libraries: []string{"outbox.js"},
		Pages:  map[string]string{"/police/decide": decideShell, "/police/social-contact": socialShell, "/police/say": sayShell},
		Assets: []string{"waymark.css", "waymark.js", "hpke.js", "outbox.js", "decide.js", "icon.svg", "icon-192.png", "officer.webmanifest"}}
	for _, path := range shells() {
		text, err := s.shellBytes(r, path)
		if err != nil {
			return err
		}
		shell.Files[path] = text
	}
	return shell.Send(w, r)
}

// keyAnswer is what a phone asks for while it has signal.
type keyAnswer struct {
	User      string   `json:"user"`
	Name      string   `json:"name"`
	Text      string   `json:"text"` // of the key, as signed
	Signature string   `json:"signature"`
	Now       int64    `json:"now"` // milliseconds since 1970
	OnCall    []onCall `json:"on_call"`
	Refresher bool     `json:"refresher"` // training is due; it never stops anybody from recording
}

type onCall struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// outboxKey gives the phone the key to seal with, who is signed in, and whom to
// ring.
func (s *Site) outboxKey(w http.ResponseWriter, r *http.Request) error {
	key, err := s.contacts.Slot.Current(r.Context())
	if err != nil {
		return err
	}
	actor := web.Actor(r)
	out := keyAnswer{User: actor.ID, Name: actor.Name, Text: key.Text, Signature: key.Signature, Now: s.contacts.Book.Now().UnixMilli(), OnCall: []onCall{}}
	trained, err := s.station.Mine(r.Context(), actor)
	if err != nil && !errors.Is(err, lead.ErrForbidden) {
		return err
	}
	out.Refresher = trained.Due()
	on, err := s.contacts.OnCall(r.Context())
	if err != nil {
		return err
	}
	for _, d := range on { // in the order in which to ring them
		out.OnCall = append(out.OnCall, onCall{d.Name, d.Phone})
	}
	return web.JSON(w, http.StatusOK, out)
}

// receiptAnswer tells the phone what became of an item.
type receiptAnswer struct {
	State     string `json:"state"` // recorded, held, unreadable, full
	Contact   string `json:"contact,omitempty"`
	Reference string `json:"reference,omitempty"`
	Held      string `json:"held,omitempty"`
	Why       string `json:"why,omitempty"`
}

// deliver takes in one sealed decision. The same item gives the same answer
// however often it comes.
func (s *Site) deliver(w http.ResponseWriter, r *http.Request) error {
	sealed, ok := web.ReadSealed(r.PostForm)
	if !ok {
		return web.JSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "not an item"})
	}
	got, err := s.contacts.Receive(r.Context(), web.Actor(r), sealed, s.read)
	switch {
	case errors.Is(err, secret.ErrDestroyed):
		return web.JSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "the key is gone"})
	case errors.Is(err, secret.ErrSealed):
		return web.JSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "altered"})
	case errors.Is(err, contact.ErrFull):
		return web.JSON(w, http.StatusTooManyRequests, receiptAnswer{State: "full"})
	case err != nil:
		return err
	case got.Why == contact.OtherAnswers:
		return web.JSON(w, http.StatusConflict, receiptAnswer{State: "held", Held: got.HeldID, Why: string(got.Why)})
	case got.HeldID != "":
		return web.JSON(w, http.StatusAccepted, receiptAnswer{State: "held", Held: got.HeldID, Why: string(got.Why)})
	}
	return web.JSON(w, http.StatusOK, receiptAnswer{State: "recorded", Contact: got.ContactID, Reference: got.Reference})
}
