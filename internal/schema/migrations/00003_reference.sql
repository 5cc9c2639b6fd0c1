-- +goose Up
-- Code lists are dated data with their source. A code is never deleted or
-- reused: a new version adds rows, and valid_to retires one.
CREATE TABLE reference_code (
	list         TEXT    NOT NULL,
	list_version TEXT    NOT NULL,
	code         TEXT    NOT NULL,
	label        TEXT    NOT NULL,
	grouping     TEXT    NOT NULL,
	attributes   TEXT    NOT NULL, -- JSON object of texts
	valid_from   TEXT    NOT NULL,
	valid_to     TEXT    NOT NULL,
	source       TEXT    NOT NULL,
	to_verify    BOOLEAN NOT NULL, -- the source is somebody's memory
	position     BIGINT  NOT NULL,
	PRIMARY KEY (list, code, list_version)
);
CREATE INDEX reference_code_in_order ON reference_code (list, list_version, position); -- serves: one list, as people read it

-- Somebody looked a row up and says where.
CREATE TABLE reference_verification (
	list         TEXT NOT NULL,
	code         TEXT NOT NULL,
	list_version TEXT NOT NULL,
	evidence     TEXT NOT NULL,
	verified_by  TEXT NOT NULL,
	verified_at  TEXT NOT NULL,
	PRIMARY KEY (list, code, list_version),
	FOREIGN KEY (list, code, list_version) REFERENCES reference_code (list, code, list_version)
);

-- The eligibility policy (R7): versioned, dated, owned by the partnership.
CREATE TABLE reference_policy (
	policy_version     BIGINT PRIMARY KEY,
	in_force_from      TEXT   NOT NULL, -- YYYY-MM-DD
	intake_window_days BIGINT NOT NULL CHECK (intake_window_days BETWEEN 1 AND 90),
	handoff_minutes    BIGINT NOT NULL CHECK (handoff_minutes BETWEEN 5 AND 240), -- measured, never punished (R12)
	caseload_soft      BIGINT NOT NULL,
	caseload_hard      BIGINT NOT NULL,
	approve_social     BOOLEAN NOT NULL, -- a social contact referral waits for a sergeant's yes (R6)
	decided_by         TEXT   NOT NULL,  -- the body and meeting that decided it
	recorded_by        TEXT   NOT NULL,
	recorded_at        TEXT   NOT NULL,
	CHECK (caseload_soft <= caseload_hard)
);
CREATE TABLE reference_policy_offence (
	policy_version BIGINT NOT NULL REFERENCES reference_policy (policy_version),
	code           TEXT   NOT NULL,
	list_version   TEXT   NOT NULL,
	standing       TEXT   NOT NULL CHECK (standing IN ('divertible', 'conditional', 'excluded')),
	PRIMARY KEY (policy_version, code)
);
CREATE TABLE reference_policy_criterion (
	policy_version BIGINT NOT NULL REFERENCES reference_policy (policy_version),
	criterion      TEXT   NOT NULL,
	kind           TEXT   NOT NULL CHECK (kind IN ('presumptive', 'absolute')),
	words          TEXT   NOT NULL,
	help           TEXT   NOT NULL,
	position       BIGINT NOT NULL,
	PRIMARY KEY (policy_version, criterion)
);
CREATE TABLE reference_policy_reason (
	policy_version BIGINT  NOT NULL REFERENCES reference_policy (policy_version),
	outcome        TEXT    NOT NULL,
	reason         TEXT    NOT NULL,
	words          TEXT    NOT NULL,
	explain        BOOLEAN NOT NULL, -- asks for a few words
	position       BIGINT  NOT NULL,
	PRIMARY KEY (policy_version, outcome, reason)
);
