package partner_test

import (
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/agreement"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)) })
	t.Run("postgres", func(t *testing.T) { test(t, webtest.Start(t, webtest.Postgres, nil)) })
}

// letter is the address of the letter with the canary that somebody has received.
func letter(t *testing.T, b *webtest.Browser) string {
	t.Helper()
	for _, link := range b.Get("/received").Links() {
		if strings.HasPrefix(link, "/received/dis_") && b.Get(link).Says(canary) {
			return link
		}
	}
	t.Fatal("nothing was received")
	return ""
}

const canary = "ground floor" // in the letter to the housing provider

// A partner withdraws while one of its people reads what was shared with it: the
// next request finds nobody signed in and nothing to read. It comes back, and reads
// again only under a new agreement.
func TestR54_APartnerWithdrawsInTheMiddleOfReadingAndComesBackByNewAgreement(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, area := site.App, site.Area
		coordinator, housing := area.Actors["coordinator"], area.Actors["housing"].Organisation
		reader, office := site.SignIn(t, "housing"), site.SignIn(t, "coordinator")
		at := letter(t, reader)
		if got := reader.Get(at); got.Status != http.StatusOK || !got.Says(canary) {
			t.Fatalf("before: %d", got.Status)
		}
		page := "/partnership/partners/" + housing
		if got := office.Post(page+"/withdraw", url.Values{"words": {" "}}); got.Status != http.StatusUnprocessableEntity || !got.Says("in its own words") {
			t.Errorf("without words: %d", got.Status)
		}
		if got := office.Post(page+"/withdraw", url.Values{"words": {"We cannot spare rooms this winter."}}); got.Status != http.StatusSeeOther {
			t.Fatalf("withdraw: %d\n%.400s", got.Status, got.Body)
		}
		for _, path := range []string{at, "/received", "/account", "/partnership/mine", "/agreements"} {
			if got := reader.Get(path); got.Status == http.StatusOK && !got.Says("Sign in") || got.Says(canary) {
				t.Errorf("%s after: %d", path, got.Status)
			}
		}
		again := site.Visitor(t)
		if got := again.Post("/sign-in", url.Values{"email": {"housing@practice.example"}, "password": {practice.Password}}); strings.Contains(got.Body, "<strong>") || got.Status == http.StatusSeeOther {
			t.Errorf("it signs in again: %d", got.Status)
		}
		if got := office.Get(page); !got.Says("It withdrew") || !got.Says("We cannot spare rooms this winter.") || !got.Says("Ended") {
			t.Errorf("the partner's page says %.300s", got.Body)
		}
		if err := a.Partners.Withdraw(t.Context(), coordinator, none, housing, "Again", ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("twice: %v", err)
		}
		// The worker is told plainly, and a legal basis needs nobody's agreement (R24).
		manager, kestrel := area.Actors["manager"], area.People["Kestrel"]
		words := consent.Letter{Recipient: housing, Topics: []disclosure.Topic{disclosure.Needs}, Purpose: "home", Channel: disclosure.Account, Agreed: true,
			Words: "They would like a window.", Until: db.Day(a.Now().AddDate(0, 0, 3))}
		_, err := a.Care.Consents.Prepare(t.Context(), manager, none, kestrel, words)
		if bad, _ := errors.AsType[lead.Invalid](err); !strings.Contains(bad["recipient"], "Sharing with Lantern Housing") || !strings.Contains(bad["recipient"], "has ended. Ask Priya Nair") {
			t.Errorf("the worker is told %v", err)
		}
		urgent := consent.Letter{Recipient: area.Actors["clinician"].Organisation, Topics: []disclosure.Topic{disclosure.Health}, Basis: "life", NoTime: true, Channel: disclosure.Account,
			Ground: "Cannot be woken.", Words: "Please come at once.", Until: db.Day(a.Now().AddDate(0, 0, 3))}

		must(t, a.Partners.ComeBack(t.Context(), coordinator, none, housing, "A new landlord."))
		site.Clock.Set(a.Now().Add(time.Minute))
		reader = site.SignIn(t, "housing")
		if got := reader.Get(at); got.Status != http.StatusNotFound || got.Says(canary) {
			t.Errorf("back, without an agreement: %d", got.Status)
		}
		must(t, practice.Agree(t.Context(), a, coordinator, "Sharing anew", "As before.", manager.Organisation, housing, agreement.Classes(), []string{"home"}))
		if got := reader.Get(at); got.Status != http.StatusOK || !got.Says(canary) {
			t.Errorf("under a new agreement: %d", got.Status)
		}
		if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, kestrel, words); err != nil {
			t.Errorf("under a new agreement the worker writes: %v", err)
		}
		// A lapse closes by itself what is still being read, and the session goes on.
		site.Clock.Set(a.Now().Add(2 * time.Minute))
		var all []agreement.Agreement
		must(t, a.Agreements.Book.Look(t.Context(), func(tx *db.Tx) error {
			all, err = agreement.All(t.Context(), tx)
			return err
		}))
		for _, g := range all {
			if !g.Ended {
				must(t, a.Agreements.End(t.Context(), coordinator, none, g.ID))
			}
		}
		if got := reader.Get(at); got.Status != http.StatusNotFound || got.Says(canary) {
			t.Errorf("after it ended: %d", got.Status)
		}
		if got := reader.Get("/received"); got.Status != http.StatusOK || strings.Contains(got.Body, "dis_") {
			t.Errorf("the list after it ended: %d", got.Status)
		}
		if _, err := a.Care.Consents.Prepare(t.Context(), manager, none, kestrel, urgent); err != nil {
			t.Errorf("R24: a life at risk waits for an agreement: %v", err)
		}
		office = site.SignIn(t, "prosecutor")
		if got := office.Get("/received"); got.Status != http.StatusOK || strings.Contains(got.Body, "LD-") {
			t.Errorf("a prosecutor still reads that an intake is completed: %d", got.Status)
		}
	})
}

// A provider of case management withdraws: its people keep their whole record and
// stand on the board of the team that takes them up, and the hand-offs that wait
// go to that team.
func TestR54_NobodysCaseIsLostWhenACaseTeamsOrganisationWithdraws(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, area := site.App, site.Area
		coordinator, manager, harbour := area.Actors["coordinator"], area.Actors["manager"], area.Actors["manager"].Organisation
		before, err := a.Care.People.People(t.Context(), area.Actors["supervisor"], "", "", 200)
		must(t, err)
		waiting, err := a.Care.People.HandOffs(t.Context(), area.Actors["oncall"])
		must(t, err)
		record, err := a.Care.People.Record(t.Context(), manager, area.People["Kestrel"], nil)
		must(t, err)
		open := 0
		for _, n := range before.People {
			if n.State.Open() {
				open++
			}
		}

		o, err := a.Accounts.FirstOrganisation(t.Context(), "Tern Support", identity.CareOrganisation)
		must(t, err)
		opened, err := a.Accounts.OpenPractice(t.Context(), []identity.Account{
			{Email: "lead2@practice.example", Name: "Ola Finn", Team: "Riverside team", Organisation: o.ID, Roles: []lead.Role{lead.Supervisor}},
			{Email: "manager9@practice.example", Name: "Bo Hart", Team: "Riverside team", Organisation: o.ID, Roles: []lead.Role{lead.CaseManager, lead.OnCall}},
		}, practice.Password)
		must(t, err)
		leader, worker := opened[0].Actor(), opened[1].Actor()

		old := site.SignIn(t, "manager")
		kestrel := "/care/people/" + area.People["Kestrel"]
		if got := old.Get(kestrel); got.Status != http.StatusOK {
			t.Fatalf("before: %d", got.Status)
		}
		err = a.Partners.Withdraw(t.Context(), coordinator, none, harbour, "The grant has ended.", "")
		if bad, _ := errors.AsType[lead.Invalid](err); bad["team"] == "" {
			t.Fatalf("without saying who takes them up: %v", err)
		}
		must(t, a.Partners.Withdraw(t.Context(), coordinator, none, harbour, "The grant has ended.", "Riverside team"))
		if got := old.Get(kestrel); got.Status == http.StatusOK && !got.Says("Sign in") || got.Says("ground floor") {
			t.Errorf("its worker still reads: %d", got.Status)
		}
		after, err := a.Care.People.Board(t.Context(), leader)
		must(t, err)
		if open < 8 || len(after.Waiting) != open {
			t.Errorf("%d had support, %d stand on the board", open, len(after.Waiting))
		}
		all, err := a.Care.People.People(t.Context(), leader, "", "", 200)
		must(t, err)
		if len(all.People) != len(before.People) {
			t.Errorf("the team knew %d people, the one that takes them up knows %d", len(before.People), len(all.People))
		}
		if now, err := a.Care.People.HandOffs(t.Context(), worker); err != nil || len(now.Waiting) != len(waiting.Waiting) {
			t.Errorf("hand-offs waiting: %d, were %d, %v", len(now.Waiting), len(waiting.Waiting), err)
		}
		whole, err := a.Care.People.Record(t.Context(), leader, area.People["Kestrel"], nil)
		must(t, err)
		if whole.State != record.State || len(whole.History) != len(record.History) || whole.Now.Name != record.Now.Name || whole.WorkerID != "" || !whole.ReceivedAt.Equal(record.ReceivedAt) {
			t.Errorf("the record changed: %+v", whole.Now)
		}
		if found, err := a.Care.People.People(t.Context(), leader, "Kestrel", "", 5); err != nil || len(found.People) != 1 {
			t.Errorf("found by name: %+v, %v", found, err)
		}
		// Once more does nothing more, and a worker of the new team walks on.
		must(t, a.Partners.HandOver(t.Context(), coordinator, none, harbour, "Riverside team"))
		site.Clock.Set(time.Now().Add(time.Minute))
		b := site.SignIn(t, "lead2")
		if got := b.Get("/care/board"); got.Status != http.StatusOK || !got.Says("Kestrel") {
			t.Errorf("the board: %d", got.Status)
		}
	})
}

// Whoever holds a seat for their organisation can record that it leaves, and
// nobody else can; the partnership's own handle reads no account.
func TestR54_ASeatHolderRecordsThatTheirOwnOrganisationWithdraws(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		ctx, coordinator, officer := t.Context(), area.Actors["coordinator"], area.Actors["officer"]
		force, clinic := officer.Organisation, area.Actors["clinician"].Organisation
		for who, of := range map[string]string{"officer": force, "clinician": clinic, "manager": force, "panel": clinic, "dpo": force} {
			if err := a.Partners.Withdraw(ctx, area.Actors[who], none, of, "We leave", ""); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s without a seat: %v", who, err)
			}
		}
		seat := partner.Seat{OrganisationID: force, BodyID: partner.PolicyGroup, AccountID: officer.ID, From: db.Day(a.Now())}
		must(t, a.Partners.AddSeat(ctx, coordinator, none, seat))
		for field, change := range map[string]func(*partner.Seat){
			"body": func(s *partner.Seat) { s.BodyID = "none" }, "from": func(s *partner.Seat) { s.From = "" }, "until": func(s *partner.Seat) { s.Until = "2001-01-01" },
			"account": func(s *partner.Seat) { s.AccountID = area.Actors["manager"].ID }, "name": func(s *partner.Seat) { s.AccountID = "" },
		} {
			wrong := seat
			change(&wrong)
			if bad, _ := errors.AsType[lead.Invalid](a.Partners.AddSeat(ctx, coordinator, none, wrong)); bad[field] == "" {
				t.Errorf("%s: %v", field, bad)
			}
		}
		if bad, _ := errors.AsType[lead.Invalid](a.Partners.AddSeat(ctx, coordinator, none, seat)); bad["account"] == "" {
			t.Errorf("the same seat twice: %v", bad)
		}
		nameless := partner.Seat{OrganisationID: force, BodyID: partner.WorkGroup, Name: "Edie Marr", From: db.Day(a.Now().AddDate(0, 0, 5))}
		must(t, a.Partners.AddSeat(ctx, coordinator, none, nameless))
		nameless.Name = " edie  marr"
		if bad, _ := errors.AsType[lead.Invalid](a.Partners.AddSeat(ctx, coordinator, none, nameless)); bad["name"] == "" {
			t.Errorf("the same seat twice, without an account: %v", bad)
		}
		if err := a.Partners.AddSeat(ctx, area.Actors["panel"], none, seat); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a panel member gave a seat: %v", err)
		}
		held := func(who lead.Actor) (out []partner.Seat) {
			must(t, a.Partners.Book.Look(ctx, func(tx *db.Tx) error {
				var err error
				out, err = partner.SeatsOf(ctx, tx, who.ID, a.Now())
				return err
			}))
			return out
		}
		if got := held(officer); len(got) != 1 || got[0].Body != "Policy Coordinating Group" || got[0].OrganisationKind != "police" {
			t.Fatalf("seats: %+v", got)
		}
		if err := a.Partners.Withdraw(ctx, officer, none, clinic, "They leave", ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("for another organisation: %v", err)
		}
		must(t, a.Partners.Withdraw(ctx, officer, none, force, "We want to see it change first.", ""))
		if got := held(officer); len(got) != 0 {
			t.Errorf("seats after: %+v", got)
		}
		people, err := a.Accounts.PeopleOf(ctx, force)
		must(t, err)
		if len(people) != 0 {
			t.Errorf("of its accounts these are in: %+v", people)
		}
		if err := a.Partners.AddSeat(ctx, coordinator, none, seat); err == nil {
			t.Error("a partner that is away was given a seat")
		}
		must(t, a.Partners.ComeBack(ctx, coordinator, none, force, ""))
		if people, err = a.Accounts.PeopleOf(ctx, force); err != nil || len(people) != 5 {
			t.Errorf("back: %d, %v", len(people), err)
		}
		if got := held(officer); len(got) != 0 {
			t.Errorf("a seat came back by itself: %+v", got)
		}
	})
}

// Nobody sends away who watches over them: whoever oversees the partnership, or takes
// the complaints that go the independent way, leaves by its own word alone, and their
// accounts stay whoever leaves. And the last coordinator is not locked out.
func TestR54_NobodySendsAwayWhoWatchesNorLocksTheLastCoordinatorOut(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, area, ctx := site.App, site.Area, t.Context()
		coordinator, auditor, clinic := area.Actors["coordinator"], area.Actors["auditor"], area.Actors["clinician"].Organisation
		sit := func(who lead.Actor) {
			t.Helper()
			must(t, a.Partners.AddSeat(ctx, coordinator, none, partner.Seat{BodyID: partner.CommunityLeader, OrganisationID: who.Organisation, AccountID: who.ID, From: db.Day(a.Now())}))
		}
		office, watcher, dpo := site.SignIn(t, "coordinator"), site.SignIn(t, "auditor"), site.SignIn(t, "dpo")
		page := "/partnership/partners/" + auditor.Organisation
		if err := a.Partners.Withdraw(ctx, coordinator, none, auditor.Organisation, "They leave.", ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("the coordinator sends the auditor away: %v", err)
		}
		if got := office.Get(page); got.Status != http.StatusOK || got.Says("It withdraws") || !got.Says("Only its own people") {
			t.Errorf("the auditor's page: %d", got.Status)
		}
		if got := office.Get(page + "/withdraw"); got.Status != http.StatusNotFound {
			t.Errorf("the form to send the auditor away: %d", got.Status)
		}
		// The one that the doors name is so too, whatever kind it is.
		must(t, a.Store.Handle(schema.Partnership).Transact(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO handoff_door (version, refer_open, self_open, feedback_open, complaint_open, phone, promise_days, acknowledge_days, answer_days, independent, independent_reach, independent_id, set_by, set_at)
				VALUES (9, $1, $1, $1, $1, '', 3, 5, 28, 'The trust', 'there', $2, 'test', $3)`, true, clinic, db.At(a.Now()))
			return err
		}))
		if err := a.Partners.Withdraw(ctx, coordinator, none, clinic, "They leave.", ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("the coordinator sends away who takes complaints: %v", err)
		}

		// The only organisation with a coordinator stays, whoever of it asks.
		sit(area.Actors["panel"])
		for _, who := range []string{"coordinator", "panel"} {
			err := a.Partners.Withdraw(ctx, area.Actors[who], none, coordinator.Organisation, "The office closes.", "")
			if bad, _ := errors.AsType[lead.Invalid](err); !strings.Contains(bad["words"], "Ask an administrator") {
				t.Errorf("%s closes the office: %v", who, err)
			}
		}
		own := "/partnership/partners/" + coordinator.Organisation + "/withdraw"
		if got := office.Get(own); got.Status != http.StatusOK || !got.Says("Ask an administrator") || got.Says("Withdraw now") {
			t.Errorf("the form to close the office: %d", got.Status)
		}
		if got := office.Post(own, url.Values{"words": {"The office closes."}}); got.Status != http.StatusUnprocessableEntity || !got.Says("Ask an administrator") {
			t.Errorf("closing the office: %d", got.Status)
		}

		// Its own seat-holder says that the auditor leaves; who oversees goes on, and so does
		// the data-protection officer whose employer leaves.
		sit(auditor)
		must(t, a.Partners.Withdraw(ctx, auditor, none, auditor.Organisation, "We look from outside.", ""))
		sit(area.Actors["manager"])
		must(t, a.Partners.Withdraw(ctx, area.Actors["manager"], none, area.Actors["manager"].Organisation, "We leave.", ""))
		if area.Actors["dpo"].Organisation != area.Actors["manager"].Organisation {
			t.Fatal("the data-protection officer works elsewhere: the test shows nothing")
		}
		for who, b := range map[string]*webtest.Browser{"auditor": watcher, "dpo": dpo} {
			if got := b.Get("/account"); got.Status != http.StatusOK || got.Says("Sign in") {
				t.Errorf("%s fell: %d", who, got.Status)
			}
		}
		if got := office.Get(page); got.Status != http.StatusOK || !got.Says("It withdrew") {
			t.Errorf("the auditor's page after: %d", got.Status)
		}

		// With another coordinator elsewhere the office may close, and nobody who runs the
		// system for everybody is locked out.
		o, err := a.Accounts.FirstOrganisation(ctx, "Northmoor Commissioner", identity.PartnershipOffice)
		must(t, err)
		_, err = a.Accounts.OpenPractice(ctx, []identity.Account{{Email: "second@practice.example", Name: "Bea Lund", Organisation: o.ID, Roles: []lead.Role{lead.Coordinator}}}, practice.Password)
		must(t, err)
		must(t, a.Partners.Withdraw(ctx, coordinator, none, coordinator.Organisation, "The office closes.", ""))
		people, err := a.Accounts.PeopleOf(ctx, coordinator.Organisation)
		if err != nil || len(people) == 0 || slices.ContainsFunc(people, func(p identity.Account) bool { return p.Side != lead.Operation }) {
			t.Errorf("the office's people: %+v, %v", people, err)
		}
	})
}

// Whoever withdraws is out of every version of an agreement, of the one that holds
// until the next begins as well: it comes back by what is signed anew.
func TestR54_WhoWithdrawsIsOutOfEveryVersionOfAnAgreement(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		ctx, coordinator := t.Context(), area.Actors["coordinator"]
		care, clinic, force := area.Actors["manager"].Organisation, area.Actors["clinician"].Organisation, area.Actors["officer"].Organisation
		day := func(days int) string { return db.Day(a.Now().AddDate(0, 0, days)) }
		open := func(when string, want bool) {
			t.Helper()
			must(t, a.Agreements.Book.Look(ctx, func(tx *db.Tx) error {
				ok, _, err := agreement.Open(ctx, tx, care, clinic, string(disclosure.Needs), "money", day(0))
				if ok != want {
					t.Errorf("%s: open is %v", when, ok)
				}
				return err
			}))
		}
		signed := func(id string) agreement.Party {
			return agreement.Party{Organisation: id, SignedBy: "Somebody", SignedOn: day(0)}
		}
		g := agreement.Agreement{Kind: agreement.Sharing, Title: "Three", Words: "Agreed.", Basis: "public_task", Ask: "The office", From: day(0), Review: day(300), Until: day(600),
			Classes: []access.Class{access.CaseFileClass}, Purposes: []string{"money"}, Parties: []agreement.Party{signed(care), signed(clinic), signed(force)}}
		id, err := a.Agreements.Record(ctx, coordinator, none, g)
		must(t, err)
		open("signed by all", true)
		g.ID, g.Version, g.From, g.Review, g.Parties = id, 1, day(365), day(400), []agreement.Party{signed(care), signed(force)}
		_, err = a.Agreements.Record(ctx, coordinator, none, g)
		must(t, err)
		open("from next year without the clinic", true)
		must(t, a.Partners.Withdraw(ctx, coordinator, none, clinic, "We leave.", ""))
		open("the clinic withdrew", false)
		must(t, a.Partners.ComeBack(ctx, coordinator, none, clinic, "We are back."))
		open("the clinic came back and signed nothing", false)
		g.Version, g.From, g.Review, g.Parties = 2, day(0), day(300), []agreement.Party{signed(care), signed(clinic)}
		_, err = a.Agreements.Record(ctx, coordinator, none, g)
		must(t, err)
		open("it signed anew", true)
	})
}

// Without an agreement in force that covers class and purpose between the very two
// organisations, nothing crosses; an agreement is checked before it is kept.
func TestAnAgreementEnablesAClassForAPurposeBetweenTwoOrganisations(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		ctx, coordinator := t.Context(), area.Actors["coordinator"]
		care, clinic, force, office := area.Actors["manager"].Organisation, area.Actors["clinician"].Organisation, area.Actors["officer"].Organisation, coordinator.Organisation
		today := db.Day(a.Now())
		open := func(giver, receiver string, topic disclosure.Topic, purpose, day string) (ok bool, why string) {
			must(t, a.Agreements.Book.Look(ctx, func(tx *db.Tx) error {
				yes, missing, err := agreement.Open(ctx, tx, giver, receiver, string(topic), purpose, day)
				ok, why = yes, missing.Words()
				return err
			}))
			return ok, why
		}
		for _, of := range []struct {
			giver, receiver string
			topic           disclosure.Topic
			purpose         string
			want            bool
			says            string
		}{
			{care, clinic, disclosure.Health, "health", true, ""},
			{care, clinic, disclosure.Health, "call", false, "no information-sharing agreement between Harbour Support and Harbour Health Trust"},
			{care, force, disclosure.Status, "outcome", true, ""},
			{care, force, disclosure.Card, "call", true, ""},
			{care, force, disclosure.Needs, "outcome", false, "Ask the partnership's coordinator"},
			{care, office, disclosure.Status, "together", true, ""},
			{force, clinic, disclosure.Health, "health", false, "between Northmoor Police and Harbour Health Trust"},
		} {
			if ok, why := open(of.giver, of.receiver, of.topic, of.purpose, today); ok != of.want || !ok && !strings.Contains(why, of.says) {
				t.Errorf("%+v: %v, %s", of, ok, why)
			}
		}
		if ok, why := open(care, clinic, disclosure.Health, "health", "2099-01-01"); ok || !strings.Contains(why, "has lapsed. Ask Priya Nair") {
			t.Errorf("years on: %v, %s", ok, why)
		}
		day := func(days int) string { return db.Day(a.Now().AddDate(0, 0, days)) }
		good := agreement.Agreement{Kind: agreement.Sharing, Title: "Force and clinic", Words: "Agreed.", Basis: "public_task", Ask: "The office", From: today, Review: day(30), Until: day(60),
			Classes: []access.Class{access.StatusClass}, Purposes: []string{"together"},
			Parties: []agreement.Party{{Organisation: force, SignedBy: "A", SignedOn: today}, {Organisation: clinic}}}
		for field, change := range map[string]func(*agreement.Agreement){
			"kind": func(g *agreement.Agreement) { g.Kind = "x" }, "title": func(g *agreement.Agreement) { g.Title = " " }, "words": func(g *agreement.Agreement) { g.Words = "" },
			"basis": func(g *agreement.Agreement) { g.Basis = "because" }, "ask": func(g *agreement.Agreement) { g.Ask = "" }, "until": func(g *agreement.Agreement) { g.Until = day(-1) },
			"review": func(g *agreement.Agreement) { g.Review = day(61) }, "classes": func(g *agreement.Agreement) { g.Classes = []access.Class{access.ContactClass} },
			"purposes": func(g *agreement.Agreement) { g.Purposes = []string{"safe"} }, "from": func(g *agreement.Agreement) { g.From = "soon" },
			"parties": func(g *agreement.Agreement) { g.Parties = g.Parties[:1] },
		} {
			wrong := good
			change(&wrong)
			if _, err := a.Agreements.Record(ctx, coordinator, none, wrong); err == nil {
				t.Errorf("%s: kept", field)
			} else if bad, _ := errors.AsType[lead.Invalid](err); bad[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		for _, who := range []string{"officer", "manager", "panel", "commissioner", "dpo", "administrator"} {
			if _, err := a.Agreements.Record(ctx, area.Actors[who], none, good); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s kept an agreement: %v", who, err)
			}
		}
		id, err := a.Agreements.Record(ctx, coordinator, none, good)
		must(t, err)
		if ok, why := open(force, clinic, disclosure.Status, "together", today); ok || !strings.Contains(why, "waits for signatures") {
			t.Errorf("signed by one: %v, %s", ok, why)
		}
		// The next version holds from its day on; until then the one before does.
		next := good
		next.ID, next.Version, next.From, next.Until = id, 1, today, day(10)
		next.Review = day(5)
		next.Parties = []agreement.Party{{Organisation: force, SignedBy: "A", SignedOn: today}, {Organisation: clinic, SignedBy: "B", SignedOn: today}}
		_, err = a.Agreements.Record(ctx, coordinator, none, next)
		must(t, err)
		later := next
		later.Version, later.From, later.Review, later.Until, later.Purposes = 2, day(3), day(5), day(10), []string{"legal"}
		_, err = a.Agreements.Record(ctx, coordinator, none, later)
		must(t, err)
		for on, want := range map[string][2]bool{today: {true, false}, day(2): {true, false}, day(3): {false, true}, day(10): {false, true}, day(11): {false, false}} {
			together, _ := open(force, clinic, disclosure.Status, "together", on)
			legal, _ := open(force, clinic, disclosure.Status, "legal", on)
			if [2]bool{together, legal} != want {
				t.Errorf("on %s: %v, %v", on, together, legal)
			}
		}
		if _, err := a.Agreements.Record(ctx, coordinator, none, later); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a version that somebody else wrote meanwhile: %v", err)
		}
	})
}
