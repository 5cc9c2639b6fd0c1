package judged

import "waymark.example/internal/platform/db"

const (
	insertSet   db.Query = `INSERT INTO handoff_judged (until_month, published_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	insertGroup db.Query = `INSERT INTO handoff_judged_group (until_month, door, offences, criteria, contacts) VALUES ($1, $2, $3, $4, $5)`
	setByMonth  db.Query = `SELECT published_at FROM handoff_judged WHERE until_month = $1`
	groupsOf    db.Query = `SELECT door, offences, criteria, contacts FROM handoff_judged_group WHERE until_month = $1 ORDER BY door, offences, criteria`
)
