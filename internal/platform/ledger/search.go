package ledger

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Words returns the verb as people say it.
func (v Verb) Words() string {
	return map[Verb]string{
		Collected: "Collected", Altered: "Changed", Consulted: "Looked at", Disclosed: "Disclosed", Combined: "Combined", Erased: "Erased",
		Denied: "Not let through", SignedIn: "Signed in", Administered: "Administered",
	}[v]
}

// Search says which entries are wanted. Empty parts match everything.
type Search struct {
	Actor, Subject, Act string
	Verb                Verb
	Purpose             string
	Sides               []lead.Side // of the actor; none is every side
	From, To            string      // YYYY-MM-DD, both included, UTC
	Before              int64       // entries before this number; 0 for the newest
}

// Recorded is an entry as it stands in the ledger.
type Recorded struct {
	Seq      int64
	At       time.Time
	ActorID  string
	Name     string // of the account, where it is one
	Side     lead.Side
	Verb     Verb
	Act      string
	Purpose  string // what for
	From     string // where from: network address and session
	Detail   string
	Subjects []string // whom it was about, without those whom the law had removed
}

// Find returns up to limit entries, newest first. Only the oversight handle may
// read them.
func Find(ctx context.Context, tx *db.Tx, s Search, limit int) ([]Recorded, error) {
	from, to := "", "9999" // before and after every moment
	if s.From != "" {
		from = s.From + "T00:00:00"
	}
	if s.To != "" {
		to = s.To + "T99"
	}
	before := s.Before
	if before == 0 {
		before = 1 << 62
	}
	sides := ""
	for _, side := range s.Sides { // one comma between two, or an act of no side would match
		sides += "," + string(side)
	}
	if sides != "" {
		sides += ","
	}
	var out []Recorded
	var err error
	switch { // one query for each index that can serve
	case s.Subject != "":
		out, err = db.All(ctx, tx, scanRecorded, entriesOfSubject, s.Subject, before, s.Actor, s.Act, s.Verb, from, to, s.Purpose, sides, limit)
	case s.Actor != "":
		out, err = db.All(ctx, tx, scanRecorded, entriesOfActor, s.Actor, before, s.Act, s.Verb, from, to, s.Purpose, sides, limit)
	case s.Verb != "":
		out, err = db.All(ctx, tx, scanRecorded, entriesOfVerb, s.Verb, before, s.Act, from, to, s.Purpose, sides, limit)
	case s.From == "" && s.To == "": // without days, so that no engine sorts the whole log by them
		out, err = db.All(ctx, tx, scanRecorded, newest, before, s.Act, s.Purpose, sides, limit)
	default:
		out, err = db.All(ctx, tx, scanRecorded, entries, before, s.Act, s.Verb, from, to, s.Purpose, sides, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("find entries: %w", err)
	}
	for i := range out {
		out[i].Subjects, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var s string
			return s, row.Scan(&s)
		}, subjectsOf, out[i].Seq)
		if err != nil {
			return nil, fmt.Errorf("find entries: %w", err)
		}
	}
	return out, nil
}

func scanRecorded(row db.Row) (Recorded, error) {
	var r Recorded
	var at db.Time
	err := row.Scan(&r.Seq, &at, &r.ActorID, &r.Name, &r.Side, &r.Verb, &r.Act, &r.Purpose, &r.From, &r.Detail)
	r.At = at.Time
	if r.Side == lead.Subject {
		r.Name = "The person themself"
	}
	return r, err
}

// Glance is what somebody did with a person's record, as the person may know it.
type Glance struct {
	Seq          int64
	At           time.Time
	Name         string
	Organisation string
	Side         lead.Side
	Verb         Verb
	Act          string
	Purpose      string
}

// LooksAt returns up to limit entries about one subject, newest first: who has
// looked at, changed or passed on this record. before is the number of the last
// entry already seen, or 0. The participant's handle may read it, and gets
// neither where somebody worked from nor whom else the act was about.
func LooksAt(ctx context.Context, tx *db.Tx, subjectID string, before int64, limit int) ([]Glance, error) {
	if before == 0 {
		before = 1 << 62
	}
	out, err := db.All(ctx, tx, func(row db.Row) (Glance, error) {
		var g Glance
		var at db.Time
		err := row.Scan(&g.Seq, &at, &g.Name, &g.Organisation, &g.Side, &g.Verb, &g.Act, &g.Purpose)
		g.At = at.Time
		if g.Side == lead.Subject {
			g.Name = "The person themself"
		}
		return g, err
	}, looksAt, subjectID, before, limit)
	if err != nil {
		return nil, fmt.Errorf("looks at a record: %w", err)
	}
	return out, nil
}

const (
	entriesOfSubject db.Query = `
		SELECT e.seq, e.recorded_at, e.actor_id, COALESCE(a.name, ''), e.actor_side, e.verb, e.act, e.purpose, e.origin, e.detail
		FROM ledger_subject s JOIN ledger_entry e ON e.seq = s.seq
		LEFT JOIN identity_account a ON a.account_id = e.actor_id
		WHERE s.subject_id = $1 AND s.seq < $2 AND ($3 = '' OR e.actor_id = $3) AND ($4 = '' OR e.act = $4) AND ($5 = '' OR e.verb = $5)
		AND e.recorded_at >= $6 AND e.recorded_at <= $7
		AND ($8 = '' OR e.purpose = $8) AND ($9 = '' OR $9 LIKE '%,' || e.actor_side || ',%')
		ORDER BY s.seq DESC LIMIT $10`
	entriesOfActor db.Query = `
		SELECT e.seq, e.recorded_at, e.actor_id, COALESCE(a.name, ''), e.actor_side, e.verb, e.act, e.purpose, e.origin, e.detail
		FROM ledger_entry e LEFT JOIN identity_account a ON a.account_id = e.actor_id
		WHERE e.actor_id = $1 AND e.seq < $2 AND ($3 = '' OR e.act = $3) AND ($4 = '' OR e.verb = $4)
		AND e.recorded_at >= $5 AND e.recorded_at <= $6
		AND ($7 = '' OR e.purpose = $7) AND ($8 = '' OR $8 LIKE '%,' || e.actor_side || ',%')
		ORDER BY e.seq DESC LIMIT $9`
	entries db.Query = `
		SELECT e.seq, e.recorded_at, e.actor_id, COALESCE(a.name, ''), e.actor_side, e.verb, e.act, e.purpose, e.origin, e.detail
		FROM ledger_entry e LEFT JOIN identity_account a ON a.account_id = e.actor_id
		WHERE e.seq < $1 AND ($2 = '' OR e.act = $2) AND ($3 = '' OR e.verb = $3)
		AND e.recorded_at >= $4 AND e.recorded_at <= $5
		AND ($6 = '' OR e.purpose = $6) AND ($7 = '' OR $7 LIKE '%,' || e.actor_side || ',%')
		ORDER BY e.seq DESC LIMIT $8`
	entriesOfVerb db.Query = `
		SELECT e.seq, e.recorded_at, e.actor_id, COALESCE(a.name, ''), e.actor_side, e.verb, e.act, e.purpose, e.origin, e.detail
		FROM ledger_entry e LEFT JOIN identity_account a ON a.account_id = e.actor_id
		WHERE e.verb = $1 AND e.seq < $2 AND ($3 = '' OR e.act = $3)
		AND e.recorded_at >= $4 AND e.recorded_at <= $5 AND ($6 = '' OR e.purpose = $6) AND ($7 = '' OR $7 LIKE '%,' || e.actor_side || ',%')
		ORDER BY e.seq DESC LIMIT $8`
	newest db.Query = `
		SELECT e.seq, e.recorded_at, e.actor_id, COALESCE(a.name, ''), e.actor_side, e.verb, e.act, e.purpose, e.origin, e.detail
		FROM ledger_entry e LEFT JOIN identity_account a ON a.account_id = e.actor_id
		WHERE e.seq < $1 AND ($2 = '' OR e.act = $2)
		AND ($3 = '' OR e.purpose = $3) AND ($4 = '' OR $4 LIKE '%,' || e.actor_side || ',%')
		ORDER BY e.seq DESC LIMIT $5`
	looksAt db.Query = `
		SELECT e.seq, e.recorded_at, COALESCE(a.name, ''), COALESCE(o.name, ''), e.actor_side, e.verb, e.act, e.purpose
		FROM ledger_subject s JOIN ledger_entry e ON e.seq = s.seq
		LEFT JOIN identity_account a ON a.account_id = e.actor_id
		LEFT JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE s.subject_id = $1 AND s.seq < $2
		ORDER BY s.seq DESC LIMIT $3`
	subjectsOf db.Query = `SELECT subject_id FROM ledger_subject WHERE seq = $1 ORDER BY subject_id LIMIT 30`
)
