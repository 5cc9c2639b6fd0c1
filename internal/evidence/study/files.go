package study

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Wrong is a row of a file that cannot be taken, with the reason in plain words.
type Wrong struct {
	Table  string
	Row    int // 1 is the first row beneath the heading
	Column string
	Why    string // never a value: where columns have slipped, any may be somebody's name
}

func (w Wrong) Error() string {
	if w.Column == "" {
		return fmt.Sprintf("%s, row %d: %s", w.Table, w.Row, w.Why)
	}
	return fmt.Sprintf("%s, row %d, %s: %s", w.Table, w.Row, w.Column, w.Why)
}

// MostWrong is how many wrong rows are told; the rest are counted only.
const MostWrong = 100

// Heading reads the first row of a CSV file, which names the columns. Files as a spreadsheet likes to write them are told for what they are, without a
// word of what they hold.
func Heading(in *csv.Reader) ([]string, error) {
	row, err := in.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty: its first row names the columns")
	case err != nil:
		return nil, err
	}
	head := slices.Clone(row)
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	switch {
	case strings.HasPrefix(head[0], "\xff\xfe"), strings.HasPrefix(head[0], "\xfe\xff"), strings.HasPrefix(head[0], "PK\x03\x04"):
		return nil, errors.New("this is no plain CSV file: save it as CSV (UTF-8)")
	case len(head) == 1 && strings.ContainsAny(head[0], ";\t"):
		return nil, errors.New("the columns are separated by semicolons or tabs, not by commas: save the file as CSV with commas")
	}
	return head, nil
}

// Rows reads one table, row by row: take is called for each row that is right, wrong for each that is not. It fails where the file is no CSV or lacks
// a column. Columns may come in any order; a column that is not in the codebook is an error, for it may hold what must not come here.
func Rows[T Person | Contact | Outcome | Support | Month](r io.Reader, take func(row int, v T) error, wrong func(Wrong)) error {
	table, cs := columnsOf[T]()
	in := csv.NewReader(bufio.NewReaderSize(r, 1<<20))
	in.ReuseRecord = true
	head, err := Heading(in)
	if err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	at := make([]int, len(cs))
	for i, c := range cs {
		if at[i] = slices.Index(head, c.Name); at[i] < 0 && !c.Empty {
			return fmt.Errorf("%s: the column %q is missing", table, c.Name)
		}
	}
	for i, name := range head {
		if !slices.ContainsFunc(cs, func(c column[T]) bool { return c.Name == name }) {
			return fmt.Errorf("%s: column %d is not in the codebook: take it out of the file", table, i+1)
		}
		if slices.Index(head, name) != i {
			return fmt.Errorf("%s: the column %q is there twice", table, name)
		}
	}
rows:
	for row := 1; ; row++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if p, ok := errors.AsType[*csv.ParseError](err); ok {
			if !errors.Is(p.Err, csv.ErrFieldCount) {
				return fmt.Errorf("%s, row %d: %w", table, row, p.Err)
			}
			wrong(Wrong{table, row, "", "has more or fewer columns than the heading"})
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		var v T
		for i, c := range cs {
			s := ""
			if at[i] >= 0 {
				s = strings.TrimSpace(record[at[i]])
			}
			if s == "" && !c.Empty {
				wrong(Wrong{table, row, c.Name, "is empty"})
				continue rows
			}
			if err := c.set(&v, strings.Clone(s)); err != nil {
				wrong(Wrong{table, row, c.Name, err.Error()})
				continue rows
			}
		}
		if w := check(any(&v)); w != "" {
			wrong(Wrong{table, row, "", w})
			continue
		}
		if err := take(row, v); err != nil {
			return fmt.Errorf("%s, row %d: %w", table, row, err)
		}
	}
}

// check returns what is wrong with a row as a whole, "" for nothing.
func check(v any) string {
	switch v := v.(type) {
	case *Outcome:
		sorts := Sorts(v.Kind)
		switch {
		case len(sorts) > 0 && !slices.Contains(sorts, v.Sort):
			return fmt.Sprintf("the sort of %s is one of %s", v.Kind, strings.Join(sorts, ", "))
		case len(sorts) == 0 && v.Sort != "":
			return fmt.Sprintf("%s has no sort", v.Kind)
		case v.Until != 0 && v.Kind != Custody:
			return "only a spell in custody has a last day"
		case v.Until != 0 && v.Until < v.On:
			return "the spell ends before it begins"
		}
	case *Support:
		if v.Met != 0 && v.Met < v.Referred {
			return "they met before the hand-off"
		}
	case *Contact:
		if v.Decision == "diverted" && v.Exclusion != "" {
			return "a contact that the policy excludes was diverted: leave the exclusion empty where a sergeant said yes"
		}
	}
	return ""
}

// columnsOf returns the columns of a table by the type of its rows.
func columnsOf[T Person | Contact | Outcome | Support | Month]() (table string, cs []column[T]) {
	var v T
	switch any(v).(type) {
	case Person:
		cs, _ := any(people()).([]column[T])
		return "people", cs
	case Contact:
		cs, _ := any(contacts()).([]column[T])
		return "contacts", cs
	case Outcome:
		cs, _ := any(outcomes()).([]column[T])
		return "outcomes", cs
	case Support:
		cs, _ := any(support()).([]column[T])
		return "support", cs
	}
	cs, _ = any(months()).([]column[T])
	return "months", cs
}

// WriteRows writes one table as CSV, in the order of the codebook.
func WriteRows[T Person | Contact | Outcome | Support | Month](w io.Writer, rows []T) error {
	table, cs := columnsOf[T]()
	out := csv.NewWriter(w)
	record := make([]string, len(cs))
	for i, c := range cs {
		record[i] = c.Name
	}
	if err := out.Write(record); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	for i := range rows {
		for j, c := range cs {
			record[j] = c.get(&rows[i])
		}
		if err := out.Write(record); err != nil {
			return fmt.Errorf("write %s: %w", table, err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s: %w", table, err)
	}
	return nil
}

// period is study.json.
type period struct {
	From  string `json:"from"`
	Until string `json:"until"`
}

// Each calls f for each file of a study, with its name and what writes it: the tables in the order of the codebook, then the study period.
func (s *Study) Each(f func(name string, write func(io.Writer) error) error) error {
	return errors.Join(
		f("people.csv", func(w io.Writer) error { return WriteRows(w, s.People) }),
		f("contacts.csv", func(w io.Writer) error { return WriteRows(w, s.Contacts) }),
		f("outcomes.csv", func(w io.Writer) error { return WriteRows(w, s.Outcomes) }),
		f("support.csv", func(w io.Writer) error { return WriteRows(w, s.Support) }),
		f("months.csv", func(w io.Writer) error { return WriteRows(w, s.Months) }),
		f("study.json", func(w io.Writer) error { return json.NewEncoder(w).Encode(period{s.From.String(), s.Until.String()}) }),
	)
}

// Free refuses a folder in which anything is: a study, once there, is never written over.
func Free(dir string) error {
	there, err := os.ReadDir(dir)
	switch info, unseen := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case unseen == nil && !info.IsDir():
		return fmt.Errorf("%s is a file: name a folder", dir)
	case err == nil && len(there) > 0:
		return fmt.Errorf("%s is not empty, and nothing is written over: name another folder", dir)
	}
	return err
}

// Write writes the study into a folder, which is made or has nothing in it: five tables, and study.json with the study period.
func (s *Study) Write(dir string) error {
	if err := Free(dir); err != nil {
		return fmt.Errorf("write study: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write study: %w", err)
	}
	return s.Each(func(name string, write func(io.Writer) error) error {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names the folder
		if err != nil {
			return fmt.Errorf("write study: %w", err)
		}
		b := bufio.NewWriterSize(f, 1<<20)
		return errors.Join(write(b), b.Flush(), f.Close())
	})
}

// ErrChanged says that a study which was kept is not what was kept, or cannot be read any more. Trying again does not help.
var ErrChanged = errors.New("this is not what was frozen: its hash is another, or this version of the program cannot read it")

// Hash is the SHA-256 of the study, in hexadecimal: of each table's name, length and text. Two studies with the same rows in the same order have the same.
func (s *Study) Hash() (string, error) {
	whole := sha256.New()
	var b bytes.Buffer
	err := s.Each(func(name string, write func(io.Writer) error) error {
		b.Reset()
		if err := write(&b); err != nil {
			return err
		}
		fmt.Fprintf(whole, "%s %d\n", name, b.Len())
		whole.Write(b.Bytes())
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("hash study: %w", err)
	}
	return hex.EncodeToString(whole.Sum(nil)), nil
}

// Period reads the study period of a folder.
func Period(dir fs.FS) (from, until Day, err error) {
	var p period
	b, err := fs.ReadFile(dir, "study.json")
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), &p)
	}
	if err == nil && (p.From == "" || p.Until == "") {
		err = errors.New("one of the two is missing")
	}
	if err != nil {
		return 0, 0, fmt.Errorf(`read study: study.json says the study period, such as {"from": "2025-01-01", "until": "2026-09-30"}: %w`, err)
	}
	var errs [2]error
	from, errs[0] = ParseDay(p.From)
	until, errs[1] = ParseDay(p.Until)
	if err := errors.Join(errs[:]...); err != nil {
		return 0, 0, fmt.Errorf("read study: study.json: %w", err)
	}
	if err := CheckPeriod(from, until); err != nil {
		return 0, 0, fmt.Errorf("read study: study.json: %w", err)
	}
	return from, until, nil
}

// CheckPeriod refuses a study period that is none.
func CheckPeriod(from, until Day) error {
	if from == 0 || until <= from {
		return errors.New("the study period ends on a day after the one on which it begins")
	}
	return nil
}

// Read reads a study from a folder. support.csv and months.csv may be absent. Rows that are wrong are told, up to MostWrong of them, and counted;
// whoever calls decides whether to go on without them. A person, a contact or an event that is there twice is wrong the second time, and so is a row
// about a person who is not in people.csv.
func Read(dir fs.FS) (s *Study, wrong []Wrong, count int, err error) {
	s = &Study{}
	if s.From, s.Until, err = Period(dir); err != nil {
		return nil, nil, 0, err
	}
	tell := func(w Wrong) {
		count++
		if len(wrong) < MostWrong {
			wrong = append(wrong, w)
		}
	}
	known, seen := map[string]string{}, map[string]bool{}
	once := func(table string, row int, id, person string) bool {
		own, ok := known[person]
		switch {
		case table == "people" && ok:
			tell(Wrong{table, row, "person", "this person is there already"})
			return false
		case table == "people":
			known[id] = id
			return true
		case !ok:
			tell(Wrong{table, row, "person", "this person is not in people.csv"})
			return false
		}
		if id == "" {
			id = own
		}
		if seen[table+id] {
			tell(Wrong{table, row, "", "this row is there already"})
			return false
		}
		seen[table+id] = true
		return true
	}
	err = errors.Join(
		File(dir, "people.csv", true, tell, func(row int, v Person) error {
			if once("people", row, v.ID, v.ID) {
				s.People = append(s.People, v)
			}
			return nil
		}),
		File(dir, "contacts.csv", true, tell, func(row int, v Contact) error {
			if once("contacts", row, v.ID, v.PersonID) {
				v.PersonID = known[v.PersonID]
				s.Contacts = append(s.Contacts, v)
			}
			return nil
		}),
		File(dir, "outcomes.csv", true, tell, func(row int, v Outcome) error {
			if once("outcomes", row, v.ID, v.PersonID) {
				v.PersonID = known[v.PersonID]
				s.Outcomes = append(s.Outcomes, v)
			}
			return nil
		}),
		File(dir, "support.csv", false, tell, func(row int, v Support) error {
			if once("support", row, "", v.PersonID) {
				v.PersonID = known[v.PersonID]
				s.Support = append(s.Support, v)
			}
			return nil
		}),
		File(dir, "months.csv", false, tell, func(row int, v Month) error {
			if once("months", row, v.PersonID+" "+v.Month.String(), v.PersonID) {
				v.PersonID = known[v.PersonID]
				s.Months = append(s.Months, v)
			}
			return nil
		}),
	)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("read study: %w", err)
	}
	return s, wrong, count, nil
}

// File reads one table of a folder, as Rows does. One that is not needed may be absent.
func File[T Person | Contact | Outcome | Support | Month](dir fs.FS, name string, needed bool, wrong func(Wrong), take func(int, T) error) error {
	f, err := dir.Open(name)
	if errors.Is(err, fs.ErrNotExist) && !needed {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // it was only read
	return Rows(f, take, wrong)
}
