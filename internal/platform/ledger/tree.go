package ledger

import (
	"encoding/base64"
	"fmt"
	"math/bits"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// peaks are the tops of the complete trees over the entries so far, the
// largest first. They are all that the next entry and the root need, so
// appending reads no earlier entry.
type peaks []tlog.Hash

// readPeaks reads the peaks of a log of size entries.
func readPeaks(text string, size int64) (peaks, error) {
	p, err := readHashes(text)
	if err != nil || size < 0 || len(p) != bits.OnesCount64(uint64(size)) {
		return nil, fmt.Errorf("ledger: the head does not fit its %d entries", size)
	}
	return p, nil
}

// add returns the peaks after one more leaf, and the hashes that the leaf's own
// row keeps: the leaf and each inner node that it completes, from the bottom up.
func (p peaks) add(size int64, leaf tlog.Hash) (after peaks, own []tlog.Hash) {
	own = []tlog.Hash{leaf}
	for ; size&1 == 1; size >>= 1 {
		leaf = tlog.NodeHash(p[len(p)-1], leaf)
		own = append(own, leaf)
		p = p[:len(p)-1]
	}
	return append(p[:len(p):len(p)], leaf), own
}

// root returns the hash of the whole tree, as RFC 6962 defines it.
func (p peaks) root() tlog.Hash {
	if len(p) == 0 {
		return emptyRoot
	}
	h := p[len(p)-1]
	for i := len(p) - 2; i >= 0; i-- {
		h = tlog.NodeHash(p[i], h)
	}
	return h
}

// emptyRoot is the hash of the tree without entries: SHA-256 of nothing.
var emptyRoot, _ = tlog.TreeHash(0, nil)

// hashText writes hashes as one text. Each takes 43 characters.
func hashText(hashes []tlog.Hash) string {
	var b strings.Builder
	b.Grow(len(hashes) * hashWidth)
	var text [hashWidth]byte
	for i := range hashes {
		base64.RawStdEncoding.Encode(text[:], hashes[i][:])
		b.Write(text[:])
	}
	return b.String()
}

const hashWidth = 43

// readHashes reads what hashText wrote, and nothing else.
func readHashes(text string) ([]tlog.Hash, error) {
	if len(text)%hashWidth != 0 {
		return nil, fmt.Errorf("ledger: %d characters are no list of hashes", len(text))
	}
	out := make([]tlog.Hash, 0, len(text)/hashWidth)
	for ; text != ""; text = text[hashWidth:] {
		raw, err := base64.RawStdEncoding.Strict().DecodeString(text[:hashWidth])
		if err != nil || len(raw) != tlog.HashSize { // a line break is skipped by the decoder
			return nil, fmt.Errorf("ledger: a hash cannot be read")
		}
		out = append(out, tlog.Hash(raw))
	}
	return out, nil
}
