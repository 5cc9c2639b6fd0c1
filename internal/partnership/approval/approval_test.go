package approval_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/policy"
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

// decidedBy has the partnership say who says yes from today on.
func decidedBy(t *testing.T, a *app.App, staff practice.Area, who string) {
	t.Helper()
	p, _, err := a.Contacts.Choices(t.Context())
	must(t, err)
	p.InForceFrom, p.DecidedBy, p.ApproveBy, p.ApproveSocial = a.Now().UTC().Format(time.DateOnly), "Policy group", who, who != policy.Nobody
	_, err = a.Policies.Record(t.Context(), staff.Actors["coordinator"], none, p)
	must(t, err)
}

// asked is a social contact that an officer refers, and the contact it came from.
func asked(t *testing.T, a *app.App, staff practice.Area) (contactID string) {
	t.Helper()
	id, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], none, contact.SocialContact, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	must(t, err)
	return id
}

func waiting(t *testing.T, a *app.App, staff practice.Area) []referral.Referral {
	t.Helper()
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	must(t, err)
	return h.Waiting
}

func TestR6_WhereThePolicySaysSoTheCoordinatorSaysYesToAReference(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		coordinator, sergeant := staff.Actors["coordinator"], staff.Actors["sergeant"]
		decidedBy(t, a, staff, policy.ByCoordinator)
		id := asked(t, a, staff)
		if all, err := a.Contacts.ToApprove(t.Context(), sergeant); err != nil || len(all) != 0 {
			t.Errorf("it waits for a sergeant too: %+v, %v", all, err)
		}
		if len(waiting(t, a, staff)) != 0 {
			t.Error("the case team saw it before anybody said yes")
		}
		all, err := a.Approval.Waiting(t.Context(), coordinator)
		if err != nil || len(all) != 1 || !strings.HasPrefix(all[0].Reference, "LD-") || all[0].Team != "Quayside response" || all[0].Door != "social_contact" {
			t.Fatalf("%+v, %v", all, err)
		}
		for _, who := range []string{"officer", "sergeant", "manager", "commissioner", "panel", "dpo"} {
			if err := a.Approval.Decide(t.Context(), staff.Actors[who], none, all[0].ID, true, ""); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s said yes: %v", who, err)
			}
		}
		e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id)
		if err != nil || e.HandOff.Approval != "waiting" || e.HandOff.Approver != "coordinator" {
			t.Errorf("the officer sees %+v, %v", e.HandOff, err)
		}
		must(t, a.Approval.Decide(t.Context(), coordinator, none, all[0].ID, true, ""))
		if got := waiting(t, a, staff); len(got) != 1 || got[0].Nickname != "Kestrel" {
			t.Errorf("after the yes: %+v", got)
		}
		if err := a.Approval.Decide(t.Context(), coordinator, none, all[0].ID, false, "no_room"); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("a yes was taken back: %v", err)
		}
	})
}

func TestACoordinatorsNoHasAReasonFromAListAndEndsTheLetter(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		coordinator := staff.Actors["coordinator"]
		decidedBy(t, a, staff, policy.ByCoordinator)
		id := asked(t, a, staff)
		all, err := a.Approval.Waiting(t.Context(), coordinator)
		must(t, err)
		for _, reason := range []string{"", "Kestrel is known to us", "NO_ROOM"} {
			err := a.Approval.Decide(t.Context(), coordinator, none, all[0].ID, false, reason)
			if bad, _ := errors.AsType[lead.Invalid](err); bad["reason"] == "" {
				t.Errorf("a no because of %q: %v", reason, err)
			}
		}
		must(t, a.Approval.Decide(t.Context(), coordinator, none, all[0].ID, false, "no_room"))
		e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id)
		if err != nil || e.HandOff.Approval != "no" || e.HandOff.Reason != "The case team has no room now" {
			t.Errorf("the officer sees %+v, %v", e.HandOff, err)
		}
		if _, err := secret.NewRing(a.Keys, schema.Care, a.Keeper).OpenLetter(t.Context(), all[0].ID, "handoff_referral.letter", "h1.AAAA"); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("the key of a letter that goes to nobody: %v", err)
		}
		if err := a.Approval.Decide(t.Context(), coordinator, none, lead.NewID("ref"), true, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("no such referral: %v", err)
		}
	})
}

// What the partnership's database handle can read of a referral is its reference,
// team and moment: the database gives it nothing else.
func TestThePartnershipsHandleReadsNoLetterNoOfficerAndNoContact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		for _, q := range []db.Query{`SELECT letter FROM handoff_referral`, `SELECT officer_id FROM handoff_referral`, `SELECT contact_id FROM handoff_referral`, `SELECT letter FROM handoff_to_approve`,
			`SELECT approved FROM handoff_approval`, `SELECT referral_id FROM handoff_event`, `SELECT call_name FROM handoff_known`, `SELECT contact_id FROM police_contact`, `SELECT email FROM identity_account`} {
			if !closed(t, s, schema.Partnership, q) {
				t.Errorf("the partnership may %s", q)
			}
		}
		for _, q := range []db.Query{`SELECT made_by FROM handoff_known`, `SELECT made_at FROM handoff_known`, `SELECT team FROM care_now`} {
			if !closed(t, s, schema.Police, q) {
				t.Errorf("the police may %s", q)
			}
		}
	})
}

// What an officer takes back within ten minutes waits for no coordinator, and is
// not among what nobody decided about.
func TestWhatAnOfficerTakesBackWaitsForNoCoordinator(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		site.Clock.Set(time.Now())
		decidedBy(t, a, staff, policy.ByCoordinator)
		id := asked(t, a, staff)
		all, err := a.Approval.Waiting(t.Context(), staff.Actors["coordinator"])
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		must(t, a.Contacts.Undo(t.Context(), staff.Actors["officer"], none, id))
		if left, err := a.Approval.Waiting(t.Context(), staff.Actors["coordinator"]); err != nil || len(left) != 0 {
			t.Errorf("it still waits: %+v, %v", left, err)
		}
		if err := a.Approval.Decide(t.Context(), staff.Actors["coordinator"], none, all[0].ID, true, ""); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("a yes to what was taken back: %v", err)
		}
		if e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id); err != nil || !e.HandOff.TakenBack || e.HandOff.Approval != "" {
			t.Errorf("the officer sees %+v, %v", e.HandOff, err)
		}
		site.Clock.Set(time.Now().Add(25 * time.Hour))
		if err := a.Care.People.LetGo(t.Context(), staff.Actors["supervisor"], none, all[0].ID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("let go: %v", err)
		}
	})
}

// closed reports whether the database keeps a handle from running q.
func closed(t *testing.T, s *db.Store, handle string, q db.Query) bool {
	t.Helper()
	err := s.Handle(handle).Look(t.Context(), func(tx *db.Tx) error {
		var text string
		return tx.One(t.Context(), q).Scan(&text)
	})
	return err != nil && !errors.Is(err, lead.ErrNotFound)
}

// At one moment somebody says yes and a supervisor lets the words go: one of the
// two happens.
func TestOfAYesAndALettingGoAtTheSameMomentOneHolds(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		for _, who := range []string{policy.ByCoordinator, policy.BySergeant} {
			site.Clock.Set(time.Now())
			decidedBy(t, a, staff, who)
			for range 6 {
				site.Clock.Set(time.Now())
				id := asked(t, a, staff)
				e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id)
				must(t, err)
				referralID := e.HandOff.ReferralID
				site.Clock.Set(time.Now().Add(25 * time.Hour))
				results := make(chan error, 2)
				go func() { results <- a.Care.People.LetGo(t.Context(), staff.Actors["supervisor"], none, referralID) }()
				go func() { results <- yes(t.Context(), a, staff, who, referralID) }()
				first, second := <-results, <-results
				if (first == nil) == (second == nil) {
					t.Errorf("%s: %v and %v", who, first, second)
				}
				for _, err := range []error{first, second} {
					if err != nil && !errors.Is(err, lead.ErrConflict) && !errors.Is(err, lead.ErrNotFound) {
						t.Errorf("%s: %v", who, err)
					}
				}
			}
		}
	})
}

func yes(ctx context.Context, a *app.App, staff practice.Area, who, referralID string) error {
	if who == policy.ByCoordinator {
		return a.Approval.Decide(ctx, staff.Actors["coordinator"], none, referralID, true, "")
	}
	return a.Contacts.Approve(ctx, staff.Actors["sergeant"], none, referralID, true, "")
}

// each runs test on an area with a clock that can be set, on each engine.
func each(t *testing.T, test func(*testing.T, *webtest.Site)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))) })
	t.Run("postgres", func(t *testing.T) { test(t, webtest.StartEmpty(t, webtest.Postgres)) })
}

// A referral that nobody decides about does not wait for ever: after a day a
// supervisor sees its reference and can let its words go (R55).
func TestR55_AReferralThatNobodyDecidedAboutIsListedAfterADay(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		a, staff := site.App, site.Area
		supervisor := staff.Actors["supervisor"]
		for _, who := range []string{policy.ByCoordinator, policy.BySergeant} {
			site.Clock.Set(time.Now())
			decidedBy(t, a, staff, who)
			id := asked(t, a, staff)
			e, err := a.Contacts.Read(t.Context(), staff.Actors["officer"], id)
			must(t, err)
			site.Clock.Set(time.Now().Add(23 * time.Hour))
			if k, err := a.Care.People.Kept(t.Context(), supervisor); err != nil || len(k.Untaken) != 0 {
				t.Errorf("%s, within the day: %+v, %v", who, k.Untaken, err)
			}
			if err := a.Care.People.LetGo(t.Context(), supervisor, none, e.HandOff.ReferralID); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("%s, within the day: %v", who, err)
			}
			site.Clock.Set(time.Now().Add(25 * time.Hour))
			k, err := a.Care.People.Kept(t.Context(), supervisor)
			if err != nil || len(k.Untaken) != 1 || !k.Untaken[0].Undecided || k.Untaken[0].Reference != e.Reference {
				t.Fatalf("%s, after a day: %+v, %v", who, k.Untaken, err)
			}
			must(t, a.Care.People.LetGo(t.Context(), supervisor, none, e.HandOff.ReferralID))
			if k, err = a.Care.People.Kept(t.Context(), supervisor); err != nil || len(k.Untaken) != 0 {
				t.Errorf("%s, let go: %+v, %v", who, k.Untaken, err)
			}
			if err := yes(t.Context(), a, staff, who, e.HandOff.ReferralID); !errors.Is(err, lead.ErrNotFound) {
				t.Errorf("%s, a yes to what is gone: %v", who, err)
			}
			if e, err = a.Contacts.Read(t.Context(), staff.Actors["officer"], id); err != nil || e.HandOff.Approval != "lapsed" {
				t.Errorf("%s, the officer sees %+v, %v", who, e.HandOff, err)
			}
		}
	})
}

func TestR7_AnEarlierVersionThatKnewNoChoiceStillAsksASergeant(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		p, _, err := a.Contacts.Choices(t.Context())
		if err != nil || p.ApproveBy != policy.BySergeant {
			t.Fatalf("the starter asks %q: %v", p.ApproveBy, err)
		}
		decidedBy(t, a, staff, policy.Nobody)
		asked(t, a, staff)
		if got := waiting(t, a, staff); len(got) != 1 {
			t.Errorf("nobody has to say yes, and %d wait for the case team", len(got))
		}
		p.InForceFrom, p.DecidedBy, p.ApproveBy = a.Now().UTC().Format(time.DateOnly), "Policy group", "anybody"
		if _, err := a.Policies.Record(t.Context(), staff.Actors["coordinator"], none, p); err == nil {
			t.Error("a policy let anybody say yes")
		}
	})
}
