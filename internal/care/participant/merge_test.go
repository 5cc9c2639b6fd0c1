package participant_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/internal/note"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// together has the manager say that two records are of one person, and the
// supervisor agree.
func together(t testing.TB, a *app.App, staff practice.Area, from, into string) string {
	t.Helper()
	id, err := a.Care.People.ProposeMerge(t.Context(), staff.Actors["manager"], none, from, into, "They told me so "+word, "")
	must(t, err)
	must(t, a.Care.People.SettleMerge(t.Context(), staff.Actors["supervisor"], none, into, id, true, ""))
	return id
}

func wrote(t testing.TB, a *app.App, actor lead.Actor, person, words string) {
	t.Helper()
	must(t, a.Care.LogContact(t.Context(), actor, person, careweb.Contact{At: a.Now(), Outcome: outreach.Met, Narrative: words}))
}

// lines returns the words of a person's timeline, in order of the alphabet.
func lines(t testing.TB, a *app.App, actor lead.Actor, person string) string {
	t.Helper()
	var out []string
	_, err := a.Care.People.Record(t.Context(), actor, person, func(tx *db.Tx, n participant.Now) error {
		items, _, err := note.Timeline(t.Context(), tx, n, "note", "", 1000)
		for _, i := range items {
			if i.Words != "" {
				out = append(out, i.Words)
			}
		}
		return err
	})
	must(t, err)
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestR58_TwoRecordsOfOnePersonStandTogetherAndPartAsTheyWere(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people := t.Context(), a.Care.People
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		old, _, referral := received(t, a, staff)
		again, _, _ := received(t, a, staff)
		must(t, people.Describe(ctx, manager, none, old, 1, participant.Person{Name: "Wren Abara", Phone: "07700 900111"}))
		wrote(t, a, manager, old, "first")
		wrote(t, a, manager, again, "second")
		must(t, a.Care.Needs.Notice(ctx, manager, none, again, need.Acute{Kind: "food", Words: "hot"}))
		say(t, a, manager, again, "I ring you", a.Now().Add(time.Minute))
		before := [2]participant.Now{record(t, a, manager, old).Now, record(t, a, manager, again).Now}
		held := day(t, a, manager).Room

		// A question to a human, with reasons in words: it decides nothing.
		must(t, people.Describe(ctx, manager, none, again, 1, participant.Person{Name: "Ren Abara", Phone: "0044 7700 900111"}))
		before[1] = record(t, a, manager, again).Now
		_, alike, err := people.MaybeSame(ctx, manager, again)
		must(t, err)
		if len(alike) != 1 || alike[0].ID != old || strings.Join(alike[0].Why, "; ") != "Their names are spelt alike; They have the same phone number" {
			t.Errorf("alike: %+v", alike)
		}
		if _, _, err := people.MaybeSame(ctx, staff.Actors["manager2"], again); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker asks about somebody they do not walk with: %v", err)
		}

		// One person alone changes nothing, and nobody agrees with themself.
		id, err := people.ProposeMerge(ctx, manager, none, again, old, "They told me so", "")
		must(t, err)
		if _, err := people.ProposeMerge(ctx, manager, none, again, old, "They told me so", ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("said twice: %v", err)
		}
		if err := people.SettleMerge(ctx, manager, none, old, id, true, ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("somebody agreed with themself: %v", err)
		}
		for _, who := range []string{"manager2", "officer", "coordinator", "dpo", "auditor"} {
			if err := people.SettleMerge(ctx, staff.Actors[who], none, old, id, true, ""); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s settled it: %v", who, err)
			}
		}
		if waiting, err := people.Merges(ctx, supervisor); err != nil || len(waiting) != 1 || waiting[0].Why != "They told me so" {
			t.Errorf("what waits: %+v %v", waiting, err)
		}
		if got := lines(t, a, manager, old); got != "first" {
			t.Errorf("before anybody agreed: %q", got)
		}
		must(t, people.SettleMerge(ctx, supervisor, none, old, id, true, "We met them both"))

		// One page, one place, one name to find.
		if got := lines(t, a, manager, old); got != "first second" {
			t.Errorf("the timeline of both: %q", got)
		}
		if n := record(t, a, manager, again); n.State != participant.Merged || n.Into != old {
			t.Errorf("the other record: %s into %q", n.State, n.Into)
		}
		d := day(t, a, manager)
		if d.Room.Held+d.Room.Responding != held.Held+held.Responding-1 || len(d.People) != 1 {
			t.Errorf("caseload %+v, %d on the day", d.Room, len(d.People))
		}
		if p := d.Promises[old]; len(p) != 1 || p[0].Of != again {
			t.Errorf("what was promised on the other record: %+v", d.Promises)
		}
		for _, name := range []string{"Wren", "Ren"} {
			found, err := people.People(ctx, manager, name, "", 10)
			must(t, err)
			if len(found.People) != 1 || found.People[0].ID != old {
				t.Errorf("found by %q: %+v", name, found.People)
			}
		}
		// What is new goes to the record that goes on, from either; what is out of date is told.
		wrote(t, a, manager, again, "third")
		if err := people.Relabel(ctx, manager, none, again, participant.Inactive, ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("the other record was labelled: %v", err)
		}
		// Its worker and its lock follow whoever walks with the person.
		must(t, people.Allocate(ctx, supervisor, none, old, participant.Allocation{WorkerID: staff.Actors["manager3"].ID}))
		if _, err := people.Record(ctx, staff.Actors["manager3"], again, nil); err != nil {
			t.Errorf("whoever walks with them cannot open the other record: %v", err)
		}
		if _, err := people.Record(ctx, manager, again, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a worker who walks with them no more opens the other record: %v", err)
		}
		must(t, people.Allocate(ctx, supervisor, none, old, participant.Allocation{WorkerID: manager.ID, Wish: "Jo please"}))

		// Parted: each as its own history has it, and what came meanwhile is told of.
		m, _, err := people.OneMerge(ctx, supervisor, old, id)
		must(t, err)
		if m.Since != 1 || !m.Holds() {
			t.Errorf("written meanwhile: %d", m.Since)
		}
		if err := people.UndoMerge(ctx, supervisor, none, old, id, " "); invalid(err)["why"] == "" {
			t.Errorf("parted without a reason: %v", err)
		}
		must(t, people.UndoMerge(ctx, supervisor, none, old, id, "They are cousins"))
		if one, two := lines(t, a, manager, old), lines(t, a, manager, again); one != "first third" || two != "second" {
			t.Errorf("parted: %q and %q", one, two)
		}
		if got := record(t, a, manager, again).Now; !sameStanding(got, before[1]) {
			t.Errorf("parted: %+v\nbefore: %+v", got, before[1])
		}
		if got := record(t, a, manager, old).Now; got.State != before[0].State || got.Name != before[0].Name {
			t.Errorf("parted: %+v", got)
		}
		if found, err := people.People(ctx, manager, "Ren", "", 10); err != nil || len(found.People) != 1 || found.People[0].ID != again {
			t.Errorf("found after they were parted: %+v %v", found.People, err)
		}
		if _, err := people.HandOff(ctx, manager, referral); err != nil {
			t.Errorf("its own hand-off: %v", err)
		}
	})
}

// sameStanding compares everything but the count of writes.
func sameStanding(a, b participant.Now) bool {
	text := func(n participant.Now) string {
		return fmt.Sprint(n.ID, n.Team, n.Hold, n.WorkerID, n.State, n.Name, n.ReceivedAt, n.IntakeDueOn, n.IntakeDoneOn, n.ReachedAt, n.NextWords, n.NextAt, n.Into, len(n.Joined()))
	}
	return text(a) == text(b)
}

func TestR58_AMergeWidensNoYesAndNeverCloses(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people, consents := t.Context(), a.Care.People, a.Care.Consents
		manager, clinic := staff.Actors["manager"], staff.Actors["clinician"]
		old, again := enrolled(t, a, staff), enrolled(t, a, staff)
		until := a.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly)
		yes := consent.Given{Recipient: clinic.Organisation, Topics: []disclosure.Topic{disclosure.Reach}, Purpose: disclosure.Purpose(disclosure.Purposes()[0][0]), Until: until, How: "signed", Language: "English"}
		letter := consent.Letter{Recipient: clinic.Organisation, Topics: yes.Topics, Purpose: yes.Purpose, Channel: disclosure.Account, Words: "Ring me", Agreed: true, Until: until}
		must(t, consents.Give(ctx, manager, none, again, yes))
		id := together(t, a, staff, again, old)
		if _, err := consents.Prepare(ctx, manager, none, old, letter); invalid(err)["topics"] == "" {
			t.Errorf("a yes on one record was used for the other: %v", err)
		}
		if _, err := consents.Prepare(ctx, manager, none, again, letter); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("something new was sent from the record that stays beside: %v", err)
		}
		// The strictest word counts for what is to come: a stop on either.
		must(t, consents.Give(ctx, manager, none, old, yes))
		must(t, consents.Stop(ctx, manager, none, old, clinic.Organisation, ""))
		for _, record := range []string{old, again} {
			s, err := consents.Read(ctx, manager, record)
			must(t, err)
			if len(s.Rows) != 0 {
				t.Errorf("a stop left a yes on %s", record)
			}
		}
		must(t, people.UndoMerge(ctx, staff.Actors["supervisor"], none, old, id, "Two people"))
		must(t, consents.Give(ctx, manager, none, old, yes))
		together(t, a, staff, again, old)
		if _, err := consents.Prepare(ctx, manager, none, old, letter); err != nil {
			t.Errorf("a yes given after the stop: %v", err)
		}

		// An open case never goes on in a closed one.
		third := enrolled(t, a, staff)
		must(t, people.AskToClose(ctx, manager, none, third, participant.ClosureRequest{AskedOn: people.LocalDay(), How: "phone", Words: "Thanks"}))
		if _, err := people.ProposeMerge(ctx, manager, none, old, third, "The same", ""); invalid(err)["into"] == "" {
			t.Errorf("an open case was merged into a closed one: %v", err)
		}
		fourth := enrolled(t, a, staff)
		must(t, people.Allocate(ctx, staff.Actors["supervisor"], none, old, participant.Allocation{WorkerID: manager.ID}))
		must(t, people.Allocate(ctx, staff.Actors["supervisor"], none, fourth, participant.Allocation{WorkerID: staff.Actors["manager3"].ID}))
		if _, err := people.ProposeMerge(ctx, staff.Actors["supervisor"], none, fourth, old, "The same", ""); invalid(err)["wish"] == "" {
			t.Errorf("a worker was taken from somebody without their word: %v", err)
		}
	})
}

func TestR58_ErasingSomebodyErasesEveryRecordOfTheirs(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people := t.Context(), a.Care.People
		manager, supervisor, dpo := staff.Actors["manager"], staff.Actors["supervisor"], staff.Actors["dpo"]
		old, _, _ := received(t, a, staff)
		again, _, _ := received(t, a, staff)
		wrote(t, a, manager, again, word)
		id := together(t, a, staff, again, old)
		// A hold on either keeps both.
		must(t, a.Oversight.Propose(ctx, dpo, none, again, 0, keeping.Step{Act: keeping.Hold, Stage: keeping.Confirmed, Reason: "court"}))
		must(t, a.Oversight.Propose(ctx, dpo, none, old, 0, erasure()))
		if err := people.Settle(ctx, supervisor, none, old, 1, true); !errors.Is(err, lead.ErrConflict) {
			t.Fatalf("a held record was erased with the other: %v", err)
		}
		must(t, a.Oversight.Propose(ctx, dpo, none, again, 1, keeping.Step{Act: keeping.Release, Stage: keeping.Proposed, Reason: "over"}))
		must(t, people.Settle(ctx, supervisor, none, again, 2, true))
		kept, err := people.Kept(ctx, supervisor)
		must(t, err)
		told := slices.ContainsFunc(kept.Files, func(k participant.Kept) bool { return k.Now.ID == old && len(k.Others) == 1 })
		if !told {
			t.Error("the supervisor is not told that another record goes with it")
		}
		must(t, people.Settle(ctx, supervisor, none, old, 1, true))
		for _, record := range []string{old, again} {
			if _, err := people.Keys.Find(ctx, record); !errors.Is(err, secret.ErrDestroyed) {
				t.Errorf("the key of %s: %v", record, err)
			}
		}
		if err := people.UndoMerge(ctx, supervisor, none, old, id, "Two people"); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("records were parted after they were erased: %v", err)
		}
	})
}

// What oversight proposed for one file waits for its answer before records are
// put together or parted: a yes erases what it was asked about, nobody else.
func TestR58_NothingIsPutTogetherOrPartedWhileAnErasureWaits(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, people := t.Context(), a.Care.People
		manager, supervisor, dpo := staff.Actors["manager"], staff.Actors["supervisor"], staff.Actors["dpo"]
		asked, _, _ := received(t, a, staff)
		stranger, _, _ := received(t, a, staff)
		merge, err := people.ProposeMerge(ctx, manager, none, asked, stranger, "They look alike", "")
		must(t, err)
		must(t, a.Oversight.Propose(ctx, dpo, none, asked, 0, erasure()))
		if err := people.SettleMerge(ctx, supervisor, none, stranger, merge, true, ""); invalid(err)["words"] == "" {
			t.Errorf("agreed while an erasure waits: %v", err)
		}
		must(t, people.SettleMerge(ctx, supervisor, none, stranger, merge, false, ""))
		for _, two := range [][2]string{{asked, stranger}, {stranger, asked}} {
			if _, err := people.ProposeMerge(ctx, manager, none, two[0], two[1], "x", ""); invalid(err)["into"] == "" {
				t.Errorf("proposed while an erasure waits: %v", err)
			}
		}
		must(t, people.Settle(ctx, supervisor, none, asked, 1, false))
		id := together(t, a, staff, asked, stranger)
		must(t, a.Oversight.Propose(ctx, dpo, none, stranger, 0, erasure()))
		if err := people.UndoMerge(ctx, supervisor, none, asked, id, "Two people"); invalid(err)["why"] == "" {
			t.Errorf("parted while an erasure of both waits: %v", err)
		}
		must(t, people.Settle(ctx, supervisor, none, stranger, 1, false))
		// The two at once, each of which looked before the other wrote: the yes looks
		// again, and still a no can be said.
		must(t, people.UndoMerge(ctx, supervisor, none, asked, id, "Two people"))
		must(t, a.Oversight.Propose(ctx, dpo, none, asked, 2, erasure()))
		for _, kind := range []string{"confirmed", "undone"} {
			later(t, a, id, kind)
			if err := people.Settle(ctx, supervisor, none, asked, 3, true); invalid(err)["answer"] == "" {
				t.Errorf("erased though records were %s after it was proposed: %v", kind, err)
			}
			if _, err := people.Keys.Find(ctx, asked); err != nil {
				t.Errorf("the key: %v", err)
			}
		}
		kept, err := people.Kept(ctx, supervisor)
		must(t, err)
		if !slices.ContainsFunc(kept.Files, func(k participant.Kept) bool { return k.Now.ID == asked && k.Stale }) {
			t.Errorf("the supervisor is not told: %+v", kept.Files)
		}
		must(t, people.Settle(ctx, supervisor, none, asked, 3, false))
		must(t, a.Oversight.Propose(ctx, dpo, none, asked, 4, erasure()))
		must(t, people.Settle(ctx, supervisor, none, asked, 5, true))
		if _, err := people.Keys.Find(ctx, stranger); err != nil {
			t.Errorf("the key of somebody else: %v", err)
		}
	})
}

// later writes a further step of a merge, as a server does that looked before a
// proposal was made.
func later(t testing.TB, a *app.App, merge, kind string) {
	t.Helper()
	book := ledger.New(a.Store.Handle(schema.Care), a.Now)
	must(t, book.Record(t.Context(), ledger.Entry{Actor: lead.System(), Verb: ledger.Altered, Act: "merge.test"}, func(tx *db.Tx, _ *ledger.Entry) error {
		var version int
		if err := tx.One(t.Context(), `SELECT MAX(version) FROM care_merge_step WHERE merge_id = $1`, merge).Scan(&version); err != nil {
			return err
		}
		_, err := tx.Exec(t.Context(), `INSERT INTO care_merge_step (merge_id, version, kind, words, recorded_by, recorded_at) VALUES ($1, $2, $3, '', 'x', $4)`, merge, version+1, kind, db.At(a.Now()))
		return err
	}))
}

// Whatever is merged, parted and written, in any order: every line is shown
// exactly once, by exactly one person; a chain never closes; and when all is
// parted each record is as its own lines have it.
func TestR58_AnyMergesAndPartingsLoseAndDoubleNothing(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a, staff := site.App, site.Area
	manager, supervisor, people := staff.Actors["manager"], staff.Actors["supervisor"], a.Care.People
	const records = 4
	var ids [records]string
	var written [records][]string
	for i := range records {
		ids[i], _, _ = received(t, a, staff)
	}
	count := 0
	rapid.Check(t, func(rt *rapid.T) {
		type link struct {
			id         string
			from, into int
		}
		var live []link
		whole := func(i int) int {
			for _, l := range live {
				if l.from == i {
					return rootOf(i, func(j int) int {
						for _, l := range live {
							if l.from == j {
								return l.into
							}
						}
						return -1
					})
				}
			}
			return i
		}
		check := func() {
			seen := 0
			for i := range records {
				n := record(t, a, supervisor, ids[i])
				if w := whole(i); w != i {
					if n.State != participant.Merged || n.Into != ids[w] {
						rt.Fatalf("record %d goes on in %q, want %d", i, n.Into, w)
					}
					continue
				}
				if n.State == participant.Merged {
					rt.Fatalf("record %d stands alone and is merged", i)
				}
				var want []string
				for j := range records {
					if whole(j) == i {
						want = append(want, written[j]...)
					}
				}
				slices.Sort(want)
				if got := lines(t, a, supervisor, ids[i]); got != strings.Join(want, " ") {
					rt.Fatalf("record %d shows %q, want %q", i, got, want)
				}
				seen += len(want)
			}
			if seen != count {
				rt.Fatalf("%d lines are shown, %d were written", seen, count)
			}
		}
		part := func(k int) {
			must(t, people.UndoMerge(t.Context(), supervisor, none, ids[live[k].into], live[k].id, "Two people"))
			live = slices.Delete(live, k, k+1)
		}
		for range rapid.IntRange(1, 6).Draw(rt, "steps") {
			i, j := rapid.IntRange(0, records-1).Draw(rt, "from"), rapid.IntRange(0, records-1).Draw(rt, "into")
			switch rapid.SampledFrom([]string{"merge", "merge", "part", "write"}).Draw(rt, "what") {
			case "merge":
				id, err := people.ProposeMerge(t.Context(), manager, none, ids[i], ids[j], "They said so", "")
				if possible := i != j && whole(i) == i && whole(j) == j; possible != (err == nil) {
					rt.Fatalf("%d into %d: %v", i, j, err)
				}
				if err == nil {
					must(t, people.SettleMerge(t.Context(), supervisor, none, ids[j], id, true, ""))
					live = append(live, link{id, i, j})
				}
			case "part":
				if len(live) > 0 {
					part(i % len(live))
				}
			case "write":
				count++
				words := fmt.Sprintf("w%05d", count)
				wrote(t, a, manager, ids[i], words)
				written[whole(i)] = append(written[whole(i)], words)
			}
		}
		check()
		for len(live) > 0 {
			part(0)
		}
		check()
	})
}

func rootOf(i int, next func(int) int) int {
	for n := next(i); n >= 0; n = next(i) {
		i = n
	}
	return i
}
