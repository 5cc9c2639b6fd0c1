package secret

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// A Slot is where phones put in, sealed, what only the site can read. It has
// key pairs for sealing, which change, and one for signing, whose signature
// tells a phone that a sealing key is the site's own. Sealing is HPKE (RFC 9180,
// base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM), signing is
// ECDSA on P-256 with SHA-256: both are in every browser's WebCrypto.
type Slot struct {
	ring *Ring
	site string
	now  func() time.Time
}

// How long a sealing key is given out before the next takes its place, and how
// long what was sealed with it can still be opened after that.
const (
	SlotChange = 30 * 24 * time.Hour
	SlotKeep   = 180 * 24 * time.Hour
)

// The kinds of keys of a slot.
const (
	sealing = "seal"
	signing = "sign"
)

// NewSlot returns the slot of the site with that name, which every sealed item
// is tied to.
func NewSlot(r *Ring, site string, now func() time.Time) *Slot { return &Slot{r, site, now} }

// Site names the site that sealed items are tied to.
func (s *Slot) Site() string { return s.site }

// SlotKey is the public half of a sealing key, as phones are given it. Text is
// what was signed: site, key id, public key and when it was made, as JSON.
type SlotKey struct {
	ID        string
	Text      string // signed as "waymark slot key\n" and this text
	Signature string // base64url of r and s, 32 bytes each
}

type slotText struct {
	Site   string `json:"site"`
	Key    string `json:"key"`
	Public string `json:"public"` // base64url of the uncompressed point
	Made   string `json:"made"`
}

// Current returns the newest sealing key, signed. It makes the first one, and a
// new one when the newest is older than SlotChange.
func (s *Slot) Current(ctx context.Context) (SlotKey, error) {
	key, err := s.newest(ctx, sealing)
	if err == nil && s.now().Sub(key.made) > SlotChange {
		err = lead.ErrNotFound
	}
	if errors.Is(err, lead.ErrNotFound) {
		if err := s.Change(ctx); err != nil {
			return SlotKey{}, err
		}
		key, err = s.newest(ctx, sealing)
	}
	if err != nil {
		return SlotKey{}, fmt.Errorf("slot key: %w", err)
	}
	text, err := json.Marshal(slotText{s.site, key.item, key.public, key.made.UTC().Format(time.RFC3339)})
	if err != nil {
		return SlotKey{}, fmt.Errorf("slot key: %w", err)
	}
	signature, err := s.sign(ctx, "waymark slot key\n"+string(text))
	if err != nil {
		return SlotKey{}, err
	}
	return SlotKey{key.item, string(text), signature}, nil
}

// Signer returns the public half of the signing key, as base64url of the
// uncompressed point, making the key the first time.
func (s *Slot) Signer(ctx context.Context) (string, error) {
	key, err := s.signer(ctx)
	if err != nil {
		return "", err
	}
	return key.public, nil
}

// Change makes a new sealing key: phones are given it from now on. What is
// sealed with the old ones still opens until they are SlotKeep out of use; then
// they are destroyed.
func (s *Slot) Change(ctx context.Context) error {
	seed := newDataKey()
	pair, err := slotKEM().DeriveKeyPair(seed)
	if err != nil {
		return fmt.Errorf("change slot key: %w", err)
	}
	public := base64.RawURLEncoding.EncodeToString(pair.PublicKey().Bytes())
	if err := s.keep(ctx, sealing, seed, public); err != nil {
		return fmt.Errorf("change slot key: %w", err)
	}
	return s.Expire(ctx)
}

// Expire destroys the sealing keys that have been out of use for SlotKeep.
func (s *Slot) Expire(ctx context.Context) error {
	err := s.ring.handle.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, expireSlotKeys, sealing, db.At(s.now().Add(-SlotKeep-SlotChange)))
		return err
	})
	if err != nil {
		return fmt.Errorf("expire slot keys: %w", err)
	}
	return nil
}

// Item says what a sealed item is and whose. All of it is tied to what was
// sealed: changing any of it makes the item unreadable.
type Item struct{ ID, KeyID, User string }

// Delivery is what a phone sends: one item, sealed, with what may be read of it
// outside.
type Delivery struct {
	Item   Item
	Sealed string
	MadeAt time.Time // by the phone's clock
	SentAt time.Time // by the phone's clock, now
}

// bound is the info of RFC 9180 with which an item is sealed: a JSON array of
// format, site, key, user and item.
func (s *Slot) bound(i Item) ([]byte, error) {
	return json.Marshal([]string{"waymark slot 1", s.site, i.KeyID, i.User, i.ID})
}

// Open opens a sealed item: base64url of the encapsulated key and the
// ciphertext. ErrSealed means that it was altered or is another site's, user's
// or item's; ErrDestroyed that its key is gone.
func (s *Slot) Open(ctx context.Context, i Item, sealed string) (string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(sealed)
	if err != nil {
		return "", fmt.Errorf("%w: not base64", ErrSealed)
	}
	seed, err := s.seed(ctx, i.KeyID, sealing)
	if err != nil {
		return "", err
	}
	pair, err := slotKEM().DeriveKeyPair(seed)
	if err != nil {
		return "", fmt.Errorf("open item: %w", err)
	}
	bound, err := s.bound(i)
	if err != nil {
		return "", fmt.Errorf("open item: %w", err)
	}
	plain, err := hpke.Open(pair, hpke.HKDFSHA256(), hpke.AES256GCM(), bound, raw)
	if err != nil {
		return "", fmt.Errorf("%w: altered, or another item", ErrSealed)
	}
	return string(plain), nil
}

// Seal seals an item as a phone does.
func (s *Slot) Seal(ctx context.Context, i Item, plain string) (string, error) {
	var public string
	err := s.ring.handle.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, slotPublic, i.KeyID, sealing).Scan(&public) })
	if err != nil {
		return "", fmt.Errorf("seal item: %w", err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(public)
	if err != nil {
		return "", fmt.Errorf("seal item: %w", err)
	}
	key, err := slotKEM().NewPublicKey(raw)
	if err != nil {
		return "", fmt.Errorf("seal item: %w", err)
	}
	bound, err := s.bound(i)
	if err != nil {
		return "", fmt.Errorf("seal item: %w", err)
	}
	sealed, err := hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), bound, []byte(plain))
	if err != nil {
		return "", fmt.Errorf("seal item: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

func slotKEM() hpke.KEM { return hpke.DHKEM(ecdh.P256()) }

// slotRow is a key pair of the slot.
type slotRow struct {
	item, public string
	made         time.Time
}

func (s *Slot) newest(ctx context.Context, kind string) (slotRow, error) {
	var k slotRow
	var made db.Time
	err := s.ring.handle.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, newestSlotKey, kind).Scan(&k.item, &k.public, &made)
	})
	k.made = made.Time
	return k, err
}

func (s *Slot) seed(ctx context.Context, id, kind string) ([]byte, error) {
	var k wrappedKey
	err := s.ring.handle.Look(ctx, func(tx *db.Tx) error {
		return tx.One(ctx, slotSeed, id, kind).Scan(&k.wrapped, &k.keyID)
	})
	if errors.Is(err, lead.ErrNotFound) {
		return nil, ErrDestroyed
	}
	if err != nil {
		return nil, fmt.Errorf("slot key: %w", err)
	}
	return s.ring.unwrap(ctx, boundToSlot(id), k)
}

func (s *Slot) keep(ctx context.Context, kind string, seed []byte, public string) error {
	id := lead.NewID("slt")
	wrapped, keyID, err := s.ring.keeper.Wrap(ctx, seed, boundToSlot(id))
	if err != nil {
		return err
	}
	return s.ring.handle.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, insertSlotKey, id, kind, public, base64.StdEncoding.EncodeToString(wrapped), keyID, db.At(s.now()))
		return err
	})
}

// signer returns the signing key: the oldest, so that two servers that start at
// once agree.
func (s *Slot) signer(ctx context.Context) (slotRow, error) {
	k, err := s.oldestSigner(ctx)
	if !errors.Is(err, lead.ErrNotFound) {
		return k, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return slotRow{}, fmt.Errorf("slot signer: %w", err)
	}
	seed, err := key.Bytes()
	if err != nil {
		return slotRow{}, fmt.Errorf("slot signer: %w", err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return slotRow{}, fmt.Errorf("slot signer: %w", err)
	}
	if err := s.keep(ctx, signing, seed, base64.RawURLEncoding.EncodeToString(public)); err != nil {
		return slotRow{}, fmt.Errorf("slot signer: %w", err)
	}
	return s.oldestSigner(ctx)
}

func (s *Slot) oldestSigner(ctx context.Context) (slotRow, error) {
	var k slotRow
	err := s.ring.handle.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, oldestSlotKey, signing).Scan(&k.item, &k.public) })
	return k, err
}

func (s *Slot) sign(ctx context.Context, text string) (string, error) {
	of, err := s.signer(ctx)
	if err != nil {
		return "", err
	}
	seed, err := s.seed(ctx, of.item, signing)
	if err != nil {
		return "", err
	}
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), seed)
	if err != nil {
		return "", fmt.Errorf("slot signer: %w", err)
	}
	sum := sha256.Sum256([]byte(text))
	a, b, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return "", fmt.Errorf("slot signer: %w", err)
	}
	out := make([]byte, 64) // as WebCrypto takes it: r and s, one after the other
	a.FillBytes(out[:32])
	b.FillBytes(out[32:])
	return base64.RawURLEncoding.EncodeToString(out), nil
}

func boundToSlot(id string) string { return "slot " + id }
