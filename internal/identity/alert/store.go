package alert

import "waymark.example/internal/platform/db"

const (
	channelsOf db.Query = `
		SELECT channel_id, account_id, kind, address, public_key, auth, label, added_at, proved_at
		FROM identity_channel WHERE account_id = $1 ORDER BY channel_id LIMIT 50`
	channelByID db.Query = `
		SELECT channel_id, account_id, kind, address, public_key, auth, label, added_at, proved_at
		FROM identity_channel WHERE channel_id = $1 AND account_id = $2`
	insertChannel db.Query = `
		INSERT INTO identity_channel (channel_id, account_id, kind, address, public_key, auth, label, added_at, proved_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (account_id, kind, address) DO NOTHING`
	proveChannel  db.Query = `UPDATE identity_channel SET proved_at = $1 WHERE channel_id = $2 AND account_id = $3`
	deleteChannel db.Query = `DELETE FROM identity_channel WHERE channel_id = $1`
	emailOf       db.Query = `SELECT email FROM identity_account WHERE account_id = $1`

	setCode db.Query = `
		INSERT INTO identity_channel_code (channel_id, hash, tries, expires_at) VALUES ($1, $2, 0, $3)
		ON CONFLICT (channel_id) DO UPDATE SET hash = excluded.hash, tries = 0, expires_at = excluded.expires_at`
	// Counting and looking are one step, so that guesses at once are all counted.
	tryCode    db.Query = `UPDATE identity_channel_code SET tries = tries + 1 WHERE channel_id = $1 RETURNING hash, tries, expires_at`
	deleteCode db.Query = `DELETE FROM identity_channel_code WHERE channel_id = $1`
	codesSince db.Query = `SELECT COUNT(*) FROM identity_sending_try WHERE account_id = $1 AND notice_id = 'code' AND tried_at > $2`

	quietOf      db.Query = `SELECT from_minute, till_minute FROM identity_quiet WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	insertQuiet  db.Query = `INSERT INTO identity_quiet (account_id, version, from_minute, till_minute, set_at) SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4 FROM identity_quiet WHERE account_id = $1`
	triesOf      db.Query = `SELECT kind, outcome, answer, tried_at FROM identity_sending_try WHERE account_id = $1 AND NOT (notice_id = 'code' AND answer = 'asked') ORDER BY try_id DESC LIMIT 10`
	testsSince   db.Query = `SELECT COUNT(*) FROM handoff_notice WHERE made_at > $1 AND account_id = $2 AND why = 'test'`
	insertNotice db.Query = `INSERT INTO handoff_notice (notice_id, account_id, why, made_at) VALUES ($1, $2, 'test', $3)`

	outbox db.Query = `
		SELECT n.notice_id, n.account_id, n.why, n.made_at FROM handoff_notice n
		WHERE n.made_at > $1 AND NOT EXISTS (SELECT 1 FROM identity_notified d WHERE d.notice_id = n.notice_id)
		ORDER BY n.made_at, n.notice_id LIMIT 100`
	isActive      db.Query = `SELECT active FROM identity_standing WHERE account_id = $1 ORDER BY version DESC LIMIT 1`
	takeNotice    db.Query = `INSERT INTO identity_notified (notice_id, channels, taken_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	insertSending db.Query = `INSERT INTO identity_sending (notice_id, channel_id, state, attempts, next_at) VALUES ($1, $2, 'waiting', 0, $3)`
	sendingsDue   db.Query = `
		SELECT q.notice_id, q.channel_id, q.attempts, COALESCE(c.account_id, ''), COALESCE(c.kind, ''), COALESCE(c.address, ''), COALESCE(c.public_key, ''), COALESCE(c.auth, '')
		FROM identity_sending q LEFT JOIN identity_channel c ON c.channel_id = q.channel_id
		WHERE q.state = 'waiting' AND q.next_at <= $1 ORDER BY q.next_at, q.notice_id LIMIT 40`
	claimSending db.Query = `UPDATE identity_sending SET attempts = attempts + 1, next_at = $1 WHERE notice_id = $2 AND channel_id = $3 AND state = 'waiting' AND attempts = $4`
	markSending  db.Query = `UPDATE identity_sending SET state = $1, next_at = $2 WHERE notice_id = $3 AND channel_id = $4 AND state = 'waiting'`
	insertTry    db.Query = `INSERT INTO identity_sending_try (try_id, notice_id, account_id, kind, outcome, answer, tried_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
)
