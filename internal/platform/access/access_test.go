package access_test

import (
	"strings"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
)

func decider(t *testing.T) *access.Decider {
	t.Helper()
	d, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Whatever the action and whosever the case, no role of another side is let at
// the case file, and no role of the care side at a contact (R18, R19).
func TestNoPolicyLetsASideAtAnothersRecords(t *testing.T) {
	d := decider(t)
	for _, role := range lead.Roles() {
		actor := lead.Actor{ID: "acc_1", Team: "team", Side: role.Side(), Roles: []lead.Role{role}}
		for _, action := range d.Actions() {
			for _, worker := range []string{"acc_1", "acc_2", ""} {
				_, onCase := d.Decide(actor, action, access.Case{ID: "par_1", Worker: worker, Team: "team", State: "active"})
				if onCase && role.Side() != lead.Care {
					t.Errorf("%s may %s on a case", role, action)
				}
				_, onContact := d.Decide(actor, action, access.Contact{ID: "con_1", Officer: worker, Team: "team"})
				if onContact && role.Side() != lead.Police {
					t.Errorf("%s may %s on a contact", role, action)
				}
			}
		}
	}
}

func TestWhoIsNobodyMayNothing(t *testing.T) {
	d := decider(t)
	for _, action := range d.Actions() {
		for _, r := range []access.Resource{access.Case{Worker: "", Team: ""}, access.Contact{}, access.Referral{Waiting: true, Approved: true}} {
			if _, ok := d.Decide(lead.Actor{}, action, r); ok {
				t.Errorf("nobody may %s on %T", action, r)
			}
		}
	}
	if _, ok := d.Decide(lead.Actor{ID: "acc_1", Roles: lead.Roles()}, "case.burn", access.Case{}); ok {
		t.Error("an action without a policy is permitted")
	}
}

// A decision names the policies that made it, so that it can be explained.
func TestADecisionSaysWhy(t *testing.T) {
	d := decider(t)
	manager := lead.Actor{ID: "acc_1", Team: "team", Side: lead.Care, Roles: []lead.Role{lead.CaseManager}}
	because, ok := d.Decide(manager, "case.read", access.Case{ID: "par_1", Worker: "acc_1", Team: "team"})
	if !ok || strings.Join(because, " ") != "who-walks-with-the-person-reads-and-writes" {
		t.Errorf("%v %v", because, ok)
	}
	for name, c := range map[string]access.Case{"another's": {ID: "par_1", Worker: "acc_2", Team: "team"}, "another team's": {ID: "par_1", Worker: "", Team: "other"}} {
		if _, ok := d.Decide(manager, "case.read", c); ok {
			t.Errorf("a case manager reads %s case", name)
		}
	}
}

func BenchmarkDecide(b *testing.B) {
	d, err := access.New()
	if err != nil {
		b.Fatal(err)
	}
	manager := lead.Actor{ID: "acc_1", Team: "team", Side: lead.Care, Roles: []lead.Role{lead.CaseManager}}
	for b.Loop() {
		d.Decide(manager, "case.read", access.Case{ID: "par_1", Worker: "acc_1", Team: "team"})
	}
}
