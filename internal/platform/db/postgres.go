package db

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"waymark.example/internal/lead"
)

// openPostgres opens a server. The address's user owns the tables, migrates
// them and makes a role for each handle; each handle then signs in as its own
// role, so no statement it sends can turn it into another.
func openPostgres(ctx context.Context, address string, l Layout) (*Store, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("open database: the address cannot be read; write it as postgres://user@host/name") // the text of err may hold a password
	}
	at, err := homeOf(config)
	if err != nil {
		return nil, err
	}
	owner := stdlib.OpenDB(*config)
	defer owner.Close() //nolint:errcheck // nothing is pending
	secret, err := migratePostgres(ctx, owner, at, l)
	if err != nil {
		return nil, err
	}
	s := &Store{Engine: Postgres, handles: map[string]*Handle{}}
	var pools []*sql.DB
	s.close = func() error { return closeAll(pools) }
	for name := range l.Walls {
		c := config.Copy()
		c.User = at.role(name)
		c.Password = pgPassword(secret, c.User)
		conns := stdlib.OpenDB(*c)
		conns.SetMaxOpenConns(8)
		conns.SetMaxIdleConns(8)
		if at.area != "" { // several areas share the server's connections: what is idle is given back
			conns.SetMaxIdleConns(2)
			conns.SetConnMaxIdleTime(time.Minute)
		}
		pools = append(pools, conns)
		p := &pool{DB: conns}
		s.handles[name] = &Handle{Name: name, Engine: Postgres, readers: p, writer: p}
	}
	return s, nil
}

// openPostgresCopy connects as the address says, for reading alone.
func openPostgresCopy(address string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("open copy: the address cannot be read; write it as postgres://user@host/name") // the text of err may hold a password
	}
	config.RuntimeParams["default_transaction_read_only"] = "on"
	return stdlib.OpenDB(*config), nil
}

// pgPassword derives a role's password from a secret that only the owner of
// the tables can read, so that every server of one database knows it and no
// file has to carry it.
func pgPassword(secret, role string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(role))
	return hex.EncodeToString(mac.Sum(nil))
}

// migratePostgres brings the tables up to date and then grants exactly the
// walls, under an advisory lock so that servers may start together. It returns
// the secret behind the roles' passwords.
func migratePostgres(ctx context.Context, owner *sql.DB, at home, l Layout) (string, error) {
	if err := makeArea(ctx, owner, at); err != nil {
		return "", fmt.Errorf("make area: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockID(at.lock(lock.DefaultLockID)))
	if err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, owner, engineFiles{l.Migrations, Postgres}, goose.WithSessionLocker(locker))
	if err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	tx, err := owner.BeginTx(ctx, nil)
	if err != nil {
		return "", fmt.Errorf("grant: %w", err)
	}
	defer tx.Rollback()           //nolint:errcheck // after Commit it does nothing
	for handle := range l.Walls { // cut short by the server, two roles could be one
		if role := at.role(handle); len(role) > 63 {
			return "", fmt.Errorf("grant: the name of the database, with its area, is too long: a role would be called %s", role)
		}
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, at.lock(7763927)); err != nil {
		return "", fmt.Errorf("grant: %w", err)
	}
	secret, err := wallSecret(ctx, tx)
	if err != nil {
		return "", fmt.Errorf("grant: %w", err)
	}
	for handle, grants := range l.Walls {
		role := at.role(handle)
		if err := grantRole(ctx, tx, role, pgPassword(secret, role), grants); err != nil {
			return "", fmt.Errorf("grant %s: %w", handle, err)
		}
	}
	return secret, tx.Commit()
}

// makeArea makes the schema of an area that is new. Nobody but its owner has any
// right in it; grantRole gives each role what the walls say.
func makeArea(ctx context.Context, owner *sql.DB, at home) error {
	if at.area == "" {
		return nil
	}
	tx, err := owner.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, at.lock(7763927)); err != nil {
		return err
	}
	var missing bool
	if err := tx.QueryRowContext(ctx, `SELECT to_regnamespace($1) IS NULL`, areaPrefix+at.area).Scan(&missing); err != nil || !missing {
		return err
	}
	if _, err := tx.ExecContext(ctx, `CREATE SCHEMA `+pgx.Identifier{areaPrefix + at.area}.Sanitize()); err != nil {
		return err
	}
	return tx.Commit()
}

// wallSecret returns the owner's secret, making it the first time.
func wallSecret(ctx context.Context, tx *sql.Tx) (string, error) {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS wall_secret (secret TEXT NOT NULL)`); err != nil {
		return "", err
	}
	var secret string
	err := tx.QueryRowContext(ctx, `SELECT secret FROM wall_secret`).Scan(&secret)
	if !errors.Is(err, sql.ErrNoRows) {
		return secret, err
	}
	secret = rand.Text()
	_, err = tx.ExecContext(ctx, `INSERT INTO wall_secret (secret) VALUES ($1)`, secret)
	return secret, err
}

// grantRole makes role if it is missing and gives it exactly grants. The
// statements are built from names in our own source, quoted by the driver.
func grantRole(ctx context.Context, tx *sql.Tx, role, password string, grants []Grant) error {
	var exists bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil {
		return err
	}
	quoted := pgx.Identifier{role}.Sanitize()
	var schema string
	if err := tx.QueryRowContext(ctx, `SELECT current_schema()`).Scan(&schema); err != nil {
		return err
	}
	in := pgx.Identifier{schema}.Sanitize()
	var sqls []string
	if !exists {
		sqls = append(sqls, `CREATE ROLE `+quoted)
	}
	sqls = append(sqls,
		`ALTER ROLE `+quoted+` LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '`+password+`'`, // hexadecimal
		`GRANT USAGE ON SCHEMA `+in+` TO `+quoted)
	if exists { // one that was just made has nothing yet
		sqls = append(sqls, `REVOKE ALL ON ALL TABLES IN SCHEMA `+in+` FROM `+quoted)
	}
	tables, err := tablesAndViews(ctx, tx)
	if err != nil {
		return err
	}
	alike := map[string][]string{} // what is granted, to the tables on which just that is
	for _, table := range tables {
		if g, ok := grantFor(grants, table); ok {
			alike[g.rights()] = append(alike[g.rights()], in+`.`+pgx.Identifier{table}.Sanitize())
		}
	}
	for rights, on := range alike {
		sqls = append(sqls, `GRANT `+rights+` ON `+strings.Join(on, ", ")+` TO `+quoted)
	}
	_, err = tx.ExecContext(ctx, strings.Join(sqls, ";\n")) // one round trip
	return err
}

// rights are what g gives, as GRANT takes them.
func (g Grant) rights() string {
	var out []string
	for _, v := range []struct {
		verb Verbs
		word string
	}{{Select, "SELECT"}, {Insert, "INSERT"}, {Update, "UPDATE"}, {Delete, "DELETE"}} {
		if g.Verbs&v.verb == 0 {
			continue
		}
		if v.verb == Select && len(g.Columns) > 0 {
			v.word += ` (` + strings.Join(g.Columns, ", ") + `)`
		}
		out = append(out, v.word)
	}
	return strings.Join(out, ", ")
}

func tablesAndViews(ctx context.Context, tx *sql.Tx) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// explainPostgres tells by its code whether the server could not write or
// refused by right.
func explainPostgres(err error) (error, bool) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return nil, false
	}
	switch {
	case e.Code == "42501": // insufficient_privilege
		return fmt.Errorf("%w: %w", ErrWall, err), true
	case e.Code == "25006", e.Code == "55P03", strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "57P"), e.Code == "40001", e.Code == "40P01":
		return fmt.Errorf("%w: %w", lead.ErrUnavailable, err), true
	}
	return nil, false
}
