package secret

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Ring is the key store as one handle of it reaches it. It is used inside the
// transactions of the main database, never around them, so the two cannot wait
// for each other.
type Ring struct {
	handle *db.Handle
	keeper Keeper
}

// NewRing returns the ring of one handle of the key store.
func NewRing(store *db.Store, handle string, k Keeper) *Ring {
	return &Ring{store.Handle(handle), k}
}

// wrappedKey is a row of the key store.
type wrappedKey struct{ item, owner, wrapped, keyID string }

// Of returns the box of a participant and makes their key the first time. It
// is ErrDestroyed once their key was destroyed.
func (r *Ring) Of(ctx context.Context, participantID string) (*Box, error) {
	box, err := r.Find(ctx, participantID)
	if !errors.Is(err, lead.ErrNotFound) {
		return box, err
	}
	err = r.make(ctx, boundToPerson(participantID), func(tx *db.Tx, wrapped, keyID string) error {
		_, err := tx.Exec(ctx, insertParticipant, participantID, wrapped, keyID, db.At(time.Now()))
		return err
	})
	if err != nil {
		return nil, err
	}
	// Somebody else may have made it first, so what is there now is the key.
	return r.Find(ctx, participantID)
}

// Find is Of for a handle that makes no keys: lead.ErrNotFound when there is none.
func (r *Ring) Find(ctx context.Context, participantID string) (*Box, error) {
	var box *Box
	err := r.handle.Look(ctx, func(tx *db.Tx) error {
		var err error
		box, err = r.find(ctx, tx, participantID)
		return err
	})
	return box, err
}

// All returns the boxes of several people, for a list. Whoever's key is gone
// has the nil Box.
func (r *Ring) All(ctx context.Context, participantIDs []string) (map[string]*Box, error) {
	boxes := make(map[string]*Box, len(participantIDs))
	err := r.handle.Look(ctx, func(tx *db.Tx) error {
		for _, id := range participantIDs {
			box, err := r.find(ctx, tx, id)
			if err != nil && !errors.Is(err, ErrDestroyed) && !errors.Is(err, lead.ErrNotFound) {
				return err
			}
			boxes[id] = box
		}
		return nil
	})
	return boxes, err
}

// Import makes the keys of many new people in one transaction and returns their
// boxes in the same order. It is for bringing people in from elsewhere.
func (r *Ring) Import(ctx context.Context, participantIDs []string) ([]*Box, error) {
	boxes := make([]*Box, len(participantIDs))
	err := r.handle.Transact(ctx, func(tx *db.Tx) error {
		for i, id := range participantIDs {
			key := newDataKey()
			wrapped, keyID, err := r.keeper.Wrap(ctx, key, boundToPerson(id))
			if err != nil {
				return err
			}
			n, err := tx.Exec(ctx, insertParticipant, id, base64.StdEncoding.EncodeToString(wrapped), keyID, db.At(time.Now()))
			if err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("%s has a key already: %w", id, lead.ErrConflict)
			}
			if boxes[i], err = NewBox(id, key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("import keys: %w", err)
	}
	return boxes, nil
}

func newDataKey() []byte {
	key := make([]byte, KeySize)
	rand.Read(key) //nolint:errcheck // it never fails
	return key
}

func (r *Ring) find(ctx context.Context, tx *db.Tx, participantID string) (*Box, error) {
	var k wrappedKey
	err := tx.One(ctx, participantKey, participantID).Scan(&k.wrapped, &k.keyID)
	if errors.Is(err, lead.ErrNotFound) {
		return nil, r.whyMissing(ctx, tx, participantID)
	}
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return r.open(ctx, participantID, boundToPerson(participantID), k)
}

// whyMissing tells a destroyed key from one that was never made.
func (r *Ring) whyMissing(ctx context.Context, tx *db.Tx, participantID string) error {
	var gone bool
	if err := tx.One(ctx, isDestroyed, participantID).Scan(&gone); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	if gone {
		return ErrDestroyed
	}
	return lead.ErrNotFound
}

// Shared makes the key of one text that is meant to cross. The participant owns
// it: it is destroyed with their own. The same item again gives the same key.
func (r *Ring) Shared(ctx context.Context, participantID, itemID string) (*Box, error) {
	key, err := r.sharedKey(ctx, participantID, itemID)
	if err != nil {
		return nil, fmt.Errorf("shared key: %w", err)
	}
	return NewBox(itemID, key)
}

// sharedKey returns the key of an item and makes it the first time.
func (r *Ring) sharedKey(ctx context.Context, owner, itemID string) ([]byte, error) {
	var gone bool
	err := r.handle.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, isDestroyed, owner).Scan(&gone) })
	if err != nil {
		return nil, err
	}
	if gone {
		return nil, ErrDestroyed
	}
	err = r.make(ctx, boundToItem(itemID, owner), func(tx *db.Tx, wrapped, keyID string) error {
		_, err := tx.Exec(ctx, insertShared, itemID, owner, wrapped, keyID, db.At(time.Now()))
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.findShared(ctx, itemID)
}

// OpenShared returns the box of one text that was meant to cross. It is
// ErrDestroyed when the key is gone: there is no telling who owned it.
func (r *Ring) OpenShared(ctx context.Context, itemID string) (*Box, error) {
	key, err := r.findShared(ctx, itemID)
	if err != nil {
		return nil, fmt.Errorf("shared key: %w", err)
	}
	return NewBox(itemID, key)
}

func (r *Ring) findShared(ctx context.Context, itemID string) ([]byte, error) {
	var k wrappedKey
	err := r.handle.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, sharedKey, itemID).Scan(&k.owner, &k.wrapped, &k.keyID)
	})
	if errors.Is(err, lead.ErrNotFound) {
		return nil, ErrDestroyed
	}
	if err != nil {
		return nil, err
	}
	return r.unwrap(ctx, boundToItem(itemID, k.owner), k)
}

// Destroy destroys the key of a participant and every shared key they own, for
// good: none is ever made again for them. Doing it twice is doing it once.
func (r *Ring) Destroy(ctx context.Context, participantID string) error {
	err := r.handle.Transact(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, insertDestroyed, participantID, db.At(time.Now())); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, deleteParticipant, participantID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, deleteShared, participantID)
		return err
	})
	if err != nil {
		return fmt.Errorf("destroy keys: %w", err)
	}
	return nil
}

// make draws a key, wraps it and keeps it.
func (r *Ring) make(ctx context.Context, bound string, keep func(tx *db.Tx, wrapped, keyID string) error) error {
	wrapped, keyID, err := r.keeper.Wrap(ctx, newDataKey(), bound)
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	err = r.handle.Transact(ctx, func(tx *db.Tx) error {
		return keep(tx, base64.StdEncoding.EncodeToString(wrapped), keyID)
	})
	if err != nil {
		return fmt.Errorf("make key: %w", err)
	}
	return nil
}

func (r *Ring) open(ctx context.Context, owner, bound string, k wrappedKey) (*Box, error) {
	key, err := r.unwrap(ctx, bound, k)
	if err != nil {
		return nil, fmt.Errorf("key: %w", err)
	}
	return NewBox(owner, key)
}

func (r *Ring) unwrap(ctx context.Context, bound string, k wrappedKey) ([]byte, error) {
	wrapped, err := base64.StdEncoding.DecodeString(k.wrapped)
	if err != nil {
		return nil, err
	}
	return r.keeper.Unwrap(ctx, wrapped, k.keyID, bound)
}

func boundToPerson(participantID string) string { return "participant " + participantID }

func boundToItem(itemID, participantID string) string {
	return "shared " + itemID + " " + participantID
}
