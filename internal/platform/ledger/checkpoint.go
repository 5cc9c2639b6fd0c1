package ledger

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Checkpoint is the head of the log at one moment. Its text is that of a C2SP
// checkpoint with two lines of our own, so that witnesses of other logs can
// read it: https://c2sp.org/tlog-checkpoint.
type Checkpoint struct {
	Origin string // the name of the key that signs it
	Size   int64  // how many entries it covers
	Root   tlog.Hash
	Number int64 // 1 for the first: a gap shows that one was taken away
	Made   string
}

func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\nnumber %d\nmade %s\n", c.Origin, c.Size, c.Root, c.Number, c.Made)
}

// parseCheckpoint reads what text wrote, and nothing else.
func parseCheckpoint(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	bad := errors.New("this is no checkpoint")
	if len(lines) != 6 {
		return Checkpoint{}, bad
	}
	c := Checkpoint{Origin: lines[0], Made: strings.TrimPrefix(lines[4], "made ")}
	var errs [3]error
	c.Size, errs[0] = strconv.ParseInt(lines[1], 10, 64)
	c.Root, errs[1] = tlog.ParseHash(lines[2])
	c.Number, errs[2] = strconv.ParseInt(strings.TrimPrefix(lines[3], "number "), 10, 64)
	if errors.Join(errs[:]...) != nil || c.Size < 0 || c.Number < 1 || c.text() != text {
		return Checkpoint{}, bad
	}
	return c, nil
}

// OpenCheckpoint reads a signed checkpoint and checks the site's signature.
// Signatures of witnesses may stand beside it.
func OpenCheckpoint(signed []byte, site note.Verifiers) (Checkpoint, error) {
	c, _, err := openCheckpoint(signed, site)
	return c, err
}

func openCheckpoint(signed []byte, site note.Verifiers) (Checkpoint, *note.Note, error) {
	n, err := note.Open(signed, site)
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	c, err := parseCheckpoint(n.Text)
	if err == nil && c.Origin != n.Sigs[0].Name {
		err = errors.New("another key's log")
	}
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("open checkpoint: %w", err)
	}
	return c, n, nil
}

// openStored is OpenCheckpoint for one that the site keeps: the site's
// signature alone, in the one way to write it.
func openStored(signed string, site note.Verifiers) (Checkpoint, error) {
	c, n, err := openCheckpoint([]byte(signed), site)
	if err != nil {
		return Checkpoint{}, err
	}
	_, loose := base64.StdEncoding.Strict().DecodeString(n.Sigs[0].Base64)
	again, err := note.Sign(n)
	if err != nil || loose != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 || string(again) != signed {
		return Checkpoint{}, errors.New("its signature was changed")
	}
	return c, nil
}

// Key signs checkpoints. It is kept outside the database: whoever can change
// the log must not be able to sign it.
type Key struct {
	note.Signer
	Public string // for those who verify
}

// ReadKey reads a key as NewKeyText wrote it.
func ReadKey(text string) (Key, error) {
	text = strings.TrimSpace(text)
	signer, err := note.NewSigner(text)
	if err != nil {
		return Key{}, errors.New("the ledger's key cannot be read: it must be the one line that starts with PRIVATE+KEY") // without the text
	}
	parts := strings.SplitN(text, "+", 5)
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	if err != nil || len(raw) != 1+ed25519.SeedSize {
		return Key{}, errors.New("the ledger's key cannot be read")
	}
	public, ok := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return Key{}, errors.New("the ledger's key has no public half")
	}
	vkey, err := note.NewEd25519VerifierKey(signer.Name(), public)
	return Key{signer, vkey}, err
}

// NewKeyText makes a key whose name starts with kind and is like no other.
func NewKeyText(kind string) (string, error) {
	var id [6]byte
	if _, err := rand.Read(id[:]); err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	text, _, err := note.GenerateKey(rand.Reader, kind+"-"+hex.EncodeToString(id[:]))
	return text, err
}

// KeepKey reads the key in file, and makes it the first time, for its owner's
// eyes only. The public half is written beside it, as file.pub.
func KeepKey(file, kind string) (Key, error) {
	text, err := os.ReadFile(file) // #nosec G304 -- the operator names it
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(file, kind)
	}
	if err != nil {
		return Key{}, fmt.Errorf("key: %w", err)
	}
	key, err := ReadKey(string(text))
	if err != nil {
		return Key{}, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

func makeKey(file, kind string) (Key, error) {
	text, err := NewKeyText(kind)
	if err != nil {
		return Key{}, err
	}
	key, err := ReadKey(text)
	if err != nil {
		return Key{}, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	if err := writeNew(file, text+"\n", 0o600); err != nil {
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	if err := os.WriteFile(file+".pub", []byte(key.Public+"\n"), 0o644); err != nil { // #nosec G306 -- the public half
		return Key{}, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

// writeNew writes a file that must not be there yet, down to the disk.
func writeNew(file, text string, mode os.FileMode) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close())
}
