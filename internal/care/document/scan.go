package document

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"waymark.example/internal/lead"
)

// ErrFound says that a scanner knows a file as harmful.
var ErrFound = errors.New("the scanner knows this file as harmful")

// Scanner looks into files for what would harm whoever opens them.
type Scanner interface {
	// Scan returns whether the file was looked at; ErrFound when it is harmful, and
	// another error when it could not be looked at.
	Scan(ctx context.Context, body []byte) (looked bool, err error)
}

// NoScanner is a site without a scanner: files are kept and marked as not
// scanned.
type NoScanner struct{}

// Scan implements Scanner.
func (NoScanner) Scan(context.Context, []byte) (bool, error) { return false, nil }

// Clamd asks a ClamAV daemon over its INSTREAM protocol (man clamd): the file
// goes there in pieces, each behind its length, and one line comes back.
type Clamd struct {
	Network, Address string        // unix and a path, or tcp and host:port
	Within           time.Duration // for the whole of one file; 0 is thirty seconds
}

// OpenScanner reads where a scanner is: "" for none, unix:PATH or tcp:HOST:PORT.
func OpenScanner(where string) (Scanner, error) {
	if where == "" {
		return NoScanner{}, nil
	}
	network, address, ok := strings.Cut(where, ":")
	if !ok || address == "" || network != "unix" && network != "tcp" {
		return nil, fmt.Errorf("scanner %q: say unix:PATH or tcp:HOST:PORT", where)
	}
	return Clamd{Network: network, Address: address}, nil
}

// piece is how much is sent at once, longestAnswer how much is read back.
const (
	piece         = 64 << 10
	longestAnswer = 4 << 10
)

// Scan implements Scanner. A scanner that does not answer takes no file in.
func (c Clamd) Scan(ctx context.Context, body []byte) (bool, error) {
	within := c.Within
	if within == 0 {
		within = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	answer, err := c.ask(ctx, body)
	if err != nil {
		return false, fmt.Errorf("scan: %w: %w", lead.ErrUnavailable, err)
	}
	switch {
	case answer == "stream: OK":
		return true, nil
	case strings.HasPrefix(answer, "stream: ") && strings.HasSuffix(answer, " FOUND"):
		return true, ErrFound
	}
	return false, fmt.Errorf("scan: %w: the scanner answered %q", lead.ErrUnavailable, answer)
}

func (c Clamd) ask(ctx context.Context, body []byte) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, c.Network, c.Address)
	if err != nil {
		return "", err
	}
	defer conn.Close() //nolint:errcheck // everything was read
	if end, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(end); err != nil {
			return "", err
		}
	}
	if _, err := io.WriteString(conn, "zINSTREAM\x00"); err != nil {
		return "", err
	}
	for rest := body; len(rest) > 0; {
		n := min(piece, len(rest))
		if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(n)), rest[:n]...)); err != nil { // #nosec G115 -- at most a piece
			return "", err
		}
		rest = rest[n:]
	}
	if _, err := conn.Write([]byte{0, 0, 0, 0}); err != nil {
		return "", err
	}
	answer, err := io.ReadAll(io.LimitReader(conn, longestAnswer))
	if err != nil && len(answer) == 0 {
		return "", err
	}
	answer, _, _ = bytes.Cut(answer, []byte{0})
	return strings.TrimSpace(string(answer)), nil
}
