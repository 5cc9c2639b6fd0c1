package outcome_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/police/outcome"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

type desk struct {
	t         *testing.T
	app       *app.App
	service   *outcome.Service
	area      practice.Area
	registrar lead.Actor
	now       time.Time
}

func each(t *testing.T, test func(d *desk)) {
	t.Helper()
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		d := &desk{t: t, app: a, area: area, registrar: area.Actors["registrar"]}
		d.at(0)
		test(d)
	})
}

// at lets some days pass for the registrar.
func (d *desk) at(days int) {
	d.now = time.Now().AddDate(0, 0, days)
	d.service = &outcome.Service{Book: ledger.New(d.app.Store.Handle(schema.Police), func() time.Time { return d.now }), Access: d.app.Access}
}

// divert has an officer divert somebody through a door.
func (d *desk) divert(door contact.Door) string {
	d.t.Helper()
	id, err := d.app.Contacts.Decide(d.t.Context(), d.area.Actors["officer"], ledger.Form{}, door, contact.Decision{
		HappenedAt: time.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true, ForceReference: "NM/7/26",
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}, HandOff: referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

// attest carries the word over the bridge, and returns the yes it stands on.
func (d *desk) attest(contactID string, until int) string {
	d.t.Helper()
	var referralID string
	err := d.app.Store.Handle(schema.Police).Look(d.t.Context(), func(tx *db.Tx) error {
		return tx.One(d.t.Context(), `SELECT referral_id FROM handoff_referral WHERE contact_id = $1`, contactID).Scan(&referralID)
	})
	if err != nil {
		d.t.Fatal(err)
	}
	consent := lead.NewID("cns")
	d.care(func(tx *db.Tx) error {
		return disclosure.Attest(d.t.Context(), tx, disclosure.Attestation{ConsentID: consent, ReferralID: referralID, ParticipantID: "par_1", RecipientID: d.registrar.Organisation, GiverID: d.area.Actors["manager"].Organisation,
			CompletedOn: db.Day(time.Now()), Until: db.Day(time.Now().AddDate(0, 0, until))}, time.Now())
	})
	return consent
}

func (d *desk) withdraw(consentID string) {
	d.t.Helper()
	d.care(func(tx *db.Tx) error {
		return disclosure.Withdraw(d.t.Context(), tx, consentID, "par_1", "self", "par_1", time.Now())
	})
}

func (d *desk) care(write func(*db.Tx) error) {
	d.t.Helper()
	if err := d.app.Store.Handle(schema.Care).Transact(d.t.Context(), write); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) list(state outcome.State) []string {
	d.t.Helper()
	items, err := d.service.List(d.t.Context(), d.registrar, outcome.Search{State: state}, 50)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, i := range items {
		if i.State != state {
			d.t.Errorf("%s is listed as %s and is %s", i.ContactID, state, i.State)
		}
		out = append(out, i.ContactID)
	}
	return out
}

// standsAt checks that a contact is in one list and no other.
func (d *desk) standsAt(contactID string, want outcome.State) {
	d.t.Helper()
	for _, s := range outcome.States() {
		if in := slices.Contains(d.list(s), contactID); in != (s == want) {
			d.t.Errorf("in the list %s: %v, want it in %q", s, in, want)
		}
	}
}

func (d *desk) finalise(contactID string) error {
	d.t.Helper()
	return d.service.Finalise(d.t.Context(), d.registrar, ledger.Form{}, contactID, "NM/7/26")
}

func TestR47_AnOutcomeIsFinalisedOnALiveWordAndNothingElse(t *testing.T) {
	each(t, func(d *desk) {
		id := d.divert(contact.ArrestDiversion)
		d.standsAt(id, outcome.Waiting)
		if err := d.finalise(id); !errors.Is(err, lead.ErrConflict) {
			d.t.Errorf("finalised without a word: %v", err)
		}
		d.at(20)
		d.standsAt(id, outcome.Ended)
		if err := d.finalise(id); !errors.Is(err, lead.ErrConflict) {
			d.t.Errorf("finalised when the window had ended: %v", err)
		}
		taken := d.attest(id, 60)
		d.standsAt(id, outcome.Ready)
		d.withdraw(taken)
		d.standsAt(id, outcome.Ended)
		if err := d.finalise(id); !errors.Is(err, lead.ErrConflict) {
			d.t.Errorf("finalised on a word that was taken back: %v", err)
		}
		d.attest(id, 19)
		d.standsAt(id, outcome.Ended) // the word was for nineteen days
		d.attest(id, 60)
		d.standsAt(id, outcome.Ready)
		if err := d.finalise(id); err != nil {
			d.t.Fatal(err)
		}
		d.standsAt(id, outcome.Finalised)
		if err := d.finalise(id); !errors.Is(err, lead.ErrConflict) {
			d.t.Errorf("finalised twice: %v", err)
		}
		item, rows, err := d.service.Read(d.t.Context(), d.registrar, id)
		if err != nil || len(rows) != 1 || rows[0].By != d.registrar.Name || rows[0].ForceReference != "NM/7/26" || item.CompletedOn != db.Day(time.Now()) || len(item.Offences) != 1 {
			d.t.Errorf("%+v %+v %v", item, rows, err)
		}
	})
}

// The database asks by itself, whatever the program believes.
func TestR47_TheDatabaseItselfFinalisesOnALiveWordAlone(t *testing.T) {
	each(t, func(d *desk) {
		id, other := d.divert(contact.ArrestDiversion), d.divert(contact.ArrestDiversion)
		gone, live, elsewhere := d.attest(id, 60), d.attest(id, 60), d.attest(other, 60)
		d.withdraw(gone)
		today := db.Day(time.Now())
		put := func(version int, kind, consent, on, reason, by string, at time.Time) error {
			return d.app.Store.Handle(schema.Police).Transact(d.t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(d.t.Context(), `INSERT INTO police_outcome (contact_id, version, kind, code, list_version, force_reference, consent_id, completed_on, reason, recorded_by, recorded_at)
					VALUES ($1, $2, $3, '22', '', 'NM/7/26', $4, $5, $6, $7, $8)`, id, version, kind, consent, on, reason, by, db.At(at))
				return err
			})
		}
		me, stranger := d.registrar.ID, d.area.Actors["prosecutor"].ID
		for what, err := range map[string]error{
			"no word": put(1, "finalised", "", "", "", me, time.Now()), "a word that was taken back": put(1, "finalised", gone, today, "", me, time.Now()), "a word about another": put(1, "finalised", elsewhere, today, "", me, time.Now()),
			"another day": put(1, "finalised", live, "2001-01-01", "", me, time.Now()), "after the word's last day": put(1, "finalised", live, today, "", me, time.Now().AddDate(0, 0, 90)),
			"a word to another organisation": put(1, "finalised", live, today, "", stranger, time.Now()), "opened before it was finalised": put(1, "opened", "", "", "why", me, time.Now()),
		} {
			if err == nil {
				d.t.Errorf("%s: the database took it", what)
			}
		}
		if err := put(1, "finalised", live, today, "", me, time.Now()); err != nil {
			d.t.Fatal(err)
		}
		if put(2, "finalised", live, today, "", me, time.Now()) == nil || put(2, "opened", "", "", "", me, time.Now()) == nil {
			d.t.Error("finalised twice, or opened without a reason")
		}
		for _, q := range []db.Query{`UPDATE police_outcome SET force_reference = 'x'`, `DELETE FROM police_outcome`} {
			if err := d.app.Store.Handle(schema.Police).Transact(d.t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(d.t.Context(), q); return err }); err == nil {
				d.t.Errorf("history was changed: %s", q)
			}
		}
	})
}

func TestAnOutcomeThatWasWrongIsOpenedAgainAndBothStay(t *testing.T) {
	each(t, func(d *desk) {
		id := d.divert(contact.ArrestDiversion)
		d.attest(id, 60)
		if err := d.finalise(id); err != nil {
			d.t.Fatal(err)
		}
		bad, ok := errors.AsType[lead.Invalid](d.service.Open(d.t.Context(), d.registrar, ledger.Form{}, id, " "))
		if !ok || bad["reason"] == "" {
			d.t.Errorf("opened without a reason: %v", bad)
		}
		if err := d.service.Open(d.t.Context(), d.registrar, ledger.Form{}, id, "The word was about another intake"); err != nil {
			d.t.Fatal(err)
		}
		d.standsAt(id, outcome.Ready)
		if err := d.finalise(id); err != nil {
			d.t.Fatal(err)
		}
		_, rows, err := d.service.Read(d.t.Context(), d.registrar, id)
		if err != nil || len(rows) != 3 || rows[1].Reason == "" {
			d.t.Errorf("%+v %v", rows, err)
		}
	})
}

// Two who finalise at once: one is first, the other is told.
func TestTwoWhoFinaliseAtOnceMakeOneOutcome(t *testing.T) {
	each(t, func(d *desk) {
		id := d.divert(contact.ArrestDiversion)
		d.attest(id, 60)
		results := make(chan error, 6)
		for range cap(results) {
			go func() { results <- d.finalise(id) }()
		}
		done := 0
		for range cap(results) {
			if <-results == nil {
				done++
			}
		}
		_, rows, err := d.service.Read(d.t.Context(), d.registrar, id)
		if err != nil || done != 1 || len(rows) != 1 {
			d.t.Errorf("%d were first, %d rows, %v", done, len(rows), err)
		}
	})
}

func TestOnlyArrestsThatWereDivertedAndHandedOverAreListed(t *testing.T) {
	each(t, func(d *desk) {
		d.divert(contact.SocialContact)
		id := d.divert(contact.ArrestDiversion)
		if got := d.list(outcome.Waiting); len(got) != 1 || got[0] != id {
			d.t.Errorf("%v", got)
		}
		undone := d.divert(contact.ArrestDiversion)
		if err := d.app.Contacts.Undo(d.t.Context(), d.area.Actors["officer"], ledger.Form{}, undone); err != nil {
			d.t.Fatal(err)
		}
		d.standsAt(undone, "")
		fix := contact.Decision{HappenedAt: time.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.NotDiverted, Reason: "victim_wish", Offences: []string{"46"}, Correction: "The victim was asked later",
			Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}}
		if _, err := d.app.Contacts.Correct(d.t.Context(), d.area.Actors["officer"], ledger.Form{}, id, 1, fix); err != nil {
			d.t.Fatal(err)
		}
		d.standsAt(id, "")
	})
}

func TestOnlyTheRegistrarOfTheForceSeesTheList(t *testing.T) {
	each(t, func(d *desk) {
		id := d.divert(contact.ArrestDiversion)
		d.attest(id, 60)
		for name, who := range d.area.Actors {
			if name == "registrar" {
				continue
			}
			if _, err := d.service.List(d.t.Context(), who, outcome.Search{State: outcome.Ready}, 50); !errors.Is(err, lead.ErrForbidden) {
				d.t.Errorf("%s lists: %v", name, err)
			}
			if err := d.service.Finalise(d.t.Context(), who, ledger.Form{}, id, "x"); !errors.Is(err, lead.ErrForbidden) {
				d.t.Errorf("%s finalises: %v", name, err)
			}
		}
		other := d.registrar
		other.Organisation = lead.NewID("org")
		if items, err := d.service.List(d.t.Context(), other, outcome.Search{State: outcome.Ready}, 50); err != nil || len(items) != 0 {
			d.t.Errorf("another force's registrar sees %+v, %v", items, err)
		}
		if _, _, err := d.service.Read(d.t.Context(), other, id); !errors.Is(err, lead.ErrForbidden) {
			d.t.Errorf("another force's registrar reads: %v", err)
		}
	})
}

func TestTheListGoesOnFromAPlaceAndIsNarrowed(t *testing.T) {
	each(t, func(d *desk) {
		want := map[string]bool{}
		for range 7 {
			want[d.divert(contact.ArrestDiversion)] = true
		}
		for state, days := range map[outcome.State]int{outcome.Waiting: 1, outcome.Ended: 40} {
			d.at(days)
			got := map[string]bool{}
			find := outcome.Search{State: state}
			for range 9 {
				items, err := d.service.List(d.t.Context(), d.registrar, find, 2)
				if err != nil {
					d.t.Fatal(err)
				}
				for _, i := range items {
					got[i.ContactID] = true
					find.After = outcome.Place{DueOn: i.DueOn, ContactID: i.ContactID}
				}
			}
			if len(got) != len(want) {
				d.t.Errorf("%s: %d of %d by pages", state, len(got), len(want))
			}
			for find, n := range map[outcome.Search]int{{State: state, Team: "Quayside response"}: 7, {State: state, Team: "Elsewhere"}: 0, {State: state, Older: days + 1}: 0, {State: state, Older: max(days-1, 0)}: 7} {
				items, err := d.service.List(d.t.Context(), d.registrar, find, 50)
				if err != nil || len(items) != n {
					d.t.Errorf("%+v: %d, %v", find, len(items), err)
				}
			}
		}
		teams, err := d.service.Teams(d.t.Context(), d.registrar)
		if err != nil || fmt.Sprint(teams) != "[Quayside response]" {
			d.t.Errorf("%v %v", teams, err)
		}
	})
}

// By when the window ends, without sorting: however many years the list has.
func TestTheListIsWalkedByItsIndex(t *testing.T) {
	s, err := db.OpenCopy(t.Context(), "sqlite:"+dbtest.SQLiteFile(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // it was only read
	for i, q := range outcome.Lists() {
		var plan string
		err := s.Handle(db.Copy).Look(t.Context(), func(tx *db.Tx) error {
			steps, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
				var id, parent, unused int
				var step string
				return step, row.Scan(&id, &parent, &unused, &step)
			}, "EXPLAIN QUERY PLAN "+q, "2026-01-01", "o", "", "2026", "", "", 30)
			plan = strings.Join(steps, "; ")
			return err
		})
		if err != nil || !strings.Contains(plan, "SEARCH u USING INDEX police_outcome_due_by_day") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%d: %s %v", i, plan, err)
		}
	}
}
