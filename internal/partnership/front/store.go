package front

import "waymark.example/internal/platform/db"

const (
	insertSetting db.Query = `
		INSERT INTO partnership_public (version, open, about, about_cy, involved, involved_cy, complain, complain_cy, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	latestSetting db.Query = `
		SELECT p.version, p.open, p.about, p.about_cy, p.involved, p.involved_cy, p.complain, p.complain_cy, COALESCE(a.name, ''), p.recorded_at
		FROM partnership_public p LEFT JOIN identity_account a ON a.account_id = p.recorded_by ORDER BY p.version DESC LIMIT 1`
)
