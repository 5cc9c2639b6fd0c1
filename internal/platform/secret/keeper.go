package secret

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"waymark.example/internal/lead"
)

// Keeper holds the care organisation's own keys and wraps data keys with them.
// bound ties a wrapped key to its owner.
type Keeper interface {
	// Wrap wraps a data key with the newest key and says which that is.
	Wrap(ctx context.Context, dataKey []byte, bound string) (wrapped []byte, keyID string, err error)
	// Unwrap undoes Wrap. It fails when the key of that id is not held any more.
	Unwrap(ctx context.Context, wrapped []byte, keyID, bound string) ([]byte, error)
	// Current returns the id of the newest key.
	Current() string
}

// OpenKeeper returns the keeper that an operator named: "file:PATH" (made when
// it is missing), "env:NAME" or "exec:COMMAND ARGUMENTS".
func OpenKeeper(name string) (Keeper, error) {
	kind, rest, _ := strings.Cut(name, ":")
	switch {
	case kind == "file" && rest != "":
		return openFile(rest)
	case kind == "env" && rest != "":
		k, err := parse(os.Getenv(rest))
		if err != nil {
			return nil, fmt.Errorf("keeper: the environment variable %s: %w", rest, err)
		}
		return k, nil
	case kind == "exec" && strings.TrimSpace(rest) != "":
		return newCommand(strings.Fields(rest))
	}
	return nil, errors.New("keeper: write it as file:PATH, env:NAME or exec:COMMAND")
}

// fileKeeper reads its keys again when they may have changed, so that a key can
// be added while servers run.
type fileKeeper struct {
	path string
	mu   sync.Mutex
	keys *local
}

// Current returns the id of the newest key.
func (k *fileKeeper) Current() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.keys.Current()
}

// Wrap wraps a data key with the newest key that the file now holds.
func (k *fileKeeper) Wrap(ctx context.Context, dataKey []byte, bound string) ([]byte, string, error) {
	keys, err := k.read()
	if err != nil {
		return nil, "", err
	}
	return keys.Wrap(ctx, dataKey, bound)
}

// Unwrap undoes Wrap.
func (k *fileKeeper) Unwrap(ctx context.Context, wrapped []byte, keyID, bound string) ([]byte, error) {
	k.mu.Lock()
	keys := k.keys
	k.mu.Unlock()
	if keys.aead[keyID] == nil { // perhaps added since
		var err error
		if keys, err = k.read(); err != nil {
			return nil, err
		}
	}
	return keys.Unwrap(ctx, wrapped, keyID, bound)
}

func (k *fileKeeper) read() (*local, error) {
	keys, err := readFile(k.path)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = keys
	return keys, nil
}

// AddKey adds a new key to a keeper's file: from then on it wraps. Only a file
// can be added to from here; another keeper's keys are its own program's.
func AddKey(k Keeper) error {
	f, ok := k.(*fileKeeper)
	if !ok {
		return errors.New("add key: this keeper's keys are not in a file: add one where they are kept, then wrap again")
	}
	if err := appendKey(f.path, 0); err != nil {
		return fmt.Errorf("add key: %w", err)
	}
	_, err := f.read()
	return err
}

// KeyIDs lists the ids of the keys that a keeper holds, oldest first; none where
// it is a program that keeps them to itself.
func KeyIDs(k Keeper) ([]string, error) {
	switch k := k.(type) {
	case *fileKeeper:
		keys, err := k.read()
		if err != nil {
			return nil, fmt.Errorf("key ids: %w", err)
		}
		return slices.Clone(keys.ids), nil
	case *local:
		return slices.Clone(k.ids), nil
	}
	return nil, nil
}

// DropKey takes a key out of a keeper's file, for good: whatever it still wraps
// can never be opened again.
func DropKey(k Keeper, keyID string) error {
	f, ok := k.(*fileKeeper)
	if !ok {
		return errors.New("drop key: this keeper's keys are not in a file: drop it where they are kept")
	}
	text, err := os.ReadFile(f.path)
	if err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	var left strings.Builder
	found := false
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == keyID {
			found = true
			continue
		}
		left.WriteString(line)
	}
	switch {
	case !found:
		return fmt.Errorf("drop key: there is no key %q", keyID)
	case keyID == f.Current():
		return fmt.Errorf("drop key: %q is the newest key: add another first", keyID)
	}
	// A new file takes the place of the old one at once, so that no power cut
	// leaves half of it.
	next := f.path + ".next"
	if err := os.WriteFile(next, []byte(left.String()), 0o600); err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	if err := errors.Join(syncFile(next), os.Rename(next, f.path), syncFolder(filepath.Dir(f.path))); err != nil {
		return fmt.Errorf("drop key: %w", err)
	}
	_, err = f.read()
	return err
}

// local wraps with keys that this process holds.
type local struct {
	ids  []string // oldest first; the last one wraps
	aead map[string]cipher.AEAD
}

// Current returns the id of the newest key.
func (k *local) Current() string { return k.ids[len(k.ids)-1] }

// Wrap wraps a data key with the newest key.
func (k *local) Wrap(_ context.Context, dataKey []byte, bound string) ([]byte, string, error) {
	id := k.Current()
	return k.aead[id].Seal(nil, nil, dataKey, []byte(id+" "+bound)), id, nil // #nosec G407 -- the cipher makes a random nonce itself
}

// Unwrap undoes Wrap.
func (k *local) Unwrap(_ context.Context, wrapped []byte, keyID, bound string) ([]byte, error) {
	aead, ok := k.aead[keyID]
	if !ok {
		return nil, fmt.Errorf("unwrap: this keeper does not hold the key %q", keyID)
	}
	key, err := aead.Open(nil, nil, wrapped, []byte(keyID+" "+bound))
	if err != nil {
		return nil, fmt.Errorf("unwrap: the key %q does not open it", keyID)
	}
	return key, nil
}

// parse reads keys: one a line, its id and 32 bytes in base64, the newest last.
func parse(text string) (*local, error) {
	k := &local{aead: map[string]cipher.AEAD{}}
	n := 0
	for line := range strings.Lines(text) {
		n++ // what stands on a line is named by where it stands: it may be the key
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 {
			return nil, errors.New("a line is an id and a key")
		}
		key, err := base64.StdEncoding.DecodeString(fields[1])
		if err != nil || len(key) != KeySize {
			return nil, fmt.Errorf("the key of line %d is not %d bytes in base64", n, KeySize)
		}
		if k.aead[fields[0]] != nil {
			return nil, fmt.Errorf("the key of line %d stands there twice", n)
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if k.aead[fields[0]], err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return nil, err
		}
		k.ids = append(k.ids, fields[0])
	}
	if len(k.ids) == 0 {
		return nil, errors.New("there is no key")
	}
	return k, nil
}

// NewKey returns a line for a keeper's file: an id and a random key.
func NewKey() string {
	key := make([]byte, KeySize)
	rand.Read(key) //nolint:errcheck // it never fails
	return lead.NewID("kek") + " " + base64.StdEncoding.EncodeToString(key) + "\n"
}

// openFile reads the keys of a file that nobody but its owner may read, and
// makes it with a first key when it is missing.
func openFile(path string) (*fileKeeper, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	switch err := appendKey(path, os.O_EXCL); {
	case errors.Is(err, fs.ErrExist):
	case err != nil:
		return nil, fmt.Errorf("keeper: %w", err)
	}
	keys, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return &fileKeeper{path: path, keys: keys}, nil
}

func readFile(path string) (*local, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("keeper: others can read %s: run chmod 600 on it", path)
	}
	text, err := os.ReadFile(path) // #nosec G304 -- the operator names it
	if err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	k, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("keeper: %s: %w", path, err)
	}
	return k, nil
}

// appendKey adds a new key to the file at path and waits until it is on disk:
// nothing may be wrapped with a key that a power cut can take.
func appendKey(path string, flag int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|flag, 0o600) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	_, err = f.WriteString(NewKey())
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}

// syncFolder makes a new file's name durable too.
func syncFolder(path string) error { return syncFile(path) }

func syncFile(path string) error {
	d, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
