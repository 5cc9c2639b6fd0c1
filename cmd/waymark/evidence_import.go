package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
)

type evidenceImportCmd struct {
	where
	Table  outcome.Kind `help:"Which table: people, contacts, outcomes, support or months. People first." enum:"people,contacts,outcomes,support,months" required:""`
	CSV    string       `help:"The CSV file, as waymark evidence codebook says." name:"csv" type:"existingfile" required:"" placeholder:"FILE"`
	DryRun bool         `help:"Say what would happen and keep nothing."`
}

func (c evidenceImportCmd) Run(ctx context.Context) error {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	began, shown := time.Now(), 0
	r, err := a.Evidence.Import(ctx, lead.System(), outcome.File{
		Kind: c.Table, Try: c.DryRun,
		Open: func() (io.ReadCloser, error) { return os.Open(c.CSV) },
		Report: func(w study.Wrong) { // never with what it said
			if shown++; shown <= study.MostWrong {
				fmt.Println(w)
			}
		},
		Progress: func(done, all int64) {
			rate := float64(done) / max(time.Since(began).Seconds(), 0.001)
			fmt.Fprintf(os.Stderr, "%d of %d rows, %.0f a second\n", done, all, rate)
		},
	})
	if whole, ok := errors.AsType[outcome.FileError](err); ok {
		return exitError{exitFile, string(whole)}
	}
	if err != nil {
		return err
	}
	if r.Rows == 0 {
		fmt.Println("There is no row in the file: nothing was taken.")
		return nil
	}
	verb := map[bool]string{true: "would be taken", false: "taken"}[c.DryRun]
	fmt.Printf("%d rows of %s in %s, key %s: %d %s, %d as another version of what was there, %d were there already, %d wrong.\n",
		r.Rows, c.Table, time.Since(began).Round(time.Millisecond), r.KeyID, r.Taken, verb, r.Changed, r.Already, r.Wrong)
	if r.Earlier > 0 {
		fmt.Printf("An earlier run of this same file dealt with %d of them.\n", r.Earlier)
	}
	if most := peak(); most != "" {
		fmt.Fprintf(os.Stderr, "at most %s of memory\n", most)
	}
	if c.DryRun {
		fmt.Println("Nothing was kept.")
	}
	if r.Wrong > 0 {
		return exitError{exitLeft, fmt.Sprintf("rows not taken: %d. Mend them in the file and import it again: what was taken is nothing then", r.Wrong)}
	}
	return nil
}

type evidenceCodebookCmd struct{}

func (evidenceCodebookCmd) Run() error { return outcome.WriteCodebook(os.Stdout) }

type evidencePseudonymiseCmd struct {
	Key    string          `help:"Key file. Only its holder has it: one for each project and each run." type:"path" required:"" placeholder:"FILE"`
	NewKey bool            `help:"Make the key file, and stop where nothing else is named."`
	CSV    string          `help:"A CSV file of which one column is turned into pseudonyms." name:"csv" type:"existingfile" placeholder:"FILE"`
	Column string          `help:"Which column." default:"person" placeholder:"NAME"`
	Label  pseudonym.Label `help:"What the column holds: person, officer, contact, event or incident. The same number under two labels has two pseudonyms." enum:"person,officer,contact,event,incident" default:"person"`
	Study  string          `help:"Or a folder with people.csv, contacts.csv and the others: every id in it is turned into a pseudonym." type:"existingdir" placeholder:"DIR"`
	From   string          `help:"With --study, where the folder has no study.json: the first day of the study period." placeholder:"DAY"`
	Until  string          `help:"With --study: the day up to which records are whole." placeholder:"DAY"`
	Known  string          `help:"CSV file with the columns known_as and person: who is meant by a reference. It is the holder's own." type:"existingfile" placeholder:"FILE"`
	Out    string          `help:"Where to write: a file, or a folder with --study. It must not be there." type:"path" placeholder:"FILE"`
}

func (c evidencePseudonymiseCmd) Run() error {
	get := pseudonym.Read
	if c.NewKey {
		get = pseudonym.New
	}
	key, err := get(c.Key)
	if err != nil {
		return err
	}
	if c.NewKey {
		fmt.Printf("A new key, %s. Keep the file where nobody else reads it, and destroy it when the run is linked.\n", key.ID())
	}
	switch {
	case c.CSV == "" && c.Study == "":
		if c.NewKey {
			return nil
		}
		return errors.New("name a file with --csv or a folder with --study")
	case c.CSV != "" && c.Study != "":
		return errors.New("--csv and --study: choose one")
	case c.Out == "":
		return errors.New("--out: say where to write")
	}
	if _, err := os.Lstat(c.Out); err == nil {
		return errors.New("--out: there is something of this name already: nothing is written over")
	}
	var known pseudonym.Known
	if c.Known != "" {
		f, err := os.Open(c.Known)
		if err != nil {
			return err
		}
		known, err = pseudonym.ReadKnown(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	if c.Study != "" {
		return c.folder(key, known)
	}
	return c.column(key, known)
}

func (c evidencePseudonymiseCmd) column(key pseudonym.Key, known pseudonym.Known) error {
	in, err := os.Open(c.CSV)
	if err != nil {
		return err
	}
	defer in.Close()                                                         //nolint:errcheck // it was only read
	out, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the holder names it
	if err != nil {
		return err
	}
	buffer := bufio.NewWriterSize(out, 1<<20)
	done, err := key.Column(in, buffer, c.Column, c.Label, known)
	if err := errors.Join(err, buffer.Flush(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out)) // half a file looks like a whole one
	}
	fmt.Printf("%d rows under key %s, %d without anything in the column.\n", done.Rows, key.ID(), done.Empty)
	if known != nil {
		fmt.Printf("%d of them were found in the list of who is meant.\n", done.Resolved)
	}
	return nil
}

func (c evidencePseudonymiseCmd) folder(key pseudonym.Key, known pseudonym.Known) error {
	st, done, wrong, err := key.Folder(os.DirFS(c.Study), known)
	for i, w := range wrong {
		if i < study.MostWrong {
			fmt.Println(w)
		}
	}
	if err != nil {
		return err
	}
	st.From, st.Until, err = study.Period(os.DirFS(c.Study))
	switch {
	case err == nil || c.From != "" && c.Until != "":
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("--from and --until: say the study period, for the folder has no study.json")
	default:
		return err
	}
	for text, into := range map[string]*study.Day{c.From: &st.From, c.Until: &st.Until} {
		if text == "" {
			continue
		}
		if *into, err = study.ParseDay(text); err != nil {
			return err
		}
	}
	if err := study.CheckPeriod(st.From, st.Until); err != nil {
		return fmt.Errorf("--from and --until: %w", err)
	}
	if err := st.Write(filepath.Clean(c.Out)); err != nil {
		return err
	}
	fmt.Printf("%d people, %d contacts, %d outcomes, %d of support and %d months under key %s.\n", len(st.People), len(st.Contacts), len(st.Outcomes), len(st.Support), len(st.Months), key.ID())
	if known != nil {
		fmt.Printf("%d of %d rows were found in the list of who is meant.\n", done.Resolved, done.Rows)
	}
	if len(wrong) > 0 {
		return exitError{exitLeft, fmt.Sprintf("rows left out: %d", len(wrong))}
	}
	return nil
}
