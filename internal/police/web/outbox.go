package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

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

//go:embed worker.js
var workerScript []byte

// manifest is what the worker keeps on the phone, with the hash of each, so
// that nothing else is ever shown in its place.
type manifest struct {
	Version string            `json:"version"`
	Headers map[string]string `json:"headers"` // that every answer of this site carries
	Files   map[string]string `json:"files"`   // SHA-256 in hexadecimal, by path
	Pages   map[string]string `json:"pages"`   // which file answers for a page
	Offline string            `json:"offline"`
}

// worker serves the service worker: the outbox, what is kept, and the rest. It
// changes whenever one of the kept files does, which is how phones learn of it.
func (s *Site) worker(w http.ResponseWriter, r *http.Request) error {
	m := manifest{Headers: map[string]string{}, Files: map[string]string{}, Pages: map[string]string{"/police/decide": decideShell, "/police/social-contact": socialShell, "/police/say": sayShell}, Offline: offlineShell}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"} {
		m.Headers[name] = w.Header().Get(name)
	}
	for _, path := range shells() {
		text, err := s.shellBytes(r, path)
		if err != nil {
			return err
		}
		m.Files[path] = hash(text)
	}
	for _, name := range []string{"waymark.css", "waymark.js", "hpke.js", "outbox.js", "decide.js", "icon.svg", "icon-192.png", "officer.webmanifest"} {
		a, err := ui.ReadAsset(name, web.Page(r, "").Tongue())
		if err != nil {
			return err
		}
		m.Files[a.Path] = hash(a.Text)
	}
	outbox, err := ui.ReadAsset("outbox.js", ui.English)
	if err != nil {
		return err
	}
	listed, err := json.Marshal(m.Files)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	m.Version = hash(append(listed, workerScript...))[:16]
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	script := bytes.Join([][]byte{[]byte("const KEPT = " + string(text) + ";"), outbox.Text, workerScript}, []byte("\n"))
	ui.SendZipped(w, r, "text/javascript; charset=utf-8", script, ui.Zip(script))
	return nil
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// answerJSON is how the outbox is answered: a script reads it, no person.
func answerJSON(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write(text)
	return err
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
	return answerJSON(w, http.StatusOK, out)
}

// What the open part of a delivery may look like.
var (
	itemID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`) // UUIDv7
	keyID  = regexp.MustCompile(`^slt_[0-9a-f]{32}$`)
	userID = regexp.MustCompile(`^([a-z]{3}_[0-9a-f]{32})?$`)
)

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
	d, ok := delivery(r.PostForm)
	if !ok {
		return answerJSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "not an item"})
	}
	got, err := s.contacts.Receive(r.Context(), web.Actor(r), d, s.read)
	switch {
	case errors.Is(err, secret.ErrDestroyed):
		return answerJSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "the key is gone"})
	case errors.Is(err, secret.ErrSealed):
		return answerJSON(w, http.StatusUnprocessableEntity, receiptAnswer{State: "unreadable", Why: "altered"})
	case errors.Is(err, contact.ErrFull):
		return answerJSON(w, http.StatusTooManyRequests, receiptAnswer{State: "full"})
	case err != nil:
		return err
	case got.Why == contact.OtherAnswers:
		return answerJSON(w, http.StatusConflict, receiptAnswer{State: "held", Held: got.HeldID, Why: string(got.Why)})
	case got.HeldID != "":
		return answerJSON(w, http.StatusAccepted, receiptAnswer{State: "held", Held: got.HeldID, Why: string(got.Why)})
	}
	return answerJSON(w, http.StatusOK, receiptAnswer{State: "recorded", Contact: got.ContactID, Reference: got.Reference})
}

// delivery reads the open part of what a phone sends.
func delivery(form url.Values) (contact.Delivery, bool) {
	d := contact.Delivery{Item: secret.Item{ID: form.Get("item"), KeyID: form.Get("key"), User: form.Get("user")}, Sealed: form.Get("sealed")}
	made, errMade := strconv.ParseInt(form.Get("made_at"), 10, 64)
	sent, errSent := strconv.ParseInt(form.Get("sent_at"), 10, 64)
	d.MadeAt, d.SentAt = time.UnixMilli(made).UTC(), time.UnixMilli(sent).UTC()
	ok := errMade == nil && errSent == nil && itemID.MatchString(d.Item.ID) && keyID.MatchString(d.Item.KeyID) && userID.MatchString(d.Item.User) && d.Sealed != ""
	return d, ok
}
