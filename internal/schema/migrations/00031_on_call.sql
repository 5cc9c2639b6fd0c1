-- +goose Up
-- Who takes the phone by plan: one row a shift, in the order in which they are
-- rung. Two shifts of one place may overlap after two people planned at once:
-- the one planned last counts.
CREATE TABLE handoff_shift (
	shift_id   TEXT PRIMARY KEY,
	worker_id  TEXT NOT NULL,
	name       TEXT NOT NULL,
	phone      TEXT NOT NULL,
	place      BIGINT NOT NULL CHECK (place BETWEEN 1 AND 3),
	starts_at  TEXT NOT NULL,
	ends_at    TEXT NOT NULL,
	planned_by TEXT NOT NULL,
	planned_at TEXT NOT NULL,
	CHECK (ends_at > starts_at)
);
CREATE INDEX handoff_shift_by_end ON handoff_shift (ends_at, shift_id); -- serves: who is on duty now, and one week of the rota

CREATE TABLE handoff_shift_off (
	shift_id TEXT PRIMARY KEY REFERENCES handoff_shift (shift_id),
	off_by   TEXT NOT NULL,
	off_at   TEXT NOT NULL
);

-- Whoever takes the phone outside the plan has it until a moment, "" for until
-- somebody else does, or until they hand it back.
ALTER TABLE handoff_on_call ADD COLUMN until_at TEXT NOT NULL DEFAULT '';
CREATE TABLE handoff_on_call_back (
	turn_id    TEXT PRIMARY KEY REFERENCES handoff_on_call (turn_id),
	back_by    TEXT NOT NULL,
	back_at    TEXT NOT NULL
);

-- The officer rang and nobody answered (R13).
CREATE TABLE handoff_no_answer (
	no_answer_id TEXT PRIMARY KEY,
	referral_id  TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	rang_at      TEXT NOT NULL,
	recorded_by  TEXT NOT NULL
);
CREATE INDEX handoff_no_answer_by_referral ON handoff_no_answer (referral_id, rang_at); -- serves: whether to go on to the next at once

CREATE INDEX handoff_waiting_by_time ON handoff_waiting (since); -- serves: hand-offs that wait to be told to somebody

-- Who was told that a hand-off waits, in order. Its key makes two servers tell
-- each of them once.
CREATE TABLE handoff_step (
	referral_id TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	step        BIGINT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('told', 'alarm')),
	why         TEXT NOT NULL CHECK (why IN ('new', 'time', 'no_answer', 'nobody')),
	worker_id   TEXT NOT NULL, -- "" of an alarm, which goes to supervisors and coordinators
	told_at     TEXT NOT NULL,
	PRIMARY KEY (referral_id, step)
);

-- A hand-off that the first did not take up in time: a reference and moments,
-- nothing of whom it is about. The partnership reads it.
CREATE TABLE handoff_missed (
	referral_id   TEXT PRIMARY KEY,
	reference     TEXT NOT NULL,
	waiting_since TEXT NOT NULL,
	missed_at     TEXT NOT NULL
);
CREATE INDEX handoff_missed_by_time ON handoff_missed (missed_at, referral_id); -- serves: missed calls, newest first
CREATE TABLE handoff_missed_end (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_missed (referral_id),
	accepted_at TEXT NOT NULL -- "" when it was taken back or let go
);

-- What the officer on the spot is told of the worker: on the way, about when,
-- or that they will ring instead. It is said before anybody has met, and of the
-- worker only.
CREATE TABLE handoff_estimate (
	estimate_id TEXT PRIMARY KEY,
	referral_id TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	kind        TEXT NOT NULL CHECK (kind IN ('coming', 'phone')),
	name        TEXT NOT NULL,
	there_at    TEXT NOT NULL, -- "" of phone
	said_by     TEXT NOT NULL,
	said_at     TEXT NOT NULL
);
CREATE INDEX handoff_estimate_by_referral ON handoff_estimate (referral_id, estimate_id); -- serves: the latest word

-- The outbox: somebody is to be told that something waits for them. Written in
-- the transaction of what happened; it does not say what that was.
CREATE TABLE handoff_notice (
	notice_id  TEXT PRIMARY KEY,
	account_id TEXT NOT NULL,
	why        TEXT NOT NULL CHECK (why IN ('hand_off', 'alarm', 'test')), -- the first wakes people in their quiet hours
	made_at    TEXT NOT NULL
);

CREATE INDEX handoff_notice_by_time ON handoff_notice (made_at, notice_id); -- serves: what is to be sent on

-- How an account wants to be told. What is removed is gone: nobody needs an old
-- number.
CREATE TABLE identity_channel (
	channel_id TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	kind       TEXT NOT NULL CHECK (kind IN ('push', 'mail', 'sms')),
	address    TEXT NOT NULL, -- an address of a push service, of mail, or a number
	public_key TEXT NOT NULL, -- of the browser, of push
	auth       TEXT NOT NULL, -- the browser's shared secret, of push
	label      TEXT NOT NULL,
	added_at   TEXT NOT NULL,
	proved_at  TEXT NOT NULL  -- "" until the code that was sent there came back
);
CREATE INDEX identity_channel_by_account ON identity_channel (account_id, channel_id); -- serves: one's own channels
CREATE UNIQUE INDEX identity_channel_once ON identity_channel (account_id, kind, address);
CREATE TABLE identity_channel_code (
	channel_id TEXT PRIMARY KEY REFERENCES identity_channel (channel_id) ON DELETE CASCADE,
	hash       TEXT NOT NULL,
	tries      BIGINT NOT NULL,
	expires_at TEXT NOT NULL
);

-- Hours in which an account is left alone, in minutes after midnight where the
-- site is; the same twice is none.
CREATE TABLE identity_quiet (
	account_id  TEXT NOT NULL REFERENCES identity_account (account_id),
	version     BIGINT NOT NULL,
	from_minute BIGINT NOT NULL CHECK (from_minute BETWEEN 0 AND 1439),
	till_minute BIGINT NOT NULL CHECK (till_minute BETWEEN 0 AND 1439),
	set_at      TEXT NOT NULL,
	PRIMARY KEY (account_id, version)
);

-- A notice was taken from the outbox: to how many channels it goes.
CREATE TABLE identity_notified (
	notice_id TEXT PRIMARY KEY,
	channels  BIGINT NOT NULL,
	taken_at  TEXT NOT NULL
);

-- Where one sending stands. A sender claims it by setting next_at ahead; if it
-- dies before it says how it went, it is sent again: twice at worst, never not
-- at all.
CREATE TABLE identity_sending (
	notice_id  TEXT NOT NULL,
	channel_id TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'gave_up')),
	attempts   BIGINT NOT NULL,
	next_at    TEXT NOT NULL,
	PRIMARY KEY (notice_id, channel_id)
);
CREATE INDEX identity_sending_due ON identity_sending (next_at) WHERE state = 'waiting'; -- serves: what to send now

CREATE TABLE identity_sending_try (
	try_id     TEXT PRIMARY KEY,
	notice_id  TEXT NOT NULL,
	account_id TEXT NOT NULL,
	kind       TEXT NOT NULL,
	outcome    TEXT NOT NULL CHECK (outcome IN ('sent', 'later', 'gone', 'never')),
	answer     TEXT NOT NULL, -- the provider's own word: a number or a line, no address
	tried_at   TEXT NOT NULL
);
CREATE INDEX identity_sending_try_by_account ON identity_sending_try (account_id, try_id); -- serves: what was lately sent to me
