package oversight

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// File is a case as oversight sees it: that it is there, and since when nobody
// has been in touch.
type File struct {
	ParticipantID string
	State         string
	LastContact   time.Time
	Version       int64
	Sealed, Held  bool
	Erased        bool
	Pending       keeping.Act
	InLog         int64 // of an erased file: how many entries of the log lead to the person
}

// Retention is the schedule and what is due under it.
type Retention struct {
	Schedule []codelist.Code
	ToSeal   []File
	ToErase  []File
	Untaken  []Untaken
	LetGo    []LetGo       // the latest of those whose words are gone
	Kept     []keeping.Row // files that something was done or proposed to
	More     bool          // of Kept
}

// Untaken is a referral that nobody took up: the sergeant said no, or it waited
// all that time.
type Untaken struct {
	ReferralID string
	MadeAt     time.Time
	SaidNo     bool
}

// LetGo is a referral that nobody took up and whose words somebody of the case
// team let go (R55).
type LetGo struct {
	Untaken
	At time.Time
	By string // a name
}

// dueAtOnce is how many due files are shown at once: work for a day.
const dueAtOnce = 25

// Files returns what is due under the schedule, and the files that are sealed,
// held or wait for a second person, after the row of that act and id.
func (s *Service) Files(ctx context.Context, actor lead.Actor, afterPending keeping.Act, afterID string, limit int) (Retention, error) {
	var out Retention
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "keeping.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.participants(ctx, tx, actor, "keeping.list"); err != nil {
			return err
		}
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return err
		}
		out.Schedule = lists.Codes(keeping.Schedule)
		if out.ToSeal, err = s.due(ctx, tx, "CASE_SEAL", filesToSeal, out.Schedule); err != nil {
			return err
		}
		if out.ToErase, err = s.due(ctx, tx, "CASE_ERASE", filesToErase, out.Schedule); err != nil {
			return err
		}
		if out.Untaken, err = s.untaken(ctx, tx, out.Schedule); err != nil {
			return err
		}
		if out.LetGo, err = letGo(ctx, tx); err != nil {
			return err
		}
		if out.Kept, err = keeping.Files(ctx, tx, afterPending, afterID, limit+1); err != nil {
			return err
		}
		if out.More = len(out.Kept) > limit; out.More {
			out.Kept = out.Kept[:limit]
		}
		var shown []string
		for _, f := range append(out.ToSeal, out.ToErase...) {
			shown = append(shown, f.ParticipantID)
		}
		for _, k := range out.Kept {
			shown = append(shown, k.ParticipantID)
		}
		e.Subjects, err = s.named(ctx, tx, shown...)
		return err
	})
	return out, err
}

func (s *Service) due(ctx context.Context, tx *db.Tx, code string, q db.Query, rows []codelist.Code) ([]File, error) {
	before, ok := keeping.DueBefore(rows, code, s.Book.Now())
	if !ok {
		return nil, nil
	}
	out, err := db.All(ctx, tx, scanFile, q, db.At(before), dueAtOnce)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	return out, nil
}

func (s *Service) untaken(ctx context.Context, tx *db.Tx, rows []codelist.Code) ([]Untaken, error) {
	before, ok := keeping.DueBefore(rows, "REFERRAL_UNTAKEN", s.Book.Now())
	if !ok {
		return nil, nil
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Untaken, error) {
		var u Untaken
		var at db.Time
		err := row.Scan(&u.ReferralID, &at, &u.SaidNo)
		u.MadeAt = at.Time
		return u, err
	}, referralsUntaken, db.At(before), dueAtOnce)
	if err != nil {
		return nil, fmt.Errorf("referrals: %w", err)
	}
	return out, nil
}

func letGo(ctx context.Context, tx *db.Tx) ([]LetGo, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (LetGo, error) {
		var l LetGo
		var made, at db.Time
		err := row.Scan(&l.ReferralID, &made, &l.SaidNo, &at, &l.By)
		l.MadeAt, l.At = made.Time, at.Time
		return l, err
	}, referralsLetGo, dueAtOnce)
	if err != nil {
		return nil, fmt.Errorf("referrals let go: %w", err)
	}
	return out, nil
}

// File returns one file and what was done to it, oldest first.
func (s *Service) File(ctx context.Context, actor lead.Actor, participantID string) (File, []keeping.Step, error) {
	var f File
	var steps []keeping.Step
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "keeping.read", Subjects: []string{participantID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "keeping.list")
		if err != nil {
			return err
		}
		if f, err = scanFile(tx.One(ctx, fileByID, participantID)); err != nil {
			return err
		}
		if f.Erased {
			if f.InLog, err = ledger.Leading(ctx, tx, participantID); err != nil {
				return err
			}
		}
		if e.Subjects, err = s.named(ctx, tx, participantID); err != nil {
			return err
		}
		steps, err = keeping.History(ctx, tx, participantID)
		return err
	})
	return f, steps, err
}

// Propose adds what oversight may do to a file: propose, take a proposal back,
// or hold. What takes something away then waits for a supervisor.
func (s *Service) Propose(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, step keeping.Step) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "keeping." + string(step.Stage), Subjects: []string{participantID}, Detail: string(step.Act) + " " + step.Reason}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.participants(ctx, tx, actor, "keeping.propose"); err != nil {
			return "", err
		}
		if _, err := scanFile(tx.One(ctx, fileByID, participantID)); err != nil {
			return "", err
		}
		step.By, step.Side = actor.ID, actor.Side
		_, err := keeping.Add(ctx, tx, participantID, from, step, s.Book.Now())
		return participantID, err
	})
	return err
}

func scanFile(row db.Row) (File, error) {
	var f File
	var received, reached db.Time
	err := row.Scan(&f.ParticipantID, &f.State, &received, &reached, &f.Version, &f.Sealed, &f.Held, &f.Erased, &f.Pending)
	f.LastContact = reached.Time
	if f.LastContact.IsZero() {
		f.LastContact = received.Time
	}
	return f, err
}
