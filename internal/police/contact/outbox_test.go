package contact_test

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"waymark.example/internal/app"
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

func utc(v url.Values) (contact.Door, contact.Decision) { return contact.Read(v, time.UTC) }

// answers are those of a form that breaks no rule.
func answers() url.Values {
	return url.Values{
		"door": {"arrest_diversion"}, "outcome": {"diverted"}, "offence": {"46"}, "reason_diverted": {"needs_seen"}, "age_band": {"26_35"}, "sex": {"F"}, "ethnic_group": {"W"},
		"voluntary": {"yes"}, "meeting": {"here_now"}, "nickname": {"Kestrel"}, "happened_at": {time.Now().UTC().Add(-time.Minute).Format("2006-01-02T15:04")},
	}
}

// sealed is a delivery as a phone of officer makes it.
func sealed(t *testing.T, a *app.App, officer string, id string, v url.Values) secret.Delivery {
	t.Helper()
	key, err := a.Contacts.Slot.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	item := secret.Item{ID: id, KeyID: key.ID, User: officer}
	text, err := a.Contacts.Slot.Seal(t.Context(), item, v.Encode())
	if err != nil {
		t.Fatal(err)
	}
	return secret.Delivery{Item: item, Sealed: text, MadeAt: time.Now(), SentAt: time.Now()}
}

func newItem() string { return uuid.Must(uuid.NewV7()).String() }

func TestADeliveryMakesOneRecordHoweverOftenItComes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		d := sealed(t, a, officer.ID, newItem(), answers())
		first, err := a.Contacts.Receive(t.Context(), officer, d, utc)
		if err != nil || first.Reference == "" || first.HeldID != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				again, err := a.Contacts.Receive(t.Context(), officer, d, utc)
				if err != nil || again != first {
					t.Errorf("%+v, %v", again, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 1 {
			t.Errorf("%d contacts", n)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM handoff_referral`); n != 1 {
			t.Errorf("%d hand-offs", n)
		}
	})
}

func TestTheSameItemWithOtherAnswersWaitsForItsOfficer(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, id := staff.Actors["officer"], newItem()
		if _, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, officer.ID, id, answers()), utc); err != nil {
			t.Fatal(err)
		}
		other := answers()
		other.Set("nickname", "Merlin")
		d := sealed(t, a, officer.ID, id, other)
		got, err := a.Contacts.Receive(t.Context(), officer, d, utc)
		if err != nil || got.Why != contact.OtherAnswers || got.HeldID == "" {
			t.Fatalf("%+v, %v", got, err)
		}
		if again, err := a.Contacts.Receive(t.Context(), officer, d, utc); err != nil || again != got {
			t.Errorf("again: %+v, %v", again, err)
		}
		_, kept, err := a.Contacts.OpenHeld(t.Context(), officer, got.HeldID)
		if err != nil || kept.Get("nickname") != "Merlin" {
			t.Fatalf("%v, %v", kept, err)
		}
		for name, actor := range map[string]lead.Actor{"another officer": staff.Actors["officer2"], "a case manager": staff.Actors["manager"]} {
			if _, _, err := a.Contacts.OpenHeld(t.Context(), actor, got.HeldID); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
		door, decision := utc(kept)
		contactID, err := a.Contacts.Settle(t.Context(), officer, ledger.Form{}, got.HeldID, door, decision)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := a.Contacts.Read(t.Context(), officer, contactID); err != nil || e.Arrival == nil || e.HandOff == nil {
			t.Errorf("%+v, %v", e, err)
		}
		if left, err := a.Contacts.Waiting(t.Context(), officer, false); err != nil || len(left) != 0 {
			t.Errorf("it still waits: %v, %v", left, err)
		}
		if _, err := a.Contacts.Settle(t.Context(), officer, ledger.Form{}, got.HeldID, door, decision); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("settled twice: %v", err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_held_answers`); n != 0 {
			t.Errorf("the answers of %d settled entries are kept", n)
		}
	})
}

func TestWhatCannotBeRecordedAsItStandsIsKept(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, other := staff.Actors["officer"], staff.Actors["officer2"]
		missing := answers()
		missing.Del("age_band")
		ahead := answers()
		ahead.Set("policy_version", "99")
		for name, c := range map[string]struct {
			user string
			v    url.Values
			want contact.Why
		}{
			"an answer is missing": {officer.ID, missing, contact.ToMend}, "another officer's": {other.ID, answers(), contact.OtherOfficer},
			"nobody was signed in": {"", answers(), contact.OtherOfficer}, "no such policy": {officer.ID, ahead, contact.OldPolicy},
		} {
			got, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, c.user, newItem(), c.v), utc)
			if err != nil || got.Why != c.want {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		mine, err := a.Contacts.Waiting(t.Context(), officer, false)
		if err != nil || len(mine) != 3 {
			t.Errorf("%d wait for the officer: %v", len(mine), err)
		}
		theirs, err := a.Contacts.Waiting(t.Context(), other, false)
		if err != nil || len(theirs) != 1 || theirs[0].DeliveredBy != officer.ID {
			t.Errorf("for the other: %+v, %v", theirs, err)
		}
		if team, err := a.Contacts.Waiting(t.Context(), staff.Actors["sergeant"], true); err != nil || len(team) != 4 {
			t.Errorf("%d wait in the team: %v", len(team), err)
		}
		if _, err := a.Contacts.Waiting(t.Context(), officer, true); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer lists the team's: %v", err)
		}
		if err := a.Contacts.SetAside(t.Context(), officer, ledger.Form{}, mine[0].ID, " "); err == nil {
			t.Error("set aside without a reason")
		}
		if err := a.Contacts.SetAside(t.Context(), officer, ledger.Form{}, mine[0].ID, "Recorded on paper"); err != nil {
			t.Error(err)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 0 {
			t.Errorf("%d were recorded", n)
		}
		for _, column := range []string{"sealed", "owner", "item_id"} { // nothing that was typed stands in the open
			if n := count(t, a, schema.Police, db.Query(`SELECT COUNT(*) FROM police_held_answers WHERE `+column+` LIKE '%Kestrel%'`)); n != 0 {
				t.Errorf("%s holds a name", column)
			}
		}
	})
}

func TestAnAlteredDeliveryIsNoRecord(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		d := sealed(t, a, officer.ID, newItem(), answers())
		moved := d
		moved.Item.ID = newItem()
		stolen := d
		stolen.Item.User = staff.Actors["officer2"].ID
		torn := d
		torn.Sealed = d.Sealed[:len(d.Sealed)-4]
		for name, bad := range map[string]secret.Delivery{"another item": moved, "another officer": stolen, "torn": torn} {
			if _, err := a.Contacts.Receive(t.Context(), staff.Actors["officer2"], bad, utc); !errors.Is(err, secret.ErrSealed) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := a.Contacts.Receive(t.Context(), staff.Actors["manager"], d, utc); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a case manager delivers: %v", err)
		}
	})
}

func TestR7_ThePolicyThatTheFormShowedIsHonoured(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		p, _, err := a.Contacts.Choices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		next := p
		next.Reasons = nil
		for _, r := range p.Reasons {
			if r.Code != "needs_seen" {
				next.Reasons = append(next.Reasons, r)
			}
		}
		next.InForceFrom, next.DecidedBy = db.Day(a.Now()), "Policy Coordinating Group"
		if _, err := a.Policies.RecordFirst(t.Context(), next); err != nil {
			t.Fatal(err)
		}
		queued := answers()
		queued.Set("policy_version", "1")
		got, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, officer.ID, newItem(), queued), utc)
		if err != nil || got.HeldID != "" {
			t.Fatalf("queued under the version before: %+v, %v", got, err)
		}
		if e, err := a.Contacts.Read(t.Context(), officer, got.ContactID); err != nil || e.Decision.PolicyVersion != 1 {
			t.Errorf("version %d, %v", e.Decision.PolicyVersion, err)
		}
		fresh := answers()
		fresh.Set("policy_version", "2")
		if got, err := a.Contacts.Receive(t.Context(), officer, sealed(t, a, officer.ID, newItem(), fresh), utc); err != nil || got.Why != contact.ToMend {
			t.Errorf("a reason that the new version does not have: %+v, %v", got, err)
		}
	})
}

func TestBothClocksAreKeptAndAWrongOneIsPutRight(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		for name, c := range map[string]struct{ made, sent, ahead time.Duration }{
			"ahead": {3*time.Hour - 20*time.Minute, 3 * time.Hour, 3 * time.Hour}, "behind": {-5*time.Hour - 20*time.Minute, -5 * time.Hour, -5 * time.Hour},
			"put right before it was sent": {2 * time.Hour, 0, 2 * time.Hour},
		} {
			v := answers()
			v.Set("happened_at", time.Now().UTC().Add(c.made).Format("2006-01-02T15:04"))
			d := sealed(t, a, officer.ID, newItem(), v)
			d.MadeAt, d.SentAt = time.Now().Add(c.made), time.Now().Add(c.sent)
			got, err := a.Contacts.Receive(t.Context(), officer, d, utc)
			if err != nil || got.HeldID != "" {
				t.Errorf("%s: %+v, %v", name, got, err)
				continue
			}
			e, err := a.Contacts.Read(t.Context(), officer, got.ContactID)
			if err != nil || e.Arrival == nil {
				t.Fatal(err)
			}
			if off := (e.Arrival.AheadBy - c.ahead).Abs(); off > 5*time.Second || !e.Arrival.Skewed() {
				t.Errorf("%s: ahead by %v", name, e.Arrival.AheadBy)
			}
			if really := time.Now().Add(c.made - c.ahead); e.Decision.HappenedAt.Sub(really).Abs() > 2*time.Minute {
				t.Errorf("%s: it happened at %v, want about %v", name, e.Decision.HappenedAt, really)
			}
			if e.Arrival.MadeAt.Sub(d.MadeAt).Abs() > time.Second {
				t.Errorf("%s: the phone's own time is gone", name)
			}
		}
	})
}

func TestWhatWasRecordedByMistakeIsTakenBackWithinTenMinutes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, manager := staff.Actors["officer"], staff.Actors["manager"]
		decide := func(door contact.Door) string {
			id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, door, diverted())
			if err != nil {
				t.Fatal(err)
			}
			return id
		}
		id := decide(contact.ArrestDiversion)
		waiting, err := a.Care.People.HandOffs(t.Context(), manager)
		if err != nil || len(waiting.Waiting) != 1 {
			t.Fatalf("%+v, %v", waiting, err)
		}
		referralID := waiting.Waiting[0].ID
		if err := a.Contacts.Undo(t.Context(), staff.Actors["sergeant"], ledger.Form{}, id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a sergeant undoes an officer's: %v", err)
		}
		if err := a.Contacts.Undo(t.Context(), officer, ledger.Form{Key: "u1", Hash: "h"}, id); err != nil {
			t.Fatal(err)
		}
		if err := a.Contacts.Undo(t.Context(), officer, ledger.Form{Key: "u1", Hash: "h"}, id); err != nil {
			t.Errorf("the same undo again: %v", err)
		}
		if waiting, err := a.Care.People.HandOffs(t.Context(), manager); err != nil || len(waiting.Waiting) != 0 {
			t.Errorf("the hand-off still waits: %+v, %v", waiting.Waiting, err)
		}
		if _, err := a.Care.People.HandOff(t.Context(), manager, referralID); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("the case team still reads it: %v", err)
		}
		if _, err := a.Care.People.Accept(t.Context(), manager, ledger.Form{}, referralID); err == nil {
			t.Error("it could still be accepted")
		}
		var letter string
		err = a.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT letter FROM handoff_referral WHERE referral_id = $1`, referralID).Scan(&letter)
		})
		if err != nil {
			t.Fatal(err)
		}
		ring := secret.NewRing(a.Keys, schema.Care, a.Keeper)
		if _, err := ring.OpenLetter(t.Context(), referralID, "handoff_referral.letter", letter); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("its words can still be read: %v", err)
		}
		rows, err := a.Contacts.Mine(t.Context(), officer, "", 10)
		if err != nil || len(rows) != 1 || !rows[0].Undone {
			t.Errorf("it is gone from the list, or not marked: %+v, %v", rows, err)
		}
		if _, err := a.Contacts.Correct(t.Context(), officer, ledger.Form{}, id, 1, notDiverted()); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("what was taken back was corrected: %v", err)
		}

		taken := decide(contact.ArrestDiversion)
		open, err := a.Care.People.HandOffs(t.Context(), manager)
		if err != nil || len(open.Waiting) != 1 {
			t.Fatalf("%+v, %v", open, err)
		}
		if _, err := a.Care.People.Accept(t.Context(), manager, ledger.Form{}, open.Waiting[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := a.Contacts.Undo(t.Context(), officer, ledger.Form{}, taken); !errors.Is(err, contact.ErrUndoTaken) {
			t.Errorf("somebody is on the way: %v", err)
		}

		social := decide(contact.SocialContact)
		if err := a.Contacts.Undo(t.Context(), officer, ledger.Form{}, social); err != nil {
			t.Fatal(err)
		}
		if left, err := a.Contacts.ToApprove(t.Context(), staff.Actors["sergeant"]); err != nil || len(left) != 0 {
			t.Errorf("a sergeant still decides about it: %+v, %v", left, err)
		}
	})
}

// Accepting and taking back at the same moment: one of the two, never both.
func TestAcceptingAndTakingBackNeverBothHold(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, manager := staff.Actors["officer"], staff.Actors["manager"]
		for range 15 {
			id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, diverted())
			if err != nil {
				t.Fatal(err)
			}
			open, err := a.Care.People.HandOffs(t.Context(), manager)
			if err != nil || len(open.Waiting) != 1 {
				t.Fatalf("%d wait, %v", len(open.Waiting), err)
			}
			var undo, accept error
			var wg sync.WaitGroup
			wg.Go(func() { undo = a.Contacts.Undo(t.Context(), officer, ledger.Form{}, id) })
			wg.Go(func() { _, accept = a.Care.People.Accept(t.Context(), manager, ledger.Form{}, open.Waiting[0].ID) })
			wg.Wait()
			if (undo == nil) == (accept == nil) {
				t.Fatalf("undo: %v, accept: %v", undo, accept)
			}
		}
	})
}

func TestItIsTooLateToUndoAfterTenMinutes(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+t.TempDir()+"/waymark.db", nil)
	officer := site.Area.Actors["officer"]
	id, err := site.App.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, notDiverted())
	if err != nil {
		t.Fatal(err)
	}
	site.Clock.Set(time.Now().Add(contact.UndoTime + time.Second))
	if err := site.App.Contacts.Undo(t.Context(), officer, ledger.Form{}, id); !errors.Is(err, contact.ErrUndoLate) {
		t.Errorf("%v", err)
	}
}

func TestTheTilesAreWhatTheSiteRecords(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		p, _, err := a.Contacts.Choices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var rare string
		for _, o := range p.Offences {
			if o.Standing == policy.Divertible && !strings.Contains("46 92D 92E X-BEG X-DD X-S5", o.Code) {
				rare = o.Code
			}
		}
		d := notDiverted()
		d.Offences = []string{rare}
		for range 12 {
			if _, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d); err != nil {
				t.Fatal(err)
			}
		}
		tiles, err := a.Contacts.Frequent(t.Context(), p)
		if err != nil || len(tiles) != contact.Tiles || tiles[0].Code != rare {
			t.Errorf("%+v, %v", tiles, err)
		}
	})
}

func FuzzNoDeliveryIsReadAsWhatItIsNot(f *testing.F) {
	f.Add("outcome=diverted&happened_at=2026-11-26T02:00&policy_version=1&ethnic_group=W&offence=46&offence=46")
	f.Add("ethnic_group=said_no&ethnicity=W1&outcome=x&policy_version=99999999999999999999&happened_at=0000-00-00T00:00")
	f.Add("%zz=;&outcome")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		_, d := utc(v)
		if d.Outcome != contact.Diverted && d.HandOff.Nickname != "" {
			t.Error("a hand-off without a diversion")
		}
		if d.Equality.NotRecorded != "" && d.Equality.NotRecorded != contact.SaidNo && d.Equality.NotRecorded != contact.NotAsked {
			t.Error("a reason that is none")
		}
	})
}
