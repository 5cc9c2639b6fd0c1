package consent

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Research is whether somebody agrees that their support is studied. It is a yes of its own (V12): nobody's support, and no other yes, hangs on it, and
// until it is said it is no.
type Research struct {
	Agreed bool
	Asked  bool // somebody said yes or no, ever
	Told   string
	At     time.Time
}

// Research returns what a person said about being studied, on any of their records: a no on one of them counts (R58).
func (s *Service) Research(ctx context.Context, actor lead.Actor, participantID string) (Research, error) {
	var out Research
	act := participant.Act{Action: "consent.read", Name: "consent.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		var err error
		out, err = researchOf(ctx, tx, n.ID)
		return err
	})
	return out, err
}

// MyResearch is Research for the person themself.
func (s *Service) MyResearch(ctx context.Context, actor lead.Actor) (Research, error) {
	var out Research
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "own.consents", Subjects: []string{actor.ID}}
	err := s.People.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.People.Access.Check(actor, "own.consents", access.Own{ID: actor.ID}); err != nil {
			return err
		}
		var err error
		out, err = researchOf(ctx, tx, actor.ID)
		return err
	})
	return out, err
}

func researchOf(ctx context.Context, tx *db.Tx, participantID string) (Research, error) {
	records, err := participant.RecordIDs(ctx, tx, participantID)
	if err != nil {
		return Research{}, err
	}
	var out Research
	for _, id := range records {
		var r Research
		var at db.Time
		err := tx.One(ctx, researchNow, id).Scan(&r.Agreed, &r.Told, &at)
		if errors.Is(err, lead.ErrNotFound) {
			continue
		}
		if err != nil {
			return Research{}, fmt.Errorf("research: %w", err)
		}
		r.Asked, r.At = true, at.Time
		switch {
		case !out.Asked, out.Agreed && !r.Agreed, out.Agreed == r.Agreed && r.At.After(out.At):
			out = r
		}
	}
	return out, nil
}

// AgreeToResearch records that the person agrees to their support being studied: they were told what it means, and that nothing hangs on it.
func (s *Service) AgreeToResearch(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	act := participant.Act{Action: "consent.record", Name: "consent.research", Verb: ledger.Collected}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		return n.ID, s.research(ctx, tx, actor, n.ID, true, "worker")
	})
	return err
}

// StopResearch takes it back, because the person said so. It is always taken.
func (s *Service) StopResearch(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "consent.stop_research", Subjects: []string{participantID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		n, err := s.People.Lock(ctx, tx, participantID)
		if err != nil {
			return "", err
		}
		if err := s.People.Access.Check(actor, "consent.stop", n.Resource()); err != nil {
			return "", err
		}
		return n.ID, s.research(ctx, tx, actor, n.ID, false, "worker")
	})
	return err
}

// StopMyResearch is StopResearch by the person themself.
func (s *Service) StopMyResearch(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "own.stop_research", Subjects: []string{actor.ID}}
	_, err := s.People.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.People.Access.Check(actor, "own.stop_sharing", access.Own{ID: actor.ID}); err != nil {
			return "", err
		}
		return actor.ID, s.research(ctx, tx, actor, actor.ID, false, "self")
	})
	return err
}

// research keeps what was said, on every record of the person: what was said first counts where two say it at once.
func (s *Service) research(ctx context.Context, tx *db.Tx, actor lead.Actor, participantID string, agreed bool, told string) error {
	records, err := participant.RecordIDs(ctx, tx, participantID)
	if err != nil {
		return err
	}
	for _, id := range records {
		if _, err := tx.Exec(ctx, insertResearch, id, agreed, told, actor.ID, db.At(s.People.Book.Now())); err != nil {
			return fmt.Errorf("research: %w", err)
		}
	}
	return nil
}
