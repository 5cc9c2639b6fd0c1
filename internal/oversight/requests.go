package oversight

import (
	"context"

	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Requests returns what people asked about their records and still wait for,
// the most pressing first, after the row of that day and id.
func (s *Service) Requests(ctx context.Context, actor lead.Actor, afterDue, afterID string, limit int) ([]rights.Row, error) {
	return s.requests(ctx, actor, func(tx *db.Tx) ([]rights.Row, error) { return rights.Waits(ctx, tx, afterDue, afterID, limit) })
}

// AnsweredRequests returns those that were answered, newest first.
func (s *Service) AnsweredRequests(ctx context.Context, actor lead.Actor, beforeID string, limit int) ([]rights.Row, error) {
	return s.requests(ctx, actor, func(tx *db.Tx) ([]rights.Row, error) { return rights.AnsweredOnes(ctx, tx, beforeID, limit) })
}

func (s *Service) requests(ctx context.Context, actor lead.Actor, read func(*db.Tx) ([]rights.Row, error)) ([]rights.Row, error) {
	var out []rights.Row
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "rights.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "rights.list")
		if err != nil {
			return err
		}
		out, err = read(tx)
		for _, r := range out {
			e.Subjects = append(e.Subjects, r.ParticipantID)
		}
		return err
	})
	return out, err
}

// Request returns one request, in the person's own words.
func (s *Service) Request(ctx context.Context, actor lead.Actor, requestID string) (rights.Mine, error) {
	var out rights.Mine
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "rights.read", Subjects: []string{requestID}}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		err := s.participants(ctx, tx, actor, "rights.read")
		if err != nil {
			return err
		}
		out, err = s.Rights.Read(ctx, tx, requestID)
		e.Subjects = append(e.Subjects, out.ParticipantID)
		return err
	})
	return out, err
}

// Answer adds a step to a request that had from steps when the actor looked.
func (s *Service) Answer(ctx context.Context, actor lead.Actor, form ledger.Form, requestID string, from int, step rights.Step) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Altered, Act: "rights.answer", Subjects: []string{requestID}, Detail: string(step.Kind)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.participants(ctx, tx, actor, "rights.answer"); err != nil {
			return "", err
		}
		m, err := s.Rights.AddStep(ctx, tx, actor, requestID, from, step)
		e.Subjects = append(e.Subjects, m.ParticipantID)
		return requestID, err
	})
	return err
}
