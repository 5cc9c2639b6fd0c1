// Package app wires everything together. It is the only package that sees
// every side of the wall, and it holds no rule of its own.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"waymark.example/internal/care/document"
	careweb "waymark.example/internal/care/web"
	outcomes "waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/release"
	"waymark.example/internal/handoff/known"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/identity"
	"waymark.example/internal/identity/alert"
	alertweb "waymark.example/internal/identity/alert/web"
	identityweb "waymark.example/internal/identity/web"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	oversightweb "waymark.example/internal/oversight/web"
	"waymark.example/internal/partnership/approval"
	approvalweb "waymark.example/internal/partnership/approval/web"
	"waymark.example/internal/partnership/deliberation"
	deliberationweb "waymark.example/internal/partnership/deliberation/web"
	"waymark.example/internal/partnership/fidelity"
	"waymark.example/internal/partnership/figure"
	figureweb "waymark.example/internal/partnership/figure/web"
	"waymark.example/internal/partnership/front"
	"waymark.example/internal/partnership/meeting"
	"waymark.example/internal/partnership/missed"
	"waymark.example/internal/partnership/national"
	nationalweb "waymark.example/internal/partnership/national/web"
	"waymark.example/internal/partnership/order"
	orderweb "waymark.example/internal/partnership/order/web"
	"waymark.example/internal/partnership/partner"
	partnerweb "waymark.example/internal/partnership/partner/web"
	"waymark.example/internal/partnership/scrutiny"
	"waymark.example/internal/partnership/training"
	"waymark.example/internal/partnership/voice"
	partnershipweb "waymark.example/internal/partnership/web"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/bulk"
	"waymark.example/internal/police/compliance"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/decided"
	"waymark.example/internal/police/judged"
	"waymark.example/internal/police/outcome"
	recordsweb "waymark.example/internal/police/records/web"
	"waymark.example/internal/police/station"
	policestudy "waymark.example/internal/police/study"
	policeweb "waymark.example/internal/police/web"
	"waymark.example/internal/portal"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/recipient/inbox"
	recipientweb "waymark.example/internal/recipient/web"
	"waymark.example/internal/reference/agreement"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/instrument"
	instrumentweb "waymark.example/internal/reference/instrument/web"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/reference/service"
	serviceweb "waymark.example/internal/reference/service/web"
	"waymark.example/internal/reference/start"
	referenceweb "waymark.example/internal/reference/web"
	"waymark.example/internal/schema"
)

// Config is what an operator decides.
type Config struct {
	Area     Area           // which of several, or the zero Area
	National string         // where the national view of the installation is, "" where there is none
	Database string         // "sqlite:PATH" or "postgres://…"
	Keys     string         // the key store, such an address too; "" is keys.db beside an SQLite file
	Keeper   string         // who wraps the keys, as secret.OpenKeeper reads it; "" is a file beside the key store
	Zone     *time.Location // in which people read times; nil is UTC
	Practice bool           // made-up people: codes are shown at sign-in
	Secure   bool           // served over TLS: the session cookie says so
	Origin   string         // how browsers reach the site, such as "https://waymark.example.org": passkeys are made for it
	// TrustProxy says that a proxy of ours stands in front, whose word on where a
	// request came from is taken.
	TrustProxy bool
	Providers  []identity.IdentityProvider
	Now        func() time.Time
	Portal     portalweb.Settings // what the site decides about participants' own pages
	// AnswerWithin is how long whoever is on call has to accept a hand-off before
	// the next is told; 0 is ten minutes.
	AnswerWithin time.Duration
	// Scan is where a scanner looks into papers before they are kept: unix:PATH or
	// tcp:HOST:PORT of a ClamAV daemon. Empty, they are kept and marked as not scanned.
	Scan    string
	Notices notice.Config // how people are told that something waits

	// LedgerKey signs the log's checkpoints. Empty, it is kept in the file
	// ledger.key beside the SQLite file; PostgreSQL needs one.
	LedgerKey     string
	LedgerKeyFile string // where it is kept instead, made when it is missing: for an area on PostgreSQL
	WitnessToken  string // lets another organisation fetch checkpoints; empty, nobody can

	// RefreshMonths is after how many months officers are reminded of their
	// training; 0 reminds nobody. Nobody is ever stopped from recording.
	RefreshMonths int

	// OpenReferral offers the directory of services to anybody, as the Open
	// Referral UK profile asks; false, nobody outside reads it.
	OpenReferral bool

	// TakeWithMe lets case managers take a few people along on their own phones, for
	// hours, to work without signal: a site decides that it wants that.
	TakeWithMe bool
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
	Pathways *pathway.Service // other ways than LEAD, kept by the coordinator
	Contacts *contact.Service
	Bulk     *bulk.Service

	Compliance *compliance.Service
	Outcomes   *outcome.Service

	Directory *service.Service // where people can be referred to

	Instruments *instrument.Service

	Care     careweb.Services
	Desk     *portal.Desk // where codes for participants' own pages are made
	Inbox    *inbox.Service
	Alerts   *alert.Service
	Station  *station.Service
	Approval *approval.Service // the coordinator's
	Start    *start.Service    // from interest to launch
	Fidelity *fidelity.Service // how near the partnership is to the model
	Figures  *figure.Service   // the state of the scheme in numbers
	Decided  *decided.Service  // what officers decided themselves
	Scrutiny *scrutiny.Service // packs for the panel that looks at decisions
	Front    *front.Service    // what the site says of itself to everybody
	Training *training.Service // courses, and who did which
	Meetings *meeting.Service
	Voices   *voice.Service // proposals, and the part that lived experience has

	Deliberation *deliberation.Service // drafts of the policy, and what was decided
	Order        *order.Service        // in which order hand-offs wait, by reference
	Partners     *partner.Service
	Agreements   *agreement.Service

	Doors Doors // open to anybody, where the coordinator opened them

	Nationally *national.Service

	Evidence *outcomes.Service // rows about pseudonyms, and extracts of them
	Releases *release.Service  // plans of evaluations, and their reports

	Oversight *oversight.Service
	Rights    *rights.Service // the participant's own end

	signIn *identityweb.Site
	own    *portalweb.Site
	public *figureweb.Site
	signer *ledger.Keeper
	stop   func() // ends the signing of the log, and waits for it
	routes []web.Route
	pages  *ui.Set

	uploads web.Turns   // files that are taken in at once
	begun   atomic.Bool // the area began, and does not stop having begun
}

// Open opens the database, brings it up to date and wires the sides.
func Open(ctx context.Context, c Config) (*App, error) {
	decider, err := access.New()
	if err != nil {
		return nil, err
	}
	return open(ctx, c, schema.Layout(), decider)
}

// open is Open with its fences given: tests switch one off to prove that the
// others hold alone.
func open(ctx context.Context, c Config, layout db.Layout, decider *access.Decider) (*App, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Origin == "" {
		c.Origin = "http://localhost"
	}
	keys, keeper, err := OpenKeys(ctx, c)
	if err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, c.Database, layout)
	if err != nil {
		return nil, errors.Join(err, keys.Close())
	}
	a := &App{Config: c, Store: store, Access: decider, Keys: keys, Keeper: keeper, stop: func() {}, uploads: web.NewTurns()}
	if err := a.wire(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.keepLedger(ctx); err != nil {
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
	book := func(handle string) *ledger.Book { return ledger.New(a.Store.Handle(handle), a.Now) }
	rp, err := identity.NewRelyingParty(a.Origin)
	if err != nil {
		return err
	}
	a.Accounts = &identity.Service{Book: book(schema.Identity), Access: a.Access, RelyingParty: rp}
	a.Codes = &codelist.Service{Book: book(schema.Reference), Access: a.Access}
	a.Directory = &service.Service{Book: book(schema.Reference), Access: a.Access, Zone: a.Zone}
	a.Policies = &policy.Service{Book: book(schema.Partnership), Access: a.Access}
	a.Pathways = &pathway.Service{Book: book(schema.Partnership), Access: a.Access}
	a.Contacts = &contact.Service{Book: book(schema.Police), Access: a.Access, Post: secret.NewPostbox(a.ring(schema.Care))}
	a.Bulk = &bulk.Service{Book: book(schema.Police), Access: a.Access, Contacts: a.Contacts}
	a.Compliance = &compliance.Service{Book: book(schema.Police), Access: a.Access}
	a.Outcomes = &outcome.Service{Book: book(schema.Police), Access: a.Access}
	a.Care = careweb.NewServices(book(schema.Care), a.Access, a.ring(schema.Care))
	a.Care.People.Zone, a.Care.Studies.Zone = a.Zone, a.Zone
	a.Rights = &rights.Service{Book: book(schema.Participant), Access: a.Access, Ring: a.ring(schema.Participant)}
	a.Oversight = &oversight.Service{Book: book(schema.Oversight), Access: a.Access, Ring: a.ring(schema.Oversight),
		Rights: &rights.Service{Book: book(schema.Oversight), Access: a.Access, Ring: a.ring(schema.Oversight)}}
	if err := a.startKeys(ctx); err != nil {
		return err
	}
	site, err := a.Accounts.Key(ctx, "site")
	if err != nil {
		return err
	}
	a.Contacts.Slot = secret.NewSlot(a.ring(schema.Slot), site[:32], a.Now)
	// A slot of its own: what a case manager's phone sealed opens for no other side.
	a.Care.Away.Slot = secret.NewSlot(a.ring(schema.Slot), "care "+site[:32], a.Now)
	a.Care.Away.On, a.Care.Away.LostSince = a.TakeWithMe, a.Accounts.LostSince
	a.Inbox = &inbox.Service{Book: book(schema.Recipient), Access: a.Access, Keys: a.ring(schema.Recipient)}
	a.Care.Duty.Within = a.AnswerWithin
	if a.Care.Documents.Scanner, err = document.OpenScanner(a.Scan); err != nil {
		return err
	}
	if err := a.wireAlerts(ctx, book(schema.Identity)); err != nil {
		return err
	}
	a.wireDeliberation(book)
	if err := a.wireStation(ctx); err != nil {
		return err
	}
	if err := a.Codes.Install(ctx); err != nil {
		return err
	}
	a.Instruments = &instrument.Service{Book: book(schema.Reference), Access: a.Access}
	if err := a.Instruments.Install(ctx); err != nil {
		return err
	}
	if err := a.startPolicy(ctx); err != nil {
		return err
	}
	if err := a.wireSignIn(ctx); err != nil {
		return err
	}
	a.pages = ui.Must(pageFiles())
	a.routes = append(a.routes, a.signIn.Routes()...)
	a.routes = append(a.routes, alertweb.New(a.Alerts).Routes()...)
	a.routes = append(a.routes, partnershipweb.New(&missed.Service{Book: book(schema.Partnership), Access: a.Access}, a.Pathways).Routes()...)
	a.wirePartners(book(schema.Partnership), book(schema.Seat))
	a.routes = append(a.routes, partnerweb.New(a.Partners, a.Agreements).Routes()...)
	a.wireFigures()
	a.wireScrutiny()
	a.routes = append(a.routes, policeweb.New(a.Contacts, a.Station, a.Zone).Routes()...)
	a.routes = append(a.routes, policeweb.NewStation(a.Contacts, a.Station, a.Zone).Routes()...)
	a.routes = append(a.routes, approvalweb.New(a.Approval).Routes()...)
	a.Nationally = &national.Service{Book: book(schema.Partnership), Access: a.Access}
	a.routes = append(a.routes, nationalweb.New(a.Nationally, a.National).Routes()...)
	doors, err := a.wireDoors(ctx)
	if err != nil {
		return err
	}
	a.routes = append(a.routes, doors...)
	a.wireMeetings()
	a.routes = append(a.routes, recordsweb.New(a.Outcomes, a.Compliance, &policestudy.Service{Book: book(schema.Police), Access: a.Access, Zone: a.Zone}, a.Zone).Routes()...)
	a.routes = append(a.routes, careweb.New(a.Care, a.Zone, a.Origin).Routes()...)
	if err := a.wireOwn(ctx, a.signIn.Carrier); err != nil {
		return err
	}
	a.routes = append(a.routes, a.own.Routes()...)
	a.routes = append(a.routes, recipientweb.New(a.Inbox, a.TrustProxy).Routes()...)
	a.routes = append(a.routes, deliberationweb.New(a.Deliberation).Routes()...)
	a.routes = append(a.routes, orderweb.New(a.Order).Routes()...)
	a.routes = append(a.routes, referenceweb.New(a.Policies, a.Codes, a.decisionsBehind).Routes()...)
	a.routes = append(a.routes, instrumentweb.New(a.Instruments).Routes()...)
	a.routes = append(a.routes, serviceweb.New(a.Directory, a.Codes).Routes()...)
	a.routes = append(a.routes, oversightweb.New(a.Oversight, a.measures, a.Zone).Routes()...)
	a.wireEvidence(book)
	a.wireStart()
	a.wireFidelity()
	return a.checkRoutes()
}

// wireAlerts sets up how people are told that something waits.
func (a *App) wireAlerts(ctx context.Context, book *ledger.Book) error {
	secret, err := a.Accounts.Key(ctx, "push")
	if err != nil {
		return err
	}
	providers, signer, err := a.Notices.Providers(secret, a.Now)
	if err != nil {
		return err
	}
	a.Alerts = &alert.Service{Book: book, Access: a.Access, Providers: providers, Push: signer, Zone: a.Zone}
	a.Care.Calendar.Text = providers[notice.SMS]
	return nil
}

// wireSignIn makes the pages of signing in, with the product's own keys.
func (a *App) wireSignIn(ctx context.Context) error {
	var keys []string
	for _, name := range []string{"carried forms", "sign-in ceremonies", "devices"} {
		key, err := a.Accounts.Key(ctx, name)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	carrier, err := web.NewCarrier(keys[0], a.Now)
	if err != nil {
		return err
	}
	ceremonies, err := web.NewCarrier(keys[1], a.Now)
	if err != nil {
		return err
	}
	devices, err := identity.NewDevices(keys[2])
	if err != nil {
		return err
	}
	a.signIn = identityweb.New(identityweb.Site{
		Accounts: a.Accounts, Carrier: carrier, Ceremonies: ceremonies, Devices: devices,
		Federation: identityweb.NewFederation(a.Origin, a.Providers, a.Now),
		Practice:   a.Practice, Secure: a.Secure, TrustProxy: a.TrustProxy, SignedOut: a.Care.Away.SignedOut,
	})
	return nil
}

// wireStation wires the cards that people carry, between the worker who makes one
// and the officer who is shown it, and what else belongs to a police station.
func (a *App) wireStation(ctx context.Context) error {
	text, err := a.Accounts.Key(ctx, "cards")
	if err != nil {
		return err
	}
	key, err := known.NewKey(text)
	if err != nil {
		return err
	}
	a.Care.Cards.Key = key
	a.Station = &station.Service{Book: a.Contacts.Book, Access: a.Access, Key: key, RefreshMonths: a.RefreshMonths}
	a.Approval = &approval.Service{Book: a.Policies.Book, Access: a.Access, Post: a.Contacts.Post}
	return nil
}

// wireDeliberation wires how the partnership comes to its decisions. What a draft
// is tried on is the police side's to publish.
func (a *App) wireDeliberation(book func(string) *ledger.Book) {
	counts := &judged.Service{Book: book(schema.Police), Access: a.Access}
	a.Deliberation = &deliberation.Service{Book: book(schema.Bodies), Access: a.Access, Publish: counts.Publish}
	a.Order = &order.Service{Book: book(schema.Partnership), Access: a.Access}
}

// decisionsBehind returns where the decision stands that each version of the policy
// came of.
func (a *App) decisionsBehind(ctx context.Context) (map[int64]referenceweb.Behind, error) {
	found, err := a.Deliberation.Behind(ctx)
	out := map[int64]referenceweb.Behind{}
	for version, d := range found {
		b := referenceweb.Behind{Href: deliberationweb.Register + "/" + d.ID, Body: d.Body, MetOn: d.MetOn, Way: d.Way.Words(), Dissent: len(d.Dissent()), Lived: d.Lived}
		draft, err := a.Deliberation.Draft(ctx, d.DraftID)
		if err != nil {
			return nil, err
		}
		b.Restores = draft.Restores
		out[version] = b
	}
	return out, err
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
	_, err = a.Policies.RecordFirst(ctx, policy.Starter(offences, today, policy.NobodyYet))
	return err
}

// measures says how data is protected here, for the record of processing.
func (a *App) measures() []oversight.Measure {
	yes := func(on bool, then, otherwise string) string {
		if on {
			return then
		}
		return otherwise
	}
	return []oversight.Measure{
		{What: "Sign-in", How: "Password and one-time code for every account; sensitive acts ask for a fresh proof"},
		{What: "Connection", How: yes(a.Secure, "Only over TLS", "Not marked as served over TLS: for practice on one machine only")},
		{What: "Separation", How: "One database handle per side with its own rights, made from one list; " + string(a.Store.Engine)},
		{What: "Keys", How: "Every participant has a key of their own, AES-256-GCM, in a store apart; wrapped by the key " + a.Keeper.Current()},
		{What: "Log", How: "Every act and every attempt that was not let through, in a tree that can be checked from outside; nothing is saved when it cannot be written"},
		{What: "Access", How: fmt.Sprintf("One decision point, default no; %d actions, each named by a written policy", len(a.Access.Actions()))},
	}
}

// checkRoutes refuses to start when a route asks for an action without a
// meaning, and so without a policy: nobody thought of who may.
func (a *App) checkRoutes() error {
	known := access.Meanings()
	for _, r := range a.routes {
		if _, ok := known[r.Action]; r.Action != "" && !ok {
			return fmt.Errorf("route %s %s asks for %q, which no policy names", r.Method, r.Path, r.Action)
		}
	}
	return nil
}

// tendEvery is how often what waits for its time is looked at.
const tendEvery = time.Minute

// Tend sends what waits for its time, at once and each minute, until ctx ends.
func (a *App) Tend(ctx context.Context) {
	tick := time.NewTicker(tendEvery)
	defer tick.Stop()
	for {
		if sent, stopped, err := a.Care.Consents.SendDue(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "send what is due", "err", err)
		} else if sent+stopped > 0 {
			slog.InfoContext(ctx, "sent what was due", "sent", sent, "stopped", stopped)
		}
		if _, err := a.Care.Thanks.PublishDue(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "publish the month", "err", err)
		}
		if _, err := a.Care.Calendar.Sweep(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "send reminders", "err", err)
		}
		if err := a.expireDoors(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "let go what came through the doors", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// callEvery is how often hand-offs that wait, and notices to send, are looked at.
const callEvery = 5 * time.Second

// CallOut tells whoever is on call of what waits, goes on to the next, and sends
// notices, until ctx ends. A provider that is slow keeps no call waiting.
func (a *App) CallOut(ctx context.Context) {
	var both sync.WaitGroup
	both.Go(func() { every(ctx, callEvery, "tell whoever is on call", a.Care.Duty.Sweep) })
	both.Go(func() { every(ctx, callEvery, "send notices", a.Alerts.Deliver) })
	both.Go(func() { every(ctx, callEvery, "work out a report", a.Releases.Work) })
	both.Wait()
}

// every does something at once and then in a rhythm, until ctx ends.
func every(ctx context.Context, pause time.Duration, what string, act func(context.Context) (int, error)) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		if _, err := act(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, what, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Routes lists every route of the product.
func (a *App) Routes() []web.Route { return a.routes }

// Close signs the log to its end and ends every connection.
func (a *App) Close() error {
	a.stop()
	return errors.Join(a.Store.Close(), a.Keys.Close())
}
