package national

import "waymark.example/internal/platform/db"

const (
	standing  db.Query = `SELECT COALESCE((SELECT joined FROM partnership_national ORDER BY version DESC LIMIT 1), FALSE)`
	published db.Query = `SELECT shown, published_at FROM partnership_set ORDER BY set_no`
)
