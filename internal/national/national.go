// Package national shows the published figures of several areas beside each other. In
// each area's database it has a handle that reads what the area published and
// decided to show, and nothing else. It imports lead and platform.
package national

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/platform/db"
)

// Source is one area, as far as this package may see it.
type Source struct {
	Name   string
	Title  string
	Handle *db.Handle // the national one of its database
}

// Number is a sum of figures that were published. Where one of them was hidden it
// is no more than a lower bound; where all were there is nothing to show. A sum of
// what everybody may read tells no more than they could work out themselves.
type Number struct {
	Value   int
	Shown   bool
	AtLeast bool
}

// Plus adds another number.
func (n Number) Plus(m Number) Number {
	return Number{n.Value + m.Value, n.Shown || m.Shown, n.AtLeast || m.AtLeast || !n.Shown || !m.Shown}
}

// Measures are what is shown of each area, by the keys under which areas publish them.
func Measures() []string { return []string{"contacts", "eligible", "offered", "yes", "intakes"} }

// View is one area.
type View struct {
	Name, Title string
	Away        bool // it cannot be read just now
	Joined      bool
	Sets        int
	From, Until string // months, YYYY-MM
	PublishedAt time.Time
	Numbers     []Number // in the order of Measures
	Definitions []int    // the versions of how things were counted; more than one cannot be compared
}

// All is every area in the order of the alphabet, and what they come to together.
type All struct {
	Areas   []View
	Shown   int      // how many of them show figures
	Numbers []Number // over all that do
	Mixed   bool     // they did not all count in the same way
}

// set is what a published set says to everybody, as far as it is read here.
type set struct {
	Definitions int            `json:"definitions"`
	Months      []string       `json:"months"`
	Shown       map[string]int `json:"shown"`
}

// Read asks every area what it shows. One that cannot answer keeps none of the
// others.
func Read(ctx context.Context, areas []Source) All {
	var out All
	var counted []int
	for _, a := range areas {
		v, err := read(ctx, a)
		if err != nil {
			slog.ErrorContext(ctx, "national view", "area", a.Name, "err", err)
			v = View{Name: a.Name, Title: a.Title, Away: true}
		}
		out.Areas = append(out.Areas, v)
		if v.Sets == 0 {
			continue
		}
		if out.Shown++; out.Numbers == nil {
			out.Numbers = slices.Clone(v.Numbers)
		} else {
			for i, n := range v.Numbers {
				out.Numbers[i] = out.Numbers[i].Plus(n)
			}
		}
		counted = append(counted, v.Definitions...)
	}
	slices.SortFunc(out.Areas, func(a, b View) int { return strings.Compare(a.Title+a.Name, b.Title+b.Name) })
	slices.Sort(counted)
	out.Mixed = len(slices.Compact(counted)) > 1
	return out
}

func read(ctx context.Context, a Source) (View, error) {
	v := View{Name: a.Name, Title: a.Title}
	var sets []set
	err := a.Handle.Look(ctx, func(tx *db.Tx) error {
		if err := tx.One(ctx, standing).Scan(&v.Joined); err != nil || !v.Joined {
			return err
		}
		var err error
		sets, err = db.All(ctx, tx, func(r db.Row) (set, error) {
			var s set
			var text string
			var at db.Time
			if err := r.Scan(&text, &at); err != nil {
				return s, err
			}
			v.PublishedAt = at.Time
			return s, json.Unmarshal([]byte(text), &s)
		}, published)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("read published figures: %w", err)
	}
	for _, s := range sets {
		if len(s.Months) > 0 {
			v.add(s)
		}
	}
	return v, nil
}

// add counts a set in. Sets are of months one after the other, and never overlap.
func (v *View) add(s set) {
	first, last := s.Months[0], s.Months[len(s.Months)-1]
	var numbers []Number
	for _, m := range Measures() {
		n, shown := s.Shown[m+"/"+first+":"+last]
		numbers = append(numbers, Number{Value: n, Shown: shown})
	}
	if v.Sets++; v.Sets == 1 {
		v.From, v.Numbers = first, numbers
	} else {
		for i, n := range numbers {
			v.Numbers[i] = v.Numbers[i].Plus(n)
		}
	}
	v.Until = last
	if !slices.Contains(v.Definitions, s.Definitions) {
		v.Definitions = append(v.Definitions, s.Definitions)
	}
}
