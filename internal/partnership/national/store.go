package national

import "waymark.example/internal/platform/db"

const (
	decisions db.Query = `
		SELECT n.version, n.joined, n.words, COALESCE(a.name, ''), n.decided_at FROM partnership_national n LEFT JOIN identity_account a ON a.account_id = n.decided_by
		ORDER BY n.version DESC LIMIT 50`
	insertDecision db.Query = `
		INSERT INTO partnership_national (version, joined, words, decided_by, decided_at) SELECT $1, $2, $3, $4, $5
		WHERE (SELECT COALESCE(MAX(version), 0) FROM partnership_national) = $6 ON CONFLICT DO NOTHING`
)
