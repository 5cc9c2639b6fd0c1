package secret

import "waymark.example/internal/platform/db"

// Every read of a key asks whether it was destroyed, so that a key that comes
// back with an old copy of the key store stays unused.
const (
	participantKey db.Query = `
		SELECT wrapped, key_id FROM key_participant
		WHERE participant_id = $1 AND NOT EXISTS (SELECT 1 FROM key_destroyed d WHERE d.participant_id = $1)`
	sharedKey db.Query = `
		SELECT participant_id, wrapped, key_id FROM key_shared s
		WHERE item_id = $1 AND NOT EXISTS (SELECT 1 FROM key_destroyed d WHERE d.participant_id = s.participant_id)`
	isDestroyed db.Query = `SELECT EXISTS (SELECT 1 FROM key_destroyed WHERE participant_id = $1)`

	// The newest first; an id is made in order of time.
	searchKeys db.Query = `SELECT search_id, wrapped, key_id FROM key_search ORDER BY search_id DESC LIMIT 2`

	pairedWith db.Query = `SELECT mark FROM key_pair LIMIT 1`
	insertPair db.Query = `INSERT INTO key_pair (mark, paired_at) VALUES ($1, $2)`

	insertSearch    db.Query = `INSERT INTO key_search (search_id, wrapped, key_id, made_at) VALUES ($1, $2, $3, $4)`
	deleteOldSearch db.Query = `DELETE FROM key_search WHERE search_id < (SELECT MAX(search_id) FROM key_search)`

	insertParticipant db.Query = `
		INSERT INTO key_participant (participant_id, wrapped, key_id, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`
	insertShared db.Query = `
		INSERT INTO key_shared (item_id, participant_id, wrapped, key_id, made_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`
	// What is not under the key $1 any more, for wrapping again.
	staleParticipants db.Query = `SELECT participant_id, participant_id, wrapped, key_id FROM key_participant WHERE key_id <> $1 LIMIT $2`
	staleShared       db.Query = `SELECT item_id, participant_id, wrapped, key_id FROM key_shared WHERE key_id <> $1 LIMIT $2`
	staleSearch       db.Query = `SELECT search_id, search_id, wrapped, key_id FROM key_search WHERE key_id <> $1 LIMIT $2`
	rewrapParticipant db.Query = `UPDATE key_participant SET wrapped = $1, key_id = $2 WHERE participant_id = $3 AND wrapped = $4`
	rewrapShared      db.Query = `UPDATE key_shared SET wrapped = $1, key_id = $2 WHERE item_id = $3 AND wrapped = $4`
	rewrapSearch      db.Query = `UPDATE key_search SET wrapped = $1, key_id = $2 WHERE search_id = $3 AND wrapped = $4`

	// The keys of the slot that phones put sealed items in.
	newestSlotKey db.Query = `SELECT slot_id, public, made_at FROM key_slot WHERE kind = $1 ORDER BY slot_id DESC LIMIT 1`
	oldestSlotKey db.Query = `SELECT slot_id, public FROM key_slot WHERE kind = $1 ORDER BY slot_id LIMIT 1`
	slotPublic    db.Query = `SELECT public FROM key_slot WHERE slot_id = $1 AND kind = $2`
	slotSeed      db.Query = `SELECT wrapped, key_id FROM key_slot WHERE slot_id = $1 AND kind = $2`
	insertSlotKey db.Query = `INSERT INTO key_slot (slot_id, kind, public, wrapped, key_id, made_at) VALUES ($1, $2, $3, $4, $5, $6)`
	// The newest stays, however old: without one nobody can seal.
	expireSlotKeys db.Query = `DELETE FROM key_slot WHERE kind = $1 AND made_at < $2 AND slot_id < (SELECT MAX(slot_id) FROM key_slot WHERE kind = $1)`
	staleSlot      db.Query = `SELECT slot_id, slot_id, wrapped, key_id FROM key_slot WHERE key_id <> $1 LIMIT $2`
	rewrapSlot     db.Query = `UPDATE key_slot SET wrapped = $1, key_id = $2 WHERE slot_id = $3 AND wrapped = $4`
	slotPerKey     db.Query = `SELECT key_id, COUNT(*) FROM key_slot GROUP BY key_id`

	participantsPerKey db.Query = `SELECT key_id, COUNT(*) FROM key_participant GROUP BY key_id`
	sharedPerKey       db.Query = `SELECT key_id, COUNT(*) FROM key_shared GROUP BY key_id`
	searchPerKey       db.Query = `SELECT key_id, COUNT(*) FROM key_search GROUP BY key_id`

	isGone db.Query = `
		SELECT EXISTS (SELECT 1 FROM key_destroyed WHERE participant_id = $1)
			AND NOT EXISTS (SELECT 1 FROM key_participant WHERE participant_id = $1)
			AND NOT EXISTS (SELECT 1 FROM key_shared WHERE participant_id = $1)`

	insertDestroyed   db.Query = `INSERT INTO key_destroyed (participant_id, destroyed_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`
	deleteParticipant db.Query = `DELETE FROM key_participant WHERE participant_id = $1`
	deleteItem        db.Query = `DELETE FROM key_shared WHERE item_id = $1`
	deleteShared      db.Query = `DELETE FROM key_shared WHERE participant_id = $1`
)
