package participant_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// Whoever does not walk with somebody opens their case only in an emergency,
// for half an hour, in the sight of the supervisor; the police not even then.
func TestBreakingTheGlassLastsHalfAnHourAndIsSeen(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	people, ctx := site.App.Care.People, t.Context()
	other, supervisor, kestrel := site.Area.Actors["manager3"], site.Area.Actors["supervisor"], site.Area.People["Kestrel"]
	read := func() error {
		_, err := people.Record(ctx, other, kestrel, nil)
		return err
	}
	if err := read(); !errors.Is(err, lead.ErrForbidden) {
		t.Fatalf("before: %v", err)
	}
	for _, e := range []participant.Emergency{{Name: "Kestrel", Risk: true}, {Name: "Kestrel", Reason: "The hospital rang, they need the allergy list"}, {Reason: "The hospital rang us just now", Risk: true}} {
		if _, err := people.InEmergency(ctx, other, e); err == nil {
			t.Errorf("looked with %+v", e)
		}
	}
	emergency := participant.Emergency{Name: "kestrel", Reason: "The hospital rang, they need the allergy list", Risk: true}
	found, err := people.InEmergency(ctx, other, emergency)
	if err != nil || len(found) != 1 || found[0].ID != kestrel || found[0].Worker != "Asha Fern" {
		t.Fatalf("found %+v, %v", found, err)
	}
	if err := read(); !errors.Is(err, lead.ErrForbidden) {
		t.Errorf("finding somebody opened their case: %v", err)
	}
	if part, err := people.InEmergency(ctx, other, participant.Emergency{Name: "Kest", Reason: emergency.Reason, Risk: true}); err != nil || len(part) != 0 {
		t.Errorf("a part of a name finds %+v, %v", part, err)
	}
	for _, local := range []string{"officer", "sergeant", "administrator", "dpo", "clinician"} {
		if _, err := people.InEmergency(ctx, site.Area.Actors[local], emergency); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("%s looks: %v", local, err)
		}
		if err := people.BreakGlass(ctx, site.Area.Actors[local], ledger.Form{}, kestrel, emergency.Reason); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("%s breaks the glass: %v", local, err)
		}
	}
	start := time.Now()
	site.Clock.Set(start)
	if err := people.BreakGlass(ctx, other, ledger.Form{}, kestrel, emergency.Reason); err != nil {
		t.Fatal(err)
	}
	if err := read(); err != nil {
		t.Errorf("just after: %v", err)
	}
	if err := people.Describe(ctx, other, ledger.Form{}, kestrel, 2, participant.Person{Name: "Other"}); !errors.Is(err, lead.ErrForbidden) {
		t.Errorf("whoever broke the glass changes the file: %v", err)
	}
	if err := people.BreakGlass(ctx, other, ledger.Form{}, site.Area.People["Wren"], "x"); err == nil {
		t.Error("no reason was asked for")
	}
	board, err := people.Board(ctx, supervisor)
	if err != nil || len(board.Broken) == 0 || board.Broken[0].Reason != emergency.Reason || board.Broken[0].Name != "Kestrel" || board.Broken[0].By != other.Name {
		t.Errorf("the supervisor sees %+v, %v", board.Broken, err)
	}
	site.Clock.Set(start.Add(31 * time.Minute))
	if err := read(); !errors.Is(err, lead.ErrForbidden) {
		t.Errorf("after half an hour: %v", err)
	}
}
