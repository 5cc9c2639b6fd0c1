package scrutiny

import "waymark.example/internal/platform/db"

const (
	insertPack db.Query = `INSERT INTO partnership_pack (pack_no, from_month, until_month, shown, drawn_by, drawn_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
	packs      db.Query = `SELECT pack_no, from_month, until_month, shown, drawn_at FROM partnership_pack ORDER BY pack_no DESC LIMIT 60`
	onePack    db.Query = `SELECT pack_no, from_month, until_month, shown, drawn_at FROM partnership_pack WHERE pack_no = $1`
	latestPack db.Query = `SELECT COALESCE(MAX(pack_no), 0), COALESCE(MAX(until_month), '') FROM partnership_pack`
	insertCopy db.Query = `
		INSERT INTO partnership_pack_copy (pack_no, copy_no, made_by, made_at)
		SELECT $1, COALESCE(MAX(copy_no), 0) + 1, $2, $3 FROM partnership_pack_copy WHERE pack_no = $4`
	lastCopy db.Query = `SELECT COALESCE(MAX(copy_no), 0) FROM partnership_pack_copy WHERE pack_no = $1 AND made_by = $2`
	ownCopy  db.Query = `SELECT made_at FROM partnership_pack_copy WHERE pack_no = $1 AND copy_no = $2 AND made_by = $3`
)
