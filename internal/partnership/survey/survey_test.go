package survey

import (
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// somebody is one of several people, each with answers of their own.
func somebody(i int, s Survey) Answers {
	a := Answers{}
	for j, q := range s.Questions {
		if n := (i*7 + j*3) % 7; n < 6 && (i+j)%5 > 0 {
			a[q.Key] = fmt.Sprint(n)
		}
	}
	a[s.Questions[0].Key] = fmt.Sprint(5 - i%2)
	return a
}

type office struct {
	*Desk
	public      *Public
	coordinator lead.Actor
	now         time.Time
	s           *db.Store
}

func newOffice(t *testing.T, s *db.Store) *office {
	t.Helper()
	policies, err := access.New()
	must(t, err)
	o := &office{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), s: s,
		coordinator: lead.Actor{ID: lead.NewID("acc"), Name: "Ida", Side: lead.Partnership, Roles: []lead.Role{lead.Coordinator}}}
	clock := func() time.Time { return o.now }
	o.Desk = &Desk{Book: ledger.New(s.Handle(schema.Partnership), clock), Access: policies}
	o.public = &Public{Book: ledger.New(s.Handle(schema.Door), clock)}
	return o
}

func (o *office) open(t *testing.T, key, asked string) Round {
	t.Helper()
	id, err := o.Start(t.Context(), o.coordinator, ledger.Form{}, Plan{Survey: key, Asked: asked, Until: db.Day(o.now.AddDate(0, 0, 20))})
	must(t, err)
	r, err := o.Round(t.Context(), o.coordinator, id)
	must(t, err)
	return r
}

// counts is the one row of a round, as it lies in the database.
func (o *office) counts(t *testing.T, id string) string {
	t.Helper()
	var n int
	var text string
	must(t, o.Book.Look(t.Context(), func(tx *db.Tx) error {
		return tx.One(t.Context(), `SELECT answers, tally FROM partnership_survey_tally WHERE round_id = $1`, id).Scan(&n, &text)
	}))
	return fmt.Sprint(n, text)
}

// The same people answer two rounds in another order, at other minutes and over other days: what the database holds of the two is the same, to
// the letter, so it cannot tell who answered what, when, or in which order. What is left when a round is over does not even hold the counts.
func TestNothingInTheDatabaseLinksAnAnswerToAPersonAnAccountOrAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, ctx := newOffice(t, s), t.Context()
		const people = 14
		var held []string
		for round := range 2 {
			r := o.open(t, "participant", "")
			for i := range people {
				who := i
				if round == 1 {
					who = people - 1 - i
				}
				o.now = o.now.Add(time.Duration(1+who*round) * 7 * time.Minute)
				must(t, o.public.Answer(ctx, fmt.Sprint("key", round, i), strings.ToLower(r.Code), somebody(who, r.Survey)))
			}
			held = append(held, o.counts(t, r.ID))
			must(t, o.Close(ctx, o.coordinator, ledger.Form{}, r.ID))
			o.now = o.now.AddDate(0, 0, 3)
		}
		if held[0] != held[1] || !strings.HasPrefix(held[0], fmt.Sprint(people)) {
			t.Errorf("the order of the answers shows:\n%s\n%s", held[0], held[1])
		}
		// Of an answer the log says only that one came, from nobody, to no round.
		must(t, s.Handle(schema.Oversight).Look(ctx, func(tx *db.Tx) error {
			type line struct{ actor, side, origin, detail, whose string }
			all, err := db.All(ctx, tx, func(row db.Row) (line, error) {
				var l line
				return l, row.Scan(&l.actor, &l.side, &l.origin, &l.detail, &l.whose)
			}, `SELECT actor_id, actor_side, origin, detail, commitments FROM ledger_entry WHERE act = 'survey.answer'`)
			if len(all) != 2*people {
				t.Errorf("%d entries", len(all))
			}
			for _, l := range all {
				if l != (line{actor: "visitor"}) {
					t.Errorf("the log tells more of an answer: %+v", l)
				}
			}
			return err
		}))
		must(t, o.Book.Look(ctx, func(tx *db.Tx) error {
			var left int
			err := tx.One(ctx, `SELECT COUNT(*) FROM partnership_survey_tally`).Scan(&left)
			if left != 0 {
				t.Errorf("%d rows of counts are left", left)
			}
			return err
		}))
		// Whoever is asked reads neither what came of a round nor who opened it.
		for _, q := range []db.Query{`SELECT shown FROM partnership_survey_result`, `SELECT opened_by FROM partnership_survey_round`} {
			err := o.public.Book.Look(ctx, func(tx *db.Tx) error { var text string; return tx.One(ctx, q).Scan(&text) })
			if err == nil || errors.Is(err, lead.ErrNotFound) {
				t.Errorf("the door may %s: %v", q, err)
			}
		}
	})
}

// A round is read when it is over and not before, once and for good; with fewer than ten answers nothing is told; whoever answers late, twice with
// one form, or nothing at all changes nothing.
func TestR44_ASurveyIsReadWhenItIsOverAndFewerThanTenAnswersTellNothing(t *testing.T) {
	s := dbtest.SQLite(t)
	o, ctx := newOffice(t, s), t.Context()
	commissioner := lead.Actor{ID: lead.NewID("acc"), Side: lead.Partnership, Roles: []lead.Role{lead.Commissioner}}
	for _, p := range []Plan{{}, {Survey: "officer", Asked: "9", Until: "2026-03-09"}, {Survey: "officer", Asked: "12 or so", Until: "2026-03-09"}, {Survey: "officer", Until: "2026-03-02"}, {Survey: "officer", Until: "2026-07-01"}} {
		var bad lead.Invalid
		if _, err := o.Start(ctx, o.coordinator, ledger.Form{}, p); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if _, err := o.Start(ctx, commissioner, ledger.Form{}, Plan{Survey: "officer", Until: "2026-03-09"}); !errors.Is(err, lead.ErrForbidden) {
		t.Errorf("a commissioner opens a round: %v", err)
	}
	few, many := o.open(t, "officer", "12"), o.open(t, "participant", "40")
	var bad lead.Invalid
	if _, err := o.Start(ctx, o.coordinator, ledger.Form{}, Plan{Survey: "officer", Until: "2026-03-09"}); !errors.As(err, &bad) {
		t.Errorf("two rounds of one survey beside each other: %v", err)
	}
	for i := range 9 {
		must(t, o.public.Answer(ctx, fmt.Sprint("few", i), few.Code, somebody(0, few.Survey)))
	}
	for i := range 36 {
		must(t, o.public.Answer(ctx, fmt.Sprint("many", i), many.Code, somebody(i, many.Survey)))
	}
	before := o.counts(t, many.ID)
	must(t, o.public.Answer(ctx, "many3", many.Code, somebody(9, many.Survey))) // the same form again
	for _, a := range []Answers{{}, {"kept": "6"}, {"kept": "none"}, {"nothing": "5"}} {
		if err := o.public.Answer(ctx, "bad", many.Code, a); !errors.As(err, &bad) {
			t.Errorf("%v: %v", a, err)
		}
	}
	if after := o.counts(t, many.ID); after != before {
		t.Errorf("counted though it was not to be:\n%s\n%s", before, after)
	}
	if all, err := o.Rounds(ctx, commissioner, "", 10); err != nil || len(all) != 2 || all[0].Result != nil || all[1].Result != nil {
		t.Errorf("while they are open: %+v, %v", all, err)
	}
	if err := o.Close(ctx, commissioner, ledger.Form{}, few.ID); !errors.Is(err, lead.ErrForbidden) {
		t.Errorf("a commissioner closes a round: %v", err)
	}
	must(t, o.Close(ctx, o.coordinator, ledger.Form{}, few.ID))
	if err := o.Close(ctx, o.coordinator, ledger.Form{}, few.ID); !errors.Is(err, lead.ErrConflict) {
		t.Errorf("closed twice: %v", err)
	}
	o.now = o.now.AddDate(0, 0, 21)
	if err := o.public.Answer(ctx, "late", many.Code, somebody(1, many.Survey)); !errors.Is(err, lead.ErrNotFound) {
		t.Errorf("on the day after the last: %v", err)
	}
	if n, err := o.Expire(ctx); n != 1 || err != nil {
		t.Errorf("%d closed by themselves, %v", n, err)
	}
	r, err := o.Round(ctx, commissioner, few.ID)
	must(t, err)
	if len(r.Result.Shown) != 0 || r.Result.Answers().Shown {
		t.Errorf("nine answers tell %v", r.Result.Shown)
	}
	r, err = o.Round(ctx, commissioner, many.ID)
	must(t, err)
	if a := r.Result.Answers(); a.Value != 35 {
		t.Errorf("answers %+v", a)
	}
	first := r.Result.Questions(r.Survey)[0] // eighteen ticked each of two, and those are a group
	if len(first.Rows) != 10 {
		t.Errorf("%d rows", len(first.Rows))
	}
	for i, row := range first.Rows {
		if i == 0 && (!row.Known || row.N.Value < 30 || row.Lo >= row.Percent || row.Hi < row.Percent) || i > 0 && row.N.Shown != row.Known || i > 2 && row.N.Shown {
			t.Errorf("%+v", row)
		}
	}
	for key, n := range r.Result.Shown {
		if n < suppress.Threshold || n%suppress.Base != 0 {
			t.Errorf("%s is %d", key, n)
		}
	}
	if err := o.public.Answer(ctx, "late2", few.Code, somebody(1, few.Survey)); !errors.Is(err, lead.ErrNotFound) {
		t.Errorf("a round that is over: %v", err)
	}
}

// Two rounds differ by one answer, and somebody knows it: that one more person answered, and nothing else changed. Whatever the two results show, at
// least two choices may have been theirs. Without the blur a rounded count that steps up would tell it, and this test finds that.
func TestOneAnswerMoreOrLessIsNotToldByTheResultsOfTwoRounds(t *testing.T) {
	value := func(n int) int { v, _ := suppress.Round(n); return v }
	// can lists what a count may be shown as.
	can := map[int]map[int]bool{}
	for n := range 70 {
		can[n] = map[int]bool{}
		for range 400 {
			can[n][value(blur([]int{n, 30, 30, 30, 30, 30, 30}, nil, draw)[0])] = true
		}
	}
	told := func(before, after []int, can map[int]map[int]bool) int {
		possible := 0
		for x := range before {
			ok := true
			for i := range before {
				more := 0
				if i == x {
					more = 1
				}
				fits := false
				for n := range 69 {
					fits = fits || can[n][before[i]] && can[n+more][after[i]]
				}
				ok = ok && fits
			}
			if ok {
				possible++
			}
		}
		return possible
	}
	shown := func(counts []int) []int {
		out := slices.Clone(counts)
		for i := range out {
			out[i] = value(out[i])
		}
		return out
	}
	pairs := [][]int{{1, 2}, {3, 6}, {4, 5}}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.IntRange(0, 60), 7, 7).Draw(t, "counts")
		b := slices.Clone(a)
		b[rapid.IntRange(0, 6).Draw(t, "one more")]++
		if n := told(shown(blur(a, pairs, draw)), shown(blur(b, pairs, draw)), can); n < 2 {
			t.Fatalf("of %v and %v only %d choices are possible", a, b, n)
		}
	})
	exact := map[int]map[int]bool{}
	for n := range 70 {
		exact[n] = map[int]bool{value(n): true}
	}
	if told([]int{10, 20, 20}, []int{15, 20, 20}, exact) != 1 {
		t.Error("this test would not see what it is for")
	}
}

// Blurred counts add up to what they were, none is off by more than two, none below ten is lifted to ten, and all of that for any counts.
func TestABlurredCountIsNeverFarOffAndNeverLiftedOverTheThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(rapid.IntRange(0, 40), 7, 7).Draw(t, "counts")
		pairs := [][]int{{1, 2}, {3, 6}, {4, 5}}
		b := blur(a, pairs, draw)
		sum := 0
		for i := range a {
			sum += a[i] - b[i]
			if d := a[i] - b[i]; d < -2 || d > 2 || b[i] < 0 || a[i] < suppress.Threshold && b[i] >= suppress.Threshold {
				t.Fatalf("%v became %v", a, b)
			}
		}
		for _, g := range pairs {
			if a[g[0]]+a[g[1]] < suppress.Threshold && b[g[0]]+b[g[1]] >= suppress.Threshold {
				t.Fatalf("%v became %v", a, b)
			}
		}
		if sum != 0 {
			t.Fatalf("%v became %v", a, b)
		}
	})
}

// Every version of a survey asks each thing once, by closed questions that fit on a phone.
func TestSurveysAreDataWithVersions(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Surveys() {
		id := fmt.Sprint(s.Key, s.Version)
		if seen[id] || s.Version < 1 || s.Title == "" || s.Who == "" || len(s.Questions) < 5 || len(s.Questions) > 10 {
			t.Errorf("%+v", s)
		}
		seen[id] = true
		keys := map[string]bool{"form_key": true, "website": true}
		for _, q := range s.Questions {
			if keys[q.Key] || len(q.Words) > 80 || strings.Contains(q.Key, "/") {
				t.Errorf("%s: %+v", id, q)
			}
			keys[q.Key] = true
		}
	}
	if len(Latest()) != 3 {
		t.Errorf("%d surveys", len(Latest()))
	}
}

// Somebody's share lies in its interval nearly always, whatever was done to the count: the interval of the rounded number alone would be too narrow.
func TestTheIntervalOfAShareCoversTheBlurAndTheRounding(t *testing.T) {
	whole, yes := 40, 25
	one := Result{Shown: map[string]int{"answers": whole, "q/yes": yes}}.row(Question{Key: "q"}, Choice{"yes", "Yes"})
	if p, err := stats.NewProportion(yes, whole); err != nil || one.Percent != 63 || float64(one.Lo) >= 100*p.Wilson.Lo || float64(one.Hi) <= 100*p.Wilson.Hi {
		t.Errorf("%+v", one)
	}
	if all := (Result{Shown: map[string]int{"answers": whole, "q/yes": whole}}).row(Question{Key: "q"}, Choice{"yes", "Yes"}); all.Hi != 100 || all.Lo >= 91 {
		t.Errorf("%+v", all)
	}
	// Truth, counts and what is shown of them, drawn anew each time.
	r := mathrand.New(mathrand.NewPCG(1, 2)) //nolint:gosec // a test that is the same each time
	held, tries := 0, 4000
	for range tries {
		counts := make([]int, 7)
		for range 42 {
			at := 2 + r.IntN(5)
			if r.Float64() < .6 {
				at = r.IntN(2)
			}
			counts[at]++
		}
		out := blur(counts, [][]int{{0, 1}}, r.IntN)
		n, _ := suppress.Round(42)
		x, ok := suppress.Round(out[0] + out[1])
		row := Result{Shown: map[string]int{"answers": n, "q/yes": x}}.row(Question{Key: "q"}, Choice{"yes", "Yes"})
		if ok && row.Known && row.Lo <= 60 && 60 <= row.Hi {
			held++
		}
	}
	if part := float64(held) / float64(tries); part < .93 {
		t.Errorf("held %v", part)
	}
}
