package training

import (
	"testing"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
)

// A course is due when it was never done, and again when its months are over; what is asked of no role of theirs is never due, and
// what somebody did stays with them.
func TestACourseIsDueForWhoseRoleItIs(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }
	s := &Service{Book: ledger.New(nil, now)}
	start := Course{ID: "crs_a", Title: "Start", Roles: []lead.Role{lead.CaseManager, lead.PanelMember}, FirstWeek: true, Months: 12}
	once := Course{ID: "crs_b", Title: "Once", Roles: []lead.Role{lead.PanelMember}}
	over := Course{ID: "crs_c", Title: "Over", Roles: []lead.Role{lead.PanelMember}, Ended: true}
	panel := Person{Roles: []lead.Role{lead.PanelMember}}

	for what, c := range map[string]struct {
		of   Person
		done []done
		want map[string]bool // by course: whether it is due
	}{
		"new":                {panel, nil, map[string]bool{"crs_a": true, "crs_b": true}},
		"up to date":         {panel, []done{{"crs_a", "2025-11-27", "Priya"}, {"crs_b", "2019-01-01", "Priya"}}, map[string]bool{"crs_a": false, "crs_b": false}},
		"due again":          {panel, []done{{"crs_a", "2025-11-26", "Priya"}, {"crs_b", "2019-01-01", "Priya"}}, map[string]bool{"crs_a": true, "crs_b": false}},
		"taken back":         {panel, []done{{"crs_b", "2026-01-01", "Priya"}, {"crs_b", "", "Priya"}}, map[string]bool{"crs_a": true, "crs_b": true}},
		"did what is over":   {panel, []done{{"crs_c", "2020-01-01", "Priya"}}, map[string]bool{"crs_a": true, "crs_b": true, "crs_c": false}},
		"another role":       {Person{Roles: []lead.Role{lead.Auditor}}, nil, map[string]bool{}},
		"another role's own": {Person{Roles: []lead.Role{lead.Auditor}}, []done{{"crs_a", "2019-01-01", "Priya"}}, map[string]bool{"crs_a": false}},
	} {
		got := map[string]bool{}
		for _, st := range s.stand(c.of, []Course{start, once, over}, c.done) {
			got[st.Course.ID] = st.Due
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", what, got, c.want)
		}
		for id, due := range c.want {
			if got[id] != due {
				t.Errorf("%s: %s is due: %v, want %v", what, id, got[id], due)
			}
		}
	}
}
