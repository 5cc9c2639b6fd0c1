package app

import (
	"context"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/schema"
)

// startKeys makes sure that the key store is this database's own, and destroys
// again what was erased, in case the store came back from a backup.
func (a *App) startKeys(ctx context.Context) error {
	mark, err := a.Accounts.Key(ctx, "key store")
	if err != nil {
		return err
	}
	inUse, err := a.Care.People.Any(ctx)
	if err != nil {
		return err
	}
	if err := a.ring(schema.Care).Pair(ctx, mark, inUse); err != nil {
		return err
	}
	_, err = a.Care.People.ReplayErasures(ctx)
	return err
}

// RotateKeys adds a key to the keeper, where it is a file, and wraps every data
// key again under the newest one. Servers go on meanwhile. It returns how many
// keys it wrapped.
func (a *App) RotateKeys(ctx context.Context, add bool) (int, error) {
	if add {
		if err := secret.AddKey(a.Keeper); err != nil {
			return 0, err
		}
	}
	n, err := a.ring(schema.Care).Rewrap(ctx)
	if err != nil {
		return n, err
	}
	return n, a.noteKeys(ctx, "keys.rotate", fmt.Sprintf("wrapped %d", n))
}

// RotateSearch changes the key that names are searched with.
func (a *App) RotateSearch(ctx context.Context) error { return a.Care.People.Reindex(ctx) }

// RotateSlot changes the key that officers' phones seal with. What waits on
// phones under the old one still opens for secret.SlotKeep.
func (a *App) RotateSlot(ctx context.Context) error {
	if err := a.Contacts.Slot.Change(ctx); err != nil {
		return err
	}
	return a.noteKeys(ctx, "keys.rotate", "slot")
}

// CountKeys returns how many keys each of the keeper's keys wraps, and which of
// them is the newest.
func (a *App) CountKeys(ctx context.Context) (counts map[string]int, current string, err error) {
	if counts, err = a.ring(schema.Care).Count(ctx); err != nil {
		return nil, "", err
	}
	ids, err := secret.KeyIDs(a.Keeper)
	for _, id := range ids { // those that wrap nothing are the ones to drop
		counts[id] += 0
	}
	return counts, a.Keeper.Current(), err
}

// DropKey takes a key out of the keeper that wraps nothing any more.
func (a *App) DropKey(ctx context.Context, keyID string) error {
	counts, _, err := a.CountKeys(ctx)
	if err != nil {
		return err
	}
	if n := counts[keyID]; n > 0 {
		return fmt.Errorf("drop key: %q still wraps %d keys: rotate first", keyID, n)
	}
	if err := secret.DropKey(a.Keeper, keyID); err != nil {
		return err
	}
	return a.noteKeys(ctx, "keys.drop", "")
}

// noteKeys enters in the ledger what was done to the keys.
func (a *App) noteKeys(ctx context.Context, act, detail string) error {
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: act, Detail: detail}
	return ledger.New(a.Store.Handle(schema.Care), a.Now).Record(ctx, entry, func(*db.Tx, *ledger.Entry) error { return nil })
}
