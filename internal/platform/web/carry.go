package web

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// Carried is a form that could not be sent because the session had ended. It
// travels through the sign-in pages sealed, so that nothing of it is kept here
// and only the person who typed it gets it back.
type Carried struct {
	AccountID string
	Path      string
	Answers   url.Values
	SealedAt  time.Time
}

// Carrier seals and opens forms with AES-256-GCM.
type Carrier struct {
	gcm cipher.AEAD
	now func() time.Time
}

// NewCarrier returns a carrier with a key of 32 bytes in hexadecimal.
func NewCarrier(key string, now func() time.Time) (*Carrier, error) {
	raw, err := hex.DecodeString(key)
	if err != nil {
		return nil, fmt.Errorf("carrier: %w", err)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("carrier: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("carrier: %w", err)
	}
	return &Carrier{gcm, now}, nil
}

// Seal returns c as text for a hidden field.
func (k *Carrier) Seal(c Carried) (string, error) {
	c.SealedAt = k.now().Truncate(time.Second) // whose digits are as many at every moment, and so is the sealed text as long
	plain, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("seal form: %w", err)
	}
	nonce := make([]byte, k.gcm.NonceSize())
	rand.Read(nonce) //nolint:errcheck // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(k.gcm.Seal(nonce, nonce, plain, nil)), nil
}

// errCarried says that a carried form is forged, damaged or older than a shift.
var errCarried = errors.New("open form: it cannot be opened")

// Open returns the form that Seal made, for twelve hours.
func (k *Carrier) Open(text string) (Carried, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) < k.gcm.NonceSize() {
		return Carried{}, errCarried
	}
	n := k.gcm.NonceSize()
	plain, err := k.gcm.Open(nil, raw[:n], raw[n:], nil)
	if err != nil {
		return Carried{}, errCarried
	}
	var c Carried
	if err := json.Unmarshal(plain, &c); err != nil {
		return Carried{}, errCarried
	}
	if k.now().Sub(c.SealedAt) > 12*time.Hour {
		return Carried{}, errCarried
	}
	return c, nil
}
