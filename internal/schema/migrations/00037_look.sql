-- +goose Up
-- How somebody lives in one month: housing, work and income, as codes, so that
-- months can be counted. "Not asked" is an answer. Put right by another version.
CREATE TABLE care_month (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	month          TEXT   NOT NULL CHECK (month <> ''), -- YYYY-MM
	version        BIGINT NOT NULL,
	housing        TEXT   NOT NULL, -- code of the list "month_housing"
	work           TEXT   NOT NULL, -- code of the list "month_work"
	income         TEXT   NOT NULL, -- code of the list "month_income"
	words          TEXT   NOT NULL,
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, month, version)
);

-- A paper of somebody's: what it is, what it is called, and what was done to it.
-- Its content is in care_document_part.
CREATE TABLE care_document (
	document_id    TEXT PRIMARY KEY,
	participant_id TEXT    NOT NULL REFERENCES care_participant (participant_id),
	kind           TEXT    NOT NULL CHECK (kind IN ('id', 'benefit', 'tenancy', 'court', 'health', 'other')),
	original       TEXT    NOT NULL CHECK (original IN ('theirs', 'with_us')), -- who has the paper itself
	name           TEXT    NOT NULL,
	words          TEXT    NOT NULL, -- whose it is, and what it is for
	type           TEXT    NOT NULL CHECK (type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'text/plain')),
	size           BIGINT  NOT NULL,
	parts          BIGINT  NOT NULL,
	scan           TEXT    NOT NULL CHECK (scan IN ('clean', 'not_scanned')),
	cleaned        BOOLEAN NOT NULL, -- what a camera wrote into it, such as the place, was taken out
	recorded_by    TEXT    NOT NULL,
	recorded_at    TEXT    NOT NULL
);
CREATE INDEX care_document_by_participant ON care_document (participant_id, recorded_at, document_id); -- serves: somebody's papers, newest first

-- Its content, sealed in parts. It goes when somebody asks for that, or when it
-- was another person's by mistake; that it was there stays.
CREATE TABLE care_document_part (
	document_id TEXT   NOT NULL REFERENCES care_document (document_id),
	part        BIGINT NOT NULL,
	body        TEXT   NOT NULL,
	PRIMARY KEY (document_id, part)
);

-- What became of it: the paper itself was given back, or the copy was taken away.
CREATE TABLE care_document_step (
	document_id TEXT NOT NULL REFERENCES care_document (document_id),
	kind        TEXT NOT NULL CHECK (kind IN ('given_back', 'taken_away')),
	words       TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	PRIMARY KEY (document_id, kind)
);

-- A questionnaire as data: its words, how it is scored and on what licence.
CREATE TABLE reference_instrument (
	instrument    TEXT NOT NULL, -- such as phq-9
	version       TEXT NOT NULL,
	definition    TEXT NOT NULL, -- JSON, as docs/instruments.md says
	recorded_by   TEXT NOT NULL,
	recorded_at   TEXT NOT NULL,
	PRIMARY KEY (instrument, version)
);

-- Somebody's word, by name, that this site may use it, or that it no longer may.
CREATE TABLE reference_instrument_licence (
	licence_id    TEXT    PRIMARY KEY,
	instrument    TEXT    NOT NULL,
	version       TEXT    NOT NULL,
	may_use       BOOLEAN NOT NULL,
	words         TEXT    NOT NULL, -- the text of the licence, or why it ended
	recorded_by   TEXT    NOT NULL,
	recorded_at   TEXT    NOT NULL,
	FOREIGN KEY (instrument, version) REFERENCES reference_instrument (instrument, version)
);
CREATE INDEX reference_instrument_licence_by_instrument ON reference_instrument_licence (instrument, version, recorded_at, licence_id); -- serves: whether an instrument may be used

-- One time that somebody answered a questionnaire, as far as they wanted. The
-- answers are one sealed text; a score is worked out from them, never kept.
CREATE TABLE care_answered (
	answered_id    TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	instrument     TEXT NOT NULL,
	version        TEXT NOT NULL,
	answered_on    TEXT NOT NULL, -- YYYY-MM-DD
	answers        TEXT NOT NULL,
	words          TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_answered_by_participant ON care_answered (participant_id, instrument, recorded_at); -- serves: what somebody answered over time

-- One of them was a mistake; it stays, marked.
CREATE TABLE care_answered_mistake (
	answered_id TEXT PRIMARY KEY REFERENCES care_answered (answered_id),
	words       TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
