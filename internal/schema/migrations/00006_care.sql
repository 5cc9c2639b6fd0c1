-- +goose Up
-- Words, names and places of the care side are sealed under a key of each
-- person's own (package secret), except codes, days and who wrote them. The empty text
-- stays empty, so that a rule can ask whether there are words.

-- A person the case team works with. Nothing here names a contact, an offence
-- or an officer.
CREATE TABLE care_participant (
	participant_id TEXT PRIMARY KEY,
	referral_id    TEXT NOT NULL UNIQUE REFERENCES handoff_referral (referral_id),
	received_at    TEXT NOT NULL
);

-- How the person wants to be known and reached: every version is kept.
CREATE TABLE care_person (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	name           TEXT   NOT NULL, -- the name they chose
	pronouns       TEXT   NOT NULL,
	phone          TEXT   NOT NULL,
	safe_contact   TEXT   NOT NULL, -- how it is safe to reach them
	find_words     TEXT   NOT NULL, -- where they often are
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version)
);

-- The participant asked to close (R29): who, how, when, in their words.
CREATE TABLE care_closure_request (
	request_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	asked_at       TEXT NOT NULL,
	asked_how      TEXT NOT NULL,
	words          TEXT NOT NULL CHECK (words <> ''),
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL,
	UNIQUE (request_id, participant_id)
);

-- The history of a case. A row that says closed cannot exist without the
-- participant's own request, whatever the program does (R29).
CREATE TABLE care_case (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	state          TEXT   NOT NULL CHECK (state IN ('prospective', 'active', 'inactive', 'closed', 'died', 'transferred')),
	request_id     TEXT, -- the closure request, when closed
	words          TEXT   NOT NULL,
	happened_on    TEXT   NOT NULL, -- YYYY-MM-DD
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version),
	FOREIGN KEY (request_id, participant_id) REFERENCES care_closure_request (request_id, participant_id),
	CHECK ((state = 'closed') = (request_id IS NOT NULL))
);

-- Who walks with the person. responding: came to the hand-off; caseload: for as
-- long as the person wants; waiting: the team has them, nobody yet.
CREATE TABLE care_allocation (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	team           TEXT   NOT NULL,
	hold           TEXT   NOT NULL CHECK (hold IN ('waiting', 'responding', 'caseload')),
	worker_id      TEXT   NOT NULL,
	wish           TEXT   NOT NULL, -- what the person wanted
	cover          TEXT   NOT NULL, -- a supervisor's reason to go over the hard limit (R32)
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version),
	CHECK ((hold = 'waiting') = (worker_id = ''))
);

-- Where each case stands now, worked out from the history above and kept in the
-- same transaction. It can be thrown away and made again: it is no record.
CREATE TABLE care_now (
	participant_id  TEXT   PRIMARY KEY REFERENCES care_participant (participant_id),
	revision        BIGINT NOT NULL, -- raised by every write about this person: the portable row lock
	team            TEXT   NOT NULL,
	hold            TEXT   NOT NULL,
	worker_id       TEXT   NOT NULL,
	state           TEXT   NOT NULL,
	name            TEXT   NOT NULL,
	received_at     TEXT   NOT NULL,
	intake_due_on   TEXT   NOT NULL,
	intake_done_on  TEXT   NOT NULL,
	reached_at      TEXT   NOT NULL, -- last time somebody met or spoke with them
	next_words      TEXT   NOT NULL, -- what was promised next
	next_at         TEXT   NOT NULL
);
CREATE INDEX care_now_by_worker ON care_now (worker_id, participant_id);                        -- serves: a caseload
CREATE INDEX care_now_by_team   ON care_now (team, participant_id);                             -- serves: a team's people, newest first
CREATE INDEX care_now_outreach  ON care_now (team, state, intake_due_on, participant_id);       -- serves: waiting for intake, earliest first

CREATE INDEX care_now_to_allocate ON care_now (team, received_at) WHERE hold IN ('waiting', 'responding'); -- serves: nobody walks with them yet

-- What a person is found by: keyed tokens of how the words of their name start,
-- and some that mean nothing, so that their number says little. A projection too.
CREATE TABLE care_name_token (
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	team           TEXT NOT NULL,
	token          TEXT NOT NULL,
	PRIMARY KEY (participant_id, token)
);
CREATE INDEX care_name_token_by_team ON care_name_token (team, token, participant_id); -- serves: finding somebody of a team by name

-- Erasure needs two people: one asks, another confirms (handoff_keeping). The
-- tombstone stays, so that an old copy of the key store is destroyed again when
-- it comes back.
CREATE TABLE care_erasure (
	participant_id TEXT PRIMARY KEY REFERENCES care_participant (participant_id),
	basis          TEXT NOT NULL CHECK (basis IN ('request', 'retention', 'unlawful')),
	asked_by       TEXT NOT NULL,
	confirmed_by   TEXT NOT NULL,
	confirmed_at   TEXT NOT NULL,
	CHECK (asked_by <> confirmed_by)
);

-- One row per worker, touched by whoever allocates to them, so that two
-- allocations at once are counted one after the other on both engines (R32).
CREATE TABLE care_load (
	worker_id   TEXT   PRIMARY KEY,
	allocations BIGINT NOT NULL
);

-- First check at or after the hand-off: three questions and the person's words.
CREATE TABLE care_screening (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	safe_tonight   TEXT   NOT NULL,
	eaten          TEXT   NOT NULL,
	has_phone      TEXT   NOT NULL,
	words          TEXT   NOT NULL,
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version)
);

-- Intake, in as many sittings as it takes. done_on is set once it is done, and
-- then consent is there: how it was given, in what language, who was witness.
CREATE TABLE care_intake (
	participant_id   TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version          BIGINT NOT NULL,
	done_on          TEXT   NOT NULL,
	accommodation    TEXT   NOT NULL, -- code of accommodation_san, or ''
	employment       TEXT   NOT NULL, -- code of employment_san, or ''
	code_version     TEXT   NOT NULL,
	communication    TEXT   NOT NULL,
	trusted_person   TEXT   NOT NULL,
	words            TEXT   NOT NULL,
	consent_how      TEXT   NOT NULL CHECK (consent_how IN ('', 'signed', 'spoken')),
	consent_witness  TEXT   NOT NULL,
	consent_language TEXT   NOT NULL,
	consent_copy     BOOLEAN NOT NULL,
	recorded_by      TEXT   NOT NULL,
	recorded_at      TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version),
	CHECK (done_on = '' OR consent_how <> ''),
	CHECK (consent_how <> 'spoken' OR consent_witness <> '')
);

-- A try to find somebody. Counted, never limited, never failed (R30).
CREATE TABLE care_outreach (
	attempt_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	tried_at       TEXT NOT NULL,
	place          TEXT NOT NULL,
	outcome        TEXT NOT NULL CHECK (outcome IN ('met', 'spoke', 'left_word', 'not_found')),
	words          TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_outreach_by_participant ON care_outreach (participant_id, tried_at); -- serves: tries so far

-- Needed now, met now, before any form (R26).
CREATE TABLE care_acute_need (
	need_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	kind           TEXT NOT NULL,
	words          TEXT NOT NULL,
	noticed_at     TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_acute_need_by_participant ON care_acute_need (participant_id, noticed_at); -- serves: acute needs of one person
CREATE TABLE care_acute_need_met (
	need_id     TEXT PRIMARY KEY REFERENCES care_acute_need (need_id),
	how         TEXT NOT NULL,
	met_at      TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- A conversation about how things are, repeated. Only the areas talked about.
CREATE TABLE care_assessment (
	assessment_id  TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	talked_on      TEXT NOT NULL,
	words          TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_assessment_by_participant ON care_assessment (participant_id, talked_on); -- serves: needs over time
CREATE TABLE care_assessment_domain (
	assessment_id TEXT NOT NULL REFERENCES care_assessment (assessment_id),
	domain        TEXT NOT NULL,
	whose_view    TEXT NOT NULL CHECK (whose_view IN ('own', 'worker')),
	level         TEXT NOT NULL CHECK (level IN ('in_crisis', 'hard', 'managing', 'fine')),
	words         TEXT NOT NULL,
	PRIMARY KEY (assessment_id, domain, whose_view)
);

-- The Individual Intervention Plan (R27): a draft until the person agrees.
CREATE TABLE care_plan (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	state          TEXT   NOT NULL CHECK (state IN ('draft', 'agreed')),
	matters        TEXT   NOT NULL, -- what matters to me, own words
	agreed_how     TEXT   NOT NULL CHECK (agreed_how IN ('', 'said', 'signed', 'tapped')),
	agreed_words   TEXT   NOT NULL,
	copy_given     BOOLEAN NOT NULL,
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version),
	CHECK ((state = 'agreed') = (agreed_how <> ''))
);
-- set_aside is no failure: the person put the goal down for now (R28).
CREATE TABLE care_goal (
	participant_id TEXT   NOT NULL,
	version        BIGINT NOT NULL,
	position       BIGINT NOT NULL,
	words          TEXT   NOT NULL CHECK (words <> ''),
	domain         TEXT   NOT NULL,
	standing       TEXT   NOT NULL CHECK (standing IN ('active', 'met', 'changed', 'set_aside')),
	PRIMARY KEY (participant_id, version, position),
	FOREIGN KEY (participant_id, version) REFERENCES care_plan (participant_id, version)
);
CREATE TABLE care_step (
	participant_id TEXT    NOT NULL,
	version        BIGINT  NOT NULL,
	goal           BIGINT  NOT NULL,
	position       BIGINT  NOT NULL,
	words          TEXT    NOT NULL CHECK (words <> ''),
	who            TEXT    NOT NULL, -- me, my worker, or a name
	by_when        TEXT    NOT NULL, -- optional, as said
	standing       TEXT    NOT NULL CHECK (standing IN ('to_do', 'done', 'parked')),
	PRIMARY KEY (participant_id, version, goal, position),
	FOREIGN KEY (participant_id, version, goal) REFERENCES care_goal (participant_id, version, position)
);

-- Contact notes: the case team's narrative (R18). A correction is a new note
-- that names the one it replaces.
CREATE TABLE care_note (
	note_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	corrects       TEXT UNIQUE REFERENCES care_note (note_id),
	happened_at    TEXT NOT NULL,
	mode           TEXT NOT NULL CHECK (mode IN ('in_person', 'phone', 'text', 'letter', 'other')),
	minutes        BIGINT NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
	place          TEXT NOT NULL,
	started_by     TEXT NOT NULL CHECK (started_by IN ('worker', 'participant', 'other')),
	outcome        TEXT NOT NULL CHECK (outcome IN ('met', 'spoke', 'left_word', 'not_found')),
	narrative      TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_note_by_participant ON care_note (participant_id, happened_at, note_id); -- serves: a person's timeline, newest first
