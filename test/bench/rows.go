package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// engines are those that can be measured here.
func engines() []db.Engine {
	if os.Getenv("WAYMARK_TEST_POSTGRES") == "" {
		return []db.Engine{db.SQLite}
	}
	return []db.Engine{db.SQLite, db.Postgres}
}

// postgres makes a database of the benchmark's own and returns its address and
// how to drop it.
func postgres(ctx context.Context) (address string, drop func(), err error) {
	at := os.Getenv("WAYMARK_TEST_POSTGRES")
	admin, err := pgx.Connect(ctx, at)
	if err != nil {
		return "", nil, fmt.Errorf("postgres: %w", err)
	}
	name := lead.NewID("b")
	if _, err := admin.Exec(ctx, `CREATE DATABASE `+name); err != nil {
		return "", nil, errors.Join(err, admin.Close(ctx))
	}
	u, err := url.Parse(at)
	if err != nil {
		return "", nil, errors.Join(err, admin.Close(ctx))
	}
	u.Path = "/" + name
	return u.String(), func() {
		admin.Exec(ctx, `DROP DATABASE `+name+` WITH (FORCE)`) //nolint:errcheck // the server is thrown away
		admin.Close(ctx)                                       //nolint:errcheck // nothing is pending
	}, nil
}

// settle lets a server look at its tables, as it does by itself once a minute: the
// plans made while the log was still empty would read all of it for every row.
func settle(ctx context.Context, address string) error {
	if strings.HasPrefix(address, "sqlite:") {
		return nil
	}
	server, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	defer server.Close(ctx) //nolint:errcheck // nothing is pending
	for _, statement := range []string{`ANALYZE`, `CHECKPOINT`} {
		if _, err := server.Exec(ctx, statement); err != nil {
			return fmt.Errorf("settle: %w", err)
		}
	}
	return nil
}

// rows writes many rows past the walls: one by one in one transaction of SQLite,
// in bulk with PostgreSQL.
type rows struct {
	file       *sql.DB
	tx         *sql.Tx
	statements map[string]*sql.Stmt

	server *pgx.Conn
	order  []string // tables as they first came: what refers to another comes later
	held   map[string]*bulk
	count  int
}

type bulk struct {
	columns []string
	values  [][]any
}

func newRows(ctx context.Context, address string) (*rows, error) {
	r := &rows{statements: map[string]*sql.Stmt{}, held: map[string]*bulk{}}
	var err error
	if !strings.HasPrefix(address, "sqlite:") {
		if r.server, err = pgx.Connect(ctx, address); err != nil {
			return nil, err
		}
		_, err = r.server.Exec(ctx, `SET session_replication_role = replica`) // nothing of how it is written is measured: keys of other tables are not looked up
		return r, err
	}
	if r.file, err = bare(address); err != nil {
		return nil, err
	}
	// What is written here is what the product wrote long ago: nothing of how is measured.
	for _, pragma := range []string{`PRAGMA foreign_keys = off`, `PRAGMA synchronous = off`, `PRAGMA cache_size = -2000000`} {
		if _, err := r.file.ExecContext(ctx, pragma); err != nil {
			return nil, errors.Join(err, r.file.Close())
		}
	}
	r.tx, err = r.file.BeginTx(ctx, nil)
	return r, err
}

func (r *rows) add(ctx context.Context, table, columns string, values []any) error {
	if r.server == nil {
		st, ok := r.statements[table]
		if !ok {
			marks := strings.TrimSuffix(strings.Repeat("?, ", len(values)), ", ")
			var err error
			if st, err = r.tx.PrepareContext(ctx, `INSERT INTO `+table+` (`+columns+`) VALUES (`+marks+`)`); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
			r.statements[table] = st
		}
		if _, err := st.ExecContext(ctx, values...); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		return nil
	}
	b := r.held[table]
	if b == nil {
		b = &bulk{columns: strings.Split(columns, ", ")}
		r.held[table] = b
		r.order = append(r.order, table)
	}
	b.values = append(b.values, values)
	if r.count++; r.count%200_000 == 0 {
		return r.flush(ctx)
	}
	return nil
}

func (r *rows) flush(ctx context.Context) error {
	for _, table := range r.order {
		b := r.held[table]
		if _, err := r.server.CopyFrom(ctx, pgx.Identifier{table}, b.columns, pgx.CopyFromRows(b.values)); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
		b.values = b.values[:0]
	}
	return nil
}

// done ends the writing, as a database is after a night.
func (r *rows) done(ctx context.Context) error {
	if r.server != nil {
		if err := r.flush(ctx); err != nil {
			return err
		}
		_, err := r.server.Exec(ctx, `VACUUM`)
		return err
	}
	if err := r.tx.Commit(); err != nil {
		return err
	}
	_, err := r.file.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

func (r *rows) close() {
	if r.server != nil {
		r.server.Close(context.Background()) //nolint:errcheck // it was written, or is thrown away
		return
	}
	r.tx.Rollback() //nolint:errcheck // after Commit it does nothing
	r.file.Close()  //nolint:errcheck // it was committed, or is thrown away
}
