package consent_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// received is somebody whose hand-off the case manager "manager" accepted, and
// the contact it came from.
func received(t testing.TB, a *app.App, staff practice.Area) (person, contactID string) {
	t.Helper()
	contactID, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.ArrestDiversion, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	must(t, err)
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	person, err = a.Care.People.Accept(t.Context(), staff.Actors["manager"], none, h.Waiting[len(h.Waiting)-1].ID)
	must(t, err)
	return person, contactID
}

// given is a yes that breaks no rule.
func given(a *app.App, to string, topics ...disclosure.Topic) consent.Given {
	return consent.Given{Recipient: to, Topics: topics, Purpose: "home", Until: db.Day(a.Now().AddDate(0, 2, 0)), How: "spoken", Witness: "A volunteer", Language: "English"}
}

// own is the service as the participant's own handle runs it.
func own(a *app.App) *consent.Service {
	people := &participant.Service{Book: ledger.New(a.Store.Handle(schema.Participant), a.Now), Access: a.Access}
	return &consent.Service{People: people, Keys: secret.NewRing(a.Keys, schema.Participant, a.Keeper)}
}

func themself(person string) lead.Actor {
	return lead.Actor{ID: person, Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
}

func rows(t testing.TB, a *app.App, staff practice.Area, person string) []consent.Row {
	t.Helper()
	sharing, err := a.Care.Consents.Read(t.Context(), staff.Actors["manager"], person)
	must(t, err)
	return sharing.Rows
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

func TestR21_AYesIsForOneRecipientOneTopicOnePurposeAndHasAnEnd(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, housing := staff.Actors["manager"], staff.Actors["housing"].Organisation
		person, _ := received(t, a, staff)
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, given(a, housing, disclosure.Reach, disclosure.Needs, disclosure.Reach)))
		got := rows(t, a, staff, person)
		if len(got) != 1 || got[0].Recipient.Name != "Lantern Housing" || len(got[0].Consents) != 2 || got[0].Knows() != "who I am and how to reach me; what I need" {
			t.Fatalf("rows %+v", got)
		}
		for field, change := range map[string]func(*consent.Given){
			"recipient": func(g *consent.Given) { g.Recipient = "org_none" },
			"outside":   func(g *consent.Given) { g.Outside = "My sister" },
			"topics":    func(g *consent.Given) { g.Topics = []disclosure.Topic{"everything"} },
			"purpose":   func(g *consent.Given) { g.Purpose = "safe" }, // a legal basis is no purpose that anybody agrees to
			"until":     func(g *consent.Given) { g.Until = "" },
			"how":       func(g *consent.Given) { g.How = "assumed" },
			"witness":   func(g *consent.Given) { g.Witness = " " },
			"language":  func(g *consent.Given) { g.Language = "" },
		} {
			g := given(a, housing, disclosure.Reach)
			change(&g)
			if bad := invalid(a.Care.Consents.Give(t.Context(), manager, none, person, g)); bad[field] == "" {
				t.Errorf("%s: %v", field, bad)
			}
		}
		for days, ok := range map[int]bool{-1: false, 0: true, 365: true, 400: false} {
			g := given(a, housing, disclosure.Plan)
			g.Until = db.Day(a.Now().AddDate(0, 0, days))
			if err := a.Care.Consents.Give(t.Context(), manager, none, person, g); (err == nil) != ok {
				t.Errorf("until %d days from now: %v", days, err)
			}
		}
		if bad := invalid(a.Care.Consents.Give(t.Context(), manager, none, person, consent.Given{})); len(bad) < 5 {
			t.Errorf("nothing chosen: %v", bad)
		}
	})
}

func TestAYesSaidInCrisisIsShortAndAskedAgain(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, _ := received(t, a, staff)
		g := given(a, staff.Actors["housing"].Organisation, disclosure.Reach)
		g.AskAgain = true
		if bad := invalid(a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, g)); bad["until"] == "" {
			t.Error("two months on a yes said in crisis")
		}
		g.Until = db.Day(a.Now().AddDate(0, 0, 10))
		must(t, a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, g))
		if got := rows(t, a, staff, person); len(got) != 1 || !got[0].AskAgain {
			t.Errorf("rows %+v", got)
		}
	})
}

func TestR18_NobodyCanAgreeThatPoliceOrProsecutorsReadTheCaseFile(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, _ := received(t, a, staff)
		for _, role := range []string{"officer", "prosecutor"} {
			to := staff.Actors[role].Organisation
			for _, topic := range disclosure.Topics() {
				err := a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, given(a, to, topic))
				if (err == nil) != (topic == disclosure.Status) {
					t.Errorf("%s for %s: %v", topic, role, err)
				}
			}
		}
	})
}

func TestR21_AStopHoldsAtOnceAsksNoReasonAndChangesNothingElse(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, housing, clinic := staff.Actors["manager"], staff.Actors["housing"].Organisation, staff.Actors["clinician"].Organisation
		person, _ := received(t, a, staff)
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, given(a, housing, disclosure.Reach, disclosure.Needs)))
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, given(a, clinic, disclosure.Health)))
		before, err := a.Care.People.Record(t.Context(), manager, person, nil)
		must(t, err)
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, housing, disclosure.Needs))
		if got := rows(t, a, staff, person); len(got) != 2 || got[1].Knows() != disclosure.Reach.Mine() {
			t.Fatalf("after stopping a part: %+v", got)
		}
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, housing, ""))
		must(t, a.Care.Consents.Stop(t.Context(), manager, none, person, housing, "")) // again does nothing more
		if got := rows(t, a, staff, person); len(got) != 1 || got[0].Recipient.ID != clinic {
			t.Fatalf("after stopping: %+v", got)
		}
		after, err := a.Care.People.Record(t.Context(), manager, person, nil)
		must(t, err)
		stands := func(r participant.Record) string {
			n := r.Now
			return fmt.Sprint(n.Team, n.Hold, n.WorkerID, n.State, n.Name, n.IntakeDueOn, n.IntakeDoneOn, n.ReachedAt, n.NextWords, n.NextAt)
		}
		if stands(before) != stands(after) || len(before.History) != len(after.History) {
			t.Errorf("the case changed: %s, %s", stands(before), stands(after))
		}
		if err := a.Care.Consents.Stop(t.Context(), manager, none, person, "org_none", ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("stop for nobody: %v", err)
		}
		for _, table := range []string{"handoff_withdrawal"} {
			for _, c := range dbtest.Columns(t, table) {
				if strings.Contains(c, "reason") || strings.Contains(c, "words") {
					t.Errorf("%s keeps a reason: %s", table, c)
				}
			}
		}
	})
}

func TestAPersonSeesAndStopsTheirOwnSharingAndNobodyElses(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, housing := staff.Actors["manager"], staff.Actors["housing"].Organisation
		person, _ := received(t, a, staff)
		other, _ := received(t, a, staff)
		g := given(a, "", disclosure.Reach)
		g.Outside = "My sister Ann"
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, g))
		must(t, a.Care.Consents.Give(t.Context(), manager, none, person, given(a, housing, disclosure.Needs)))
		must(t, a.Care.Consents.Give(t.Context(), manager, none, other, given(a, housing, disclosure.Needs)))
		mine := own(a)
		all, err := mine.Mine(t.Context(), themself(person))
		must(t, err)
		if got := consent.Rows(all, db.Day(a.Now())); len(got) != 2 || got[1].Recipient.Name != "My sister Ann" || !got[1].Recipient.Outside() {
			t.Fatalf("mine: %+v", got)
		}
		must(t, mine.StopOwn(t.Context(), themself(person), none, housing, ""))
		all, err = mine.Mine(t.Context(), themself(person))
		must(t, err)
		if got := consent.Rows(all, db.Day(a.Now())); len(got) != 1 {
			t.Errorf("after my stop: %+v", got)
		}
		if got := rows(t, a, staff, other); len(got) != 1 {
			t.Errorf("another's sharing was stopped too: %+v", got)
		}
		if err := mine.StopOwn(t.Context(), themself("par_none"), none, housing, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("nobody's sharing: %v", err)
		}
		if _, err := mine.Mine(t.Context(), manager); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker as the person: %v", err)
		}
	})
}

func TestOnlyWhoWalksWithThemOrTheirSupervisorRecordsAYes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, _ := received(t, a, staff)
		for role, ok := range map[string]bool{"manager": true, "supervisor": true, "manager2": false, "oncall": false, "officer": false, "housing": false, "dpo": false, "coordinator": false} {
			err := a.Care.Consents.Give(t.Context(), staff.Actors[role], none, person, given(a, staff.Actors["housing"].Organisation, disclosure.Reach))
			if ok != (err == nil) || !ok && !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", role, err)
			}
		}
	})
}

// What somebody's sister is called is theirs: the main database holds it sealed.
func TestNamesOutsideAndWitnessesAreSealed(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person, _ := received(t, a, staff)
		g := given(a, "", disclosure.Reach)
		g.Outside, g.Witness = "My sister Ann", "A volunteer"
		must(t, a.Care.Consents.Give(t.Context(), staff.Actors["manager"], none, person, g))
		must(t, a.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
			for _, q := range []db.Query{`SELECT name FROM care_outside`, `SELECT witness FROM care_consent`} {
				var text string
				if err := tx.One(t.Context(), q).Scan(&text); err != nil {
					return err
				}
				if !strings.HasPrefix(text, "k1.") {
					t.Errorf("%s: %q", q, text)
				}
			}
			return nil
		}))
		must(t, secret.NewRing(a.Keys, schema.Care, a.Keeper).Destroy(t.Context(), person))
		if got := rows(t, a, staff, person); len(got) != 1 || got[0].Recipient.Name != secret.Removed {
			t.Errorf("after the key is destroyed: %+v", got)
		}
		if err := a.Care.Consents.Stop(t.Context(), staff.Actors["manager"], none, person, rows(t, a, staff, person)[0].Recipient.ID, ""); err != nil {
			t.Errorf("a stop works without the key: %v", err)
		}
	})
}

func TestARowSaysWhenTheFirstOfItEnds(t *testing.T) {
	yes := func(topic disclosure.Topic, until string) consent.Consent {
		return consent.Consent{Recipient: consent.Recipient{ID: "org_1", Name: "Lantern"}, Topic: topic, From: "2026-01-01", Until: until}
	}
	for _, c := range []struct {
		name    string
		all     []consent.Consent
		until   string
		various bool
	}{
		{"one", []consent.Consent{yes("needs", "2026-03-03")}, "2026-03-03", false},
		{"one, agreed to twice", []consent.Consent{yes("needs", "2026-03-03"), yes("needs", "2026-04-04")}, "2026-04-04", false},
		{"two with one end", []consent.Consent{yes("needs", "2026-03-03"), yes("plan", "2026-03-03")}, "2026-03-03", false},
		{"two with two ends", []consent.Consent{yes("needs", "2026-05-05"), yes("plan", "2026-03-03")}, "2026-03-03", true},
	} {
		rows := consent.Rows(c.all, "2026-02-02")
		if len(rows) != 1 || rows[0].Until != c.until || rows[0].Various != c.various {
			t.Errorf("%s: %+v", c.name, rows)
		}
	}
}
