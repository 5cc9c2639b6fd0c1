package contact_test

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
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
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// diverted is a decision that breaks no rule.
func diverted() contact.Decision {
	return contact.Decision{
		HappenedAt: time.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow},
	}
}

func notDiverted() contact.Decision {
	d := diverted()
	d.Outcome, d.Reason, d.Voluntary, d.HandOff = contact.NotDiverted, "victim_wish", false, referral.Referral{}
	return d
}

// wrong decides and returns what was said to be wrong.
func wrong(t *testing.T, a *app.App, officer lead.Actor, door contact.Door, d contact.Decision) lead.Invalid {
	t.Helper()
	_, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, door, d)
	bad, ok := errors.AsType[lead.Invalid](err)
	if err != nil && !ok {
		t.Fatal(err)
	}
	return bad
}

func count(t *testing.T, a *app.App, handle string, q db.Query, args ...any) int {
	t.Helper()
	var n int
	err := a.Store.Handle(handle).Look(t.Context(), func(tx *db.Tx) error { return tx.One(t.Context(), q, args...).Scan(&n) })
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestR1_EveryContactStoresADecisionAndAReason(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		for _, o := range contact.Outcomes() {
			d := diverted()
			d.Outcome, d.Reason = o, ""
			if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, d); bad[contact.ReasonField(o)] == "" {
				t.Errorf("%s without a reason was taken: %v", o, bad)
			}
		}
		if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, contact.Decision{}); bad["outcome"] == "" {
			t.Errorf("no decision was taken: %v", bad)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 0 {
			t.Errorf("%d contacts were half written", n)
		}
		for _, o := range []contact.Outcome{contact.NotDiverted, contact.Declined, contact.NotEligible, contact.NoCapacity, contact.NotFit} {
			d := notDiverted() // and none of them needs a name
			d.Outcome = o
			d.Reason = map[contact.Outcome]string{contact.NotDiverted: "risk_of_harm", contact.Declined: "no_trust", contact.NotEligible: "offence", contact.NoCapacity: "team_full", contact.NotFit: "unwell"}[o]
			if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, d); bad != nil {
				t.Errorf("%s: %v", o, bad)
			}
		}
		if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, diverted()); bad != nil {
			t.Errorf("diverted: %v", bad)
		}
	})
}

func TestR2_ACorrectionSupersedesAndNeverEdits(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		fix := notDiverted()
		fix.Reason = "risk_of_harm"
		if _, err := a.Contacts.Correct(t.Context(), officer, ledger.Form{}, id, 1, fix); err == nil {
			t.Error("a correction without a reason was taken")
		}
		fix.Correction = "The victim was not asked"
		if _, err := a.Contacts.Correct(t.Context(), officer, ledger.Form{}, id, 1, fix); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Contacts.Correct(t.Context(), officer, ledger.Form{}, id, 1, fix); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("a second correction of one version: %v, want a conflict", err)
		}
		e, err := a.Contacts.Read(t.Context(), officer, id)
		if err != nil || len(e.Versions) != 2 || e.Versions[0].Reason != "victim_wish" || e.Versions[1].Correction == "" || e.Versions[1].RecordedBy != officer.ID {
			t.Errorf("history %+v, %v", e.Versions, err)
		}
		for _, q := range []db.Query{`UPDATE police_decision SET reason = 'x'`, `DELETE FROM police_decision`} {
			err := a.Store.Handle(schema.Police).Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q); return err })
			if err == nil {
				t.Errorf("a decision was changed in place: %s", q)
			}
		}
	})
}

func TestR3_TheOfferIsVoluntaryAndANoCostsNothing(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		d := diverted()
		d.Voluntary = false
		if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, d); bad["voluntary"] == "" {
			t.Errorf("a diversion was taken without their choice: %v", bad)
		}
		no := notDiverted()
		no.Outcome, no.Reason = contact.Declined, "would_not_say"
		if bad := wrong(t, a, staff.Actors["officer"], contact.ArrestDiversion, no); bad != nil {
			t.Fatal(bad)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM handoff_referral`); n != 0 {
			t.Errorf("a no left %d referrals", n)
		}
	})
}

// What the officer reads out, and every page of the police side, names no
// service and promises no treatment.
func TestR4_TheOfferNamesNoServiceAndNoTreatment(t *testing.T) {
	pages, err := filepath.Glob("../web/*.html")
	if err != nil || len(pages) < 4 {
		t.Fatal(pages, err)
	}
	pages = append(pages, "../web/script.go")
	// In English, Welsh, Polish, Romanian and Arabic.
	named := regexp.MustCompile(`(?i)treatment|rehab|detox|clinic|therapy|counsel|shelter|hostel|housing|methadone|programme place|triniaeth|therapi|clinig|llety|leczeni|terapi|klinik|odwyk|schronisk|tratament|terapie|clinic|dezintox|adăpost|علاج|عياد|مأوى|إدمان`)
	for _, path := range pages {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if word := named.Find(text); word != nil {
			t.Errorf("%s says %q", path, word)
		}
	}
	script, err := os.ReadFile("../web/script.go")
	if err != nil || !strings.Contains(string(script), "It is your choice, now and later") {
		t.Errorf("the words to read out do not say that it is their choice: %v", err)
	}
}

func TestR5_ThreeDoorsAndTheDoorIsFixed(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		if bad := wrong(t, a, officer, "side_door", notDiverted()); bad["door"] == "" {
			t.Errorf("a fourth door: %v", bad)
		}
		if bad := wrong(t, a, officer, contact.Community, notDiverted()); bad["door"] == "" {
			t.Errorf("an officer used the community's door: %v", bad)
		}
		err := a.Store.Handle(schema.Police).Transact(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE police_contact SET door = 'social_contact'`)
			return err
		})
		if err == nil {
			t.Error("a door was changed")
		}
	})
}

func TestR6_AReferralIsNotAnApproval(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, sergeant, manager := staff.Actors["officer"], staff.Actors["sergeant"], staff.Actors["manager"]
		waiting := func() int {
			h, err := a.Care.People.HandOffs(t.Context(), manager)
			if err != nil {
				t.Fatal(err)
			}
			return len(h.Waiting)
		}
		if _, err := a.Contacts.Decide(t.Context(), sergeant, ledger.Form{}, contact.SocialContact, diverted()); err != nil {
			t.Fatal(err)
		}
		own, err := a.Contacts.ToApprove(t.Context(), sergeant)
		if err != nil || len(own) != 1 {
			t.Fatal(own, err)
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, own[0].ID, true, ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a sergeant approved their own: %v", err)
		}
		if err := a.Contacts.Approve(t.Context(), officer, ledger.Form{}, own[0].ID, true, ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer approved: %v", err)
		}
		if _, err := a.Care.People.HandOff(t.Context(), manager, own[0].ID); !errors.Is(err, lead.ErrNotFound) || waiting() != 0 {
			t.Errorf("the case team saw a referral before its approval: %v", err)
		}
		if _, err := a.Care.People.Accept(t.Context(), manager, ledger.Form{}, own[0].ID); err == nil {
			t.Error("the case team accepted a referral before its approval")
		}
		if _, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.SocialContact, diverted()); err != nil {
			t.Fatal(err)
		}
		all, err := a.Contacts.ToApprove(t.Context(), sergeant)
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, all[1].ID, true, ""); err != nil || waiting() != 1 {
			t.Errorf("approved: %v, %d wait", err, waiting())
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, all[1].ID, false, "no"); err == nil {
			t.Error("an approval was taken back")
		}
	})
}

// A correction that turns a contact into a referral is the referral of whoever
// corrects, whoever stood on the street.
func TestR6_TheListSaysWhoHasNoYesYet(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, sergeant := staff.Actors["officer"], staff.Actors["sergeant"]
		newest := func() string {
			rows, err := a.Contacts.Mine(t.Context(), officer, "", 1)
			if err != nil || len(rows) != 1 {
				t.Fatal(rows, err)
			}
			return rows[0].Approval
		}
		for _, answer := range []struct {
			yes   bool
			after string
		}{{true, ""}, {false, "no"}} {
			if _, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.SocialContact, diverted()); err != nil {
				t.Fatal(err)
			}
			if got := newest(); got != "waiting" {
				t.Errorf("before anybody said anything: %q", got)
			}
			waiting, err := a.Contacts.ToApprove(t.Context(), sergeant)
			if err != nil || len(waiting) != 1 {
				t.Fatal(waiting, err)
			}
			if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, waiting[0].ID, answer.yes, "They left"); err != nil {
				t.Fatal(err)
			}
			if got := newest(); got != answer.after {
				t.Errorf("yes is %v: %q", answer.yes, got)
			}
		}
		if _, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, diverted()); err != nil {
			t.Fatal(err)
		}
		if got := newest(); got != "" {
			t.Errorf("an arrest needs nobody's yes: %q", got)
		}
	})
}

func TestR6_NobodyApprovesAReferralThatTheyMadeByCorrecting(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, sergeant := staff.Actors["officer"], staff.Actors["sergeant"]
		id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.SocialContact, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		d := diverted()
		d.Correction = "They would like it after all"
		if _, err := a.Contacts.Correct(t.Context(), sergeant, ledger.Form{}, id, 1, d); err != nil {
			t.Fatal(err)
		}
		waiting, err := a.Contacts.ToApprove(t.Context(), sergeant)
		if err != nil || len(waiting) != 1 {
			t.Fatal(waiting, err)
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, waiting[0].ID, true, ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a sergeant approved what they made themselves: %v", err)
		}
	})
}

func TestR7_AContactKeepsThePolicyVersionItWasDecidedUnder(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, coordinator := staff.Actors["officer"], staff.Actors["coordinator"]
		first, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := a.Contacts.Choices(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		p.InForceFrom, p.DecidedBy = time.Now().UTC().Format(time.DateOnly), "Policy group, test meeting"
		p.Offences = p.Offences[1:]
		if _, err := a.Policies.Record(t.Context(), officer, ledger.Form{}, p); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer wrote the policy: %v", err)
		}
		if _, err := a.Policies.Record(t.Context(), coordinator, ledger.Form{}, p); err != nil {
			t.Fatal(err)
		}
		d := notDiverted()
		if bad := wrong(t, a, officer, contact.ArrestDiversion, d); bad["offence"] == "" {
			t.Errorf("an offence that is no longer on the list was taken: %v", bad)
		}
		e, err := a.Contacts.Read(t.Context(), officer, first)
		if err != nil || e.Decision.PolicyVersion != 1 || len(e.Decision.Offences) != 1 {
			t.Errorf("the earlier contact changed: %+v %v", e.Decision, err)
		}
	})
}

func TestR8_APresumptiveExclusionIsOverriddenWithANameAndAReason(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		for name, change := range map[string]func(*contact.Decision){
			"a criterion":            func(d *contact.Decision) { d.Exclusions = []string{"weapon"} },
			"an offence on the list": func(d *contact.Decision) { d.Offences = []string{"28E"} },
		} {
			d := diverted()
			change(&d)
			bad := wrong(t, a, officer, contact.ArrestDiversion, d)
			if bad["override_by"] == "" || bad["override_why"] == "" {
				t.Errorf("%s: taken without a name and a reason: %v", name, bad)
			}
			d.OverrideBy, d.OverrideWhy = "Sgt Lee", "Tied to need"
			id, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.ArrestDiversion, d)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, err := a.Contacts.Read(t.Context(), officer, id)
			if err != nil || e.Decision.OverrideBy != "Sgt Lee" || len(e.Decision.Exclusions) != 1 {
				t.Errorf("%s: %+v %v", name, e.Decision, err)
			}
		}
	})
}

func TestR56_NobodyUnderEighteenIsDivertedWhoeverSaysYes(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, area practice.Area) {
		for _, door := range []contact.Door{contact.ArrestDiversion, contact.SocialContact} {
			d := diverted()
			d.Equality.AgeBand = "under_18"
			d.OverrideBy, d.OverrideWhy = "Sgt Lee", "Tied to need"
			if bad := wrong(t, a, area.Actors["officer"], door, d); bad["outcome"] == "" {
				t.Errorf("%s: a child was diverted: %v", door, bad)
			}
		}
	})
}

func TestR9_NoAdmissionOfGuiltIsAskedOrStored(t *testing.T) {
	words := []string{"guilt", "admit", "admission", "confess", "plea"}
	for _, table := range []string{"police_contact", "police_decision", "police_offence", "police_exclusion", "handoff_referral"} {
		for _, column := range dbtest.Columns(t, table) {
			for _, w := range words {
				if strings.Contains(column, w) {
					t.Errorf("%s.%s asks about guilt", table, column)
				}
			}
		}
	}
}

func TestR41_EthnicityIsSelfDefinedWithNotAskedAndSaidNo(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		for name, e := range map[string]contact.Equality{
			"nothing":      {AgeBand: "26_35", Sex: "F"},
			"both":         {AgeBand: "26_35", Sex: "F", Ethnicity: "W1", NotRecorded: contact.SaidNo},
			"unknown code": {AgeBand: "26_35", Sex: "F", Ethnicity: "Z9"},
		} {
			d := notDiverted()
			d.Equality = e
			if bad := wrong(t, a, officer, contact.ArrestDiversion, d); bad["ethnicity"]+bad["ethnic_group"] == "" {
				t.Errorf("%s was taken: %v", name, bad)
			}
		}
		for _, e := range []contact.Equality{
			{AgeBand: "26_35", Sex: "F", Ethnicity: "B2"}, {AgeBand: "26_35", Sex: "F", Ethnicity: "B"}, {AgeBand: "26_35", Sex: "F", NotRecorded: contact.NotAsked}, {AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		} {
			d := notDiverted()
			d.Equality, d.Perceived = e, "IC3"
			if bad := wrong(t, a, officer, contact.ArrestDiversion, d); bad != nil {
				t.Errorf("%+v: %v", e, bad)
			}
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_equality WHERE list_version <> ''`); n != 4 {
			t.Errorf("%d rows of what people said with the version of their list, want 4", n)
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_perceived WHERE ethnicity = 'IC3'`); n != 4 {
			t.Errorf("%d rows of what officers perceived, want 4", n)
		}
	})
}

// The same form sent twice makes one record and gives the same receipt; the
// same key with other answers is refused.
func TestTheSameFormTwiceMakesOneRecord(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		form := ledger.Form{Key: lead.NewID("frm"), Hash: "a"}
		ids := make(chan string, 8)
		for range cap(ids) {
			go func() {
				id, err := a.Contacts.Decide(t.Context(), officer, form, contact.ArrestDiversion, diverted())
				if err != nil {
					t.Error(err)
				}
				ids <- id
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("two receipts for one form: %s and %s", first, id)
			}
		}
		if n := count(t, a, schema.Police, `SELECT COUNT(*) FROM police_contact`); n != 1 {
			t.Errorf("%d contacts, want 1", n)
		}
		form.Hash = "b"
		if _, err := a.Contacts.Decide(t.Context(), officer, form, contact.ArrestDiversion, notDiverted()); !errors.Is(err, lead.ErrReused) {
			t.Errorf("the same key with other answers: %v", err)
		}
		form.Hash = "a"
		if _, err := a.Contacts.Decide(t.Context(), staff.Actors["officer2"], form, contact.ArrestDiversion, diverted()); !errors.Is(err, lead.ErrReused) {
			t.Errorf("somebody else's key: %v", err)
		}
	})
}

func TestBadDecisionsAreRefusedBesideTheirField(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer := staff.Actors["officer"]
		for field, change := range map[string]func(*contact.Decision){
			"offence":     func(d *contact.Decision) { d.Offences = []string{"no-such-offence"} },
			"happened_at": func(d *contact.Decision) { d.HappenedAt = time.Now().Add(time.Hour) },
			"words":       func(d *contact.Decision) { d.Words = strings.Repeat("x", 501) },
			"place":       func(d *contact.Decision) { d.Place = strings.Repeat("x", 201) },
			"nickname":    func(d *contact.Decision) { d.HandOff.Nickname = "" },
			"meeting":     func(d *contact.Decision) { d.HandOff.Meeting = "somehow" },
			"safety":      func(d *contact.Decision) { d.HandOff.Safety = []string{"record of violence"} },
			"age_band":    func(d *contact.Decision) { d.Equality.AgeBand = "" },
			"sex":         func(d *contact.Decision) { d.Equality.Sex = "?" },
			"perceived":   func(d *contact.Decision) { d.Perceived = "?" },
		} {
			d := diverted()
			change(&d)
			if bad := wrong(t, a, officer, contact.ArrestDiversion, d); bad[field] == "" {
				t.Errorf("%s: %v", field, bad)
			}
		}
		if _, err := a.Contacts.Decide(t.Context(), staff.Actors["manager"], ledger.Form{}, contact.ArrestDiversion, diverted()); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a case manager recorded a contact: %v", err)
		}
	})
}

func TestAnOfficerReadsOnlyTheirOwnContacts(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		id, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, notDiverted())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Contacts.Read(t.Context(), staff.Actors["officer2"], id); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("another officer: %v", err)
		}
		if _, err := a.Contacts.Read(t.Context(), staff.Actors["sergeant"], id); err != nil {
			t.Errorf("their sergeant: %v", err)
		}
		rows, err := a.Contacts.Mine(t.Context(), staff.Actors["officer2"], "", 10)
		if err != nil || len(rows) != 0 {
			t.Errorf("another officer's list: %v %v", rows, err)
		}
		if n := count(t, a, schema.Oversight, `SELECT COUNT(*) FROM ledger_entry WHERE verb = 'denied' AND actor_id = $1`, staff.Actors["officer2"].ID); n != 1 {
			t.Errorf("%d refusals in the log, want 1", n)
		}
	})
}

// What somebody agreed to have passed on is the case team's once it is handed
// over: nobody on the police side, and nobody who holds the database, reads it back.
func TestR19_WhatWasHandedOverCannotBeReadBack(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		officer, sergeant := staff.Actors["officer"], staff.Actors["sergeant"]
		d := diverted()
		d.HandOff = referral.Referral{Nickname: "Kestrel", Meeting: referral.MeetAt, MeetWords: "Fish Quay at noon", FindWords: "By the lock", Communication: "Polish", Safety: []string{"dog"}}
		letters := func() []string {
			var out []string
			err := a.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
				var err error
				out, err = db.All(t.Context(), tx, func(row db.Row) (string, error) {
					var s string
					return s, row.Scan(&s)
				}, `SELECT letter FROM handoff_referral UNION ALL SELECT letter FROM handoff_to_approve`)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for range 3 {
			if _, err := a.Contacts.Decide(t.Context(), officer, ledger.Form{}, contact.SocialContact, d); err != nil {
				t.Fatal(err)
			}
		}
		waiting, err := a.Contacts.ToApprove(t.Context(), sergeant)
		if err != nil || len(waiting) != 3 || waiting[0].Nickname != "Kestrel" || waiting[0].MeetWords != "Fish Quay at noon" {
			t.Fatalf("the sergeant cannot read what to decide: %+v, %v", waiting, err)
		}
		if got := letters(); len(got) != 6 {
			t.Errorf("%d letters", len(got))
		}
		held := map[string]string{}
		err = a.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
			for _, w := range waiting {
				var s string
				if err := tx.One(t.Context(), `SELECT letter FROM handoff_to_approve WHERE referral_id = $1`, w.ID).Scan(&s); err != nil {
					return err
				}
				held[w.ID] = s
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, waiting[0].ID, true, ""); err != nil {
			t.Fatal(err)
		}
		if err := a.Contacts.Approve(t.Context(), sergeant, ledger.Form{}, waiting[1].ID, false, "Not now"); err != nil {
			t.Fatal(err)
		}
		for i, gone := range []bool{true, true, false} {
			_, err := a.Contacts.Post.Held(t.Context(), waiting[i].ID, "handoff_referral.letter", held[waiting[i].ID])
			if errors.Is(err, secret.ErrDestroyed) != gone {
				t.Errorf("copy %d: %v", i, err)
			}
		}
		got := letters()
		if len(got) != 4 {
			t.Errorf("%d letters are left", len(got))
		}
		for _, text := range got {
			for _, word := range []string{"Kestrel", "noon", "lock", "Polish", "dog"} {
				if strings.Contains(text, word) {
					t.Errorf("the police handle reads %q", word)
				}
			}
		}
		h, err := a.Care.People.HandOff(t.Context(), staff.Actors["manager"], waiting[0].ID)
		if err != nil || h.Nickname != "Kestrel" || h.MeetWords != "Fish Quay at noon" || h.FindWords != "By the lock" || h.Communication != "Polish" || len(h.Safety) != 1 {
			t.Errorf("the case team reads %+v, %v", h, err)
		}
		// What a sergeant said no to goes to nobody, so its key is gone.
		care := secret.NewRing(a.Keys, schema.Care, a.Keeper)
		if _, err := care.OpenLetter(t.Context(), waiting[1].ID, "handoff_referral.letter", "h1.AAAA"); !errors.Is(err, secret.ErrDestroyed) {
			t.Errorf("the letter that went to nobody: %v", err)
		}
	})
}
