package bulk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
)

// Service takes files in.
type Service struct {
	Book     *ledger.Book // of the police handle
	Access   *access.Decider
	Contacts *contact.Service
}

// BatchRows is how many rows commit together. A kill loses one batch of work, and
// nothing else.
const BatchRows = 500

// File is what is to be taken in, from which system of which force.
type File struct {
	Facts
	Organisation string // organisation_id
	Source       string // the other system
	Encoding     Encoding
	Zone         *time.Location // of times without one
	// Officers says whose account is meant by what a row calls its officer.
	Officers func(string) (lead.Actor, bool)
	// SkipUnknown passes over rows of officers who have no account.
	SkipUnknown bool
	// Key is what a caller named the request; "" for none.
	Key string
	// Try looks and says what would happen, and keeps nothing.
	Try bool

	Progress func(Result)        // after each batch; may be nil
	Report   func(Problem) error // for each row that was not taken; may be nil
}

// Result is what came of it so far.
type Result struct {
	ID      string // of the import
	Rows    int64
	Taken   int64 // by this import, now or before it was cut off
	Already int64 // taken before, by another file
	Earlier int64 // of Taken: by an earlier run of this same file
	// Conflicts are rows that were taken before with other words; nothing is
	// overwritten.
	Conflicts int64
	Errors    int64
	Skipped   int64
}

// Problem is a row that was not taken, and why.
type Problem struct {
	Record
	Wrong    lead.Invalid // by column
	Conflict bool
}

// Words says what is wrong in one line.
func (p Problem) Words() string {
	var out []string
	for _, column := range slices.Sorted(maps.Keys(p.Wrong)) {
		out = append(out, column+": "+p.Wrong[column])
	}
	return strings.Join(out, "; ")
}

var sourceName = regexp.MustCompile(`^[a-z][a-z0-9-]{1,29}$`)

// CheckSource says what is wrong with the name of a system, "" when nothing is.
func CheckSource(name string) string {
	if sourceName.MatchString(name) {
		return ""
	}
	return "Name the system in 2 to 30 small letters, digits and dashes, such as niche"
}

// Import takes the file in and returns what came of it. It can be stopped at any
// moment and called again with the same file: it goes on, and doubles nothing.
func (s *Service) Import(ctx context.Context, actor lead.Actor, f File, in io.Reader) (Result, error) {
	if told := CheckSource(f.Source); told != "" {
		return Result{}, lead.Invalid{"source": told}
	}
	if err := s.Access.Check(actor, "contact.import", access.Screen{}); err != nil {
		return Result{}, errors.Join(err, s.Book.Deny(ctx, ledger.Entry{Actor: actor, Act: "contact.import"}))
	}
	rows, err := NewReader(in, f.Encoding)
	if err != nil {
		return Result{}, err
	}
	if err := rows.CheckColumns(Columns()); err != nil {
		return Result{}, err
	}
	run := &run{service: s, actor: actor, file: f, rows: rows, tried: map[uint64]uint64{}, seed: maphash.MakeSeed()}
	if !f.Try {
		if err := run.begin(ctx); err != nil {
			return Result{}, err
		}
	}
	for {
		more, err := run.batch(ctx)
		if err != nil || !more {
			return run.result, err
		}
		if f.Progress != nil {
			f.Progress(run.result)
		}
	}
}

// run is one going through a file.
type run struct {
	service *Service
	actor   lead.Actor
	file    File
	rows    *Reader
	result  Result
	number  int64           // of the batch
	whole   map[int64]tally // batches of which every row was taken before

	// While trying nothing is kept, so what would have been is remembered here: a
	// hash of each reference, and of what it said. It is small, whatever the file.
	tried map[uint64]uint64
	seed  maphash.Seed
}

type tally struct{ rows, taken, already, left int64 }

// begin finds this file's import, or keeps that it began.
func (r *run) begin(ctx context.Context) error {
	f := r.file
	entry := ledger.Entry{Actor: r.actor, Verb: ledger.Administered, Act: "contact.import", Detail: fmt.Sprintf("begin %s, %d rows", f.Source, f.Rows)}
	return r.service.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if f.Key != "" {
			if err := sameRequest(ctx, tx, f); err != nil {
				return err
			}
		}
		id, err := findOrBegin(ctx, tx, f, r.actor.ID, r.service.Book.Now())
		if err != nil {
			return err
		}
		r.result.ID, e.Subjects = id, []string{id}
		r.whole, err = batchesOf(ctx, tx, id)
		return err
	})
}

func requestHash(key string) string {
	sum := sha256.Sum256([]byte("import request\n" + key))
	return hex.EncodeToString(sum[:])
}

// batch takes the next rows in, and reports whether there may be more.
func (r *run) batch(ctx context.Context) (bool, error) {
	r.number++
	var rows []row
	ended := false
	for len(rows) < BatchRows {
		rec, err := r.rows.Next()
		if errors.Is(err, io.EOF) {
			ended = true
			break
		}
		if err != nil {
			return false, err
		}
		rows = append(rows, read(r.rows.Columns, rec, r.file.Zone))
	}
	if len(rows) == 0 {
		return false, nil
	}
	if was, ok := r.whole[r.number]; ok && was.left == 0 && was.rows == int64(len(rows)) {
		r.result.Rows += was.rows
		r.result.Taken += was.taken
		r.result.Already += was.already
		r.result.Earlier += was.taken
		return !ended, nil
	}
	var now Result
	var problems []Problem
	act := func(tx *db.Tx, e *ledger.Entry) (err error) {
		now, problems, err = r.takeAll(ctx, tx, rows, e)
		return err
	}
	var err error
	if r.file.Try {
		err = r.service.Book.Look(ctx, func(tx *db.Tx) error { return act(tx, &ledger.Entry{}) })
	} else {
		err = r.service.Book.Record(ctx, ledger.Entry{Actor: r.actor, Verb: ledger.Collected, Act: "contact.import", Subjects: []string{r.result.ID}}, act)
	}
	if err != nil {
		return false, fmt.Errorf("batch %d: %w", r.number, err)
	}
	r.result.add(now)
	for _, p := range problems {
		if r.file.Report == nil {
			break
		}
		if err := r.file.Report(p); err != nil {
			return false, err
		}
	}
	return !ended, nil
}

func (r *Result) add(more Result) {
	r.Rows += more.Rows
	r.Taken += more.Taken
	r.Already += more.Already
	r.Earlier += more.Earlier
	r.Conflicts += more.Conflicts
	r.Errors += more.Errors
	r.Skipped += more.Skipped
}

// takeAll takes the rows of one batch in, in one transaction with how far the
// file came and the entry in the log, which names every contact: whoever asks
// what happened to one finds its beginning.
func (r *run) takeAll(ctx context.Context, tx *db.Tx, rows []row, e *ledger.Entry) (Result, []Problem, error) {
	taking := r.service.Contacts.Taking()
	var now Result
	var problems []Problem
	met := map[string]bool{}
	for _, one := range rows {
		now.Rows++
		was, err := r.before(ctx, tx, one)
		if err != nil {
			return now, nil, err
		}
		again := met[one.reference]
		met[one.reference] = true
		switch {
		case was.hash == one.hash && was.importID == r.result.ID && was.batch == r.number && !again && !r.file.Try:
			now.Taken++ // by this import, before it was cut off
			now.Earlier++
			continue
		case was.hash == one.hash:
			now.Already++
			continue
		case was.hash != "":
			now.Conflicts++
			problems = append(problems, Problem{one.Record, lead.Invalid{"reference": "This was taken in before and said something else then. Nothing was changed: correct the contact on its page"}, true})
			continue
		}
		officer, known := r.file.Officers(one.officer)
		if !known && r.file.SkipUnknown && one.officer != "" {
			now.Skipped++
			continue
		}
		if !known {
			one.wrong["officer"] = "There is no police account here for this officer"
		}
		if err := r.checked(ctx, tx, taking, &one); err != nil {
			return now, nil, err
		}
		if len(one.wrong) > 0 {
			now.Errors++
			problems = append(problems, Problem{one.Record, one.wrong, false})
			continue
		}
		now.Taken++
		if r.file.Try {
			r.tried[maphash.String(r.seed, one.reference)] = maphash.String(r.seed, one.hash)
			continue
		}
		id, err := taking.Insert(ctx, tx, one.door, officer, one.decision)
		if err != nil {
			return now, nil, err
		}
		if err := keepRow(ctx, tx, r.file, one, id, r.result.ID, r.number); err != nil {
			return now, nil, err
		}
		e.Subjects = append(e.Subjects, id)
	}
	e.Detail = fmt.Sprintf("%s, batch %d, %d taken", r.file.Source, r.number, now.Taken)
	if r.file.Try {
		return now, problems, nil
	}
	return now, problems, keepBatch(ctx, tx, r.result.ID, r.number, now, r.service.Book.Now())
}

// checked adds what the policy in force says to what is wrong with a row.
func (r *run) checked(ctx context.Context, tx *db.Tx, taking *contact.Taking, one *row) error {
	err := taking.Check(ctx, tx, one.door, &one.decision)
	bad, invalid := errors.AsType[lead.Invalid](err)
	if err != nil && !invalid {
		return err
	}
	for field, text := range bad {
		if column := columnOf(field); one.wrong[column] == "" {
			one.wrong[column] = text
		}
	}
	return nil
}

// before returns what was taken in under the row's name.
func (r *run) before(ctx context.Context, tx *db.Tx, one row) (held, error) {
	if hash, ok := r.tried[maphash.String(r.seed, one.reference)]; ok {
		if hash == maphash.String(r.seed, one.hash) {
			return held{hash: one.hash}, nil
		}
		return held{hash: "other words"}, nil
	}
	return heldAs(ctx, tx, r.file, one.reference)
}

// held is what was taken in under a name: a hash of what it said, "" for nothing.
type held struct {
	hash, importID string
	batch          int64
}
