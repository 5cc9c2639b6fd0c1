// Package tally counts the force's contacts, for the partnership to publish with small numbers hidden: how many, never whose.
// They are counted one by one in the transaction that records, corrects or takes back, so that a page of numbers never reads the contacts.
// It imports lead and platform.
package tally

import (
	"context"
	"fmt"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Contacts is how many contacts of one month went one way.
type Contacts struct {
	Month   string // YYYY-MM, in UTC
	Door    string
	Outcome string
	Offered bool   // the person was asked
	Pathway bool   // they go by another pathway: counted as that, and not as somebody who was not offered LEAD (R48)
	Group   string // the broad group that the person gave for their ethnicity, "" where it is not recorded
	Team    string // of the officer
	Reason  string // why LEAD was possible and nobody said yes, "" otherwise
	Count   int
}

// Service counts.
type Service struct{ Book *ledger.Book } // of the police handle

// Months counts the contacts of the months from one to another, as they stand today: what was taken back is no contact.
func (s *Service) Months(ctx context.Context, from, until string) ([]Contacts, error) {
	var out []Contacts
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Contacts, error) {
			var c Contacts
			var offer string
			err := row.Scan(&c.Month, &c.Door, &c.Outcome, &offer, &c.Pathway, &c.Group, &c.Team, &c.Reason, &c.Count)
			c.Offered = offer == "made"
			return c, err
		}, counted, from, until)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count contacts: %w", err)
	}
	return out, nil
}

// Add counts a contact as one version of its decision has it, in the transaction that records it.
func Add(ctx context.Context, tx *db.Tx, contactID string, version int64) error {
	return move(ctx, tx, contactID, version, 1)
}

// Remove takes off what Add counted, in the transaction that corrects the contact or takes it back.
func Remove(ctx context.Context, tx *db.Tx, contactID string, version int64) error {
	return move(ctx, tx, contactID, version, -1)
}

func move(ctx context.Context, tx *db.Tx, contactID string, version, by int64) error {
	n, err := tx.Exec(ctx, count, by, contactID, version)
	if err != nil {
		return fmt.Errorf("count a contact: %w", err)
	}
	if n != 1 {
		return fmt.Errorf("count a contact: %d of it", n)
	}
	return nil
}

// First is the month of the first contact, "" where there is none.
func (s *Service) First(ctx context.Context) (string, error) {
	var month string
	err := s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, first).Scan(&month) })
	return month, err
}
