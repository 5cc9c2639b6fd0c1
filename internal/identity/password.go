package identity

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// The cost of one password check: 19 MiB and two passes, the first choice of
// the OWASP Password Storage Cheat Sheet for Argon2id. It is kept with each
// hash, so it can be raised without locking anybody out.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32 // bytes
)

// hashPassword returns password as an Argon2id hash in PHC string form.
func hashPassword(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // crypto/rand never fails
	key := argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// checkPassword reports whether password is the one behind hash.
func checkPassword(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("check password: not an argon2id hash")
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("check password: %w", err)
	}
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want))) // #nosec G115 -- a hash of our own making, some bytes long
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// The length of a password, in characters. Longer than any is only there to
// keep the hash from being fed a book.
const (
	shortestPassword = 12
	longestPassword  = 200
)

// weakPassword says what is wrong with a new password, "" when nothing is.
// There is no rule about kinds of characters: they make passwords worse.
func weakPassword(password string, a Account) string {
	n := len([]rune(password))
	switch {
	case n < shortestPassword:
		return fmt.Sprintf("Use at least %d characters: four or five words are easy to remember", shortestPassword)
	case n > longestPassword:
		return fmt.Sprintf("Use at most %d characters", longestPassword)
	}
	lower := strings.ToLower(password)
	local, _, _ := strings.Cut(strings.ToLower(a.Email), "@")
	if lower == strings.ToLower(a.Email) || strings.Contains(lower, local) && len(local) > n/2 {
		return "This is too close to the address: choose another"
	}
	if common(lower) {
		return "This one is among the first that anybody would try: choose another"
	}
	return ""
}

// common reports whether a password is a well-known one, or one of them with
// figures and signs around it or said twice.
func common(lower string) bool {
	different := map[rune]bool{}
	for _, r := range lower {
		different[r] = true
	}
	if len(different) < 5 {
		return true
	}
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "@", "a", "$", "s").Replace(lower))
	if strings.Trim(lower, "0123456789") == "" && (strings.Contains("01234567890123456789012345678901234567890", lower) || strings.Contains("09876543210987654321098765432109876543210", lower)) {
		return true
	}
	for _, word := range commonWords() {
		if letters == word || strings.ReplaceAll(letters, word, "") == "" || strings.TrimRight(strings.TrimLeft(lower, "0123456789!?.-_ "), "0123456789!?.-_ ") == word {
			return true
		}
	}
	return false
}

// commonWords are the stems of the passwords that lists of stolen ones repeat
// most, and the words that anybody would try here.
func commonWords() []string {
	return strings.Fields(`password passwords passwordpassword passw qwerty qwertyuiop qwertyuiopasdfghjkl qwertzuiop azertyuiop asdfghjkl
		zxcvbnm qazwsx qazwsxedc iloveyou letmein welcome admin administrator monkey dragon football baseball basketball
		sunshine princess superman batman trustno changeme changemenow secret mustang master shadow michael jordan
		liverpool liverpoolfc arsenal chelsea rangers celtic manchester london england scotland cymru wales
		abcdefghijkl abcdefghijklm abcdefghijklmnop abcabcabcabc correcthorsebatterystaple whatever starwars pokemon computer
		internet summer winter spring autumn waymark diversion police officer sergeant constable letmeinnow`)
}
