package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"waymark.example/internal/platform/db"
)

// Forget removes whom entries were about, where the law asks for it: nothing in
// the log leads to subjectID afterwards. It makes e the entry that declares the
// removal, so that whoever verifies the log can tell it from tampering. Only
// the oversight handle may, within Record; e's detail is set here.
func Forget(ctx context.Context, tx *db.Tx, e *Entry, subjectID string) error {
	n, err := tx.Exec(ctx, declareErased, subjectID)
	if err != nil {
		return fmt.Errorf("forget: declare: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteOpenings, subjectID); err != nil {
		return fmt.Errorf("forget: %w", err)
	}
	all, err := db.All(ctx, tx, scanPlace, erasedPlaces)
	if err != nil {
		return fmt.Errorf("forget: read back: %w", err)
	}
	var sum erasedSum
	for _, p := range all {
		sum.add(p)
	}
	e.Verb, e.Detail = Erased, fmt.Sprintf("%d openings, %s", n, sum.declaration())
	var others []string
	for _, s := range e.Subjects {
		if s != subjectID { // or the entry would lead to them again
			others = append(others, s)
		}
	}
	e.Subjects = others
	return nil
}

// Leading returns how many entries of the log lead to subjectID.
func Leading(ctx context.Context, tx *db.Tx, subjectID string) (int64, error) {
	var n int64
	if err := tx.One(ctx, openingsTo, subjectID).Scan(&n); err != nil {
		return 0, fmt.Errorf("entries that lead to somebody: %w", err)
	}
	return n, nil
}

// place is one commitment: that of entry seq at place.
type place struct{ seq, place int64 }

func scanPlace(row db.Row) (place, error) {
	var p place
	return p, row.Scan(&p.seq, &p.place)
}

// erasedSum adds up which commitments are opened no more, in order. It covers
// all removals so far and not each alone, so that the log does not tell which
// entries were about the same person.
type erasedSum struct {
	count int64
	sum   [sha256.Size]byte
}

func (s *erasedSum) add(p place) {
	s.count++
	s.sum = sha256.Sum256(fmt.Appendf(s.sum[:], "\n%d %d", p.seq, p.place))
}

// declaration is what the entry of a removal says at its end.
func (s *erasedSum) declaration() string {
	return fmt.Sprintf("%d in all, sha256 %s", s.count, hex.EncodeToString(s.sum[:]))
}

const (
	openingsTo     db.Query = `SELECT COUNT(*) FROM ledger_subject WHERE subject_id = $1`
	declareErased  db.Query = `INSERT INTO ledger_erased (seq, place) SELECT seq, place FROM ledger_subject WHERE subject_id = $1`
	deleteOpenings db.Query = `DELETE FROM ledger_subject WHERE subject_id = $1`
	erasedPlaces   db.Query = `SELECT seq, place FROM ledger_erased ORDER BY seq, place`
)
