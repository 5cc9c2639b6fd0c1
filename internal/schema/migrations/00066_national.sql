-- +goose Up
-- Whether this area's published sets are shown on the national view of its installation. The latest version counts;
-- without one they are not.
CREATE TABLE partnership_national (
	version    BIGINT  PRIMARY KEY,
	joined     BOOLEAN NOT NULL,
	words      TEXT    NOT NULL CHECK (words <> ''), -- what was decided, and by whom
	decided_by TEXT    NOT NULL,
	decided_at TEXT    NOT NULL
);
