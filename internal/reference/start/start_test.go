package start_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/start"
	"waymark.example/internal/webtest"
)

func form() ledger.Form { return ledger.Form{Key: lead.NewID("frm"), Hash: "h"} }

func TestEveryTaskIsSomebodysAndAsksEachThingOnce(t *testing.T) {
	codes := map[string]bool{}
	for _, p := range start.Parts() {
		for _, task := range p.Tasks {
			if codes[task.Code] || task.Heading == "" || task.Says == "" || len(task.Whose) == 0 {
				t.Errorf("%+v", task)
			}
			codes[task.Code] = true
			names := map[string]bool{}
			for _, q := range task.Asks {
				if names[q.Name] || q.Label == "" || (q.Kind == start.One) != (len(q.Options) > 0) {
					t.Errorf("%s: %+v", task.Code, q)
				}
				names[q.Name] = true
			}
		}
	}
	seen := map[string]bool{}
	for _, c := range (start.Facts{}).Checks() {
		if seen[c.Code] || c.Heading == "" || c.Text == "" || c.Good {
			t.Errorf("of nothing at all: %+v", c)
		}
		seen[c.Code] = true
	}
}

func TestAnAreaBeginsOnceWhatMustBeThereIsThereAndWhatIsOpenHasAReason(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, coordinator := t.Context(), staff.Actors["coordinator"]
		today := a.Now().UTC().Format(time.DateOnly)
		begin := func() error {
			return a.Start.Begin(ctx, coordinator, form(), start.Launch{On: today, DecidedBy: "Policy Coordinating Group", Words: "The rest follows within a month"})
		}
		for who, actor := range staff.Actors {
			if who == "coordinator" || who == "administrator" {
				continue
			}
			if err := a.Start.Say(ctx, actor, form(), "restored", map[string]string{"who": "me", "on": today}); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s vouched: %v", who, err)
			}
		}
		if bad, _ := errors.AsType[lead.Invalid](begin()); bad["launched_on"] == "" {
			t.Error("it began with nothing there")
		}
		// what Waymark sees
		_, _, err := a.Accounts.OpenFirst(ctx, identity.Account{Email: "second@practice.example", Name: "Ada Brook", Organisation: coordinator.Organisation, Roles: []lead.Role{lead.Administrator}})
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := a.Contacts.Choices(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p.InForceFrom, p.DecidedBy = today, "Policy Coordinating Group"
		if _, err := a.Policies.RecordFirst(ctx, p); err != nil {
			t.Fatal(err)
		}
		// what people say
		if err := a.Start.Say(ctx, coordinator, form(), "administrators", map[string]string{"who": "me", "on": today}); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("somebody vouched for what Waymark sees: %v", err)
		}
		later := a.Now().AddDate(0, 0, 3).UTC().Format(time.DateOnly)
		if bad, _ := errors.AsType[lead.Invalid](a.Start.Say(ctx, coordinator, form(), "restored", map[string]string{"on": later})); bad["who"] == "" || bad["on"] == "" {
			t.Errorf("nobody vouched for a day to come: %v", bad)
		}
		for i, code := range []string{"restored", "keys_kept", "impact_signed"} {
			if bad, _ := errors.AsType[lead.Invalid](begin()); bad["launched_on"] == "" {
				t.Errorf("it began without %s", code)
			}
			if err := a.Start.Say(ctx, []lead.Actor{coordinator, staff.Actors["administrator"]}[i%2], form(), code, map[string]string{"who": "Tomas Reed", "on": today}); err != nil {
				t.Fatal(err)
			}
		}
		if bad, _ := errors.AsType[lead.Invalid](a.Start.Begin(ctx, coordinator, form(), start.Launch{On: today, DecidedBy: "The group"})); bad["words"] == "" {
			t.Error("it began with lines open and no reason")
		}
		if err := begin(); err != nil {
			t.Fatal(err)
		}
		l, err := a.Start.Latest(ctx)
		if err != nil || l.On != today || !slices.ContainsFunc(l.List, func(c start.Check) bool { return c.Code == "tested" && !c.Good }) {
			t.Errorf("%+v %v", l, err)
		}
		f, err := a.Start.Facts(ctx)
		if err != nil || f.Answers[start.SayPrefix+"restored"].Of["who"] != "Tomas Reed" || f.Answers[start.SayPrefix+"restored"].By != coordinator.Name {
			t.Errorf("%+v %v", f.Answers, err)
		}
	})
}

// What the look through somebody's eyes says is what the rules say: the police see
// nothing of a case file, the case team no contact, and nobody a key.
func TestTheLookThroughSomebodysEyesIsTheRules(t *testing.T) {
	d, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	sees := func(r lead.Role, c access.Class) access.Answer {
		for _, s := range d.Sights(r) {
			if s.Class == c {
				return s.Answer
			}
		}
		t.Fatalf("%s: class %s is gone", r, c)
		return access.Never
	}
	for _, r := range []lead.Role{lead.Officer, lead.Sergeant, lead.CrimeRegistrar, lead.Coordinator, lead.Administrator, lead.Auditor} {
		for _, c := range []access.Class{access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.KeyClass} {
			if a := sees(r, c); a != access.Never {
				t.Errorf("%s and %s: %s", r, c.Words(), a.Words())
			}
		}
	}
	if sees(lead.CaseManager, access.CaseFileClass) != access.Yes || sees(lead.CaseManager, access.ContactClass) != access.Never {
		t.Error("a case manager sees the wrong side")
	}
	for _, s := range d.Sights(lead.Officer) {
		if (s.Answer == access.Never) != (len(s.Acts) == 0) {
			t.Errorf("%+v", s)
		}
		for _, act := range s.Acts {
			if strings.Contains(act, "case file") {
				t.Errorf("an officer may %s", act)
			}
		}
	}
}
