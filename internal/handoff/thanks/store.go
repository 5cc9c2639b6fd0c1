package thanks

import "waymark.example/internal/platform/db"

const (
	insertMonth  db.Query = `INSERT INTO handoff_thanks (month, taken_up, reached, earlier, in_touch, published_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	oneMonth     db.Query = `SELECT month FROM handoff_thanks WHERE month = $1`
	latestMonths db.Query = `SELECT month, taken_up, reached, earlier, in_touch, published_at FROM handoff_thanks ORDER BY month DESC LIMIT $1`
)
