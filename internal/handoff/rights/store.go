package rights

import (
	"time"

	"waymark.example/internal/platform/db"
)

func scanRequest(row db.Row) (Request, error) {
	var r Request
	var received string
	err := row.Scan(&r.ID, &r.ParticipantID, &r.Kind, &r.Via, &r.Words, &received)
	r.ReceivedOn = parseDay(received)
	return r, err
}

func scanStep(row db.Row) (Step, error) {
	var s Step
	var at db.Time
	err := row.Scan(&s.Kind, &s.Words, &s.By, &s.ByName, &at)
	s.At = at.Time
	return s, err
}

// parseDay reads a stored day; the zero time where there is none.
func parseDay(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}
	}
	return t
}

// Every end.
const (
	insertRequest db.Query = `
		INSERT INTO handoff_request (request_id, participant_id, kind, via, words, received_on, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertNow  db.Query = `INSERT INTO handoff_request_now (request_id, participant_id, kind, state, due_on, worker_id) VALUES ($1, $2, $3, $4, $5, $6)`
	requestsOf db.Query = `
		SELECT request_id, participant_id, kind, via, words, received_on FROM handoff_request
		WHERE participant_id = $1 ORDER BY request_id DESC LIMIT 100`
	stepsOf db.Query = `
		SELECT s.kind, s.words, s.by_id, COALESCE(a.name, ''), s.happened_at
		FROM handoff_request_step s LEFT JOIN identity_account a ON a.account_id = s.by_id
		WHERE s.request_id = $1 ORDER BY s.version`
	openOf db.Query = `
		SELECT n.request_id, n.kind, n.state, r.received_on, n.due_on
		FROM handoff_request_now n JOIN handoff_request r ON r.request_id = n.request_id
		WHERE n.participant_id = $1 AND n.state <> 'answered' ORDER BY n.due_on LIMIT 50`
	requestByID     db.Query = `SELECT request_id, participant_id, kind, via, words, received_on FROM handoff_request WHERE request_id = $1`
	requestsWaiting db.Query = `
		SELECT n.request_id, n.participant_id, n.kind, n.state, r.via, r.received_on, n.due_on, COALESCE(a.name, '')
		FROM handoff_request_now n JOIN handoff_request r ON r.request_id = n.request_id
		LEFT JOIN identity_account a ON a.account_id = n.worker_id
		WHERE n.state <> 'answered' AND (n.due_on, n.request_id) > ($1, $2)
		ORDER BY n.due_on, n.request_id LIMIT $3`
	requestsAnswered db.Query = `
		SELECT n.request_id, n.participant_id, n.kind, n.state, r.via, r.received_on, n.due_on, COALESCE(a.name, '')
		FROM handoff_request_now n JOIN handoff_request r ON r.request_id = n.request_id
		LEFT JOIN identity_account a ON a.account_id = n.worker_id
		WHERE n.state = 'answered' AND ($1 = '' OR n.request_id < $1)
		ORDER BY n.request_id DESC LIMIT $2`
	insertStep db.Query = `
		INSERT INTO handoff_request_step (request_id, version, kind, words, by_id, happened_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	updateNow db.Query = `UPDATE handoff_request_now SET state = $1, due_on = $2, worker_id = $3 WHERE request_id = $4`
)
