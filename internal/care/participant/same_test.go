package participant_test

import (
	"slices"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// saw returns what the ledger says was done with somebody by one act, oldest first.
func saw(t testing.TB, a *app.App, person, act string) (verbs []ledger.Verb) {
	t.Helper()
	must(t, ledger.New(a.Store.Handle(schema.Participant), a.Now).Look(t.Context(), func(tx *db.Tx) error {
		glances, err := ledger.LooksAt(t.Context(), tx, person, 0, 200)
		for _, g := range glances {
			if g.Act == act {
				verbs = append(verbs, g.Verb)
			}
		}
		return err
	}))
	slices.Reverse(verbs)
	return verbs
}

// Somebody opens a form, reads it and presses Save: nothing happened, so nothing
// says that it did, on the timeline or to the person.
func TestASaveThatChangesNothingWritesNothing(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people, manager := t.Context(), a.Care.People, staff.Actors["manager"]
		person, _, _ := received(t, a, staff)

		// Intake: before it has begun, part-way, and when it is done.
		must(t, people.TakeIntake(ctx, manager, none, person, 0, participant.Intake{ConsentLanguage: "English"}))
		if r := record(t, a, manager, person); r.Intake != nil || !r.ReachedAt.IsZero() {
			t.Errorf("an empty form began an intake: %+v, reached %s", r.Intake, r.ReachedAt)
		}
		intake := consented()
		intake.Done = false
		for _, done := range []bool{false, true} {
			intake.Done = done
			for range 2 {
				var from int64
				if i := record(t, a, manager, person).Intake; i != nil {
					from = i.Version
				}
				must(t, people.TakeIntake(ctx, manager, none, person, from, intake))
			}
		}
		reached := record(t, a, manager, person).ReachedAt
		intake.Words = " A door that locks\n"
		must(t, people.TakeIntake(ctx, manager, none, person, 2, intake))
		if r := record(t, a, manager, person); r.Intake.Version != 2 || !r.ReachedAt.Equal(reached) {
			t.Errorf("intake is in version %d, reached %s and then %s", r.Intake.Version, reached, r.ReachedAt)
		}
		intake.Words = "A door that locks, and a dog"
		must(t, people.TakeIntake(ctx, manager, none, person, 2, intake))
		if r := record(t, a, manager, person); r.Intake.Version != 3 || r.Intake.Words != intake.Words {
			t.Errorf("what changed was not kept: %+v", r.Intake)
		}
		if got, want := saw(t, a, person, "intake.save"), []ledger.Verb{ledger.Consulted, ledger.Collected, ledger.Consulted, ledger.Collected, ledger.Consulted, ledger.Consulted, ledger.Collected}; !slices.Equal(got, want) {
			t.Errorf("the ledger says of the intake %v", got)
		}

		// A plan stays agreed.
		p := plan.Plan{Matters: "Quiet", Goals: []plan.Goal{{Words: "A room", Domain: "housing", Standing: plan.Active, Steps: []plan.Step{{Words: "Ring the council", Who: "me", ByWhen: "soon", Standing: "to_do"}}}, {Words: "Cook", Standing: plan.Met}}}
		must(t, a.Care.Plans.Draft(ctx, manager, none, person, 0, p))
		must(t, a.Care.Plans.Draft(ctx, manager, none, person, 1, p))
		must(t, a.Care.Plans.Agree(ctx, manager, none, person, plan.Agreement{Version: 1, How: "said"}))
		must(t, a.Care.Plans.Draft(ctx, manager, none, person, 2, p))
		if h, err := a.Care.Plans.Read(ctx, manager, person); err != nil || len(h.Versions) != 2 || !h.Latest.Agreed {
			t.Errorf("the plan: %v, %+v", err, h.Versions)
		}
		if got := saw(t, a, person, "plan.draft"); !slices.Equal(got, []ledger.Verb{ledger.Altered, ledger.Consulted, ledger.Consulted}) {
			t.Errorf("the ledger says of the plan %v", got)
		}
		p.Goals[0].Steps[0].Standing = "done"
		must(t, a.Care.Plans.Draft(ctx, manager, none, person, 2, p))
		if h, err := a.Care.Plans.Read(ctx, manager, person); err != nil || h.Latest.Version != 3 || h.Latest.Goals[0].Steps[0].Standing != "done" {
			t.Errorf("a step that is done was not kept: %v, %+v", err, h.Latest)
		}

		// A card: empty, and as it was.
		card := func() participant.About {
			_, cards, err := people.About(ctx, manager, person)
			must(t, err)
			return cards[0]
		}
		tellCard(t, a, manager, person, "safe", 0, map[string]string{"ring": "", "hours": " "})
		if c := card(); c.Version != 0 {
			t.Errorf("an empty card was kept: %+v", c)
		}
		tellCard(t, a, manager, person, "safe", 0, map[string]string{"ring": "never", "hours": "Before noon"})
		tellCard(t, a, manager, person, "safe", 1, map[string]string{"ring": "never", "hours": "Before noon", "text": ""})
		if c := card(); c.Version != 1 || len(c.Earlier) != 0 {
			t.Errorf("the card: %+v", c)
		}
		tellCard(t, a, manager, person, "safe", 1, nil)
		if c := card(); c.Version != 2 || len(c.Said()) != 0 {
			t.Errorf("a card that was emptied: %+v", c)
		}
		if got := saw(t, a, person, "about.tell"); !slices.Equal(got, []ledger.Verb{ledger.Consulted, ledger.Altered, ledger.Consulted, ledger.Altered}) {
			t.Errorf("the ledger says of the card %v", got)
		}
	})
}

func TestR58_TwoPlacesAreTheSameByTheirNamesAndTheRecordToChooseIsNamed(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people := t.Context(), a.Care.People
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		old, again := enrolled(t, a, staff), enrolled(t, a, staff)
		describe := func(of string, version int64, where string) {
			t.Helper()
			must(t, people.Describe(ctx, manager, none, of, version, participant.Person{Name: "Kestrel", FindWords: where}))
		}
		place := func() bool {
			t.Helper()
			_, alike, err := people.MaybeSame(ctx, manager, old)
			must(t, err)
			return len(alike) == 1 && slices.Contains(alike[0].Why, "They are often in the same place")
		}
		describe(old, 1, "Often near the market in Mill Street, mornings")
		describe(again, 1, "Often near the station by High Street, mornings")
		if place() {
			t.Error("they are in the same place by the word often")
		}
		describe(again, 2, "Around Mill Street")
		if !place() {
			t.Error("one street is not the same as itself")
		}
		third := enrolled(t, a, staff)
		for with, word := range map[string]string{old: "older", third: "newer"} {
			must(t, people.Allocate(ctx, supervisor, none, with, participant.Allocation{WorkerID: manager.ID}))
			_, err := people.ProposeMerge(ctx, manager, none, with, again, "The same", "")
			if says := invalid(err)["into"]; says != "Choose the "+word+" record, of Kestrel: somebody walks with them already" {
				t.Errorf("which record to choose: %q, %v", says, err)
			}
		}
	})
}
