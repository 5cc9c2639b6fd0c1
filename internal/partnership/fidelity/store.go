package fidelity

import (
	"encoding/json"

	"waymark.example/internal/platform/db"
)

func scanRound(row db.Row) (Round, error) {
	var r Round
	var kind, seen string
	var began, ended db.Time
	if err := row.Scan(&r.ID, &kind, &r.VisitorID, &r.Visitor, &r.Group, &seen, &r.BeganBy, &began, &ended, &r.Takes); err != nil {
		return r, err
	}
	r.Peer, r.Began, r.Ended = kind == "peer", began.Time, ended.Time
	return r, json.Unmarshal([]byte(seen), &r.Evidence)
}

func scanAction(row db.Row) (Action, error) {
	var a Action
	var made, done db.Time
	err := row.Scan(&a.ID, &a.RoundID, &a.Principle, &a.Words, &a.Owner, &a.Due, &made, &done, &a.DoneWords)
	a.Made, a.Done = made.Time, done.Time
	return a, err
}

const (
	latestRounds db.Query = `
		SELECT r.round_id, r.kind, r.visitor_id, r.visitor, r.group_words, r.evidence, r.began_by, r.began_at, COALESCE(e.ended_at, ''), COALESCE(e.words, '')
		FROM partnership_fidelity_round r LEFT JOIN partnership_fidelity_end e ON e.round_id = r.round_id
		ORDER BY r.began_at DESC, r.round_id DESC LIMIT $1`
	roundByID db.Query = `
		SELECT r.round_id, r.kind, r.visitor_id, r.visitor, r.group_words, r.evidence, r.began_by, r.began_at, COALESCE(e.ended_at, ''), COALESCE(e.words, '')
		FROM partnership_fidelity_round r LEFT JOIN partnership_fidelity_end e ON e.round_id = r.round_id WHERE r.round_id = $1`
	answersOf db.Query = `
		SELECT a.principle, a.level, a.words, a.recorded_by, a.recorded_at FROM partnership_fidelity_answer a WHERE a.round_id = $1
		AND a.version = (SELECT MAX(version) FROM partnership_fidelity_answer WHERE round_id = a.round_id AND principle = a.principle) ORDER BY a.principle`
	actionsOf db.Query = `
		SELECT a.action_id, a.round_id, a.principle, a.words, a.owner, a.due_on, a.made_at, COALESCE(d.done_at, ''), COALESCE(d.words, '')
		FROM partnership_fidelity_action a LEFT JOIN partnership_fidelity_done d ON d.action_id = a.action_id
		WHERE a.round_id = $1 ORDER BY a.action_id LIMIT 200`
	roundOfAction db.Query = `SELECT round_id FROM partnership_fidelity_action WHERE action_id = $1`
	lastAnswer    db.Query = `SELECT COALESCE(MAX(version), 0) FROM partnership_fidelity_answer WHERE round_id = $1 AND principle = $2`
	insertRound   db.Query = `
		INSERT INTO partnership_fidelity_round (round_id, kind, visitor_id, visitor, group_words, evidence, began_by, began_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertAnswer db.Query = `
		INSERT INTO partnership_fidelity_answer (round_id, principle, version, level, words, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`
	insertEnd    db.Query = `INSERT INTO partnership_fidelity_end (round_id, words, ended_by, ended_at) VALUES ($1, $2, $3, $4)`
	insertAction db.Query = `
		INSERT INTO partnership_fidelity_action (action_id, round_id, principle, words, owner, due_on, made_by, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
	insertDone db.Query = `INSERT INTO partnership_fidelity_done (action_id, words, done_by, done_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
)
