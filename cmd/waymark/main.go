// Command waymark runs LEAD: police-led diversion before arrest and at the
// point of arrest. It imports app and practice: flags and wiring only.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // so that local time works on a machine without zone files

	"github.com/alecthomas/kong"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/notice"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
)

const description = `Waymark runs LEAD, "Let Everyone Advance with Dignity": an officer who meets a person in the
revolving door of crisis and low-level crime may hand them to a case manager who is independent
of the police. Nothing is ever a condition, and only the person closes their case.

Waymark is one program. It keeps everything in one SQLite file under --data, or in PostgreSQL
with --database. It writes its log to standard error and holds no personal data in it.

To look around:

    waymark demo

To begin for real:

    waymark begin --data DIR --organisation "Your Partnership" --administrator "Your Name <you@example.org>" --administrator "A Second <second@example.org>"
    waymark serve --data DIR --listen :443 --tls-cert FILE --tls-key FILE

A stop signal (Ctrl-C, SIGTERM) lets requests that have begun finish, then stops.`

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Serve a programme's site."`
	Demo    demoCmd    `cmd:"" help:"Serve a practice area with made-up people. It forgets everything when it stops."`
	Begin   beginCmd   `cmd:"" help:"Set up an empty installation: the partnership's office and its first administrators. The guide on the site leads on from there."`
	Account accountCmd `cmd:"" help:"Open one account from the command line, where nobody can get in any more."`
	Area    areaCmd    `cmd:"" help:"Add and list the areas of an installation that has several, each apart from the others."`
	Migrate migrateCmd `cmd:"" help:"Bring a database up to date and stop. Serve does this by itself."`

	LedgerKey  ledgerKeyCmd  `cmd:"" help:"Make a key that signs the log, for a site on PostgreSQL."`
	Verify     verifyCmd     `cmd:"" help:"Check that nobody changed the log of who did what. A copy of the database will do."`
	Witness    witnessCmd    `cmd:"" help:"Keep another organisation's checkpoints of its log, so that it cannot rewrite it."`
	Import     importCmd     `cmd:"" help:"Take in contacts that the force's record system holds, or a directory of services."`
	Compliance complianceCmd `cmd:"" help:"Hold an extract of eligible arrests against the decisions that were recorded."`
	Stats      statsCmd      `cmd:"" help:"Work the numbers of an evaluation out from a CSV file: models, survival, weights, intervals."`
	Evidence   evidenceCmd   `cmd:"" help:"An evaluation: take in what it reads, under pseudonyms; plan it, make its report, and what an evaluator needs to check it."`
	Simulate   simulateCmd   `cmd:"" help:"Make up an area whose truth is known: to practise on, and to learn what an evaluation would have found."`

	Public  publicCmd  `cmd:"" help:"The page that a site shows everybody."`
	Version versionCmd `cmd:"" help:"Say which Waymark this is."`
	Keys    keysCmd    `cmd:"" help:"List, rotate and drop the keys that wrap everybody's own."`
}

// where says which database is meant.
type where struct {
	Data     string `help:"Folder of the SQLite file, made when it is missing." default:"data" type:"path"`
	Area     string `help:"Which area is meant, where the folder has areas.json and so several of them." env:"WAYMARK_AREA" placeholder:"NAME"`
	Database string `help:"PostgreSQL address (postgres://user@host/name) instead of a folder." env:"WAYMARK_DATABASE" placeholder:"URL"`
	Keys     string `help:"Key store (postgres://user@host/name or sqlite:PATH) instead of keys.db in the folder." env:"WAYMARK_KEYS" placeholder:"URL"`
	Keeper   string `help:"Who holds the key that wraps all others: file:PATH, env:NAME or exec:COMMAND, instead of the file keeper.keys in the folder." env:"WAYMARK_KEEPER" placeholder:"KEEPER"`

	// The environment is the place for it: a command line can be read by anybody on the machine.
	LedgerKey string `help:"Key that signs the log, from waymark ledger-key. Without it: the file ledger.key beside the SQLite file, made when it is missing." env:"WAYMARK_LEDGER_KEY" placeholder:"KEY"`
}

// config is what every command opens the program with.
func (w where) config() (app.Config, error) {
	c, err := w.ofArea(w.plain())
	if err != nil || c.Area.Name != "" {
		return c, err
	}
	if c.Keys == "" {
		c.Keys = "sqlite:" + filepath.Join(w.Data, "keys.db")
	}
	if c.Keeper == "" {
		c.Keeper = "file:" + filepath.Join(w.Data, "keeper.keys")
	}
	return c, nil
}

// openExisting opens a site that is there already: a mistyped folder is told,
// not made.
func (w where) openExisting(ctx context.Context) (*app.App, error) {
	c, err := w.config()
	if err != nil {
		return nil, err
	}
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("--data: there is no site in %s: %w", filepath.Dir(path), err)
		}
	}
	return app.Open(ctx, c)
}

func (w where) address() string {
	if w.Database != "" {
		return w.Database
	}
	return "sqlite:" + filepath.Join(w.Data, "waymark.db")
}

// ownPages is what a site decides about participants' own pages.
type ownPages struct {
	LeaveTo     string `help:"Where \"Leave now\" on a participant's own page goes: somewhere that says nothing." default:"https://www.bbc.co.uk/weather" env:"WAYMARK_LEAVE_TO" placeholder:"URL"`
	Independent string `help:"Whom a participant can complain to outside, as the end of a sentence." env:"WAYMARK_INDEPENDENT" placeholder:"WORDS"`
	ReplyTo     string `help:"Where a paper reply goes, as the end of a sentence." env:"WAYMARK_REPLY_TO" placeholder:"WORDS"`
	HideNames   bool   `help:"Leave workers' names out of what a participant sees of who looked, where their safety asks for it." env:"WAYMARK_HIDE_NAMES"`
}

func (o ownPages) settings() portalweb.Settings {
	return portalweb.Settings{LeaveTo: o.LeaveTo, Independent: o.Independent, ReplyTo: o.ReplyTo, HideNames: o.HideNames}
}

// notices is how a site tells its people that something waits.
type notices struct {
	AnswerWithin time.Duration `help:"How long whoever is on call has to accept a hand-off before the next is told." default:"10m" env:"WAYMARK_ANSWER_WITHIN"`
	PushContact  string        `help:"Where push services of browsers reach whoever runs this site, such as mailto:help@example.org. Without it there is no push." env:"WAYMARK_PUSH_CONTACT" placeholder:"ADDRESS"`
	PushHosts    []string      `help:"Push services that may be asked, such as fcm.googleapis.com, with those below them. Without it: every public one." env:"WAYMARK_PUSH_HOSTS" placeholder:"HOST"`
	SMTP         string        `help:"Server for e-mail: smtp://USER@HOST:587 (STARTTLS) or smtps://USER@HOST:465. Its password is WAYMARK_SMTP_PASSWORD." env:"WAYMARK_SMTP" placeholder:"URL"`
	MailFrom     string        `help:"Address that e-mail is from." env:"WAYMARK_MAIL_FROM" placeholder:"ADDRESS"`
	SMSGateway   string        `help:"Address that takes text messages as an HTTPS form. Its token is WAYMARK_SMS_TOKEN." env:"WAYMARK_SMS_GATEWAY" placeholder:"URL"`
	SMSTo        string        `help:"Name of the form's field for the number." default:"to" env:"WAYMARK_SMS_TO"`
	SMSText      string        `help:"Name of the form's field for the text." default:"text" env:"WAYMARK_SMS_TEXT"`
	NoticeFile   string        `help:"Write notices to this file instead of sending them: for trying out." env:"WAYMARK_NOTICE_FILE" type:"path" placeholder:"FILE"`
}

func (n notices) sending() notice.Config {
	return notice.Config{File: n.NoticeFile, Contact: n.PushContact, Hosts: n.PushHosts, SMTP: n.SMTP, Password: os.Getenv("WAYMARK_SMTP_PASSWORD"), From: n.MailFrom,
		SMSURL: n.SMSGateway, SMSToken: os.Getenv("WAYMARK_SMS_TOKEN"), SMSTo: n.SMSTo, SMSText: n.SMSText}
}

type serveCmd struct {
	where
	encrypted
	ownPages
	notices
	Listen  string `help:"Address to listen on." default:"127.0.0.1:8080" env:"WAYMARK_LISTEN"`
	Zone    string `help:"Time zone in which people read the clock." default:"Europe/London"`
	Witness string `name:"witness-token" help:"Lets another organisation fetch signed checkpoints of the log at /ledger/proof, so that nobody here can rewrite it." env:"WAYMARK_WITNESS_TOKEN" placeholder:"TOKEN"`
	Secure  bool   `help:"The site is reached over HTTPS, through a proxy in front: mark the session cookie so." env:"WAYMARK_SECURE"`

	Origin        string `help:"How browsers reach the site, such as https://waymark.example.org. Passkeys are made for this and work nowhere else; changing its host later makes every passkey useless." env:"WAYMARK_ORIGIN" placeholder:"URL"`
	National      string `help:"How browsers reach the page that shows, to anybody, the published figures of those areas of an installation that want it, such as https://lead.example.org. Without it there is no such page." env:"WAYMARK_NATIONAL" placeholder:"URL"`
	TrustProxy    bool   `help:"Take the proxy's word, in X-Forwarded-For, on where a request came from. Only with a proxy in front that sets it." env:"WAYMARK_TRUST_PROXY"`
	OpenReferral  bool   `help:"Offer the directory of services to anybody at /open-referral, as Open Referral UK asks. No person's data is in it." env:"WAYMARK_OPEN_REFERRAL"`
	Scan          string `help:"Scanner that looks into people's papers before they are kept: unix:PATH or tcp:HOST:PORT of a ClamAV daemon. Without it they are marked as not scanned." env:"WAYMARK_SCAN" placeholder:"ADDRESS"`
	TakeWithMe    bool   `help:"Let case managers take at most ten people along on their own phones for at most twelve hours, to work without signal. Read docs/decisions/0019-take-with-me.md first." env:"WAYMARK_TAKE_WITH_ME"`
	RefreshMonths int    `help:"Remind officers of their training when it is this many months old. 0 reminds nobody; nobody is ever stopped from recording." env:"WAYMARK_REFRESH_MONTHS" default:"0"`
	Providers     string `help:"File of the identity providers whose sign-in is accepted (default: oidc.json in the data folder, if it is there)." env:"WAYMARK_OIDC" type:"path" placeholder:"FILE"`
}

func (c serveCmd) Run(ctx context.Context) error {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("--zone: %w", err)
	}
	encryption, err := c.encryption()
	if err != nil {
		return err
	}
	if encryption == nil && !c.Secure && !loopback(c.Listen) {
		return errors.New("--listen: other machines can reach this address, and what they send could be read on the way: give --tls-cert and --tls-key, or --secure when a proxy in front speaks TLS")
	}
	r, several, err := c.registry()
	if err != nil {
		return err
	}
	config := c.plain()
	if !several {
		if config, err = c.config(); err != nil {
			return err
		}
	}
	config.Portal = c.settings()
	config.AnswerWithin, config.Notices, config.Scan = c.AnswerWithin, c.sending(), c.Scan
	config.Zone, config.Secure, config.WitnessToken = zone, c.Secure || encryption != nil, c.Witness
	config.TrustProxy, config.RefreshMonths, config.OpenReferral, config.TakeWithMe = c.TrustProxy, max(c.RefreshMonths, 0), c.OpenReferral, c.TakeWithMe
	if c.National != "" && !several {
		return errors.New("--national: this is a site of one area: add areas with waymark area add")
	}
	if several {
		return c.serveAreas(ctx, config, r)
	}
	if config.Origin, err = c.origin(encryption != nil); err != nil {
		return err
	}
	if config.Providers, err = providers(c.Providers, c.Data); err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	defer closing(a)
	if err := noPractice(ctx, a); err != nil {
		return err
	}
	slog.InfoContext(ctx, "the log is signed", "key", a.LedgerKeyPublic())
	if empty, err := a.Accounts.Empty(ctx); err == nil && empty {
		slog.WarnContext(ctx, "nobody has an account yet: stop this, run waymark begin, and start again")
	}
	defer tending(ctx, a.Tend, a.CallOut)()
	return c.answer(ctx, a.Handler())
}

// noPractice refuses a practice area, whose accounts anybody can use.
func noPractice(ctx context.Context, a *app.App) error {
	practising, err := a.Accounts.IsPractice(ctx)
	if err == nil && practising {
		err = errors.New("this is a practice area, whose accounts anybody can use: serve it with waymark demo, or choose another --data")
	}
	return err
}

// answer serves a handler until ctx ends, over TLS where it is asked for.
func (c serveCmd) answer(ctx context.Context, handler http.Handler) error {
	encryption, err := c.encryption()
	if err != nil {
		return err
	}
	if err := c.redirect(ctx, encryption, c.Listen); err != nil {
		return err
	}
	return serve(ctx, c.Listen, encryption, handler, nil)
}

// origin returns the address that passkeys are made for.
func (c serveCmd) origin(encrypted bool) (string, error) {
	switch {
	case c.Origin != "" && (c.Secure || encrypted) && !strings.HasPrefix(c.Origin, "https://"):
		return "", errors.New("--origin: over TLS it begins with https://")
	case c.Origin != "":
		return c.Origin, nil
	case c.Secure || encrypted:
		return "", errors.New("--origin is missing: say how browsers reach the site, such as https://waymark.example.org, so that passkeys can be made for it")
	}
	return localOrigin(c.Listen), nil
}

// localOrigin returns how a browser on this machine reaches an address. Browsers
// allow passkeys on http only at localhost.
func localOrigin(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "http://localhost"
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && (ip.IsLoopback() || ip.IsUnspecified()) {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// providers reads the identity providers and their secrets from a file, or from the
// one in the folder where that is there.
func providers(file, folder string) ([]identity.IdentityProvider, error) {
	path := file
	if path == "" {
		path = filepath.Join(folder, "oidc.json")
	}
	text, err := os.ReadFile(path) // #nosec G304 -- the operator names it
	if errors.Is(err, fs.ErrNotExist) && file == "" {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("identity providers: %w", err)
	}
	list, err := identity.ParseProviders(text)
	if err != nil {
		return nil, err
	}
	for i := range list {
		p := &list[i]
		switch {
		case p.SecretFile != "":
			secret, err := os.ReadFile(p.SecretFile) // #nosec G304 G703 -- the operator names it
			if err != nil {
				return nil, fmt.Errorf("identity provider %s: secret: %w", p.Name, err)
			}
			p.ClientSecret = strings.TrimSpace(string(secret))
		case p.SecretEnv != "":
			if p.ClientSecret = os.Getenv(p.SecretEnv); p.ClientSecret == "" {
				return nil, fmt.Errorf("identity provider %s: the environment has no %s", p.Name, p.SecretEnv)
			}
		}
	}
	return list, nil
}

type demoCmd struct {
	ownPages
	Listen   string `help:"Address to listen on." default:"127.0.0.1:8080"`
	Database string `help:"PostgreSQL address of an empty database, instead of a file that is thrown away." placeholder:"URL"`
	Zone     string `help:"Time zone in which people read the clock." default:"Europe/London"`
	Small    bool   `help:"Make up fewer contacts: quicker to start, and most published numbers are too small to be shown."`
}

func (c demoCmd) Run(ctx context.Context) error {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return fmt.Errorf("--zone: %w", err)
	}
	folder, err := os.MkdirTemp("", "waymark-practice-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a folder of made-up people is no loss
	address := c.Database
	if address == "" {
		address = "sqlite:" + filepath.Join(folder, "waymark.db")
	}
	sent := filepath.Join(folder, "notices.txt")
	clock := &practice.Clock{}
	clock.Set(time.Now().AddDate(0, 0, -practice.Days-1))
	listener, err := listen(ctx, c.Listen) // first, because passkeys are made for the address with its port
	if err != nil {
		return err
	}
	defer listener.Close() //nolint:errcheck // serving closes it
	origin := localOrigin(listener.Addr().String())
	a, err := app.Open(ctx, app.Config{Database: address, Keys: "sqlite:" + filepath.Join(folder, "keys.db"), Zone: zone, Practice: true, Portal: c.settings(), Now: clock.Now, Origin: origin,
		Notices: notice.Config{File: sent}, TakeWithMe: true})
	if err != nil {
		return err
	}
	defer closing(a)
	if empty, err := a.Accounts.Empty(ctx); err != nil || !empty {
		return errors.Join(err, errors.New("this database has accounts already: a practice area needs an empty one"))
	}
	fmt.Println("Making up a practice area...")
	var area practice.Area
	if c.Small {
		area, err = practice.Fill(ctx, a, clock, nil)
	} else {
		area, err = practice.Demo(ctx, a, clock)
	}
	if err != nil {
		return err
	}
	defer tending(ctx, a.Tend, a.CallOut)()
	return serveOn(ctx, listener, nil, a.Handler(), func(string) { printSignIns(origin, area, sent) })
}

func printSignIns(origin string, area practice.Area, sent string) {
	fmt.Printf("\nA practice area is ready at %s\nEvery person in it is made up. Every password is: %s\nThe one-time code is shown when you sign in.\n\n", origin, practice.Password)
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 3, ' ', 0)
	for _, s := range area.SignIns {
		fmt.Fprintf(w, "  %s\t%s\t%s\ttry: %s\n", s.Email, s.Name, s.Role, s.Page) //nolint:errcheck // standard output
	}
	w.Flush() //nolint:errcheck // #nosec G104 -- standard output
	fmt.Printf("\nNothing is sent to anybody: codes and notices are written to %s\n\nStop it with Ctrl-C.\n", sent)
}

type accountCmd struct {
	where
	Email            string        `help:"Work email, which they sign in with." required:""`
	Name             string        `help:"Name that colleagues will see." required:""`
	Organisation     string        `help:"The organisation they work for; added if it is new." required:""`
	OrganisationKind identity.Kind `help:"What it is, when it is new: police, care, health, prosecution, housing, council, provider, partnership, evaluation, oversight." default:"partnership"`

	Team string      `help:"Team, exactly as their colleagues' team is written."`
	Role []lead.Role `help:"Role; more than one of the same side may be given: officer, sergeant, custody_sergeant, crime_registrar, on_call, case_manager, supervisor, clinical_partner, service_partner, prosecutor, coordinator, panel_member, commissioner, evaluator, auditor, data_protection_officer, administrator." required:""`
}

func (c accountCmd) Run(ctx context.Context) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	defer closing(a)
	o, err := a.Accounts.FirstOrganisation(ctx, c.Organisation, c.OrganisationKind)
	var account identity.Account
	var code string
	if err == nil {
		account, code, err = a.Accounts.OpenFirst(ctx, identity.Account{Email: c.Email, Name: c.Name, Team: c.Team, Organisation: o.ID, Roles: c.Role})
	}
	if bad, ok := errors.AsType[lead.Invalid](err); ok {
		for field, text := range bad {
			err = fmt.Errorf("--%s: %s", strings.Replace(field, "roles", "role", 1), text)
		}
	}
	if err != nil {
		return err
	}
	fmt.Printf("Account opened for %s.\n\nHand this enrolment code over in person; it is not shown again, works once and for seven days:\n\n  %s\n\nThey open the site's /sign-in/enrol, enter it, and make their passkey.\n", account.Name, code)
	return nil
}

type migrateCmd struct{ where }

func (c migrateCmd) Run(ctx context.Context) error {
	config, err := c.config()
	if err != nil {
		return err
	}
	keys, _, err := app.OpenKeys(ctx, config)
	if err != nil {
		return err
	}
	store, err := db.Open(ctx, config.Database, schema.Layout())
	if err != nil {
		return errors.Join(err, keys.Close())
	}
	fmt.Println("The database and the key store are up to date.")
	return errors.Join(store.Close(), keys.Close())
}

type keysCmd struct {
	List   keysListCmd   `cmd:"" help:"Say which keys the keeper holds in use, and how many each wraps."`
	Rotate keysRotateCmd `cmd:"" help:"Add a key and wrap everything again under it. Servers go on meanwhile."`
	Drop   keysDropCmd   `cmd:"" help:"Take a key out that wraps nothing any more: what an old copy of the key store holds under it is gone for good."`
}

type keysListCmd struct{ where }

func (c keysListCmd) Run(ctx context.Context) error {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	counts, current, err := a.CountKeys(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "key\twraps\t") //nolint:errcheck // standard output
	for _, id := range slices.Sorted(maps.Keys(counts)) {
		note := ""
		if id == current {
			note = "newest"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\n", id, counts[id], note) //nolint:errcheck // standard output
	}
	return w.Flush()
}

type keysRotateCmd struct {
	where
	WrapOnly bool `help:"Add no key: the keeper has a new one already."`
	Search   bool `help:"Change the key that names are searched with as well."`
	Slot     bool `help:"Change the key that officers' phones seal with as well. What waits on phones still opens."`
}

func (c keysRotateCmd) Run(ctx context.Context) error {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	n, err := a.RotateKeys(ctx, !c.WrapOnly)
	if err != nil {
		return err
	}
	if c.Search {
		if err := a.RotateSearch(ctx); err != nil {
			return err
		}
	}
	if c.Slot {
		if err := a.RotateSlot(ctx); err != nil {
			return err
		}
	}
	fmt.Printf("%d keys are now under %s.\nWhen every server has run with it for a while, look at waymark keys list and drop the old one.\n", n, a.Keeper.Current())
	return nil
}

type keysDropCmd struct {
	where
	Key string `arg:"" help:"Id of the key, from waymark keys list."`
}

func (c keysDropCmd) Run(ctx context.Context) error {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	return a.DropKey(ctx, c.Key)
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println(app.Software(), "("+runtime.Version()+")")
	return nil
}

// drain is how long requests that have begun may take once a stop signal came.
const drain = 25 * time.Second

// tending lets what waits for its time be done until the returned function is
// called, which returns once all of it has stopped.
func tending(ctx context.Context, tasks ...func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	for _, task := range tasks {
		running.Go(func() { task(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var c net.ListenConfig
	listener, err := c.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return listener, nil
}

// serve is serveOn for an address.
func serve(ctx context.Context, address string, config *tls.Config, handler http.Handler, ready func(string)) error {
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	return serveOn(ctx, listener, config, handler, ready)
}

// serveOn answers requests until ctx ends, then lets those that have begun
// finish. It speaks TLS when config says how.
func serveOn(ctx context.Context, listener net.Listener, config *tls.Config, handler http.Handler, ready func(string)) error {
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	server := newServer(handler)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	slog.InfoContext(ctx, "serving", "address", listener.Addr().String())
	if ready != nil {
		ready(listener.Addr().String())
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	slog.Info("stopping: letting requests finish")
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(end); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

func closing(a *app.App) {
	if err := a.Close(); err != nil {
		slog.Error("close", "err", err)
	}
}

// exitError is an end that a script can tell from a failure.
type exitError struct {
	code int
	says string
}

func (e exitError) Error() string { return e.says }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parsed := kong.Parse(&c, kong.Name("waymark"), kong.Description(description), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := parsed.Run(); err != nil {
		code := 1
		if told, ok := errors.AsType[exitError](err); ok {
			code = told.code
		}
		fmt.Fprintln(os.Stderr, "waymark:", err)
		stop()
		os.Exit(code) //nolint:gocritic // stop was called above
	}
}
