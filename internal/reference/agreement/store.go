package agreement

import "waymark.example/internal/platform/db"

func scanAgreement(row db.Row) (Agreement, error) {
	var a Agreement
	var at, end db.Time
	var ended int
	err := row.Scan(&a.ID, &a.Version, &a.Kind, &a.Title, &a.Words, &a.Basis, &a.Ask, &a.From, &a.Review, &a.Until, &at, &ended, &end)
	a.At, a.Ended, a.EndedAt = at.Time, ended == 1, end.Time
	return a, err
}

func scanParty(row db.Row) (Party, error) {
	var p Party
	var out int
	err := row.Scan(&p.Organisation, &p.Name, &p.SignedBy, &p.SignedOn, &out)
	p.Out = out == 1
	return p, err
}

const (
	insertAgreement db.Query = `INSERT INTO reference_agreement (agreement_id, kind, title, made_by, made_at) VALUES ($1, $2, $3, $4, $5)`
	insertVersion   db.Query = `
		INSERT INTO reference_agreement_version (agreement_id, version, words, basis, ask, from_on, review_on, until_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	insertParty   db.Query = `INSERT INTO reference_agreement_party (agreement_id, version, organisation_id, signed_by, signed_on) VALUES ($1, $2, $3, $4, $5)`
	insertClass   db.Query = `INSERT INTO reference_agreement_class (agreement_id, version, class) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertPurpose db.Query = `INSERT INTO reference_agreement_purpose (agreement_id, version, purpose) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertEnd     db.Query = `INSERT INTO reference_agreement_end (end_id, agreement_id, version, organisation_id, why, ended_by, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`

	versionRow = `
		SELECT v.agreement_id, v.version, g.kind, g.title, v.words, v.basis, v.ask, v.from_on, v.review_on, v.until_on, v.recorded_at,
			CASE WHEN EXISTS (SELECT 1 FROM reference_agreement_end e WHERE e.agreement_id = v.agreement_id AND e.version >= v.version AND e.organisation_id = '') THEN 1 ELSE 0 END,
			COALESCE((SELECT MAX(e.ended_at) FROM reference_agreement_end e WHERE e.agreement_id = v.agreement_id AND e.version >= v.version), '')
		FROM reference_agreement_version v JOIN reference_agreement g ON g.agreement_id = v.agreement_id`
	isNewest            = ` v.version = (SELECT MAX(version) FROM reference_agreement_version w WHERE w.agreement_id = v.agreement_id)`
	newestOne  db.Query = versionRow + ` WHERE v.agreement_id = $1 AND` + isNewest
	newest     db.Query = versionRow + ` WHERE` + isNewest + ` ORDER BY g.title, v.agreement_id LIMIT 500`
	versionsOf db.Query = versionRow + ` WHERE v.agreement_id = $1 ORDER BY v.version DESC LIMIT 100`
	// The newest version of every agreement that an organisation ever was part of.
	everPartOf db.Query = versionRow + ` WHERE` + isNewest + `
		AND EXISTS (SELECT 1 FROM reference_agreement_party p WHERE p.agreement_id = v.agreement_id AND p.organisation_id = $1) ORDER BY v.agreement_id`
	partiesOf db.Query = `
		SELECT p.organisation_id, o.name, p.signed_by, p.signed_on,
			CASE WHEN EXISTS (SELECT 1 FROM reference_agreement_end e WHERE e.agreement_id = p.agreement_id AND e.version >= p.version AND e.organisation_id = p.organisation_id) THEN 1 ELSE 0 END
		FROM reference_agreement_party p JOIN identity_organisation o ON o.organisation_id = p.organisation_id
		WHERE p.agreement_id = $1 AND p.version = $2 ORDER BY o.name`
	classesOf  db.Query = `SELECT class FROM reference_agreement_class WHERE agreement_id = $1 AND version = $2 ORDER BY class`
	purposesOf db.Query = `SELECT purpose FROM reference_agreement_purpose WHERE agreement_id = $1 AND version = $2 ORDER BY purpose`
	away       db.Query = `SELECT organisation_id FROM reference_partner_away ORDER BY organisation_id`
	nameOf     db.Query = `SELECT name FROM identity_organisation WHERE organisation_id = $1`

	open db.Query = `
		SELECT COUNT(*) FROM reference_agreement_open
		WHERE giver_id = $1 AND receiver_id = $2 AND topic = $3 AND purpose = $4 AND from_on <= $5 AND until_on >= $5 AND next_on > $5`
	// What covers it by its words and does not hold, the newest first: to say why.
	covering db.Query = versionRow + `
		JOIN reference_agreement_party x ON x.agreement_id = v.agreement_id AND x.version = v.version AND x.organisation_id = $1
		JOIN reference_agreement_party y ON y.agreement_id = v.agreement_id AND y.version = v.version AND y.organisation_id = $2
		JOIN reference_agreement_class c ON c.agreement_id = v.agreement_id AND c.version = v.version
		JOIN reference_topic t ON t.class = c.class AND t.topic = $3
		JOIN reference_agreement_purpose p ON p.agreement_id = v.agreement_id AND p.version = v.version AND p.purpose = $4
		WHERE` + isNewest + ` ORDER BY v.until_on DESC, v.agreement_id DESC LIMIT 1`
)
