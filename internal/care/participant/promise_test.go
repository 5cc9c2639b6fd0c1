package participant_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

func day(t testing.TB, a *app.App, actor lead.Actor) participant.Day {
	t.Helper()
	d, err := a.Care.People.Today(t.Context(), actor, false, nil)
	must(t, err)
	return d
}

func say(t testing.TB, a *app.App, actor lead.Actor, person, words string, at time.Time) {
	t.Helper()
	must(t, a.Care.LogContact(t.Context(), actor, person, careweb.Contact{At: a.Now(), Outcome: outreach.Met, Next: words, NextAt: at}))
}

func TestAPromiseStandsOnTodayFromItsDayOnUntilItIsKeptMovedOrLetGo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		say(t, a, manager, person, "I ring you at ten", a.Now().Add(time.Minute))
		say(t, a, manager, person, "We go to the market", a.Now().AddDate(0, 0, 3))
		d := day(t, a, manager)
		if got := d.Promises[person]; len(got) != 1 || got[0].Words != "I ring you at ten" || !d.Planned[person] {
			t.Fatalf("today holds %+v, planned %v", got, d.Planned)
		}
		first := d.Promises[person][0]
		later := a.Care.People.DayOf(a.Now().AddDate(0, 0, 2))
		must(t, a.Care.People.SettlePromise(t.Context(), manager, none, person, first.ID, participant.Settling{How: "moved", On: later}))
		if got := day(t, a, manager).Promises[person]; len(got) != 0 {
			t.Errorf("moved, and still today: %+v", got)
		}
		if r := record(t, a, manager, person); r.NextWords != "I ring you at ten" {
			t.Errorf("next is %q", r.NextWords)
		}
		err := a.Care.People.SettlePromise(t.Context(), manager, none, person, first.ID, participant.Settling{How: "let_go"})
		if !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a promise ended twice: %v", err)
		}
		for _, how := range []string{"", "failed", "broken"} {
			if invalid(a.Care.People.SettlePromise(t.Context(), manager, none, person, openOf(t, a, manager, person)[0].ID, participant.Settling{How: how}))["how"] == "" {
				t.Errorf("a promise can be %q", how)
			}
		}
		must(t, a.Care.People.SettlePromise(t.Context(), manager, none, person, openOf(t, a, manager, person)[0].ID, participant.Settling{How: "let_go", Words: "They asked to"}))
		if r := record(t, a, manager, person); r.NextWords != "We go to the market" {
			t.Errorf("after letting one go the next is %q", r.NextWords)
		}
	})
}

func openOf(t testing.TB, a *app.App, actor lead.Actor, person string) []participant.Promise {
	t.Helper()
	var open []participant.Promise
	_, err := a.Care.People.Record(t.Context(), actor, person, func(tx *db.Tx, n participant.Now) error {
		var err error
		open, err = participant.OpenPromises(t.Context(), tx, n)
		return err
	})
	must(t, err)
	return open
}

func TestOnlyWhoWalksWithSomebodySeesThemOnToday(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		person := enrolled(t, a, staff)
		say(t, a, staff.Actors["manager"], person, "I ring you at ten", a.Now().Add(time.Minute))
		for name, sees := range map[string]bool{"manager": true, "manager3": false, "oncall": false} {
			if got := len(day(t, a, staff.Actors[name]).People) == 1; got != sees {
				t.Errorf("%s sees them: %v", name, got)
			}
		}
		for name, sees := range map[string]bool{"manager": false, "oncall": false, "supervisor": true} {
			d, err := a.Care.People.Today(t.Context(), staff.Actors[name], true, nil)
			if got := err == nil && len(d.Promises[person]) == 1; got != sees {
				t.Errorf("%s sees the team's day: %v %v", name, got, err)
			}
		}
		other := staff.Actors["supervisor"]
		other.Team = "Northgate"
		if d, err := a.Care.People.Today(t.Context(), other, true, nil); err != nil || len(d.People) != 0 {
			t.Errorf("a supervisor of another team sees %d people, %v", len(d.People), err)
		}
	})
}

func TestWhatWasPromisedBeforeACaseClosedDoesNotComeBackWithThePerson(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		say(t, a, manager, person, "I ring you at ten", a.Now().Add(time.Minute))
		must(t, a.Care.People.AskToClose(t.Context(), manager, none, person, participant.ClosureRequest{AskedOn: a.Now().UTC().Format(time.DateOnly), How: "phone", Words: "Enough for now"}))
		if d := day(t, a, manager); len(d.People) != 0 {
			t.Error("a closed case stands on Today")
		}
		must(t, a.Care.People.Reopen(t.Context(), manager, none, person))
		if d := day(t, a, manager); len(d.People) != 1 || len(d.Promises[person]) != 0 {
			t.Errorf("came back to %+v", d.Promises)
		}
	})
}

func TestR30_ATryThatFindsNobodyIsFollowedByTheNext(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person, _, _ := received(t, a, staff)
		today := a.Care.People.LocalDay()
		try := func(next participant.Promise) {
			must(t, a.Care.Outreach.Add(t.Context(), manager, none, person, outreach.Try{At: a.Now(), Outcome: outreach.NotFound, Next: next}))
		}
		try(participant.Promise{Words: "The market", On: today})
		if got := day(t, a, manager).Promises[person]; len(got) != 1 || got[0].Kind != participant.NextTry {
			t.Fatalf("next try: %+v", got)
		}
		try(participant.Promise{Words: "The quay", On: a.Care.People.DayOf(a.Now().AddDate(0, 0, 1))})
		if d := day(t, a, manager); len(d.Promises[person]) != 0 || !d.Planned[person] {
			t.Errorf("after trying, due today: %+v, planned %v", d.Promises[person], d.Planned[person])
		}
		say(t, a, manager, person, "", time.Time{}) // met
		if d := day(t, a, manager); d.Planned[person] {
			t.Error("a try stands although they were met")
		}
		bad := invalid(a.Care.Outreach.Add(t.Context(), manager, none, person, outreach.Try{At: a.Now(), Outcome: outreach.NotFound, Next: participant.Promise{Words: "Some day"}}))
		if bad["next_on"] == "" {
			t.Error("a next try without a day would never come back")
		}
	})
}

func TestR26_AnAcuteNeedAndADatedStepStandOnToday(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		today := a.Care.People.LocalDay()
		must(t, a.Care.Needs.Notice(t.Context(), manager, none, person, need.Acute{Kind: "food", Words: "Nothing since Monday"}))
		steps := []plan.Step{{Words: "Bring papers", DueOn: today, Standing: "to_do"}, {Words: "Later", DueOn: "2999-01-01", Standing: "to_do"}, {Words: "Was done", DueOn: today, Standing: "done"}}
		draft := plan.Plan{Matters: "A door", Goals: []plan.Goal{{Words: "A room", Standing: plan.Active, Steps: steps}, {Words: "Another", Standing: plan.SetAside, Steps: steps[:1]}}}
		must(t, a.Care.Plans.Draft(t.Context(), manager, none, person, 0, draft))
		if got := due(t, a, manager)[person]; len(got) != 0 {
			t.Errorf("steps that nobody agreed to are due: %+v", got)
		}
		must(t, a.Care.Plans.Agree(t.Context(), manager, none, person, plan.Agreement{Version: 1, How: "said"}))
		if got := due(t, a, manager)[person]; len(got) != 1 || got[0].Words != "Bring papers" {
			t.Errorf("due: %+v", got)
		}
		if got := due(t, a, staff.Actors["manager3"]); len(got) != 0 {
			t.Errorf("somebody else sees %+v", got)
		}
	})
}

func due(t testing.TB, a *app.App, actor lead.Actor) map[string][]plan.Step {
	t.Helper()
	var steps map[string][]plan.Step
	_, err := a.Care.People.Today(t.Context(), actor, false, func(tx *db.Tx, scope participant.Scope, people []participant.Now) error {
		var err error
		steps, err = plan.Due(t.Context(), tx, scope, people, a.Care.People.LocalDay())
		return err
	})
	must(t, err)
	return steps
}

// A contact taken back within ten minutes counts for nothing: not as reaching
// somebody, not for what it promised or kept. It stays as it was written.
func TestR2_AContactTakenBackStaysAndCountsForNothing(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], enrolled(t, a, staff)
		say(t, a, manager, person, "I ring you at ten", a.Now().Add(time.Minute))
		before, promised := record(t, a, manager, person), openOf(t, a, manager, person)
		one := note.Note{At: a.Now().Add(time.Second), StartedBy: "worker", Narrative: "About somebody else", Keeps: promised[0].ID,
			Next: participant.Promise{Words: "Bring the wrong papers", On: a.Care.People.LocalDay()}}
		one.As("met")
		must(t, a.Care.Notes.Add(t.Context(), manager, none, person, one))
		if r := record(t, a, manager, person); r.NextWords != "Bring the wrong papers" {
			t.Fatalf("next is %q", r.NextWords)
		}
		logged := justLogged(t, a, manager, person)
		if err := a.Care.Notes.Undo(t.Context(), staff.Actors["supervisor"], none, person, logged[0].NoteID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("somebody else took back a note: %v", err)
		}
		must(t, a.Care.Notes.Undo(t.Context(), manager, none, person, logged[0].NoteID))
		after := record(t, a, manager, person)
		if !after.ReachedAt.Equal(before.ReachedAt) || after.NextWords != before.NextWords || len(openOf(t, a, manager, person)) != 1 {
			t.Errorf("after taking it back: reached %v, was %v; next %q, was %q", after.ReachedAt, before.ReachedAt, after.NextWords, before.NextWords)
		}
		if err := a.Care.Notes.Undo(t.Context(), manager, none, person, logged[0].NoteID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("taken back twice: %v", err)
		}
		if err := a.Care.Notes.Correct(t.Context(), manager, none, person, logged[0].NoteID, one); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("corrected after it was taken back: %v", err)
		}
		items := timeline(t, a, manager, person)
		if i := slices.IndexFunc(items, func(i note.Item) bool { return i.ID == logged[0].NoteID }); i < 0 || !items[i].Back || items[i].Words != "About somebody else" {
			t.Errorf("the timeline holds %+v", items)
		}
	})
}

func justLogged(t testing.TB, a *app.App, actor lead.Actor, person string) []note.Logged {
	t.Helper()
	var out []note.Logged
	_, err := a.Care.People.Record(t.Context(), actor, person, func(tx *db.Tx, _ participant.Now) error {
		var err error
		out, err = note.JustLogged(t.Context(), tx, actor, a.Now())
		return err
	})
	must(t, err)
	return out
}

func timeline(t testing.TB, a *app.App, actor lead.Actor, person string) []note.Item {
	t.Helper()
	var out []note.Item
	_, err := a.Care.People.Record(t.Context(), actor, person, func(tx *db.Tx, n participant.Now) error {
		var err error
		out, _, err = note.Timeline(t.Context(), tx, n, "", "", 50)
		return err
	})
	must(t, err)
	return out
}

func TestOneTapSaysHowAndWhatCameOfIt(t *testing.T) {
	for way, want := range map[string]note.Note{
		"met": {Mode: "in_person", Outcome: outreach.Met}, "spoke": {Mode: "phone", Outcome: outreach.Spoke}, "text": {Mode: "text", Outcome: outreach.LeftWord},
		"letter": {Mode: "letter", Outcome: outreach.LeftWord}, "rang": {Mode: "phone", Outcome: outreach.NotFound}, "looked": {Mode: "in_person", Outcome: outreach.NotFound}, "dance": {},
	} {
		var got note.Note
		if got.As(way); got.Mode != want.Mode || got.Outcome != want.Outcome {
			t.Errorf("%s is %s, %s", way, got.Mode, got.Outcome)
		}
	}
	theirs := note.Note{StartedBy: "participant"}
	if theirs.As("text"); !theirs.Outcome.Reached() {
		t.Error("a text that they sent reached nobody")
	}
}

// Whatever is promised, kept, moved, let go and taken back in whatever order:
// what stands beside the name is the earliest promise that still stands.
func TestWhatStandsBesideANameIsTheEarliestOpenPromise(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager := staff.Actors["manager"]
		person := enrolled(t, a, staff)
		rapid.Check(t, func(rt *rapid.T) {
			for range rapid.IntRange(1, 6).Draw(rt, "acts") {
				open := openOf(t, a, manager, person)
				if len(open) == 0 || rapid.Bool().Draw(rt, "promise") {
					say(t, a, manager, person, rapid.StringMatching(`[a-z]{3,8}`).Draw(rt, "words"), a.Now().Add(time.Duration(rapid.IntRange(1, 300).Draw(rt, "hours"))*time.Hour))
					continue
				}
				how := rapid.SampledFrom([]string{"kept", "moved", "let_go"}).Draw(rt, "how")
				to := participant.Settling{How: how, On: a.Care.People.DayOf(a.Now().AddDate(0, 0, rapid.IntRange(0, 9).Draw(rt, "days")))}
				p := rapid.SampledFrom(open).Draw(rt, "which")
				must(t, a.Care.People.SettlePromise(t.Context(), manager, none, person, p.ID, to))
			}
			open := openOf(t, a, manager, person)
			want := ""
			if len(open) > 0 {
				want = slices.MinFunc(open, func(a, b participant.Promise) int {
					switch {
					case a.On != b.On:
						return map[bool]int{true: -1, false: 1}[a.On < b.On]
					case a.At.IsZero() != b.At.IsZero():
						return map[bool]int{true: 1, false: -1}[a.At.IsZero()]
					}
					return a.At.Compare(b.At)
				}).Words
			}
			if got := record(t, a, manager, person).NextWords; got != want {
				rt.Fatalf("next is %q, want %q of %+v", got, want, open)
			}
		})
	})
}
