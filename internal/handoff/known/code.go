// Package known is the card that a person may carry: whoever of the police they
// show it to hears whom to call, and nothing else, while the person's yes to it
// is alive. It imports lead and platform.
package known

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
)

// alphabet has 32 letters and digits, without those that look or sound like
// another (Crockford's base 32). Twelve of them are 60 bits.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// The shape of a code: WAY-4KD9-7H2M-QX5T.
const (
	prefix = "WAY"
	length = 12
	group  = 4
)

// newCode returns a fresh code as it stands on a card.
func newCode() string {
	raw := make([]byte, length)
	rand.Read(raw) //nolint:errcheck // crypto/rand never fails
	var out strings.Builder
	out.WriteString(prefix)
	for i, b := range raw {
		if i%group == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[b%byte(len(alphabet))]) // 256 is eight times 32: every letter is as likely
	}
	return out.String()
}

// Clean returns what somebody typed as a code is kept: capitals, no spaces or
// dashes, with or without the first three letters, and the letters that people
// mix up put right. It is "" for anything that cannot be a code.
func Clean(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	var out strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '–', '\t', '\u00a0':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		case 'U':
			r = 'V'
		}
		if !strings.ContainsRune(alphabet, r) {
			return ""
		}
		out.WriteRune(r)
	}
	code := out.String()
	if len(code) == len(prefix)+length {
		code = strings.TrimPrefix(code, prefix)
	}
	if len(code) != length {
		return ""
	}
	return code
}

// Key hashes codes: without it the database cannot be searched for one.
type Key []byte

// NewKey reads a key written in hexadecimal.
func NewKey(text string) (Key, error) {
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) < 32 {
		return nil, errors.New("known: the key cannot be read")
	}
	return raw, nil
}

func (k Key) hash(code string) string {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte("card\x00" + code))
	return hex.EncodeToString(mac.Sum(nil))
}
