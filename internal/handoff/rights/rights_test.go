package rights_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/schema"
)

func participant(id string) lead.Actor {
	return lead.Actor{ID: id, Name: "Kestrel", Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
}

// services is the rights of each side on one database and one key store.
func services(t *testing.T, s *db.Store) func(handle string) *rights.Service {
	t.Helper()
	decider, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := secret.OpenKeeper("file:" + filepath.Join(t.TempDir(), "keeper.keys"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := db.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "keys.db"), schema.Keys())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := keys.Close(); err != nil {
			t.Error(err)
		}
	})
	now := func() time.Time { return on("2026-11-26") }
	return func(handle string) *rights.Service {
		return &rights.Service{Book: ledger.New(s.Handle(handle), now), Access: decider, Ring: secret.NewRing(keys, handle, keeper)}
	}
}

func TestR52_AParticipantAsksAndSeesOnlyTheirOwnRequests(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		own := services(t, s)(schema.Participant)
		kestrel, wren := participant("par_kestrel"), participant("par_wren")
		id, err := own.Ask(t.Context(), kestrel, ledger.Form{Key: "frm_1", Hash: "h"}, kestrel.ID, rights.Request{Kind: rights.Correct, Words: "My name has two Ts"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := own.Ask(t.Context(), kestrel, ledger.Form{Key: "frm_1", Hash: "h"}, kestrel.ID, rights.Request{Kind: rights.Correct, Words: "My name has two Ts"})
		if err != nil || again != id {
			t.Errorf("the same form twice: %s and %s, %v", id, again, err)
		}
		mine, err := own.Mine(t.Context(), kestrel)
		if err != nil || len(mine) != 1 || mine[0].Request.Words != "My name has two Ts" || mine[0].Due.Format("2006-01-02") != "2026-12-26" {
			t.Errorf("mine: %+v, %v", mine, err)
		}
		if theirs, err := own.Mine(t.Context(), wren); err != nil || len(theirs) != 0 {
			t.Errorf("somebody else sees %+v, %v", theirs, err)
		}
		if _, err := own.Ask(t.Context(), wren, ledger.Form{}, kestrel.ID, rights.Request{Kind: rights.Erase}); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("asked for somebody else: %v", err)
		}
		if _, err := own.Ask(t.Context(), kestrel, ledger.Form{}, kestrel.ID, rights.Request{Kind: rights.Complaint}); err == nil {
			t.Error("a complaint without a word")
		}
		var kept string // in the database the words are not to be read
		err = s.Handle(schema.Participant).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT words FROM handoff_request`).Scan(&kept)
		})
		if err != nil || !strings.HasPrefix(kept, "k1.") {
			t.Errorf("kept as %q, %v", kept, err)
		}
		var open []rights.Open
		err = s.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
			var err error
			open, err = rights.OpenFor(t.Context(), tx, kestrel.ID)
			return err
		})
		if err != nil || len(open) != 1 || open[0].Kind != rights.Correct {
			t.Errorf("the case team sees %+v, %v", open, err)
		}
	})
}
