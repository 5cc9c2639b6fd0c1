package codelist

import "waymark.example/internal/platform/db"

const (
	insertCode db.Query = `
		INSERT INTO reference_code (list, list_version, code, label, grouping, attributes, valid_from, valid_to, source, to_verify, position)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`
	latestVersion db.Query = `SELECT COALESCE(MAX(list_version), '') FROM reference_code WHERE list = $1`
	countCodes    db.Query = `SELECT COUNT(*) FROM reference_code`
	latest        db.Query = `
		SELECT c.list, c.list_version, c.code, c.label, c.grouping, c.attributes, c.valid_from, c.valid_to, c.source, c.to_verify,
			COALESCE(v.evidence, ''), COALESCE(v.verified_by, ''), COALESCE(v.verified_at, '')
		FROM reference_code c
		LEFT JOIN reference_verification v ON v.list = c.list AND v.code = c.code AND v.list_version = c.list_version
		WHERE c.list = $1 AND c.list_version = (SELECT MAX(list_version) FROM reference_code WHERE list = c.list)
		ORDER BY c.position`
	summaries db.Query = `
		SELECT c.list, MAX(c.list_version), COUNT(*), SUM(CASE WHEN c.to_verify AND v.code IS NULL THEN 1 ELSE 0 END)
		FROM reference_code c
		LEFT JOIN reference_verification v ON v.list = c.list AND v.code = c.code AND v.list_version = c.list_version
		GROUP BY c.list ORDER BY c.list`
	insertVerification db.Query = `
		INSERT INTO reference_verification (list, code, list_version, evidence, verified_by, verified_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
)
