package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

type verifyCmd struct {
	Data       string   `help:"Folder of the SQLite file, or of a copy of it." default:"data" type:"path"`
	Area       string   `help:"Which area's log, where there are several." env:"WAYMARK_AREA" placeholder:"NAME"`
	Database   string   `help:"PostgreSQL address (postgres://user@host/name) instead of a folder." env:"WAYMARK_DATABASE" placeholder:"URL"`
	Key        []string `help:"Public key of the site (the line in ledger.key.pub), from somewhere the site cannot change. More than one where the site has had more." required:"" placeholder:"VKEY" sep:"none"`
	Checkpoint []string `help:"A checkpoint that somebody else has kept, such as a witness's file latest. May be given more than once." type:"existingfile" placeholder:"FILE"`
}

func (c verifyCmd) Run(ctx context.Context) error {
	var evidence ledger.Evidence
	for _, key := range c.Key {
		v, err := publicKey(key)
		if err != nil {
			return err
		}
		evidence.Keys = append(evidence.Keys, v)
	}
	for _, file := range c.Checkpoint {
		signed, err := os.ReadFile(file) // #nosec G304 -- the operator names it
		if err != nil {
			return err
		}
		evidence.Kept = append(evidence.Kept, ledger.Kept{Name: file, Signed: signed})
	}
	address := where{Data: c.Data, Database: c.Database}.address()
	if c.Area != "" {
		var err error
		if address, err = db.InArea(address, c.Area); err != nil {
			return err
		}
	}
	store, err := db.OpenCopy(ctx, address)
	if err != nil {
		return err
	}
	r, err := ledger.Verify(ctx, store.Handle(db.Copy), evidence)
	if err := errors.Join(err, store.Close()); err != nil {
		return err
	}
	for _, f := range r.Findings {
		fmt.Println(f)
	}
	if r.More > 0 {
		fmt.Printf("and %d more\n", r.More)
	}
	if n := len(r.Findings) + r.More; n > 0 {
		return fmt.Errorf("the log is not what was written: %d %s", n, map[bool]string{true: "finding", false: "findings"}[n == 1])
	}
	fmt.Printf("The log is whole.\n\n  Entries:      %d\n  Root:         %s\n  Checkpoints:  %d, and %d brought from outside\n", r.Entries, r.Root, r.Checkpoints, len(evidence.Kept))
	if r.Unsigned > 0 {
		fmt.Printf("  Not yet signed: the last %d\n", r.Unsigned)
	}
	if r.Erased > 0 {
		fmt.Printf("  Names removed by law, each declared: %d\n", r.Erased)
	}
	return nil
}

func publicKey(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("--key: this is no public key; it is the one line in ledger.key.pub")
	}
	return v, nil
}

type ledgerKeyCmd struct{}

func (ledgerKeyCmd) Run() error {
	text, err := ledger.NewKeyText("waymark")
	if err != nil {
		return err
	}
	key, err := ledger.ReadKey(text)
	if err != nil {
		return err
	}
	fmt.Printf("Keep this secret, outside the database (WAYMARK_LEDGER_KEY):\n%s\n\nGive this to whoever verifies or witnesses the log:\n%s\n", text, key.Public)
	return nil
}
