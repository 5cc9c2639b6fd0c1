-- +goose Up
-- The language in which an account reads its pages, so that it follows them to
-- another phone. Nobody's record: it is changed in place.
CREATE TABLE identity_language (
	account_id TEXT PRIMARY KEY REFERENCES identity_account (account_id),
	language   TEXT NOT NULL CHECK (language IN ('en', 'cy')),
	set_at     TEXT NOT NULL
);
