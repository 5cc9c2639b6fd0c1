// Package front is what a site says of itself to everybody: whether its public page is open, and its words. It imports lead and
// platform.
package front

import (
	"context"
	"errors"
	"fmt"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Most is how many characters each of the texts may have.
const Most = 1500

// Fields names the texts.
func Fields() []string {
	return []string{"about", "about_cy", "involved", "involved_cy", "complain", "complain_cy"}
}

// Setting is one version of what the site decided. The zero Setting is closed.
type Setting struct {
	Version int64
	Open    bool
	Words   map[string]string // by field
	By      string
	At      time.Time
}

// Listed is one thing that the public page lists: an agreement in force, a decision.
type Listed struct{ Title, On string }

// Doors is what anybody can send without an account, as the doors are set now.
type Doors struct {
	Refer, Feedback, Complaint bool   // which are open
	Phone                      string // the number to ring
	Outside, OutsideAt         string // who takes complaints from outside, and how they are reached without Waymark
}

// Service keeps it.
type Service struct {
	Book   *ledger.Book // of the partnership handle
	Access *access.Decider

	// What other parts of the partnership let everybody read; nil where a site has none.
	Agreements, Decisions func(context.Context) ([]Listed, error)
	Doors                 func(context.Context) (Doors, error)
}

// Setting returns what holds, for whoever keeps it.
func (s *Service) Setting(ctx context.Context, actor lead.Actor) (Setting, error) {
	if err := s.Access.Check(actor, "public.keep", access.Screen{}); err != nil {
		return Setting{}, err
	}
	return s.Now(ctx)
}

// Now returns what holds, as everybody may see it.
func (s *Service) Now(ctx context.Context) (Setting, error) {
	var out Setting
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = latest(ctx, tx)
		return err
	})
	return out, err
}

func latest(ctx context.Context, tx *db.Tx) (Setting, error) {
	out := Setting{Words: map[string]string{}}
	texts := make([]string, len(Fields()))
	var at db.Time
	err := tx.One(ctx, latestSetting).Scan(&out.Version, &out.Open, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &out.By, &at)
	if errors.Is(err, lead.ErrNotFound) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("public page: %w", err)
	}
	for i, f := range Fields() {
		out.Words[f] = texts[i]
	}
	out.At = at.Time
	return out, nil
}

// Record records what the site decided; open is the answer as it was given.
func (s *Service) Record(ctx context.Context, actor lead.Actor, form ledger.Form, open string, set Setting) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "public.keep", Detail: "open " + fmt.Sprint(set.Open)}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "public.keep", access.Screen{}); err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if open != "true" && open != "false" {
			bad["open"] = "Say whether the page is open"
		}
		for _, f := range Fields() {
			bad.TooLong(f, set.Words[f], Most)
		}
		if set.Open {
			for field, words := range map[string]string{"about": "Say what LEAD is here, before the page is open", "involved": "Say how people can get involved, before the page is open",
				"complain": "Say how people can complain, before the page is open"} {
				if set.Words[field] == "" {
					bad[field] = words
				}
			}
		}
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		before, err := latest(ctx, tx)
		if err != nil {
			return "", err
		}
		w := set.Words
		n, err := tx.Exec(ctx, insertSetting, before.Version+1, set.Open, w["about"], w["about_cy"], w["involved"], w["involved_cy"], w["complain"], w["complain_cy"], actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("keep public page: %w", err)
		}
		if n == 0 {
			return "", lead.ErrConflict
		}
		return fmt.Sprint(before.Version + 1), nil
	})
	return err
}
