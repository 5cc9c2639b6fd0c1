// Command bench measures Waymark on generated, seeded data and prints a table:
// decisions a second against the bare engine in the same run, and the pages that
// case managers open most, at two sizes. Absolute figures belong to the machine;
// the ratios are what to compare.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	_ "modernc.org/sqlite" // registers "sqlite", for the bare engine

	"waymark.example/internal/app"
	"waymark.example/internal/care/outreach"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
)

// size is how much data a run has.
type size struct{ people, notesEach int }

func main() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run prints every table, or with the argument "phone" only the officer's phone.
func run(ctx context.Context) error {
	if len(os.Args) > 1 && os.Args[1] == "phone" {
		return phoneOnly(ctx)
	}
	if len(os.Args) > 1 && os.Args[1] == "small" {
		for _, engine := range engines() {
			p, err := measurePages(ctx, engine, size{2000, 12})
			if err != nil {
				return err
			}
			for _, l := range p.lines() {
				fmt.Println(engine, l.name, ms(at(l.times, 50)), ms(at(l.times, 95)))
			}
		}
		return nil
	}
	var pages []pageTimes
	for _, engine := range engines() {
		for _, s := range []size{{5_000, 12}, {200_000, 12}} {
			p, err := measurePages(ctx, engine, s)
			if err != nil {
				return fmt.Errorf("%s, %d people: %w", engine, s.people, err)
			}
			pages = append(pages, p)
			for _, line := range p.lines() {
				tell("%s, %d people: %s %s ms, 95 of 100 within %s ms", engine, s.people, line.name, ms(at(line.times, 50)), ms(at(line.times, 95)))
			}
		}
	}
	d, err := measureDecisions(ctx)
	if err != nil {
		return err
	}
	f, err := measurePhone(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...any) {
		for _, c := range cells {
			fmt.Fprintf(w, "%v\t", c) //nolint:errcheck // standard output
		}
		fmt.Fprintln(w) //nolint:errcheck // standard output
	}
	row("one case manager", "people", "notes", "p50 ms", "p95 ms", "p95, large to small")
	for i, p := range pages {
		for _, line := range p.lines() {
			growth := ""
			if i%2 == 1 {
				growth = ratio(at(line.times, 95), at(pages[i-1].lines()[line.at].times, 95))
			}
			row(line.name+", "+string(p.engine), p.size.people, p.size.people*p.size.notesEach, ms(at(line.times, 50)), ms(at(line.times, 95)), growth)
		}
	}
	row()
	row("what protection costs, of a page at "+fmt.Sprint(pages[1].size.people), "caseload ms", "share", "person ms", "share")
	c, p := pages[1].ofCaseload, pages[1].ofPerson
	for _, line := range []struct {
		name             string
		caseload, person []time.Duration
	}{{"access decisions", c.access, p.access}, {"ledger entry, with its transaction", c.entry, p.entry}, {"opening what is sealed", c.open, p.open}} {
		row(line.name, ms(at(line.caseload, 50)), share(at(line.caseload, 50), at(pages[1].caseload, 50)), ms(at(line.person, 50)), share(at(line.person, 50), at(pages[1].person, 50)))
	}
	row()
	row("durable writes, one after the other", "a second", "p50 ms", "p95 ms", "p99 ms")
	for _, line := range []struct {
		name  string
		times []time.Duration
	}{{"decision, with its checks and ledger entry", d.decide}, {"bare engine, the same rows", d.bare}, {"bare engine, one row", d.single}} {
		row(line.name, fmt.Sprintf("%.0f", float64(len(line.times))/sum(line.times).Seconds()), ms(at(line.times, 50)), ms(at(line.times, 95)), ms(at(line.times, 99)))
	}
	phoneRows(row, f)
	row("taken in, to the decision alone", "", ratio(at(f.deliver, 50), at(d.decide, 50)), ratio(at(f.deliver, 95), at(d.decide, 95)), ratio(at(f.deliver, 99), at(d.decide, 99)))
	row()
	row("decision to bare engine", "", ratio(at(d.decide, 50), at(d.bare, 50)), ratio(at(d.decide, 95), at(d.bare, 95)), ratio(at(d.decide, 99), at(d.bare, 99)))
	return w.Flush()
}

// tell says on standard error how far it is: the tables come last.
func tell(format string, values ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", values...)
}

func sum(times []time.Duration) (total time.Duration) {
	for _, t := range times {
		total += t
	}
	return total
}

// at returns the p-th percentile.
func at(times []time.Duration, p int) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[min(len(sorted)*p/100, len(sorted)-1)]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

func share(part, whole time.Duration) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f x", float64(a)/float64(b)) }

// area is a practice area without people, in a folder or a database of its own.
type area struct {
	*app.App
	staff   practice.Area
	address string // of its database
	done    func()
}

// open makes an area; with PostgreSQL, on the server of the benchmarks.
func open(ctx context.Context, engine db.Engine) (*area, error) {
	dir, err := os.MkdirTemp("", "waymark-bench-")
	if err != nil {
		return nil, err
	}
	out := &area{address: "sqlite:" + filepath.Join(dir, "waymark.db"), done: func() {}}
	drop := func() {}
	if engine == db.Postgres {
		if out.address, drop, err = postgres(ctx); err != nil {
			return nil, err
		}
	}
	if out.App, err = app.Open(ctx, app.Config{Database: out.address, Keys: "sqlite:" + filepath.Join(dir, "keys.db"), Practice: true}); err != nil {
		return nil, err
	}
	out.done = func() {
		out.Close() //nolint:errcheck // it is thrown away
		drop()
		os.RemoveAll(dir) //nolint:errcheck // it is thrown away
	}
	out.staff, err = practice.Staff(ctx, out.App, &practice.Clock{})
	return out, err
}

// bare opens the file past the walls, as durable as the product does.
func bare(address string) (*sql.DB, error) {
	path := strings.TrimPrefix(address, "sqlite:")
	raw, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	raw.SetMaxOpenConns(1)
	return raw, nil
}

type pageTimes struct {
	engine           db.Engine
	size             size
	caseload, person []time.Duration
	today, search    []time.Duration
	log              []time.Duration

	ofCaseload, ofPerson parts
}

// line is one thing that was measured.
type line struct {
	at    int
	name  string
	times []time.Duration
}

func (p pageTimes) lines() []line {
	return []line{{0, "caseload", p.caseload}, {1, "person", p.person}, {2, "today", p.today}, {3, "a misspelt name, found", p.search}, {4, "a contact logged", p.log}}
}

// teamSize is how many case managers share a team, and load how many people
// each walks with.
const (
	teamSize = 10
	load     = 25
)

func measurePages(ctx context.Context, engine db.Engine, s size) (pageTimes, error) {
	out := pageTimes{engine: engine, size: s}
	made, err := open(ctx, engine)
	if err != nil {
		return out, err
	}
	defer made.done()
	a, manager := made.App, made.staff.Actors["manager"]
	tell("%s: writing %d people", engine, s.people)
	mine, err := fill(ctx, made, s, manager)
	if err != nil {
		return out, fmt.Errorf("fill: %w", err)
	}
	tell("%s: asking for pages among %d people", engine, s.people)
	cookie, err := session(ctx, a, "manager")
	if err != nil {
		return out, err
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	ask := asker(ctx, server.URL, cookie)
	get := func(path string) (time.Duration, error) { return ask(http.MethodGet, path, nil) }
	const warm, runs = 30, 400
	for i := range warm + runs {
		if i == 0 || i == warm {
			if err := settle(ctx, made.address); err != nil {
				return out, err
			}
		}
		c, err := get("/care/caseload")
		if err != nil {
			return out, err
		}
		p, err := get("/care/people/" + mine[i%len(mine)])
		if err != nil {
			return out, err
		}
		if i < warm {
			continue
		}
		today, err := get("/care/today")
		if err != nil {
			return out, err
		}
		start := time.Now()
		found, err := a.Care.People.People(ctx, manager, misspelt(i), "", 25)
		if err != nil {
			return out, err
		}
		if !found.Alike {
			return out, fmt.Errorf("nobody is spelt like %q", misspelt(i))
		}
		out.search = append(out.search, time.Since(start))
		start = time.Now()
		if err := a.Care.LogContact(ctx, manager, mine[i%len(mine)], careweb.Contact{At: start, Minutes: 15, Outcome: outreach.Met, Narrative: "Had a tea by the river."}); err != nil {
			return out, err
		}
		out.log = append(out.log, time.Since(start))
		out.caseload, out.person, out.today = append(out.caseload, c), append(out.person, p), append(out.today, today)
		if err := caseloadParts(ctx, a, manager, mine, &out.ofCaseload); err != nil {
			return out, err
		}
		if err := personParts(ctx, a, manager, mine[i%len(mine)], &out.ofPerson); err != nil {
			return out, err
		}
	}
	return out, nil
}

// misspelt is the word every name begins with, with one slip.
func misspelt(i int) string {
	word := []byte("person")
	at := 1 + i%4
	word[at], word[at+1] = word[at+1], word[at]
	return string(word)
}

// asker sends requests as whoever's session it is and tells how long each took.
func asker(ctx context.Context, site string, cookie *http.Cookie) func(method, path string, form url.Values) (time.Duration, error) {
	return func(method, path string, form url.Values) (time.Duration, error) {
		r, err := http.NewRequestWithContext(ctx, method, site+path, strings.NewReader(form.Encode()))
		if err != nil {
			return 0, err
		}
		r.AddCookie(cookie)
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		start := time.Now()
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0, err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		took := time.Since(start)
		resp.Body.Close() //nolint:errcheck // it was read
		if err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", path, resp.Status)
		}
		return took, err
	}
}

// session signs somebody in.
func session(ctx context.Context, a *app.App, who string) (*http.Cookie, error) {
	// As the browser that asks for the pages: a session is good in no other.
	visit := identity.Visit{Agent: "Go-http-client/1.1"}
	var err error
	if visit.Token, err = a.Accounts.SignIn(ctx, visit, who+"@practice.example", practice.Password); err != nil {
		return nil, err
	}
	code, err := a.Accounts.PracticeCode(ctx, visit)
	if err != nil {
		return nil, err
	}
	full, _, err := a.Accounts.Confirm(ctx, visit, code)
	return &http.Cookie{Name: "waymark", Value: full}, err
}

// fill writes people, each with a hand-off, a history and notes, spread over
// teams, and returns the people of one case manager. The same size gives the
// same data.
func fill(ctx context.Context, a *area, s size, manager lead.Actor) ([]string, error) {
	rows, err := newRows(ctx, a.address)
	if err != nil {
		return nil, err
	}
	defer rows.close()
	do := func(table, columns string, values ...any) {
		if err == nil {
			err = rows.add(ctx, table, columns, values)
		}
	}
	random := rand.New(rand.NewPCG(1, uint64(s.people)))
	ids := make([]string, s.people)
	for i := range ids {
		ids[i] = fmt.Sprintf("par_%012x%08x", i, random.Uint32())
	}
	keys := secret.NewRing(a.Keys, schema.Care, a.Keeper)
	boxes, err := keys.Import(ctx, ids)
	if err != nil {
		return nil, err
	}
	search, err := keys.Search(ctx)
	if err != nil {
		return nil, err
	}
	type note struct{ worker, place, narrative string }
	notes := make([]note, s.people)
	workers := s.people / load
	mineIs := workers / 2
	var mine []string
	start := time.Now().AddDate(-1, 0, 0)
	for i := range s.people {
		worker := random.IntN(workers)
		id, box := ids[i], boxes[i]
		workerID, team := fmt.Sprintf("acc_worker%06d", worker), fmt.Sprintf("Team %d", worker/teamSize)
		if i%(s.people/load) == mineIs%(s.people/load) {
			workerID, team = manager.ID, manager.Team
			mine = append(mine, id)
		}
		at := start.Add(time.Duration(i) * time.Second).UTC().Format("2006-01-02T15:04:05.000000Z")
		name := fmt.Sprintf("Person %06d", random.IntN(1_000_000))
		do("handoff_referral", "referral_id, contact_id, officer_id, reference, door, letter, meeting, may_tell, needs_approval, policy_version, window_days, made_at",
			"ref_"+id, "con_"+id, "", "LD-"+id, "arrest_diversion", "", "here_now", false, false, 1, 14, at)
		do("care_participant", "participant_id, referral_id, received_at",
			id, "ref_"+id, at)
		do("care_person", "participant_id, version, name, pronouns, phone, safe_contact, find_words, recorded_by, recorded_at",
			id, 1, box.Seal("care_person.name", name), "", "", box.Seal("care_person.safe_contact", "Text first"), "", workerID, at)
		do("care_case", "participant_id, version, state, words, happened_on, recorded_by, recorded_at",
			id, 1, "active", "", at[:10], workerID, at)
		do("care_allocation", "participant_id, version, team, hold, worker_id, wish, cover, recorded_by, recorded_at",
			id, 1, team, "caseload", workerID, "", "", workerID, at)
		do("care_now", "participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at",
			id, 1, team, "caseload", workerID, "active", box.Seal("care_now.name", name), at, at[:10], at[:10], at, "", "")
		for _, token := range search.Tokens(name) {
			do("care_name_token", "participant_id, team, token",
				id, team, token)
		}
		notes[i] = note{workerID, box.Seal("care_note.place", "Drop-in"), box.Seal("care_note.narrative", "Went along to the appointment and waited together. "+id)}
	}
	// Notes arrive as time goes by, so one person's notes lie far apart.
	for n := range s.notesEach {
		at := start.AddDate(0, n, 0).UTC().Format("2006-01-02T15:04:05.000000Z")
		for i, id := range ids {
			do("care_note", "note_id, participant_id, happened_at, mode, minutes, place, started_by, outcome, narrative, recorded_by, recorded_at",
				fmt.Sprintf("not_%02d%s", n, id), id, at, "in_person", 30, notes[i].place, "worker", "met", notes[i].narrative, notes[i].worker, at)
		}
	}
	if err != nil {
		return nil, err
	}
	return mine, rows.done(ctx)
}

type decisionTimes struct{ decide, bare, single []time.Duration }

// measureDecisions takes turns: a decision, the same rows by the bare engine, one
// bare row; so that all three meet the same machine.
func measureDecisions(ctx context.Context) (decisionTimes, error) {
	var out decisionTimes
	made, err := open(ctx, db.SQLite)
	if err != nil {
		return out, err
	}
	defer made.done()
	a, staff := made.App, made.staff
	raw, err := bare(made.address)
	if err != nil {
		return out, err
	}
	defer raw.Close() //nolint:errcheck // nothing is pending
	b, err := prepareBare(ctx, raw, staff.Actors["officer"])
	if err != nil {
		return out, err
	}
	const warm, runs = 100, 2000
	for i := range warm + runs {
		times := [3]time.Duration{}
		for j, act := range []func() error{
			func() error {
				d := contact.Decision{HappenedAt: time.Now().Add(-time.Minute), Place: "High street", Outcome: contact.NotDiverted, Reason: "victim_wish", Offences: []string{"46"},
					Equality: contact.Equality{AgeBand: "26_35", Sex: "M", NotRecorded: contact.SaidNo}}
				_, err := a.Contacts.Decide(ctx, staff.Actors["officer"], ledger.Form{Key: lead.NewID("frm"), Hash: "x"}, contact.ArrestDiversion, d)
				return err
			},
			func() error { return b.rows(ctx) },
			func() error { return b.one(ctx) },
		} {
			start := time.Now()
			if err := act(); err != nil {
				return out, err
			}
			times[j] = time.Since(start)
		}
		if i >= warm {
			out.decide, out.bare, out.single = append(out.decide, times[0]), append(out.bare, times[1]), append(out.single, times[2])
		}
	}
	return out, nil
}

// bareRows writes the rows of a decision with nothing around them.
type bareRows struct {
	db         *sql.DB
	statements []bareStatement
	single     *sql.Stmt
	officer    lead.Actor
	seq        int64
}

// bareStatement is an insert and which values it takes, a letter each.
type bareStatement struct {
	statement *sql.Stmt
	args      string
}

func prepareBare(ctx context.Context, raw *sql.DB, officer lead.Actor) (*bareRows, error) {
	b := &bareRows{db: raw, officer: officer, seq: 1 << 40}
	if _, err := raw.ExecContext(ctx, `CREATE TABLE bench_row (id TEXT PRIMARY KEY, body TEXT NOT NULL)`); err != nil {
		return nil, err
	}
	for _, q := range []struct{ text, args string }{ // args: i the id, o the officer, t the time, s the sequence
		{`INSERT INTO police_contact (contact_id, reference, door, officer_id, team, recorded_at) VALUES ($1, $2, 'arrest_diversion', $3, 'x', $4)`, "iiot"},
		{`INSERT INTO police_decision (contact_id, version, happened_at, place, force_reference, policy_version, offer, outcome, reason, words, correction, recorded_by, recorded_at) VALUES ($1, 1, $2, 'High street', '', 1, 'not_made', 'not_diverted', 'victim_wish', '', '', $3, $4)`, "itot"},
		{`INSERT INTO police_offence (contact_id, version, code, list_version) VALUES ($1, 1, '46', '2026-11-24')`, "i"},
		{`INSERT INTO police_equality (contact_id, version, age_band, sex, scheme, list_version, ethnicity, not_recorded) VALUES ($1, 1, '26_35', 'M', 'self_defined_18plus1', '2026-11-24', '', 'said_no')`, "i"},
		{`INSERT INTO ledger_receipt (form_key, actor_id, content_hash, result, made_at) VALUES ($1, $2, 'x', $3, $4)`, "ioit"},
		{`INSERT INTO ledger_entry (seq, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes) VALUES ($1, $2, $3, 'police', 'collected', 'contact.record', 'diversion', '', 'not_diverted', '', '', '')`, "sto"},
		{`INSERT INTO ledger_subject (subject_id, seq, place, salt) VALUES ($1, $2, 0, '')`, "is"},
	} {
		st, err := raw.PrepareContext(ctx, q.text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", q.text, err)
		}
		b.statements = append(b.statements, bareStatement{st, q.args})
	}
	var err error
	b.single, err = raw.PrepareContext(ctx, `INSERT INTO bench_row (id, body) VALUES ($1, 'one durable row')`)
	return b, err
}

func (b *bareRows) rows(ctx context.Context) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	id := lead.NewID("con")
	b.seq++
	at := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
	for _, st := range b.statements {
		var args []any
		for _, a := range st.args {
			args = append(args, map[rune]any{'i': id, 'o': b.officer.ID, 't': at, 's': b.seq}[a])
		}
		if _, err := tx.StmtContext(ctx, st.statement).ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (b *bareRows) one(ctx context.Context) error {
	_, err := b.single.ExecContext(ctx, lead.NewID("row"))
	return err
}
