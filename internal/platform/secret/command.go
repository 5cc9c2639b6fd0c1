package secret

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// command lets a program of the operator's choice wrap and unwrap, so that any
// key service or PKCS#11 token can hold the keys. The program is started once
// for each request. It reads one line and answers with one line:
//
//	current                          ->  ok KEYID
//	wrap KEY BOUND                   ->  ok KEYID WRAPPED
//	unwrap KEYID WRAPPED BOUND       ->  ok KEY
//
// KEY, WRAPPED and BOUND are base64; KEYID has no space. Anything else than ok,
// or an exit code other than 0, is a failure. BOUND must be authenticated with
// the key (as "additional data" or "encryption context"). Nothing may be logged.
type command struct {
	argv    []string
	current string

	// Asking a key service takes milliseconds, so what it unwrapped is kept for
	// a short while, found by the wrapped key itself: whose row is gone from the
	// key store is never looked for.
	mu   sync.Mutex
	kept map[[sha256.Size]byte]keptKey
}

type keptKey struct {
	key   []byte
	until time.Time
}

// keepFor and keepMost bound what stays in memory.
const (
	keepFor  = 5 * time.Minute
	keepMost = 10_000
)

// commandTime is how long the program may take.
const commandTime = 10 * time.Second

func newCommand(argv []string) (*command, error) {
	c := &command{argv: argv, kept: map[[sha256.Size]byte]keptKey{}}
	answer, err := c.ask(context.Background(), 1, "current")
	if err != nil {
		return nil, fmt.Errorf("keeper: %w", err)
	}
	c.current = answer[0]
	return c, nil
}

// Current returns the id of the newest key.
func (c *command) Current() string { return c.current }

// Wrap has the program wrap a data key.
func (c *command) Wrap(ctx context.Context, dataKey []byte, bound string) ([]byte, string, error) {
	answer, err := c.ask(ctx, 2, "wrap", encode(dataKey), encode([]byte(bound)))
	if err != nil {
		return nil, "", fmt.Errorf("wrap: %w", err)
	}
	wrapped, err := base64.StdEncoding.DecodeString(answer[1])
	if err != nil {
		return nil, "", fmt.Errorf("wrap: the keeper's program answered what is not base64")
	}
	return wrapped, answer[0], nil
}

// Unwrap has the program unwrap a data key.
func (c *command) Unwrap(ctx context.Context, wrapped []byte, keyID, bound string) ([]byte, error) {
	name := sha256.Sum256(fmt.Appendf(nil, "%q%q%q", keyID, bound, wrapped))
	c.mu.Lock()
	k, ok := c.kept[name]
	c.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return bytes.Clone(k.key), nil
	}
	answer, err := c.ask(ctx, 1, "unwrap", keyID, encode(wrapped), encode([]byte(bound)))
	if err != nil {
		return nil, fmt.Errorf("unwrap: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(answer[0])
	if err != nil || len(key) != KeySize { // the text of err may hold the key
		return nil, fmt.Errorf("unwrap: the keeper's program answered what is no key")
	}
	c.mu.Lock()
	if len(c.kept) >= keepMost {
		clear(c.kept)
	}
	c.kept[name] = keptKey{bytes.Clone(key), time.Now().Add(keepFor)}
	c.mu.Unlock()
	return key, nil
}

// ask sends one line to the program and returns the words after ok.
func (c *command) ask(ctx context.Context, words int, line ...string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	run := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...) // #nosec G204 -- the operator names it, and what is asked goes through its input
	run.Stdin = strings.NewReader(strings.Join(line, " ") + "\n")
	out, err := run.Output()
	if err != nil { // what it wrote may hold a key
		return nil, fmt.Errorf("the keeper's program %s: %w", c.argv[0], err)
	}
	answer := strings.Fields(string(out))
	if len(answer) != words+1 || answer[0] != "ok" {
		return nil, fmt.Errorf("the keeper's program %s did not answer ok to %s", c.argv[0], line[0])
	}
	return answer[1:], nil
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
