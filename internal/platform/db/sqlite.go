package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"waymark.example/internal/lead"
)

// openSQLite opens one file. Durable means durable: WAL with synchronous FULL,
// because with NORMAL a power cut loses acknowledged writes.
func openSQLite(ctx context.Context, path string, l Layout) (*Store, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	// The file holds people's lives: made for its owner's eyes only.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600) // #nosec G304 -- the operator names it
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := f.Close(); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := migrateSQLite(ctx, path, l); err != nil {
		return nil, err
	}
	turn := make(chan struct{}, 1)
	s := &Store{Engine: SQLite, handles: map[string]*Handle{}}
	var pools []*sql.DB
	s.close = func() error { return closeAll(pools) }
	for name, grants := range l.Walls {
		writer, err := sqlitePool(sqliteDSN(path, "immediate", l.Wipe), grants)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		writer.SetMaxOpenConns(1)
		readers, err := sqlitePool(sqliteDSN(path, "deferred", l.Wipe, "query_only(1)"), grants)
		if err != nil {
			return nil, errors.Join(err, writer.Close(), s.Close())
		}
		readers.SetMaxOpenConns(max(2, runtime.NumCPU()))
		readers.SetMaxIdleConns(max(2, runtime.NumCPU()))
		pools = append(pools, writer, readers)
		s.handles[name] = &Handle{Name: name, Engine: SQLite, readers: &pool{DB: readers, keep: true}, writer: &pool{DB: writer, keep: true}, turn: turn}
	}
	return s, nil
}

// openSQLiteCopy opens a file that nobody may change. Where no log of writes
// lies beside it nobody has it open either, so it is read as it is, even from a
// folder that takes no files.
func openSQLiteCopy(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open copy: %w", err)
	}
	v := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "trusted_schema(0)", "cache_size(-64000)", "mmap_size(1073741824)"}}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		v.Set("immutable", "1")
	}
	c, err := sqlite.NewConnector("file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode())
	if err != nil {
		return nil, fmt.Errorf("open copy: %w", err)
	}
	return sql.OpenDB(c), nil
}

func closeAll(pools []*sql.DB) error {
	var errs []error
	for _, p := range pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

func sqliteDSN(path, lock string, wipe bool, more ...string) string {
	pragmas := []string{
		"busy_timeout(5000)", "foreign_keys(1)", "synchronous(full)",
		"trusted_schema(0)", "cache_size(-16000)", "mmap_size(268435456)",
	}
	if wipe { // a write-ahead log would keep what was deleted
		pragmas = append(pragmas, "journal_mode(truncate)", "secure_delete(1)")
	} else {
		pragmas = append(pragmas, "journal_mode(wal)")
	}
	v := url.Values{"_txlock": {lock}, "_pragma": append(pragmas, more...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + v.Encode()
}

// walled is a connector whose every connection carries the authorizer of one
// handle. The connection's own pragmas have run by the time it is installed.
type walled struct {
	driver.Connector
	grants []Grant
}

func (w walled) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := w.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	reg, ok := conn.(sqlite.AuthorizerRegisterer)
	if !ok {
		return nil, errors.Join(errors.New("this SQLite driver has no authorizer"), conn.Close())
	}
	if err := reg.RegisterAuthorizer(authorizer(w.grants)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func sqlitePool(dsn string, grants []Grant) (*sql.DB, error) {
	c, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return sql.OpenDB(walled{c, grants}), nil
}

// authorizer returns the guard that SQLite asks, while it prepares a
// statement, about every table and column the statement would touch. SQLite
// also names the view that a read goes through, but a common table expression
// may call itself by a view's name, so that name grants nothing here.
func authorizer(grants []Grant) sqlite.AuthorizerFn {
	return func(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
		if allowed(grants, action, arg1, arg2) {
			return sqlite.AuthorizerOK
		}
		return sqlite.AuthorizerDeny
	}
}

func allowed(grants []Grant, action sqlite.AuthorizerActionCode, table, column string) bool {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthTransaction, sqlite.AuthSavepoint, sqlite.AuthRecursive:
		return true
	case sqlite.AuthFunction:
		return column != "load_extension" // the function's name is the second argument
	case sqlite.AuthRead:
		return mayRead(grants, table, column)
	case sqlite.AuthInsert:
		return mayDo(grants, table, Insert)
	case sqlite.AuthUpdate:
		return mayDo(grants, table, Update)
	case sqlite.AuthDelete:
		return mayDo(grants, table, Delete)
	}
	return false // schema changes, pragmas, attach, temporary tables and all that is new
}

// migrateSQLite brings the file up to date. A lock file keeps two programs
// that start at once from migrating together.
func migrateSQLite(ctx context.Context, path string, l Layout) error {
	lock, err := os.OpenFile(path+".migrating", os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- the operator names it
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer lock.Close() //nolint:errcheck // closing also unlocks
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("migrate: lock: %w", err)
	}
	c, err := sqlite.NewConnector(sqliteDSN(path, "immediate", l.Wipe))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	pool := sql.OpenDB(c)
	defer pool.Close() //nolint:errcheck // nothing is pending
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, engineFiles{l.Migrations, SQLite})
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", explain(err))
	}
	return nil
}

// explainSQLite tells by its code, never by its text, whether the database
// could not write, so that the person can be told and nothing is half done.
func explainSQLite(err error) (error, bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil, false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %w", lead.ErrUnavailable, err), true
	case sqlite3.SQLITE_AUTH:
		return fmt.Errorf("%w: %w", ErrWall, err), true
	}
	return nil, false
}
