-- +goose Up
-- The plan of an evaluation, version by version: a draft is written anew, a frozen one
-- is never a draft again, and what departs from it is its next version.
CREATE TABLE evidence_plan (
	plan_id     TEXT   NOT NULL,
	version     BIGINT NOT NULL CHECK (version >= 1),
	state       TEXT   NOT NULL CHECK (state IN ('draft', 'frozen')),
	text        TEXT   NOT NULL, -- JSON
	plan_hash   TEXT   NOT NULL, -- of a frozen plan with its departures; empty of a draft
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (plan_id, version)
);
-- A report that was asked for: by which plan, on which extract.
CREATE TABLE evidence_report (
	report_id    TEXT PRIMARY KEY,
	plan_id      TEXT   NOT NULL,
	plan_version BIGINT NOT NULL,
	extract_id   TEXT   NOT NULL,
	asked_by     TEXT   NOT NULL,
	asked_at     TEXT   NOT NULL,
	FOREIGN KEY (plan_id, plan_version) REFERENCES evidence_plan (plan_id, version)
);
-- What became of it: the report as everybody may read it once it is released, and what
-- must be remembered so that the next one tells no small number by difference; or why
-- there is none.
CREATE TABLE evidence_report_end (
	report_id   TEXT PRIMARY KEY REFERENCES evidence_report (report_id),
	title       TEXT NOT NULL,
	problem     TEXT NOT NULL,
	publication TEXT NOT NULL, -- JSON
	kept        TEXT NOT NULL, -- JSON; it leaves the house in no way
	report_hash TEXT NOT NULL,
	ended_at    TEXT NOT NULL
);
CREATE TABLE evidence_report_release (
	report_id   TEXT PRIMARY KEY REFERENCES evidence_report (report_id),
	released_by TEXT NOT NULL,
	released_at TEXT NOT NULL
);
CREATE INDEX evidence_report_released ON evidence_report_release (released_at); -- serves: the released reports, the latest first
