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
	err := row.Scan(&a.ID, &a.Side, &a.Organisation, &a.Kind, &a.Email, &a.Name, &a.Team, &created, &a.Active, &a.Language)
	a.Created = created.Time
	return a, err
}

func scanOrganisation(row db.Row) (Organisation, error) {
	var o Organisation
	return o, row.Scan(&o.ID, &o.Name, &o.Kind)
}

// scanSession also returns the browser that the session began in, and when it
// ended.
func scanSession(row db.Row) (of Session, browser, ended string, err error) {
	var started, seen, confirmed db.Time
	err = row.Scan(&of.hash, &of.ID, &of.Account.ID, &of.Stage, &of.Method, &of.Device, &of.Place, &started, &seen, &confirmed, &browser, &ended)
	of.Started, of.Seen, of.Confirmed = started.Time, seen.Time, confirmed.Time
	return of, browser, ended, err
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
	keepLanguage db.Query = `
		INSERT INTO identity_language (account_id, language, set_at) VALUES ($1, $2, $3)
		ON CONFLICT (account_id) DO UPDATE SET language = $2, set_at = $3`
	insertRole          db.Query = `INSERT INTO identity_role (account_id, side, role, version, held, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertStanding      db.Query = `INSERT INTO identity_standing (account_id, version, active, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertPassword      db.Query = `INSERT INTO identity_password (account_id, version, hash, set_at) VALUES ($1, $2, $3, $4)`
	insertCodeSecret    db.Query = `INSERT INTO identity_code_secret (account_id, version, secret, set_at) VALUES ($1, $2, $3, $4)`
	lastRoleVersion     db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_role WHERE account_id = $1 AND role = $2`
	lastStandingVersion db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_standing WHERE account_id = $1`

	// Whoever's organisation has withdrawn is not active: their next request already
	// finds it so (R54). Who runs the system runs it for everybody, and who oversees it,
	// the data-protection officer among them, does so for everybody.
	accountByID db.Query = `
		SELECT a.account_id, a.side, a.organisation_id, COALESCE(o.kind, ''), a.email, a.name, a.team, a.created_at, s.active AND (a.side IN ('operation', 'oversight') OR NOT EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = a.organisation_id)),
			COALESCE((SELECT language FROM identity_language WHERE account_id = a.account_id), '')
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id LEFT JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE a.account_id = $1
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)`
	accountsAfter db.Query = `
		SELECT a.account_id, a.side, a.organisation_id, COALESCE(o.kind, ''), a.email, a.name, a.team, a.created_at, s.active,
			COALESCE((SELECT language FROM identity_language WHERE account_id = a.account_id), '')
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id LEFT JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE a.email_key > $1
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		ORDER BY a.email_key LIMIT $2`
	teamOfAnother      db.Query = `SELECT COUNT(*) FROM identity_account WHERE side = $1 AND team = $2 AND organisation_id <> $3`
	insertOrganisation db.Query = `INSERT INTO identity_organisation (organisation_id, name, kind, added_by, added_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	organisations      db.Query = `SELECT organisation_id, name, kind FROM identity_organisation ORDER BY name LIMIT 500`
	organisationByName db.Query = `SELECT organisation_id, name, kind FROM identity_organisation WHERE name = $1`
	organisationByID   db.Query = `SELECT organisation_id, name, kind FROM identity_organisation WHERE organisation_id = $1`

	// Everybody who ever worked for a force: decisions of years ago have officers
	// who have left.
	policeOfForce db.Query = `SELECT email_key, account_id, name, team FROM identity_account WHERE side = 'police' AND organisation_id = $1`

	countAccounts db.Query = `SELECT COUNT(*) FROM identity_account`
	countByRole   db.Query = `
		SELECT r.role, COUNT(*) FROM identity_role r
		JOIN identity_standing s ON s.account_id = r.account_id AND s.active AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = r.account_id)
		WHERE r.held AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		GROUP BY r.role ORDER BY r.role`
	nameOf    db.Query = `SELECT name FROM identity_account WHERE account_id = $1`
	holdersOf db.Query = `
		SELECT a.account_id, a.name, o.name FROM identity_account a
		JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		JOIN identity_role r ON r.account_id = a.account_id AND r.role = $1 AND r.held AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		JOIN identity_standing s ON s.account_id = a.account_id AND s.active AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		ORDER BY o.name, a.name LIMIT 200`
	rolesHeld db.Query = `
		SELECT role FROM identity_role r WHERE account_id = $1 AND held
		AND version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role)
		ORDER BY role`

	secretsByEmail db.Query = `
		SELECT a.account_id, a.side, COALESCE((SELECT hash FROM identity_password WHERE account_id = a.account_id ORDER BY version DESC LIMIT 1), ''), s.active AND (a.side IN ('operation', 'oversight') OR NOT EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = a.organisation_id)),
			COALESCE((SELECT held FROM identity_hold WHERE account_id = a.account_id ORDER BY version DESC LIMIT 1), FALSE)
		FROM identity_account a
		JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.email_key = $1
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)`
	passwordNow         db.Query = `SELECT hash FROM identity_password WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	lastPasswordVersion db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_password WHERE account_id = $1`
	lastSecretVersion   db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_code_secret WHERE account_id = $1`
	codeSecret          db.Query = `SELECT secret FROM identity_code_secret WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	useCode             db.Query = `INSERT INTO identity_code_used (account_id, step) VALUES ($1, $2) ON CONFLICT DO NOTHING`

	throttleOf db.Query = `SELECT failures, last_at FROM identity_throttle WHERE throttle_key = $1`
	// What is older than an hour is forgotten: the count begins again.
	addFailure db.Query = `
		INSERT INTO identity_throttle (throttle_key, failures, last_at) VALUES ($1, 1, $2)
		ON CONFLICT (throttle_key) DO UPDATE SET failures = CASE WHEN identity_throttle.last_at < $3 THEN 1 ELSE identity_throttle.failures + 1 END, last_at = $2`
	clearFailed  db.Query = `DELETE FROM identity_throttle WHERE throttle_key = $1`
	insertDevice db.Query = `INSERT INTO identity_device (account_id, device_hash, first_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	deviceKnown  db.Query = `SELECT COUNT(*) FROM identity_device WHERE account_id = $1 AND device_hash = $2`

	insertSession db.Query = `
		INSERT INTO identity_session (token_hash, session_id, account_id, stage, method, browser_hash, device, place, started_at, last_seen_at, confirmed_at, ended_at, ended_why)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, '', '')`
	sessionByHash db.Query = `
		SELECT token_hash, session_id, account_id, stage, method, device, place, started_at, last_seen_at, confirmed_at, browser_hash, ended_at
		FROM identity_session WHERE token_hash = $1`
	openSessions db.Query = `
		SELECT token_hash, session_id, account_id, stage, method, device, place, started_at, last_seen_at, confirmed_at, browser_hash, ended_at
		FROM identity_session WHERE account_id = $1 AND ended_at = '' AND stage = 'full' AND started_at >= $2 AND last_seen_at >= $3
		ORDER BY started_at DESC LIMIT 50`
	touchSession   db.Query = `UPDATE identity_session SET last_seen_at = $1, place = $2 WHERE token_hash = $3 AND ended_at = ''`
	confirmSession db.Query = `UPDATE identity_session SET confirmed_at = $1 WHERE token_hash = $2 AND ended_at = '' AND stage = 'full'`
	endSession     db.Query = `UPDATE identity_session SET ended_at = $1, ended_why = $2 WHERE token_hash = $3 AND ended_at = ''`
	lostSince      db.Query = `
		SELECT EXISTS (SELECT 1 FROM identity_session WHERE account_id = $1 AND stage = 'full' AND ended_at >= $2 AND ended_why <> 'another began')
		OR EXISTS (SELECT 1 FROM identity_hold h WHERE h.account_id = $1 AND h.held
			AND (h.set_at >= $2 OR h.version = (SELECT MAX(version) FROM identity_hold WHERE account_id = h.account_id)))
		OR NOT EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = $1 AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))`
	endOwnSession    db.Query = `UPDATE identity_session SET ended_at = $1, ended_why = 'ended by its owner' WHERE session_id = $2 AND account_id = $3 AND ended_at = ''`
	endOtherSessions db.Query = `UPDATE identity_session SET ended_at = $1, ended_why = 'ended by its owner' WHERE account_id = $2 AND token_hash <> $3 AND ended_at = ''`
	endEnrolling     db.Query = `UPDATE identity_session SET ended_at = $1, ended_why = 'another code was made' WHERE account_id = $2 AND stage = 'enrol' AND ended_at = ''`
	endSessions      db.Query = `UPDATE identity_session SET ended_at = $1, ended_why = $2 WHERE account_id = $3 AND ended_at = ''`

	insertPasskey db.Query = `
		INSERT INTO identity_passkey (passkey_id, account_id, credential_id, credential, name, made_at, sign_count, used_at, suspended_at, removed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', '') ON CONFLICT DO NOTHING`
	passkeysOf db.Query = `
		SELECT passkey_id, credential, name, made_at, sign_count, used_at, suspended_at
		FROM identity_passkey WHERE account_id = $1 AND removed_at = '' ORDER BY made_at LIMIT 50`
	// A counter that does not go forward is a copy, but for keys that never count.
	countPasskey db.Query = `
		UPDATE identity_passkey SET credential = $1, sign_count = $2, used_at = $3
		WHERE credential_id = $4 AND suspended_at = '' AND removed_at = '' AND (sign_count < $2 OR $2 = 0)`
	suspendPasskey  db.Query = `UPDATE identity_passkey SET suspended_at = $1 WHERE credential_id = $2 AND suspended_at = ''`
	suspendPasskeys db.Query = `UPDATE identity_passkey SET suspended_at = $1 WHERE account_id = $2 AND suspended_at = ''`
	removePasskey   db.Query = `UPDATE identity_passkey SET removed_at = $1 WHERE passkey_id = $2 AND account_id = $3 AND removed_at = ''`
	useChallenge    db.Query = `INSERT INTO identity_challenge_used (challenge_hash, used_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`

	insertCode db.Query = `INSERT INTO identity_enrolment (code_hash, account_id, made_by, made_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, '')`
	spendCodes db.Query = `UPDATE identity_enrolment SET used_at = $1 WHERE account_id = $2 AND used_at = ''`
	codeByHash db.Query = `
		SELECT e.account_id, e.expires_at, s.active
		FROM identity_enrolment e JOIN identity_standing s ON s.account_id = e.account_id
		WHERE e.code_hash = $1 AND e.used_at = ''
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = e.account_id)`
	holdNow    db.Query = `SELECT version, held FROM identity_hold WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	insertHold db.Query = `INSERT INTO identity_hold (account_id, version, held, set_by, set_at) VALUES ($1, $2, $3, $4, $5)`

	bindingBy     db.Query = `SELECT account_id FROM identity_binding WHERE issuer = $1 AND subject = $2`
	insertBinding db.Query = `INSERT INTO identity_binding (issuer, subject, account_id, bound_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	issuersOf     db.Query = `SELECT issuer FROM identity_binding WHERE account_id = $1 ORDER BY issuer LIMIT 20`
	insertCarried db.Query = `INSERT INTO identity_carried (carried_id, sealed, kept_at) VALUES ($1, $2, $3)`
	carriedByID   db.Query = `SELECT sealed FROM identity_carried WHERE carried_id = $1`
	deleteCarried db.Query = `DELETE FROM identity_carried WHERE carried_id = $1 OR kept_at < $2`

	settingNow         db.Query = `SELECT value FROM identity_setting WHERE name = $1 ORDER BY version DESC LIMIT 1`
	lastSettingVersion db.Query = `SELECT COALESCE(MAX(version), 0) FROM identity_setting WHERE name = $1`
	insertSetting      db.Query = `INSERT INTO identity_setting (name, version, value, set_by, set_at) VALUES ($1, $2, $3, $4, $5)`

	insertRequest db.Query = `INSERT INTO identity_request (request_id, kind, account_id, roles, reason, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	rolesAsked    db.Query = `
		SELECT COUNT(*) FROM identity_request r WHERE account_id = $1 AND kind = 'roles' AND roles = $2
		AND NOT EXISTS (SELECT 1 FROM identity_answer WHERE request_id = r.request_id AND answer = 'confirmed')`
	insertAnswer db.Query = `INSERT INTO identity_answer (request_id, answer, answered_by, answered_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	requestByID  db.Query = `
		SELECT r.request_id, r.kind, r.account_id, r.roles, r.reason, r.asked_by, COALESCE(b.name, r.asked_by), r.asked_at
		FROM identity_request r LEFT JOIN identity_account b ON b.account_id = r.asked_by
		WHERE r.request_id = $1`
	waitingRequests db.Query = `
		SELECT r.request_id, r.kind, r.account_id, r.roles, r.reason, r.asked_by, COALESCE(b.name, r.asked_by), r.asked_at
		FROM identity_request r LEFT JOIN identity_account b ON b.account_id = r.asked_by
		WHERE NOT EXISTS (SELECT 1 FROM identity_answer WHERE request_id = r.request_id)
		ORDER BY r.asked_at LIMIT $1`
	waitingOfTeam db.Query = `
		SELECT r.request_id, r.kind, r.account_id, r.roles, r.reason, r.asked_by, COALESCE(b.name, r.asked_by), r.asked_at
		FROM identity_request r LEFT JOIN identity_account b ON b.account_id = r.asked_by
		JOIN identity_account a ON a.account_id = r.account_id
		WHERE a.side = $1 AND a.team = $2 AND r.kind = 'recovery'
		AND NOT EXISTS (SELECT 1 FROM identity_answer WHERE request_id = r.request_id)
		ORDER BY r.asked_at LIMIT $3`
	accountsOfTeam db.Query = `
		SELECT a.account_id, a.side, a.organisation_id, COALESCE(o.kind, ''), a.email, a.name, a.team, a.created_at, s.active,
			COALESCE((SELECT language FROM identity_language WHERE account_id = a.account_id), '')
		FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id LEFT JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE a.side = $1 AND a.team = $2
		AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		ORDER BY a.name LIMIT 200`

	insertNotice  db.Query = `INSERT INTO identity_notice (notice_id, account_id, kind, detail, made_at, read_at) VALUES ($1, $2, $3, $4, $5, '')`
	unreadNotices db.Query = `SELECT notice_id, kind, detail, made_at FROM identity_notice WHERE account_id = $1 AND read_at = '' ORDER BY notice_id LIMIT 50`
	markRead      db.Query = `UPDATE identity_notice SET read_at = $1 WHERE account_id = $2 AND read_at = '' AND notice_id <= $3`

	keyByName db.Query = `SELECT secret FROM identity_key WHERE name = $1`
	insertKey db.Query = `INSERT INTO identity_key (name, secret, made_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

	insertConnector      db.Query = `INSERT INTO identity_connector (connector_id, organisation_id, name, source, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertConnectorAsk   db.Query = `INSERT INTO identity_connector_ask (ask_id, connector_id, asked_by, asked_at) VALUES ($1, $2, $3, $4)`
	insertConnectorToken db.Query = `INSERT INTO identity_connector_token (token_hash, connector_id, ask_id, asked_by, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	insertConnectorStop  db.Query = `INSERT INTO identity_connector_stop (stop_id, connector_id, stopped_by, stopped_at) VALUES ($1, $2, $3, $4)`
	countConnectorUse    db.Query = `
		INSERT INTO identity_connector_use (connector_id, used_at, hour, uses) VALUES ($1, $2, $3, 1)
		ON CONFLICT (connector_id) DO UPDATE SET uses = CASE WHEN identity_connector_use.hour = $3 THEN identity_connector_use.uses + 1 ELSE 1 END, used_at = $2, hour = $3
		RETURNING uses`
	// A connector, its newest token and what was asked about it.
	connectorRow = `
		SELECT c.connector_id, c.organisation_id, o.name, c.name, c.source, COALESCE(t.made_at, ''), COALESCE(u.used_at, ''), COALESCE(w.ask_id, ''), COALESCE(w.asked_by, ''), COALESCE(b.name, ''),
			t.token_hash IS NOT NULL AND NOT EXISTS (SELECT 1 FROM identity_connector_stop x WHERE x.connector_id = c.connector_id AND x.stopped_at >= t.made_at)
		FROM identity_connector c JOIN identity_organisation o ON o.organisation_id = c.organisation_id
		LEFT JOIN identity_connector_token t ON t.connector_id = c.connector_id AND t.token_hash = (
			SELECT token_hash FROM identity_connector_token WHERE connector_id = c.connector_id ORDER BY made_at DESC, ask_id DESC LIMIT 1)
		LEFT JOIN identity_connector_use u ON u.connector_id = c.connector_id
		LEFT JOIN identity_connector_ask w ON w.ask_id = (
			SELECT MAX(a.ask_id) FROM identity_connector_ask a WHERE a.connector_id = c.connector_id
			AND NOT EXISTS (SELECT 1 FROM identity_connector_token k WHERE k.ask_id = a.ask_id)
			AND NOT EXISTS (SELECT 1 FROM identity_connector_stop x WHERE x.connector_id = a.connector_id AND x.stopped_at >= a.asked_at))
		LEFT JOIN identity_account b ON b.account_id = w.asked_by`
	connectors db.Query = connectorRow + `
		ORDER BY o.name, c.name LIMIT 200`
	connectorByID db.Query = connectorRow + `
		WHERE c.connector_id = $1`
	connectorByToken db.Query = connectorRow + `
		WHERE t.token_hash = $1 AND NOT EXISTS (SELECT 1 FROM reference_partner_away x WHERE x.organisation_id = c.organisation_id)`

	// Of an organisation: those who work for it, and those who may sign in.
	peopleOf db.Query = `
		SELECT a.account_id, a.side, a.name, a.team, s.active FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.organisation_id = $1 AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		ORDER BY a.name, a.account_id LIMIT 2000`
	// Organisations that take part and have a coordinator who may sign in.
	coordinating db.Query = `
		SELECT DISTINCT a.organisation_id FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.side = 'partnership' AND s.active AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		AND NOT EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = a.organisation_id)
		AND NOT EXISTS (SELECT 1 FROM identity_hold h WHERE h.account_id = a.account_id AND h.held
			AND h.version = (SELECT MAX(version) FROM identity_hold WHERE account_id = h.account_id))
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'coordinator' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = a.account_id AND role = 'coordinator'))
		ORDER BY a.organisation_id LIMIT 500`
	stoppedFor db.Query = `
		SELECT a.account_id FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.organisation_id = $1 AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		AND NOT s.active AND s.reason = $2 ORDER BY a.account_id LIMIT 2000`
	// Case teams that somebody leads, of organisations that take part.
	ledTeams db.Query = `
		SELECT DISTINCT a.team, a.organisation_id FROM identity_account a JOIN identity_standing s ON s.account_id = a.account_id
		WHERE a.side = 'care' AND s.active AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id)
		AND NOT EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = a.organisation_id)
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'supervisor' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = a.account_id AND role = 'supervisor'))
		ORDER BY a.team LIMIT 200`
)
