package outcome

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/export"
	"waymark.example/internal/platform/ledger"
)

// Extract is everything that was there at one moment of one run. Nothing changes it.
type Extract struct {
	ID          string
	KeyID       string
	From, Until string // the study period
	Hash        string // of the five tables: study.Study.Hash
	FileHash    string // SHA-256 of the file that is downloaded
	Size        int64
	Summary     Summary
	FrozenBy    string // account
	FrozenAt    time.Time
}

// Summary is an extract in numbers: about groups, never about anybody.
type Summary struct {
	Tables  []TableSummary `json:"tables"`
	Arms    []Arm          `json:"arms"`
	Missing []Missing      `json:"missing"`
}

func (s *Summary) parse(text string) error {
	if err := json.Unmarshal([]byte(text), s); err != nil {
		return fmt.Errorf("summary of an extract: %w", err)
	}
	return nil
}

// TableSummary is how many rows of a table are in an extract.
type TableSummary struct {
	Kind    Kind `json:"kind"`
	Rows    int  `json:"rows"`
	LeftOut int  `json:"left_out"` // rows about people who are not in people.csv
}

// Arm is the people whose first eligible contact of the study period was decided one way: how many, and of how many the records elsewhere were looked for.
type Arm struct {
	Key    string `json:"key"` // diverted, not_diverted, other, or none
	People int    `json:"people"`
	Linked int    `json:"linked"`
}

// Percent is the share of them whose records were looked for, in whole per cent.
func (a Arm) Percent() int {
	return MissingOf{a.People, a.Linked}.Percent()
}

// Missing is of how many rows of each arm an answer is missing (R41): shown, never dropped.
type Missing struct {
	Kind   Kind        `json:"kind"`
	Column string      `json:"column"`
	Words  string      `json:"words"`
	ByArm  []MissingOf `json:"by_arm"`
}

// MissingOf is how many rows of an arm there are, and in how many the answer is missing.
type MissingOf struct {
	Rows    int `json:"rows"`
	Missing int `json:"missing"`
}

// Percent is the share that is missing, in whole per cent.
func (m MissingOf) Percent() int {
	if m.Rows == 0 {
		return 0
	}
	return (200*m.Missing + m.Rows) / (2 * m.Rows)
}

func arms() []string { return []string{"diverted", "not_diverted", "other", "none"} }

// Purposes lists what a copy of an extract may be taken for.
func Purposes() [][2]string {
	return [][2]string{{"evaluation", "To evaluate, by the registered plan"}, {"replication", "To compute again what was reported"}, {"audit", "To check how the figures came about"}, {"publication", "To prepare a publication about groups"}}
}

// Download is a copy that somebody took: what for, and by when they destroy it.
type Download struct {
	ID        string
	ExtractID string
	Purpose   string
	Until     string // YYYY-MM-DD
	By        string // account
	At        time.Time
}

// LongestCopy is how long somebody may keep a copy, in days.
const LongestCopy = 366

// partSize is how much of the file one row holds.
const partSize = 768 << 10

// Freeze makes an extract of everything that is here of one run. from and until are the study period: contacts count from the first on, and records are
// whole until the second.
func (s *Service) Freeze(ctx context.Context, actor lead.Actor, form ledger.Form, keyID, from, until string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "evidence.freeze", Purpose: string(access.Evaluation)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "evidence.freeze", access.Screen{}); err != nil {
			return "", err
		}
		st, bad := &study.Study{}, lead.Invalid{}
		var err error
		if st.From, err = study.ParseDay(from); err != nil || st.From == 0 {
			bad["from"] = "Enter the first day of the study period"
		}
		if st.Until, err = study.ParseDay(until); err != nil || st.Until == 0 {
			bad["until"] = "Enter the day up to which the records are whole"
		} else if st.From != 0 && st.Until <= st.From {
			bad["until"] = "Enter a day after the first"
		} else if until > db.Day(s.Book.Now()) {
			bad["until"] = "Records cannot be whole up to a day that has not come"
		}
		h, err := hereOf(ctx, tx, keyID)
		switch {
		case err != nil:
			return "", err
		case h.People() == 0:
			bad["key"] = "Nothing is here yet: people.csv is imported first"
		case h.Open:
			bad["key"] = "An import of this run was cut off. Let it go on first: run the same command again"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		x := Extract{ID: lead.NewID("evx"), KeyID: keyID, From: from, Until: until}
		if err := gather(ctx, tx, st, keyID, &x.Summary); err != nil {
			return "", err
		}
		e.Subjects, e.Detail = []string{x.ID}, fmt.Sprintf("freeze %s until %s", from, until)
		return x.ID, s.keep(ctx, tx, actor, st, x)
	})
}

// gather reads what counts of a run: see every. Rows about people who are not in people.csv are left out, and counted.
func gather(ctx context.Context, tx *db.Tx, st *study.Study, keyID string, sum *Summary) error {
	var err error
	if st.People, err = personTable().every(ctx, tx, keyID); err != nil {
		return err
	}
	known := make(map[string]string, len(st.People))
	for _, p := range st.People {
		known[p.ID] = p.ID
	}
	sum.Tables = []TableSummary{{People, len(st.People), 0}}
	return errors.Join(
		those(ctx, tx, contactTable(), keyID, known, &st.Contacts, sum, func(v *study.Contact) *string { return &v.PersonID }),
		those(ctx, tx, outcomeTable(), keyID, known, &st.Outcomes, sum, func(v *study.Outcome) *string { return &v.PersonID }),
		those(ctx, tx, supportTable(), keyID, known, &st.Support, sum, func(v *study.Support) *string { return &v.PersonID }),
		those(ctx, tx, monthTable(), keyID, known, &st.Months, sum, func(v *study.Month) *string { return &v.PersonID }))
}

func those[T row](ctx context.Context, tx *db.Tx, t table[T], keyID string, known map[string]string, into *[]T, sum *Summary, person func(*T) *string) error {
	all, err := t.every(ctx, tx, keyID)
	if err != nil {
		return err
	}
	n := len(all)
	*into = slices.DeleteFunc(all, func(v T) bool {
		_, ok := known[*person(&v)]
		return !ok
	})
	for i := range *into { // one copy of each pseudonym
		own := person(&(*into)[i])
		*own = known[*own]
	}
	sum.Tables = append(sum.Tables, TableSummary{t.kind, len(*into), n - len(*into)})
	return nil
}

func (s *Service) keep(ctx context.Context, tx *db.Tx, actor lead.Actor, st *study.Study, x Extract) error {
	if err := x.Summary.count(st); err != nil {
		return err
	}
	file, err := pack(st)
	if err != nil {
		return err
	}
	if x.Hash, err = st.Hash(); err != nil {
		return err
	}
	sum := sha256.Sum256(file)
	summary, err := json.Marshal(x.Summary)
	if err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	parts := slices.Collect(slices.Chunk(file, partSize))
	if _, err := tx.Exec(ctx, insertExtract, x.ID, x.KeyID, x.From, x.Until, x.Hash, hex.EncodeToString(sum[:]), len(file), len(parts), string(summary), actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	for i, part := range parts {
		if _, err := tx.Exec(ctx, insertPart, x.ID, i+1, base64.StdEncoding.EncodeToString(part)); err != nil {
			return fmt.Errorf("freeze: %w", err)
		}
	}
	return nil
}

// ReadMe stands in every extract.
const ReadMe = `This is an extract for evaluation. It is pseudonymised, which is not anonymous: treat it as personal data.

Use it for the purpose, and destroy it by the day, that you gave when you took it. Do not try to find out who anybody is, and do not join it with anything
that could tell. Only the holder of the key can link a pseudonym, and holds nothing of this file. Publish about groups only: no count below ten.

codebook.csv says what each column means. study.json has the study period.
`

// pack writes a study into one file, the same bits for the same study: it holds no time and no name.
func pack(st *study.Study) ([]byte, error) {
	files := []export.File{
		{Name: "README.txt", Write: func(w io.Writer) error { _, err := io.WriteString(w, ReadMe); return err }},
		{Name: "codebook.csv", Write: WriteCodebook},
	}
	err := st.Each(func(name string, write func(io.Writer) error) error {
		files = append(files, export.File{Name: name, Write: write})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("pack extract: %w", err)
	}
	return export.Zip(files...)
}

// WriteCodebook writes what each column of the five tables means, as CSV.
func WriteCodebook(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"table", "column", "type", "may_be_empty", "code", "words"}}
	for _, t := range study.Codebook() {
		for _, c := range t.Columns {
			empty := "no"
			if c.Empty {
				empty = "yes"
			}
			rows = append(rows, []string{t.Name, c.Name, c.Type, empty, "", c.Words})
			for _, code := range c.Codes {
				rows = append(rows, []string{t.Name, c.Name, c.Type, empty, code.Value, code.Words})
			}
		}
	}
	return out.WriteAll(rows)
}

// count says how many people stand in each arm, of how many the records were looked for, and how many answers are missing.
func (s *Summary) count(st *study.Study) error {
	first := st.FirstEligible()
	arm := make(map[string]int, len(st.People))
	s.Arms = nil
	for _, key := range arms() {
		s.Arms = append(s.Arms, Arm{Key: key})
	}
	for _, p := range st.People {
		i := 3
		if c, ok := first[p.ID]; ok {
			i = 2
			if at := slices.Index(arms()[:2], c.Decision); at >= 0 {
				i = at
			}
		}
		arm[p.ID] = i
		s.Arms[i].People++
		if p.Linked {
			s.Arms[i].Linked++
		}
	}
	// Only what is about an offence can lack the day of one.
	offences := slices.DeleteFunc(slices.Clone(st.Outcomes), func(o study.Outcome) bool {
		return o.Kind != study.Arrest && o.Kind != study.Charge && o.Kind != study.Proven
	})
	return errors.Join(
		missing(s, People, st.People, arm, "person", "born", "sex", "ethnicity", "perceived", "housing", "area"),
		missing(s, Contacts, st.Contacts, arm, "person", "area", "team", "officer", "offence", "decision", "reason", "incident"),
		missing(s, Outcomes, offences, arm, "person", "committed", "incident", "force"),
		missing(s, Months, st.Months, arm, "person", "housing", "employment", "income"))
}

// missing counts empty answers in the text of the rows, as they are downloaded: so that nothing is counted otherwise than it is given.
func missing[T row](s *Summary, kind Kind, rows []T, arm map[string]int, person string, columns ...string) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(study.WriteRows(w, rows)) }() //nolint:errcheck // it returns nil
	defer r.Close()                                            //nolint:errcheck // it returns nil
	in := csv.NewReader(r)
	in.ReuseRecord = true
	head, err := in.Read()
	if err != nil {
		return fmt.Errorf("count what is missing: %w", err)
	}
	whose, at, out := slices.Index(head, person), make([]int, len(columns)), make([]Missing, len(columns))
	for i, name := range columns {
		at[i] = slices.Index(head, name)
		out[i] = Missing{Kind: kind, Column: name, Words: wordsOf(kind, name), ByArm: make([]MissingOf, len(arms()))}
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("count what is missing: %w", err)
		}
		a := arm[record[whose]]
		for i := range columns {
			out[i].ByArm[a].Rows++
			if record[at[i]] == "" {
				out[i].ByArm[a].Missing++
			}
		}
	}
	s.Missing = append(s.Missing, out...)
	return nil
}

func wordsOf(kind Kind, name string) string {
	for _, t := range study.Codebook() {
		for _, c := range t.Columns {
			if t.Name == string(kind) && c.Name == name {
				return c.Words
			}
		}
	}
	return name
}

// Extracts returns up to limit extracts, the latest first.
func (s *Service) Extracts(ctx context.Context, actor lead.Actor, limit int) ([]Extract, error) {
	return looked(ctx, s, actor, func(tx *db.Tx) ([]Extract, error) { return db.All(ctx, tx, scanExtract, extracts, limit) })
}

// Extract returns one extract, in numbers, and the copies that were taken of it.
func (s *Service) Extract(ctx context.Context, actor lead.Actor, extractID string) (Extract, []Download, error) {
	var copies []Download
	x, err := looked(ctx, s, actor, func(tx *db.Tx) (Extract, error) {
		x, err := scanExtract(tx.One(ctx, oneExtract, extractID))
		if err != nil {
			return x, err
		}
		copies, err = db.All(ctx, tx, scanDownload, downloadsOf, extractID)
		return x, err
	})
	return x, copies, err
}

// Study returns the rows of an extract, for an analysis that stays in memory. It fails where they are not what was frozen.
func (s *Service) Study(ctx context.Context, actor lead.Actor, extractID string) (*study.Study, Extract, error) {
	type both struct {
		x    Extract
		file []byte
	}
	b, err := looked(ctx, s, actor, func(tx *db.Tx) (both, error) {
		x, file, err := stored(ctx, tx, extractID)
		return both{x, file}, err
	})
	if err != nil {
		return nil, b.x, err
	}
	st, err := unpack(b.file, b.x)
	return st, b.x, err
}

func stored(ctx context.Context, tx *db.Tx, extractID string) (Extract, []byte, error) {
	x, err := scanExtract(tx.One(ctx, oneExtract, extractID))
	if err != nil {
		return x, nil, err
	}
	parts, err := db.All(ctx, tx, func(row db.Row) ([]byte, error) {
		var text string
		if err := row.Scan(&text); err != nil {
			return nil, err
		}
		part, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, errors.Join(study.ErrChanged, err)
		}
		return part, nil
	}, partsOf, extractID)
	if err != nil {
		return x, nil, fmt.Errorf("read extract: %w", err)
	}
	file := slices.Concat(parts...)
	if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != x.FileHash {
		return x, nil, study.ErrChanged
	}
	return x, file, nil
}

func unpack(file []byte, x Extract) (*study.Study, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("read extract: %w", errors.Join(study.ErrChanged, err))
	}
	st, _, wrong, err := study.Read(z)
	if err != nil {
		return nil, errors.Join(study.ErrChanged, err)
	}
	if hash, err := st.Hash(); err != nil || wrong > 0 || hash != x.Hash {
		return nil, errors.Join(study.ErrChanged, err)
	}
	return st, nil
}

// Ask records that the actor takes a copy of an extract, what for, and by which day they destroy it.
func (s *Service) Ask(ctx context.Context, actor lead.Actor, form ledger.Form, extractID, purpose, until string) (string, error) {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "evidence.extract", Subjects: []string{extractID}, Purpose: string(access.Evaluation)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "evidence.extract", access.Screen{}); err != nil {
			return "", err
		}
		if _, err := given(ctx, tx, extractID); err != nil {
			return "", err
		}
		bad, now := lead.Invalid{}, s.Book.Now()
		if !slices.ContainsFunc(Purposes(), func(p [2]string) bool { return p[0] == purpose }) {
			bad["purpose"] = "Choose what you need it for"
		}
		switch on, err := time.Parse(time.DateOnly, until); {
		case err != nil:
			bad["until"] = "Enter the day by which you will have destroyed your copy"
		case until < db.Day(now):
			bad["until"] = "Enter a day to come"
		case on.After(now.AddDate(0, 0, LongestCopy)):
			bad["until"] = "Choose a day within a year: a copy can be taken again"
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("evd")
		e.Detail = purpose + " until " + until
		_, err := tx.Exec(ctx, insertDownload, id, extractID, purpose, until, actor.ID, db.At(now))
		return id, err
	})
}

// Fetch returns the file of a copy that the actor asked for, until the day that they named.
func (s *Service) Fetch(ctx context.Context, actor lead.Actor, downloadID string) (Extract, []byte, error) {
	var x Extract
	var file []byte
	entry := ledger.Entry{Actor: actor, Verb: ledger.Disclosed, Act: "evidence.extract", Purpose: string(access.Evaluation)}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "evidence.extract", access.Screen{}); err != nil {
			return err
		}
		d, err := scanDownload(tx.One(ctx, oneDownload, downloadID))
		if err != nil {
			return err
		}
		if d.By != actor.ID || d.Until < db.Day(s.Book.Now()) {
			return lead.ErrNotFound
		}
		e.Subjects, e.Detail = []string{d.ExtractID, d.ID}, d.Purpose+" until "+d.Until
		if x, err = given(ctx, tx, d.ExtractID); err != nil {
			return err
		}
		x, file, err = stored(ctx, tx, d.ExtractID)
		return err
	})
	return x, file, err
}

// given returns an extract of which copies may be taken: of whose people nobody took back since that they are studied.
func given(ctx context.Context, tx *db.Tx, extractID string) (Extract, error) {
	x, file, err := stored(ctx, tx, extractID)
	if err != nil {
		return x, err
	}
	var last string
	if err := tx.One(ctx, supportCame, x.KeyID).Scan(&last); err != nil || last == "" {
		return x, err
	}
	now, err := supportTable().every(ctx, tx, x.KeyID)
	if err != nil {
		return x, err
	}
	agreed := make(map[string]bool, len(now))
	for _, v := range now {
		agreed[v.PersonID] = v.Research
	}
	there := func(id string) bool { _, ok := agreed[id]; return ok }
	then, err := unpack(file, x)
	if err != nil {
		return x, err
	}
	if slices.ContainsFunc(then.Support, func(v study.Support) bool { return !there(v.PersonID) || v.Research && !agreed[v.PersonID] }) ||
		slices.ContainsFunc(then.Months, func(v study.Month) bool { return !there(v.PersonID) }) {
		return x, lead.Invalid{"until": "Somebody in it no longer agrees to be studied: freeze a new extract"}
	}
	return x, nil
}
