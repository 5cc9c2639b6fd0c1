package meeting

import (
	"context"
	"slices"
	"time"

	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Copy is a printed agenda: it has a number, one reader and an end.
type Copy struct {
	ID           string
	MeetingID    string
	Number       int64
	AccountID    string
	For          string // a name
	OrgID        string
	Organisation string
	ExpiresAt    time.Time
	MadeAt       time.Time
	BackAt       time.Time // handed back and destroyed; zero: not yet
	Items        int       // how many about people were on it
	Taken        int       // how many of them may be read no more: ask for the paper
}

// Print makes the actor's numbered copy of an agenda and returns its id.
func (s *Service) Print(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.print"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		a, err := s.read(ctx, tx, actor, meetingID, e)
		if err != nil {
			return "", err
		}
		if !a.Seated || a.Confirmed.IsZero() || a.Over(a.Now) {
			return "", lead.ErrConflict
		}
		c := Copy{ID: lead.NewID("cpy"), MeetingID: meetingID, AccountID: actor.ID, OrgID: a.Seat.OrganisationID, ExpiresAt: a.Closes(), MadeAt: a.Now}
		if err := addCopy(ctx, tx, c); err != nil {
			return "", err
		}
		for _, i := range a.Items {
			if err := addCopyItem(ctx, tx, c.ID, i.ID); err != nil {
				return "", err
			}
		}
		return c.ID, nil
	})
}

// Printed is a numbered copy as it is printed now.
type Printed struct {
	Agenda
	Copy    Copy
	Expired bool
}

// Copy returns the actor's own copy: what was taken back since is not on it, and
// after its end there is nothing on it.
func (s *Service) Copy(ctx context.Context, actor lead.Actor, copyID string) (Printed, error) {
	var out Printed
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.print"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "meeting.read", access.Screen{}); err != nil {
			return err
		}
		c, err := oneCopy(ctx, tx, copyID, actor.ID)
		if err != nil {
			return err
		}
		out.Copy = c
		if s.Book.Now().After(c.ExpiresAt) {
			out.Expired = true
			return nil
		}
		if out.Agenda, err = s.read(ctx, tx, actor, c.MeetingID, e); err != nil {
			return err
		}
		on, err := copyItems(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		out.Items = slices.DeleteFunc(out.Items, func(i Heard) bool { return !slices.Contains(on, i.ID) })
		out.Expired = out.Over(out.Now)
		return nil
	})
	return out, err
}

// Register returns every copy of one meeting's agenda, and how many items on each
// may be read no more: whose paper to ask for.
func (s *Service) Register(ctx context.Context, actor lead.Actor, meetingID string) (Meeting, []Copy, error) {
	var m Meeting
	var out []Copy
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "meeting.register"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
			return err
		}
		var err error
		if m, err = oneMeeting(ctx, tx, meetingID); err != nil {
			return err
		}
		if out, err = copies(ctx, tx, meetingID); err != nil {
			return err
		}
		for n := range out {
			on, err := copyItems(ctx, tx, out[n].ID)
			if err != nil {
				return err
			}
			alive, err := agenda.For(ctx, tx, meetingID, out[n].OrgID, s.Book.Now())
			if err != nil {
				return err
			}
			out[n].Items = len(on)
			for _, id := range on {
				if !slices.ContainsFunc(alive, func(i agenda.Item) bool { return i.ID == id }) {
					out[n].Taken++
				}
			}
		}
		return nil
	})
	return m, out, err
}

// Back keeps that a paper copy was handed back and destroyed.
func (s *Service) Back(ctx context.Context, actor lead.Actor, form ledger.Form, meetingID, copyID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "meeting.copy_back"}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "meeting.keep", access.Screen{}); err != nil {
			return "", err
		}
		all, err := copies(ctx, tx, meetingID)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(all, func(c Copy) bool { return c.ID == copyID }) {
			return "", lead.ErrNotFound
		}
		return copyID, addBack(ctx, tx, copyID, actor.ID, s.Book.Now())
	})
	return err
}
