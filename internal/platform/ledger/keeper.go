package ledger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Keeper signs the head of the log and proves to others that it only grows.
type Keeper struct {
	handle *db.Handle
	key    Key
	now    func() time.Time
}

// NewKeeper returns the keeper that signs with key, on the ledger's handle.
func NewKeeper(h *db.Handle, key Key, now func() time.Time) *Keeper { return &Keeper{h, key, now} }

// Public is the public half of the key, for those who verify.
func (k *Keeper) Public() string { return k.key.Public }

// pace is how often the keeper looks whether the log has moved: an entry waits
// less than a second for its signature.
const pace = 500 * time.Millisecond

// Run signs the head while it moves, until ctx ends; then once more, so that a
// log at rest is signed to its end.
func (k *Keeper) Run(ctx context.Context) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := k.Sign(ctx); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "sign the ledger", "err", err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := k.Sign(last); err != nil {
				slog.ErrorContext(last, "sign the ledger", "err", err)
			}
			return
		}
	}
}

// Sign adds a checkpoint if there are entries that none covers.
func (k *Keeper) Sign(ctx context.Context) error {
	var c Checkpoint
	err := k.handle.Look(ctx, func(tx *db.Tx) error {
		var err error
		c, err = k.next(ctx, tx)
		return err
	})
	if err != nil || c.Number == 0 {
		return err
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, k.key)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	err = k.handle.Transact(ctx, func(tx *db.Tx) error {
		// Another server of the same database may have been quicker: then its
		// checkpoint stands and the next turn goes on from there.
		_, err := tx.Exec(ctx, insertCheckpoint, c.Number, c.Size, string(signed))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep checkpoint: %w", err)
	}
	return nil
}

// next returns the checkpoint to sign, or one without a number when the last
// one covers every entry.
func (k *Keeper) next(ctx context.Context, tx *db.Tx) (Checkpoint, error) {
	var last, covered int64
	var signed string
	if err := tx.One(ctx, lastCheckpoint).Scan(&last, &covered, &signed); err != nil && !errors.Is(err, lead.ErrNotFound) {
		return Checkpoint{}, fmt.Errorf("last checkpoint: %w", err)
	}
	var size int64
	var text string
	if err := tx.One(ctx, readHead).Scan(&size, &text); err != nil {
		return Checkpoint{}, fmt.Errorf("head: %w", err)
	}
	if size <= covered {
		return Checkpoint{}, nil
	}
	p, err := readPeaks(text, size)
	if err != nil {
		return Checkpoint{}, err
	}
	return Checkpoint{Origin: k.key.Name(), Size: size, Root: p.root(), Number: last + 1, Made: db.At(k.now())}, nil
}

// SignedByAnother reports whether the last checkpoint carries another key's
// signature: the key was lost or two servers have different ones.
func (k *Keeper) SignedByAnother(ctx context.Context) (bool, error) {
	signed, err := k.Latest(ctx)
	if errors.Is(err, lead.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	site, err := note.NewVerifier(k.key.Public)
	if err != nil {
		return false, err
	}
	_, err = OpenCheckpoint(signed, note.VerifierList(site))
	return err != nil, nil
}

// Latest returns the last signed checkpoint.
func (k *Keeper) Latest(ctx context.Context) ([]byte, error) {
	var signed string
	err := k.handle.Look(ctx, func(tx *db.Tx) error {
		var number, size int64
		return tx.One(ctx, lastCheckpoint).Scan(&number, &size, &signed)
	})
	return []byte(signed), err
}

// Proof returns the last checkpoint and what proves that it continues the log
// as it was when it had from entries. Where that cannot be, because the log is
// shorter or there was nothing yet, the proof is empty.
func (k *Keeper) Proof(ctx context.Context, from int64) ([]byte, error) {
	var b strings.Builder
	err := k.handle.Look(ctx, func(tx *db.Tx) error {
		var number, size int64
		var signed string
		if err := tx.One(ctx, lastCheckpoint).Scan(&number, &size, &signed); err != nil {
			return err
		}
		fmt.Fprintf(&b, "old %d\n", from)
		if from > 0 && from < size {
			proof, err := tlog.ProveTree(size, from, stored{ctx, tx})
			if err != nil {
				return fmt.Errorf("prove: %w", err)
			}
			for _, h := range proof {
				fmt.Fprintln(&b, h)
			}
		}
		fmt.Fprintf(&b, "\n%s", signed)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("proof: %w", err)
	}
	return []byte(b.String()), nil
}

// stored reads hashes of the tree out of the entries' rows.
type stored struct {
	ctx context.Context //nolint:containedctx // the library's interface has no room for it
	tx  *db.Tx
}

// ReadHashes finds node n of a level in the row of the entry that completed it.
func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		seq := (n + 1) << level
		var text string
		if err := s.tx.One(s.ctx, hashesOf, seq).Scan(&text); err != nil {
			return nil, fmt.Errorf("hashes of entry %d: %w", seq, err)
		}
		hashes, err := readHashes(text)
		if err != nil || level >= len(hashes) {
			return nil, fmt.Errorf("hashes of entry %d cannot be read", seq)
		}
		out[i] = hashes[level]
	}
	return out, nil
}

const (
	readHead         db.Query = `SELECT seq, peaks FROM ledger_head WHERE head_id = 1`
	hashesOf         db.Query = `SELECT hashes FROM ledger_entry WHERE seq = $1`
	lastCheckpoint   db.Query = `SELECT number, size, note FROM ledger_checkpoint ORDER BY number DESC LIMIT 1`
	insertCheckpoint db.Query = `INSERT INTO ledger_checkpoint (number, size, note) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
)
