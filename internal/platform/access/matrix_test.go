package access_test

import (
	"flag"
	"os"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
)

var update = flag.Bool("update", false, "write docs/access-matrix.md")

// The page that people read is what the policies say, to the letter.
func TestTheMatrixPageIsWhatThePoliciesSay(t *testing.T) {
	const page = "../../../docs/access-matrix.md"
	want := decider(t).Matrix().Markdown()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil { //nolint:gosec // a page of the documentation
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != want {
		t.Errorf("docs/access-matrix.md is out of date (%v): run make matrix, read what changed, and commit it", err)
	}
}

// The lines that may never be crossed, whatever somebody writes into a policy
// file (R18, R19, R34 and the matrix of the design).
func TestTheMatrixKeepsTheLinesThatHoldTheWall(t *testing.T) {
	m := decider(t).Matrix()
	never := map[lead.Role][]access.Class{
		lead.Officer:         {access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.KeyClass},
		lead.Sergeant:        {access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.KeyClass},
		lead.Prosecutor:      {access.ReferralClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass, access.KeyClass},
		lead.CaseManager:     {access.ContactClass, access.VictimClass, access.KeyClass},
		lead.OnCall:          {access.ContactClass, access.VictimClass, access.KeyClass},
		lead.Supervisor:      {access.ContactClass, access.VictimClass, access.KeyClass},
		lead.ClinicalPartner: {access.ContactClass, access.VictimClass, access.EqualityClass, access.KeyClass},
		lead.ServicePartner:  {access.ContactClass, access.VictimClass, access.EqualityClass, access.KeyClass},
		lead.PanelMember:     {access.ContactClass, access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass, access.VictimClass, access.ResearchClass, access.KeyClass},
		lead.Commissioner:    {access.ContactClass, access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass, access.VictimClass, access.ResearchClass, access.KeyClass},
		lead.Evaluator:       {access.ContactClass, access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.VictimClass, access.KeyClass},
		lead.Administrator:   {access.ContactClass, access.ReferralClass, access.StatusClass, access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass, access.VictimClass, access.ResearchClass},
		lead.Auditor:         {access.CaseFileClass, access.HealthClass, access.RestrictedClass, access.EqualityClass},
		lead.DPO:             {access.HealthClass, access.EqualityClass},
		lead.Participant:     {access.ContactClass, access.VictimClass, access.AuditClass, access.KeyClass},
	}
	for role, classes := range never {
		for _, c := range classes {
			if m.Best(role, c) != access.Never {
				t.Errorf("%s, class %s (%s): %s", role, c, c.Words(), m.Best(role, c).Words())
			}
		}
	}
	if m.Best(lead.CaseManager, access.CaseFileClass) != access.Yes || m.Best(lead.Officer, access.ContactClass) != access.Yes {
		t.Error("the matrix sees nothing: the probes look in the wrong place")
	}
}
