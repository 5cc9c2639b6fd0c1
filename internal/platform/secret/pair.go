package secret

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// ErrOtherStore says that a key store is not the one of this database. Going on
// would make everybody a new key and show every text as removed.
var ErrOtherStore = errors.New("this key store is not the one of this database: bring the right one back")

// Pair ties the key store to the database that keeps mark, the first time, and
// afterwards refuses any other. inUse says that the database holds people
// already: then an empty store is the wrong one too.
func (r *Ring) Pair(ctx context.Context, mark string, inUse bool) error {
	sum := sha256.Sum256([]byte(mark))
	mine := hex.EncodeToString(sum[:])
	var paired string
	err := r.handle.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, pairedWith).Scan(&paired) })
	switch {
	case err == nil && paired == mine:
		return nil
	case err == nil, errors.Is(err, lead.ErrNotFound) && inUse:
		return ErrOtherStore
	case !errors.Is(err, lead.ErrNotFound):
		return fmt.Errorf("pair key store: %w", err)
	}
	err = r.handle.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertPair, mine, db.At(time.Now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("pair key store: %w", err)
	}
	return nil
}
