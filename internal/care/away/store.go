package away

import (
	"strings"

	"waymark.example/internal/platform/db"
)

func scanLease(row db.Row) (Lease, error) {
	var l Lease
	var parts string
	var made, until, ended db.Time
	err := row.Scan(&l.ID, &l.WorkerID, &l.Worker, &l.How, &parts, &made, &until, &l.Ended, &ended)
	l.Parts, l.MadeAt, l.UntilAt, l.EndedAt = strings.Fields(parts), made.Time, until.Time, ended.Time
	return l, err
}

func scanHeld(row db.Row) (Held, error) {
	var h Held
	var made, sent, received db.Time
	err := row.Scan(&h.ID, &h.PersonID, &h.WorkerID, &h.Worker, &h.Why, &made, &sent, &received)
	h.MadeAt, h.SentAt, h.ReceivedAt = made.Time, sent.Time, received.Time
	return h, err
}

const (
	lease = `
		SELECT l.lease_id, l.worker_id, COALESCE(a.name, ''), l.how, l.parts, l.made_at, l.until_at, COALESCE(e.how, ''), COALESCE(e.ended_at, '')
		FROM care_away_lease l LEFT JOIN identity_account a ON a.account_id = l.worker_id LEFT JOIN care_away_end e ON e.lease_id = l.lease_id`
	held = `
		SELECT h.held_id, h.participant_id, h.worker_id, COALESCE(a.name, ''), h.why, h.made_at, h.sent_at, h.received_at
		FROM care_away_held h LEFT JOIN identity_account a ON a.account_id = h.worker_id`

	setNewest    db.Query = `INSERT INTO care_away_now (worker_id, lease_id) VALUES ($1, $2) ON CONFLICT (worker_id) DO UPDATE SET lease_id = excluded.lease_id`
	replacePhone db.Query = `
		INSERT INTO care_away_end (lease_id, how, ended_by, ended_at)
		SELECT l.lease_id, 'replaced', l.worker_id, $1 FROM care_away_lease l
		WHERE l.worker_id = $2 AND l.how = 'phone' AND l.until_at > $1 ON CONFLICT DO NOTHING`
	insertLease db.Query = `
		INSERT INTO care_away_lease (lease_id, worker_id, team, how, parts, session, made_at, until_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	// Only somebody whom the worker walks with, and only while fewer than the most
	// are out with them, on the phone and on paper together.
	insertPerson db.Query = `
		INSERT INTO care_away_person (lease_id, participant_id)
		SELECT $1, n.participant_id FROM care_now n
		WHERE n.participant_id = $2 AND n.worker_id = $3 AND n.state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND (SELECT COUNT(DISTINCT COALESCE(g.survivor, p.participant_id)) FROM care_away_person p JOIN care_away_lease l ON l.lease_id = p.lease_id
			LEFT JOIN care_merged g ON g.participant_id = p.participant_id
			WHERE l.worker_id = $3 AND l.until_at > $4 AND COALESCE(g.survivor, p.participant_id) <> $2
			AND NOT EXISTS (SELECT 1 FROM care_away_end e WHERE e.lease_id = l.lease_id)) < $5`
	leaseByID db.Query = lease + ` WHERE l.lease_id = $1 AND ($2 = l.worker_id OR $3 = l.team OR ($2 = '' AND $3 = ''))`
	leasesOf  db.Query = lease + ` WHERE ($1 = l.worker_id OR $2 = l.team) AND l.made_at > $3 ORDER BY l.lease_id DESC LIMIT 100`
	peopleOf  db.Query = `SELECT participant_id FROM care_away_person WHERE lease_id = $1 ORDER BY participant_id`
	insertEnd db.Query = `INSERT INTO care_away_end (lease_id, how, ended_by, ended_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`

	endPhone db.Query = `
		INSERT INTO care_away_end (lease_id, how, ended_by, ended_at)
		SELECT l.lease_id, 'signed_out', l.worker_id, $1 FROM care_away_lease l
		WHERE l.worker_id = $2 AND l.how = 'phone' AND l.until_at > $1 ON CONFLICT DO NOTHING`
	// Whoever has it is a case manager still, and everybody on it still theirs: not
	// with somebody else, erased or sealed.
	leaseStands db.Query = `
		SELECT EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = $1 AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = $1 AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		AND NOT EXISTS (SELECT 1 FROM care_away_person p JOIN care_now n ON n.participant_id = p.participant_id
			WHERE p.lease_id = $2 AND (n.worker_id <> $1 OR n.state = 'erased'
				OR EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE (k.sealed OR k.erased)
					AND (k.participant_id = n.participant_id OR k.participant_id IN (SELECT m.survivor FROM care_merged m WHERE m.participant_id = n.participant_id)))))`

	// That the worker once took the person along.
	tookAlong db.Query = `
		SELECT COUNT(*) FROM care_away_person p JOIN care_away_lease l ON l.lease_id = p.lease_id WHERE l.worker_id = $1 AND p.participant_id = $2`
	insertArrival db.Query = `INSERT INTO care_away_note (note_id, made_at, sent_at, received_at) VALUES ($1, $2, $3, $4)`
	insertHeld    db.Query = `
		INSERT INTO care_away_held (held_id, participant_id, worker_id, why, answers, made_at, sent_at, received_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	countHeld db.Query = `
		SELECT COUNT(*) FROM care_away_held h WHERE h.worker_id = $1 AND NOT EXISTS (SELECT 1 FROM care_away_settled s WHERE s.held_id = h.held_id)`
	insertSettled db.Query = `
		INSERT INTO care_away_settled (held_id, note_id, words, settled_by, settled_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	// What waits about the worker's own people, or the supervisor's team.
	heldOf db.Query = held + ` JOIN care_now n ON n.participant_id = h.participant_id
		WHERE (n.worker_id = $1 OR ($2 AND n.team = $3)) AND n.state <> 'erased'
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND NOT EXISTS (SELECT 1 FROM care_away_settled s WHERE s.held_id = h.held_id)
		ORDER BY h.held_id LIMIT 100`
	heldByID db.Query = held + ` WHERE h.held_id = $1 AND h.participant_id = $2
		AND NOT EXISTS (SELECT 1 FROM care_away_settled s WHERE s.held_id = h.held_id)`
	leasesWith db.Query = lease + ` JOIN care_away_person p ON p.lease_id = l.lease_id
		WHERE p.participant_id = $1 AND l.until_at > $2 AND e.lease_id IS NULL ORDER BY l.lease_id LIMIT 20`
	heldAbout db.Query = `
		SELECT COUNT(*) FROM care_away_held h WHERE h.participant_id = $1 AND NOT EXISTS (SELECT 1 FROM care_away_settled s WHERE s.held_id = h.held_id)`
	heldAnswers db.Query = `SELECT answers FROM care_away_held WHERE held_id = $1`
)
