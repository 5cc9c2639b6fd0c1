package release_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/dbtest"
	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/release"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

func evaluator() lead.Actor {
	return lead.Actor{ID: "acc_evaluator", Name: "Dr Ruth Oyelaran", Side: lead.Evidence, Roles: []lead.Role{lead.Evaluator}}
}

func commissioner() lead.Actor {
	return lead.Actor{ID: "acc_commissioner", Name: "Hester Boyle", Side: lead.Partnership, Roles: []lead.Role{lead.Commissioner}}
}

func file[T study.Person | study.Contact | study.Outcome | study.Support | study.Month](t *testing.T, kind outcome.Kind, rows []T) outcome.File {
	t.Helper()
	var b bytes.Buffer
	if err := study.WriteRows(&b, rows); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	return outcome.File{Kind: kind, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
}

// From a draft to what the partnership reads: the plan comes first, a report is made on a frozen extract and released, and nobody reads it before.
func TestAReportGoesFromAFrozenPlanToThePartnership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		decider, err := access.New()
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2027, 11, 20, 12, 0, 0, 0, time.UTC)
		book := ledger.New(store.Handle(schema.Evidence), func() time.Time { now = now.Add(time.Second); return now })
		extracts := &outcome.Service{Book: book, Access: decider}
		s := &release.Service{Book: book, Access: decider, Software: "test", Study: func(ctx context.Context, id string) (*study.Study, error) {
			st, _, err := extracts.Study(ctx, lead.System(), id)
			return st, err
		}}
		ctx := t.Context()

		// A plan that nobody agreed to is not frozen; a frozen one is not written anew.
		draft := plan.Draft()
		draft.Title, draft.Hypothesis, draft.Definition.Draws = "Two years of LEAD", "Fewer people whom officers divert are arrested again than people whom they could have diverted.", 0
		early, err := s.Write(ctx, evaluator(), ledger.Form{}, "", draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Freeze(ctx, evaluator(), ledger.Form{}, early); !errors.As(err, new(lead.Invalid)) {
			t.Fatalf("a plan that nobody agreed to was frozen: %v", err)
		}
		draft.Agreed = []plan.Agreed{{Name: "Ama Mensah", For: "Community Leadership Team", On: "2026-11-01"}}
		for _, do := range []func() (string, error){
			func() (string, error) { return s.Write(ctx, evaluator(), ledger.Form{}, early, draft) },
			func() (string, error) { return s.Freeze(ctx, evaluator(), ledger.Form{}, early) },
		} {
			if _, err := do(); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Write(ctx, evaluator(), ledger.Form{}, early, draft); !errors.As(err, new(lead.Invalid)) {
			t.Fatalf("a frozen plan was written anew: %v", err)
		}

		st, _, err := simulate.Make(900, 5, simulate.Default()) // so many that little is hidden, which takes long
		if err != nil {
			t.Fatal(err)
		}
		key, err := pseudonym.Forgotten()
		if err != nil {
			t.Fatal(err)
		}
		key.Study(st, nil)
		for _, f := range []outcome.File{file(t, outcome.People, st.People), file(t, outcome.Contacts, st.Contacts), file(t, outcome.Outcomes, st.Outcomes), file(t, outcome.Supports, st.Support), file(t, outcome.Months, st.Months)} {
			if r, err := extracts.Import(ctx, lead.System(), f); err != nil || r.Wrong > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
		}
		extract, err := extracts.Freeze(ctx, evaluator(), ledger.Form{}, key.ID(), st.From.String(), st.Until.String())
		if err != nil {
			t.Fatal(err)
		}

		// A plan that came after the outcomes has to say so.
		late, err := s.Write(ctx, evaluator(), ledger.Form{}, "", draft)
		if err == nil {
			_, err = s.Freeze(ctx, evaluator(), ledger.Form{}, late)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Ask(ctx, evaluator(), ledger.Form{}, late, extract); !errors.As(err, new(lead.Invalid)) {
			t.Fatalf("a report was asked for by a plan that came after the outcomes: %v", err)
		}
		for field, d := range map[string]plan.Deviation{"why": {Kind: "other", What: "The window", Why: strings.Repeat("long ", 300), By: "R. O."}, "by": {Kind: "other", What: "The window", Why: "Records end"}, "what": {Kind: "secret", What: "The window", Why: "Records end", By: "R. O."}} {
			var bad lead.Invalid
			if _, err := s.Deviate(ctx, evaluator(), ledger.Form{}, late, d); !errors.As(err, &bad) || len(bad) != 1 || bad[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := s.Deviate(ctx, evaluator(), ledger.Form{}, late, plan.Deviation{Kind: "opened", What: "Outcomes were here first", Why: "The plan was agreed in words", By: "Ruth Oyelaran"}); err != nil {
			t.Fatal(err)
		}

		id, err := s.Ask(ctx, evaluator(), ledger.Form{}, early, extract)
		if err != nil {
			t.Fatal(err)
		}
		second, err := s.Ask(ctx, evaluator(), ledger.Form{}, late, extract)
		if err != nil {
			t.Fatal(err)
		}
		if r, p, err := s.Report(ctx, evaluator(), id); err != nil || p != nil || !r.Waits() {
			t.Fatalf("%+v, %v", r, err)
		}
		// An extract that cannot be read is no reason to try for ever: the report is set aside, and says how to go on.
		spoilt, err := s.Ask(ctx, evaluator(), ledger.Form{}, early, extract)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if n, err := s.Work(ctx); err != nil || n != 1 {
				t.Fatalf("%d, %v", n, err)
			}
		}
		whole := s.Study
		s.Study = func(context.Context, string) (*study.Study, error) { return nil, errors.New("the disk is away") }
		if n, err := s.Work(ctx); err == nil || n != 0 {
			t.Errorf("what may pass is not tried again: %d, %v", n, err)
		}
		s.Study = func(context.Context, string) (*study.Study, error) {
			return nil, fmt.Errorf("read extract: %w", study.ErrChanged)
		}
		if n, err := s.Work(ctx); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if r, p, err := s.Report(ctx, evaluator(), spoilt); err != nil || p != nil || !strings.Contains(r.Problem, "freeze a new extract") {
			t.Errorf("%+v, %v", r, err)
		}
		s.Study = whole
		if n, err := s.Work(ctx); err != nil || n != 0 {
			t.Fatalf("worked out twice: %d, %v", n, err)
		}
		r, p, err := s.Report(ctx, evaluator(), id)
		if err != nil || p == nil || r.Problem != "" || r.Title != draft.Title || len(p.Claims) < 6 || len(p.Departures) != 0 {
			t.Fatalf("%+v, %v", r, err)
		}
		if _, p, err := s.Report(ctx, evaluator(), second); err != nil || len(p.Departures) != 2 {
			t.Errorf("the report does not say that outcomes came first: %+v, %v", p, err)
		}

		// Each says what was planned and looked at besides.
		if got := fmt.Sprint(p.Facts); !strings.Contains(got, "1 other plan was frozen on this site, and no other report was made and not released") || !strings.Contains(got, "No outcome had been taken in on this site before that") {
			t.Error(got)
		}
		if _, p, err := s.Report(ctx, evaluator(), second); err != nil || !strings.Contains(fmt.Sprint(p.Facts), "1 other plan was frozen on this site, and 1 other report was made and not released") || !strings.Contains(fmt.Sprint(p.Facts), "Outcomes were first taken in on this site on 20 November 2027, before that") {
			t.Errorf("the report does not tell of the other one, or of what was here before: %+v, %v", p, err)
		}

		// Nobody of the partnership reads it before it is released; then as it is, and nothing of what is remembered of it.
		if _, _, err := s.ReleasedReport(ctx, commissioner(), id); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("read before it was released: %v", err)
		}
		if _, _, err := s.Report(ctx, commissioner(), id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("the commissioner reads what is not released: %v", err)
		}
		if err := s.Release(ctx, commissioner(), ledger.Form{}, id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("the commissioner released it: %v", err)
		}
		if err := s.Release(ctx, evaluator(), ledger.Form{}, id); err != nil {
			t.Fatal(err)
		}
		all, err := s.Released(ctx, commissioner(), 10)
		if err != nil || len(all) != 1 || all[0].ID != id || all[0].Hash != r.Hash {
			t.Fatalf("%+v, %v", all, err)
		}
		if _, got, err := s.ReleasedReport(ctx, commissioner(), id); err != nil || got == nil || got.Title != draft.Title {
			t.Errorf("%v", err)
		}
		// A report is not kept that was worked out while another was released: it is worked out again, beside that one.
		third, err := s.Ask(ctx, evaluator(), ledger.Form{}, early, extract)
		if err != nil {
			t.Fatal(err)
		}
		fourth, err := s.Ask(ctx, evaluator(), ledger.Form{}, early, extract)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.Work(ctx); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		s.Study = func(ctx context.Context, id string) (*study.Study, error) {
			if err := s.Release(ctx, evaluator(), ledger.Form{}, third); err != nil {
				t.Error(err)
			}
			s.Study = whole
			return whole(ctx, id)
		}
		if n, err := s.Work(ctx); err != nil || n != 0 {
			t.Errorf("%d, %v", n, err)
		}
		if r, _, err := s.Report(ctx, evaluator(), fourth); err != nil || !r.Waits() {
			t.Errorf("%+v, %v", r, err)
		}
		if n, err := s.Work(ctx); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
		// The other one on the same people was not weighed beside it.
		if err := s.Release(ctx, evaluator(), ledger.Form{}, second); !errors.As(err, new(lead.Invalid)) {
			t.Errorf("a report was released whose numbers were not weighed beside those of another: %v", err)
		}
	})
}
