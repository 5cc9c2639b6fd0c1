package rights

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// What follows is the end of whoever answers. It runs inside the caller's own
// transaction, which has decided that they may.

// Row is one request in a list: that it is there, not what it says.
type Row struct {
	ID, ParticipantID string
	Kind              Kind
	State             State
	Via               Via
	ReceivedOn, Due   time.Time
	Worker            string // the name of who works on it, "" for nobody yet
}

// Overdue reports whether the day has passed and the clock runs.
func (r Row) Overdue(now time.Time) bool {
	return r.State != Done && r.State != Waiting && day(now).After(r.Due)
}

// Waits returns the requests that wait for an answer, the most pressing first,
// after the row of that day and id.
func Waits(ctx context.Context, tx *db.Tx, afterDue, afterID string, limit int) ([]Row, error) {
	out, err := db.All(ctx, tx, scanRow, requestsWaiting, afterDue, afterID, limit)
	if err != nil {
		return nil, fmt.Errorf("requests: %w", err)
	}
	return out, nil
}

// AnsweredOnes returns the requests that were answered, newest first, before
// the row of that id; "" starts at the newest.
func AnsweredOnes(ctx context.Context, tx *db.Tx, beforeID string, limit int) ([]Row, error) {
	out, err := db.All(ctx, tx, scanRow, requestsAnswered, beforeID, limit)
	if err != nil {
		return nil, fmt.Errorf("requests: %w", err)
	}
	return out, nil
}

// Read returns one request with its words and its history.
func (s *Service) Read(ctx context.Context, tx *db.Tx, requestID string) (Mine, error) {
	r, err := scanRequest(tx.One(ctx, requestByID, requestID))
	if err != nil {
		return Mine{}, err
	}
	return s.whole(ctx, tx, r)
}

// AddStep adds a step to a request if it may follow on the from steps there were
// when somebody decided on it, and returns where the request then stands.
func (s *Service) AddStep(ctx context.Context, tx *db.Tx, actor lead.Actor, requestID string, from int, step Step) (Mine, error) {
	m, err := s.Read(ctx, tx, requestID)
	if err != nil {
		return Mine{}, err
	}
	if len(m.Steps) != from {
		return Mine{}, lead.ErrConflict
	}
	now := s.Book.Now()
	if err := m.Now.Check(step, now); err != nil {
		return Mine{}, err
	}
	step.By, step.At = actor.ID, now
	sealed, err := s.seal(ctx, requestID, "handoff_request_step.words", step.Words)
	if err != nil {
		return Mine{}, fmt.Errorf("step: %w", err)
	}
	n, err := tx.Exec(ctx, insertStep, requestID, from+1, step.Kind, sealed, step.By, db.At(now))
	if err != nil {
		return Mine{}, fmt.Errorf("step: %w", err)
	}
	if n == 0 {
		return Mine{}, lead.ErrConflict
	}
	m.Steps = append(m.Steps, step)
	m.Now = Standing(m.Request.Kind, m.ReceivedOn, m.Steps)
	if _, err := tx.Exec(ctx, updateNow, m.State, db.Day(m.Due), m.Worker, requestID); err != nil {
		return Mine{}, fmt.Errorf("step: %w", err)
	}
	return m, nil
}

func scanRow(row db.Row) (Row, error) {
	var r Row
	var received, due string
	err := row.Scan(&r.ID, &r.ParticipantID, &r.Kind, &r.State, &r.Via, &received, &due, &r.Worker)
	r.ReceivedOn, r.Due = parseDay(received), parseDay(due)
	return r, err
}
