package policy

import "waymark.example/internal/platform/db"

const (
	nextVersion  db.Query = `SELECT COALESCE(MAX(policy_version), 0) + 1 FROM reference_policy`
	insertPolicy db.Query = `
		INSERT INTO reference_policy (policy_version, in_force_from, intake_window_days, handoff_minutes, caseload_soft, caseload_hard, approve_social, approve_by, decided_by, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`
	insertOffence   db.Query = `INSERT INTO reference_policy_offence (policy_version, code, list_version, standing) VALUES ($1, $2, $3, $4)`
	insertCriterion db.Query = `INSERT INTO reference_policy_criterion (policy_version, criterion, kind, words, help, position) VALUES ($1, $2, $3, $4, $5, $6)`
	insertReason    db.Query = `INSERT INTO reference_policy_reason (policy_version, outcome, reason, words, explain, position) VALUES ($1, $2, $3, $4, $5, $6)`

	// Of two versions that start on one day the later one holds.
	policyOn db.Query = `
		SELECT policy_version, in_force_from, intake_window_days, handoff_minutes, caseload_soft, caseload_hard, approve_social, approve_by, decided_by, recorded_at
		FROM reference_policy WHERE in_force_from <= $1 ORDER BY in_force_from DESC, policy_version DESC LIMIT 1`
	policyByVersion db.Query = `
		SELECT policy_version, in_force_from, intake_window_days, handoff_minutes, caseload_soft, caseload_hard, approve_social, approve_by, decided_by, recorded_at
		FROM reference_policy WHERE policy_version = $1`
	allPolicies db.Query = `
		SELECT policy_version, in_force_from, intake_window_days, handoff_minutes, caseload_soft, caseload_hard, approve_social, approve_by, decided_by, recorded_at
		FROM reference_policy ORDER BY policy_version DESC`
	offencesOf db.Query = `
		SELECT o.code, o.list_version, o.standing, c.label, c.grouping
		FROM reference_policy_offence o
		JOIN reference_code c ON c.list = 'offences' AND c.code = o.code AND c.list_version = o.list_version
		WHERE o.policy_version = $1 ORDER BY c.position`
	criteriaOf db.Query = `SELECT criterion, kind, words, help FROM reference_policy_criterion WHERE policy_version = $1 ORDER BY position`
	reasonsOf  db.Query = `SELECT outcome, reason, words, explain FROM reference_policy_reason WHERE policy_version = $1 ORDER BY position`
)
