// Package secret seals what people tell the case team under a key of each
// person's own, so that destroying one key makes their words unreadable in the
// database and in every copy of it. It imports platform/db and lead.
package secret

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// ErrDestroyed says that the key is gone: what it sealed can never be read.
var ErrDestroyed = errors.New("the key is destroyed")

// ErrSealed says that a sealed text was altered, moved to another place or
// person, or is not of a version this program knows.
var ErrSealed = errors.New("a sealed text cannot be opened")

// Removed stands where a text was whose key is destroyed.
const Removed = "[removed]"

// version is what every sealed text starts with, so that another way of
// sealing can be told from this one.
const version = "k1."

// step is what a text is padded to a multiple of, in bytes: a sealed text says
// only roughly how long it is.
const step = 32

// KeySize is the length of every key, in bytes: AES-256.
const KeySize = 32

// Box seals and opens the texts of one owner. The nil Box is that of somebody
// whose key is destroyed: it opens nothing.
type Box struct {
	owner string
	aead  cipher.AEAD
}

// NewBox returns the box of owner under key.
func NewBox(owner string, key []byte) (*Box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("box: a key has %d bytes, not %d", KeySize, len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("box: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("box: %w", err)
	}
	return &Box{owner, aead}, nil
}

// Seal returns plain sealed for one field, named table.column. The empty text
// stays empty: that nothing was said is no secret, and rules ask for it.
func (b *Box) Seal(field, plain string) string {
	if plain == "" {
		return ""
	}
	if b == nil { // a key is asked for before there is anything to seal
		panic("secret: seal without a key")
	}
	return version + base64.RawURLEncoding.EncodeToString(b.aead.Seal(nil, nil, pad(plain), b.bound(field))) // #nosec G407 -- the cipher makes a random nonce itself
}

// Open returns what was sealed for field.
func (b *Box) Open(field, sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	if b == nil {
		return "", ErrDestroyed
	}
	body, ok := strings.CutPrefix(sealed, version)
	if !ok {
		return "", fmt.Errorf("%w: %s: unknown version", ErrSealed, field)
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || strings.ContainsAny(body, "\r\n") { // the decoder skips line breaks; one text is sealed in one spelling
		return "", fmt.Errorf("%w: %s: not base64", ErrSealed, field)
	}
	padded, err := b.aead.Open(nil, nil, raw, b.bound(field))
	if err != nil {
		return "", fmt.Errorf("%w: %s: altered, or of another field or person", ErrSealed, field)
	}
	return unpad(field, padded)
}

// Read is Open for a page: a text whose key is destroyed reads Removed.
func (b *Box) Read(field, sealed string) (string, error) {
	plain, err := b.Open(field, sealed)
	if errors.Is(err, ErrDestroyed) {
		return Removed, nil
	}
	return plain, err
}

// bound is what a sealed text is tied to: the way of sealing, the field and the
// owner. Quoting keeps one pair from being spelled like another.
func (b *Box) bound(field string) []byte {
	return fmt.Appendf(nil, "%s%q%q", version, field, b.owner)
}

// pad adds a mark and zeros up to a multiple of step.
func pad(plain string) []byte {
	out := make([]byte, (len(plain)/step+1)*step)
	copy(out, plain)
	out[len(plain)] = 0x80
	return out
}

func unpad(field string, padded []byte) (string, error) {
	i := len(padded) - 1
	for i >= 0 && padded[i] == 0 {
		i--
	}
	if i < 0 || padded[i] != 0x80 || len(padded)%step != 0 {
		return "", fmt.Errorf("%w: %s: bad padding", ErrSealed, field)
	}
	return string(padded[:i]), nil
}
