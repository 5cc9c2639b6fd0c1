package app

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	outcomesweb "waymark.example/internal/evidence/outcome/web"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	recordsweb "waymark.example/internal/police/records/web"
	portalweb "waymark.example/internal/portal/web"
	serviceweb "waymark.example/internal/reference/service/web"
	"waymark.example/internal/schema"
)

//go:embed pages/*.html
var pages embed.FS

func pageFiles() fs.FS {
	sub, err := fs.Sub(pages, "pages")
	if err != nil { // the folder is embedded above
		panic(err)
	}
	return sub
}

// Handler returns the whole site.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", ui.Assets())
	mux.Handle("GET /notify-worker.js", ui.Worker("notify-worker.js"))
	mux.Handle("GET /healthz", http.HandlerFunc(a.health))
	mux.Handle("GET /{$}", a.serve(web.Get("/", "account.own", a.home)))
	mux.Handle("POST "+languagePath, a.serve(web.Post(languagePath, "", a.chooseLanguage)))
	for _, r := range a.routes {
		mux.Handle(r.Method+" "+r.Path, a.serve(r))
	}
	mux.Handle(portalweb.Home+"/", a.serve(web.Get(portalweb.Home+"/", "own.read", func(http.ResponseWriter, *http.Request) error { return lead.ErrNotFound })))
	absent := a.serve(web.Get("/", "account.own", func(http.ResponseWriter, *http.Request) error { return lead.ErrNotFound }))
	mux.Handle("/", absent)
	mux.Handle("POST "+recordsweb.ImportPath, recordsweb.NewAPI(a.Accounts, a.Bulk, a.Zone, a.TrustProxy))
	if a.OpenReferral {
		mux.Handle("GET "+serviceweb.PublicPath+"/", serviceweb.NewAPI(a.Directory))
	}
	mux.Handle("GET /ledger/checkpoint", a.witnessed(absent, a.checkpoint))
	mux.Handle("GET /ledger/proof", a.witnessed(absent, a.proof))
	return headers(a.Secure, recovered(bounded(http.NewCrossOriginProtection().Handler(mux))))
}

// serve is the one way into every page: limits, who asks, whether they may,
// the handler, and plain words when it fails.
func (a *App) serve(route web.Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		within := requestTime
		if route.Upload && web.IsUpload(r) {
			within = uploadTime
		}
		ctx, cancel := context.WithTimeout(r.Context(), within)
		defer cancel()
		r = r.WithContext(web.WithPage(ctx, a.shell(r, route)))
		var err error
		r, err = a.answer(w, r, route)
		if err != nil {
			a.fail(w, r, route, err)
		}
	})
}

// answer returns the request with what was learnt about it, for the page that
// tells of a failure.
func (a *App) answer(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, error) {
	if err := readForm(r, route); err != nil {
		return r, err
	}
	if route.Action == "" {
		return r, route.Handle(w, r)
	}
	if portalweb.Own(route.Path) {
		return a.answerOwn(w, r, route)
	}
	session, err := a.Accounts.Who(r.Context(), a.signIn.Visit(r))
	if errors.Is(err, identity.ErrExpired) {
		return r, a.signIn.AskToSignIn(w, r, session)
	}
	if err != nil {
		return r, err
	}
	actor := session.Actor()
	who := actor.Name
	if actor.Team != "" {
		who += ", " + actor.Team
	}
	ctx := web.WithActor(r.Context(), actor)
	page := a.shell(r, route)
	page.Who, page.Nav = who, a.navigation(ctx, session.Account)
	if l := ui.ParseLang(session.Account.Language); l != "" {
		page.Lang = l
	}
	ctx = web.WithPage(ctx, page)
	r = r.WithContext(ctx)
	if err := a.Access.Check(actor, route.Action, access.Screen{}); err != nil {
		book := ledger.New(a.Store.Handle(handleOf(actor.Side)), a.Now)
		return r, errors.Join(err, book.Deny(ctx, ledger.Entry{Actor: actor, Act: string(route.Action), Subjects: subjects(r)}))
	}
	if route.StepUp && !a.Accounts.Fresh(actor) {
		return r, a.signIn.AskToConfirm(w, r)
	}
	if route.Upload && web.IsUpload(r) {
		done, err := a.uploads.Take(r.Context())
		if err != nil {
			w.Header().Set("Retry-After", "30")
			return r, err
		}
		defer done()
		if r, err = web.ReadUpload(w, r); err != nil {
			return r, err
		}
	}
	return r, route.Handle(w, r)
}

// subjects are the records that the address of r names.
func subjects(r *http.Request) []string {
	var out []string
	for _, name := range []string{"person", "contact", "referral", "account", "request", "file", "outcome", "incident"} {
		out = append(out, r.PathValue(name))
	}
	return out
}

// handleOf names the handle that enters what an actor was refused.
func handleOf(side lead.Side) string {
	if side == lead.Operation {
		return schema.Reference
	}
	return string(side)
}

// home sends each role to where its work begins.
func (a *App) home(w http.ResponseWriter, r *http.Request) error {
	nav := web.Page(r, "").Nav
	if len(nav) == 0 {
		return web.SeeOther(w, r, "/account")
	}
	if actor := web.Actor(r); nav[len(nav)-1].Href == startPath && (actor.Has(lead.Administrator) || actor.Has(lead.Coordinator)) {
		return web.SeeOther(w, r, startPath) // until the area began, theirs begins with the guide
	}
	return web.SeeOther(w, r, nav[0].Href)
}

// navigation returns the few places a role works in, the first one its home.
func (a *App) navigation(ctx context.Context, of identity.Account) []ui.Link {
	actor := of.Actor()
	// Participants ask, and their files are kept, at one kind of organisation.
	participants := a.Access.Check(actor, "rights.list", access.Zone{Side: lead.Subject, Watcher: string(of.Kind)}) == nil
	var nav []ui.Link
	add := func(text, href string, roles ...lead.Role) {
		if slices.ContainsFunc(roles, actor.Has) {
			nav = append(nav, ui.Link{Text: text, Href: href})
		}
	}
	add("Decide", "/police/decide", lead.Officer, lead.Sergeant)
	add("My entries", "/police/contacts", lead.Officer, lead.Sergeant)
	add("Custody", "/police/custody", lead.CustodySergeant)
	add("Approvals", "/police/approvals", lead.Sergeant)
	add("Team", "/police/team", lead.Sergeant)
	add("Training", "/police/training/team", lead.Sergeant)
	add("A card", "/police/known", lead.CustodySergeant)
	add("Thank you", "/police/thanks", lead.CustodySergeant)
	add("Approvals", "/partnership/approvals", lead.Coordinator)
	add("Partnership", "/partnership", lead.Coordinator, lead.PanelMember, lead.Commissioner)
	add("Gaps", "/police/gaps", lead.Sergeant)
	add("Outcomes", "/police/outcomes", lead.CrimeRegistrar)
	add("Today", "/care/today", lead.CaseManager, lead.OnCall)
	add("Caseload", "/care/caseload", lead.CaseManager)
	add("Coming up", "/care/coming", lead.CaseManager)
	add("Who has room", "/care/board", lead.Supervisor)
	add("The team's day", "/care/today/team", lead.Supervisor)
	add("Hand-offs", "/care/hand-offs", lead.OnCall, lead.Supervisor)
	add("Coming up", "/care/coming/team", lead.Supervisor)
	add("Community", "/care/community", lead.Supervisor)
	add("Rota", "/care/rota", lead.OnCall, lead.Supervisor)
	add("Outreach", "/care/outreach", lead.OnCall, lead.CaseManager, lead.Supervisor)
	add("People", "/care/people", lead.Supervisor)
	add("Kept files", "/care/keeping", lead.Supervisor)
	add("To do", "/oversight", lead.DPO)
	if participants {
		add("Requests", "/oversight/requests", lead.DPO)
	}
	add("Who saw whom", "/oversight/trail", lead.DPO)
	if participants {
		add("Files", "/oversight/files", lead.DPO)
	}
	add("Registers", "/oversight/registers", lead.DPO)
	add("Services", "/services", lead.OnCall, lead.CaseManager, lead.Supervisor)
	add("Fund", "/care/fund", lead.CaseManager, lead.Supervisor)
	add("Supervision", "/care/supervision", lead.OnCall, lead.CaseManager, lead.Supervisor)
	add("What happened", "/care/incidents", lead.OnCall, lead.CaseManager, lead.Supervisor)
	if a.TakeWithMe {
		add("Take with me", "/care/away", lead.CaseManager)
		add("Taken along", "/care/away/team", lead.Supervisor)
	}
	add("Shared", "/care/sharing", lead.CaseManager, lead.Supervisor)
	add("Received", "/received", lead.ClinicalPartner, lead.ServicePartner, lead.Prosecutor)
	add("Matters", "/received/matters", lead.Prosecutor)
	add("Devices", "/team/devices", lead.Sergeant, lead.Supervisor)
	add("Log", "/audit", lead.Auditor)
	add("Complaints", "/oversight/complaints", lead.Auditor)
	add("Accounts", "/accounts", lead.Administrator)
	add("Code lists", "/code-lists", lead.Administrator)
	add("Questionnaires", "/questionnaires", lead.Administrator)
	add("Evidence", outcomesweb.Home, lead.Evaluator)
	add("Plans", "/evidence/plans", lead.Evaluator)
	add("Reports", "/evidence/reports", lead.Evaluator)
	add("Policy", "/policy", lead.Roles()...)
	add("Missed calls", "/missed-calls", lead.Coordinator)
	add("Fairness", "/partnership/equity", lead.Evaluator)
	if a.beginning(ctx, actor) {
		nav = append(nav, ui.Link{Text: "Start of the area", Href: startPath})
	}
	return nav
}

type failurePage struct {
	ui.Page
	web.Failure
	Path   string
	Fields []field
	Typed  []string // to copy, where sending it again as it was cannot help

	Stranger bool // the page is for anybody: nobody's first page leads on from it
}

type field struct{ Name, Value string }

// fail tells the person what happened and gives back what they typed.
func (a *App) fail(w http.ResponseWriter, r *http.Request, route web.Route, err error) {
	f := web.Explain(err)
	web.LogFailure(r.Context(), r, f, err)
	stranger := route.Action == "" && !strings.HasPrefix(route.Path, "/sign-") && !portalweb.Own(route.Path)
	if stranger && f.Status == http.StatusNotFound { // who has no account has no supervisor either
		f.Title, f.Words = "There is nothing here", "The address may be wrong, or this page is not open just now."
	}
	v := failurePage{Page: web.Page(r, f.Title), Failure: f, Path: r.URL.Path, Stranger: stranger}
	if v.Leave != "" {
		v.Page.Title, v.Failure = a.Portal.WithDefaults().Title, portalweb.Plain(f)
	}
	v.Phone = true
	if v.Here != "" { // not the address that was asked for: what is forbidden and what is absent look alike, to the letter
		v.Here = "/"
		if v.Leave != "" {
			v.Here = portalweb.Home
		}
	}
	if f.Retry && r.Method == http.MethodPost {
		for name, values := range r.PostForm {
			for _, value := range values {
				if name != "password" && name != "code" && name != "answer" {
					v.Fields = append(v.Fields, field{name, value})
				}
			}
		}
	}
	if f.Status == http.StatusConflict {
		for name, values := range r.PostForm {
			if text := strings.Join(values, ", "); name != "form_key" && name != "from_version" && strings.ContainsRune(text, ' ') {
				v.Typed = append(v.Typed, text)
			}
		}
		slices.Sort(v.Typed)
	}
	if err := a.pages.Render(w, f.Status, "failure.html", v); err != nil {
		slog.ErrorContext(r.Context(), "failure page", "err", err)
	}
}

// health says whether the database answers, for whoever watches over it.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	if !a.well(r.Context()) {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := w.Write([]byte("ok\n")); err != nil {
		slog.WarnContext(r.Context(), "health", "err", err)
	}
}

// well reports whether the database answers.
func (a *App) well(ctx context.Context) bool {
	_, err := a.Accounts.Who(ctx, identity.Visit{Token: "health"})
	return errors.Is(err, identity.ErrExpired)
}

// recovered turns a panic into an answer, and its trace into a line of the log.
func recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			slog.ErrorContext(r.Context(), "panic", "route", r.Pattern, "panic", v, "stack", string(debug.Stack()))
			http.Error(w, "Sorry, something went wrong. Nothing was saved.", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
