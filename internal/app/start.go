package app

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/agreement"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/reference/start"
	startweb "waymark.example/internal/reference/start/web"
)

// startPath is where the guide from interest to launch is.
const startPath = "/start"

// wireStart makes the guide from interest to launch.
func (a *App) wireStart() {
	a.Start = &start.Service{Book: a.Codes.Book, Access: a.Access, Look: a.lookAround}
	a.routes = append(a.routes, startweb.New(a.Start, a.policyNow, a.design).Routes()...)
	a.routes = append(a.routes, web.Get("/accessibility", "", a.accessibility))
}

// lookAround counts what an area that begins has: numbers and settings of every
// side, and nobody's name.
func (a *App) lookAround(ctx context.Context) (start.Facts, error) {
	f := start.Facts{Organisations: map[string]int{}, Encrypted: a.Secure, KeysApart: a.keysApart(), Witness: a.WitnessToken != "",
		Notices: a.Notices.Contact != "" || a.Notices.SMTP != "" || a.Notices.SMSURL != ""}
	var err error
	if f.Accounts, err = a.Accounts.CountByRole(ctx); err != nil {
		return f, err
	}
	organisations, err := a.Accounts.Organisations(ctx)
	if err != nil {
		return f, err
	}
	for _, o := range organisations {
		f.Organisations[string(o.Kind)]++
	}
	if f.PolicyDecided, f.PolicyFrom, err = a.policyDecidedFor(ctx); err != nil {
		return f, err
	}
	if f.Agreements, f.Seats, err = a.agreed(ctx); err != nil {
		return f, err
	}
	now := a.Now()
	week := now.AddDate(0, 0, 7)
	err = a.Care.Duty.Book.Look(ctx, func(tx *db.Tx) error {
		shifts, err := oncall.Between(ctx, tx, now, week)
		f.ShiftsPlanned = len(shifts)
		for _, gap := range oncall.Gaps(shifts, now, week) {
			f.Uncovered += gap.Until.Sub(gap.From)
		}
		return err
	})
	return f, err
}

// agreed counts the agreements in force, and the seats that are held.
func (a *App) agreed(ctx context.Context) (agreements, seats int, err error) {
	err = a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
		all, err := agreement.All(ctx, tx)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.Standing(db.Day(a.Now())) == agreement.InForce {
				agreements++
			}
		}
		bodies, err := partner.Bodies(ctx, tx)
		if err != nil {
			return err
		}
		for _, b := range bodies {
			held, err := partner.SeatsIn(ctx, tx, b.ID, a.Now())
			if err != nil {
				return err
			}
			seats += len(held)
		}
		return nil
	})
	return agreements, seats, err
}

// policyDecidedFor reports whether the policy in force is the partnership's own, and
// otherwise from when one is that it decided already.
func (a *App) policyDecidedFor(ctx context.Context) (now bool, from string, err error) {
	err = a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
		p, err := policy.InForce(ctx, tx, db.Day(a.Now()))
		if now = !p.Ours(); err != nil || now {
			return err
		}
		all, err := policy.All(ctx, tx) // newest first: of several to come, the first to be in force counts
		for _, of := range all {
			if !of.Ours() && of.InForceFrom > db.Day(a.Now()) && (from == "" || of.InForceFrom < from) {
				from = of.InForceFrom
			}
		}
		return err
	})
	return now, from, err
}

// policyNow is the policy in force.
func (a *App) policyNow(ctx context.Context) (policy.Policy, error) {
	var p policy.Policy
	err := a.Policies.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		p, err = policy.InForce(ctx, tx, db.Day(a.Now()))
		return err
	})
	return p, err
}

// keysApart reports whether the key store stands elsewhere than the data.
func (a *App) keysApart() bool {
	data, keys := a.Database, a.Config.Keys
	if keys == "" {
		return false
	}
	if path, ok := strings.CutPrefix(data, "sqlite:"); ok {
		other, also := strings.CutPrefix(keys, "sqlite:")
		return !also || filepath.Dir(path) != filepath.Dir(other)
	}
	return data != keys
}

// design is how data is handled here, for the impact assessment.
func (a *App) design(ctx context.Context) ([]startweb.Table, error) {
	p, err := a.Oversight.Design(ctx, a.measures())
	if err != nil {
		return nil, err
	}
	var out []startweb.Table
	for _, t := range p.Tables() {
		out = append(out, startweb.Table(t))
	}
	return append(out, startweb.Table(a.processors())), nil
}

// processors are who handles data for the site, as it is set up: their hosts,
// never a password.
func (a *App) processors() oversight.Table {
	t := oversight.Table{Title: "Who processes it for you", Head: []string{"What for", "Who", "What they see"}}
	row := func(what, who, sees string) { t.Rows = append(t.Rows, []string{what, who, sees}) }
	host := func(address string) string {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			return u.Hostname()
		}
		return "on this machine"
	}
	row("Runs the program and its database", "to be written: your host, and the contract with it", "everything but what people told, which is sealed, unless it holds the keys too; database: "+host(a.Database))
	if a.Notices.SMTP != "" {
		row("Sends e-mail to colleagues", host(a.Notices.SMTP), "a colleague's address, and a sentence that says nothing")
	}
	if a.Notices.SMSURL != "" {
		row("Sends text messages", host(a.Notices.SMSURL), "a number and an hour, and a sentence that says nothing")
	}
	if a.Notices.Contact != "" {
		row("Sends notices to browsers", "the makers of the browsers", "that there is a notice: it is encrypted")
	}
	for _, p := range a.Providers {
		row("Signs people in", host(p.Issuer), "which colleague signs in, and when")
	}
	if a.Scan != "" {
		row("Looks into papers before they are kept", "the scanner at "+a.Scan, "each paper, for a moment")
	}
	return t
}

// launched reports whether the area began; a practice area always has.
func (a *App) launched(ctx context.Context) bool {
	if a.Practice || a.begun.Load() {
		return true
	}
	if _, err := a.Start.Latest(ctx); err != nil {
		return false
	}
	a.begun.Store(true)
	return true
}

// beginning is the place of the guide in the navigation of whoever helps to
// begin, until the area began.
func (a *App) beginning(ctx context.Context, actor lead.Actor) bool {
	return a.Access.Check(actor, "start.read", access.Screen{}) == nil && !a.launched(ctx)
}

type accessibilityPage struct {
	ui.Page
	Area, Contact string
	Said          *start.Answer
}

// accessibility is the statement of what was tested and whom to tell, open to
// anybody.
func (a *App) accessibility(w http.ResponseWriter, r *http.Request) error {
	f, err := a.Start.Said(r.Context())
	if err != nil {
		return err
	}
	v := accessibilityPage{Page: web.Page(r, "Accessibility"), Area: f["area"].Of["name"], Contact: f["area"].Of["contact"]}
	if said := f[start.SayPrefix+"accessible"]; said.Of["who"] != "" {
		v.Said = &said
	}
	return a.pages.Render(w, http.StatusOK, "accessibility.html", v)
}
