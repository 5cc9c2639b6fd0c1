package bulk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// sameRequest keeps what a request was for; the same name for another file is
// lead.ErrReused.
func sameRequest(ctx context.Context, tx *db.Tx, f File) error {
	if _, err := tx.Exec(ctx, insertRequest, f.Organisation, f.Source, requestHash(f.Key), f.Hash); err != nil {
		return fmt.Errorf("import request: %w", err)
	}
	var hash string
	if err := tx.One(ctx, fileOfRequest, f.Organisation, f.Source, requestHash(f.Key)).Scan(&hash); err != nil {
		return fmt.Errorf("import request: %w", err)
	}
	if hash != f.Hash {
		return lead.ErrReused
	}
	return nil
}

func findOrBegin(ctx context.Context, tx *db.Tx, f File, by string, now time.Time) (string, error) {
	if _, err := tx.Exec(ctx, insertImport, lead.NewID("imp"), f.Organisation, f.Source, f.Hash, f.Rows, by, db.At(now)); err != nil {
		return "", fmt.Errorf("begin import: %w", err)
	}
	var id string
	if err := tx.One(ctx, importOfFile, f.Organisation, f.Source, f.Hash).Scan(&id); err != nil {
		return "", fmt.Errorf("begin import: %w", err)
	}
	return id, nil
}

func batchesOf(ctx context.Context, tx *db.Tx, importID string) (map[int64]tally, error) {
	out := map[int64]tally{}
	_, err := db.All(ctx, tx, func(row db.Row) (int64, error) {
		var n int64
		var t tally
		err := row.Scan(&n, &t.rows, &t.taken, &t.already, &t.left)
		out[n] = t
		return n, err
	}, batchesOfImport, importID)
	if err != nil {
		return nil, fmt.Errorf("batches: %w", err)
	}
	return out, nil
}

func heldAs(ctx context.Context, tx *db.Tx, f File, reference string) (held, error) {
	var h held
	err := tx.One(ctx, rowByReference, f.Organisation, f.Source, reference).Scan(&h.hash, &h.importID, &h.batch)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return held{}, fmt.Errorf("look for %s: %w", f.Source, err)
	}
	return h, nil
}

func keepRow(ctx context.Context, tx *db.Tx, f File, one row, contactID, importID string, batch int64) error {
	if _, err := tx.Exec(ctx, insertRow, f.Organisation, f.Source, one.reference, one.hash, contactID, importID, batch); err != nil {
		return fmt.Errorf("keep row: %w", err)
	}
	return nil
}

// keepBatch keeps how far the file came. A batch that is gone through again, for
// the sake of what was wrong in it, keeps what it was the first time.
func keepBatch(ctx context.Context, tx *db.Tx, importID string, batch int64, now Result, at time.Time) error {
	if _, err := tx.Exec(ctx, insertBatch, importID, batch, now.Rows, now.Taken, now.Already, now.Rows-now.Taken-now.Already, db.At(at)); err != nil {
		return fmt.Errorf("keep batch: %w", err)
	}
	return nil
}

const (
	insertRequest   db.Query = `INSERT INTO police_import_request (organisation_id, source, request_hash, file_hash) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	fileOfRequest   db.Query = `SELECT file_hash FROM police_import_request WHERE organisation_id = $1 AND source = $2 AND request_hash = $3`
	insertImport    db.Query = `INSERT INTO police_import (import_id, organisation_id, source, file_hash, file_rows, begun_by, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	importOfFile    db.Query = `SELECT import_id FROM police_import WHERE organisation_id = $1 AND source = $2 AND file_hash = $3`
	batchesOfImport db.Query = `SELECT batch, batch_rows, taken, already, not_taken FROM police_import_batch WHERE import_id = $1`
	rowByReference  db.Query = `SELECT content_hash, import_id, batch FROM police_import_row WHERE organisation_id = $1 AND source = $2 AND source_id = $3`
	insertRow       db.Query = `INSERT INTO police_import_row (organisation_id, source, source_id, content_hash, contact_id, import_id, batch) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertBatch     db.Query = `
		INSERT INTO police_import_batch (import_id, batch, batch_rows, taken, already, not_taken, committed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
)
