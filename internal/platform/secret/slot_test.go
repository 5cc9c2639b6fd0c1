package secret_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/schema"
)

func slots(t *testing.T, test func(t *testing.T, s *secret.Slot, clock *time.Time)) {
	dbtest.EachKeys(t, func(t *testing.T, store *db.Store) {
		keeper, err := secret.OpenKeeper("file:" + t.TempDir() + "/keys")
		must(t, err)
		now := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC)
		test(t, secret.NewSlot(secret.NewRing(store, schema.Slot, keeper), "site-a", func() time.Time { return now }), &now)
	})
}

func TestASealedItemOpensForItsOwnSiteKeyUserAndItemOnly(t *testing.T) {
	slots(t, func(t *testing.T, s *secret.Slot, _ *time.Time) {
		key, err := s.Current(t.Context())
		must(t, err)
		item := secret.Item{ID: "0198", KeyID: key.ID, User: "acc_1"}
		sealed, err := s.Seal(t.Context(), item, "outcome=diverted")
		must(t, err)
		if plain, err := s.Open(t.Context(), item, sealed); err != nil || plain != "outcome=diverted" {
			t.Fatalf("%q, %v", plain, err)
		}
		for name, other := range map[string]secret.Item{
			"item": {ID: "0199", KeyID: key.ID, User: "acc_1"}, "user": {ID: "0198", KeyID: key.ID, User: "acc_2"}, "lines moved": {ID: "acc_1\n0198", KeyID: key.ID, User: ""},
		} {
			if _, err := s.Open(t.Context(), other, sealed); !errors.Is(err, secret.ErrSealed) {
				t.Errorf("another %s: %v", name, err)
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			raw, _ := base64.RawURLEncoding.DecodeString(sealed)
			raw[rapid.IntRange(0, len(raw)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
			if _, err := s.Open(t.Context(), item, base64.RawURLEncoding.EncodeToString(raw)); !errors.Is(err, secret.ErrSealed) {
				t.Fatalf("altered: %v", err)
			}
		})
	})
}

func TestASlotsKeysChangeAndTheOldOnesStillOpenUntilTheyAreDestroyed(t *testing.T) {
	slots(t, func(t *testing.T, s *secret.Slot, clock *time.Time) {
		first, err := s.Current(t.Context())
		must(t, err)
		item := secret.Item{ID: "0198", KeyID: first.ID, User: "acc_1"}
		sealed, err := s.Seal(t.Context(), item, "words")
		must(t, err)
		if again, err := s.Current(t.Context()); err != nil || again.ID != first.ID {
			t.Fatalf("it changed at once: %+v, %v", again, err)
		}
		*clock = clock.Add(secret.SlotChange + time.Hour)
		second, err := s.Current(t.Context())
		if err != nil || second.ID == first.ID {
			t.Fatalf("it did not change: %+v, %v", second, err)
		}
		if plain, err := s.Open(t.Context(), item, sealed); err != nil || plain != "words" {
			t.Fatalf("queued under the old key: %q, %v", plain, err)
		}
		*clock = clock.Add(secret.SlotKeep + time.Hour)
		must(t, s.Expire(t.Context()))
		if _, err := s.Open(t.Context(), item, sealed); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("after the time it is kept: %v", err)
		}
		third, err := s.Current(t.Context())
		must(t, err)
		if _, err := s.Seal(t.Context(), secret.Item{ID: "1", KeyID: third.ID}, "x"); err != nil {
			t.Errorf("nobody can seal any more: %v", err)
		}
	})
}

func TestAPhoneCanTellThatAKeyIsTheSitesOwn(t *testing.T) {
	slots(t, func(t *testing.T, s *secret.Slot, _ *time.Time) {
		signer, err := s.Signer(t.Context())
		must(t, err)
		raw, err := base64.RawURLEncoding.DecodeString(signer)
		must(t, err)
		public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
		must(t, err)
		key, err := s.Current(t.Context())
		must(t, err)
		sig, err := base64.RawURLEncoding.DecodeString(key.Signature)
		must(t, err)
		a, b := new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])
		good := sha256.Sum256([]byte("waymark slot key\n" + key.Text))
		if !ecdsa.Verify(public, good[:], a, b) {
			t.Error("the signature does not hold")
		}
		bad := sha256.Sum256([]byte("waymark slot key\n" + key.Text + " "))
		if ecdsa.Verify(public, bad[:], a, b) {
			t.Error("it holds for another text")
		}
		var said map[string]string
		must(t, json.Unmarshal([]byte(key.Text), &said))
		if said["site"] != "site-a" || said["key"] != key.ID || said["public"] == "" {
			t.Errorf("%v", said)
		}
	})
}
