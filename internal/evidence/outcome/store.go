package outcome

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// row is one of the five sorts of row.
type row interface {
	study.Person | study.Contact | study.Outcome | study.Support | study.Month
}

// table is how one sort of row is kept.
type table[T row] struct {
	kind                         Kind
	own                          func(*T) (string, string) // what tells it from every other: its id, and the month of a month
	person                       func(*T) string           // whose it is
	ids                          func(*T) [][2]string      // column and value of everything that must be a pseudonym
	days                         func(*T) study.Day        // what day it is about, none for a person
	values                       func(*T) []any            // its columns in the order of insert, from the third on
	read                         func(db.Row) (T, error)   //
	latest, latest2, insert, all db.Query
}

func day(d study.Day) string { return d.String() }

// dayIn scans a stored day; what is stored was checked.
type dayIn struct{ d *study.Day }

func (d dayIn) Scan(v any) error {
	text, ok := v.(string)
	if !ok {
		if raw, isRaw := v.([]byte); isRaw {
			text, ok = string(raw), true
		}
	}
	if !ok {
		return errors.New("a day is text")
	}
	var err error
	*d.d, err = study.ParseDay(text)
	return err
}

func personTable() table[study.Person] {
	type T = study.Person
	return table[T]{
		kind: People, latest: latestPerson, insert: insertPerson, all: allPeople,
		own:    func(r *T) (string, string) { return r.ID, "" },
		person: func(r *T) string { return r.ID },
		ids:    func(r *T) [][2]string { return [][2]string{{"person", r.ID}} },
		days:   func(*T) study.Day { return 0 },
		values: func(r *T) []any { return []any{r.Born, r.Sex, r.Ethnicity, r.Perceived, r.Housing, r.Area, r.Linked} },
		read: func(row db.Row) (r T, err error) {
			err = row.Scan(&r.ID, &r.Born, &r.Sex, &r.Ethnicity, &r.Perceived, &r.Housing, &r.Area, &r.Linked)
			return r, err
		},
	}
}

func contactTable() table[study.Contact] {
	type T = study.Contact
	return table[T]{
		kind: Contacts, latest: latestContact, insert: insertContact, all: allContacts,
		own:    func(r *T) (string, string) { return r.ID, "" },
		person: func(r *T) string { return r.PersonID },
		ids: func(r *T) [][2]string {
			return [][2]string{{"contact", r.ID}, {"person", r.PersonID}, {"officer", r.Officer}, {"incident", r.Incident}}
		},
		days: func(r *T) study.Day { return r.On },
		values: func(r *T) []any {
			return []any{r.PersonID, day(r.On), r.Minute, r.Door, r.Area, r.Team, r.Officer, r.Offence, r.Exclusion, r.Shift, r.Decision, r.Reason, r.Offered, r.Policy, r.Incident}
		},
		read: func(row db.Row) (r T, err error) {
			err = row.Scan(&r.ID, &r.PersonID, dayIn{&r.On}, &r.Minute, &r.Door, &r.Area, &r.Team, &r.Officer, &r.Offence, &r.Exclusion, &r.Shift, &r.Decision, &r.Reason, &r.Offered, &r.Policy, &r.Incident)
			return r, err
		},
	}
}

func outcomeTable() table[study.Outcome] {
	type T = study.Outcome
	return table[T]{
		kind: Outcomes, latest: latestOutcome, insert: insertOutcome, all: allOutcomes,
		own:    func(r *T) (string, string) { return r.ID, "" },
		person: func(r *T) string { return r.PersonID },
		ids: func(r *T) [][2]string {
			return [][2]string{{"event", r.ID}, {"person", r.PersonID}, {"incident", r.Incident}}
		},
		days: func(r *T) study.Day { return r.On },
		values: func(r *T) []any {
			return []any{r.PersonID, string(r.Kind), r.Sort, day(r.On), day(r.Until), strconv.FormatFloat(r.Hours, 'f', -1, 64), day(r.Committed), r.Incident, r.Force}
		},
		read: func(row db.Row) (r T, err error) {
			var hours string
			if err = row.Scan(&r.ID, &r.PersonID, &r.Kind, &r.Sort, dayIn{&r.On}, dayIn{&r.Until}, &hours, dayIn{&r.Committed}, &r.Incident, &r.Force); err == nil {
				r.Hours, err = strconv.ParseFloat(hours, 64)
			}
			return r, err
		},
	}
}

func supportTable() table[study.Support] {
	type T = study.Support
	return table[T]{
		kind: Supports, latest: latestSupport, insert: insertSupport, all: allSupport,
		own:    func(r *T) (string, string) { return r.PersonID, "" },
		person: func(r *T) string { return r.PersonID },
		ids:    func(r *T) [][2]string { return [][2]string{{"person", r.PersonID}} },
		days:   func(r *T) study.Day { return r.Referred },
		values: func(r *T) []any {
			return []any{day(r.Referred), r.Minutes, day(r.Met), day(r.Intake), day(r.Consent), day(r.Closed), r.Research}
		},
		read: func(row db.Row) (r T, err error) {
			err = row.Scan(&r.PersonID, dayIn{&r.Referred}, &r.Minutes, dayIn{&r.Met}, dayIn{&r.Intake}, dayIn{&r.Consent}, dayIn{&r.Closed}, &r.Research)
			return r, err
		},
	}
}

func monthTable() table[study.Month] {
	type T = study.Month
	return table[T]{
		kind: Months, latest2: latestMonth, insert: insertMonth, all: allMonths,
		own:    func(r *T) (string, string) { return r.PersonID, day(r.Month) },
		person: func(r *T) string { return r.PersonID },
		ids:    func(r *T) [][2]string { return [][2]string{{"person", r.PersonID}} },
		days:   func(r *T) study.Day { return r.Month },
		values: func(r *T) []any { return []any{r.Contacts, r.NeedsMet, r.Housing, r.Employment, r.Income} },
		read: func(row db.Row) (r T, err error) {
			err = row.Scan(&r.PersonID, dayIn{&r.Month}, &r.Contacts, &r.NeedsMet, &r.Housing, &r.Employment, &r.Income)
			return r, err
		},
	}
}

// held is the newest version of a row: 0 where there is none.
type held struct {
	version int64
	hash    string
}

func (t table[T]) newest(ctx context.Context, tx *db.Tx, r *T) (held, error) {
	var h held
	id, also := t.own(r)
	one := tx.One(ctx, t.latest, id)
	if also != "" {
		one = tx.One(ctx, t.latest2, id, also)
	}
	if err := one.Scan(&h.version, &h.hash); err != nil && !errors.Is(err, lead.ErrNotFound) {
		return held{}, fmt.Errorf("look for a row of %s: %w", t.kind, err)
	}
	return h, nil
}

func (t table[T]) add(ctx context.Context, tx *db.Tx, r *T, version int64, hash, importID string, batch int64) error {
	id, also := t.own(r)
	args := []any{id}
	if also != "" {
		args = append(args, also)
	}
	args = append(args, version)
	args = append(append(args, t.values(r)...), hash, importID, batch)
	n, err := tx.Exec(ctx, t.insert, args...)
	if err != nil {
		return fmt.Errorf("keep a row of %s: %w", t.kind, err)
	}
	if n == 0 { // another import was quicker with the same row
		return lead.ErrConflict
	}
	return nil
}

// every returns what counts of a run, in the order of their pseudonyms: the newest version of every row; of support and months, the latest whole file.
func (t table[T]) every(ctx context.Context, tx *db.Tx, keyID string) ([]T, error) {
	out, err := db.All(ctx, tx, t.read, t.all, keyID)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t.kind, err)
	}
	return out, nil
}

func scanImport(row db.Row) (Import, error) {
	var i Import
	var begun, ended db.Time
	err := row.Scan(&i.ID, &i.Kind, &i.KeyID, &i.Rows, &begun, &i.From, &i.Until, &ended, &i.Taken, &i.Changed, &i.Already, &i.Wrong)
	i.BegunAt, i.EndedAt = begun.Time, ended.Time
	return i, err
}

func scanExtract(row db.Row) (Extract, error) {
	var e Extract
	var at db.Time
	var parts int64
	var summary string
	err := row.Scan(&e.ID, &e.KeyID, &e.From, &e.Until, &e.Hash, &e.FileHash, &e.Size, &parts, &summary, &e.FrozenBy, &at)
	if err != nil {
		return e, err
	}
	e.FrozenAt = at.Time
	return e, e.Summary.parse(summary)
}

func scanDownload(row db.Row) (Download, error) {
	var d Download
	var at db.Time
	err := row.Scan(&d.ID, &d.ExtractID, &d.Purpose, &d.Until, &d.By, &at)
	d.At = at.Time
	return d, err
}

const (
	insertImport db.Query = `INSERT INTO evidence_import (import_id, kind, key_id, file_hash, file_rows, begun_by, begun_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	unfinished   db.Query = `
		SELECT import_id FROM evidence_import i WHERE file_hash = $1 AND kind = $2 AND NOT EXISTS (SELECT 1 FROM evidence_import_end e WHERE e.import_id = i.import_id)
		ORDER BY import_id LIMIT 1`
	insertBatch db.Query = `
		INSERT INTO evidence_import_batch (import_id, batch, taken, changed, already, wrong, committed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT DO NOTHING`
	batchesOf   db.Query = `SELECT batch, taken, changed, already, wrong FROM evidence_import_batch WHERE import_id = $1`
	insertWrong db.Query = `INSERT INTO evidence_import_wrong (import_id, line_no, field, why) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	wrongOf     db.Query = `SELECT line_no, field, why FROM evidence_import_wrong WHERE import_id = $1 ORDER BY line_no LIMIT $2`
	countWrong  db.Query = `SELECT COUNT(*) FROM evidence_import_wrong WHERE import_id = $1`
	insertEnd   db.Query = `INSERT INTO evidence_import_end (import_id, from_on, until_on, ended_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	importRow = `
		SELECT i.import_id, i.kind, i.key_id, i.file_rows, i.begun_at, COALESCE(e.from_on, ''), COALESCE(e.until_on, ''), COALESCE(e.ended_at, ''),
			COALESCE((SELECT CAST(SUM(taken) AS BIGINT) FROM evidence_import_batch b WHERE b.import_id = i.import_id), 0),
			COALESCE((SELECT CAST(SUM(changed) AS BIGINT) FROM evidence_import_batch b WHERE b.import_id = i.import_id), 0),
			COALESCE((SELECT CAST(SUM(already) AS BIGINT) FROM evidence_import_batch b WHERE b.import_id = i.import_id), 0),
			COALESCE((SELECT CAST(SUM(wrong) AS BIGINT) FROM evidence_import_batch b WHERE b.import_id = i.import_id), 0)
		FROM evidence_import i LEFT JOIN evidence_import_end e ON e.import_id = i.import_id`
	imports   db.Query = importRow + ` WHERE i.import_id < $1 ORDER BY i.import_id DESC LIMIT $2`
	oneImport db.Query = importRow + ` WHERE i.import_id = $1`
	importsOf db.Query = importRow + ` WHERE i.key_id = $1 ORDER BY i.import_id DESC LIMIT 1000`
	runs      db.Query = `SELECT key_id FROM evidence_import GROUP BY key_id ORDER BY MAX(import_id) DESC LIMIT 20`
	peopleOf  db.Query = `SELECT COUNT(*) FROM evidence_import WHERE key_id = $1 AND kind = 'people'`

	latestPerson  db.Query = `SELECT version, content_hash FROM evidence_person WHERE person_id = $1 ORDER BY version DESC LIMIT 1`
	latestContact db.Query = `SELECT version, content_hash FROM evidence_contact WHERE contact_id = $1 ORDER BY version DESC LIMIT 1`
	latestOutcome db.Query = `SELECT version, content_hash FROM evidence_outcome WHERE event_id = $1 ORDER BY version DESC LIMIT 1`
	latestSupport db.Query = `SELECT version, content_hash FROM evidence_support WHERE person_id = $1 ORDER BY version DESC LIMIT 1`
	latestMonth   db.Query = `SELECT version, content_hash FROM evidence_month WHERE person_id = $1 AND month = $2 ORDER BY version DESC LIMIT 1`

	insertPerson db.Query = `
		INSERT INTO evidence_person (person_id, version, born, sex, ethnicity, perceived, housing, area, linked, content_hash, import_id, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`
	insertContact db.Query = `
		INSERT INTO evidence_contact (contact_id, version, person_id, on_day, minute, door, area, team, officer, offence, exclusion, shift, decision, reason, offered, policy, incident, content_hash, import_id, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20) ON CONFLICT DO NOTHING`
	insertOutcome db.Query = `
		INSERT INTO evidence_outcome (event_id, version, person_id, kind, sort, on_day, until_day, hours, committed, incident, force, content_hash, import_id, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`
	insertSupport db.Query = `
		INSERT INTO evidence_support (person_id, version, referred, minutes, met, intake, consent, closed, research, content_hash, import_id, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`
	insertMonth db.Query = `
		INSERT INTO evidence_month (person_id, month, version, contacts, needs_met, housing, employment, income, content_hash, import_id, batch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`

	// Support and months are of people who agreed to be studied: whoever is not in the latest whole file took that back.
	whole       = `(SELECT MAX(i.import_id) FROM evidence_import i JOIN evidence_import_end e ON e.import_id = i.import_id WHERE i.key_id = $1 AND i.kind = `
	lastSupport = whole + `'support')`
	lastMonths  = whole + `'months')`

	ofRun              = ` JOIN evidence_import i ON i.import_id = r.import_id WHERE i.key_id = $1 `
	allPeople db.Query = `SELECT r.person_id, r.born, r.sex, r.ethnicity, r.perceived, r.housing, r.area, r.linked FROM evidence_person r` + ofRun + `
		AND NOT EXISTS (SELECT 1 FROM evidence_person n WHERE n.person_id = r.person_id AND n.version > r.version) ORDER BY r.person_id`
	allContacts db.Query = `
		SELECT r.contact_id, r.person_id, r.on_day, r.minute, r.door, r.area, r.team, r.officer, r.offence, r.exclusion, r.shift, r.decision, r.reason, r.offered, r.policy, r.incident FROM evidence_contact r` + ofRun + `
		AND NOT EXISTS (SELECT 1 FROM evidence_contact n WHERE n.contact_id = r.contact_id AND n.version > r.version) ORDER BY r.contact_id`
	allOutcomes db.Query = `
		SELECT r.event_id, r.person_id, r.kind, r.sort, r.on_day, r.until_day, r.hours, r.committed, r.incident, r.force FROM evidence_outcome r` + ofRun + `
		AND NOT EXISTS (SELECT 1 FROM evidence_outcome n WHERE n.event_id = r.event_id AND n.version > r.version) ORDER BY r.event_id`
	allSupport db.Query = `
		SELECT r.person_id, r.referred, r.minutes, r.met, r.intake, r.consent, r.closed, r.research FROM evidence_support r WHERE r.import_id = ` + lastSupport + ` ORDER BY r.person_id`
	allMonths db.Query = `
		SELECT r.person_id, r.month, r.contacts, r.needs_met, r.housing, r.employment, r.income FROM evidence_month r WHERE r.import_id = ` + lastMonths + `
		AND (` + lastSupport + ` IS NULL OR r.person_id IN (SELECT u.person_id FROM evidence_support u WHERE u.import_id = ` + lastSupport + `)) ORDER BY r.person_id, r.month`
	supportCame db.Query = `SELECT COALESCE(` + lastSupport + `, '')`

	insertExtract db.Query = `
		INSERT INTO evidence_extract (extract_id, key_id, from_on, until_on, study_hash, file_hash, file_size, parts, summary, frozen_by, frozen_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
	insertPart db.Query = `INSERT INTO evidence_extract_part (extract_id, part, body) VALUES ($1, $2, $3)`
	partsOf    db.Query = `SELECT body FROM evidence_extract_part WHERE extract_id = $1 ORDER BY part`
	extractRow          = `SELECT extract_id, key_id, from_on, until_on, study_hash, file_hash, file_size, parts, summary, frozen_by, frozen_at FROM evidence_extract`
	extracts   db.Query = extractRow + ` ORDER BY extract_id DESC LIMIT $1`
	oneExtract db.Query = extractRow + ` WHERE extract_id = $1`

	insertDownload db.Query = `INSERT INTO evidence_download (download_id, extract_id, purpose, until_on, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6)`
	downloadRow             = `SELECT download_id, extract_id, purpose, until_on, asked_by, asked_at FROM evidence_download`
	downloadsOf    db.Query = downloadRow + ` WHERE extract_id = $1 ORDER BY download_id DESC LIMIT 100`
	oneDownload    db.Query = downloadRow + ` WHERE download_id = $1`
)
