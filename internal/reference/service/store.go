package service

import "waymark.example/internal/platform/db"

const (
	insertVersion db.Query = `
		INSERT INTO reference_service_version (service_id, version, act, source, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertDocument  db.Query = `INSERT INTO reference_service_document (service_id, version, document) VALUES ($1, $2, $3)`
	deleteDocuments db.Query = `DELETE FROM reference_service_document WHERE service_id = $1 AND version < $2`
	insertCheck     db.Query = `INSERT INTO reference_service_check (check_id, service_id, version, checked_by, checked_at) VALUES ($1, $2, $3, $4, $5)`
	checked         db.Query = `UPDATE reference_service_now SET verified_by = $1, verified_at = $2 WHERE service_id = $3 AND version = $4`

	insertNow db.Query = `
		INSERT INTO reference_service_now (service_id, version, name, sort, words, place, listed, walk_in, women_only, dogs, withheld, verified_by, verified_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '') ON CONFLICT DO NOTHING`
	updateNow db.Query = `
		UPDATE reference_service_now SET version = $1, name = $2, sort = $3, words = $4, place = $5, listed = $6, walk_in = $7, women_only = $8, dogs = $9, withheld = $10
		WHERE service_id = $11 AND version = $12`
	deleteNeeds db.Query = `DELETE FROM reference_service_need WHERE service_id = $1`
	insertNeed  db.Query = `INSERT INTO reference_service_need (service_id, domain) VALUES ($1, $2) ON CONFLICT DO NOTHING`

	serviceByID db.Query = `
		SELECT n.version, d.document, n.verified_at, COALESCE(a.name, '')
		FROM reference_service_now n
		JOIN reference_service_document d ON d.service_id = n.service_id AND d.version = n.version
		LEFT JOIN identity_account a ON a.account_id = n.verified_by
		WHERE n.service_id = $1`
	// Every condition that is not asked for is empty, and true.
	servicesFound db.Query = `
		SELECT n.version, d.document, n.verified_at, COALESCE(a.name, ''), n.sort
		FROM reference_service_now n
		JOIN reference_service_document d ON d.service_id = n.service_id AND d.version = n.version
		LEFT JOIN identity_account a ON a.account_id = n.verified_by
		WHERE n.sort > $1 AND n.listed
			AND n.words LIKE $2 AND n.words LIKE $3 AND n.place LIKE $4
			AND ($5 = '' OR EXISTS (SELECT 1 FROM reference_service_need x WHERE x.service_id = n.service_id AND x.domain = $5))
			AND (n.walk_in OR NOT $6) AND (n.women_only OR NOT $7) AND (n.dogs OR NOT $8)
		ORDER BY n.sort LIMIT $9`
	documentNow db.Query = `
		SELECT d.document FROM reference_service_now n JOIN reference_service_document d ON d.service_id = n.service_id AND d.version = n.version WHERE n.service_id = $1`
	servicesPage db.Query = `
		SELECT d.document FROM reference_service_now n JOIN reference_service_document d ON d.service_id = n.service_id AND d.version = n.version
		WHERE n.listed ORDER BY n.sort LIMIT $1 OFFSET $2`
	// Both only ever grow: a service is never removed, and a change raises its version.
	catalogueMark db.Query = `SELECT COUNT(*), COALESCE(SUM(version), 0) FROM reference_service_now`
	versionsOf    db.Query = `
		SELECT v.version, v.act, v.source, COALESCE(a.name, ''), v.recorded_at
		FROM reference_service_version v LEFT JOIN identity_account a ON a.account_id = v.recorded_by
		WHERE v.service_id = $1 ORDER BY v.version DESC LIMIT 50`
	oldestChecked db.Query = `SELECT COUNT(*) FROM reference_service_now WHERE listed AND verified_at < $1`
)
