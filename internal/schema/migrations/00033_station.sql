-- +goose Up
-- A contact that was recorded in custody for the officer who brought somebody
-- in. police_contact names that officer, this table who recorded it.
CREATE TABLE police_custody (
	contact_id  TEXT PRIMARY KEY REFERENCES police_contact (contact_id),
	suite       TEXT NOT NULL, -- the team of the custody sergeant
	recorded_by TEXT NOT NULL REFERENCES identity_account (account_id),
	recorded_at TEXT NOT NULL
);
CREATE INDEX police_custody_by_suite ON police_custody (suite, recorded_at, contact_id); -- serves: the hand-offs of a shift

-- Who has done which training, and when. The latest row of a person and a course
-- counts; an empty day takes back what was recorded by mistake.
CREATE TABLE police_training (
	training_id TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL REFERENCES identity_account (account_id),
	course      TEXT NOT NULL,
	done_on     TEXT NOT NULL, -- YYYY-MM-DD, or ''
	recorded_by TEXT NOT NULL REFERENCES identity_account (account_id),
	recorded_at TEXT NOT NULL
);
CREATE INDEX police_training_by_account ON police_training (account_id, course, training_id); -- serves: one's own training, and a team's

-- That somebody asked whom to call for a card, so that nobody can try codes one
-- after the other. Not which code, and not whether there was anything to hear.
CREATE TABLE police_known_ask (
	ask_id     TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	asked_at   TEXT NOT NULL
);
CREATE INDEX police_known_ask_by_account ON police_known_ask (account_id, asked_at); -- serves: how often somebody asked in the last hour

-- Who says yes to a social contact (R6). '' is a version from before there was a
-- choice: a sergeant, where approve_social says so.
ALTER TABLE reference_policy ADD COLUMN approve_by TEXT NOT NULL DEFAULT '' CHECK (approve_by IN ('', 'nobody', 'sergeant', 'coordinator'));

-- A referral that waits for the partnership's coordinator: all that they see of
-- it. No name, no officer, no offence; its letter is sealed to the case team.
CREATE TABLE handoff_to_confirm (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	reference   TEXT NOT NULL,
	door        TEXT NOT NULL,
	team        TEXT NOT NULL,
	since       TEXT NOT NULL
);
CREATE INDEX handoff_to_confirm_by_time ON handoff_to_confirm (since, referral_id); -- serves: the coordinator's list, oldest first

-- A card that a person carries and may show to an officer, who then hears whom to
-- call and nothing else. It stands on a yes; taking that back ends it. Only a
-- keyed hash of its code is kept. The row goes when the person is erased.
CREATE TABLE handoff_known (
	card_id        TEXT PRIMARY KEY,
	consent_id     TEXT NOT NULL UNIQUE,
	participant_id TEXT NOT NULL,
	recipient_id   TEXT NOT NULL, -- the force
	code_hash      TEXT NOT NULL UNIQUE, -- serves: whose card is this
	call_name      TEXT NOT NULL, -- of a worker
	call_phone     TEXT NOT NULL, -- at work
	until_on       TEXT NOT NULL, -- YYYY-MM-DD, the last day
	made_by        TEXT NOT NULL,
	made_at        TEXT NOT NULL
);
CREATE INDEX handoff_known_by_participant ON handoff_known (participant_id, made_at, consent_id); -- serves: the cards of one person
CREATE INDEX handoff_known_by_time ON handoff_known (made_at, consent_id); -- serves: everything that crossed, newest first

-- What police hear back, for everybody together: one row a calendar month, never
-- changed. Numbers are multiples of five from ten on; 0 is "fewer than ten" (R44),
-- and the database takes no other.
CREATE TABLE handoff_thanks (
	month        TEXT PRIMARY KEY, -- YYYY-MM
	taken_up     BIGINT NOT NULL CHECK (taken_up = 0 OR (taken_up >= 10 AND taken_up % 5 = 0)),
	reached      BIGINT NOT NULL CHECK (reached = 0 OR (reached >= 10 AND reached % 5 = 0)),
	earlier      BIGINT NOT NULL CHECK (earlier = 0 OR (earlier >= 10 AND earlier % 5 = 0)), -- taken up three months before
	in_touch     BIGINT NOT NULL CHECK (in_touch = 0 OR (in_touch >= 10 AND in_touch % 5 = 0)), -- of those, in this month
	published_at TEXT NOT NULL,
	CHECK (reached <= taken_up AND in_touch <= earlier)
);
