// Package pseudonym turns what somebody is known by into a pseudonym, with a key that only the trusted holder has: whoever has the key can link, nobody
// else can (R45). A pseudonym is still personal data: it is pseudonymised, not anonymous. It imports evidence/study and reference/identifier.
package pseudonym

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"waymark.example/internal/evidence/study"
	"waymark.example/internal/reference/identifier"
)

// Key is the secret of one project and one run. It is printed, logged and stored nowhere but in its file.
type Key struct {
	secret [32]byte
	id     string
}

// heading stands before the key in its file, so that no other secret is taken for one.
const heading = "waymark pseudonym key "

// made returns the key of a secret.
func made(secret [32]byte) Key {
	return Key{secret, hex.EncodeToString(sum(secret, "key", "")[:4])}
}

// ID names the key, and says nothing of it: two files are of one run where it is the same.
func (k Key) ID() string { return k.id }

// String is the key's name, so that no print of a key tells it.
func (k Key) String() string { return "key " + k.id }

// GoString is String, for the same reason.
func (k Key) GoString() string { return k.String() }

// New makes a key and keeps it in a new file that only its owner reads. A file that is there is never written over: the key in it may be the only one.
func New(path string) (Key, error) {
	if err := apart(path); err != nil {
		return Key{}, err
	}
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return Key{}, fmt.Errorf("new key: %w", err)
	}
	k := made(secret)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the holder names it
	if errors.Is(err, fs.ErrExist) {
		return Key{}, errors.New("new key: there is a file of this name already: a key is never written over")
	}
	if err != nil {
		return Key{}, fmt.Errorf("new key: %w", err)
	}
	_, err = fmt.Fprintf(f, "%s%s %s\n", heading, k.id, hex.EncodeToString(secret[:]))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return Key{}, fmt.Errorf("new key: %w", err)
	}
	return k, nil
}

// Forgotten makes a key that is kept nowhere: for made-up people, whom nobody will ever link.
func Forgotten() (Key, error) {
	var secret [32]byte
	if _, err := rand.Read(secret[:]); err != nil {
		return Key{}, fmt.Errorf("new key: %w", err)
	}
	return made(secret), nil
}

// Read reads a key. It refuses a file that others can read.
func Read(path string) (Key, error) {
	if err := apart(path); err != nil {
		return Key{}, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, errors.New("read key: there is no key file of this name: the first time it is made, with --new-key")
	}
	if err != nil {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return Key{}, errors.New("read key: others on this machine can read the key file: chmod 600 it, and think about making a new key")
	}
	text, err := os.ReadFile(path) // #nosec G304 -- the holder names it
	if err != nil {
		return Key{}, fmt.Errorf("read key: %w", err)
	}
	return parse(string(text))
}

// parse reads the text of a key file. What is wrong is said without the text.
func parse(text string) (Key, error) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), heading)
	id, secretText, both := strings.Cut(rest, " ")
	raw, err := hex.DecodeString(secretText)
	if !ok || !both || err != nil || len(raw) != 32 {
		return Key{}, errors.New("read key: this is no key file: make one with --new-key")
	}
	k := made([32]byte(raw))
	if k.id != id {
		return Key{}, errors.New("read key: the key in this file is damaged: its name does not fit")
	}
	return k, nil
}

// apart refuses a key beside a Waymark's own data: who runs the server must not be who can link.
func apart(path string) error {
	folders := []string{filepath.Dir(path)}
	if real, err := filepath.EvalSymlinks(path); err == nil { // where the key is, whatever leads to it
		folders = append(folders, filepath.Dir(real))
	}
	if real, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		folders = append(folders, real)
	}
	for _, folder := range folders {
		for _, name := range []string{"waymark.db", "keys.db", "keeper.keys", "ledger.key"} {
			if _, err := os.Lstat(filepath.Join(folder, name)); err == nil {
				return errors.New("the key may not lie beside a server's data: its holder is somebody who does not run the server")
			}
		}
	}
	for _, name := range []string{"WAYMARK_DATABASE", "WAYMARK_KEYS", "WAYMARK_KEEPER", "WAYMARK_LEDGER_KEY"} {
		if os.Getenv(name) != "" {
			return errors.New("this machine is set up as a Waymark server (" + name + "): pseudonyms are made elsewhere, by the holder of the key")
		}
	}
	return nil
}

// Label says what sort of thing a pseudonym stands for. The same number under two labels has two pseudonyms that cannot be told to belong together.
type Label = study.ID

// The labels.
const (
	Person   = study.OfPerson
	Officer  = study.OfOfficer
	Contact  = study.OfContact
	Event    = study.OfEvent
	Incident = study.OfIncident
)

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Of returns the pseudonym of what somebody or something is known by, which is written in one form first. Nothing has no pseudonym.
func (k Key) Of(l Label, value string) string {
	value = Normal(value)
	if value == "" {
		return ""
	}
	return k.id + "-" + letters.EncodeToString(sum(k.secret, string(l), value)[:20])
}

// sum is HMAC-SHA-256. The label's length stands before it, so that no label and value run into another pair.
func sum(secret [32]byte, label, value string) []byte {
	h := hmac.New(sha256.New, secret[:])
	fmt.Fprintf(h, "%d %s %s", len(label), label, value)
	return h.Sum(nil)
}

// Normal writes an identifier in one form: without spaces around it, in capitals, one space where there were several; a PNC or CRO number that has its
// check letter as identifier writes it. So the same person is the same in two files that write them differently.
func Normal(value string) string {
	value = strings.ToUpper(strings.Join(strings.FieldsFunc(value, unicode.IsSpace), " "))
	// Long enough ago that the century of a year of two digits does not hang on the day on which the file is made.
	if pnc, err := identifier.ParsePNC(value, time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)); err == nil {
		return string(pnc)
	}
	if cro, err := identifier.ParseCRO(value); err == nil {
		return string(cro)
	}
	return value
}

// Made reports whether a text is a pseudonym, and of which key.
func Made(text string) (keyID string, ok bool) {
	id, rest, both := strings.Cut(text, "-")
	if !both || len(id) != 8 || len(rest) != 32 || strings.Trim(id, "0123456789abcdef") != "" || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return "", false
	}
	return id, true
}
