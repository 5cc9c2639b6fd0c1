package db

import (
	"errors"
	"io/fs"
	"strings"

	"waymark.example/internal/lead"
)

// ErrWall is the database's own refusal to let a handle touch what is not its
// side's.
var ErrWall = errors.New("the wall refused")

// explain gives a driver's error the product's meaning where it has one.
func explain(err error) error {
	if errors.Is(err, lead.ErrUnavailable) || errors.Is(err, ErrWall) {
		return err
	}
	if e, ok := explainSQLite(err); ok {
		return e
	}
	if e, ok := explainPostgres(err); ok {
		return e
	}
	return err
}

// engineFiles shows goose only the migrations meant for one engine.
type engineFiles struct {
	fs.FS
	engine Engine
}

// ReadDir leaves out the files of other engines: NAME.ENGINE.sql.
func (f engineFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	all, err := fs.ReadDir(f.FS, name)
	if err != nil {
		return nil, err
	}
	var mine []fs.DirEntry
	for _, e := range all {
		if f.mine(e.Name()) {
			mine = append(mine, e)
		}
	}
	return mine, nil
}

// Glob is how goose lists migrations.
func (f engineFiles) Glob(pattern string) ([]string, error) {
	all, err := fs.Glob(f.FS, pattern)
	if err != nil {
		return nil, err
	}
	var mine []string
	for _, name := range all {
		if f.mine(name) {
			mine = append(mine, name)
		}
	}
	return mine, nil
}

func (f engineFiles) mine(name string) bool {
	parts := strings.Split(name, ".")
	return len(parts) != 3 || parts[1] == string(f.engine)
}
