-- +goose Up
-- A contact: an encounter where an officer had a realistic chance to divert.
-- Its door is fixed here for good (R5). It names nobody.
CREATE TABLE police_contact (
	contact_id  TEXT PRIMARY KEY,
	reference   TEXT NOT NULL UNIQUE, -- said aloud: LD- and six characters
	door        TEXT NOT NULL CHECK (door IN ('arrest_diversion', 'social_contact', 'community')),
	officer_id  TEXT NOT NULL REFERENCES identity_account (account_id),
	team        TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX police_contact_by_officer ON police_contact (officer_id, contact_id); -- serves: my entries, newest first
CREATE INDEX police_contact_by_team    ON police_contact (team, contact_id);       -- serves: a sergeant's team

-- What was decided, and why (R1). A correction is the next version (R2).
CREATE TABLE police_decision (
	contact_id      TEXT   NOT NULL REFERENCES police_contact (contact_id),
	version         BIGINT NOT NULL CHECK (version >= 1),
	happened_at     TEXT   NOT NULL,
	place           TEXT   NOT NULL,
	force_reference TEXT   NOT NULL,
	policy_version  BIGINT NOT NULL REFERENCES reference_policy (policy_version),
	offer           TEXT   NOT NULL CHECK (offer IN ('made', 'not_made')),
	outcome         TEXT   NOT NULL CHECK (outcome IN ('diverted', 'not_diverted', 'declined', 'not_eligible', 'no_capacity', 'not_fit')),
	reason          TEXT   NOT NULL CHECK (reason <> ''),
	words           TEXT   NOT NULL,
	correction      TEXT   NOT NULL, -- why this version replaces the one before
	recorded_by     TEXT   NOT NULL REFERENCES identity_account (account_id),
	recorded_at     TEXT   NOT NULL,
	PRIMARY KEY (contact_id, version),
	CHECK (version = 1 OR correction <> '')
);
CREATE TABLE police_offence (
	contact_id   TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	code         TEXT   NOT NULL,
	list_version TEXT   NOT NULL,
	PRIMARY KEY (contact_id, version, code),
	FOREIGN KEY (contact_id, version) REFERENCES police_decision (contact_id, version)
);
-- A presumptive exclusion that held, and who said yes all the same (R8).
CREATE TABLE police_exclusion (
	contact_id    TEXT   NOT NULL,
	version       BIGINT NOT NULL,
	criterion     TEXT   NOT NULL,
	override_by   TEXT   NOT NULL,
	override_why  TEXT   NOT NULL,
	PRIMARY KEY (contact_id, version, criterion),
	FOREIGN KEY (contact_id, version) REFERENCES police_decision (contact_id, version),
	CHECK ((override_by = '') = (override_why = ''))
);
-- What the person said about themselves, for fairness (R41). Apart from the
-- decision: no decision page reads it back.
CREATE TABLE police_equality (
	contact_id   TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	age_band     TEXT   NOT NULL,
	sex          TEXT   NOT NULL,
	scheme       TEXT   NOT NULL,
	list_version TEXT   NOT NULL,
	ethnicity    TEXT   NOT NULL,
	not_recorded TEXT   NOT NULL CHECK (not_recorded IN ('', 'not_asked', 'said_no')),
	PRIMARY KEY (contact_id, version),
	FOREIGN KEY (contact_id, version) REFERENCES police_decision (contact_id, version),
	CHECK ((ethnicity = '') = (not_recorded <> ''))
);
-- What the officer perceived: a different fact, in a table of its own.
CREATE TABLE police_perceived (
	contact_id   TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	ethnicity    TEXT   NOT NULL,
	list_version TEXT   NOT NULL,
	PRIMARY KEY (contact_id, version),
	FOREIGN KEY (contact_id, version) REFERENCES police_decision (contact_id, version)
);
