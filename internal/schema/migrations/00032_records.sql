-- +goose Up
-- A file of contacts that another system recorded, taken in. The same file
-- again, from the same system of the same force, is the same import.
CREATE TABLE police_import (
	import_id       TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL,
	source          TEXT NOT NULL CHECK (source <> ''), -- the other system: niche, athena
	file_hash       TEXT NOT NULL,
	file_rows       BIGINT NOT NULL,
	begun_by        TEXT NOT NULL, -- the connector, or the operator on the machine
	begun_at        TEXT NOT NULL,
	UNIQUE (organisation_id, source, file_hash)
);
-- What a caller named the request that brought a file: the same name with
-- another file is a mistake of theirs.
CREATE TABLE police_import_request (
	organisation_id TEXT NOT NULL,
	source          TEXT NOT NULL,
	request_hash    TEXT NOT NULL,
	file_hash       TEXT NOT NULL,
	PRIMARY KEY (organisation_id, source, request_hash)
);
-- How far a file came: a row for each batch, written in the batch's own
-- transaction, so that an import that was cut off goes on and doubles nothing.
CREATE TABLE police_import_batch (
	import_id    TEXT   NOT NULL REFERENCES police_import (import_id),
	batch        BIGINT NOT NULL,
	batch_rows   BIGINT NOT NULL,
	taken        BIGINT NOT NULL,
	already      BIGINT NOT NULL,
	not_taken    BIGINT NOT NULL,
	committed_at TEXT   NOT NULL,
	PRIMARY KEY (import_id, batch)
);
-- One row that was taken in: what it is called in the other system, and a hash
-- of what it said, so that the same again is known and other words are noticed.
CREATE TABLE police_import_row (
	organisation_id TEXT NOT NULL,
	source          TEXT NOT NULL,
	source_id       TEXT NOT NULL,
	content_hash    TEXT NOT NULL,
	contact_id      TEXT NOT NULL UNIQUE REFERENCES police_contact (contact_id),
	import_id       TEXT NOT NULL REFERENCES police_import (import_id),
	batch           BIGINT NOT NULL,
	PRIMARY KEY (organisation_id, source, source_id)
);

-- serves: the recorded decision behind an arrest, by the force's own reference
CREATE INDEX police_decision_by_reference ON police_decision (force_reference) WHERE force_reference <> '';
CREATE INDEX police_decision_by_time ON police_decision (happened_at, contact_id); -- serves: decisions near the time of an arrest

-- Until when police wait for word that an intake was completed, for every
-- arrest diversion that was handed over, written with the referral.
CREATE TABLE police_outcome_due (
	contact_id      TEXT PRIMARY KEY REFERENCES police_contact (contact_id),
	referral_id     TEXT NOT NULL,
	organisation_id TEXT NOT NULL,
	team            TEXT NOT NULL,
	due_on          TEXT NOT NULL -- YYYY-MM-DD
);
CREATE INDEX police_outcome_due_by_day ON police_outcome_due (organisation_id, due_on, contact_id); -- serves: the registrar's list, by when the window ends

-- An outcome finalised on the word that an intake was completed, or opened again
-- because that word was wrong. The latest row counts. That the word is live, to
-- this force and about this contact is asked by the database itself.
CREATE TABLE police_outcome (
	contact_id      TEXT   NOT NULL REFERENCES police_contact (contact_id),
	version         BIGINT NOT NULL CHECK (version >= 1),
	kind            TEXT   NOT NULL CHECK (kind IN ('finalised', 'opened')),
	code            TEXT   NOT NULL CHECK (code = '22'), -- of the list crime_outcomes
	list_version    TEXT   NOT NULL,
	force_reference TEXT   NOT NULL, -- as the force's record system has it
	consent_id      TEXT   NOT NULL, -- of the word it stands on
	completed_on    TEXT   NOT NULL, -- YYYY-MM-DD
	reason          TEXT   NOT NULL, -- why it was opened again
	recorded_by     TEXT   NOT NULL REFERENCES identity_account (account_id),
	recorded_at     TEXT   NOT NULL,
	PRIMARY KEY (contact_id, version),
	CHECK ((kind = 'opened') = (reason <> '')),
	CHECK ((kind = 'finalised') = (consent_id <> '')),
	CHECK ((kind = 'finalised') = (completed_on <> '')),
	CHECK (kind = 'opened' OR force_reference <> '')
);

-- An extract of eligible arrests, held against what was recorded.
CREATE TABLE police_compliance_run (
	run_id          TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL,
	file_hash       TEXT NOT NULL,
	from_on         TEXT NOT NULL, -- YYYY-MM-DD, of the first arrest
	until_on        TEXT NOT NULL, -- YYYY-MM-DD, of the last
	arrests         BIGINT NOT NULL,
	recorded        BIGINT NOT NULL,
	probable        BIGINT NOT NULL,
	missing         BIGINT NOT NULL,
	doubled         BIGINT NOT NULL,
	run_at          TEXT NOT NULL
);
CREATE INDEX police_compliance_run_by_force ON police_compliance_run (organisation_id, run_id); -- serves: the latest run
-- An arrest for which no decision was found, or only one that is probably it.
CREATE TABLE police_gap (
	run_id      TEXT   NOT NULL REFERENCES police_compliance_run (run_id),
	position    BIGINT NOT NULL,
	team        TEXT   NOT NULL,
	reference   TEXT   NOT NULL, -- of the force's record system
	happened_at TEXT   NOT NULL,
	offence     TEXT   NOT NULL,
	officer     TEXT   NOT NULL, -- a colleague's name, '' where the extract named none that is known
	contact_id  TEXT   NOT NULL, -- of the decision that is probably it, '' where none is
	PRIMARY KEY (run_id, position)
);
CREATE INDEX police_gap_by_team ON police_gap (run_id, team, position); -- serves: a sergeant's gaps

-- A connector: a record system of a force, which may send contacts and nothing
-- else. It is no account: it has no side of its own and no page.
CREATE TABLE identity_connector (
	connector_id    TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL REFERENCES identity_organisation (organisation_id),
	name            TEXT NOT NULL,
	source          TEXT NOT NULL, -- what its records are called here: niche, athena
	made_by         TEXT NOT NULL,
	made_at         TEXT NOT NULL,
	UNIQUE (organisation_id, source)
);
-- Somebody asked that a connector get a token, its first or another.
CREATE TABLE identity_connector_ask (
	ask_id       TEXT PRIMARY KEY,
	connector_id TEXT NOT NULL REFERENCES identity_connector (connector_id),
	asked_by     TEXT NOT NULL,
	asked_at     TEXT NOT NULL
);
CREATE INDEX identity_connector_ask_by_connector ON identity_connector_ask (connector_id, ask_id); -- serves: what waits for a second person
-- A token, by its hash. Only the newest of a connector counts, and only while no
-- stop came after it. Never by the one who asked.
CREATE TABLE identity_connector_token (
	token_hash   TEXT PRIMARY KEY,
	connector_id TEXT NOT NULL REFERENCES identity_connector (connector_id),
	ask_id       TEXT NOT NULL UNIQUE REFERENCES identity_connector_ask (ask_id),
	asked_by     TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_at      TEXT NOT NULL,
	CHECK (asked_by <> made_by)
);
CREATE INDEX identity_connector_token_by_connector ON identity_connector_token (connector_id, made_at); -- serves: the token that counts
CREATE TABLE identity_connector_stop (
	stop_id      TEXT PRIMARY KEY,
	connector_id TEXT NOT NULL REFERENCES identity_connector (connector_id),
	stopped_by   TEXT NOT NULL,
	stopped_at   TEXT NOT NULL
);
CREATE INDEX identity_connector_stop_by_connector ON identity_connector_stop (connector_id, stopped_at); -- serves: whether a token still counts
-- When it was last used, and how often within the hour.
CREATE TABLE identity_connector_use (
	connector_id TEXT PRIMARY KEY REFERENCES identity_connector (connector_id),
	used_at      TEXT   NOT NULL,
	hour         TEXT   NOT NULL,
	uses         BIGINT NOT NULL
);
