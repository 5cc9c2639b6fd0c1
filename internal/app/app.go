// Package app wires everything together. It is the only package that sees
// every side of the wall, and it holds no rule of its own.
package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/identity"
	identityweb "waymark.example/internal/identity/web"
	"waymark.example/internal/lead"
	oversightweb "waymark.example/internal/oversight/web"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
	policeweb "waymark.example/internal/police/web"
	"waymark.example/internal/portal"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/policy"
	referenceweb "waymark.example/internal/reference/web"
	"waymark.example/internal/schema"
)

// Config is what an operator decides.
type Config struct {
	Database string         // "sqlite:PATH" or "postgres://…"
	Keys     string         // the key store, such an address too; "" is keys.db beside an SQLite file
	Keeper   string         // who wraps the keys, as secret.OpenKeeper reads it; "" is a file beside the key store
	Zone     *time.Location // in which people read times; nil is UTC
	Practice bool           // made-up people: codes are shown at sign-in
	Secure   bool           // served over TLS: the session cookie says so
	Now      func() time.Time
	Portal   portalweb.Settings // what the site decides about participants' own pages
}

// App is a running Waymark.
type App struct {
	Config
	Store    *db.Store
	Keys     *db.Store
	Keeper   secret.Keeper
	Access   *access.Decider
	Accounts *identity.Service
	Codes    *codelist.Service
	Policies *policy.Service
	Contacts *contact.Service
	Care     careweb.Services
	Desk     *portal.Desk // where codes for participants' own pages are made

	signIn *identityweb.Site
	own    *portalweb.Site
	routes []web.Route
	pages  *ui.Set
}

// Open opens the database, brings it up to date and wires the sides.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	keys, keeper, err := OpenKeys(ctx, c)
	if err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, c.Database, schema.Layout())
	if err != nil {
		return nil, errors.Join(err, keys.Close())
	}
	a := &App{Config: c, Store: store, Keys: keys, Keeper: keeper}
	if err := a.wire(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// OpenKeys opens the key store and the keeper of a configuration.
func OpenKeys(ctx context.Context, c Config) (*db.Store, secret.Keeper, error) {
	address := c.Keys
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok && address == "" {
		address = "sqlite:" + filepath.Join(filepath.Dir(path), "keys.db")
	}
	if address == "" {
		return nil, nil, errors.New("open keys: say where the key store is: it is a database of its own")
	}
	name := c.Keeper
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok && name == "" {
		name = "file:" + filepath.Join(filepath.Dir(path), "keeper.keys")
	}
	if name == "" {
		return nil, nil, errors.New("open keys: say who keeps the key that wraps the others: file:PATH, env:NAME or exec:COMMAND")
	}
	keeper, err := secret.OpenKeeper(name)
	if err != nil {
		return nil, nil, err
	}
	store, err := db.Open(ctx, address, schema.Keys())
	if err != nil {
		return nil, nil, fmt.Errorf("key store: %w", err)
	}
	return store, keeper, nil
}

// ring is the key store as the handle of one side reaches it.
func (a *App) ring(handle string) *secret.Ring { return secret.NewRing(a.Keys, handle, a.Keeper) }

func (a *App) wire(ctx context.Context) error {
	var err error
	if a.Access, err = access.New(); err != nil {
		return err
	}
	book := func(handle string) *ledger.Book { return ledger.New(a.Store.Handle(handle), a.Now) }
	a.Accounts = &identity.Service{Book: book(schema.Identity), Access: a.Access}
	a.Codes = &codelist.Service{Book: book(schema.Reference), Access: a.Access}
	a.Policies = &policy.Service{Book: book(schema.Partnership), Access: a.Access}
	a.Contacts = &contact.Service{Book: book(schema.Police), Access: a.Access}
	a.Care = careweb.NewServices(book(schema.Care), a.Access, a.ring(schema.Care))
	if err := a.Codes.Install(ctx); err != nil {
		return err
	}
	if err := a.startPolicy(ctx); err != nil {
		return err
	}
	key, err := a.Accounts.Key(ctx, "carried forms")
	if err != nil {
		return err
	}
	carrier, err := web.NewCarrier(key, a.Now)
	if err != nil {
		return err
	}
	a.signIn = identityweb.New(identityweb.Site{Accounts: a.Accounts, Carrier: carrier, Practice: a.Practice, Secure: a.Secure})
	a.pages = ui.Must(pageFiles())
	a.routes = append(a.routes, a.signIn.Routes()...)
	a.routes = append(a.routes, policeweb.New(a.Contacts, a.Zone).Routes()...)
	a.routes = append(a.routes, careweb.New(a.Care, a.Zone).Routes()...)
	if err := a.wireOwn(ctx, carrier); err != nil {
		return err
	}
	a.routes = append(a.routes, a.own.Routes()...)
	a.routes = append(a.routes, referenceweb.New(a.Policies, a.Codes).Routes()...)
	a.routes = append(a.routes, oversightweb.New(book(schema.Oversight), a.Access).Routes()...)
	return a.checkRoutes()
}

// startPolicy records a starter policy where there is none, so that officers
// can begin; it says of itself that nobody has decided it yet.
func (a *App) startPolicy(ctx context.Context) error {
	today := db.Day(a.Now())
	var offences []codelist.Code
	err := a.Codes.Book.Look(ctx, func(tx *db.Tx) error {
		_, err := policy.Terms(ctx, tx, today)
		if !errors.Is(err, lead.ErrNotFound) {
			return err
		}
		lists, err := codelist.Load(ctx, tx, "offences")
		offences = lists.Codes("offences")
		return err
	})
	if err != nil || offences == nil {
		return err
	}
	_, err = a.Policies.RecordFirst(ctx, policy.Starter(offences, today, "nobody yet: a starter that comes with Waymark, for the partnership to change"))
	return err
}

// checkRoutes refuses to start when a route asks for an action that no policy
// names: nobody could ever be let through, or nobody thought of it.
func (a *App) checkRoutes() error {
	known := map[access.Action]bool{}
	for _, action := range a.Access.Actions() {
		known[action] = true
	}
	for _, r := range a.routes {
		if r.Action != "" && !known[r.Action] {
			return fmt.Errorf("route %s %s asks for %q, which no policy names", r.Method, r.Path, r.Action)
		}
	}
	return nil
}

// Routes lists every route of the product.
func (a *App) Routes() []web.Route { return a.routes }

// Close ends every connection.
func (a *App) Close() error { return errors.Join(a.Store.Close(), a.Keys.Close()) }
