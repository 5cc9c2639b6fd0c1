-- +goose Up
-- Something said to a person, with a day and perhaps a time: "I ring you
-- Thursday at ten". Or where and when the next try to find them is.
CREATE TABLE care_promise (
	promise_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	kind           TEXT NOT NULL CHECK (kind IN ('said', 'try')),
	words          TEXT NOT NULL,
	due_on         TEXT NOT NULL CHECK (due_on <> ''), -- YYYY-MM-DD where the team works
	due_at         TEXT NOT NULL,                      -- "" for any time that day
	note_id        TEXT REFERENCES care_note (note_id), -- the contact it was said at
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_promise_by_participant ON care_promise (participant_id, due_on, promise_id); -- serves: what was promised to somebody

-- What became of it. There is no failing: a promise is kept, moved or let go.
CREATE TABLE care_promise_end (
	end_id      TEXT PRIMARY KEY,
	promise_id  TEXT NOT NULL REFERENCES care_promise (promise_id),
	how         TEXT NOT NULL CHECK (how IN ('kept', 'moved', 'let_go')),
	words       TEXT NOT NULL,
	note_id     TEXT REFERENCES care_note (note_id), -- the contact that kept it
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX care_promise_end_by_promise ON care_promise_end (promise_id); -- serves: whether a promise still stands

-- A note taken back within ten minutes by whoever wrote it. The note stays as it
-- was written; it counts for nothing, and neither does what was promised with it.
CREATE TABLE care_note_undone (
	note_id   TEXT PRIMARY KEY REFERENCES care_note (note_id),
	undone_by TEXT NOT NULL,
	undone_at TEXT NOT NULL
);
CREATE INDEX care_note_by_author ON care_note (recorded_by, recorded_at); -- serves: what I have just logged

-- Where it was, coarsely; words of one's own stand in place.
ALTER TABLE care_note ADD COLUMN place_kind TEXT NOT NULL DEFAULT ''
	CHECK (place_kind IN ('', 'street', 'home', 'ours', 'service', 'health', 'custody', 'other'));

-- A step may have a day as well as words.
ALTER TABLE care_step ADD COLUMN due_on TEXT NOT NULL DEFAULT '';

-- What somebody tells about themselves, card by card: how to reach them safely,
-- names, who they trust, what makes support fit. Every version is kept. The
-- answers are one sealed text, so that not even which of them there are shows.
CREATE TABLE care_about (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	card           TEXT   NOT NULL CHECK (card IN ('safe', 'names', 'trusted', 'animals', 'support', 'family')),
	version        BIGINT NOT NULL,
	answers        TEXT   NOT NULL,
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, card, version)
);
