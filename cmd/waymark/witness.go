package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/mod/sumdb/note"

	"waymark.example/internal/platform/ledger"
)

type witnessCmd struct {
	From  string        `help:"Address of the site, such as https://waymark.example.org" required:"" placeholder:"URL"`
	Key   string        `help:"Public key of the site, received by another way than this address." required:"" placeholder:"VKEY"`
	Token string        `help:"The token that the site lets witnesses in with." env:"WAYMARK_WITNESS_TOKEN" required:""`
	Store string        `help:"Folder for the witness's own key and the checkpoints it keeps." required:"" type:"path" placeholder:"DIR"`
	Every time.Duration `help:"How long to wait between two looks." default:"1m"`
	Once  bool          `help:"Look once and stop."`
}

func (c witnessCmd) Run(ctx context.Context) error {
	site, err := publicKey(c.Key)
	if err != nil {
		return err
	}
	key, err := ledger.KeepKey(filepath.Join(c.Store, "witness.key"), "witness")
	if err != nil {
		return err
	}
	for {
		err := c.look(ctx, site, key)
		switch {
		case errors.Is(err, ledger.ErrRewritten), c.Once, errors.Is(err, context.Canceled):
			return err
		case err != nil: // the site or the network is away: it is asked again
			slog.ErrorContext(ctx, "witness", "err", err)
		}
		select {
		case <-time.After(c.Every):
		case <-ctx.Done():
			return nil
		}
	}
}

// look fetches the newest checkpoint, and keeps it if it continues the last one.
func (c witnessCmd) look(ctx context.Context, site note.Verifier, witness note.Signer) error {
	latest := filepath.Join(c.Store, "latest")
	last, err := os.ReadFile(latest) // #nosec G304 -- the operator names it
	var from int64
	switch {
	case errors.Is(err, fs.ErrNotExist):
		last = nil
	case err != nil:
		return err
	default:
		if from, err = ledger.SizeOf(last, site); err != nil {
			return fmt.Errorf("%s: %w", latest, err)
		}
	}
	body, err := c.fetch(ctx, from)
	if err != nil {
		return err
	}
	now, cosigned, err := ledger.Advance(last, body, site, witness)
	if errors.Is(err, ledger.ErrRewritten) { // both are signed by the site: together they prove it
		kept := filepath.Join(c.Store, "rewritten-"+time.Now().UTC().Format("20060102T150405.000000000"))
		return errors.Join(fmt.Errorf("%w; what the site answered is kept in %s", err, kept), replace(kept, body))
	}
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(c.Store, "checkpoint-"+strconv.FormatInt(now.Number, 10)), cosigned); err != nil {
		return err
	}
	if err := replace(latest, cosigned); err != nil {
		return err
	}
	fmt.Printf("Witnessed %d entries, %s\n", now.Size, now.Root)
	return nil
}

// mostAnswer is how much a proof may weigh, in bytes: many times over.
const mostAnswer = 1 << 20

func (c witnessCmd) fetch(ctx context.Context, from int64) ([]byte, error) {
	address, err := url.JoinPath(c.From, "ledger/proof")
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"?from="+strconv.FormatInt(from, 10), nil)
	if err != nil {
		return nil, fmt.Errorf("--from: %w", err)
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the site answered %s: is the token right, and has it signed anything yet?", resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
}

// replace puts body in the place of file, whole or not at all.
func replace(file string, body []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".new-")
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return os.Rename(f.Name(), file)
}
