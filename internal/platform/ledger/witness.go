package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrRewritten tells a witness that the log is not what it was: something was
// changed or taken away after it had been signed.
var ErrRewritten = errors.New("the log's history was rewritten")

// proof is what a site answers to a witness.
type proof struct {
	old    int64
	hashes tlog.TreeProof
	signed []byte // the checkpoint that the proof leads to
}

// longestProof is more hashes than any log of 63-bit size needs.
const longestProof = 130

// parseProof reads what Keeper.Proof wrote.
func parseProof(body []byte) (proof, error) {
	bad := errors.New("this is no proof")
	head, signed, ok := bytes.Cut(body, []byte("\n\n"))
	if !ok || len(body) > 1<<20 {
		return proof{}, bad
	}
	lines := strings.Split(string(head), "\n")
	text, ok := strings.CutPrefix(lines[0], "old ")
	old, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil || old < 0 || strconv.FormatInt(old, 10) != text || len(lines) > 1+longestProof {
		return proof{}, bad
	}
	p := proof{old: old, signed: signed}
	for _, line := range lines[1:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return proof{}, bad
		}
		p.hashes = append(p.hashes, h)
	}
	return p, nil
}

// Advance checks that a site's answer continues the checkpoint that a witness
// last kept (nil for none), and returns the new one with the witness's
// signature beside the site's. The error is ErrRewritten when both are genuine
// and the one does not continue the other.
func Advance(last, body []byte, site note.Verifier, witness note.Signer) (Checkpoint, []byte, error) {
	known := note.VerifierList(site)
	p, err := parseProof(body)
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("witness: %w", err)
	}
	now, n, err := openCheckpoint(p.signed, known)
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("witness: %w", err)
	}
	if last != nil {
		before, err := OpenCheckpoint(last, known)
		if err != nil {
			return Checkpoint{}, nil, fmt.Errorf("witness: the checkpoint kept last: %w", err)
		}
		if err := continues(before, now, p); err != nil {
			return now, nil, err
		}
	}
	n.UnverifiedSigs = nil // of others: this witness vouches for the site's and its own
	cosigned, err := note.Sign(n, witness)
	return now, cosigned, err
}

// continues reports, as an error, that now does not continue before.
func continues(before, now Checkpoint, p proof) error {
	switch {
	case now.Size < before.Size:
		return fmt.Errorf("%w: it had %d entries and has %d", ErrRewritten, before.Size, now.Size)
	case now.Number < before.Number:
		return fmt.Errorf("%w: checkpoint %d was signed, and the last one is number %d", ErrRewritten, before.Number, now.Number)
	case before.Size == 0:
		return nil
	case p.old != before.Size:
		return fmt.Errorf("witness: asked for a proof from %d entries and got one from %d", before.Size, p.old)
	}
	if err := tlog.CheckTree(p.hashes, now.Size, now.Root, before.Size, before.Root); err != nil {
		return fmt.Errorf("%w: its first %d entries are not those that were signed", ErrRewritten, before.Size)
	}
	return nil
}

// SizeOf returns how many entries a checkpoint that was kept covers.
func SizeOf(signed []byte, site note.Verifier) (int64, error) {
	c, err := OpenCheckpoint(signed, note.VerifierList(site))
	return c.Size, err
}
