package disclosure

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Field is what the words that crossed are sealed for.
const Field = "handoff_disclosure.words"

// Part is one topic of what crossed and the yes it stands on; under a legal basis
// there is none.
type Part struct {
	Topic     Topic
	ConsentID string
}

// Disclosure is words that crossed to a recipient.
type Disclosure struct {
	ID            string
	ParticipantID string
	RecipientID   string
	Purpose       Purpose
	Basis         string // code of a legal basis, "" where the person said yes
	Channel       Channel
	Sealed        string // the words, under a key of their own
	Parts         []Part
	Until         string // YYYY-MM-DD, the last day they can be read
	SentBy        string // account_id
	SentByName    string
	SentByTeam    string
	SentAt        time.Time
	ReadAt        time.Time // by the actor's organisation first; zero: not yet
}

// Topics returns what the words are about.
func (d Disclosure) Topics() string {
	var out []string
	for _, p := range d.Parts {
		out = append(out, p.Topic.Theirs())
	}
	return strings.Join(out, "; ")
}

// Send carries words across, inside the care side's own transaction, which has
// just found every yes alive.
func Send(ctx context.Context, tx *db.Tx, d Disclosure) error {
	if _, err := tx.Exec(ctx, insertDisclosure, d.ID, d.ParticipantID, d.RecipientID, d.Purpose, d.Basis, d.Channel, d.Sealed, d.Until, d.SentBy, db.At(d.SentAt)); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	for _, p := range d.Parts {
		if _, err := tx.Exec(ctx, insertTopic, d.ID, p.Topic, p.ConsentID); err != nil {
			return fmt.Errorf("send: %w", err)
		}
	}
	return nil
}

// Reads returns when words were first read, by whom; for the care end.
func Reads(ctx context.Context, tx *db.Tx, disclosureID string) ([]Read, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Read, error) {
		var r Read
		var at db.Time
		err := row.Scan(&r.By, &at)
		r.At = at.Time
		return r, err
	}, readsOf, disclosureID)
	if err != nil {
		return nil, fmt.Errorf("reads: %w", err)
	}
	return out, nil
}

// Read is that somebody read words that were sent to them.
type Read struct {
	By string // a name, or "" when a link was opened
	At time.Time
}

// LinkHours is how long an address that opens once can be opened.
const LinkHours = 72

// NewLink makes an address for words that were sent by link and returns its
// token, which is kept nowhere. Any earlier address of the same words stops
// working.
func NewLink(ctx context.Context, tx *db.Tx, disclosureID string, now time.Time) (token string, err error) {
	token = rand.Text() + rand.Text() // 260 bits, no letter that is mistaken for another
	if _, err := tx.Exec(ctx, insertLink, hashOf(token), disclosureID, db.At(now.Add(LinkHours*time.Hour)), db.At(now)); err != nil {
		return "", fmt.Errorf("make link: %w", err)
	}
	return token, nil
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// What follows is the recipient's end. Every query looks at the day and at every
// yes again: what was readable a moment ago is not any more once it was taken
// back.

// To lists what was sent to an organisation and can be read now, newest first,
// after the one called before.
func To(ctx context.Context, tx *db.Tx, organisationID, before string, limit int, now time.Time) ([]Disclosure, error) {
	if before == "" {
		before = "z" // after every id, in every order of letters
	}
	out, err := db.All(ctx, tx, scanDisclosure, disclosedTo, organisationID, db.Day(now), before, limit)
	if err != nil {
		return nil, fmt.Errorf("received: %w", err)
	}
	for i := range out {
		if out[i].Parts, err = partsOf(ctx, tx, out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// One returns one of them and notes that by has read it.
func One(ctx context.Context, tx *db.Tx, organisationID, disclosureID, by string, now time.Time) (Disclosure, error) {
	d, err := scanDisclosure(tx.One(ctx, disclosedOne, organisationID, disclosureID, db.Day(now)))
	if err != nil {
		return Disclosure{}, err
	}
	if d.Parts, err = partsOf(ctx, tx, d.ID); err != nil {
		return Disclosure{}, err
	}
	if _, err := tx.Exec(ctx, insertRead, d.ID, by, db.At(now)); err != nil {
		return Disclosure{}, fmt.Errorf("read: %w", err)
	}
	return d, nil
}

// linkReader stands for whoever opened a link.
const linkReader = "link"

// Known reports whether a token was ever made, so that guesses cost no write.
func Known(ctx context.Context, tx *db.Tx, token string) (bool, error) {
	var known bool
	err := tx.One(ctx, linkKnown, hashOf(token)).Scan(&known)
	if err != nil {
		return false, fmt.Errorf("link: %w", err)
	}
	return known, nil
}

// Spend opens what a link leads to, once. A link that was used, replaced, ran
// out, was taken back or never was is lead.ErrNotFound, all alike.
func Spend(ctx context.Context, tx *db.Tx, token string, now time.Time) (Disclosure, error) {
	d, err := scanDisclosure(tx.One(ctx, disclosedByLink, hashOf(token), db.At(now), db.Day(now)))
	if err != nil {
		return Disclosure{}, err
	}
	if d.Parts, err = partsOf(ctx, tx, d.ID); err != nil {
		return Disclosure{}, err
	}
	n, err := tx.Exec(ctx, insertRead, d.ID, linkReader, db.At(now))
	if err != nil {
		return Disclosure{}, fmt.Errorf("open link: %w", err)
	}
	if n == 0 { // somebody was quicker
		return Disclosure{}, lead.ErrNotFound
	}
	return d, nil
}
