package secret

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/base64"
	"fmt"
	"strings"

	"waymark.example/internal/platform/db"
)

// A letter is a text that one side writes for another and cannot read back. It
// has a key pair of its own (HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM):
// the writer is given the public half, the private half stays in the key store.

// letterVersion is what every letter starts with.
const letterVersion = "h1."

func letterKEM() hpke.KEM   { return hpke.DHKEM(ecdh.X25519()) }
func letterKDF() hpke.KDF   { return hpke.HKDFSHA256() }
func letterAEAD() hpke.AEAD { return hpke.AES256GCM() }

// Postbox is all that the police side can do with keys: seal a letter that only
// the case team opens, and keep a second copy readable while one of their own
// still has to decide about it.
type Postbox struct{ ring *Ring }

// NewPostbox returns the postbox in front of a ring.
func NewPostbox(r *Ring) *Postbox { return &Postbox{r} }

// Seal seals a letter for the case team under a key pair made for it.
func (p *Postbox) Seal(ctx context.Context, letterID, field, plain string) (string, error) {
	key, err := p.ring.sharedKey(ctx, letterID, letterID)
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	pair, err := letterKEM().DeriveKeyPair(key)
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	sealed, err := hpke.Seal(pair.PublicKey(), letterKDF(), letterAEAD(), letterBound(field, letterID), pad(plain))
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	return letterVersion + base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Hold seals a copy of a letter that Held opens until Release.
func (p *Postbox) Hold(ctx context.Context, letterID, field, plain string) (string, error) {
	box, err := p.ring.Shared(ctx, letterID, heldItem(letterID))
	if err != nil {
		return "", fmt.Errorf("hold letter: %w", err)
	}
	return box.Seal(field, plain), nil
}

// Held opens a copy that is still held; ErrDestroyed once it was released.
func (p *Postbox) Held(ctx context.Context, letterID, field, sealed string) (string, error) {
	box, err := p.ring.OpenShared(ctx, heldItem(letterID))
	if err != nil {
		return "", err
	}
	return box.Open(field, sealed)
}

// Release destroys the key of the held copy: from now on only the case team
// opens the letter.
func (p *Postbox) Release(ctx context.Context, letterID string) error {
	return p.ring.drop(ctx, heldItem(letterID))
}

// Discard destroys every key of a letter that goes to nobody.
func (p *Postbox) Discard(ctx context.Context, letterID string) error {
	return p.ring.Destroy(ctx, letterID)
}

// OpenLetter opens a letter; ErrDestroyed when its key is gone.
func (r *Ring) OpenLetter(ctx context.Context, letterID, field, sealed string) (string, error) {
	body, ok := strings.CutPrefix(sealed, letterVersion)
	if !ok {
		return "", fmt.Errorf("%w: %s: unknown version", ErrSealed, field)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || strings.ContainsAny(body, "\r\n") {
		return "", fmt.Errorf("%w: %s: not base64", ErrSealed, field)
	}
	key, err := r.findShared(ctx, letterID)
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	pair, err := letterKEM().DeriveKeyPair(key)
	if err != nil {
		return "", fmt.Errorf("letter: %w", err)
	}
	padded, err := hpke.Open(pair, letterKDF(), letterAEAD(), letterBound(field, letterID), raw)
	if err != nil {
		return "", fmt.Errorf("%w: %s: altered, or another letter", ErrSealed, field)
	}
	return unpad(field, padded)
}

// drop destroys one shared key.
func (r *Ring) drop(ctx context.Context, itemID string) error {
	err := r.handle.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteItem, itemID)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	return nil
}

func heldItem(letterID string) string { return "held " + letterID }

func letterBound(field, letterID string) []byte {
	return fmt.Appendf(nil, "%s%q%q", letterVersion, field, letterID)
}
