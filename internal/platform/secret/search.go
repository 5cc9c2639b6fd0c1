package secret

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// How much of a word can be searched for, in letters. One letter would sort a
// whole team into the alphabet for whoever holds the database.
const (
	shortest = 2
	longest  = 12
)

// tokenStep is what the number of somebody's tokens is a multiple of, so that
// it says only roughly how long their name is.
const tokenStep = 8

// Search makes the tokens that people are found by.
type Search struct {
	current, old []byte // old is current but while the key is being changed
}

// Fold returns a text for order and search: lower case, single spaces, letters
// and digits only.
func Fold(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }), " ")
}

// Words returns the words of a text that can be searched for, each no longer
// than a token covers, the longest first: it finds the fewest.
func Words(text string) []string {
	words := strings.Fields(Fold(text))
	for i, w := range words {
		words[i] = string(firstLetters(w, longest))
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// Tokens returns what somebody called name is found by: a token for the start
// of each word, from two letters on, and tokens that mean nothing up to a round
// number. They are sorted, so that their order says nothing.
func (s *Search) Tokens(name string) []string {
	seen := map[string]bool{}
	for _, w := range strings.Fields(Fold(name)) {
		letters := firstLetters(w, longest)
		seen[token(s.current, string(letters[:min(shortest, len(letters))]))] = true
		for n := shortest; n <= len(letters); n++ {
			seen[token(s.current, string(letters[:n]))] = true
		}
	}
	for len(seen)%tokenStep != 0 {
		random := make([]byte, tokenSize)
		rand.Read(random) //nolint:errcheck // it never fails
		seen[base64.RawURLEncoding.EncodeToString(random)] = true
	}
	out := make([]string, 0, len(seen))
	for t := range seen {
		out = append(out, t)
	}
	slices.Sort(out)
	return out
}

// Token returns the token of a word of Words, and the one it had under the key
// before.
func (s *Search) Token(word string) (now, before string) {
	return token(s.current, word), token(s.old, word)
}

const tokenSize = 16

func token(key []byte, word string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(word))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:tokenSize])
}

func firstLetters(word string, n int) []rune {
	letters := []rune(word)
	return letters[:min(n, len(letters))]
}

// Search returns the search key, made the first time.
func (r *Ring) Search(ctx context.Context) (*Search, error) {
	keys, err := r.searchKeys(ctx)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		if err := r.NewSearchKey(ctx); err != nil {
			return nil, err
		}
		if keys, err = r.searchKeys(ctx); err != nil {
			return nil, err
		}
	}
	return &Search{current: keys[0], old: keys[len(keys)-1]}, nil
}

// searchKeys returns the search keys, newest first.
func (r *Ring) searchKeys(ctx context.Context) ([][]byte, error) {
	var rows []wrappedKey
	err := r.handle.Look(ctx, func(tx *db.Tx) error {
		var err error
		rows, err = db.All(ctx, tx, scanWrapped, searchKeys)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search key: %w", err)
	}
	var keys [][]byte
	for _, row := range rows {
		key, err := r.unwrap(ctx, boundToSearch(row.owner), row)
		if err != nil {
			return nil, fmt.Errorf("search key: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// NewSearchKey makes a search key that new tokens are made with. Tokens of the
// one before are found until DropSearchKeys.
func (r *Ring) NewSearchKey(ctx context.Context) error {
	id := lead.NewID("sea")
	return r.make(ctx, boundToSearch(id), func(tx *db.Tx, wrapped, keyID string) error {
		_, err := tx.Exec(ctx, insertSearch, id, wrapped, keyID, db.At(time.Now()))
		return err
	})
}

// DropSearchKeys drops every search key but the newest, once no token of theirs
// is left.
func (r *Ring) DropSearchKeys(ctx context.Context) error {
	err := r.handle.Transact(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, deleteOldSearch)
		return err
	})
	if err != nil {
		return fmt.Errorf("drop search keys: %w", err)
	}
	return nil
}

func scanWrapped(row db.Row) (wrappedKey, error) {
	var k wrappedKey
	return k, row.Scan(&k.owner, &k.wrapped, &k.keyID)
}

func boundToSearch(searchID string) string { return "search " + searchID }
