// Package codelist keeps the code lists that records refer to: dated data, each
// row with its source, never deleted and never reused. It imports lead and
// platform.
package codelist

import (
	"context"
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

//go:embed data/*.csv
var data embed.FS

// Code is one row of one version of a list.
type Code struct {
	List       string
	Version    string // the day from which this version of the list holds, YYYY-MM-DD
	Code       string
	Label      string
	Group      string
	Attributes map[string]string
	ValidFrom  string // YYYY-MM-DD
	ValidTo    string // YYYY-MM-DD, "" while it holds
	Source     string
	ToVerify   bool // the source is somebody's memory, and nobody has looked it up yet
	Verified   Verification
}

// Verification is somebody's word that they looked a row up, and where.
type Verification struct {
	Evidence, By, ByName string
	At                   time.Time
}

// InForce reports whether the code holds on day (YYYY-MM-DD).
func (c Code) InForce(day string) bool {
	return c.ValidFrom <= day && (c.ValidTo == "" || day <= c.ValidTo)
}

var header = []string{"code", "label", "group", "attributes", "valid_from", "valid_to", "source", "to_verify"}

// Shipped returns every list that comes with the product, in the order of its
// file. It fails when a file is malformed.
func Shipped() ([]Code, error) {
	names, err := fs.Glob(data, "data/*.csv")
	if err != nil {
		return nil, fmt.Errorf("code lists: %w", err)
	}
	var all []Code
	for _, name := range names {
		f, err := data.Open(name)
		if err != nil {
			return nil, fmt.Errorf("code lists: %w", err)
		}
		list, err := Parse(strings.TrimSuffix(path.Base(name), ".csv"), f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// Parse reads one list in the product's CSV form. An error names the line.
func Parse(list string, r io.Reader) ([]Code, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord = len(header)
	first, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("code list %s: %w", list, err)
	}
	if !slices.Equal(first, header) {
		return nil, fmt.Errorf("code list %s: line 1: the columns must be %s", list, strings.Join(header, ","))
	}
	var out []Code
	seen := map[string]bool{}
	version := ""
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("code list %s: %w", list, err)
		}
		line, _ := rows.FieldPos(0)
		c, err := parseRow(list, row)
		if err == nil && seen[c.Code] {
			err = fmt.Errorf("code %q stands here twice", c.Code)
		}
		if err != nil {
			return nil, fmt.Errorf("code list %s: line %d: %w", list, line, err)
		}
		seen[c.Code] = true
		version = max(version, c.ValidFrom)
		out = append(out, c)
	}
	for i := range out {
		out[i].Version = version
	}
	return out, nil
}

func parseRow(list string, row []string) (Code, error) {
	c := Code{List: list, Code: row[0], Label: row[1], Group: row[2], ValidFrom: row[4], ValidTo: row[5], Source: row[6], ToVerify: row[7] == "yes"}
	switch {
	case c.Code == "":
		return Code{}, errors.New("the code is empty")
	case c.Label == "":
		return Code{}, errors.New("the label is empty")
	case c.Source == "":
		return Code{}, errors.New("the source is empty")
	case row[7] != "yes" && row[7] != "no":
		return Code{}, errors.New("to_verify must be yes or no")
	}
	for _, day := range []string{c.ValidFrom, c.ValidTo} {
		if _, err := time.Parse(time.DateOnly, day); err != nil && (day != "" || day == c.ValidFrom) {
			return Code{}, fmt.Errorf("%q is no day, write YYYY-MM-DD", day)
		}
	}
	if row[3] != "" {
		if err := json.Unmarshal([]byte(row[3]), &c.Attributes); err != nil {
			return Code{}, fmt.Errorf("attributes: %w", err)
		}
	}
	return c, nil
}

// Lists is some lists, read together.
type Lists struct{ codes map[string][]Code }

// Load returns the latest version of each named list. Any handle may read it.
func Load(ctx context.Context, tx *db.Tx, names ...string) (Lists, error) {
	out := Lists{map[string][]Code{}}
	for _, name := range names {
		codes, err := db.All(ctx, tx, scan, latest, name)
		if err != nil {
			return Lists{}, fmt.Errorf("code list %s: %w", name, err)
		}
		out.codes[name] = codes
	}
	return out, nil
}

// Cache keeps lists that were read: the rows of a version never change. What
// was verified since may be missing from it, so it is for forms and checks, not
// for the administrator. The zero Cache is ready.
type Cache struct{ lists sync.Map } // list and version -> []Code

// Load is the function Load, reading each version of a list once.
func (c *Cache) Load(ctx context.Context, tx *db.Tx, names ...string) (Lists, error) {
	out := Lists{map[string][]Code{}}
	for _, name := range names {
		var version string
		if err := tx.One(ctx, latestVersion, name).Scan(&version); err != nil {
			return Lists{}, fmt.Errorf("code list %s: %w", name, err)
		}
		key := [2]string{name, version}
		codes, ok := c.lists.Load(key)
		if !ok {
			read, err := Load(ctx, tx, name)
			if err != nil {
				return Lists{}, err
			}
			codes = read.codes[name]
			c.lists.Store(key, codes)
		}
		out.codes[name] = codes.([]Code) //nolint:forcetypeassert // only codes are stored
	}
	return out, nil
}

// Has reports whether list holds code.
func (l Lists) Has(list, code string) bool {
	return slices.ContainsFunc(l.codes[list], func(c Code) bool { return c.Code == code })
}

// Codes returns a list in the order in which people read it.
func (l Lists) Codes(list string) []Code { return l.codes[list] }

// Label returns what code is called, or the code itself when it is unknown.
func (l Lists) Label(list, code string) string {
	for _, c := range l.codes[list] {
		if c.Code == code {
			return c.Label
		}
	}
	return code
}

// Service keeps the lists.
type Service struct {
	Book   *ledger.Book // of the reference handle
	Access *access.Decider
}

// Install adds the shipped rows that are not there yet, at start. A row that is
// there stays as it is.
func (s *Service) Install(ctx context.Context) error {
	codes, err := Shipped()
	if err != nil {
		return err
	}
	var have int
	err = s.Book.Look(ctx, func(tx *db.Tx) error { return tx.One(ctx, countCodes).Scan(&have) })
	if err != nil {
		return fmt.Errorf("install code lists: %w", err)
	}
	if have >= len(codes) {
		return nil
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "codelist.install"}
	return s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		var added int64
		for i, c := range codes {
			attributes, err := json.Marshal(c.Attributes)
			if err != nil {
				return fmt.Errorf("install code lists: %w", err)
			}
			n, err := tx.Exec(ctx, insertCode, c.List, c.Version, c.Code, c.Label, c.Group, string(attributes), c.ValidFrom, c.ValidTo, c.Source, c.ToVerify, i)
			if err != nil {
				return fmt.Errorf("install code lists: %s %s: %w", c.List, c.Code, err)
			}
			added += n
		}
		e.Detail = fmt.Sprintf("%d rows", added)
		return nil
	})
}

// Summary is one list at a glance.
type Summary struct {
	List     string
	Version  string
	Rows     int
	ToVerify int
}

// Summaries returns every list with how many rows nobody has verified yet.
func (s *Service) Summaries(ctx context.Context, actor lead.Actor) ([]Summary, error) {
	if err := s.Access.Check(actor, "codelist.manage", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Summary
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = db.All(ctx, tx, func(row db.Row) (Summary, error) {
			var v Summary
			return v, row.Scan(&v.List, &v.Version, &v.Rows, &v.ToVerify)
		}, summaries)
		return err
	})
	return out, err
}

// List returns one list whole, with its marks.
func (s *Service) List(ctx context.Context, actor lead.Actor, list string) ([]Code, error) {
	if err := s.Access.Check(actor, "codelist.manage", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Code
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		lists, err := Load(ctx, tx, list)
		out = lists.Codes(list)
		return err
	})
	if err == nil && len(out) == 0 {
		return nil, lead.ErrNotFound
	}
	return out, err
}

// Verify records that actor looked a row up, and where. The row itself stays.
func (s *Service) Verify(ctx context.Context, actor lead.Actor, form ledger.Form, list, code, evidence string) error {
	if err := s.Access.Check(actor, "codelist.manage", access.Screen{}); err != nil {
		return err
	}
	bad := lead.Invalid{}
	if strings.TrimSpace(evidence) == "" {
		bad["evidence"] = "Say where you looked it up: a title and a date, or an address"
	}
	bad.TooLong("evidence", evidence, 300)
	if err := bad.OrNil(); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "codelist.verify", Detail: list + " " + code}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		lists, err := Load(ctx, tx, list)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(lists.Codes(list), func(c Code) bool { return c.Code == code })
		if i < 0 {
			return "", lead.ErrNotFound
		}
		n, err := tx.Exec(ctx, insertVerification, list, code, lists.Codes(list)[i].Version, evidence, actor.ID, db.At(s.Book.Now()))
		if err == nil && n == 0 {
			err = lead.ErrConflict
		}
		return code, err
	})
	return err
}

func scan(row db.Row) (Code, error) {
	var c Code
	var attributes string
	var at db.Time
	err := row.Scan(&c.List, &c.Version, &c.Code, &c.Label, &c.Group, &attributes, &c.ValidFrom, &c.ValidTo, &c.Source, &c.ToVerify, &c.Verified.Evidence, &c.Verified.By, &at)
	if err != nil {
		return Code{}, err
	}
	c.Verified.At = at.Time
	c.ToVerify = c.ToVerify && c.Verified.By == ""
	return c, json.Unmarshal([]byte(attributes), &c.Attributes)
}

// Of wraps codes that are already at hand, such as the shipped ones.
func Of(codes []Code) Lists {
	l := Lists{map[string][]Code{}}
	for _, c := range codes {
		l.codes[c.List] = append(l.codes[c.List], c)
	}
	return l
}
