// Package bundle is what an accredited evaluator takes away to check an evaluation by other means: the pseudonymised rows, what each column means,
// the plan, the results, a script in R that computes the main tables again, and the sums of all files. It imports plan, cohort, analysis and study.
package bundle

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/study"
)

//go:embed reproduce.R README.txt
var files embed.FS

// Input is what a bundle is made of.
type Input struct {
	Plan   plan.Frozen
	Study  *study.Study
	Result *analysis.Result
}

// File is one file of a bundle.
type File struct {
	Name string
	Text []byte
}

// Files makes the files of a bundle, in the order of their names, with the sums of all of them last. The same input is the same bytes: nothing in them
// tells when, where or by how many processors they were made.
func Files(in Input) ([]File, error) {
	c, err := cohort.Build(in.Study, in.Plan.Definition())
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	var out []File
	add := func(name string, write func(*bytes.Buffer) error) {
		var b bytes.Buffer
		if err == nil {
			if err = write(&b); err == nil {
				out = append(out, File{name, b.Bytes()})
			}
		}
	}
	tables := []Table{people(c), months(c)}
	for _, t := range tables {
		add(t.Name+".csv", func(b *bytes.Buffer) error { return t.WriteCSV(b) })
		add(t.Name+".parquet", func(b *bytes.Buffer) error { return t.WriteParquet(b) })
	}
	add("codebook.csv", func(b *bytes.Buffer) error { return codebook(b, tables) })
	add("plan.json", func(b *bytes.Buffer) error { _, err := b.Write(in.Plan.Bytes()); return err })
	add("results.json", func(b *bytes.Buffer) error {
		e := json.NewEncoder(b)
		e.SetIndent("", " ")
		return e.Encode(in.Result)
	})
	for _, name := range []string{"README.txt", "reproduce.R"} {
		add(name, func(b *bytes.Buffer) error {
			text, err := files.ReadFile(name)
			b.Write(text)
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("bundle: %w", err)
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	var sums bytes.Buffer
	for _, f := range out {
		sum := sha256.Sum256(f.Text)
		fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(sum[:]), f.Name)
	}
	return append(out, File{"SHA256SUMS", sums.Bytes()}), nil
}

// Write writes a bundle into a folder, which is made or has nothing in it.
func Write(dir string, in Input) error {
	if err := study.Free(dir); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	all, err := Files(in)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	for _, f := range all {
		to, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names the folder
		if err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
		_, err = to.Write(f.Text)
		if err := errors.Join(err, to.Close()); err != nil {
			return fmt.Errorf("bundle: %w", err)
		}
	}
	return nil
}

// codebook says what each column means, and what the five tables of the study were that it comes from.
func codebook(b *bytes.Buffer, tables []Table) error {
	w := csv.NewWriter(b)
	w.Write([]string{"table", "column", "type", "meaning", "codes"}) //nolint:errcheck // told by Error
	for _, t := range tables {
		for _, c := range t.Columns {
			w.Write([]string{t.Name, c.Name, string(c.Kind), c.Words, codes(c.Name)}) //nolint:errcheck // told by Error
		}
	}
	w.Flush()
	return w.Error()
}

func codes(column string) string {
	for _, t := range study.Codebook() {
		for _, c := range t.Columns {
			if c.Name == column && len(c.Codes) > 0 {
				var all []string
				for _, code := range c.Codes {
					all = append(all, code.Value+" = "+code.Words)
				}
				return strings.Join(all, "; ")
			}
		}
	}
	return ""
}

// maker builds a table of people column by column.
type maker struct {
	c *cohort.Cohort
	t Table
}

func (m *maker) text(name, words string, of func(*cohort.Person) string) {
	col := Column{Name: name, Kind: Text, Words: words, Texts: make([]string, len(m.c.People))}
	for i := range m.c.People {
		col.Texts[i] = of(&m.c.People[i])
	}
	m.t.Columns = append(m.t.Columns, col)
}

func (m *maker) number(name string, kind Kind, words string, of func(*cohort.Person) float64) {
	col := Column{Name: name, Kind: kind, Words: words, Numbers: make([]float64, len(m.c.People))}
	for i := range m.c.People {
		col.Numbers[i] = of(&m.c.People[i])
	}
	m.t.Columns = append(m.t.Columns, col)
}

func yes(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// people is one row for each person of the cohort. The number of the row is all that tells them apart: it is of this bundle, follows from what is in
// the row and leads nowhere. The day of the first contact is told as its month.
func people(c *cohort.Cohort) Table {
	m := &maker{c: c, t: Table{Name: "people", Words: "One row for each person of the cohort."}}
	row := 0.0
	m.number("row", Whole, "Number of the row in this bundle; it leads to nobody", func(*cohort.Person) float64 { row++; return row })
	m.text("arm", "lead, usual, or unknown where no decision is on record", func(p *cohort.Person) string { return string(p.Arm) })
	m.number("lead", YesNo, "1 in LEAD, 0 in the comparison", func(p *cohort.Person) float64 {
		if p.Arm == cohort.Unknown {
			return math.NaN()
		}
		return yes(p.Arm == cohort.Lead)
	})
	m.text("decision", "What was decided at the first eligible contact", func(p *cohort.Person) string { return p.Decision })
	m.text("reason", "Code of the main reason", func(p *cohort.Person) string { return p.Reason })
	m.text("month_start", "Month of the first eligible contact", func(p *cohort.Person) string {
		day := p.T0.String()
		return day[:min(7, len(day))]
	})
	m.number("linked", YesNo, "Records elsewhere were looked for, and are here or do not exist", func(p *cohort.Person) float64 { return yes(p.Linked) })
	for _, v := range cohort.Covariates() {
		if v.Number {
			m.number(v.Key, Whole, v.Words, func(p *cohort.Person) float64 {
				x, known := p.Number(v.Key)
				if !known {
					return math.NaN()
				}
				return x
			})
		} else {
			m.text(v.Key, v.Words+"; empty: not recorded", func(p *cohort.Person) string { return p.Word(v.Key) })
		}
	}
	m.number("offered", YesNo, "The person was asked", func(p *cohort.Person) float64 { return yes(p.Offered) })
	m.number("met_day", Whole, "Day on which a case manager was there, counted from the decision; of those who agreed to be studied", func(p *cohort.Person) float64 { return ofSupport(p, p.Met) })
	m.number("intake_day", Whole, "Day of the intake, counted from the decision; of those who agreed to be studied", func(p *cohort.Person) float64 { return ofSupport(p, p.Intake) })
	m.number("follow", Whole, "Days watched after the decision", func(p *cohort.Person) float64 { return float64(p.Follow) })
	m.text("ended", "What ended watching: extract, died or moved", func(p *cohort.Person) string { return string(p.Last) })
	primary := c.Definition.Primary
	m.number("time", Number, "Days until the first primary outcome, or until watching ended; 0.5 for none", func(p *cohort.Person) float64 {
		t := p.First(primary)
		if t == 0 {
			t = p.Follow
		}
		return math.Max(.5, float64(t))
	})
	m.number("event", YesNo, "1 where time ends with the primary outcome", func(p *cohort.Person) float64 { return yes(p.First(primary) > 0) })
	for _, w := range c.Definition.Window {
		for _, o := range cohort.Outcomes() {
			m.number(fmt.Sprintf("%s_%d", o.Key, w), YesNo, fmt.Sprintf("%s, days 1 to %d; empty where it is not known", o.Words, w), func(p *cohort.Person) float64 {
				if p.Watched(o.Key, w) != cohort.Seen {
					return math.NaN()
				}
				return yes(p.Counted(o.Key, w) > 0)
			})
		}
		m.number(fmt.Sprintf("before_%d", w), YesNo, fmt.Sprintf("The primary outcome in the %d days before the decision", w), func(p *cohort.Person) float64 { return yes(p.Earlier(primary, w) > 0) })
		for _, key := range []string{cohort.Rearrest, cohort.NonWarrant, cohort.Charged, cohort.Indictable, cohort.Prison} {
			m.number(fmt.Sprintf("%s_count_%d", key, w), Whole, fmt.Sprintf("%s, days 1 to %d while watched", cohort.OutcomeOf(key).Noun, w), func(p *cohort.Person) float64 { return float64(p.Counted(key, w)) })
		}
		m.number(fmt.Sprintf("liberty_%d", w), Whole, fmt.Sprintf("Days 1 to %d watched and not in prison", w), func(p *cohort.Person) float64 { return float64(p.Liberty(w)) })
		m.number(fmt.Sprintf("custody_%d", w), Number, fmt.Sprintf("Nights in prison and days in police custody, days 1 to %d", w), func(p *cohort.Person) float64 { return p.CustodyDays(w) })
	}
	return m.t
}

// ofSupport is a day of somebody's support, and missing where they did not agree that it is studied.
func ofSupport(p *cohort.Person, day int) float64 {
	if day < 0 || !p.Research {
		return math.NaN()
	}
	return float64(day)
}

// months is one row for each person of the two groups whose records are linked, and month of 30 days.
func months(c *cohort.Cohort) Table {
	t := Table{Name: "months", Words: "One row for each linked person and month of 30 days, before and after the decision.", Columns: []Column{
		{Name: "row", Kind: Whole, Words: "Number of the person's row in the table of people"},
		{Name: "month", Kind: Whole, Words: "-1 is days -30 to -1, 0 is days 1 to 30"},
		{Name: "lead", Kind: YesNo, Words: "1 in LEAD, 0 in the comparison"},
		{Name: "post", Kind: YesNo, Words: "1 after the decision"},
		{Name: "y", Kind: YesNo, Words: "The primary outcome in the month"},
	}}
	before := min(c.Definition.Months, c.Definition.Back/30)
	for i := range c.People {
		p := &c.People[i]
		if p.Arm == cohort.Unknown || !p.Linked {
			continue
		}
		after := p.Whole(c.Definition.Months)
		hit := make([]float64, before+after)
		for _, day := range p.Days(c.Definition.Primary) {
			if at := cohort.Month(day) + before; at >= 0 && at < len(hit) {
				hit[at] = 1
			}
		}
		for k, y := range hit {
			for j, v := range []float64{float64(i + 1), float64(k - before), yes(p.Arm == cohort.Lead), yes(k >= before), y} {
				t.Columns[j].Numbers = append(t.Columns[j].Numbers, v)
			}
		}
	}
	return t
}
