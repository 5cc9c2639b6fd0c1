package identity

import (
	"context"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

func byID(ctx context.Context, tx *db.Tx, accountID string) (Account, error) {
	a, err := scanAccount(tx.One(ctx, accountByID, accountID))
	if err != nil {
		return Account{}, err
	}
	a.Roles, err = rolesOf(ctx, tx, accountID)
	return a, err
}

func scanAccount(row db.Row) (Account, error) {
	var a Account
	var created db.Time
	err := row.Scan(&a.ID, &a.Side, &a.Organisation, &a.Email, &a.Name, &a.Team, &created, &a.Active)
	a.Created = created.Time
	return a, err
}

func scanOrganisation(row db.Row) (Organisation, error) {
	var o Organisation
	return o, row.Scan(&o.ID, &o.Name, &o.Kind)
}

func rolesOf(ctx context.Context, tx *db.Tx, accountID string) ([]lead.Role, error) {
	roles, err := db.All(ctx, tx, func(row db.Row) (lead.Role, error) {
		var r lead.Role
		return r, row.Scan(&r)
	}, rolesHeld, accountID)
	if err != nil {
		return nil, fmt.Errorf("roles: %w", err)
	}
	return roles, nil
}

const (
	insertAccount db.Query = `
		INSERT INTO identity_account (account_id, side, organisation_id, email, email_key, name, team, created_at, created_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	insertRole          db.Query = `INSERT INTO identity_role (account_id, side, role, version, held, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertStanding      db.Query = `INSERT INTO identity_standing (account_id, version, active, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertPassword      db.Query = `INSERT INTO identity_password (account_id, version, hash, set_at) VALUES ($1, $2, $3, $4)`
	insertCodeSecret    db.Query = `INSERT INTO identity_code_secret (account_id, version, secret, set_at) VALUES ($1, $2, $3, $4)`
	lastRoleVersion     db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_role WHERE account_id = $1 AND role = $2`
	lastStandingVersion db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_standing WHERE account_id = $1`

	accountByID db.Query = `
		SELECT a.account_id, a.side, a.organisation_id, a.email, a.name, a.team, a.created_at, s.active
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.account_id = $1
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)`
	accountsAfter db.Query = `
		SELECT a.account_id, a.side, a.organisation_id, a.email, a.name, a.team, a.created_at, s.active
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.email_key > $1
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		ORDER BY a.email_key LIMIT $2`
	insertOrganisation db.Query = `INSERT INTO identity_organisation (organisation_id, name, kind, added_by, added_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	organisations      db.Query = `SELECT organisation_id, name, kind FROM identity_organisation ORDER BY name LIMIT 500`
	organisationByName db.Query = `SELECT organisation_id, name, kind FROM identity_organisation WHERE name = $1`
	organisationByID   db.Query = `SELECT organisation_id, name, kind FROM identity_organisation WHERE organisation_id = $1`

	countAccounts db.Query = `SELECT COUNT(*) FROM identity_account`
	rolesHeld     db.Query = `
		SELECT role FROM identity_role r WHERE account_id = $1 AND held
		AND version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		ORDER BY role`

	secretsByEmail db.Query = `
		SELECT a.account_id, p.hash, s.active
		FROM identity_account a
		JOIN identity_password p ON p.account_id = a.account_id
		JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.email_key = $1
		AND p.version = (SELECT MAX(version) FROM identity_password WHERE account_id = a.account_id)
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)`
	codeSecret db.Query = `SELECT secret FROM identity_code_secret WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	useCode    db.Query = `INSERT INTO identity_code_used (account_id, step) VALUES ($1, $2) ON CONFLICT DO NOTHING`

	throttleOf  db.Query = `SELECT failures, retry_at FROM identity_throttle WHERE email_key = $1`
	addFailure  db.Query = `INSERT INTO identity_throttle (email_key, failures, retry_at) VALUES ($1, 1, $2) ON CONFLICT (email_key) DO UPDATE SET failures = identity_throttle.failures + 1, retry_at = $2`
	clearFailed db.Query = `DELETE FROM identity_throttle WHERE email_key = $1`

	insertSession db.Query = `INSERT INTO identity_session (token_hash, account_id, stage, started_at, last_seen_at, ended_at) VALUES ($1, $2, $3, $4, $4, '')`
	sessionByHash db.Query = `SELECT account_id, stage, started_at, last_seen_at, ended_at FROM identity_session WHERE token_hash = $1`
	touchSession  db.Query = `UPDATE identity_session SET last_seen_at = $1 WHERE token_hash = $2 AND ended_at = ''`
	endSession    db.Query = `UPDATE identity_session SET ended_at = $1 WHERE token_hash = $2 AND ended_at = ''`
	endSessions   db.Query = `UPDATE identity_session SET ended_at = $1 WHERE account_id = $2 AND ended_at = ''`

	keyByName db.Query = `SELECT secret FROM identity_key WHERE name = $1`
	insertKey db.Query = `INSERT INTO identity_key (name, secret, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
)
