// Package web serves the pages of the case team. It imports care, the bridge,
// reference and platform.
package web

import (
	"context"
	"embed"
	"net/url"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/agenda"
	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/away"
	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/duty"
	"waymark.example/internal/care/fund"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/care/study"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/care/thanks"
	"waymark.example/internal/care/warm"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Services is what the case team can do.
type Services struct {
	People   *participant.Service
	Outreach *outreach.Service
	Needs    *need.Service
	Plans    *plan.Service
	Notes    *note.Service
	Consents *consent.Service
	Cards    *consent.Cards // its key is set by whoever wires the site
	Thanks   *thanks.Service
	Rights   *rights.Service
	Duty     *duty.Service
	Warm     *warm.Service // brings people to services
	Fund     *fund.Service
	Away     *away.Service // what it is offered with is set by whoever wires the site
	Legal    *legal.Service
	Calendar *calendar.Service // its way to send text messages is set by whoever wires the site
	Months   *month.Service

	Documents *document.Service // its scanner is set by whoever wires the site
	Answered  *answered.Service

	Supervision *supervision.Service
	Safety      *safety.Service
	Agenda      *agenda.Service // which meetings are ahead is set by whoever wires the site

	Studies *study.Service // what goes to the holder of the key
}

// NewServices wires the care side to its book and its keys.
func NewServices(book *ledger.Book, decider *access.Decider, keys *secret.Ring) Services {
	people := &participant.Service{Book: book, Access: decider, Keys: keys}
	people.Completed = func(ctx context.Context, tx *db.Tx, n *participant.Now) error {
		return consent.IntakeDone(ctx, tx, n, book.Now())
	}
	consents := &consent.Service{People: people, Keys: keys}
	return Services{people, &outreach.Service{People: people}, &need.Service{People: people}, &plan.Service{People: people}, &note.Service{People: people}, consents,
		&consent.Cards{Consents: consents}, &thanks.Service{Book: book, Access: decider}, &rights.Service{Book: book, Access: decider, Ring: keys}, &duty.Service{Book: book, Access: decider}, &warm.Service{People: people, Consents: consents}, &fund.Service{People: people},
		&away.Service{People: people, Notes: &note.Service{People: people}},
		&legal.Service{People: people}, &calendar.Service{People: people},
		&month.Service{People: people}, &document.Service{People: people, Scanner: document.NoScanner{}}, &answered.Service{People: people},
		&supervision.Service{People: people}, &safety.Service{People: people, Consents: consents}, &agenda.Service{People: people}, &study.Service{Book: book, Access: decider, Zone: time.UTC}}
}

// Contact is a contact to log, for programs outside the care side: they can
// write a note and never read one.
type Contact struct {
	At        time.Time
	Minutes   int
	Place     string
	Outcome   outreach.Outcome
	Narrative string
	Next      string
	NextAt    time.Time
}

// LogContact writes a note of a meeting in person that a worker started.
func (s Services) LogContact(ctx context.Context, actor lead.Actor, participantID string, c Contact) error {
	return s.Notes.Add(ctx, actor, ledger.Form{}, participantID, note.Note{At: c.At, Mode: "in_person", Minutes: c.Minutes, Place: c.Place,
		StartedBy: "worker", Outcome: c.Outcome, Narrative: c.Narrative, Next: s.promise(c.Next, c.NextAt)})
}

// promise is something said for a moment.
func (s Services) promise(words string, at time.Time) participant.Promise {
	if at.IsZero() {
		return participant.Promise{Words: words} // words without a day are a mistake: see its check
	}
	return participant.Promise{Words: words, On: s.People.DayOf(at), At: at}
}

// Site is the care side of the web interface.
type Site struct {
	Services
	zone   *time.Location
	origin string
	pages  *ui.Set
}

// New returns the case team's pages; zone is where they read the clock, origin
// how browsers reach the site.
func New(s Services, zone *time.Location, origin string) *Site {
	return &Site{s, zone, strings.TrimSuffix(origin, "/"), ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return append(slices.Concat(s.emergencyRoutes(), s.cardRoutes(), s.todayRoutes(), s.aboutRoutes(), s.warmRoutes(), s.fundRoutes(), s.monthRoutes(), s.documentRoutes(), s.answerRoutes(), s.mergeRoutes(), s.boardRoutes(), s.orderRoutes(), s.supervisionRoutes(), s.safetyRoutes(), s.legalRoutes(), s.agendaRoutes(), s.calendarRoutes(), s.awayRoutes()), []web.Route{
		web.Get("/care/hand-offs", "handoff.list", s.handOffs),
		web.Get("/care/hand-offs/{referral}", "handoff.read", s.handOff),
		web.Post("/care/hand-offs/{referral}/accept", "handoff.accept", s.accept),
		web.Post("/care/hand-offs/{referral}/log", "handoff.log", s.logEvent),
		web.Post("/care/hand-offs/{referral}/on-the-way", "handoff.log", s.onTheWay),
		web.Get("/care/on-call", "handoff.on_call", s.onCallPage),
		web.Post("/care/on-call", "handoff.on_call", s.onCall),
		web.Post("/care/on-call/back", "handoff.on_call", s.handBack),
		web.Get("/care/rota", "handoff.on_call", s.rota),
		web.Get("/care/rota/plan", "handoff.rota", s.planShiftPage),
		web.Post("/care/rota/plan", "handoff.rota", s.planShift),
		web.Post("/care/rota/{shift}/off", "handoff.rota", s.takeShiftOff),

		web.Get("/care/caseload", "case.caseload", s.caseload),
		web.Get("/care/people", "case.people", s.people),
		web.Post("/care/people", "case.people", s.find),
		web.Get("/care/outreach", "case.outreach", s.toFind),
		web.Get("/care/people/{person}/allocate", "case.allocate", s.allocatePage),
		web.Post("/care/people/{person}/allocate", "case.allocate", s.allocate),

		web.Get("/care/people/{person}", "case.read", s.person),
		web.Get("/care/people/{person}/details", "case.write", s.detailsPage),
		web.Post("/care/people/{person}/details", "case.write", s.details),
		web.Get("/care/people/{person}/label", "case.write", s.labelPage),
		web.Post("/care/people/{person}/label", "case.write", s.label),
		web.Get("/care/people/{person}/asks-to-close", "case.close_on_request", s.askToClosePage),
		web.Post("/care/people/{person}/asks-to-close", "case.close_on_request", s.askToClose),
		web.Post("/care/people/{person}/came-back", "case.write", s.cameBack),
		web.Get("/care/people/{person}/ending", "case.end", s.endingPage),
		web.Post("/care/people/{person}/ending", "case.end", s.ending),

		web.Get("/care/people/{person}/first-check", "case.write", s.screeningPage),
		web.Post("/care/people/{person}/first-check", "case.write", s.screening),
		web.Get("/care/people/{person}/intake", "case.write", s.intakePage),
		web.Post("/care/people/{person}/intake", "case.write", s.intake),
		web.Get("/care/people/{person}/acute", "case.acute", s.acutePage),
		web.Post("/care/people/{person}/acute", "case.acute", s.acute),
		web.Post("/care/people/{person}/acute/{need}/met", "case.acute", s.acuteMet),
		web.Get("/care/people/{person}/contact", "case.note", s.notePage),
		web.Post("/care/people/{person}/contact", "case.note", s.addNote),
		web.Get("/care/people/{person}/notes/{note}", "case.note", s.correctNotePage),
		web.Post("/care/people/{person}/notes/{note}", "case.note", s.correctNote),
		web.Get("/care/people/{person}/outreach", "case.note", s.tryPage),
		web.Post("/care/people/{person}/outreach", "case.note", s.try),

		web.Get("/care/people/{person}/asks", "rights.record", s.asksPage),
		web.Post("/care/people/{person}/asks", "rights.record", s.asks),
		web.Post("/care/people/{person}/asks/{request}", "rights.record", s.wishDone),
		web.Get("/care/keeping", "keeping.confirm", s.kept),
		web.Post("/care/keeping/{person}", "keeping.confirm", s.settle),
		web.Post("/care/let-go/{referral}", "referral.let_go", s.letGo),
		web.Post("/care/keeping/{person}/came-back", "keeping.return", s.sealedCameBack),

		web.Get("/care/people/{person}/needs", "case.read", s.needs),
		web.Get("/care/people/{person}/needs/talk", "case.write", s.talkPage),
		web.Post("/care/people/{person}/needs/talk", "case.write", s.talk),
		web.Get("/care/people/{person}/plan", "case.read", s.plan),
		web.Get("/care/people/{person}/plan/edit", "case.plan", s.editPlanPage),
		web.Post("/care/people/{person}/plan/edit", "case.plan", s.editPlan),
		web.Get("/care/people/{person}/plan/agree", "case.plan", s.agreePage),
		web.Post("/care/people/{person}/plan/agree", "case.plan", s.agree),
		web.Get("/care/people/{person}/plan/easy", "case.read", s.easyPlan),
		web.Get("/care/people/{person}/plan/{version}", "case.read", s.planVersion),

		web.Get("/care/people/{person}/sharing", "consent.read", s.sharing),
		web.Get("/care/people/{person}/sharing/copy", "consent.read", s.sharingCopy),
		web.Get("/care/people/{person}/sharing/yes", "consent.record", s.givePage),
		web.Post("/care/people/{person}/sharing/yes", "consent.record", s.give),
		web.Get("/care/people/{person}/sharing/stop/{recipient}", "consent.stop", s.stopPage),
		web.Post("/care/people/{person}/sharing/stop/{recipient}", "consent.stop", s.stop),
		web.Get("/care/study", "study.support", s.studyPage),
		web.Sensitive(web.Post("/care/study", "study.support", s.study)),
		web.Post("/care/people/{person}/sharing/research", "consent.record", s.agreeToResearch),
		web.Post("/care/people/{person}/sharing/research/stop", "consent.stop", s.stopResearch),

		web.Get("/care/sharing", "disclosure.tasks", s.sharingTasks),
		web.Get("/care/people/{person}/sharing/words", "disclosure.prepare", s.composePage),
		web.Post("/care/people/{person}/sharing/words", "disclosure.prepare", s.compose),
		web.Get("/care/people/{person}/sharing/words/{disclosure}", "disclosure.history", s.letter),
		web.Post("/care/people/{person}/sharing/words/{disclosure}/confirm", "disclosure.confirm", s.confirmLetter),
		web.Post("/care/people/{person}/sharing/words/{disclosure}/cancel", "disclosure.cancel", s.cancelLetter),
		web.Post("/care/people/{person}/sharing/words/{disclosure}/tell", "disclosure.tell", s.tellOfLetter),
		web.Post("/care/people/{person}/sharing/words/{disclosure}/review", "disclosure.confirm", s.reviewLetter),
		web.Post("/care/people/{person}/sharing/words/{disclosure}/link", "disclosure.link", s.linkLetter),
	}...)
}

// pathOf returns the address of a person's page, or of a part of it.
func pathOf(participantID, part string) string {
	return "/care/people/" + url.PathEscape(participantID) + part
}

// options turns a list of codes and words into answers to choose.
func options(list [][2]string) []ui.Option {
	out := make([]ui.Option, len(list))
	for i, c := range list {
		out[i] = ui.Option{Value: c[0], Label: c[1]}
	}
	return out
}

// nowLocal is the present as a datetime-local field holds it.
func (s *Site) nowLocal() string { return s.People.Book.Now().In(s.zone).Format(web.MomentLayout) }

// today is the present day where the team works.
func (s *Site) today() string { return s.People.Book.Now().In(s.zone).Format(time.DateOnly) }
