-- +goose Up
-- Legal matters of a person (C15): what is ahead, where it stands, who told us.
-- Every change is a version of its own.
CREATE TABLE care_legal (
	legal_id       TEXT   NOT NULL,
	version        BIGINT NOT NULL,
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	kind           TEXT   NOT NULL CHECK (kind IN ('hearing', 'warrant', 'fine', 'order', 'recall', 'record', 'other')),
	standing       TEXT   NOT NULL CHECK (standing IN ('ahead', 'done', 'over')),
	source         TEXT   NOT NULL CHECK (source IN ('person', 'solicitor', 'prosecutor', 'police')), -- never looked up elsewhere (R38)
	next_on        TEXT   NOT NULL, -- YYYY-MM-DD, "" when there is no date
	next_at        TEXT   NOT NULL, -- the moment, "" for any time that day
	court          TEXT   NOT NULL, -- sealed, like every text below
	reference      TEXT   NOT NULL,
	place          TEXT   NOT NULL,
	todo           TEXT   NOT NULL, -- what has to happen
	words          TEXT   NOT NULL,
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (legal_id, version)
);
CREATE INDEX care_legal_by_person ON care_legal (participant_id, legal_id, version); -- serves: one person's matters, and what is ahead for a worker's people

-- A letter that says only what the person agreed to and what is true (L05), in
-- the words they saw.
CREATE TABLE care_letter (
	letter_id      TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	legal_id       TEXT NOT NULL,
	addressee      TEXT NOT NULL, -- sealed
	words          TEXT NOT NULL, -- sealed: every word of it
	agreed_how     TEXT NOT NULL CHECK (agreed_how IN ('signed', 'spoken')),
	witness        TEXT NOT NULL, -- sealed
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_letter_by_person ON care_letter (participant_id, legal_id, letter_id); -- serves: the letters about one matter
CREATE TABLE care_letter_stop (
	letter_id   TEXT PRIMARY KEY REFERENCES care_letter (letter_id),
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- What a person lets a prosecutor know of a matter: facts that the prosecutor
-- holds already, and that the person takes part. It ends with the yes it stands on.
CREATE TABLE handoff_matter (
	share_id       TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL,
	recipient_id   TEXT NOT NULL,
	consent_id     TEXT NOT NULL,
	legal_id       TEXT NOT NULL,
	words          TEXT NOT NULL, -- sealed under a key of its own
	until_on       TEXT NOT NULL, -- YYYY-MM-DD, the last day it can be read
	shared_by      TEXT NOT NULL,
	shared_at      TEXT NOT NULL
);
CREATE INDEX handoff_matter_by_recipient ON handoff_matter (recipient_id, share_id); -- serves: a prosecutor's list
CREATE INDEX handoff_matter_by_person ON handoff_matter (participant_id, legal_id, share_id); -- serves: who was told of one matter

-- What a prosecutor decided, at their own discretion (R36). There is no field for
-- a promise, nor for anything but this one matter (R37).
CREATE TABLE handoff_matter_decision (
	decision_id TEXT PRIMARY KEY,
	share_id    TEXT NOT NULL REFERENCES handoff_matter (share_id),
	kind        TEXT NOT NULL CHECK (kind IN ('no_charge', 'diversion', 'out_of_court', 'charge', 'stopped', 'goes_on', 'other')),
	words       TEXT NOT NULL, -- sealed under the key of the share
	decided_on  TEXT NOT NULL, -- YYYY-MM-DD
	decided_by  TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX handoff_matter_decision_by_share ON handoff_matter_decision (share_id, decision_id); -- serves: what was decided about one matter

-- Appointments (C24). Every change is a version of its own.
CREATE TABLE care_appointment (
	appointment_id TEXT   NOT NULL,
	version        BIGINT NOT NULL,
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	kind           TEXT   NOT NULL CHECK (kind IN ('us', 'service', 'health', 'home', 'money', 'legal', 'other')),
	standing       TEXT   NOT NULL CHECK (standing IN ('planned', 'done', 'off')),
	starts_on      TEXT   NOT NULL, -- YYYY-MM-DD
	starts_at      TEXT   NOT NULL, -- the moment, "" for any time that day
	minutes        BIGINT NOT NULL CHECK (minutes >= 0),
	place          TEXT   NOT NULL, -- sealed, like the two below
	who            TEXT   NOT NULL,
	words          TEXT   NOT NULL,
	warm_id        TEXT   NOT NULL, -- the referral to a service that it belongs to, or ""
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (appointment_id, version)
);
CREATE INDEX care_appointment_by_person ON care_appointment (participant_id, starts_on); -- serves: what is ahead for one person, or for a worker's people

-- A worker's own calendar, read from elsewhere at an address nobody can guess.
CREATE TABLE care_calendar_feed (
	feed_id    TEXT    PRIMARY KEY,
	worker_id  TEXT    NOT NULL,
	token_hash TEXT    NOT NULL UNIQUE, -- the address is shown once and kept nowhere
	with_place BOOLEAN NOT NULL,
	made_at    TEXT    NOT NULL
);
CREATE INDEX care_calendar_feed_by_worker ON care_calendar_feed (worker_id, feed_id); -- serves: one worker's address
CREATE TABLE care_calendar_feed_end (
	feed_id  TEXT PRIMARY KEY REFERENCES care_calendar_feed (feed_id),
	ended_at TEXT NOT NULL
);
-- In which hours it was read: one entry of the log for each.
CREATE TABLE care_calendar_feed_read (
	feed_id TEXT NOT NULL REFERENCES care_calendar_feed (feed_id),
	hour    TEXT NOT NULL, -- 2006-01-02T15
	PRIMARY KEY (feed_id, hour)
);

-- Whether somebody wants to be reminded by text, and on which number.
CREATE TABLE care_reminder_wish (
	participant_id TEXT    NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT  NOT NULL,
	wanted         BOOLEAN NOT NULL,
	number         TEXT    NOT NULL, -- sealed
	part           TEXT    NOT NULL CHECK (part IN ('', 'any', 'morning', 'afternoon')),
	how            TEXT    NOT NULL CHECK (how IN ('signed', 'spoken')),
	witness        TEXT    NOT NULL, -- sealed
	recorded_by    TEXT    NOT NULL,
	recorded_at    TEXT    NOT NULL,
	PRIMARY KEY (participant_id, version)
);
-- Each try at a reminder, claimed before it is sent so that it goes once.
CREATE TABLE care_reminder (
	item_id        TEXT   NOT NULL, -- an appointment or a legal matter
	starts         TEXT   NOT NULL, -- its moment, or its day: moved, it is reminded of again
	attempt        BIGINT NOT NULL,
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	claimed_at     TEXT   NOT NULL,
	PRIMARY KEY (item_id, starts, attempt)
);
CREATE INDEX care_reminder_by_person ON care_reminder (participant_id, claimed_at); -- serves: which reminders one person got
CREATE TABLE care_reminder_answer (
	item_id    TEXT   NOT NULL,
	starts     TEXT   NOT NULL,
	attempt    BIGINT NOT NULL,
	outcome    TEXT   NOT NULL, -- sent, later, gone or never
	answer     TEXT   NOT NULL, -- the provider's, without the number
	answered_at TEXT  NOT NULL,
	PRIMARY KEY (item_id, starts, attempt),
	FOREIGN KEY (item_id, starts, attempt) REFERENCES care_reminder (item_id, starts, attempt)
);
