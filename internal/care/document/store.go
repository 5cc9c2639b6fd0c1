package document

import "waymark.example/internal/platform/db"

const (
	insertDocument db.Query = `
		INSERT INTO care_document (document_id, participant_id, kind, original, name, words, type, size, parts, scan, cleaned, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`
	insertPart db.Query = `INSERT INTO care_document_part (document_id, part, body) VALUES ($1, $2, $3)`
	insertStep db.Query = `INSERT INTO care_document_step (document_id, kind, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`

	columns = `
		SELECT d.document_id, d.kind, d.original, d.name, d.words, d.type, d.size, d.parts, d.scan, d.cleaned, COALESCE(a.name, ''), d.recorded_at
		FROM care_document d LEFT JOIN identity_account a ON a.account_id = d.recorded_by`
	documentsOf db.Query = columns + ` WHERE d.participant_id = $1 ORDER BY d.recorded_at DESC, d.document_id DESC LIMIT $2`
	documentOf  db.Query = columns + ` WHERE d.participant_id = $1 AND d.document_id = $2`
	stepsOf     db.Query = `
		SELECT s.document_id, s.kind, s.words, COALESCE(a.name, ''), s.recorded_at
		FROM care_document d JOIN care_document_step s ON s.document_id = d.document_id LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE d.participant_id = $1 ORDER BY s.recorded_at`
	partsOf db.Query = `
		SELECT p.body FROM care_document d JOIN care_document_part p ON p.document_id = d.document_id
		WHERE d.participant_id = $1 AND d.document_id = $2 ORDER BY p.part`
	deleteParts db.Query = `DELETE FROM care_document_part WHERE document_id = $1`
	countOf     db.Query = `SELECT COUNT(*) FROM care_document WHERE participant_id = $1`
	keptSince   db.Query = `SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM care_document WHERE recorded_by = $1 AND recorded_at >= $2`
)
