package participant_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// Random steps, legal and illegal, by whoever may and whoever may not, over a few
// people: the case is always where the steps that were let through put it, every
// one of them is in its history, and nothing that was refused left a trace. Only a
// request of the participant's closes it (R29), quiet never does (R30), a closed
// case comes back in one step (R31), nothing happens after a death (R57).
// WAYMARK_STEPS says how many steps; make cases takes 100,000.
func TestR29_R30_R31_R57_ACaseIsAlwaysWhereItsOwnStepsPutIt(t *testing.T) {
	steps := 1500
	if n, err := strconv.Atoi(os.Getenv("WAYMARK_STEPS")); err == nil {
		steps = n
	}
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a, staff := site.App, site.Area
	today := a.Now().UTC().Format(time.DateOnly)
	random := rand.New(rand.NewPCG(2026, 11)) //nolint:gosec // a fixed order, so that a finding can be had again
	type model struct {
		id     string
		state  participant.State
		events int
	}
	fresh := func() *model {
		p := &model{id: enrolled(t, a, staff), state: participant.Active}
		p.events = eventsOf(t, site, p.id)
		return p
	}
	people := []*model{fresh(), fresh(), fresh()}
	done := map[string]int{}
	for step := range steps {
		i := random.IntN(len(people))
		p := people[i]
		by := []string{"manager", "manager", "supervisor", "manager2", "officer", "coordinator"}[random.IntN(6)]
		actor := staff.Actors[by]
		may := by == "manager" || by == "supervisor"
		var err error
		to, allowed := p.state, false // where the step would put it, and whether it is a step at all
		what := []string{"quiet", "active", "ask to close", "ask without words", "close by label", "come back", "died", "transferred", "transferred unasked"}[random.IntN(9)]
		open := p.state == participant.Active || p.state == participant.Inactive
		switch what {
		case "quiet":
			err, to, allowed = a.Care.People.Relabel(t.Context(), actor, none, p.id, participant.Inactive, "Quiet for now"), participant.Inactive, may && open
		case "active":
			err, to, allowed = a.Care.People.Relabel(t.Context(), actor, none, p.id, participant.Active, ""), participant.Active, may && open
		case "ask to close":
			err = a.Care.People.AskToClose(t.Context(), actor, none, p.id, participant.ClosureRequest{AskedOn: today, How: "phone", Words: "I am all right now"})
			to, allowed = participant.Closed, may && open
		case "ask without words":
			err = a.Care.People.AskToClose(t.Context(), actor, none, p.id, participant.ClosureRequest{AskedOn: today, How: "phone"})
		case "close by label":
			err = a.Care.People.Relabel(t.Context(), actor, none, p.id, participant.Closed, "")
		case "come back":
			err = a.Care.People.Reopen(t.Context(), actor, none, p.id)
			to, allowed = participant.Active, may && (p.state == participant.Closed || p.state == participant.Transferred)
		case "died":
			if random.IntN(4) > 0 { // rarely, or nobody would be left to follow
				continue
			}
			err = a.Care.People.End(t.Context(), actor, none, p.id, participant.Ending{State: participant.Died, Day: today})
			to, allowed = participant.Died, by == "supervisor" && p.state != participant.Died
		case "transferred":
			err = a.Care.People.End(t.Context(), actor, none, p.id, participant.Ending{State: participant.Transferred, Day: today, Words: "The team in Northport", Wish: true})
			to, allowed = participant.Transferred, by == "supervisor" && p.state != participant.Died && p.state != participant.Transferred
		case "transferred unasked":
			err = a.Care.People.End(t.Context(), actor, none, p.id, participant.Ending{State: participant.Transferred, Day: today, Words: "Elsewhere"})
		}
		where := by + ", " + what + ", from " + string(p.state) + ", step " + strconv.Itoa(step)
		switch {
		case allowed && err != nil:
			t.Fatalf("%s: %v", where, err)
		case !allowed && err == nil:
			t.Fatalf("%s: it was let through", where)
		case !allowed && !errors.Is(err, lead.ErrForbidden) && !errors.Is(err, lead.ErrConflict) && invalid(err) == nil:
			t.Fatalf("%s: %v", where, err)
		}
		if allowed {
			if to != p.state {
				p.events++
			}
			p.state = to
			done[what]++
		} else {
			done["refused: "+what]++
		}
		if got := record(t, a, staff.Actors["supervisor"], p.id).Now.State; got != p.state {
			t.Fatalf("%s: it is %s, want %s", where, got, p.state)
		}
		if got := eventsOf(t, site, p.id); got != p.events {
			t.Fatalf("%s: %d events in its history, want %d", where, got, p.events)
		}
		if p.state == participant.Died {
			people[i] = fresh()
		}
	}
	for _, what := range []string{"quiet", "ask to close", "come back", "transferred", "died", "refused: close by label", "refused: ask without words", "refused: transferred unasked"} {
		if done[what] == 0 {
			t.Errorf("never: %s", what)
		}
	}
	t.Logf("%d steps: %v", steps, done)
}

// eventsOf counts what stands in the history of a case, past every service.
func eventsOf(t *testing.T, site *webtest.Site, person string) int {
	t.Helper()
	var n int
	err := site.App.Store.Handle(schema.Care).Look(t.Context(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT COUNT(*) FROM care_case WHERE participant_id = $1`, person).Scan(&n)
	})
	must(t, err)
	return n
}
