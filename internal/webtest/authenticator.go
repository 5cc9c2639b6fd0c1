package webtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"testing"
)

// Authenticator is a key as a phone holds it: it makes one passkey and answers
// with it, as the WebAuthn standard says. Its fields can be bent to answer as
// something else would.
type Authenticator struct {
	Origin   string
	RPID     string
	Handle   []byte // of the account
	Count    uint32 // of uses
	Verified bool   // the person gave finger, face or PIN
	ID       []byte
	key      *ecdsa.PrivateKey
}

// NewAuthenticator returns a key that holds no passkey yet.
func NewAuthenticator(t testing.TB) *Authenticator {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &Authenticator{Origin: "http://localhost", RPID: "localhost", Verified: true, ID: []byte(rand.Text()), key: key}
}

var optionsShown = regexp.MustCompile(`data-options="([^"]*)"`)

type passkeyQuestion struct {
	Challenge string
	User      struct{ ID string }
}

func questionOn(t testing.TB, page Answer) passkeyQuestion {
	t.Helper()
	found := optionsShown.FindStringSubmatch(page.Body)
	if found == nil {
		t.Fatalf("no passkey is asked for: %d\n%s", page.Status, page.Body)
	}
	var q passkeyQuestion
	if err := json.Unmarshal([]byte(html.UnescapeString(found[1])), &q); err != nil {
		t.Fatal(err)
	}
	return q
}

var b64 = base64.RawURLEncoding

// Create makes a passkey for the page that asks for one, and returns the form.
func (a *Authenticator) Create(t testing.TB, page Answer, name string) url.Values {
	t.Helper()
	q := questionOn(t, page)
	handle, err := b64.DecodeString(q.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	a.Handle = handle
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	data := a.data(0x40)
	data = append(data, make([]byte, 16)...) // of no known make
	data = binary.BigEndian.AppendUint16(data, uint16(len(a.ID)))
	data = append(data, a.ID...)
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 32) // COSE: EC2, ES256, P-256, x
	data = append(data, point[1:33]...)
	data = append(data, 0x22, 0x58, 32) // y
	data = append(data, point[33:]...)
	object := []byte{0xa3, 0x63, 'f', 'm', 't', 0x64, 'n', 'o', 'n', 'e', 0x67, 'a', 't', 't', 'S', 't', 'm', 't', 0xa0, 0x68, 'a', 'u', 't', 'h', 'D', 'a', 't', 'a', 0x59}
	object = binary.BigEndian.AppendUint16(object, uint16(len(data)))
	object = append(object, data...)
	return a.form(t, page, name, map[string]any{"clientDataJSON": b64.EncodeToString(a.said(t, "webauthn.create", q.Challenge)), "attestationObject": b64.EncodeToString(object)})
}

// Answer signs the question on the page, and returns the form.
func (a *Authenticator) Answer(t testing.TB, page Answer) url.Values {
	t.Helper()
	a.Count++
	data, said := a.data(0), a.said(t, "webauthn.get", questionOn(t, page).Challenge)
	hash := sha256.Sum256(said)
	digest := sha256.Sum256(append(append([]byte{}, data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.form(t, page, "", map[string]any{
		"clientDataJSON": b64.EncodeToString(said), "authenticatorData": b64.EncodeToString(data), "signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(a.Handle)})
}

// data is what the authenticator vouches for: the site, that somebody is there,
// and its count.
func (a *Authenticator) data(flags byte) []byte {
	site := sha256.Sum256([]byte(a.RPID))
	flags |= 0x01
	if a.Verified {
		flags |= 0x04
	}
	return binary.BigEndian.AppendUint32(append(site[:], flags), a.Count)
}

func (a *Authenticator) said(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (a *Authenticator) form(t testing.TB, page Answer, name string, response map[string]any) url.Values {
	t.Helper()
	text, err := json.Marshal(map[string]any{"id": b64.EncodeToString(a.ID), "rawId": b64.EncodeToString(a.ID), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"question": {page.Hidden("question")}, "answer": {string(text)}}
	if name != "" {
		form.Set("name", name)
	}
	return form
}

// AddPasskey makes one more passkey for whoever is signed in in b.
func (s *Site) AddPasskey(t testing.TB, b *Browser, name string) *Authenticator {
	t.Helper()
	a := NewAuthenticator(t)
	if got := b.Post("/account/passkeys/new", a.Create(t, b.Get("/account/passkeys/new"), name)); got.Status != 303 {
		t.Fatalf("add a passkey: %d\n%s", got.Status, got.Body)
	}
	return a
}

// Enrol makes the first passkey of an account with an enrolment code.
func (s *Site) Enrol(t testing.TB, b *Browser, code, name string) *Authenticator {
	t.Helper()
	a := NewAuthenticator(t)
	if got := b.Post("/sign-in/enrol", url.Values{"code": {code}}); got.Status != 303 || got.Location != "/sign-in/key" {
		t.Fatalf("enrol: %d\n%s", got.Status, got.Body)
	}
	if got := b.Post("/sign-in/key", a.Create(t, b.Get("/sign-in/key"), name)); got.Status != 303 || got.Location == "/sign-in/enrol" {
		t.Fatalf("make the first passkey: %d %s\n%s", got.Status, got.Location, got.Body)
	}
	return a
}

// SignInWithPasskey answers the sign-in page of b with a passkey.
func (s *Site) SignInWithPasskey(t testing.TB, b *Browser, a *Authenticator) Answer {
	t.Helper()
	return b.Post("/sign-in/passkey", a.Answer(t, b.Get("/sign-in")))
}
