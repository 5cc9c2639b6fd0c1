package thanks

import "waymark.example/internal/platform/db"

const (
	takenUp db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN reached_at <> '' THEN 1 ELSE 0 END), 0)
		FROM care_now WHERE received_at >= $1 AND received_at < $2`
	inTouch db.Query = `
		SELECT COUNT(*), COALESCE(SUM(CASE WHEN reached_at >= $1 THEN 1 ELSE 0 END), 0)
		FROM care_now WHERE received_at >= $2 AND received_at < $3`
)
