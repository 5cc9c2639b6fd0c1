-- +goose Up
-- People whom a worker takes along for some hours, to work without signal: on
-- their own phone, or on a printed sheet. What goes is worked out when it goes;
-- kept is only who took whom, and until when.
CREATE TABLE care_away_lease (
	lease_id  TEXT PRIMARY KEY,
	worker_id TEXT NOT NULL,
	team      TEXT NOT NULL,
	how       TEXT NOT NULL CHECK (how IN ('phone', 'paper')),
	parts     TEXT NOT NULL, -- codes of what goes, with a space between
	session   TEXT NOT NULL, -- in which it was taken: ended there, it ends here
	made_at   TEXT NOT NULL,
	until_at  TEXT NOT NULL
);
CREATE INDEX care_away_lease_by_worker ON care_away_lease (worker_id, until_at); -- serves: whom somebody has with them
CREATE INDEX care_away_lease_by_team ON care_away_lease (team, made_at);         -- serves: the supervisor's list

CREATE TABLE care_away_person (
	lease_id       TEXT NOT NULL REFERENCES care_away_lease (lease_id),
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	PRIMARY KEY (lease_id, participant_id)
);
CREATE INDEX care_away_person_by_participant ON care_away_person (participant_id); -- serves: whether somebody was taken along

-- That it ended before its time.
CREATE TABLE care_away_end (
	lease_id TEXT PRIMARY KEY REFERENCES care_away_lease (lease_id),
	how      TEXT NOT NULL CHECK (how IN ('returned', 'replaced', 'revoked', 'signed_out')),
	ended_by TEXT NOT NULL,
	ended_at TEXT NOT NULL
);

-- Two takings of one worker wait for each other here, so that the count of ten
-- is true.
CREATE TABLE care_away_now (
	worker_id TEXT PRIMARY KEY,
	lease_id  TEXT NOT NULL
);

-- A contact logged without signal: both clocks.
CREATE TABLE care_away_note (
	note_id     TEXT PRIMARY KEY REFERENCES care_note (note_id),
	made_at     TEXT NOT NULL, -- by the phone's clock
	sent_at     TEXT NOT NULL, -- by the phone's clock
	received_at TEXT NOT NULL
);

-- A contact that could not be added as it came: its answers wait, sealed under
-- the person's key, for somebody who may see the case.
CREATE TABLE care_away_held (
	held_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	worker_id      TEXT NOT NULL, -- whose phone it came from
	why            TEXT NOT NULL CHECK (why IN ('not_yours', 'ended', 'to_mend', 'other_answers')),
	answers        TEXT NOT NULL,
	made_at        TEXT NOT NULL,
	sent_at        TEXT NOT NULL,
	received_at    TEXT NOT NULL
);
CREATE INDEX care_away_held_by_participant ON care_away_held (participant_id); -- serves: what waits about somebody
CREATE INDEX care_away_held_by_worker ON care_away_held (worker_id);           -- serves: how much of one phone waits

CREATE TABLE care_away_settled (
	held_id    TEXT PRIMARY KEY REFERENCES care_away_held (held_id),
	note_id    TEXT REFERENCES care_note (note_id), -- as which it was added; NULL when it was set aside
	words      TEXT NOT NULL,                       -- why it was set aside
	settled_by TEXT NOT NULL,
	settled_at TEXT NOT NULL
);
