package oversight_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// received is somebody whose hand-off the case manager accepted, and whom a
// supervisor found a worker.
func received(t testing.TB, a *app.App, staff practice.Area) string {
	t.Helper()
	d := contact.Decision{HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}, HandOff: referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}}
	_, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.ArrestDiversion, d)
	must(t, err)
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	person, err := a.Care.People.Accept(t.Context(), staff.Actors["manager"], none, h.Waiting[0].ID)
	must(t, err)
	must(t, a.Care.People.Allocate(t.Context(), staff.Actors["supervisor"], none, person, participant.Allocation{WorkerID: staff.Actors["manager"].ID, Wish: "Asha"}))
	return person
}

func propose(t testing.TB, a *app.App, staff practice.Area, person string, act keeping.Act) {
	t.Helper()
	_, steps, err := a.Oversight.File(t.Context(), staff.Actors["dpo"], person)
	must(t, err)
	stage := keeping.Proposed
	if act == keeping.Hold {
		stage = keeping.Confirmed
	}
	must(t, a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, int64(len(steps)), keeping.Step{Act: act, Stage: stage, Reason: keeping.Reasons(act)[0][0]}))
}

func reads(t testing.TB, a *app.App, actor lead.Actor, person string) error {
	t.Helper()
	_, err := a.Care.People.Record(t.Context(), actor, person, nil)
	return err
}

func TestR50_ASealedFileOpensForNobodyUntilThePersonComesBack(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		propose(t, a, staff, person, keeping.Seal)
		must(t, reads(t, a, manager, person)) // a proposal takes nothing away
		if err := a.Care.People.Settle(t.Context(), manager, none, person, 1, true); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a case manager confirmed: %v", err)
		}
		listed := func(want int) {
			t.Helper()
			for _, actor := range []lead.Actor{manager, supervisor} {
				for _, search := range []string{"", "kes"} {
					if found, err := a.Care.People.People(t.Context(), actor, search, "", 10); err != nil || len(found.People) != want {
						t.Errorf("%s finds %d people by %q, not %d: %v", actor.Name, len(found.People), search, want, err)
					}
				}
			}
		}
		listed(1)
		must(t, a.Care.People.Settle(t.Context(), supervisor, none, person, 1, true))
		listed(0)
		for _, actor := range []lead.Actor{manager, supervisor, staff.Actors["oncall"]} {
			if err := reads(t, a, actor, person); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s opens a sealed file: %v", actor.Name, err)
			}
		}
		if err := a.Care.People.BreakGlass(t.Context(), staff.Actors["manager3"], none, person, "They rang from the bridge"); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("the glass opens a sealed file: %v", err)
		}
		must(t, a.Care.People.CameBack(t.Context(), supervisor, none, person, 2))
		listed(1)
		must(t, reads(t, a, manager, person))
	})
}

// A sealed file is on no list either: not by name, not as work to do, not among
// the words that wait for somebody.
func TestR50_ASealedFileIsOnNoListOfTheCaseTeam(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		person := received(t, a, staff)
		l := consent.Letter{Recipient: staff.Actors["clinician"].Organisation, Topics: []disclosure.Topic{disclosure.Risk}, Basis: "life", Ground: "They rang from the bridge", NoTime: true,
			Channel: disclosure.Account, Words: "Kestrel may be on the bridge.", Until: db.Day(a.Now().AddDate(0, 0, 7))}
		_, err := a.Care.Consents.Prepare(t.Context(), manager, none, person, l)
		must(t, err)
		lists := func() map[string]bool {
			seen := map[string]bool{}
			note := func(list string, people []participant.Now, err error) {
				must(t, err)
				if slices.ContainsFunc(people, func(n participant.Now) bool { return n.ID == person }) {
					seen[list] = true
				}
			}
			for _, actor := range []string{"manager", "supervisor"} {
				for _, name := range []string{"", "Kes"} {
					found, err := a.Care.People.People(t.Context(), staff.Actors[actor], name, "", 25)
					note("people "+name+" of the "+actor, found.People, err)
				}
				found, err := a.Care.People.ToFind(t.Context(), staff.Actors[actor], "", 25)
				note("outreach of the "+actor, found.People, err)
				tasks, err := a.Care.Consents.Tasks(t.Context(), staff.Actors[actor])
				must(t, err)
				for _, task := range tasks {
					note("words of the "+actor, []participant.Now{task.Now}, nil)
				}
			}
			load, err := a.Care.People.MyCaseload(t.Context(), manager)
			note("caseload", load.People, err)
			h, err := a.Care.People.HandOffs(t.Context(), manager)
			note("hand-offs", h.Mine, err)
			b, err := a.Care.People.Board(t.Context(), supervisor)
			note("board", b.Waiting, err)
			glances, err := a.Care.People.InEmergency(t.Context(), staff.Actors["manager3"], participant.Emergency{Name: "Kestrel", Reason: "They rang from the bridge", Risk: true})
			must(t, err)
			if len(glances) > 0 {
				seen["emergency"] = true
			}
			return seen
		}
		if before := lists(); len(before) < 8 {
			t.Errorf("before: only on %v", before)
		}
		propose(t, a, staff, person, keeping.Seal)
		must(t, a.Care.People.Settle(t.Context(), supervisor, none, person, 1, true))
		for list := range lists() {
			t.Errorf("a sealed file is on the list: %s", list)
		}
	})
}

func TestAHoldStopsWhatWasAboutToBeTakenAway(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		propose(t, a, staff, person, keeping.Erase)
		propose(t, a, staff, person, keeping.Hold)
		if err := a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 2, true); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("erased in spite of a hold: %v", err)
		}
		if err := a.Oversight.Propose(t.Context(), staff.Actors["dpo"], none, person, 2, keeping.Step{Act: keeping.Erase, Stage: keeping.Proposed, Reason: "request"}); err == nil {
			t.Error("an erasure is asked for in spite of a hold")
		}
		must(t, reads(t, a, staff.Actors["manager"], person))
	})
}

func TestAnErasureTakesTwoPeopleAndLeavesNothingToRead(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		own := lead.Actor{ID: person, Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
		id, err := a.Rights.Ask(t.Context(), own, none, person, rights.Request{Kind: rights.Erase, Words: "Everything, please"})
		must(t, err)
		must(t, a.Oversight.Answer(t.Context(), staff.Actors["dpo"], none, id, 0, rights.Step{Kind: rights.Answered, Words: "We will"}))
		propose(t, a, staff, person, keeping.Erase)
		must(t, a.Care.People.Settle(t.Context(), staff.Actors["supervisor"], none, person, 1, true))
		if rec, err := a.Care.People.Record(t.Context(), staff.Actors["manager"], person, nil); err == nil && rec.Person.Name != secret.Removed {
			t.Errorf("an erased file shows %q", rec.Person.Name)
		}
		m, err := a.Oversight.Request(t.Context(), staff.Actors["dpo"], id)
		must(t, err)
		if m.Request.Words == "Everything, please" || m.Steps[0].Words == "We will" {
			t.Errorf("words outlive an erasure: %+v", m)
		}
	})
}

// What somebody types where an identifier or a code belongs may be a name. The
// log keeps neither, not even of what it did not let through.
func TestTheLogKeepsNothingThatWasTyped(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		dpo := staff.Actors["dpo"]
		_, err := a.Oversight.Entries(t.Context(), dpo, "audit.person", ledger.Search{Subject: "Kestrel Brown", Actor: "Asha Fern"}, 25)
		must(t, err)
		force, err := a.Accounts.FirstOrganisation(t.Context(), "Northmoor Police", identity.PoliceForce)
		must(t, err)
		elsewhere := dpo
		elsewhere.Organisation = force.ID
		step := keeping.Step{Act: keeping.Seal, Stage: keeping.Proposed, Reason: "Kestrel Brown of Fish Quay"}
		if err := a.Oversight.Propose(t.Context(), elsewhere, none, person, 0, step); !errors.Is(err, lead.ErrForbidden) {
			t.Fatal(err)
		}
		trail, err := a.Oversight.Entries(t.Context(), staff.Actors["auditor"], "audit.search", ledger.Search{}, 25)
		must(t, err)
		denied := false
		for _, e := range trail.Entries {
			denied = denied || e.Verb == ledger.Denied && slices.Contains(e.Subjects, person)
			if text := fmt.Sprint(e); strings.Contains(text, "Kestrel") || slices.Contains(e.Subjects, "Asha Fern") {
				t.Errorf("in the log: %s", text)
			}
		}
		if !denied {
			t.Error("what was not let through is not in the log")
		}
	})
}

// Each officer sees the acts of their own side, the auditor everybody's.
func TestAnOfficerSeesTheirOwnZoneOnly(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		received(t, a, staff)
		force, err := a.Accounts.FirstOrganisation(t.Context(), "Northmoor Police", identity.PoliceForce)
		must(t, err)
		housing, err := a.Accounts.FirstOrganisation(t.Context(), "Lantern Housing", identity.Housing)
		must(t, err)
		officerOf := func(organisation string) lead.Actor {
			return lead.Actor{ID: "acc_dpo2", Side: lead.Oversight, Organisation: organisation, Roles: []lead.Role{lead.DPO}}
		}
		sides := func(actor lead.Actor) map[lead.Side]bool {
			trail, err := a.Oversight.Entries(t.Context(), actor, "audit.search", ledger.Search{}, 500)
			must(t, err)
			out := map[lead.Side]bool{}
			for _, e := range trail.Entries {
				out[e.Side] = true
			}
			return out
		}
		if got := sides(staff.Actors["dpo"]); !got[lead.Care] || got[lead.Police] || got[lead.Oversight] || got[""] {
			t.Errorf("the care organisation's officer sees %v", got)
		}
		if got := sides(officerOf(force.ID)); !got[lead.Police] || len(got) != 1 {
			t.Errorf("the police force's officer sees %v", got)
		}
		if got := sides(staff.Actors["auditor"]); !got[lead.Police] || !got[lead.Care] {
			t.Errorf("the auditor sees %v", got)
		}
		for _, organisation := range []string{force.ID, housing.ID} {
			if _, err := a.Oversight.Requests(t.Context(), officerOf(organisation), "", "", 10); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("another organisation's officer lists participants' requests: %v", err)
			}
			if _, err := a.Oversight.Files(t.Context(), officerOf(organisation), keeping.Last, "", 10); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("another organisation's officer lists files: %v", err)
			}
		}
		if _, err := a.Oversight.Entries(t.Context(), officerOf(housing.ID), "audit.search", ledger.Search{}, 10); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a housing provider's officer searches the log: %v", err)
		}
	})
}

func TestARegisterBelongsToOneOrganisation(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		dpo := staff.Actors["dpo"]
		other := lead.Actor{ID: "acc_dpo2", Side: lead.Oversight, Organisation: staff.Actors["officer"].Organisation, Roles: []lead.Role{lead.DPO}}
		legal, err := a.Oversight.KeepLegal(t.Context(), dpo, none, "", 0, oversight.Legal{Asker: "A court", Power: "An order", Scope: "x", ReceivedOn: "2026-01-02"})
		must(t, err)
		breach, err := a.Oversight.KeepBreach(t.Context(), dpo, none, "", 0, oversight.Breach{Happened: "A letter to the wrong door", DiscoveredAt: a.Now().Add(-time.Hour)})
		must(t, err)
		if _, err := a.Oversight.Legal(t.Context(), other, legal); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another organisation reads a legal request: %v", err)
		}
		if _, err := a.Oversight.KeepLegal(t.Context(), other, none, legal, 1, oversight.Legal{Asker: "A", Power: "B", Scope: "C", ReceivedOn: "2026-01-02"}); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another organisation writes into a legal request: %v", err)
		}
		if _, err := a.Oversight.Breach(t.Context(), other, breach); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("another organisation reads a breach: %v", err)
		}
		for want, from := range []int64{1, 1} { // two people save the same version
			_, err := a.Oversight.KeepLegal(t.Context(), dpo, none, legal, from, oversight.Legal{Asker: "A court", Power: "An order", Scope: "y", ReceivedOn: "2026-01-02"})
			if want == 1 && !errors.Is(err, lead.ErrConflict) || want == 0 && err != nil {
				t.Errorf("save %d: %v", want, err)
			}
		}
	})
}

func TestTheSeventyTwoHoursRunFromDiscovery(t *testing.T) {
	found := time.Date(2026, 3, 27, 22, 0, 0, 0, time.UTC)
	b := oversight.Breach{DiscoveredAt: found}
	if b.Overdue(found.Add(72*time.Hour)) || !b.Overdue(found.Add(72*time.Hour+time.Second)) || !b.Open() {
		t.Error("the clock of a breach is wrong")
	}
	b.Risk = "unlikely"
	if b.Overdue(found.Add(1000*time.Hour)) || b.Open() {
		t.Error("an unlikely harm is still owed")
	}
	b.Risk, b.ICOToldAt = "high", found.Add(time.Hour)
	if !b.Open() || b.Overdue(found.Add(1000*time.Hour)) {
		t.Error("a high risk is open until the people know")
	}
}

func TestABreakGlassReviewIsDueWithinTwoWorkingDays(t *testing.T) {
	for opened, due := range map[string]string{"2026-11-23": "2026-11-25", "2026-11-26": "2026-11-30", "2026-11-27": "2026-12-01", "2026-11-28": "2026-12-01", "2026-11-29": "2026-12-01"} {
		at, err := time.Parse(time.DateOnly, opened)
		must(t, err)
		if got := (oversight.Glass{At: at.Add(15 * time.Hour)}).Due().Format(time.DateOnly); got != due {
			t.Errorf("opened %s: due %s, want %s", opened, got, due)
		}
	}
}

func TestABrokenGlassIsReviewedAndThePersonTold(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := received(t, a, staff)
		dpo := staff.Actors["dpo"]
		must(t, a.Care.People.BreakGlass(t.Context(), staff.Actors["manager3"], none, person, "They rang from the bridge"))
		list, err := a.Oversight.Glasses(t.Context(), dpo, "", 10)
		if err != nil || len(list) != 1 || list[0].Reason != "" || list[0].Name == "" {
			t.Fatalf("the list: %+v, %v", list, err)
		}
		g, err := a.Oversight.Glass(t.Context(), dpo, list[0].ID)
		if err != nil || g.Reason != "They rang from the bridge" {
			t.Fatalf("the reason: %+v, %v", g, err)
		}
		if a.Oversight.ReviewGlass(t.Context(), dpo, none, g.ID, 0, oversight.Glass{Verdict: oversight.Justified, Words: "A life was at risk"}) == nil {
			t.Error("reviewed without a word on whether the person knows")
		}
		must(t, a.Oversight.ReviewGlass(t.Context(), dpo, none, g.ID, 0, oversight.Glass{Verdict: oversight.Justified, Words: "A life was at risk", ToldOn: "2026-01-05"}))
		if err := a.Oversight.ReviewGlass(t.Context(), dpo, none, g.ID, 0, oversight.Glass{Verdict: oversight.NotJustified, Words: "x", ToldOn: "2026-01-05"}); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("two reviews on one version: %v", err)
		}
	})
}

// Two hundred requests on few days: each shows once, in order, page by page.
func TestTheListOfRequestsPagesWithoutGapOrRepeat(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		for i := range 200 {
			person := fmt.Sprintf("par_%03d", i%7)
			own := lead.Actor{ID: person, Side: lead.Subject, Roles: []lead.Role{lead.Participant}}
			_, err := a.Rights.Ask(t.Context(), own, none, person, rights.Request{Kind: rights.Kinds()[i%len(rights.Kinds())], Words: "x"})
			must(t, err)
		}
		seen := map[string]bool{}
		due, after := "", ""
		for {
			page, err := a.Oversight.Requests(t.Context(), staff.Actors["dpo"], due, after, 17)
			must(t, err)
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				if seen[r.ID] || r.Due.Format(time.DateOnly) < due {
					t.Fatalf("%s shows again or out of order", r.ID)
				}
				seen[r.ID] = true
				due, after = r.Due.Format(time.DateOnly), r.ID
			}
		}
		if len(seen) != 200 {
			t.Errorf("%d of 200 requests show", len(seen))
		}
	})
}

func TestTheRecordOfProcessingIsMadeFromWhatIsConfigured(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		p, err := a.Oversight.Processing(t.Context(), staff.Actors["dpo"], []oversight.Measure{{What: "Sign-in", How: "Two factors"}})
		must(t, err)
		if len(p.Tables()) != 5 || len(p.Organisations) < 5 || len(p.Schedule) < 5 || len(p.Measures) != 1 {
			t.Errorf("the record of processing: %+v", p)
		}
		for _, c := range p.Classes { // what the policies forbid cannot stand in it
			if c.Class == access.CaseFileClass && (slices.Contains(c.Roles, "officer") || !slices.Contains(c.Roles, "case manager")) {
				t.Errorf("the case file is open to %v", c.Roles)
			}
		}
		if _, err := a.Oversight.Processing(t.Context(), staff.Actors["manager"], nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a case manager reads it: %v", err)
		}
	})
}
