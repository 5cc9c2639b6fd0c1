package secret

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"waymark.example/internal/platform/db"
)

// rewrapBatch is how many keys one transaction wraps again: short enough that
// nobody waits for it.
const rewrapBatch = 200

// shelf is one of the tables that hold wrapped keys.
type shelf struct {
	name    string
	stale   db.Query // owner ids, wrapped keys and key ids not under a key, at most so many
	rewrap  db.Query
	perKey  db.Query // key ids and how many keys each wraps
	boundTo func(wrappedKey) string
}

func shelves() []shelf {
	return []shelf{
		{"people", staleParticipants, rewrapParticipant, participantsPerKey, func(k wrappedKey) string { return boundToPerson(k.owner) }},
		{"shared texts", staleShared, rewrapShared, sharedPerKey, func(k wrappedKey) string { return boundToItem(k.item, k.owner) }},
		{"search", staleSearch, rewrapSearch, searchPerKey, func(k wrappedKey) string { return boundToSearch(k.owner) }},
		{"the slot", staleSlot, rewrapSlot, slotPerKey, func(k wrappedKey) string { return boundToSlot(k.owner) }},
	}
}

// Rewrap wraps every key that is not under the keeper's newest key again, in
// small transactions, while the site runs: a reader meets the old wrapping or
// the new one, and both open. It returns how many it wrapped.
func (r *Ring) Rewrap(ctx context.Context) (int, error) {
	total := 0
	for _, s := range shelves() {
		for {
			n, err := r.rewrapSome(ctx, s)
			total += n
			if err != nil {
				return total, fmt.Errorf("wrap again: %s: %w", s.name, err)
			}
			if n == 0 {
				break
			}
		}
	}
	return total, nil
}

func (r *Ring) rewrapSome(ctx context.Context, s shelf) (int, error) {
	done := 0
	err := r.handle.Transact(ctx, func(tx *db.Tx) error {
		rows, err := db.All(ctx, tx, func(row db.Row) (wrappedKey, error) {
			var k wrappedKey
			return k, row.Scan(&k.item, &k.owner, &k.wrapped, &k.keyID)
		}, s.stale, r.keeper.Current(), rewrapBatch)
		if err != nil {
			return err
		}
		for _, k := range rows {
			key, err := r.unwrap(ctx, s.boundTo(k), k)
			if err != nil {
				return err
			}
			wrapped, keyID, err := r.keeper.Wrap(ctx, key, s.boundTo(k))
			if err != nil {
				return err
			}
			if keyID == k.keyID { // it would go round for ever
				return errors.New("the keeper wraps with another key than it names as its newest")
			}
			n, err := tx.Exec(ctx, s.rewrap, base64.StdEncoding.EncodeToString(wrapped), keyID, k.item, k.wrapped)
			if err != nil {
				return err
			}
			done += int(n)
		}
		return nil
	})
	return done, err
}

// Count returns how many keys each of the keeper's keys wraps, by its id.
func (r *Ring) Count(ctx context.Context) (map[string]int, error) {
	type count struct {
		keyID string
		n     int
	}
	out := map[string]int{r.keeper.Current(): 0}
	err := r.handle.Look(ctx, func(tx *db.Tx) error {
		for _, s := range shelves() {
			counts, err := db.All(ctx, tx, func(row db.Row) (count, error) {
				var c count
				return c, row.Scan(&c.keyID, &c.n)
			}, s.perKey)
			if err != nil {
				return fmt.Errorf("count keys: %s: %w", s.name, err)
			}
			for _, c := range counts {
				out[c.keyID] += c.n
			}
		}
		return nil
	})
	return out, err
}

// Replay destroys again what was destroyed before, after a key store came back
// from a backup. owners are all whose keys must be gone.
func (r *Ring) Replay(ctx context.Context, owners []string) (int, error) {
	again := 0
	for _, id := range owners {
		var done bool
		err := r.handle.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, isGone, id).Scan(&done) })
		if err != nil {
			return again, fmt.Errorf("replay: %w", err)
		}
		if done {
			continue
		}
		if err := r.Destroy(ctx, id); err != nil {
			return again, err
		}
		again++
	}
	return again, nil
}
