package deliberation_test

import (
	"net/url"
	"strconv"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

func itoa(n int) string { return strconv.Itoa(n) }

func withVersion(form url.Values, version string) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = v
	}
	out.Del("form_key")
	out.Set("from_version", version)
	out.Set("window_days", "21")
	return out
}

// seat gives somebody a seat, as the coordinator does.
func seat(t testing.TB, site *webtest.Site, local, body string) {
	t.Helper()
	of := site.Area.Actors[local]
	must(t, site.App.Store.Handle(schema.Partnership).Transact(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_seat (seat_id, body_id, organisation_id, account_id, name, lived, chair, from_on, until_on, recorded_by, recorded_at)
			VALUES ($1, $2, $3, $4, $5, FALSE, FALSE, '2020-01-01', '', '', '')`, lead.NewID("sea"), body, of.Organisation, of.ID, of.Name)
		return err
	}))
}

func first(t *testing.T, site *webtest.Site) (policy.Policy, error) {
	t.Helper()
	var p policy.Policy
	err := site.App.Policies.Book.Look(t.Context(), func(tx *db.Tx) error {
		var err error
		p, err = policy.Version(t.Context(), tx, 1)
		return err
	})
	return p, err
}

// formOf is the form of a draft as its page fills it.
func formOf(p policy.Policy) url.Values {
	v := url.Values{"window_days": {itoa(p.WindowDays)}, "handoff_minutes": {itoa(p.HandoffMinutes)}, "caseload_soft": {itoa(p.CaseloadSoft)}, "caseload_hard": {itoa(p.CaseloadHard)}, "approve_by": {p.ApproveBy}}
	for _, o := range p.Offences {
		v.Set("offence_"+o.Code, string(o.Standing))
	}
	for _, c := range p.Criteria {
		v.Set("criterion_words_"+c.Code, c.Words)
		v.Set("criterion_help_"+c.Code, c.Help)
		v.Set("criterion_kind_"+c.Code, string(c.Kind))
	}
	for _, r := range p.Reasons {
		v.Set("reason_words_"+r.Outcome+"_"+r.Code, r.Words)
		v.Set("reason_kind_"+r.Outcome+"_"+r.Code, map[bool]string{true: "explain", false: "plain"}[r.Explain])
	}
	return v
}
