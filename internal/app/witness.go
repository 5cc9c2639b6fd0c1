package app

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

// keepLedger starts the keeper, which signs the head of the log as it grows.
func (a *App) keepLedger(ctx context.Context) error {
	key, err := a.ledgerKey()
	if err != nil {
		return err
	}
	a.signer = ledger.NewKeeper(a.Store.Handle(schema.Ledger), key, a.Now)
	other, err := a.signer.SignedByAnother(ctx)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	if other { // the site must go on; whoever verifies needs both keys
		slog.WarnContext(ctx, "the ledger's last checkpoint was signed with another key than the one in use")
	}
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.signer.Run(running)
	}()
	a.stop = func() { end(); <-done }
	return nil
}

// ledgerKey finds the key that signs the log. It is never in the database: who
// can change the log must not be able to sign it.
func (a *App) ledgerKey() (ledger.Key, error) {
	if a.LedgerKey != "" {
		return ledger.ReadKey(a.LedgerKey)
	}
	if a.LedgerKeyFile != "" {
		return ledger.KeepKey(a.LedgerKeyFile, "waymark")
	}
	if path, ok := strings.CutPrefix(a.Database, "sqlite:"); ok {
		return ledger.KeepKey(filepath.Join(filepath.Dir(path), "ledger.key"), "waymark")
	}
	if !a.Practice {
		return ledger.Key{}, errors.New("with PostgreSQL the log needs a signing key: make one with waymark ledger-key and give it as WAYMARK_LEDGER_KEY")
	}
	text, err := ledger.NewKeyText("waymark-practice")
	if err != nil {
		return ledger.Key{}, err
	}
	return ledger.ReadKey(text)
}

// LedgerKeyPublic is the public half of the key that signs the log.
func (a *App) LedgerKeyPublic() string { return a.signer.Public() }

// witnessed serves checkpoints and proofs to another organisation, who keeps
// them so that nobody here can rewrite the log. To anybody without the token
// there is nothing at these addresses.
func (a *App) witnessed(absent http.Handler, answer func(*http.Request) ([]byte, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || a.WitnessToken == "" || !sameSecret(token, a.WitnessToken) {
			absent.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), requestTime)
		defer cancel()
		body, err := answer(r.WithContext(ctx))
		if errors.Is(err, lead.ErrNotFound) {
			absent.ServeHTTP(w, r)
			return
		}
		if err != nil {
			slog.ErrorContext(ctx, "witness", "err", err)
			http.Error(w, "the log cannot be read just now", http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if _, err := w.Write(body); err != nil {
			slog.WarnContext(ctx, "witness", "err", err)
		}
	})
}

// sameSecret compares hashes, so that neither the time nor the length tells.
func sameSecret(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

func (a *App) checkpoint(r *http.Request) ([]byte, error) { return a.signer.Latest(r.Context()) }

func (a *App) proof(r *http.Request) ([]byte, error) {
	from, err := strconv.ParseInt(r.URL.Query().Get("from"), 10, 64)
	if err != nil || from < 0 {
		return nil, lead.ErrNotFound
	}
	return a.signer.Proof(r.Context(), from)
}
