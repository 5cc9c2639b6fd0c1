package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/bulk"
)

// Ways in which an import or a comparison ends, for scripts. 1 is a failure.
const (
	exitLeft = 3 // rows were not taken, or arrests have no decision
	exitFile = 4 // the file cannot be read
)

type importCmd struct {
	Services   importServicesCmd   `cmd:"" help:"Take in a directory of services in the Open Referral UK model. Without --write nothing is kept."`
	Instrument importInstrumentCmd `cmd:"" help:"Take in a questionnaire. Without --write nothing is kept: it says what is wrong with the file."`
	Contacts   importContactsCmd   `cmd:"" help:"Take in decided contacts from a CSV file. Without --write nothing is kept: it says what would happen."`
}

// force says which police organisation a file is of.
type force struct {
	Organisation string `help:"The police force, as on the Organisations page. Not needed where there is one." placeholder:"NAME"`
	Zone         string `help:"Time zone of times that do not say theirs." default:"Europe/London"`
	Officers     string `help:"CSV file with the columns collar and email, for officers who are named by collar number." type:"existingfile" placeholder:"FILE"`
}

type importContactsCmd struct {
	where
	force
	File           string        `arg:"" optional:"" help:"The CSV file." type:"path"`
	Columns        bool          `help:"Say which columns are read, and stop."`
	Source         string        `help:"The system that the file comes from. Needed, and always the same: with the force and the reference it says which contact a row is." placeholder:"NAME"`
	Write          bool          `help:"Take the rows in."`
	DryRun         bool          `help:"Say what would happen and keep nothing, as without --write."`
	OfficerUnknown string        `help:"What to do with rows of officers who have no account: error or skip." enum:"error,skip" default:"error"`
	Encoding       bulk.Encoding `help:"How the file writes its letters: utf-8 or windows-1252." enum:"utf-8,windows-1252" default:"utf-8"`
	Errors         string        `help:"Where to write the rows that were not taken, to be mended and taken in again (default: the file's name with .errors.csv)." placeholder:"FILE" type:"path"`
}

func (c importContactsCmd) Run(ctx context.Context) error {
	if c.Columns {
		return printColumns(bulk.Columns())
	}
	switch {
	case c.File == "":
		return errors.New("name the CSV file; waymark import contacts --columns says what goes in it")
	case c.Source == "":
		return errors.New("--source: name the system that the file comes from, such as niche, and always the same: rows under another name count again")
	case c.Write && c.DryRun:
		return errors.New("--write and --dry-run: choose one")
	}
	if c.Errors == "" {
		c.Errors = c.File + ".errors.csv"
	}
	facts, err := inspect(c.File, c.Encoding, bulk.Columns())
	if err != nil {
		return err
	}
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	f := bulk.File{Facts: facts, Source: c.Source, Encoding: c.Encoding, SkipUnknown: c.OfficerUnknown == "skip", Try: !c.Write}
	if f.Organisation, f.Zone, f.Officers, err = c.force.of(ctx, a); err != nil {
		return err
	}
	in, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	left, err := newLeft(c.Errors, in, c.Encoding)
	if err != nil {
		return err
	}
	began := time.Now()
	f.Report = left.add
	f.Progress = func(r bulk.Result) { printProgress(facts.Rows, r, began) }
	result, err := a.Bulk.Import(ctx, lead.System(), f, in)
	if err = errors.Join(err, left.end()); err != nil {
		return fileError(err)
	}
	return c.told(result, time.Since(began))
}

// inspect reads a file to its end before anything is done with it.
func inspect(path string, as bulk.Encoding, columns []bulk.Column) (bulk.Facts, error) {
	in, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return bulk.Facts{}, exitError{exitFile, err.Error()}
	}
	defer in.Close() //nolint:errcheck // it was only read
	facts, err := bulk.Inspect(in, as, columns)
	return facts, fileError(err)
}

// fileError gives what is wrong with a file as a whole its own exit code.
func fileError(err error) error {
	if told, ok := errors.AsType[bulk.FileError](err); ok {
		return exitError{exitFile, string(told)}
	}
	return err
}

func printColumns(columns []bulk.Column) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, column := range columns {
		needed := ""
		if column.Needed {
			needed = "needed"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", column.Name, needed, column.Words) //nolint:errcheck // standard output
	}
	return w.Flush()
}

// of finds the force, its officers and its clock.
func (f force) of(ctx context.Context, a *app.App) (organisationID string, zone *time.Location, find func(string) (lead.Actor, bool), err error) {
	if zone, err = time.LoadLocation(f.Zone); err != nil {
		return "", nil, nil, fmt.Errorf("--zone: %w", err)
	}
	all, err := a.Accounts.Organisations(ctx)
	if err != nil {
		return "", nil, nil, err
	}
	all = slices.DeleteFunc(all, func(o identity.Organisation) bool {
		return o.Kind != identity.PoliceForce || f.Organisation != "" && !strings.EqualFold(o.Name, f.Organisation)
	})
	if len(all) != 1 {
		return "", nil, nil, fmt.Errorf("--organisation: %d police forces fit: name one as on the Organisations page", len(all))
	}
	officers, err := a.Accounts.OfficersOf(ctx, all[0].ID)
	if err != nil {
		return "", nil, nil, err
	}
	if f.Officers != "" {
		if err := readCollars(f.Officers, officers); err != nil {
			return "", nil, nil, err
		}
	}
	return all[0].ID, zone, officers.Find, nil
}

// readCollars lets the collar numbers of a file stand for accounts.
func readCollars(path string, officers identity.Officers) error {
	in, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read
	rows, err := bulk.NewReader(in, bulk.UTF8)
	if err != nil {
		return fmt.Errorf("--officers: %w", err)
	}
	collar, email := slices.Index(rows.Columns, "collar"), slices.Index(rows.Columns, "email")
	if collar < 0 || email < 0 {
		return errors.New("--officers: the file needs the columns collar and email")
	}
	for {
		rec, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("--officers: %w", err)
		}
		if len(rec.Cells) > max(collar, email) {
			officers.Also(rec.Cells[collar], rec.Cells[email])
		}
	}
}

// left writes the rows that were not taken.
type left struct {
	path    string
	columns []string
	from    []int // where each column is in the file
	file    *os.File
	rows    *web.CSV
	shown   int
}

func newLeft(path string, in io.ReadSeeker, as bulk.Encoding) (*left, error) {
	rows, err := bulk.NewReader(in, as)
	if err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("--errors: %w", err)
	}
	_, err = in.Seek(0, io.SeekStart)
	l := &left{path: path}
	for i, c := range rows.Columns {
		if c != "row" && c != "problem" {
			l.columns, l.from = append(l.columns, c), append(l.from, i)
		}
	}
	l.columns = append(l.columns, "row", "problem")
	return l, err
}

// add writes one row, and shows the first few.
func (l *left) add(p bulk.Problem) error {
	if l.file == nil {
		file, err := os.OpenFile(l.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names it
		if err != nil {
			return fmt.Errorf("--errors: %w", err)
		}
		l.file, l.rows = file, web.NewCSV(file)
		if err := l.rows.Row(l.columns...); err != nil {
			return err
		}
	}
	cells := make([]string, 0, len(l.columns))
	for _, i := range l.from {
		cell := ""
		if i < len(p.Cells) {
			cell = p.Cells[i]
		}
		cells = append(cells, cell)
	}
	cells = append(cells, strconv.FormatInt(p.Row, 10), p.Words())
	if l.shown++; l.shown <= 10 {
		fmt.Printf("row %d: %s\n", p.Row, p.Words())
	}
	return l.rows.Row(cells...)
}

func (l *left) end() error {
	if l.file == nil {
		return nil
	}
	return errors.Join(l.rows.End(), l.file.Close())
}

func printProgress(all int64, r bulk.Result, began time.Time) {
	rate := float64(r.Rows) / max(time.Since(began).Seconds(), 0.001)
	remaining := time.Duration(float64(all-r.Rows)/max(rate, 1)) * time.Second
	fmt.Fprintf(os.Stderr, "%d of %d rows, %.0f a second, %s left\n", r.Rows, all, rate, remaining)
}

// peak returns the most memory that this program had, "" where the system does
// not say.
func peak() string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

func (c importContactsCmd) told(r bulk.Result, took time.Duration) error {
	verb := "taken"
	if !c.Write {
		verb = "would be taken"
	}
	fmt.Printf("%d rows in %s: %d %s, %d were there already, %d with other words than before, %d with mistakes, %d of unknown officers passed over.\n",
		r.Rows, took.Round(time.Millisecond), r.Taken, verb, r.Already, r.Conflicts, r.Errors, r.Skipped)
	if r.Earlier > 0 {
		fmt.Printf("Of those taken, an earlier run of this same file took %d, and this one %d.\n", r.Earlier, r.Taken-r.Earlier)
	}
	if most := peak(); most != "" {
		fmt.Fprintf(os.Stderr, "at most %s of memory\n", most)
	}
	if !c.Write {
		fmt.Println("Nothing was kept. To take them in, say --write.")
	}
	if n := r.Conflicts + r.Errors; n > 0 {
		return exitError{exitLeft, fmt.Sprintf("rows not taken: %d. They are in %s, each with what is wrong. Mend that file and import it.", n, c.Errors)}
	}
	return nil
}
