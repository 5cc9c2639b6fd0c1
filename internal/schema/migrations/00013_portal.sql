-- +goose Up
-- A code that opens a participant's own page, given to them in person. Only a
-- keyed hash of it is kept.
CREATE TABLE portal_code (
	code_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	code_hash      TEXT NOT NULL UNIQUE, -- serves: whose code is this
	given_by       TEXT NOT NULL,
	given_at       TEXT NOT NULL,
	expires_at     TEXT NOT NULL
);
CREATE INDEX portal_code_by_participant ON portal_code (participant_id, given_at); -- serves: the codes of a person, the latest first

-- How a code came to its end. One row for each code, so of two uses at the same
-- moment one wins.
CREATE TABLE portal_code_end (
	code_id  TEXT PRIMARY KEY REFERENCES portal_code (code_id),
	how      TEXT NOT NULL CHECK (how IN ('used', 'replaced', 'taken_back')),
	ended_at TEXT NOT NULL
);

-- An open page. The token is only in the cookie; one code opens one page.
CREATE TABLE portal_session (
	token_hash     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	code_id        TEXT NOT NULL UNIQUE REFERENCES portal_code (code_id),
	browser_hash   TEXT NOT NULL, -- a token shown by another browser ends the session
	started_at     TEXT NOT NULL,
	last_seen_at   TEXT NOT NULL,
	ended_at       TEXT NOT NULL
);
CREATE INDEX portal_session_by_participant ON portal_session (participant_id, started_at); -- serves: end the open page of a person

-- Wrong codes by network, under a keyed hash of the address.
CREATE TABLE portal_throttle (
	network_hash TEXT PRIMARY KEY,
	wrong        BIGINT NOT NULL,
	since        TEXT NOT NULL
);
