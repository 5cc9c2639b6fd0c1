package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/bulk"
	"waymark.example/internal/police/compliance"
)

type complianceCmd struct {
	where
	force
	File     string        `arg:"" optional:"" help:"The CSV file of eligible arrests." type:"path"`
	Columns  bool          `help:"Say which columns are read, and stop."`
	Encoding bulk.Encoding `help:"How the file writes its letters: utf-8 or windows-1252." enum:"utf-8,windows-1252" default:"utf-8"`
	Full     string        `help:"Where to write every arrest without a decision, for the police lead's eyes only (mode 600). The summary on the screen holds no small number and may be passed on." placeholder:"FILE" type:"path"`
}

func (c complianceCmd) Run(ctx context.Context) error {
	if c.Columns {
		return printColumns(compliance.Columns())
	}
	if c.File == "" {
		return errors.New("name the CSV file; waymark compliance --columns says what goes in it")
	}
	facts, err := inspect(c.File, c.Encoding, compliance.Columns())
	if err != nil {
		return err
	}
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	x := compliance.Extract{Facts: facts}
	if x.Organisation, x.Zone, x.Officers, err = c.force.of(ctx, a); err != nil {
		return err
	}
	in, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	rows, err := bulk.NewReader(in, c.Encoding)
	if err != nil {
		return fileError(err)
	}
	report, err := a.Compliance.Run(ctx, lead.System(), x, rows)
	if err != nil {
		return fileError(err)
	}
	if c.Full != "" {
		if err := writeFull(c.Full, report, x.Zone); err != nil {
			return err
		}
	}
	return toldCompliance(report, c.Full)
}

// writeFull writes what is not to be passed on, for its owner's eyes only.
func writeFull(path string, r compliance.Report, zone *time.Location) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("--full: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names it
	if err != nil {
		return fmt.Errorf("--full: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows := web.NewCSV(file)
	if err := rows.Row("row", "reference", "happened_at", "offence", "officer", "unit", "found", "decision"); err != nil {
		return err
	}
	for _, a := range r.Arrests {
		if a.Standing == compliance.Recorded {
			continue
		}
		if err := rows.Row(strconv.FormatInt(a.Row, 10), a.Reference, a.At.In(zone).Format("2006-01-02 15:04"), a.Offence, a.Officer.Name, a.Team, a.Standing.Words(), a.ContactReference); err != nil {
			return err
		}
	}
	return rows.End()
}

func toldCompliance(r compliance.Report, full string) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "unit\tarrests\trecorded\tprobably\tno decision found") //nolint:errcheck // standard output
	for _, l := range compliance.Summary(r.Arrests) {
		if l.Unit == "" {
			l.Unit = "(no unit)"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Unit, shown(l.Arrests), shown(l.Recorded), shown(l.Probable), shown(l.Missing)) //nolint:errcheck // standard output
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Println("\n- is a number that is not shown: it is below 10, or would let one be worked out. \"Probably\" is a decision by the officer or unit for the offence within two hours; look at each before counting it.")
	if r.Doubled > 0 {
		fmt.Printf("Rows that named an arrest again, and count once: %d.\n", r.Doubled)
	}
	for i, u := range r.Unread {
		if i == 20 {
			fmt.Printf("and %d more\n", len(r.Unread)-i)
			break
		}
		fmt.Printf("row %d was not counted: %s\n", u.Row, u.Words)
	}
	switch {
	case len(r.Unread) > 0:
		return exitError{exitFile, fmt.Sprintf("rows that could not be read and were not counted: %d", len(r.Unread))}
	case r.Count(compliance.Missing)+r.Count(compliance.Probable) == 0:
		return nil
	case full == "":
		return exitError{exitLeft, "there are arrests without a certain decision: --full FILE lists them"}
	}
	return exitError{exitLeft, "there are arrests without a certain decision: they are in " + full}
}

func shown(n int64) string {
	if n == compliance.Hidden {
		return "-"
	}
	return strconv.FormatInt(n, 10)
}
