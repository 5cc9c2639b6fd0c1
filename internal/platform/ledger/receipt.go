package ledger

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"waymark.example/internal/platform/db"
)

// Receipts are in one table that every side reads and nothing is ever taken out
// of. So a receipt is sealed under the key that its form carries, of which only a
// hash is kept: whoever holds the database but not the form learns neither whose
// record it was, nor who sent it, nor whether a guess at its answers is right,
// which a plain hash of them would tell for ever.

// receipt is what a form that was received left.
type receipt struct{ by, hash, result string }

// Received returns who sent the form with a key, and the hash of its answers;
// lead.ErrNotFound when none came. Only who knows the key can ask.
func Received(ctx context.Context, tx *db.Tx, key string) (by, hash string, err error) {
	f := Form{Key: key}
	var sealed string
	if err := tx.One(ctx, receiptByName, f.name()).Scan(&sealed); err != nil {
		return "", "", err
	}
	r, err := f.open(sealed)
	return r.by, r.hash, err
}

// name is what a form's receipt is found by.
func (f Form) name() string {
	sum := sha256.Sum256([]byte("waymark receipt\n" + f.Key))
	return hex.EncodeToString(sum[:])
}

func (f Form) cipher() (cipher.AEAD, error) {
	key := sha256.Sum256([]byte("waymark receipt key\n" + f.Key))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("ledger: receipt: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("ledger: receipt: %w", err)
	}
	return gcm, nil
}

func (f Form) seal(r receipt) (string, error) {
	gcm, err := f.cipher()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, gcm.NonceSize())
	rand.Read(nonce) //nolint:errcheck // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(r.by+"\n"+r.hash+"\n"+r.result), nil)), nil
}

func (f Form) open(sealed string) (receipt, error) {
	gcm, err := f.cipher()
	if err != nil {
		return receipt{}, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < gcm.NonceSize() {
		return receipt{}, errors.New("ledger: a receipt cannot be read")
	}
	plain, err := gcm.Open(nil, raw[:gcm.NonceSize()], raw[gcm.NonceSize():], nil)
	if err != nil {
		return receipt{}, fmt.Errorf("ledger: receipt: %w", err)
	}
	by, rest, _ := strings.Cut(string(plain), "\n")
	hash, result, _ := strings.Cut(rest, "\n")
	return receipt{by, hash, result}, nil
}
