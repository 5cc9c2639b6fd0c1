-- +goose Up
-- A set of numbers that was published: what everybody sees, and the counts beside it, which later sets are weighed against and
-- nothing else reads.
CREATE TABLE partnership_set (
	set_no       BIGINT PRIMARY KEY,
	from_month   TEXT   NOT NULL UNIQUE, -- YYYY-MM
	until_month  TEXT   NOT NULL UNIQUE,
	kept         TEXT   NOT NULL, -- JSON with counts: never leaves the house
	shown        TEXT   NOT NULL, -- JSON without
	published_by TEXT   NOT NULL,
	published_at TEXT   NOT NULL
);

-- What a kind of cost came to in a financial year; the latest entry counts.
CREATE TABLE partnership_cost (
	cost_id     TEXT   PRIMARY KEY,
	year        TEXT   NOT NULL, -- such as 2026-27
	kind        TEXT   NOT NULL CHECK (kind IN ('staff', 'premises', 'other')),
	pence       BIGINT NOT NULL CHECK (pence > 0),
	words       TEXT   NOT NULL,
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL
);

-- Whether the public page is open, and what it says of this place. The latest version counts.
CREATE TABLE partnership_public (
	version     BIGINT  PRIMARY KEY,
	open        BOOLEAN NOT NULL,
	about       TEXT    NOT NULL,
	about_cy    TEXT    NOT NULL,
	involved    TEXT    NOT NULL, -- how to get involved
	involved_cy TEXT    NOT NULL,
	complain    TEXT    NOT NULL, -- how to complain or say thank you
	complain_cy TEXT    NOT NULL,
	recorded_by TEXT    NOT NULL,
	recorded_at TEXT    NOT NULL
);

-- A course that people in some roles do, and after how many months again; 0 is once. The latest version counts.
CREATE TABLE partnership_course (
	course_id   TEXT    NOT NULL,
	version     BIGINT  NOT NULL,
	title       TEXT    NOT NULL CHECK (title <> ''),
	words       TEXT    NOT NULL,
	roles       TEXT    NOT NULL, -- with a comma between
	first_week  BOOLEAN NOT NULL, -- part of starting in the role
	months      BIGINT  NOT NULL CHECK (months BETWEEN 0 AND 120),
	ended       BOOLEAN NOT NULL,
	recorded_by TEXT    NOT NULL,
	recorded_at TEXT    NOT NULL,
	PRIMARY KEY (course_id, version)
);

-- That somebody did a course on a day; the empty day takes back what was recorded by mistake.
CREATE TABLE partnership_training (
	training_id TEXT PRIMARY KEY,
	account_id  TEXT NOT NULL,
	course_id   TEXT NOT NULL,
	done_on     TEXT NOT NULL, -- YYYY-MM-DD, or ''
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX partnership_training_of ON partnership_training (account_id, course_id, training_id); -- serves: somebody's own training
