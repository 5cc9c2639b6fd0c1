-- +goose Up
-- The key store is a database of its own, so that a copy of the main database
-- without it is unreadable text. It holds wrapped keys and no word about anyone.

-- One data key per participant, wrapped by the care organisation's own key.
CREATE TABLE key_participant (
	participant_id TEXT PRIMARY KEY,
	wrapped        TEXT NOT NULL, -- base64
	key_id         TEXT NOT NULL, -- which key of the keeper wrapped it
	made_at        TEXT NOT NULL
);
CREATE INDEX key_participant_by_key ON key_participant (key_id, participant_id); -- serves: what still has to be wrapped again

-- One key per text that is meant to cross: whoever may read that text can open
-- it without the person's own key. It goes when the person's key goes.
CREATE TABLE key_shared (
	item_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL,
	wrapped        TEXT NOT NULL,
	key_id         TEXT NOT NULL,
	made_at        TEXT NOT NULL
);
CREATE INDEX key_shared_by_participant ON key_shared (participant_id);  -- serves: destroying all that a person owns
CREATE INDEX key_shared_by_key ON key_shared (key_id, item_id);         -- serves: what still has to be wrapped again

-- Whose keys are gone. A key is never made again for them.
CREATE TABLE key_destroyed (
	participant_id TEXT PRIMARY KEY,
	destroyed_at   TEXT NOT NULL
);

-- The key of the tokens that people are found by. The newest makes tokens; an
-- older one stands beside it only while tokens are made again.
CREATE TABLE key_search (
	search_id TEXT PRIMARY KEY,
	wrapped   TEXT NOT NULL,
	key_id    TEXT NOT NULL,
	made_at   TEXT NOT NULL
);

-- The key pairs of the slot that phones put sealed items in: for sealing, of
-- which the newest is given out, and for signing.
CREATE TABLE key_slot (
	slot_id TEXT PRIMARY KEY,
	kind    TEXT NOT NULL CHECK (kind IN ('seal', 'sign')),
	public  TEXT NOT NULL,
	wrapped TEXT NOT NULL,
	key_id  TEXT NOT NULL,
	made_at TEXT NOT NULL
);

-- Which database this store belongs to: the hash of a mark that is kept there.
CREATE TABLE key_pair (
	mark      TEXT PRIMARY KEY,
	paired_at TEXT NOT NULL
);
