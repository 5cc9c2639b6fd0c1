package outcome

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// BatchRows is how many rows commit together. A kill loses one batch of work, and nothing else.
const BatchRows = 1000

// FileError is what is wrong with a file as a whole.
type FileError string

func (e FileError) Error() string { return string(e) }

// File is what is to be taken in.
type File struct {
	Kind     Kind
	Try      bool                          // say what would happen and keep nothing
	Progress func(done, all int64)         // after each batch; may be nil
	Report   func(study.Wrong)             // for each row that is not taken; may be nil
	Open     func() (io.ReadCloser, error) // it is read twice: once to see what it is
}

// Result is what came of it.
type Result struct {
	ID      string
	KeyID   string
	Rows    int64
	Taken   int64
	Changed int64 // taken as another version of a row that said something else
	Already int64
	Wrong   int64
	Earlier int64 // rows that an earlier run of this same file dealt with
}

// Import takes a file in. It can be stopped at any moment and called again with the same file: it goes on, and doubles nothing. The same row again is
// nothing; a row that says something else is its next version, and counted as such.
func (s *Service) Import(ctx context.Context, actor lead.Actor, f File) (Result, error) {
	if err := s.may(ctx, actor, "evidence.import"); err != nil {
		return Result{}, err
	}
	switch f.Kind {
	case People:
		return take(ctx, s, actor, f, personTable())
	case Contacts:
		return take(ctx, s, actor, f, contactTable())
	case Outcomes:
		return take(ctx, s, actor, f, outcomeTable())
	case Supports:
		return take(ctx, s, actor, f, supportTable())
	case Months:
		return take(ctx, s, actor, f, monthTable())
	}
	return Result{}, lead.Invalid{"table": "Choose one of people, contacts, outcomes, support, months"}
}

// facts are what is known of a file before anything is done with it.
type facts struct {
	rows        int64
	hash, keyID string
	from, until study.Day
}

// inspect reads a file to its end: how many rows, from which run, about which days.
func inspect[T row](f File, t table[T]) (facts, error) {
	var out facts
	in, err := f.Open()
	if err != nil {
		return out, FileError("the file cannot be opened")
	}
	defer in.Close() //nolint:errcheck // it was only read
	hash := sha256.New()
	mixed := 0
	err = study.Rows(io.TeeReader(in, hash), func(row int, v T) error {
		out.rows = int64(row)
		for _, id := range t.ids(&v) {
			key, ok := pseudonym.Made(id[1])
			switch {
			case !ok:
			case out.keyID == "":
				out.keyID = key
			case key != out.keyID && mixed == 0:
				mixed = row
			}
		}
		if d := t.days(&v); d != 0 {
			if out.from == 0 || d < out.from {
				out.from = d
			}
			out.until = max(out.until, d)
		}
		return nil
	}, func(w study.Wrong) { out.rows = int64(w.Row) })
	switch {
	case err != nil:
		return out, FileError(err.Error())
	case mixed > 0:
		return out, FileError(fmt.Sprintf("row %d has a pseudonym of another key than the rows before it: a file is of one run", mixed))
	case out.keyID == "" && out.rows > 0:
		return out, FileError("there is no pseudonym in the file that waymark evidence pseudonymise made. Only pseudonyms are taken in, so that nobody's number comes here by mistake")
	}
	out.hash = hex.EncodeToString(hash.Sum(nil))
	return out, nil
}

// going is one going through a file.
type going[T row] struct {
	s      *Service
	actor  lead.Actor
	f      File
	t      table[T]
	facts  facts
	result Result
	number int64
	whole  map[int64]Result // batches that were committed before
	rows   []numbered[T]
	wrong  []study.Wrong
	told   int64           // wrong rows that are kept
	seen   map[uint64]bool // rows of this file, so that a row that comes twice is noticed
	seed   maphash.Seed
}

type numbered[T row] struct {
	number int
	v      T
}

func take[T row](ctx context.Context, s *Service, actor lead.Actor, f File, t table[T]) (Result, error) {
	facts, err := inspect(f, t)
	if err != nil {
		return Result{}, err
	}
	g := &going[T]{s: s, actor: actor, f: f, t: t, facts: facts, number: 1, seen: map[uint64]bool{}, seed: maphash.MakeSeed()}
	g.result.KeyID = facts.keyID
	if facts.rows == 0 {
		return g.result, nil
	}
	if err := g.begin(ctx); err != nil {
		return g.result, err
	}
	in, err := f.Open()
	if err != nil {
		return g.result, FileError("the file cannot be opened")
	}
	defer in.Close()  //nolint:errcheck // it was only read
	var stopped error // the reader of rows goes on after a wrong one, whatever became of its batch
	err = study.Rows(in, func(row int, v T) error {
		if why := g.look(&v); why.Why != "" {
			why.Row = row
			g.wrong = append(g.wrong, why)
		} else {
			g.rows = append(g.rows, numbered[T]{row, v})
		}
		if stopped == nil {
			stopped = g.full(ctx)
		}
		return stopped
	}, func(w study.Wrong) {
		g.wrong = append(g.wrong, w)
		if stopped == nil {
			stopped = g.full(ctx)
		}
	})
	if stopped != nil {
		err = stopped
	}
	if err == nil {
		err = g.batch(ctx)
	}
	if err == nil && !f.Try {
		err = g.end(ctx)
	}
	if err != nil {
		return g.result, fmt.Errorf("import %s: %w", f.Kind, err)
	}
	return g.result, nil
}

// look says what is wrong with a row besides what the codebook says: an id that is no pseudonym, or a row that was there before in the same file.
func (g *going[T]) look(v *T) study.Wrong {
	for _, id := range g.t.ids(v) {
		if _, ok := pseudonym.Made(id[1]); !ok && id[1] != "" {
			return study.Wrong{Table: string(g.t.kind), Column: id[0], Why: "is no pseudonym: run the file through waymark evidence pseudonymise first"}
		}
	}
	id, also := g.t.own(v)
	key := maphash.String(g.seed, id+" "+also)
	if g.seen[key] {
		return study.Wrong{Table: string(g.t.kind), Why: "this row is there already, further up in the file"}
	}
	g.seen[key] = true
	return study.Wrong{}
}

func (g *going[T]) full(ctx context.Context) error {
	if len(g.rows)+len(g.wrong) < BatchRows {
		return nil
	}
	return g.batch(ctx)
}

// begin finds this file's import, where it was cut off, or keeps that it began.
func (g *going[T]) begin(ctx context.Context) error {
	if g.f.Try {
		return g.s.Book.Look(ctx, func(tx *db.Tx) error { return g.known(ctx, tx) })
	}
	entry := ledger.Entry{Actor: g.actor, Verb: ledger.Administered, Act: "evidence.import", Detail: fmt.Sprintf("begin %s, %d rows", g.t.kind, g.facts.rows)}
	return g.s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := g.known(ctx, tx); err != nil {
			return err
		}
		err := tx.One(ctx, unfinished, g.facts.hash, string(g.t.kind)).Scan(&g.result.ID)
		if errors.Is(err, lead.ErrNotFound) {
			g.result.ID = lead.NewID("evi")
			_, err = tx.Exec(ctx, insertImport, g.result.ID, string(g.t.kind), g.facts.keyID, g.facts.hash, g.facts.rows, g.actor.ID, db.At(g.s.Book.Now()))
		}
		if err != nil {
			return fmt.Errorf("begin import: %w", err)
		}
		e.Subjects = []string{g.result.ID}
		g.whole = map[int64]Result{}
		_, err = db.All(ctx, tx, func(row db.Row) (int64, error) {
			var n int64
			var r Result
			err := row.Scan(&n, &r.Taken, &r.Changed, &r.Already, &r.Wrong)
			r.Rows = r.Taken + r.Changed + r.Already + r.Wrong
			g.whole[n] = r
			return n, err
		}, batchesOf, g.result.ID)
		if err != nil {
			return fmt.Errorf("batches: %w", err)
		}
		return tx.One(ctx, countWrong, g.result.ID).Scan(&g.told)
	})
}

// known refuses rows of a run of which there are no people: most likely the key is another one, and they would be nobody's.
func (g *going[T]) known(ctx context.Context, tx *db.Tx) error {
	if g.t.kind == People {
		return nil
	}
	var n int64
	if err := tx.One(ctx, peopleOf, g.facts.keyID).Scan(&n); err != nil {
		return fmt.Errorf("people of the run: %w", err)
	}
	if n == 0 {
		return FileError("there are no people here of key " + g.facts.keyID + ": import people.csv of the same run first, or look whether this file was made with another key")
	}
	return nil
}

// batch deals with the rows since the last one.
func (g *going[T]) batch(ctx context.Context) error {
	rows, wrong := g.rows, g.wrong
	g.rows, g.wrong = nil, nil
	if len(rows)+len(wrong) == 0 {
		return nil
	}
	number := g.number
	g.number++
	for _, w := range wrong {
		if g.f.Report != nil {
			g.f.Report(w)
		}
	}
	if was, ok := g.whole[number]; ok {
		g.result.add(was)
		g.result.Earlier += was.Rows
		return nil
	}
	now := Result{Wrong: int64(len(wrong))}
	act := func(tx *db.Tx) error {
		now = Result{Wrong: int64(len(wrong))}
		for i := range rows {
			if err := g.takeRow(ctx, tx, &rows[i].v, number, &now); err != nil {
				return err
			}
		}
		return nil
	}
	if g.f.Try {
		if err := g.s.Book.Look(ctx, act); err != nil {
			return err
		}
	} else {
		entry := ledger.Entry{Actor: g.actor, Verb: ledger.Collected, Act: "evidence.import", Subjects: []string{g.result.ID}}
		err := g.s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
			if err := act(tx); err != nil {
				return err
			}
			e.Detail = fmt.Sprintf("%s, batch %d, %d taken, %d changed", g.t.kind, number, now.Taken, now.Changed)
			return g.keep(ctx, tx, number, now, wrong)
		})
		if err != nil {
			return err
		}
	}
	g.result.add(now)
	if g.f.Progress != nil {
		g.f.Progress(g.result.Rows, g.facts.rows)
	}
	return nil
}

func (r *Result) add(more Result) {
	r.Taken, r.Changed, r.Already, r.Wrong = r.Taken+more.Taken, r.Changed+more.Changed, r.Already+more.Already, r.Wrong+more.Wrong
	r.Rows = r.Taken + r.Changed + r.Already + r.Wrong
}

func (g *going[T]) takeRow(ctx context.Context, tx *db.Tx, v *T, number int64, now *Result) error {
	hash, err := contentOf(v)
	if err != nil {
		return err
	}
	was, err := g.t.newest(ctx, tx, v)
	if err != nil {
		return err
	}
	switch {
	case was.hash == hash:
		now.Already++
		if !g.t.kind.Replaced() {
			return nil
		}
	case was.version > 0:
		now.Changed++
	default:
		now.Taken++
	}
	if g.f.Try {
		return nil
	}
	return g.t.add(ctx, tx, v, was.version+1, hash, g.result.ID, number)
}

// contentOf is a hash of what a row says.
func contentOf[T row](v *T) (string, error) {
	var b bytes.Buffer
	if err := study.WriteRows(&b, []T{*v}); err != nil {
		return "", err
	}
	sum := sha256.Sum256(b.Bytes())
	return hex.EncodeToString(sum[:16]), nil
}

func (g *going[T]) keep(ctx context.Context, tx *db.Tx, number int64, now Result, wrong []study.Wrong) error {
	n, err := tx.Exec(ctx, insertBatch, g.result.ID, number, now.Taken, now.Changed, now.Already, now.Wrong, db.At(g.s.Book.Now()))
	if err != nil {
		return fmt.Errorf("keep batch: %w", err)
	}
	if n == 0 { // somebody imports the same file at the same time
		return lead.ErrConflict
	}
	for _, w := range wrong {
		if g.told >= study.MostWrong {
			break
		}
		g.told++
		if _, err := tx.Exec(ctx, insertWrong, g.result.ID, w.Row, w.Column, w.Why); err != nil {
			return fmt.Errorf("keep what is wrong: %w", err)
		}
	}
	return nil
}

func (g *going[T]) end(ctx context.Context) error {
	entry := ledger.Entry{Actor: g.actor, Verb: ledger.Administered, Act: "evidence.import", Subjects: []string{g.result.ID}, Detail: fmt.Sprintf("end %s", g.t.kind)}
	return g.s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		_, err := tx.Exec(ctx, insertEnd, g.result.ID, g.facts.from.String(), g.facts.until.String(), db.At(g.s.Book.Now()))
		return err
	})
}
