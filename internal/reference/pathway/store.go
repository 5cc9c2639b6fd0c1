package pathway

import "waymark.example/internal/platform/db"

const (
	latest db.Query = `
		SELECT p.code, p.version, p.name, p.sort, p.from_on, p.until_on, p.recorded_at FROM reference_pathway p
		WHERE p.version = (SELECT MAX(version) FROM reference_pathway WHERE code = p.code) ORDER BY p.name, p.code LIMIT 200`
	oneByCode     db.Query = `SELECT MAX(version) FROM reference_pathway WHERE code = $1 GROUP BY code`
	insertPathway db.Query = `
		INSERT INTO reference_pathway (code, version, name, sort, from_on, until_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`
)
