// Package db opens SQLite or PostgreSQL, hands each side of the wall a handle
// that can touch only its own tables, and runs the same SQL on both engines.
// It is the one place that names engines. It imports lead and database drivers.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"time"

	"waymark.example/internal/lead"
)

// Query is SQL written in the source. An untyped constant converts to it by
// itself; a string made at run time does not, so input cannot become SQL.
type Query string

// Engine is the kind of database behind a Store.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Layout is what a store is made of: the migrations that make its tables and
// the walls that say which handle may touch them.
type Layout struct {
	Migrations fs.FS // NNNNN_name.sql for both engines, NNNNN_name.ENGINE.sql for one
	Walls      Walls
	Wipe       bool // on SQLite, what is deleted is overwritten at once and kept in no log
}

// Store is an open, migrated database with a handle per side.
type Store struct {
	Engine  Engine
	handles map[string]*Handle
	close   func() error
}

// Handle returns the handle called name, as named in the walls.
func (s *Store) Handle(name string) *Handle {
	h, ok := s.handles[name]
	if !ok { // a wiring mistake, found by the first test that starts the program
		panic("db: no handle called " + name)
	}
	return h
}

// Close ends every connection.
func (s *Store) Close() error { return s.close() }

// Handle is one side's way into the database. The database itself refuses
// what the side's walls do not grant.
type Handle struct {
	Name    string
	Engine  Engine
	readers *pool
	writer  *pool
	// snapshot makes every look one snapshot on PostgreSQL, where by itself each
	// statement has its own.
	snapshot bool
	// turn lets one writer in at a time on SQLite, whichever side it is of, so
	// that writers queue here in order instead of polling a locked file. It is
	// nil on PostgreSQL.
	turn chan struct{}
}

// Transact runs fn in a transaction that may write, and commits it if fn
// returns nil. Only the ledger calls it, so that no change goes unrecorded.
func (h *Handle) Transact(ctx context.Context, fn func(*Tx) error) error {
	if h.turn != nil {
		select {
		case h.turn <- struct{}{}:
			defer func() { <-h.turn }()
		case <-ctx.Done():
			return fmt.Errorf("wait to write: %w", ctx.Err())
		}
	}
	return h.run(ctx, h.writer, nil, fn)
}

// Look runs fn in a read-only transaction: one snapshot, no entry in the
// ledger. It is for facts about no one, such as policies and code lists.
func (h *Handle) Look(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if h.snapshot {
		opts.Isolation = sql.LevelRepeatableRead
	}
	return h.run(ctx, h.readers, opts, fn)
}

func (h *Handle) run(ctx context.Context, p *pool, opts *sql.TxOptions, fn func(*Tx) error) error {
	tx, err := p.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("begin: %w", explain(err))
	}
	t := &Tx{tx: tx, pool: p}
	defer func() { p.prepare(ctx, t.fresh) }()
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if err := fn(t); err != nil {
		return explain(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", explain(err))
	}
	return nil
}

// Prepare asks the engine whether it understands q and whether this handle
// may run it. Tests use it on every Query.
func (h *Handle) Prepare(ctx context.Context, q Query) error {
	stmt, err := h.writer.PrepareContext(ctx, string(q))
	if err != nil {
		return err
	}
	return stmt.Close()
}

// pool is some connections and the statements prepared on them. Queries are
// constants, so there are only so many; SQLite parses each and asks the walls
// about it once for each connection instead of once for each use.
type pool struct {
	*sql.DB
	keep       bool     // pgx keeps prepared statements by itself
	statements sync.Map // Query -> *sql.Stmt
}

// prepare keeps queries prepared for the next transactions. It runs between
// transactions: a pool of one connection has none to lend while one is open.
// What cannot be prepared just now is tried again after its next use.
func (p *pool) prepare(ctx context.Context, queries []Query) {
	for _, q := range queries {
		if _, ok := p.statements.Load(q); ok {
			continue
		}
		st, err := p.PrepareContext(ctx, string(q))
		if err != nil {
			continue
		}
		if _, loaded := p.statements.LoadOrStore(q, st); loaded {
			st.Close() //nolint:errcheck // another transaction was quicker
		}
	}
}

// Tx is a transaction. Its methods take constant SQL with $1 placeholders.
type Tx struct {
	tx    *sql.Tx
	pool  *pool
	fresh []Query // used here and not prepared yet
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, q Query, args ...any) (int64, error) {
	var res sql.Result
	var err error
	if st := t.statement(ctx, q); st != nil {
		res, err = st.ExecContext(ctx, args...)
	} else {
		res, err = t.tx.ExecContext(ctx, string(q), args...)
	}
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Row is one row of an answer.
type Row interface{ Scan(into ...any) error }

// One runs a query that returns at most one row. Scanning no row is
// lead.ErrNotFound.
func (t *Tx) One(ctx context.Context, q Query, args ...any) Row {
	if st := t.statement(ctx, q); st != nil {
		return one{st.QueryRowContext(ctx, args...)}
	}
	return one{t.tx.QueryRowContext(ctx, string(q), args...)}
}

type one struct{ row *sql.Row }

func (o one) Scan(into ...any) error {
	err := o.row.Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return lead.ErrNotFound
	}
	return err
}

// All runs a query and returns what scan makes of each row.
func All[T any](ctx context.Context, t *Tx, scan func(Row) (T, error), q Query, args ...any) ([]T, error) {
	rows, err := t.query(ctx, q, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

func (t *Tx) query(ctx context.Context, q Query, args ...any) (*sql.Rows, error) {
	if st := t.statement(ctx, q); st != nil {
		return st.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, string(q), args...)
}

// statement returns q prepared on this transaction's connection, or nil where
// the driver sees to it or it is q's first use here.
func (t *Tx) statement(ctx context.Context, q Query) *sql.Stmt {
	if !t.pool.keep {
		return nil
	}
	st, ok := t.pool.statements.Load(q)
	if !ok {
		t.fresh = append(t.fresh, q)
		return nil
	}
	return t.tx.StmtContext(ctx, st.(*sql.Stmt)) //nolint:forcetypeassert // only statements are stored
}

// Time is a moment as it is stored: UTC text of one width, so that it sorts
// the same in both engines. The empty text is no moment.
type Time struct{ time.Time }

const layout = "2006-01-02T15:04:05.000000Z"

// At returns t as it is stored; the zero time is the empty text.
func At(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

// Day returns the calendar day of t in UTC as it is stored, YYYY-MM-DD.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// Scan reads a stored moment.
func (t *Time) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		if v != nil {
			return fmt.Errorf("db.Time: cannot read %T", v)
		}
	}
	if s == "" {
		t.Time = time.Time{}
		return nil
	}
	var err error
	t.Time, err = time.Parse(layout, s)
	return err
}

// Open opens the database at address, migrates it and returns a handle per
// wall. An address is "sqlite:PATH" or "postgres://…".
func Open(ctx context.Context, address string, l Layout) (*Store, error) {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return openSQLite(ctx, path, l)
	}
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		return openPostgres(ctx, address, l)
	}
	return nil, fmt.Errorf("open database: the address must start with sqlite: or postgres://")
}

// Copy is the handle of a database that OpenCopy opened.
const Copy = "copy"

// OpenCopy opens a database as it is, to read all of it and change nothing: no
// migration and no walls, for whoever holds the file or the owner's address.
func OpenCopy(ctx context.Context, address string) (*Store, error) {
	var p *pool
	engine := Postgres
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		engine = SQLite
		conns, err := openSQLiteCopy(path)
		if err != nil {
			return nil, err
		}
		p = &pool{DB: conns, keep: true}
	} else {
		conns, err := openPostgresCopy(address)
		if err != nil {
			return nil, err
		}
		p = &pool{DB: conns}
	}
	if err := p.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open copy: %w", explain(err)), p.Close())
	}
	h := &Handle{Name: Copy, Engine: engine, readers: p, writer: p, snapshot: engine == Postgres}
	return &Store{Engine: engine, handles: map[string]*Handle{Copy: h}, close: p.Close}, nil
}
