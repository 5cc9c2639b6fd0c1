package keeping

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// History returns the steps of one file, oldest first.
func History(ctx context.Context, tx *db.Tx, participantID string) ([]Step, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Step, error) {
		var s Step
		var at db.Time
		err := row.Scan(&s.Act, &s.Stage, &s.Reason, &s.By, &s.Side, &s.ByName, &at)
		s.At = at.Time
		return s, err
	}, stepsOf, participantID)
	if err != nil {
		return nil, fmt.Errorf("keeping: %w", err)
	}
	return out, nil
}

// Sealed reports whether a file is sealed: nobody opens it then.
func Sealed(ctx context.Context, tx *db.Tx, participantID string) (bool, error) {
	var sealed bool
	err := tx.One(ctx, sealedNow, participantID).Scan(&sealed)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return false, fmt.Errorf("sealed: %w", err)
	}
	return sealed, nil
}

// Add adds a step to a file's history if it may follow on version from, inside
// the caller's own transaction, and returns where the file stands then.
func Add(ctx context.Context, tx *db.Tx, participantID string, from int64, step Step, now time.Time) (State, error) {
	steps, err := History(ctx, tx, participantID)
	if err != nil {
		return State{}, err
	}
	s := Standing(steps)
	if s.Version != from {
		return State{}, lead.ErrConflict
	}
	if err := s.Check(step); err != nil {
		return State{}, err
	}
	n, err := tx.Exec(ctx, insertStep, participantID, from+1, step.Act, step.Stage, step.Reason, step.By, step.Side, db.At(now))
	if err != nil {
		return State{}, fmt.Errorf("keeping: %w", err)
	}
	if n == 0 {
		return State{}, lead.ErrConflict
	}
	step.At = now
	s = s.after(step)
	pending := Act("")
	if s.Pending != nil {
		pending = s.Pending.Act
	}
	if _, err := tx.Exec(ctx, keepNow, participantID, s.Version, s.Sealed, s.Held, s.Erased, pending, db.At(now)); err != nil {
		return State{}, fmt.Errorf("keeping: %w", err)
	}
	return s, nil
}

// Row is one file in a list.
type Row struct {
	ParticipantID        string
	Version              int64
	Sealed, Held, Erased bool
	Pending              Act
	At                   time.Time
}

// Files lists every file that something was done or proposed to, what waits for
// a second person first.
func Files(ctx context.Context, tx *db.Tx, afterPending Act, afterID string, limit int) ([]Row, error) {
	out, err := db.All(ctx, tx, scanRow, files, afterPending, afterID, limit)
	if err != nil {
		return nil, fmt.Errorf("keeping: %w", err)
	}
	return out, nil
}

// Of returns one file's row; the zero Row where nothing was ever done to it.
func Of(ctx context.Context, tx *db.Tx, participantID string) (Row, error) {
	r, err := scanRow(tx.One(ctx, fileOf, participantID))
	if errors.Is(err, lead.ErrNotFound) {
		return Row{ParticipantID: participantID}, nil
	}
	return r, err
}

func scanRow(row db.Row) (Row, error) {
	var r Row
	var at db.Time
	err := row.Scan(&r.ParticipantID, &r.Version, &r.Sealed, &r.Held, &r.Erased, &r.Pending, &at)
	r.At = at.Time
	return r, err
}

const (
	stepsOf db.Query = `
		SELECT k.act, k.stage, k.reason, k.by_id, k.by_side, COALESCE(a.name, ''), k.happened_at
		FROM handoff_keeping k LEFT JOIN identity_account a ON a.account_id = k.by_id
		WHERE k.participant_id = $1 ORDER BY k.version`
	sealedNow  db.Query = `SELECT sealed FROM handoff_keeping_now WHERE participant_id = $1`
	insertStep db.Query = `
		INSERT INTO handoff_keeping (participant_id, version, act, stage, reason, by_id, by_side, happened_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
	keepNow db.Query = `
		INSERT INTO handoff_keeping_now (participant_id, version, sealed, held, erased, pending, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (participant_id) DO UPDATE SET version = $2, sealed = $3, held = $4, erased = $5, pending = $6, changed_at = $7`
	files db.Query = `
		SELECT participant_id, version, sealed, held, erased, pending, changed_at FROM handoff_keeping_now
		WHERE pending < $1 OR (pending = $1 AND participant_id > $2)
		ORDER BY pending DESC, participant_id LIMIT $3`
	fileOf db.Query = `SELECT participant_id, version, sealed, held, erased, pending, changed_at FROM handoff_keeping_now WHERE participant_id = $1`
)

// Last sorts after every act: a list that starts from it starts at its beginning.
const Last Act = "zzz"
