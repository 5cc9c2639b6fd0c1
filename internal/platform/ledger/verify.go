package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Evidence is what a verifier brings from outside: the site's public keys and
// checkpoints that somebody else has kept.
type Evidence struct {
	Keys []note.Verifier
	Kept []Kept
}

// Kept is a checkpoint from outside, such as a witness's.
type Kept struct {
	Name   string // where it comes from, for the report
	Signed []byte
}

// Report is what verifying a log found.
type Report struct {
	Entries     int64
	Root        tlog.Hash
	Checkpoints int64
	Unsigned    int64 // entries after the last checkpoint
	Erased      int64 // commitments opened no more, by law and declared
	Findings    []Finding
	More        int // findings beyond those listed
}

// Finding is one thing that is wrong, in plain words, and at which entry.
type Finding struct {
	Entry int64 // 0 where it is about the log as a whole
	Text  string
}

func (f Finding) String() string {
	if f.Entry == 0 {
		return f.Text
	}
	return fmt.Sprintf("entry %d: %s", f.Entry, f.Text)
}

// mostFindings is how many findings are listed.
const mostFindings = 50

// Verify recomputes the log from its rows, on a database opened with
// db.OpenCopy, and compares it with its own hashes, its checkpoints and the
// evidence. It reads page by page, so that the size of the log does not matter.
func Verify(ctx context.Context, h *db.Handle, e Evidence) (Report, error) {
	v := &verifier{known: note.VerifierList(e.Keys...)}
	err := h.Look(ctx, func(tx *db.Tx) error {
		if err := v.prepare(ctx, tx, e.Kept); err != nil {
			return err
		}
		for {
			page, err := v.readPage(ctx, tx)
			if err != nil {
				return fmt.Errorf("what comes after entry %d cannot be read: %w", v.report.Entries, err)
			}
			if len(page.rows) == 0 {
				break
			}
			if err := v.page(ctx, tx, page); err != nil {
				return err
			}
		}
		return v.finish(ctx, tx)
	})
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	return v.report, nil
}

// verifier walks the log once, from the first entry to the last.
type verifier struct {
	known  note.Verifiers
	report Report

	last      int64 // number of the last row read
	tree      peaks
	broken    bool // entries are missing: there is no tree to go on with
	headSize  int64
	headPeaks string

	openings, erased int64 // rows met so far
	sum              erasedSum
	declared         string // by the last entry that declares a removal
	declaredAt       int64

	kept       []keptCheckpoint // not yet met, by size
	highest    keptCheckpoint   // by number
	checkpoint Checkpoint       // the next one that the site keeps, if number > 0
	before     Checkpoint       // the one before it
	signedWell int64            // entries covered by the last checkpoint that was right
	mismatch   bool             // a checkpoint was wrong: so are all after it
}

type keptCheckpoint struct {
	Checkpoint
	name string
}

func (v *verifier) found(entry int64, format string, args ...any) {
	if len(v.report.Findings) == mostFindings {
		v.report.More++
		return
	}
	v.report.Findings = append(v.report.Findings, Finding{entry, fmt.Sprintf(format, args...)})
}

// prepare reads the head and opens the evidence.
func (v *verifier) prepare(ctx context.Context, tx *db.Tx, kept []Kept) error {
	for _, k := range kept {
		c, err := OpenCheckpoint(k.Signed, v.known)
		if err != nil {
			return fmt.Errorf("%s: %w", k.Name, err)
		}
		v.kept = append(v.kept, keptCheckpoint{c, k.Name})
		if c.Number > v.highest.Number {
			v.highest = keptCheckpoint{c, k.Name}
		}
	}
	slices.SortFunc(v.kept, func(a, b keptCheckpoint) int { return int(a.Size - b.Size) })
	heads, err := db.All(ctx, tx, func(r db.Row) (int64, error) {
		var id int64
		return id, r.Scan(&id, &v.headSize, &v.headPeaks)
	}, allHeads)
	if err != nil {
		return fmt.Errorf("head: %w", err)
	}
	if len(heads) != 1 || heads[0] != 1 {
		v.found(0, "the log has %d heads where it must have one", len(heads))
	}
	if err := v.nextCheckpoint(ctx, tx); err != nil {
		return err
	}
	v.meetCheckpoints()
	return nil
}

// pageSize is how many entries are read at a time.
const pageSize = 2000

// page is some entries with what belongs to them, each in order.
type page struct {
	rows     []row
	openings []openingOf
	erased   []place
}

type openingOf struct {
	seq int64
	opening
}

func (v *verifier) readPage(ctx context.Context, tx *db.Tx) (page, error) {
	var p page
	var err error
	p.rows, err = db.All(ctx, tx, func(from db.Row) (row, error) {
		var r row
		err := from.Scan(&r.seq, &r.at, &r.actor, &r.side, &r.verb, &r.act, &r.purpose, &r.origin, &r.detail, &r.nonce, &r.whose, &r.hashes)
		return r, err
	}, pageOfEntries, v.last, pageSize)
	if err != nil || len(p.rows) == 0 {
		return page{}, err
	}
	to := p.rows[len(p.rows)-1].seq
	p.openings, err = db.All(ctx, tx, func(from db.Row) (openingOf, error) {
		var o openingOf
		return o, from.Scan(&o.seq, &o.place, &o.subject, &o.salt)
	}, pageOfOpenings, v.last, to)
	if err != nil {
		return page{}, err
	}
	p.erased, err = db.All(ctx, tx, scanPlace, pageOfErased, v.last, to)
	v.last = to
	return p, err
}

// page checks entries one by one, each against its own hash first, so that a
// change is told where it is.
func (v *verifier) page(ctx context.Context, tx *db.Tx, p page) error {
	for i := range p.rows {
		r := &p.rows[i]
		openings := takeWhile(&p.openings, func(o openingOf) bool { return o.seq <= r.seq })
		erased := takeWhile(&p.erased, func(x place) bool { return x.seq <= r.seq })
		if want := v.report.Entries + 1; r.seq != want {
			v.broken = true
			if r.seq > want {
				v.found(want, "missing: the next one is number %d", r.seq)
			} else {
				v.found(r.seq, "out of order")
			}
			v.report.Entries = r.seq - 1
		}
		v.openingsOf(r, openings, erased)
		v.leaf(r)
		v.report.Entries = r.seq
		if err := v.checkpointsAt(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// takeWhile takes the first items of list as long as they belong.
func takeWhile[T any](list *[]T, belongs func(T) bool) []T {
	n := 0
	for n < len(*list) && belongs((*list)[n]) {
		n++
	}
	taken := (*list)[:n]
	*list = (*list)[n:]
	return taken
}

// leaf compares an entry with its hash, and the hashes it completes with the
// tree so far.
func (v *verifier) leaf(r *row) {
	if r.verb == string(Erased) {
		if _, declared, ok := strings.Cut(r.detail, " openings, "); ok {
			v.declared, v.declaredAt = declared, r.seq
		}
	}
	hashes, err := readHashes(r.hashes)
	if err != nil || len(hashes) == 0 {
		v.found(r.seq, "its hashes cannot be read")
		hashes = []tlog.Hash{r.leaf()}
	}
	if r.leaf() != hashes[0] {
		v.found(r.seq, "does not match its own hash: it was changed after it was written")
	}
	if v.broken {
		return
	}
	var own []tlog.Hash
	v.tree, own = v.tree.add(r.seq-1, hashes[0])
	if err == nil && !slices.Equal(own, hashes) {
		v.found(r.seq, "its place in the tree of hashes is wrong: it, or an entry before it, was changed, moved or put in")
	}
}

// openingsOf checks that each commitment of an entry is opened to whom it
// stands for, or declared removed.
func (v *verifier) openingsOf(r *row, openings []openingOf, erased []place) {
	var whose []string
	if r.whose != "" {
		whose = strings.Split(r.whose, " ")
	}
	v.openings += int64(len(openings))
	v.erased += int64(len(erased))
	state := make([]string, len(whose))
	for _, o := range openings {
		switch {
		case o.seq != r.seq || o.place < 0 || o.place >= int64(len(whose)):
			v.found(r.seq, "it says it is about somebody whom it never named")
		case state[o.place] != "":
			v.found(r.seq, "it names twice whom it was about")
		case o.commitment() != whose[o.place]:
			v.found(r.seq, "whom it was about was changed")
			state[o.place] = "opened"
		default:
			state[o.place] = "opened"
		}
	}
	for _, x := range erased {
		v.sum.add(x)
		switch {
		case x.seq != r.seq || x.place < 0 || x.place >= int64(len(whose)):
			v.found(r.seq, "a removal is noted of somebody whom it never named")
		case state[x.place] != "":
			v.found(r.seq, "a removal is noted of somebody whom it still names")
		default:
			state[x.place] = "erased"
		}
	}
	for _, s := range state {
		if s == "" {
			v.found(r.seq, "whom it was about was removed and no entry declares it")
		}
	}
}

// checkpointsAt compares every checkpoint of just as many entries as were met.
func (v *verifier) checkpointsAt(ctx context.Context, tx *db.Tx) error {
	for v.checkpoint.Number > 0 && v.checkpoint.Size == v.report.Entries {
		v.compare(v.checkpoint, fmt.Sprintf("checkpoint %d", v.checkpoint.Number))
		if err := v.nextCheckpoint(ctx, tx); err != nil {
			return err
		}
	}
	v.meetCheckpoints()
	return nil
}

// meetCheckpoints compares those from outside that are due.
func (v *verifier) meetCheckpoints() {
	for len(v.kept) > 0 && v.kept[0].Size <= v.report.Entries {
		k := v.kept[0]
		v.kept = v.kept[1:]
		if k.Size == v.report.Entries && !v.broken && k.Root != v.tree.root() {
			v.found(0, "%s, which covers entries 1 to %d, does not match: an entry up to there was changed, put in or taken away", k.name, k.Size)
		}
	}
}

func (v *verifier) compare(c Checkpoint, name string) {
	if v.broken || v.mismatch {
		return
	}
	if c.Root == v.tree.root() {
		v.signedWell = c.Size
		return
	}
	v.mismatch = true
	v.found(0, "%s does not match: among entries %d to %d something was changed, put in or taken away after it was signed", name, v.signedWell+1, c.Size)
}

// nextCheckpoint reads the next checkpoint that the site keeps.
func (v *verifier) nextCheckpoint(ctx context.Context, tx *db.Tx) error {
	v.before = v.checkpoint
	for {
		var number, size int64
		var signed string
		after := v.before.Number
		err := tx.One(ctx, checkpointAfter, after).Scan(&number, &size, &signed)
		if errors.Is(err, lead.ErrNotFound) {
			v.checkpoint = Checkpoint{}
			return nil
		}
		if err != nil {
			return fmt.Errorf("checkpoint after %d: %w", after, err)
		}
		v.report.Checkpoints++
		if number != after+1 {
			v.found(0, "checkpoint %d is missing: the next one is number %d", after+1, number)
		}
		c, err := openStored(signed, v.known)
		if err == nil && c.Number == number && c.Size == size && c.Size > v.before.Size {
			v.checkpoint = c
			return nil
		}
		switch {
		case err != nil:
			v.found(0, "checkpoint %d cannot be trusted: %v", number, err)
		case c.Number != number || c.Size != size:
			v.found(0, "checkpoint %d was changed: its row does not say what was signed", number)
		default:
			v.found(0, "checkpoint %d covers no more than the one before it", number)
		}
		v.before.Number = number
	}
}

// finish checks the ends: the head, what is left of the checkpoints, and that
// no row belongs to no entry.
func (v *verifier) finish(ctx context.Context, tx *db.Tx) error {
	if v.headSize != v.report.Entries {
		v.found(0, "the head says %d entries and there are %d", v.headSize, v.report.Entries)
	} else if !v.broken && v.headPeaks != hashText(v.tree) {
		v.found(0, "the head does not match the %d entries below it", v.headSize)
	}
	last := v.before
	if v.checkpoint.Number > 0 && v.checkpoint.Size > v.report.Entries {
		v.found(0, "entries %d to %d are missing from the end: checkpoint %d covers them", v.report.Entries+1, v.checkpoint.Size, v.checkpoint.Number)
		last = v.checkpoint
	}
	for _, k := range v.kept {
		v.found(0, "entries %d to %d are missing from the end: %s covers them", v.report.Entries+1, k.Size, k.name)
	}
	if v.report.Entries > last.Size {
		v.report.Unsigned = v.report.Entries - last.Size
	}
	var entries, openings, erased, checkpoints int64
	if err := tx.One(ctx, countAll).Scan(&entries, &openings, &erased, &checkpoints); err != nil {
		return fmt.Errorf("count: %w", err)
	}
	if !v.broken && entries != v.report.Entries {
		v.found(0, "there are %d rows for %d entries", entries, v.report.Entries)
	}
	if openings != v.openings || erased != v.erased || v.checkpoint.Number == 0 && checkpoints != v.report.Checkpoints {
		v.found(0, "there are rows that belong to no entry")
	}
	if v.checkpoint.Number == 0 && last.Number < v.highest.Number {
		v.found(0, "checkpoints %d to %d are missing: %s is number %d", last.Number+1, v.highest.Number, v.highest.name, v.highest.Number)
	}
	if v.erased > 0 || v.declaredAt > 0 {
		if v.sum.declaration() != v.declared {
			v.found(v.declaredAt, "the removals it declares are not those that were made")
		}
	}
	v.report.Erased = v.erased
	v.report.Root = v.tree.root()
	return nil
}

const (
	allHeads        db.Query = `SELECT head_id, seq, peaks FROM ledger_head`
	pageOfEntries   db.Query = `SELECT seq, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes FROM ledger_entry WHERE seq > $1 ORDER BY seq LIMIT $2`
	pageOfOpenings  db.Query = `SELECT seq, place, subject_id, salt FROM ledger_subject WHERE seq > $1 AND seq <= $2 ORDER BY seq, place`
	pageOfErased    db.Query = `SELECT seq, place FROM ledger_erased WHERE seq > $1 AND seq <= $2 ORDER BY seq, place`
	checkpointAfter db.Query = `SELECT number, size, note FROM ledger_checkpoint WHERE number > $1 ORDER BY number LIMIT 1`
	countAll        db.Query = `SELECT (SELECT COUNT(*) FROM ledger_entry), (SELECT COUNT(*) FROM ledger_subject), (SELECT COUNT(*) FROM ledger_erased), (SELECT COUNT(*) FROM ledger_checkpoint)`
)
