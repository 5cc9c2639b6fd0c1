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
	"strings"

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
	return k.aead[id].Seal(nil, nil, dataKey, []byte(id+" "+bound)), id, nil
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
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) != 2 {
			return nil, errors.New("a line is an id and a key")
		}
		key, err := base64.StdEncoding.DecodeString(fields[1])
		if err != nil || len(key) != KeySize { // the text of err may hold the key
			return nil, fmt.Errorf("the key %q is not %d bytes in base64", fields[0], KeySize)
		}
		if k.aead[fields[0]] != nil {
			return nil, fmt.Errorf("the key %q stands there twice", fields[0])
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
func openFile(path string) (*local, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	switch err := appendKey(path, os.O_EXCL); {
	case errors.Is(err, fs.ErrExist):
	case err != nil:
		return nil, fmt.Errorf("keeper: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("keeper: others can read %s: run chmod 600 on it", path)
	}
	text, err := os.ReadFile(path)
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
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND|flag, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(NewKey())
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(filepath.Dir(path)))
}

// syncFolder makes a new file's name durable too.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
