package partner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Body is one of the partnership's bodies.
type Body struct {
	ID    string // "pcg", "owg" or "clt"
	Name  string
	About string
}

// The bodies.
const (
	PolicyGroup     = "pcg"
	WorkGroup       = "owg"
	CommunityLeader = "clt"
)

// Seat is somebody's place on a body, for an organisation.
type Seat struct {
	ID               string
	BodyID           string
	Body             string // the body's name; read, never set
	OrganisationID   string
	Organisation     string // its name; read, never set
	OrganisationKind string // an identity.Kind; read, never set
	AccountID        string // "" for somebody without an account
	Name             string
	Lived            bool // sits there with lived experience (R53)
	Chair            bool
	From             string // YYYY-MM-DD
	Until            string // the last day, "" while nobody has said
	Over             bool   // it ended, or its organisation withdrew; read, never set
}

// Live reports whether the seat is held on a day.
func (s Seat) Live(today string) bool {
	return !s.Over && s.From <= today && (s.Until == "" || s.Until >= today)
}

// open reports whether the seat is held on a day, or will be.
func (s Seat) open(today string) bool { return !s.Over && (s.Until == "" || s.Until >= today) }

// Sitter is who holds the seat, told from others: one person may sit on several
// bodies, and whoever has no account is known by their name and organisation.
func (s Seat) Sitter() string {
	if s.AccountID != "" {
		return s.AccountID
	}
	return s.OrganisationID + " " + strings.ToLower(strings.Join(strings.Fields(s.Name), " "))
}

// Bodies lists the bodies in their order, through the partnership's handle.
func Bodies(ctx context.Context, tx *db.Tx) ([]Body, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Body, error) {
		var b Body
		return b, row.Scan(&b.ID, &b.Name, &b.About)
	}, bodies)
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	return out, nil
}

// SeatsOf returns the seats that an account holds now, through the
// partnership's handle. A seat whose day has passed, that was ended, or whose
// organisation withdrew is not among them.
func SeatsOf(ctx context.Context, tx *db.Tx, accountID string, now time.Time) ([]Seat, error) {
	if accountID == "" {
		return nil, nil
	}
	all, err := db.All(ctx, tx, scanSeat, seatsOfAccount, accountID)
	if err != nil {
		return nil, fmt.Errorf("seats of an account: %w", err)
	}
	return live(all, now), nil
}

// SeatsIn returns the seats that are held on a body now, in order of name.
func SeatsIn(ctx context.Context, tx *db.Tx, bodyID string, now time.Time) ([]Seat, error) {
	all, err := db.All(ctx, tx, scanSeat, seatsOfBody, bodyID)
	if err != nil {
		return nil, fmt.Errorf("seats of a body: %w", err)
	}
	return live(all, now), nil
}

// SeatsFor returns every seat of an organisation, those that are over included,
// the newest first.
func SeatsFor(ctx context.Context, tx *db.Tx, organisationID string) ([]Seat, error) {
	out, err := db.All(ctx, tx, scanSeat, seatsOfPartner, organisationID)
	if err != nil {
		return nil, fmt.Errorf("seats of a partner: %w", err)
	}
	return out, nil
}

func live(all []Seat, now time.Time) []Seat {
	return slices.DeleteFunc(all, func(s Seat) bool { return !s.Live(db.Day(now)) })
}

// check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (s Seat) check(bodies []Body, today string) error {
	bad := lead.Invalid{}
	if !slices.ContainsFunc(bodies, func(b Body) bool { return b.ID == s.BodyID }) {
		bad["body"] = "Choose the body"
	}
	if strings.TrimSpace(s.Name) == "" {
		bad["name"] = "Enter the name of whoever sits there"
	}
	bad.TooLong("name", s.Name, 100)
	if _, err := time.Parse(time.DateOnly, s.From); err != nil {
		bad["from"] = "Enter the first day"
	}
	if _, err := time.Parse(time.DateOnly, s.Until); s.Until != "" && (err != nil || s.Until < s.From || s.Until < today) {
		bad["until"] = "Enter a last day to come, or leave it empty"
	}
	return bad.OrNil()
}
