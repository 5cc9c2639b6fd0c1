package door_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/complaint"
	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/door"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// opened opens every door and returns what was decided.
func opened(t *testing.T, a *app.App, staff practice.Area) bridge.Setting {
	t.Helper()
	s := bridge.Setting{Refer: true, Self: true, Feedback: true, Complaint: true, Phone: "01632 960 111", PromiseDays: 3, AcknowledgeDays: 5, AnswerDays: 28,
		Independent: "Northmoor Audit", IndependentAt: "on 01632 960 222", IndependentID: staff.Actors["auditor"].Organisation}
	must(t, a.Doors.Desk.Set(t.Context(), staff.Actors["coordinator"], none, 0, s))
	s, err := a.Doors.Public.Setting(t.Context())
	must(t, err)
	return s
}

func asks(called string, agreed bridge.Agreement) bridge.Request {
	return bridge.Request{AskedBy: bridge.Partner, Agreed: agreed, Called: called, Where: "The library steps", Reach: "Ask at the desk", Helps: []string{"place"}, Language: "cy", Referrer: "Mo", ReferrerReach: "at the desk"}
}

// The third door: it is fixed at creation, nothing is a hand-off before a
// supervisor says so, and only the case team reads it.
func TestR5_R6_AReferralThroughTheThirdDoorIsNoApproval(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, public, triage := t.Context(), a.Doors.Public, a.Doors.Community
		supervisor := staff.Actors["supervisor"]
		set, err := public.Setting(ctx)
		must(t, err)
		if _, err := public.Refer(ctx, none, set, asks("Linnet", bridge.Asked), false); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("a door that nobody opened: %v", err)
		}
		set = opened(t, a, staff)
		form := ledger.Form{Key: "frm_twice", Hash: "x"}
		code, err := public.Refer(ctx, form, set, asks("Linnet", bridge.Asked), false)
		must(t, err)
		if again, err := public.Refer(ctx, form, set, asks("Linnet", bridge.Asked), false); err != nil || again != code {
			t.Errorf("sent twice: %q, %v, want %q", again, err, code)
		}
		if got, _, err := public.Referral(ctx, strings.ToLower(strings.ReplaceAll(code, "-", " "))); err != nil || got != bridge.Received {
			t.Errorf("the code says %q, %v", got, err)
		}
		for _, who := range []string{"officer", "sergeant", "oncall", "manager", "coordinator", "panel", "commissioner", "dpo", "auditor", "administrator"} {
			if _, err := triage.List(ctx, staff.Actors[who], false); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s reads the list: %v", who, err)
			}
		}
		list, err := triage.List(ctx, supervisor, false)
		if err != nil || len(list.Waiting) != 1 || list.Waiting[0].Handoff.Nickname != "Linnet" || list.Waiting[0].Words.Referrer != "Mo" {
			t.Fatalf("%+v, %v", list, err)
		}
		id := list.Waiting[0].ID
		if h, err := a.Care.People.HandOffs(ctx, staff.Actors["oncall"]); err != nil || len(h.Waiting) != 0 {
			t.Errorf("it is a hand-off before anybody said yes: %+v, %v", h.Waiting, err)
		}
		must(t, triage.Decide(ctx, supervisor, none, id, bridge.Accepted, ""))
		if err := triage.Decide(ctx, supervisor, none, id, bridge.Junk, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("decided twice: %v", err)
		}
		h, err := a.Care.People.HandOffs(ctx, staff.Actors["oncall"])
		if err != nil || len(h.Waiting) != 1 || h.Waiting[0].Door != "community" || h.Waiting[0].Nickname != "Linnet" || h.Waiting[0].Communication != "Welsh" {
			t.Fatalf("%+v, %v", h.Waiting, err)
		}
		one, err := a.Care.People.HandOff(ctx, supervisor, id)
		if err != nil || one.Community == nil || one.Community.Referrer != "Mo" || one.Community.Agreed != bridge.Asked {
			t.Errorf("the hand-off says %+v, %v", one.Community, err)
		}
		if _, err := a.Care.People.Accept(ctx, supervisor, none, id); err != nil {
			t.Errorf("accepting it: %v", err)
		}
		lines, err := a.Doors.Desk.Referrals(ctx, staff.Actors["coordinator"], "", 10)
		if err != nil || len(lines) != 1 || lines[0].Waits || !strings.HasPrefix(lines[0].Reference, "LC-") {
			t.Errorf("the coordinator sees %+v, %v", lines, err)
		}
	})
}

// Whatever becomes of a referral, its code never tells whether somebody takes part;
// words that lead nowhere can be read nowhere; and those that wait too long go.
func TestR34_R55_WhoeverAskedNeverHearsWhetherSomebodyTakesPartAndWordsGo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, public, triage := t.Context(), a.Doors.Public, a.Doors.Community
		supervisor := staff.Actors["supervisor"]
		set := opened(t, a, staff)
		now := a.Now()
		clock := func() time.Time { return now }
		triage.Book, public.Book = ledger.New(a.Store.Handle(schema.Care), clock), ledger.New(a.Store.Handle(schema.Door), clock)
		codes, ids := map[bridge.Kind]string{}, map[bridge.Kind]string{}
		for _, kind := range []bridge.Kind{bridge.Accepted, bridge.NotNow, bridge.Duplicate, bridge.Junk} {
			code, err := public.Refer(ctx, none, set, asks("Pipit "+string(kind), bridge.Asked), false)
			must(t, err)
			list, err := triage.List(ctx, supervisor, false)
			must(t, err)
			codes[kind], ids[kind] = code, list.Waiting[0].ID
			if kind == bridge.NotNow {
				for _, reason := range []string{"", "she drinks"} {
					if _, ok := errors.AsType[lead.Invalid](triage.Decide(ctx, supervisor, none, ids[kind], kind, reason)); !ok {
						t.Errorf("not now because of %q", reason)
					}
				}
			}
			must(t, triage.Decide(ctx, supervisor, none, ids[kind], kind, "no_room"))
		}
		ring := secret.NewRing(a.Keys, schema.Care, a.Keeper)
		for kind, id := range ids {
			want := bridge.ForYou
			if kind == bridge.Accepted || kind == bridge.Duplicate { // whom the team knows already is as somebody new
				want = bridge.WithTeam
			}
			if got, _, err := public.Referral(ctx, codes[kind]); err != nil || got != want {
				t.Errorf("%s: the code says %q, %v", kind, got, err)
			}
			_, err := ring.OpenLetter(ctx, id, "handoff_referral.letter", "h1.AAAA")
			if gone := errors.Is(err, secret.ErrDestroyed); gone != (kind != bridge.Accepted) {
				t.Errorf("%s: its words are gone: %v", kind, err)
			}
		}
		// That somebody was met, or not found, changes nothing of what the code says.
		person, err := a.Care.People.Accept(ctx, supervisor, none, ids[bridge.Accepted])
		if err != nil || person == "" {
			t.Fatal(err)
		}
		now = now.Add(15 * 24 * time.Hour)
		for kind, code := range codes {
			if got, _, err := public.Referral(ctx, code); err != nil || got != bridge.ForYou {
				t.Errorf("two weeks on, %s: %q, %v", kind, got, err)
			}
		}

		// A no counts: nothing is kept, not even sealed.
		if _, err := public.Refer(ctx, none, set, bridge.Request{AskedBy: bridge.Family, Agreed: bridge.SaidNo, Called: "Wren"}, false); err != nil {
			t.Fatal(err)
		}
		for _, r := range []struct {
			agreed bridge.Agreement
			held   bool
		}{{bridge.NotTold, false}, {bridge.Asked, true}, {bridge.Asked, false}} {
			_, err := public.Refer(ctx, none, set, asks("Wren", r.agreed), r.held)
			must(t, err)
		}
		waits := func() int {
			t.Helper()
			both := 0
			for _, held := range []bool{false, true} {
				list, err := triage.List(ctx, supervisor, held)
				must(t, err)
				both += len(list.Waiting)
			}
			return both
		}
		if n := waits(); n != 3 {
			t.Fatalf("%d wait, want those three of whom nobody said no", n)
		}
		for _, step := range []struct {
			days, gone, left int
		}{{6, 0, 3}, {2, 1, 2}, {7, 1, 1}, {20, 1, 0}} { // held a week, not told two, the rest as the schedule says
			now = now.AddDate(0, 0, step.days)
			if n, err := triage.Expire(ctx); err != nil || n != step.gone || waits() != step.left {
				t.Errorf("%d days on: %d went, %d wait, %v; want %d and %d", step.days, n, waits(), err, step.gone, step.left)
			}
		}
	})
}

// A complaint goes to whom somebody chose, and never to whom it is about: in the
// query, in the table and by its seal.
func TestAComplaintNeverGoesToWhomItIsAbout(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, public := t.Context(), a.Doors.Public
		coordinator, auditor := staff.Actors["coordinator"], staff.Actors["auditor"]
		if _, err := a.Doors.Outside.List(ctx, auditor, "", 10); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a body that nobody named reads complaints: %v", err)
		}
		bad := bridge.Closed()
		bad.Complaint, bad.Independent, bad.IndependentAt, bad.IndependentID = true, "The force", "there", staff.Actors["officer"].Organisation
		if _, ok := errors.AsType[lead.Invalid](a.Doors.Desk.Set(ctx, coordinator, none, 0, bad)); !ok {
			t.Error("the force can be the independent route")
		}
		set := opened(t, a, staff)
		if err := a.Doors.Desk.Set(ctx, coordinator, none, 0, set); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("two settings on one version: %v", err)
		}
		say := func(about complaint.About, route complaint.Route, words string) string {
			t.Helper()
			code, err := public.Complain(ctx, none, set, complaint.Said{Kind: complaint.Complaint, About: about, Route: route, Words: words})
			must(t, err)
			return code
		}
		code := say(complaint.CaseTeam, complaint.Scheme, "to the scheme")
		say(complaint.Police, complaint.Outside, "to somebody outside")
		say(complaint.Coordinator, complaint.Scheme, "about the coordinator")
		say(complaint.Independent, complaint.Outside, "about the body outside")
		words := func(s *complaint.Service, who lead.Actor) string {
			t.Helper()
			all, err := s.List(ctx, who, "", 10)
			must(t, err)
			out := ""
			for _, f := range all {
				one, err := s.Open(ctx, who, f.ID)
				must(t, err)
				out += one.Words + "; "
			}
			return out
		}
		if got := words(a.Doors.Scheme, coordinator); got != "about the body outside; to the scheme; " {
			t.Errorf("the coordinator reads %q", got)
		}
		if got := words(a.Doors.Outside, auditor); got != "about the coordinator; to somebody outside; " {
			t.Errorf("the independent body reads %q", got)
		}
		outside, err := a.Doors.Outside.List(ctx, auditor, "", 10)
		must(t, err)
		for _, who := range []string{"coordinator", "officer", "supervisor", "panel", "dpo", "administrator", "auditor"} {
			if _, err := a.Doors.Scheme.Open(ctx, staff.Actors[who], outside[0].ID); err == nil {
				t.Errorf("%s opens a complaint that went outside", who)
			}
		}
		// Sealed for oversight alone: what the scheme has opens nothing of it.
		if _, err := secret.NewPostbox(secret.NewRing(a.Keys, schema.Care, a.Keeper)).Held(ctx, outside[0].ID, "handoff_complaint.words", "k1.AAAA"); err == nil {
			t.Error("the scheme's end opens what went outside")
		}
		register, err := a.Doors.Outside.Register(ctx, staff.Actors["dpo"], 10)
		if err != nil || len(register) != 4 {
			t.Errorf("the register: %+v, %v", register, err)
		}

		mine, err := a.Doors.Scheme.List(ctx, coordinator, "", 10)
		must(t, err)
		id := mine[1].ID
		steps := []complaint.Step{{Stage: complaint.Acknowledged}, {Stage: complaint.Answered, Outcome: "put_right", Words: "We ring now."}}
		for i, s := range steps {
			must(t, a.Doors.Scheme.Go(ctx, coordinator, none, id, int64(i), s))
			if err := a.Doors.Scheme.Go(ctx, coordinator, none, id, int64(i), s); !errors.Is(err, lead.ErrConflict) {
				t.Errorf("two people at once: %v", err)
			}
		}
		f, err := public.Complaint(ctx, code)
		if err != nil || f.Stage != complaint.Answered || len(f.Steps) != 2 || f.Steps[1].Words != "We ring now." || f.Words != "" {
			t.Errorf("whoever holds the code reads %+v, %v", f, err)
		}
		a.Doors.Scheme.Book = ledger.New(a.Store.Handle(schema.Partnership), func() time.Time { return a.Now().AddDate(3, 1, 0) })
		if n, err := a.Doors.Scheme.Expire(ctx); err != nil || n != 1 {
			t.Errorf("three years on %d went, %v", n, err)
		}
		if one, err := a.Doors.Scheme.Open(ctx, coordinator, id); err != nil || one.Words != secret.Removed || one.Steps[1].Words != secret.Removed {
			t.Errorf("its words are still there: %+v, %v", one, err)
		}
	})
}

// The handle behind the public forms puts in and does not read; the partnership's
// reads no letter.
func TestTheHandleOfThePublicReadsNothingThatItPutIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		closed := func(handle string, queries ...db.Query) {
			for _, q := range queries {
				err := s.Handle(handle).Look(t.Context(), func(tx *db.Tx) error {
					var text string
					return tx.One(t.Context(), q).Scan(&text)
				})
				if err == nil || errors.Is(err, lead.ErrNotFound) {
					t.Errorf("%s may %s: %v", handle, q, err)
				}
			}
		}
		closed(schema.Door, `SELECT letter FROM handoff_community`, `SELECT words FROM handoff_community`, `SELECT reference FROM handoff_community`, `SELECT words FROM handoff_complaint`,
			`SELECT words FROM partnership_feedback`, `SELECT name FROM identity_account`, `SELECT letter FROM handoff_referral`, `SELECT participant_id FROM care_now`,
			`DELETE FROM handoff_community_waiting RETURNING referral_id`, `UPDATE handoff_community SET letter = '' RETURNING referral_id`)
		closed(schema.Partnership, `SELECT letter FROM handoff_community`, `SELECT words FROM handoff_community`, `SELECT status_hash FROM handoff_community`)
		closed(schema.Police, `SELECT referral_id FROM handoff_community`, `SELECT complaint_id FROM handoff_complaint`, `SELECT words FROM partnership_feedback`)
	})
}

func TestWhatGivesSomebodyAwayIsPointedOut(t *testing.T) {
	for text, sure := range map[string]bool{"ring me on 07700 900123": true, "mo@example.org knows": true, "at NM1 4QR": true, "12 Harbour Road": true, "Mr Finch sits there": false, "Martin Finch sits there": false} {
		found := door.Personal(text)
		if len(found) == 0 || found[0].Sure != sure {
			t.Errorf("%q: %+v", text, found)
		}
		f := door.Feedback{Topic: "street", Words: text}
		if f.Check(false) == nil || (f.Check(true) == nil) == sure {
			t.Errorf("%q: %v, looked again %v", text, f.Check(false), f.Check(true))
		}
	}
	for _, text := range []string{"The steps on Fish Quay are cleaner since 2026.", "Hill Street is quiet at night, 3 or 4 people sit there", "Diolch, mae'n well"} {
		if found := door.Personal(text); len(found) != 0 {
			t.Errorf("%q: %+v", text, found)
		}
	}
}

func FuzzNoFeedbackBreaksTheLook(f *testing.F) {
	for _, s := range []string{"", "a@b.c", "0123456789", "Mr X", "12 Hill Street", "\xff\x00", strings.Repeat("(1-", 200)} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, words, place string) {
		in := door.Feedback{Topic: "other", Words: words, Place: place}
		if in.Check(true) != nil {
			return
		}
		for _, p := range append(door.Personal(words), door.Personal(place)...) {
			if p.Sure {
				t.Errorf("%q was let through with %q", words, p.Part)
			}
		}
	})
}
