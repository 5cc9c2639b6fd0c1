-- +goose Up
-- When a decision was made on a phone, and when it came in: both clocks are kept.
-- No row: it was typed into the page itself.
CREATE TABLE police_arrival (
	contact_id   TEXT PRIMARY KEY REFERENCES police_contact (contact_id),
	made_at      TEXT   NOT NULL, -- by the phone's clock
	sent_at      TEXT   NOT NULL, -- by the phone's clock, when it was sent
	received_at  TEXT   NOT NULL, -- by ours
	ahead_by     BIGINT NOT NULL  -- seconds by which the phone's clock ran ahead of ours; negative behind
);

-- An officer took back what they had just recorded by mistake. It stays, marked:
-- nothing is counted from it.
CREATE TABLE police_undone (
	contact_id TEXT PRIMARY KEY REFERENCES police_contact (contact_id),
	undone_by  TEXT NOT NULL REFERENCES identity_account (account_id),
	undone_at  TEXT NOT NULL
);
-- What became of a hand-off with it: taken back before anybody had accepted it.
CREATE TABLE handoff_taken_back (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	taken_at    TEXT NOT NULL
);

-- What a phone delivered and could not be recorded as it stands: it waits here
-- for its officer, so that nothing is lost and nothing is guessed.
CREATE TABLE police_held (
	held_id      TEXT PRIMARY KEY,
	item_hash    TEXT NOT NULL, -- of the id the phone gave it
	content_hash TEXT NOT NULL, -- of that id and the answers
	why          TEXT NOT NULL CHECK (why IN ('other_answers', 'other_officer', 'to_mend', 'old_policy')),
	officer_id   TEXT NOT NULL, -- whose it says it is; '' where the phone did not know
	delivered_by TEXT NOT NULL REFERENCES identity_account (account_id),
	team         TEXT NOT NULL, -- of the officer, or of who delivered it
	made_at      TEXT NOT NULL,
	sent_at      TEXT NOT NULL,
	received_at  TEXT NOT NULL,
	UNIQUE (item_hash, content_hash)
);
CREATE INDEX police_held_by_officer ON police_held (officer_id, held_id); -- serves: what waits for me
CREATE INDEX police_held_by_team    ON police_held (team, held_id);       -- serves: what waits in a sergeant's team

-- Its answers, as the phone sealed them, until it is settled.
CREATE TABLE police_held_answers (
	held_id TEXT PRIMARY KEY REFERENCES police_held (held_id),
	item_id TEXT NOT NULL,
	key_id  TEXT NOT NULL,
	owner   TEXT NOT NULL, -- the user the item is sealed with
	sealed  TEXT NOT NULL
);
CREATE TABLE police_held_end (
	held_id    TEXT PRIMARY KEY REFERENCES police_held (held_id),
	contact_id TEXT NOT NULL, -- what it was recorded as; '' when it was set aside
	why        TEXT NOT NULL, -- it was set aside
	ended_by   TEXT NOT NULL REFERENCES identity_account (account_id),
	ended_at   TEXT NOT NULL,
	CHECK ((contact_id = '') <> (why = ''))
);
