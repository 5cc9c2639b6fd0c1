package complaint

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/handoff/door"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

// What follows is the end that anybody stands at.

// wordsField is where the words are kept, for sealing; answerField the answer's.
const (
	wordsField  = "handoff_complaint.words"
	answerField = "handoff_complaint_step.words"
)

// Sealed is what somebody said as it goes into the database.
type Sealed struct {
	ID string
	Said
	words string
}

// Seal seals what somebody said for whoever deals with it. What goes to the scheme
// can be opened while it is open; what goes outside only there.
func Seal(ctx context.Context, post *secret.Postbox, s Said) (Sealed, error) {
	out := Sealed{ID: lead.NewID("cmp"), Said: s}
	out.Route = s.Way()
	text, err := s.text()
	if err != nil {
		return Sealed{}, err
	}
	if out.Route == Scheme {
		out.words, err = post.Hold(ctx, out.ID, wordsField, text)
	} else {
		out.words, err = post.Seal(ctx, out.ID, wordsField, text)
	}
	return out, err
}

// Put puts it in, with the days that the site promises.
func Put(ctx context.Context, tx *db.Tx, s Sealed, code, reference string, set door.Setting, now time.Time) error {
	_, err := tx.Exec(ctx, insertComplaint, s.ID, reference, door.HashCode(code), s.Kind, s.About, s.Route, s.words,
		db.Day(now.AddDate(0, 0, set.AcknowledgeDays)), db.Day(now.AddDate(0, 0, set.AnswerDays)), db.At(now))
	if err != nil {
		return fmt.Errorf("complain: %w", err)
	}
	return nil
}

// Standing returns where a complaint stands for whoever holds its code, with what
// was answered and none of what they wrote; lead.ErrNotFound when none has it.
func Standing(ctx context.Context, tx *db.Tx, post *secret.Postbox, code string) (File, error) {
	var f File
	var at db.Time
	if err := tx.One(ctx, complaintByCode, door.HashCode(code)).Scan(&f.ID, &f.Reference, &f.Kind, &f.Route, &f.AcknowledgeOn, &f.AnswerOn, &at); err != nil {
		return File{}, err
	}
	f.ReceivedAt = at.Time
	return f, f.readSteps(ctx, tx, post)
}

func (f *File) readSteps(ctx context.Context, tx *db.Tx, post *secret.Postbox) error {
	var err error
	f.Steps, err = db.All(ctx, tx, func(row db.Row) (Step, error) {
		var s Step
		var at db.Time
		err := row.Scan(&s.ID, &s.Stage, &s.Outcome, &s.Words, &at, &f.Version)
		s.At = at.Time
		return s, err
	}, stepsOf, f.ID)
	if err != nil {
		return fmt.Errorf("complaint: %w", err)
	}
	for i, s := range f.Steps {
		f.Stage = s.Stage
		if s.Words == "" {
			continue
		}
		text, err := post.Held(ctx, s.ID, answerField, s.Words)
		if errors.Is(err, secret.ErrDestroyed) {
			text, err = secret.Removed, nil
		}
		if err != nil {
			return fmt.Errorf("complaint: %w", err)
		}
		f.Steps[i].Words = text
	}
	return nil
}
