package participant_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

func tellCard(t testing.TB, a *app.App, actor lead.Actor, person, card string, from int64, answers map[string]string) {
	t.Helper()
	must(t, a.Care.People.Tell(t.Context(), actor, none, person, card, from, answers))
}

func cardsSeen(t testing.TB, a *app.App, actor lead.Actor, person string) (out []string) {
	t.Helper()
	_, cards, err := a.Care.People.About(t.Context(), actor, person)
	must(t, err)
	for _, c := range cards {
		out = append(out, c.Code)
	}
	return out
}

func TestHowToReachSomebodySafelyStandsBesideTheirNameNeverFirst(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		tellCard(t, a, manager, person, "safe", 0, map[string]string{"ring": "never", "voicemail": "never", "text": "yes", "visit": "ask", "hours": "Before noon.", "else": "Say it is about the library", "sender": "Jo"})
		want := "Never ring, leave a message. Ask before you come round. Fine to text. When: Before noon. If somebody else answers: Say it is about the library. We say we are: Jo."
		if r := record(t, a, manager, person); participant.SafeLine(r.Safe) != want {
			t.Errorf("says %q", r.Safe)
		}
		if bad := invalid(a.Care.People.Tell(t.Context(), manager, none, person, "safe", 1, map[string]string{"ring": "sometimes"})); bad["ring"] == "" {
			t.Error("an answer that is none was kept")
		}
		if err := a.Care.People.Tell(t.Context(), manager, none, person, "safe", 0, nil); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("two people wrote over each other: %v", err)
		}
		tellCard(t, a, manager, person, "safe", 1, map[string]string{"ring": "yes"})
		_, cards, err := a.Care.People.About(t.Context(), manager, person)
		must(t, err)
		if c := cards[0]; c.Version != 2 || len(c.Earlier) != 1 || c.Earlier[0].Answers["ring"] != "never" {
			t.Errorf("versions: %+v", c)
		}
	})
}

func TestWhatWasToldInConfidenceIsSeenByTheirWorkerAndTheSupervisorAlone(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, other := staff.Actors["manager"], staff.Actors["manager3"]
		person := enrolled(t, a, staff)
		tellCard(t, a, manager, person, "family", 0, map[string]string{"pregnancy": "In March"})
		private := func(cards []string) bool {
			return slices.Contains(cards, "family") || slices.Contains(cards, "support")
		}
		for _, actor := range []lead.Actor{manager, staff.Actors["supervisor"]} {
			if !private(cardsSeen(t, a, actor, person)) {
				t.Errorf("%s does not see it", actor.Name)
			}
		}
		if _, _, err := a.Care.People.About(t.Context(), other, person); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("somebody who does not walk with them: %v", err)
		}
		must(t, a.Care.People.BreakGlass(t.Context(), other, ledger.Form{}, person, "They rang from the bridge"))
		if seen := cardsSeen(t, a, other, person); len(seen) == 0 || private(seen) {
			t.Errorf("in an emergency somebody sees %v", seen)
		}
		if err := a.Care.People.Tell(t.Context(), other, none, person, "family", 1, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("in an emergency somebody wrote it: %v", err)
		}
	})
}

func TestSomebodyIsFoundByAnyNameTheyUseTheirPlaceAndTheEndOfTheirNumber(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		tellCard(t, a, manager, person, "names", 0, map[string]string{"aliases": "Windhover, Staniel"})
		must(t, a.Care.People.Describe(t.Context(), manager, none, person, 1, participant.Person{Name: "Kestrel", Phone: "07700 900 123", FindWords: "Often by the Fish Quay"}))
		finds := func(search string, want bool) {
			t.Helper()
			found, err := a.Care.People.People(t.Context(), manager, search, "", 10)
			must(t, err)
			if (len(found.People) == 1) != want {
				t.Errorf("%q finds %d", search, len(found.People))
			}
			if strange, err := a.Care.People.People(t.Context(), staff.Actors["manager3"], search, "", 10); err != nil || len(strange.People) != 0 {
				t.Errorf("%q: somebody else finds %d, %v", search, len(strange.People), err)
			}
		}
		for _, search := range []string{"kest", "WIND", "staniel", "quay", "kestrel quay", "0123", "kestral", "kstrel", "hover", "stanial"} {
			finds(search, true)
		}
		for _, search := range []string{"often", "the", "9001", "kestrel harbour", "zebra"} {
			finds(search, false)
		}
		tellCard(t, a, manager, person, "names", 1, nil)
		must(t, a.Care.People.Reindex(t.Context()))
		finds("windh", false)
		finds("quay", true)
	})
}

func TestNoQuestionAboutThemMustBeAnswered(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		for _, c := range participant.Cards() {
			tellCard(t, a, manager, person, c.Code, 0, nil)
			for _, q := range c.Questions {
				if bad := invalid(a.Care.People.Tell(t.Context(), manager, none, person, c.Code, 1, map[string]string{q.Name: strings.Repeat("x", 1001)})); bad[q.Name] == "" {
					t.Errorf("%s.%s has no limit", c.Code, q.Name)
				}
			}
		}
	})
}
