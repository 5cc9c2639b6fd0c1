// Package portal opens a participant's own page: codes given to them in person,
// and the short sessions that a code begins. No account, no password. It
// imports lead, platform and care/participant.
package portal

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// alphabet has 32 letters and digits, without those that look or sound like
// another: no I, L, O or U (Crockford's base 32). Twelve of them are 60 bits.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The shape and life of a code.
const (
	codeLength = 12
	codeGroup  = 4
	codeLife   = 7 * 24 * time.Hour
)

// newCode returns a fresh code as it is written down: ABCD-EFGH-JKMN.
func newCode() string {
	raw := make([]byte, codeLength)
	rand.Read(raw) //nolint:errcheck // crypto/rand never fails
	var out strings.Builder
	for i, b := range raw {
		if i > 0 && i%codeGroup == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[b%byte(len(alphabet))]) // 256 is eight times 32: every letter is as likely
	}
	return out.String()
}

// clean returns what somebody typed as a code is kept: capitals, no spaces or
// dashes, and the letters people mix up put right. It is "" for anything that
// cannot be a code.
func clean(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	var out strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case r == ' ' || r == '-' || r == '–' || r == '\t' || r == '\u00a0':
			continue
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		case r == 'U':
			r = 'V'
		}
		if !strings.ContainsRune(alphabet, r) {
			return ""
		}
		out.WriteRune(r)
	}
	if out.Len() != codeLength {
		return ""
	}
	return out.String()
}

// Key hashes what must not be kept as it is: codes and network addresses.
type Key []byte

// NewKey reads a key written in hexadecimal.
func NewKey(text string) (Key, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) < 32 {
		return nil, errors.New("portal: the key cannot be read")
	}
	return raw, nil
}

func (k Key) hash(kind, value string) string {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(kind + "\x00" + value))
	return hex.EncodeToString(mac.Sum(nil))
}

// Desk is where the case team gives codes out.
type Desk struct {
	People *participant.Service
	Key    Key
}

// Given is the latest code of a person: when it was given, and what became of it.
type Given struct {
	At       time.Time
	Until    time.Time
	By       string
	Ended    string    // used, replaced, taken_back or ""
	EndedAt  time.Time // when it was used or ended
	PageOpen bool      // the page it opened has not been left
}

// Waiting reports whether the code can still be used.
func (g Given) Waiting(now time.Time) bool { return g.Ended == "" && now.Before(g.Until) }

// Standing returns who the person is and what became of their latest code, nil
// when they never had one. The code itself cannot be read back.
func (d *Desk) Standing(ctx context.Context, actor lead.Actor, participantID string) (participant.Now, *Given, error) {
	var now participant.Now
	var given *Given
	act := participant.Act{Action: "portal.give_code", Name: "portal.code_read"}
	err := d.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		g, err := scanGiven(tx.One(ctx, latestCode, n.ID))
		if errors.Is(err, lead.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("latest code: %w", err)
		}
		last := d.People.Book.Now()
		g.PageOpen = g.PageOpen && last.Sub(g.EndedAt) < sessionWhole
		given = &g
		return nil
	})
	return now, given, err
}

// Give makes a new code for one person. Any code before it ends, and so does a
// page that is open. The code is returned once: the same form again, or a
// reload, gives "".
func (d *Desk) Give(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) (string, error) {
	code := ""
	act := participant.Act{Action: "portal.give_code", Name: "portal.give_code", Verb: ledger.Altered}
	_, err := d.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		now := d.People.Book.Now()
		for _, of := range n.Records() { // one person, one code
			if err := endAll(ctx, tx, of.ID, "replaced", now); err != nil {
				return "", err
			}
		}
		fresh := newCode()
		if _, err := tx.Exec(ctx, insertCode, lead.NewID("cod"), n.ID, d.Key.hash("code", clean(fresh)), actor.ID, db.At(now), db.At(now.Add(codeLife))); err != nil {
			return "", fmt.Errorf("give code: %w", err)
		}
		code = fresh
		return n.ID, nil
	})
	return code, err
}

// TakeBack ends a code that waits and the page that is open: the person lost
// the paper, or somebody else has it.
func (d *Desk) TakeBack(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	act := participant.Act{Action: "portal.give_code", Name: "portal.take_back", Verb: ledger.Altered}
	_, err := d.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		for _, of := range n.Records() {
			if err := endAll(ctx, tx, of.ID, "taken_back", d.People.Book.Now()); err != nil {
				return "", err
			}
		}
		return n.ID, nil
	})
	return err
}

func endAll(ctx context.Context, tx *db.Tx, participantID, how string, now time.Time) error {
	if _, err := tx.Exec(ctx, endCodes, how, db.At(now), participantID); err != nil {
		return fmt.Errorf("end codes: %w", err)
	}
	if _, err := tx.Exec(ctx, endPages, db.At(now), participantID); err != nil {
		return fmt.Errorf("end pages: %w", err)
	}
	return nil
}
