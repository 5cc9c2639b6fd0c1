-- +goose Up
-- One file of pseudonymised rows that was taken in (R45). Of the file its hash and
-- nothing else is kept: a file's name can tell whose it is.
CREATE TABLE evidence_import (
	import_id TEXT PRIMARY KEY,
	kind      TEXT   NOT NULL CHECK (kind IN ('people', 'contacts', 'outcomes', 'support', 'months')),
	key_id    TEXT   NOT NULL CHECK (key_id <> ''), -- which key made the pseudonyms: it says nothing of the key
	file_hash TEXT   NOT NULL,
	file_rows BIGINT NOT NULL,
	begun_by  TEXT   NOT NULL,
	begun_at  TEXT   NOT NULL
);
CREATE INDEX evidence_import_by_key  ON evidence_import (key_id, kind, import_id); -- serves: what there is of one run
CREATE INDEX evidence_import_by_file ON evidence_import (file_hash, kind);         -- serves: going on with a file that was cut off
-- How far a file came: a row for each batch, written in the batch's own transaction.
CREATE TABLE evidence_import_batch (
	import_id    TEXT   NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT NOT NULL,
	taken        BIGINT NOT NULL, -- rows that were not there
	changed      BIGINT NOT NULL, -- rows that said something else before: another version
	already      BIGINT NOT NULL,
	wrong        BIGINT NOT NULL,
	committed_at TEXT   NOT NULL,
	PRIMARY KEY (import_id, batch)
);
-- A row that was not taken, and why: never what it said.
CREATE TABLE evidence_import_wrong (
	import_id TEXT   NOT NULL REFERENCES evidence_import (import_id),
	line_no   BIGINT NOT NULL, -- 1 is the first row beneath the heading
	field     TEXT   NOT NULL,
	why       TEXT   NOT NULL,
	PRIMARY KEY (import_id, line_no)
);
CREATE TABLE evidence_import_end (
	import_id TEXT PRIMARY KEY REFERENCES evidence_import (import_id),
	from_on   TEXT NOT NULL, -- first and last day that its rows are about; empty where they have none
	until_on  TEXT NOT NULL,
	ended_at  TEXT NOT NULL
);

-- The five tables that an evaluation reads. Every id is a pseudonym made elsewhere; no
-- column can hold a name or a sentence. What is put right is another version.
CREATE TABLE evidence_person (
	person_id    TEXT    NOT NULL,
	version      BIGINT  NOT NULL CHECK (version >= 1),
	born         BIGINT  NOT NULL, -- year, 0 where it is not known
	sex          TEXT    NOT NULL,
	ethnicity    TEXT    NOT NULL,
	perceived    TEXT    NOT NULL,
	housing      TEXT    NOT NULL,
	area         TEXT    NOT NULL,
	linked       BOOLEAN NOT NULL,
	content_hash TEXT    NOT NULL,
	import_id    TEXT    NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT  NOT NULL,
	PRIMARY KEY (person_id, version)
);
CREATE TABLE evidence_contact (
	contact_id   TEXT    NOT NULL,
	version      BIGINT  NOT NULL CHECK (version >= 1),
	person_id    TEXT    NOT NULL,
	on_day       TEXT    NOT NULL,
	minute       BIGINT  NOT NULL,
	door         TEXT    NOT NULL,
	area         TEXT    NOT NULL,
	team         TEXT    NOT NULL,
	officer      TEXT    NOT NULL, -- a pseudonym of its own
	offence      TEXT    NOT NULL,
	exclusion    TEXT    NOT NULL,
	shift        TEXT    NOT NULL,
	decision     TEXT    NOT NULL,
	reason       TEXT    NOT NULL,
	offered      BOOLEAN NOT NULL,
	policy       BIGINT  NOT NULL,
	incident     TEXT    NOT NULL,
	content_hash TEXT    NOT NULL,
	import_id    TEXT    NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT  NOT NULL,
	PRIMARY KEY (contact_id, version)
);
CREATE TABLE evidence_outcome (
	event_id     TEXT    NOT NULL,
	version      BIGINT  NOT NULL CHECK (version >= 1),
	person_id    TEXT    NOT NULL,
	kind         TEXT    NOT NULL,
	sort         TEXT    NOT NULL,
	on_day       TEXT    NOT NULL,
	until_day    TEXT    NOT NULL,
	hours        TEXT    NOT NULL, -- a number
	committed    TEXT    NOT NULL,
	incident     TEXT    NOT NULL,
	force        TEXT    NOT NULL,
	content_hash TEXT    NOT NULL,
	import_id    TEXT    NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT  NOT NULL,
	PRIMARY KEY (event_id, version)
);
CREATE TABLE evidence_support (
	person_id    TEXT    NOT NULL,
	version      BIGINT  NOT NULL CHECK (version >= 1),
	referred     TEXT    NOT NULL,
	minutes      BIGINT  NOT NULL,
	met          TEXT    NOT NULL,
	intake       TEXT    NOT NULL,
	consent      TEXT    NOT NULL,
	closed       TEXT    NOT NULL,
	research     BOOLEAN NOT NULL,
	content_hash TEXT    NOT NULL,
	import_id    TEXT    NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT  NOT NULL,
	PRIMARY KEY (person_id, version)
);
CREATE TABLE evidence_month (
	person_id    TEXT    NOT NULL,
	month        TEXT    NOT NULL,
	version      BIGINT  NOT NULL CHECK (version >= 1),
	contacts     BIGINT  NOT NULL,
	needs_met    BIGINT  NOT NULL,
	housing      TEXT    NOT NULL,
	employment   TEXT    NOT NULL,
	income       TEXT    NOT NULL,
	content_hash TEXT    NOT NULL,
	import_id    TEXT    NOT NULL REFERENCES evidence_import (import_id),
	batch        BIGINT  NOT NULL,
	PRIMARY KEY (person_id, month, version)
);

-- An extract: everything that was there at one moment of one run, frozen. What an
-- evaluation reads is this and nothing that changes.
CREATE TABLE evidence_extract (
	extract_id TEXT PRIMARY KEY,
	key_id     TEXT   NOT NULL,
	from_on    TEXT   NOT NULL, -- the study period
	until_on   TEXT   NOT NULL,
	study_hash TEXT   NOT NULL, -- of the five tables
	file_hash  TEXT   NOT NULL, -- of the file that is downloaded
	file_size  BIGINT NOT NULL,
	parts      BIGINT NOT NULL,
	summary    TEXT   NOT NULL, -- JSON: how many rows, and how many answers are missing; nobody
	frozen_by  TEXT   NOT NULL,
	frozen_at  TEXT   NOT NULL
);
CREATE TABLE evidence_extract_part (
	extract_id TEXT   NOT NULL REFERENCES evidence_extract (extract_id),
	part       BIGINT NOT NULL,
	body       TEXT   NOT NULL, -- base64 of a piece of the file
	PRIMARY KEY (extract_id, part)
);
-- Who took a copy, what for, and by when they destroy it.
CREATE TABLE evidence_download (
	download_id TEXT PRIMARY KEY,
	extract_id  TEXT NOT NULL REFERENCES evidence_extract (extract_id),
	purpose     TEXT NOT NULL CHECK (purpose IN ('evaluation', 'replication', 'audit', 'publication')),
	until_on    TEXT NOT NULL,
	asked_by    TEXT NOT NULL,
	asked_at    TEXT NOT NULL
);
CREATE INDEX evidence_download_of ON evidence_download (extract_id, download_id); -- serves: the copies of an extract

-- Whether somebody agrees that their support is studied: a question of its own, apart
-- from every other yes, and no by default (V12). The latest version counts.
CREATE TABLE care_research (
	participant_id TEXT    NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT  NOT NULL CHECK (version >= 1),
	agreed         BOOLEAN NOT NULL,
	told           TEXT    NOT NULL CHECK (told IN ('worker', 'self')), -- who heard it
	recorded_by    TEXT    NOT NULL,
	recorded_at    TEXT    NOT NULL,
	PRIMARY KEY (participant_id, version)
);

-- Contacts counted as they are recorded, corrected and taken back, so that no page of
-- numbers reads the contacts themselves. Changed in the transaction of what it counts.
CREATE TABLE police_tally (
	month    TEXT    NOT NULL, -- YYYY-MM, in UTC
	door     TEXT    NOT NULL,
	outcome  TEXT    NOT NULL,
	offer    TEXT    NOT NULL,
	pathway  BOOLEAN NOT NULL, -- they go by another pathway (R48)
	broad    TEXT    NOT NULL, -- the letter of the broad group that the person gave; what is no letter of the list ethnicity_broad is none
	team     TEXT    NOT NULL, -- of the officer
	reason   TEXT    NOT NULL, -- why LEAD was possible and nobody said yes, '' otherwise
	contacts BIGINT  NOT NULL,
	PRIMARY KEY (month, door, outcome, offer, pathway, broad, team, reason)
);
INSERT INTO police_tally (month, door, outcome, offer, pathway, broad, team, reason, contacts)
SELECT SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway',
	CASE WHEN e.ethnicity IS NULL THEN '' WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END,
	c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END, COUNT(*)
FROM police_contact c
JOIN police_decision d ON d.contact_id = c.contact_id AND d.version = (SELECT MAX(version) FROM police_decision WHERE contact_id = c.contact_id)
LEFT JOIN police_equality e ON e.contact_id = d.contact_id AND e.version = d.version
WHERE NOT EXISTS (SELECT 1 FROM police_undone z WHERE z.contact_id = c.contact_id)
GROUP BY SUBSTR(d.happened_at, 1, 7), c.door, d.outcome, d.offer, d.outcome = 'not_diverted' AND d.reason = 'other_pathway',
	CASE WHEN e.ethnicity IS NULL THEN '' WHEN e.ethnicity = 'O1' THEN 'A' ELSE SUBSTR(e.ethnicity, 1, 1) END,
	c.team, CASE WHEN d.outcome IN ('diverted', 'not_eligible') THEN '' ELSE d.reason END;

-- What organisations can agree to share for research, as one more topic.
INSERT INTO reference_topic (topic, class) VALUES ('research', 'J');
