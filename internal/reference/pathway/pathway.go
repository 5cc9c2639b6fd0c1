// Package pathway lists the other ways than LEAD that a person may go by: Liaison
// and Diversion, deferred prosecution, schemes in custody (R48). A decision can
// point to one, so that nobody is counted twice. It imports lead and platform.
package pathway

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Reason is the code of the policy's reason that asks which pathway.
const Reason = "other_pathway"

// Sort is what sort of pathway it is.
type Sort string

// The sorts.
const (
	Liaison  Sort = "liaison_and_diversion"
	Deferred Sort = "deferred_prosecution"
	Custody  Sort = "custody_scheme"
	Other    Sort = "other"
)

// Sorts lists them in the order of the form.
func Sorts() []Sort { return []Sort{Liaison, Deferred, Custody, Other} }

// Words returns the sort as people say it.
func (s Sort) Words() string {
	return map[Sort]string{Liaison: "Liaison and Diversion", Deferred: "Deferred prosecution", Custody: "A scheme in custody", Other: "Another sort"}[s]
}

// Pathway is one version of an entry of the list.
type Pathway struct {
	Code       string
	Version    int64
	Name       string
	Sort       Sort
	From       string // YYYY-MM-DD, the first day
	Until      string // the last, "" while no end is known
	RecordedAt time.Time
}

// On reports whether the pathway could be named on a day.
func (p Pathway) On(day string) bool { return p.From <= day && (p.Until == "" || day <= p.Until) }

// Ended reports whether its last day is before day.
func (p Pathway) Ended(day string) bool { return p.Until != "" && p.Until < day }

// Named returns the pathway with a code.
func Named(all []Pathway, code string) (Pathway, bool) {
	i := slices.IndexFunc(all, func(p Pathway) bool { return p.Code == code })
	if i < 0 {
		return Pathway{}, false
	}
	return all[i], true
}

// All returns the list as it stands, those that ended too, by name. Any handle may
// read it.
func All(ctx context.Context, tx *db.Tx) ([]Pathway, error) {
	all, err := db.All(ctx, tx, func(row db.Row) (Pathway, error) {
		var p Pathway
		var at db.Time
		err := row.Scan(&p.Code, &p.Version, &p.Name, &p.Sort, &p.From, &p.Until, &at)
		p.RecordedAt = at.Time
		return p, err
	}, latest)
	if err != nil {
		return nil, fmt.Errorf("pathways: %w", err)
	}
	return all, nil
}

// OnDay keeps those of the list that could be named on a day.
func OnDay(all []Pathway, day string) []Pathway {
	var out []Pathway
	for _, p := range all {
		if p.On(day) {
			out = append(out, p)
		}
	}
	return out
}

// leadItself finds LEAD among the pathways beside it: by its letters, or by what
// they stand for here and where it comes from.
var leadItself = regexp.MustCompile(`\bL\.?E\.?A\.?D\b|(?i:^\s*lead(\s+(programme|program|scheme|project|diversion))?\s*$|law enforcement assisted diversion|let everyone advance)`)

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (p Pathway) Check() error {
	bad := lead.Invalid{}
	switch {
	case strings.TrimSpace(p.Name) == "":
		bad["name"] = "Write what it is called"
	case leadItself.MatchString(p.Name):
		bad["name"] = "LEAD is not another pathway: a diversion to it is its own answer"
	}
	bad.TooLong("name", p.Name, 80)
	bad.NoCondition("name", p.Name)
	if !slices.Contains(Sorts(), p.Sort) {
		bad["sort"] = "Choose what sort it is"
	}
	if _, err := time.Parse(time.DateOnly, p.From); err != nil {
		bad["from"] = "Enter the first day, like 2026-03-27"
	}
	if _, err := time.Parse(time.DateOnly, p.Until); p.Until != "" && err != nil {
		bad["until"] = "Enter the last day, like 2026-03-27, or leave it empty"
	}
	if bad["from"] == "" && bad["until"] == "" && p.Until != "" && p.Until < p.From {
		bad["until"] = "The last day is before the first"
	}
	return bad.OrNil()
}

// Service keeps the list.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider
}

// List returns the list as it stands.
func (s *Service) List(ctx context.Context) ([]Pathway, error) {
	var out []Pathway
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = All(ctx, tx)
		return err
	})
	return out, err
}

// Record adds p to the list, or, where it has a code, its next version; p.Version is
// then the one that the coordinator was looking at. It returns the code.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, p Pathway) (string, error) {
	if err := s.Access.Check(actor, "pathway.keep", access.Screen{}); err != nil {
		return "", err
	}
	p.Name = strings.Join(strings.Fields(p.Name), " ")
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "pathway.keep"}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		all, err := All(ctx, tx)
		if err != nil {
			return "", err
		}
		bad, _ := p.Check().(lead.Invalid) //nolint:errcheck,errorlint // a lead.Invalid or nil
		if slices.ContainsFunc(all, func(o Pathway) bool { return o.Code != p.Code && strings.EqualFold(o.Name, p.Name) }) {
			bad = lead.Invalid{"name": "There is one of this name already: change its days instead"}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		if p.Code == "" {
			p.Code, p.Version = codeOf(p.Name, all), 0
		}
		var last int64
		if err := tx.One(ctx, oneByCode, p.Code).Scan(&last); err != nil && (p.Version != 0 || !errors.Is(err, lead.ErrNotFound)) {
			return "", fmt.Errorf("keep pathway: %w", err)
		}
		if last != p.Version {
			return "", lead.ErrConflict
		}
		e.Detail = p.Code + " " + strconv.FormatInt(last+1, 10)
		n, err := tx.Exec(ctx, insertPathway, p.Code, last+1, p.Name, p.Sort, p.From, p.Until, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("keep pathway: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return p.Code, nil
	})
}

// codeOf makes a code out of a name that no other has. It stays when the name
// changes: contacts keep it.
func codeOf(name string, all []Pathway) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	code := strings.Join(words, "_")
	if len(code) > 40 {
		code = strings.Trim(code[:40], "_")
	}
	if code == "" {
		code = "pathway"
	}
	out := code
	for i := 2; ; i++ {
		if _, taken := Named(all, out); !taken {
			return out
		}
		out = fmt.Sprintf("%s_%d", code, i)
	}
}
