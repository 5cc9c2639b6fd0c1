package pseudonym

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"waymark.example/internal/evidence/study"
)

// Done is what came of a file, in numbers.
type Done struct {
	Rows     int
	Empty    int // rows without anything in the column
	Resolved int // rows whose value was found in the list of who is meant
}

// Known says who is meant by what a record calls them, such as a force's reference: the holder's own list. It may be nil.
type Known map[string]string

// ReadKnown reads the list: a CSV file with the columns known_as and person.
func ReadKnown(r io.Reader) (Known, error) {
	in := csv.NewReader(bufio.NewReader(r))
	head, err := study.Heading(in)
	if err != nil {
		return nil, fmt.Errorf("the list of who is meant: %w", bare(err))
	}
	as, person := slices.Index(head, "known_as"), slices.Index(head, "person")
	if as < 0 || person < 0 {
		return nil, errors.New("the list of who is meant needs the columns known_as and person")
	}
	out := Known{}
	for row := 1; ; row++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the list of who is meant, row %d: %w", row, bare(err))
		}
		from, to := Normal(record[as]), Normal(record[person])
		if was, twice := out[from]; twice && was != to {
			return nil, fmt.Errorf("the list of who is meant, row %d: this was somebody else further up", row)
		}
		if from != "" && to != "" {
			out[from] = to
		}
	}
}

// bare is what is wrong with a CSV file, without a word of it.
func bare(err error) error {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return p.Err
	}
	return err
}

func (k Known) find(value string) (string, bool) {
	who, ok := k[Normal(value)]
	if !ok {
		return value, false
	}
	return who, true
}

// Column copies a CSV file with one column turned into pseudonyms; everything else is copied as it is. Errors name rows, never what stands in them.
func (k Key) Column(in io.Reader, out io.Writer, column string, label Label, known Known) (Done, error) {
	var done Done
	r, w := csv.NewReader(bufio.NewReaderSize(in, 1<<20)), csv.NewWriter(out)
	r.ReuseRecord = true
	head, err := study.Heading(r)
	if err != nil {
		return done, bare(err)
	}
	at := slices.Index(head, column)
	if at < 0 {
		return done, fmt.Errorf("the file has no column %q", column)
	}
	if err := w.Write(head); err != nil {
		return done, fmt.Errorf("write pseudonyms: %w", err)
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return done, fmt.Errorf("row %d: %w", done.Rows+1, bare(err))
		}
		done.Rows++
		value, found := record[at], false
		if isMade(value) {
			return done, fmt.Errorf("row %d, %s: is a pseudonym already", done.Rows, column)
		}
		if known != nil {
			if value, found = known.find(value); found {
				done.Resolved++
			}
		}
		if record[at] = k.Of(label, value); record[at] == "" {
			done.Empty++
		}
		if err := w.Write(record); err != nil {
			return done, fmt.Errorf("write pseudonyms: %w", err)
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return done, fmt.Errorf("write pseudonyms: %w", err)
	}
	return done, nil
}

// Folder turns every id of a study's tables into a pseudonym. The police domain knows a person by the force's reference and the case team by the number
// of the contact, so that neither learns the other's: known says which references are one person, and a contact's number in support.csv and months.csv
// stands for whoever the contact was with. Of one person's rows in people.csv that of the first contact stays. It returns what is wrong in the tables.
func (k Key) Folder(dir fs.FS, known Known) (*study.Study, Done, []study.Wrong, error) {
	var done Done
	var wrong []study.Wrong
	s := &study.Study{}
	tell := func(w study.Wrong) { wrong = append(wrong, w) }
	err := errors.Join(
		study.File(dir, "people.csv", false, tell, all(&s.People)), study.File(dir, "contacts.csv", false, tell, all(&s.Contacts)), study.File(dir, "outcomes.csv", false, tell, all(&s.Outcomes)),
		study.File(dir, "support.csv", false, tell, all(&s.Support)), study.File(dir, "months.csv", false, tell, all(&s.Months)))
	if err == nil && len(s.People)+len(s.Contacts)+len(s.Outcomes)+len(s.Support)+len(s.Months) == 0 {
		err = errors.New("there is no row to take in people.csv, contacts.csv, outcomes.csv, support.csv or months.csv")
	}
	if err != nil {
		return nil, done, wrong, fmt.Errorf("pseudonymise folder: %w", err)
	}
	if err := fresh(s); err != nil {
		return nil, done, wrong, fmt.Errorf("pseudonymise folder: %w", err)
	}
	done = k.Study(s, known)
	return s, done, wrong, nil
}

// fresh refuses a study in which something is a pseudonym already: under a second key it would be a run that nobody has looked at.
func fresh(s *study.Study) error {
	var err error
	s.IDs(func(table string, row int, _ study.ID, id *string) {
		if err == nil && isMade(*id) {
			err = fmt.Errorf("%s.csv, row %d: is a pseudonym already", table, row+1)
		}
	})
	return err
}

// isMade reports whether a value is a pseudonym, however it is written.
func isMade(value string) bool {
	_, ok := Made(strings.ToLower(Normal(value)))
	return ok
}

// Study turns every id of a study in memory into a pseudonym, as Folder does.
func (k Key) Study(s *study.Study, known Known) Done {
	var done Done
	contacts := map[string]string{}
	for _, c := range s.Contacts {
		contacts[Normal(c.ID)] = c.PersonID
	}
	who := func(value string) (string, bool) {
		if of, ok := contacts[Normal(value)]; ok {
			value = of
		}
		return known.find(value)
	}
	s.People = firstOfEach(s.People, s.Contacts, who)
	s.IDs(func(table string, row int, of study.ID, id *string) {
		if of == study.OfPerson {
			name, found := who(*id)
			done.Rows++
			if found {
				done.Resolved++
			}
			if table == "people" {
				s.People[row].Linked = s.People[row].Linked || found
			}
			*id = name
		}
		*id = k.Of(of, *id)
	})
	return done
}

// all takes every row of a table.
func all[T any](into *[]T) func(int, T) error {
	return func(_ int, v T) error {
		*into = append(*into, v)
		return nil
	}
}

// firstOfEach keeps one row for each person: as they were at their first contact.
func firstOfEach(people []study.Person, contacts []study.Contact, who func(string) (string, bool)) []study.Person {
	first := map[string]int{}
	for _, c := range contacts {
		at := int(c.On)*1440 + c.Minute
		if was, ok := first[c.PersonID]; !ok || at < was {
			first[c.PersonID] = at
		}
	}
	when := func(p study.Person) int {
		if at, ok := first[p.ID]; ok {
			return at
		}
		return 1 << 62
	}
	best := map[string]int{}
	for i, p := range people {
		name, _ := who(p.ID)
		if was, ok := best[Normal(name)]; !ok || when(p) < when(people[was]) {
			best[Normal(name)] = i
		}
	}
	var out []study.Person
	for i, p := range people {
		if name, _ := who(p.ID); best[Normal(name)] == i {
			out = append(out, p)
		}
	}
	return out
}
