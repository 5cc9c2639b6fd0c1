package participant

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

func scanNow(row db.Row) (Now, error) {
	var n Now
	var received, reached, next db.Time
	err := row.Scan(&n.ID, &n.Revision, &n.Team, &n.Hold, &n.WorkerID, &n.State, &n.Name, &received, &n.IntakeDueOn, &n.IntakeDoneOn, &reached, &n.NextWords, &next)
	n.ReceivedAt, n.ReachedAt, n.NextAt = received.Time, reached.Time, next.Time
	return n, err
}

func scanPerson(row db.Row) (Person, error) {
	var p Person
	var at db.Time
	err := row.Scan(&p.Version, &p.Name, &p.Pronouns, &p.Phone, &p.SafeContact, &p.FindWords, &p.By, &at)
	p.At = at.Time
	return p, err
}

func scanEvent(row db.Row) (Event, error) {
	var e Event
	var at db.Time
	err := row.Scan(&e.State, &e.Words, &e.Day, &e.By, &at, &e.Asked, &e.AskedW)
	e.At = at.Time
	return e, err
}

// colleagueName returns the name of a worker, "" for nobody.
func colleagueName(ctx context.Context, tx *db.Tx, accountID string) (string, error) {
	var name string
	err := tx.One(ctx, nameOf, accountID).Scan(&name)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return "", fmt.Errorf("colleague: %w", err)
	}
	return name, nil
}

const (
	lockNow db.Query = `
		UPDATE care_now SET revision = revision + 1 WHERE participant_id = $1
		RETURNING participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at`
	nowByID db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE participant_id = $1`
	nowByReferral db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_participant p JOIN care_now n ON n.participant_id = p.participant_id WHERE p.referral_id = $1`
	insertNow db.Query = `
		INSERT INTO care_now (participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at)
		VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '')`
	updateNow db.Query = `
		UPDATE care_now SET team = $1, hold = $2, worker_id = $3, state = $4, name = $5, intake_due_on = $6, intake_done_on = $7,
			reached_at = $8, next_words = $9, next_at = $10
		WHERE participant_id = $11`

	insertParticipant db.Query = `INSERT INTO care_participant (participant_id, referral_id, received_at) VALUES ($1, $2, $3)`
	insertPerson      db.Query = `
		INSERT INTO care_person (participant_id, version, name, pronouns, phone, safe_contact, find_words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`
	personNow db.Query = `
		SELECT version, name, pronouns, phone, safe_contact, find_words, recorded_by, recorded_at
		FROM care_person WHERE participant_id = $1 ORDER BY version DESC LIMIT 1`
	insertCase db.Query = `
		INSERT INTO care_case (participant_id, state, request_id, words, happened_on, recorded_by, recorded_at, version)
		SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(version), 0) + 1 FROM care_case WHERE participant_id = $1`
	caseHistory db.Query = `
		SELECT c.state, c.words, c.happened_on, COALESCE(a.name, ''), c.recorded_at, COALESCE(r.asked_how, ''), COALESCE(r.words, '')
		FROM care_case c
		LEFT JOIN care_closure_request r ON r.request_id = c.request_id
		LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		WHERE c.participant_id = $1 ORDER BY c.version DESC`
	insertClosureRequest db.Query = `
		INSERT INTO care_closure_request (request_id, participant_id, asked_at, asked_how, words, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertAllocation db.Query = `
		INSERT INTO care_allocation (participant_id, team, hold, worker_id, wish, cover, recorded_by, recorded_at, version)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, COALESCE(MAX(version), 0) + 1 FROM care_allocation WHERE participant_id = $1`

	insertScreening db.Query = `
		INSERT INTO care_screening (participant_id, safe_tonight, eaten, has_phone, words, recorded_by, recorded_at, version)
		SELECT $1, $2, $3, $4, $5, $6, $7, COALESCE(MAX(version), 0) + 1 FROM care_screening WHERE participant_id = $1`
	screeningNow db.Query = `
		SELECT s.version, s.safe_tonight, s.eaten, s.has_phone, s.words, COALESCE(a.name, ''), s.recorded_at
		FROM care_screening s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.participant_id = $1 ORDER BY s.version DESC LIMIT 1`
	insertIntake db.Query = `
		INSERT INTO care_intake (participant_id, version, done_on, accommodation, employment, code_version, communication, trusted_person, words,
			consent_how, consent_witness, consent_language, consent_copy, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING`
	intakeNow db.Query = `
		SELECT i.version, i.done_on, i.accommodation, i.employment, i.communication, i.trusted_person, i.words, i.consent_how, i.consent_witness, i.consent_language, i.consent_copy, COALESCE(a.name, ''), i.recorded_at
		FROM care_intake i LEFT JOIN identity_account a ON a.account_id = i.recorded_by
		WHERE i.participant_id = $1 ORDER BY i.version DESC LIMIT 1`

	// Lists about several people. Each filters by who asks, and leaves out files
	// that are sealed: only their supervisor's list of kept files names those (R50).
	caseloadOf db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE worker_id = $1 AND state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY participant_id LIMIT 200`
	respondingTo db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE worker_id = $1 AND hold = 'responding' AND state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY received_at DESC LIMIT 50`
	toAllocate db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE team = $1 AND hold IN ('waiting', 'responding') AND state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY received_at LIMIT 100`
	peopleOfTeam db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE team = $1 AND state NOT IN ('erased', 'merged') AND participant_id < $2
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY participant_id DESC LIMIT $3`
	peopleOfWorker db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE worker_id IN (SELECT $1 UNION ALL SELECT c.away_id FROM care_cover c WHERE c.coverer_id = $1 AND c.from_at <= $2 AND c.until_at > $2` + coverStands + `)
		AND state NOT IN ('erased', 'merged') AND participant_id < $3
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY participant_id DESC LIMIT $4`
	// A person carries the tokens of one search key, so nobody is found twice.
	teamByToken db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_name_token t JOIN care_now n ON n.participant_id = t.participant_id
		WHERE t.team = $1 AND t.token IN ($2, $3) AND n.team = t.team
		AND EXISTS (SELECT 1 FROM care_name_token o WHERE o.participant_id = t.participant_id AND o.token IN ($4, $5))
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND t.participant_id < $6 ORDER BY t.participant_id DESC LIMIT $7`
	workerByToken db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now n WHERE worker_id IN (SELECT $1 UNION ALL SELECT c.away_id FROM care_cover c WHERE c.coverer_id = $1 AND c.from_at <= $2 AND c.until_at > $2` + coverStands + `)
		AND EXISTS (SELECT 1 FROM care_name_token t WHERE t.participant_id = n.participant_id AND t.token IN ($3, $4))
		AND EXISTS (SELECT 1 FROM care_name_token o WHERE o.participant_id = n.participant_id AND o.token IN ($5, $6))
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		AND participant_id < $7 ORDER BY participant_id DESC LIMIT $8`
	anybodyByToken db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_name_token t JOIN care_now n ON n.participant_id = t.participant_id
		WHERE t.token IN ($1, $2)
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		ORDER BY t.participant_id DESC LIMIT 100`
	insertGlass db.Query = `INSERT INTO care_glass (glass_id, participant_id, account_id, reason, opened_at, until) VALUES ($1, $2, $3, $4, $5, $6)`
	glassOpen   db.Query = `SELECT COUNT(*) FROM care_glass WHERE participant_id = $1 AND account_id = $2 AND until > $3`
	glassOfCase db.Query = `
		SELECT g.glass_id, g.participant_id, n.name, COALESCE(a.name, ''), g.reason, g.opened_at
		FROM care_glass g JOIN care_now n ON n.participant_id = g.participant_id LEFT JOIN identity_account a ON a.account_id = g.account_id
		WHERE g.participant_id = $1 AND g.opened_at > $2 ORDER BY g.opened_at DESC LIMIT 20`
	glassOfTeam db.Query = `
		SELECT g.glass_id, g.participant_id, n.name, COALESCE(a.name, ''), g.reason, g.opened_at
		FROM care_glass g JOIN care_now n ON n.participant_id = g.participant_id LEFT JOIN identity_account a ON a.account_id = g.account_id
		WHERE n.team = $1 AND g.opened_at > $2 ORDER BY g.opened_at DESC LIMIT 50`
	insertErasure db.Query = `INSERT INTO care_erasure (participant_id, basis, asked_by, confirmed_by, confirmed_at) VALUES ($1, $2, $3, $4, $5)`
	anybody       db.Query = `SELECT EXISTS (SELECT 1 FROM care_participant)`
	referralOf    db.Query = `SELECT referral_id FROM care_participant WHERE participant_id = $1`
	erased        db.Query = `
		SELECT participant_id FROM care_erasure
		UNION ALL SELECT p.referral_id FROM care_erasure e JOIN care_participant p ON p.participant_id = e.participant_id
		UNION ALL SELECT referral_id FROM handoff_let_go`
	consentsNotStopped db.Query = `
		SELECT consent_id FROM care_consent c
		WHERE c.participant_id = $1 AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal w WHERE w.consent_id = c.consent_id)`
	// What is left says nothing of them; on no list but the log's.
	eraseNow db.Query = `UPDATE care_now SET state = 'erased', name = '', next_words = '', next_at = '' WHERE participant_id = $1`

	everybody db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE state NOT IN ('erased', 'merged') AND participant_id > $1 ORDER BY participant_id LIMIT $2`
	everybodyOfTeam db.Query = `
		SELECT participant_id FROM care_now WHERE team = $1 AND state NOT IN ('erased', 'merged') AND participant_id > $2 ORDER BY participant_id LIMIT 200`
	deleteTokens db.Query = `DELETE FROM care_name_token WHERE participant_id = $1`
	insertToken  db.Query = `INSERT INTO care_name_token (participant_id, team, token) VALUES ($1, $2, $3)`
	peopleToFind db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE team = $1 AND state = 'prospective' AND (worker_id = $2 OR $3 OR ($4 AND worker_id = ''))
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		AND (intake_due_on, participant_id) > ($5, $6)
		ORDER BY intake_due_on, participant_id LIMIT $7`
	loadOf db.Query = `
		SELECT COALESCE(SUM(CASE WHEN hold = 'caseload' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN hold = 'caseload' AND state = 'inactive' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN hold = 'responding' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN hold = 'caseload' AND state = 'prospective' THEN 1 ELSE 0 END), 0)
		FROM care_now WHERE worker_id = $1 AND state IN ('active', 'inactive', 'prospective')`
	touchLoad      db.Query = `INSERT INTO care_load (worker_id, allocations) VALUES ($1, 1) ON CONFLICT (worker_id) DO UPDATE SET allocations = care_load.allocations + 1`
	caseManagersOf db.Query = `
		SELECT a.account_id, a.name FROM identity_account a
		WHERE a.side = 'care' AND a.team = $1
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = a.account_id AND role = 'case_manager'))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id))
		ORDER BY a.name, a.account_id`
	caseManagerOf db.Query = `
		SELECT a.name FROM identity_account a
		WHERE a.side = 'care' AND a.team = $1 AND a.account_id = $2
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = a.account_id AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = a.account_id AND role = 'case_manager'))
		AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = a.account_id))`
	isSupervisor db.Query = `
		SELECT EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = $1 AND r.role = 'supervisor' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = 'supervisor'))`
	nameOf db.Query = `SELECT name FROM identity_account WHERE account_id = $1`

	insertPromise db.Query = `
		INSERT INTO care_promise (promise_id, participant_id, kind, words, due_on, due_at, note_id, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	insertPromiseEnd db.Query = `INSERT INTO care_promise_end (end_id, promise_id, how, words, note_id, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	promiseByID      db.Query = `SELECT promise_id, kind, words, due_on, due_at, note_id FROM care_promise WHERE participant_id = $1 AND promise_id = $2`
	// A promise stands until it ends. What was said, or ended, at a contact that was
	// taken back counts for nothing; and what was promised before a case ended stays
	// behind with it.
	openPromises db.Query = `
		SELECT p.promise_id, p.kind, p.words, p.due_on, p.due_at, p.note_id FROM care_promise p
		WHERE p.participant_id = $1
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = p.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_promise_end e WHERE e.promise_id = p.promise_id AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = e.note_id))
		AND NOT EXISTS (SELECT 1 FROM care_case c WHERE c.participant_id = p.participant_id AND c.state IN ('closed', 'died', 'transferred') AND c.recorded_at > p.recorded_at)
		ORDER BY p.due_on, CASE WHEN p.due_at = '' THEN 1 ELSE 0 END, p.due_at, p.promise_id LIMIT 100`
	// Today: one worker's people, or with $2 a whole team's.
	peopleToday db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY participant_id DESC LIMIT 500`
	oftenToday db.Query = `
		SELECT p.participant_id, p.find_words FROM care_person p JOIN care_now n ON n.participant_id = p.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective')
		AND p.version = (SELECT MAX(version) FROM care_person l WHERE l.participant_id = p.participant_id)`
	promisesToday db.Query = `
		SELECT p.participant_id, p.promise_id, p.kind, p.words, p.due_on, p.due_at, p.note_id
		FROM care_promise p JOIN care_now n ON n.participant_id = p.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective', 'merged')
		AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = p.note_id)
		AND NOT EXISTS (SELECT 1 FROM care_promise_end e WHERE e.promise_id = p.promise_id AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = e.note_id))
		AND NOT EXISTS (SELECT 1 FROM care_case c WHERE c.participant_id = p.participant_id AND c.state IN ('closed', 'died', 'transferred') AND c.recorded_at > p.recorded_at)
		ORDER BY p.due_on, CASE WHEN p.due_at = '' THEN 1 ELSE 0 END, p.due_at, p.promise_id`
	givenToday db.Query = `
		SELECT n.participant_id, a.recorded_at FROM care_now n JOIN care_allocation a ON a.participant_id = n.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.hold = 'caseload' AND n.state IN ('active', 'inactive', 'prospective') AND a.recorded_at > n.reached_at
		AND a.version = (SELECT MAX(version) FROM care_allocation l WHERE l.participant_id = n.participant_id)`
	askedToday db.Query = `
		SELECT q.participant_id, q.kind FROM handoff_request_now q JOIN care_now n ON n.participant_id = q.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND n.state IN ('active', 'inactive', 'prospective', 'merged') AND q.state <> 'answered' ORDER BY q.due_on, q.request_id`
	handOffsWaiting db.Query = `SELECT COUNT(*) FROM handoff_waiting`
	// When somebody last met or spoke with them, from everything that says so.
	reachedOf db.Query = `
		SELECT COALESCE(MAX(t.at), '') FROM (
			SELECT n.happened_at AS at FROM care_note n WHERE n.participant_id = $1 AND n.outcome IN ('met', 'spoke')
				AND NOT EXISTS (SELECT 1 FROM care_note later WHERE later.corrects = n.note_id)
				AND NOT EXISTS (SELECT 1 FROM care_note_undone u WHERE u.note_id = n.note_id)
			UNION ALL SELECT tried_at FROM care_outreach WHERE participant_id = $1 AND outcome IN ('met', 'spoke')
			UNION ALL SELECT recorded_at FROM care_screening WHERE participant_id = $1
			UNION ALL SELECT recorded_at FROM care_intake WHERE participant_id = $1
			UNION ALL SELECT e.happened_at FROM care_participant p JOIN handoff_event e ON e.referral_id = p.referral_id
				WHERE p.participant_id = $1 AND e.kind IN ('met', 'phone_met')
		) t`
	insertAbout db.Query = `
		INSERT INTO care_about (participant_id, card, version, answers, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	aboutOf db.Query = `
		SELECT c.version, c.answers, COALESCE(a.name, ''), c.recorded_at
		FROM care_about c LEFT JOIN identity_account a ON a.account_id = c.recorded_by
		WHERE c.participant_id = $1 AND c.card = $2 ORDER BY c.version DESC LIMIT 50`
	otherNamesOf db.Query = `
		SELECT c.participant_id, c.answers FROM care_about c
		WHERE c.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		AND c.card = 'names' AND c.version = (SELECT MAX(version) FROM care_about l WHERE l.participant_id = c.participant_id AND l.card = c.card)`

	// Records that are of one person (R58).
	insertMerge db.Query = `
		INSERT INTO care_merge (merge_id, from_id, into_id, why, wish, asked_by, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertMergeStep db.Query = `
		INSERT INTO care_merge_step (merge_id, version, kind, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	mergeByID db.Query = `
		SELECT m.merge_id, m.from_id, m.into_id, m.why, m.wish, m.asked_by, COALESCE(a.name, ''), m.asked_at
		FROM care_merge m LEFT JOIN identity_account a ON a.account_id = m.asked_by WHERE m.merge_id = $1`
	mergeSteps db.Query = `
		SELECT s.version, s.kind, s.words, COALESCE(a.name, ''), s.recorded_at
		FROM care_merge_step s LEFT JOIN identity_account a ON a.account_id = s.recorded_by
		WHERE s.merge_id = $1 ORDER BY s.version`
	// Records put together or parted, from a moment on.
	mergeStepsSince db.Query = `
		SELECT COUNT(*) FROM care_merge m JOIN care_merge_step s ON s.merge_id = m.merge_id
		WHERE (m.from_id = $1 OR m.into_id = $1) AND s.kind IN ('confirmed', 'undone') AND s.recorded_at >= $2`
	// Said and neither agreed nor declined yet, about either of two records.
	mergesWaitingOn db.Query = `
		SELECT COUNT(*) FROM care_merge m WHERE (m.from_id IN ($1, $2) OR m.into_id IN ($1, $2))
		AND NOT EXISTS (SELECT 1 FROM care_merge_step s WHERE s.merge_id = m.merge_id)`
	// What waits for a second person: the worker's own people, or the team's.
	mergesWaiting db.Query = `
		SELECT m.merge_id FROM care_merge m
		JOIN care_now f ON f.participant_id = m.from_id JOIN care_now i ON i.participant_id = m.into_id
		WHERE (f.worker_id = $1 OR i.worker_id = $1 OR f.team = $2 OR i.team = $2) AND f.state <> 'erased' AND i.state <> 'erased'
		AND NOT EXISTS (SELECT 1 FROM care_merge_step s WHERE s.merge_id = m.merge_id)
		ORDER BY m.merge_id LIMIT 100`
	mergesOf db.Query = `SELECT merge_id FROM care_merge WHERE from_id = $1 OR into_id = $1 ORDER BY merge_id DESC LIMIT 50`
	// Links that hold, among the records of one person.
	liveMerges db.Query = `
		SELECT m.from_id, m.into_id, m.merge_id FROM care_merge m
		WHERE m.from_id IN (SELECT participant_id FROM care_merged WHERE survivor = $1)
		AND EXISTS (SELECT 1 FROM care_merge_step s WHERE s.merge_id = m.merge_id AND s.kind = 'confirmed')
		AND NOT EXISTS (SELECT 1 FROM care_merge_step s WHERE s.merge_id = m.merge_id AND s.kind = 'undone')`
	insertMerged db.Query = `INSERT INTO care_merged (participant_id, survivor, merge_id) VALUES ($1, $2, $3)`
	moveMerged   db.Query = `UPDATE care_merged SET survivor = $1 WHERE survivor = $2`
	deleteMerged db.Query = `DELETE FROM care_merged WHERE survivor = $1`
	survivorOf   db.Query = `SELECT survivor FROM care_merged WHERE participant_id = $1`
	recordsOf    db.Query = `SELECT participant_id FROM care_participant WHERE participant_id = $1 UNION SELECT participant_id FROM care_merged WHERE survivor = $1`
	joinedTo     db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_merged m JOIN care_now n ON n.participant_id = m.participant_id WHERE m.survivor = $1 ORDER BY n.participant_id`
	joinedToday db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_now n WHERE n.state = 'merged'
		AND n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)
		ORDER BY n.participant_id LIMIT 500`
	survivorsToday db.Query = `
		SELECT m.participant_id, m.survivor FROM care_merged m JOIN care_now n ON n.participant_id = m.participant_id
		WHERE n.participant_id IN (SELECT participant_id FROM care_now WHERE worker_id = $1 UNION SELECT participant_id FROM care_now WHERE team = $2)`
	followSurvivor db.Query = `
		UPDATE care_now SET team = $1, hold = $2, worker_id = $3, revision = revision + 1
		WHERE participant_id IN (SELECT participant_id FROM care_merged WHERE survivor = $4)`
	mergeNow db.Query = `UPDATE care_now SET state = 'merged' WHERE participant_id = $1`
	// Where a record stands by its own history alone.
	partNow db.Query = `
		UPDATE care_now SET
			state = (SELECT c.state FROM care_case c WHERE c.participant_id = care_now.participant_id ORDER BY c.version DESC LIMIT 1),
			team = (SELECT a.team FROM care_allocation a WHERE a.participant_id = care_now.participant_id ORDER BY a.version DESC LIMIT 1),
			hold = (SELECT a.hold FROM care_allocation a WHERE a.participant_id = care_now.participant_id ORDER BY a.version DESC LIMIT 1),
			worker_id = (SELECT a.worker_id FROM care_allocation a WHERE a.participant_id = care_now.participant_id ORDER BY a.version DESC LIMIT 1)
		WHERE participant_id = $1`
	reachNow db.Query = `UPDATE care_now SET reached_at = $1 WHERE participant_id = $2`
	// What was written on a record from a moment on: notes, tries, needs, plans.
	writtenSince db.Query = `
		SELECT (SELECT COUNT(*) FROM care_note WHERE participant_id = $1 AND recorded_at >= $2) + (SELECT COUNT(*) FROM care_outreach WHERE participant_id = $1 AND recorded_at >= $2)
			+ (SELECT COUNT(*) FROM care_acute_need WHERE participant_id = $1 AND recorded_at >= $2) + (SELECT COUNT(*) FROM care_assessment WHERE participant_id = $1 AND recorded_at >= $2)
			+ (SELECT COUNT(*) FROM care_plan WHERE participant_id = $1 AND recorded_at >= $2)`
	// People who share the start of some word of a name, or the end of a number.
	sharingTokens db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM care_now n WHERE n.participant_id IN (
			SELECT o.participant_id FROM care_name_token t JOIN care_name_token o ON o.team = t.team AND o.token = t.token
			WHERE t.participant_id = $1 AND o.participant_id <> $1)
		AND (n.worker_id = $2 OR n.team = $3) AND n.state NOT IN ('erased', 'merged', 'died')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		ORDER BY n.participant_id DESC LIMIT 200`

	keptOfTeam db.Query = `
		SELECT n.participant_id, n.revision, n.team, n.hold, n.worker_id, n.state, n.name, n.received_at, n.intake_due_on, n.intake_done_on, n.reached_at, n.next_words, n.next_at
		FROM handoff_keeping_now k JOIN care_now n ON n.participant_id = k.participant_id
		WHERE n.team = $1 AND NOT k.erased AND (k.pending <> '' OR k.sealed)
		ORDER BY k.pending DESC, n.participant_id LIMIT 200`
)

// Who covers for whom. Every query asks for the moment, so a cover ends by itself.
const (
	coverColumns = `c.cover_id, c.away_id, COALESCE(a.name, ''), c.coverer_id, COALESCE(b.name, ''), c.from_on, c.until_on
		FROM care_cover c LEFT JOIN identity_account a ON a.account_id = c.away_id LEFT JOIN identity_account b ON b.account_id = c.coverer_id`
	// It ends with a day, with a word, and with the coverer's role.
	coverStands = ` AND NOT EXISTS (SELECT 1 FROM care_cover_end e WHERE e.cover_id = c.cover_id)
		AND EXISTS (SELECT 1 FROM identity_role r WHERE r.account_id = c.coverer_id AND r.role = 'case_manager' AND r.held
			AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role))`
)

const (
	insertCover db.Query = `
		INSERT INTO care_cover (cover_id, team, away_id, coverer_id, from_on, until_on, from_at, until_at, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	// What stands between the same two people, and what stood: planned again after
	// it was ended, it goes on.
	coversOfPair db.Query = `
		SELECT c.from_on, c.until_on, COALESCE(e.ended_at, '')
		FROM care_cover c LEFT JOIN care_cover_end e ON e.cover_id = c.cover_id
		WHERE c.team = $1 AND c.away_id = $2 AND c.coverer_id = $3`
	insertCoverEnd db.Query = `INSERT INTO care_cover_end (cover_id, ended_by, ended_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
	coverOpen      db.Query = `
		SELECT COUNT(*) FROM care_cover c
		WHERE c.coverer_id = $1 AND c.away_id = $2 AND c.team = $3 AND c.from_at <= $4 AND c.until_at > $4` + coverStands
	coveringNow   db.Query = `SELECT ` + coverColumns + ` WHERE c.coverer_id = $1 AND c.from_at <= $2 AND c.until_at > $2` + coverStands + ` ORDER BY a.name, c.cover_id LIMIT 20`
	coverOfWorker db.Query = `SELECT ` + coverColumns + ` WHERE c.away_id = $1 AND c.from_at <= $2 AND c.until_at > $2` + coverStands + ` ORDER BY c.from_at DESC, c.cover_id LIMIT 1`
	coverToOpen   db.Query = `SELECT ` + coverColumns + ` WHERE c.cover_id = $1 AND c.coverer_id = $2 AND c.from_at <= $3 AND c.until_at > $3` + coverStands
	coverOfTeam   db.Query = `SELECT ` + coverColumns + ` WHERE c.cover_id = $1 AND c.team = $2` + coverStands
	coversOfTeam  db.Query = `SELECT ` + coverColumns + ` WHERE c.team = $1 AND c.until_at > $2` + coverStands + ` ORDER BY c.from_at, c.cover_id LIMIT 50`
	heldBy        db.Query = `SELECT participant_id FROM care_now WHERE worker_id = $1 AND state IN ('active', 'inactive', 'prospective') ORDER BY participant_id LIMIT 200`

	// Everybody with one worker of the supervisor's own team.
	peopleWith db.Query = `
		SELECT participant_id, revision, team, hold, worker_id, state, name, received_at, intake_due_on, intake_done_on, reached_at, next_words, next_at
		FROM care_now WHERE team = $1 AND worker_id = $2 AND state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = care_now.participant_id AND k.sealed)
		ORDER BY participant_id LIMIT 200`
	colleagueOf db.Query = `SELECT name FROM identity_account WHERE account_id = $1 AND side = 'care' AND team = $2`

	insertMoved     db.Query = `INSERT INTO care_moved (move_id, participant_id, gone_id, reason, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`
	insertMovedTold db.Query = `INSERT INTO care_moved_told (move_id, words, told_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	moveOwner       db.Query = `SELECT participant_id FROM care_moved WHERE move_id = $1`
	movedToTell     db.Query = `
		SELECT m.move_id, m.participant_id, n.name, m.reason, COALESCE(a.name, ''), m.recorded_at
		FROM care_moved m JOIN care_now n ON n.participant_id = m.participant_id LEFT JOIN identity_account a ON a.account_id = m.gone_id
		JOIN care_now s ON s.participant_id = COALESCE((SELECT g.survivor FROM care_merged g WHERE g.participant_id = n.participant_id), n.participant_id)
		WHERE n.team = $1 AND ($2 = '' OR m.participant_id = $2) AND s.state IN ('active', 'inactive', 'prospective')
		AND NOT EXISTS (SELECT 1 FROM care_moved_told t WHERE t.move_id = m.move_id)
		AND NOT EXISTS (SELECT 1 FROM handoff_keeping_now k WHERE k.participant_id = n.participant_id AND k.sealed)
		ORDER BY m.recorded_at, m.move_id LIMIT 100`
)
