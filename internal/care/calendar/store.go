package calendar

import "waymark.example/internal/platform/db"

// Three sorts of things are coming up. Each branch finds its rows by the index
// that starts with participant_id.
const (
	fromAppointments = `SELECT 'appointment' AS source, c.appointment_id AS id, c.participant_id AS participant_id, c.version - 1 AS seq, c.starts_on AS day, c.starts_at AS at, c.minutes AS minutes,
			c.kind AS kind, c.place AS place, c.words AS words, c.who AS who,
			COALESCE((SELECT s.name FROM care_warm w JOIN reference_service_now s ON s.service_id = w.service_id WHERE w.warm_id = c.warm_id), '') AS service,
			CASE WHEN c.standing = 'off' THEN 1 ELSE 0 END AS off, CASE WHEN c.standing = 'done' THEN 1 ELSE 0 END AS done, c.recorded_at AS changed
		FROM care_appointment c WHERE c.version = (SELECT MAX(version) FROM care_appointment l WHERE l.appointment_id = c.appointment_id)`
	fromLegal = `SELECT 'legal', c.legal_id, c.participant_id, c.version - 1, c.next_on, c.next_at, 0, c.kind, c.place, c.todo, c.court, '',
			CASE WHEN c.standing = 'over' THEN 1 ELSE 0 END, CASE WHEN c.standing = 'done' THEN 1 ELSE 0 END, c.recorded_at
		FROM care_legal c WHERE c.next_on <> '' AND c.version = (SELECT MAX(version) FROM care_legal l WHERE l.legal_id = c.legal_id)`
	// A promise as Today knows it: what was said at a contact that was taken back
	// counts for nothing, and what was promised before a case ended stays behind.
	fromPromises = `SELECT 'promise', c.promise_id, c.participant_id, 0, c.due_on, c.due_at, 0, c.kind, '', c.words, '', '',
			CASE WHEN EXISTS (SELECT 1 FROM care_promise_end e WHERE e.promise_id = c.promise_id AND e.how <> 'kept' AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = e.note_id)) THEN 1 ELSE 0 END,
			CASE WHEN EXISTS (SELECT 1 FROM care_promise_end e WHERE e.promise_id = c.promise_id AND e.how = 'kept' AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = e.note_id)) THEN 1 ELSE 0 END,
			COALESCE((SELECT MAX(e.recorded_at) FROM care_promise_end e WHERE e.promise_id = c.promise_id), c.recorded_at)
		FROM care_promise c
		WHERE NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = c.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_case x WHERE x.participant_id = c.participant_id AND x.state IN ('closed', 'died', 'transferred') AND x.recorded_at > c.recorded_at)`

	whose = ` AND c.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)`
	one   = ` AND c.participant_id = $1`
	item  = `SELECT t.source, t.id, t.participant_id, t.seq, t.day, t.at, t.minutes, t.kind, t.place, t.words, t.who, t.service, t.off, t.done, t.changed FROM (`
	// Only of people the team walks with, and of no sealed file: the record that
	// goes on says so for all of a person's (R58).
	open = `JOIN care_now n ON n.participant_id = COALESCE((SELECT g.survivor FROM care_merged g WHERE g.participant_id = t.participant_id), t.participant_id)
		WHERE n.state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)`
	inOrder = ` ORDER BY t.day, CASE WHEN t.at = '' THEN 1 ELSE 0 END, t.at, t.id LIMIT 1000`
)

const (
	comingOf db.Query = item + fromAppointments + whose + ` UNION ALL ` + fromLegal + whose + ` UNION ALL ` + fromPromises + whose + `) t ` + open + `
		AND t.day >= $3 AND t.day <= $4` + inOrder
	comingForOne db.Query = item + fromAppointments + one + ` UNION ALL ` + fromLegal + one + ` UNION ALL ` + fromPromises + one + `) t ` + open + `
		AND t.day >= $2 AND t.day <= $3` + inOrder

	insertAppointment db.Query = `
		INSERT INTO care_appointment (appointment_id, version, participant_id, kind, standing, starts_on, starts_at, minutes, place, who, words, warm_id, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`
	oneAppointment db.Query = `
		SELECT appointment_id, version, kind, standing, starts_on, starts_at, minutes, place, who, words, warm_id
		FROM care_appointment WHERE participant_id = $1 AND appointment_id = $2 ORDER BY version DESC LIMIT 1`
	warmThere db.Query = `SELECT EXISTS (SELECT 1 FROM care_warm WHERE participant_id = $1 AND warm_id = $2)`

	insertFeed db.Query = `INSERT INTO care_calendar_feed (feed_id, worker_id, token_hash, with_place, made_at) VALUES ($1, $2, $3, $4, $5)`
	endFeeds   db.Query = `
		INSERT INTO care_calendar_feed_end (feed_id, ended_at)
		SELECT f.feed_id, $1 FROM care_calendar_feed f WHERE f.worker_id = $2
		AND NOT EXISTS (SELECT 1 FROM care_calendar_feed_end e WHERE e.feed_id = f.feed_id)`
	ownFeed db.Query = `
		SELECT f.feed_id, f.with_place, f.made_at FROM care_calendar_feed f
		WHERE f.worker_id = $1 AND NOT EXISTS (SELECT 1 FROM care_calendar_feed_end e WHERE e.feed_id = f.feed_id)
		AND NOT EXISTS (SELECT 1 FROM identity_hold h WHERE h.account_id = f.worker_id AND h.held AND h.set_at >= f.made_at)
		ORDER BY f.feed_id DESC LIMIT 1`
	// An address ends with the account, with the work it was made for, the moment the
	// organisation withdraws (R54), and when whoever looks after its owner signs them out everywhere: it may be read on a
	// lost phone. The one made afterwards stands.
	feedByToken db.Query = `
		SELECT f.feed_id, f.with_place, a.account_id, a.name, a.team, a.organisation_id
		FROM care_calendar_feed f JOIN identity_account a ON a.account_id = f.worker_id
		WHERE f.token_hash = $1 AND a.side = 'care'
		AND NOT EXISTS (SELECT 1 FROM reference_partner_away w WHERE w.organisation_id = a.organisation_id)
		AND NOT EXISTS (SELECT 1 FROM care_calendar_feed_end e WHERE e.feed_id = f.feed_id)
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = a.account_id AND role = 'case_manager'))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id))
		AND NOT EXISTS (SELECT 1 FROM identity_hold h WHERE h.account_id = a.account_id AND h.held
			AND (h.set_at >= f.made_at OR h.version = (SELECT MAX(version) FROM identity_hold WHERE account_id = h.account_id)))`
	readThisHour db.Query = `SELECT EXISTS (SELECT 1 FROM care_calendar_feed_read WHERE feed_id = $1 AND hour = $2)`
	insertRead   db.Query = `INSERT INTO care_calendar_feed_read (feed_id, hour) VALUES ($1, $2) ON CONFLICT DO NOTHING`

	insertWish db.Query = `
		INSERT INTO care_reminder_wish (participant_id, version, wanted, number, part, how, witness, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	latestWish db.Query = `
		SELECT w.version, w.wanted, w.number, w.part, w.how, w.witness, COALESCE(a.name, ''), w.recorded_at
		FROM care_reminder_wish w LEFT JOIN identity_account a ON a.account_id = w.recorded_by
		WHERE w.participant_id = $1 ORDER BY w.version DESC LIMIT 1`
	// Every record on which somebody wants to be reminded now.
	wanting db.Query = `
		SELECT w.participant_id FROM care_reminder_wish w
		JOIN care_now n ON n.participant_id = COALESCE((SELECT g.survivor FROM care_merged g WHERE g.participant_id = w.participant_id), w.participant_id)
		WHERE w.wanted AND n.state IN ('active', 'inactive', 'prospective')
		AND w.version = (SELECT MAX(version) FROM care_reminder_wish l WHERE l.participant_id = w.participant_id)
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND w.participant_id > $1 ORDER BY w.participant_id LIMIT $2`
	triesAt db.Query = `
		SELECT COUNT(*), COALESCE(MAX(t.attempt), 0), COALESCE(MAX(CASE WHEN a.outcome IS NULL OR a.outcome <> 'later' THEN 1 ELSE 0 END), 0)
		FROM care_reminder t LEFT JOIN care_reminder_answer a ON a.item_id = t.item_id AND a.starts = t.starts AND a.attempt = t.attempt
		WHERE t.item_id = $1 AND t.starts = $2`
	// What went to one person since a moment: all of it, and about other things.
	triesToday db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN item_id <> $1 THEN 1 ELSE 0 END), 0) FROM care_reminder WHERE participant_id = $2 AND claimed_at >= $3`
	// Something else on a record at the same moment, of which the person was told.
	toldOfMoment db.Query = `
		SELECT EXISTS (SELECT 1 FROM care_reminder t
			LEFT JOIN care_reminder_answer a ON a.item_id = t.item_id AND a.starts = t.starts AND a.attempt = t.attempt
			WHERE t.participant_id = $1 AND t.starts = $2 AND t.item_id <> $3 AND (a.outcome IS NULL OR a.outcome = 'sent'))`
	insertTry    db.Query = `INSERT INTO care_reminder (item_id, starts, attempt, participant_id, claimed_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	insertAnswer db.Query = `INSERT INTO care_reminder_answer (item_id, starts, attempt, outcome, answer, answered_at) VALUES ($1, $2, $3, $4, $5, $6)`
	triesOf      db.Query = `
		SELECT t.claimed_at, COALESCE(a.outcome, '') FROM care_reminder t
		LEFT JOIN care_reminder_answer a ON a.item_id = t.item_id AND a.starts = t.starts AND a.attempt = t.attempt
		WHERE t.participant_id = $1 ORDER BY t.claimed_at DESC LIMIT 10`
)
