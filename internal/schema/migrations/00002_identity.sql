-- +goose Up
-- An organisation that takes part: whose accounts they are, and to whom
-- something can be disclosed. No person's data.
CREATE TABLE identity_organisation (
	organisation_id TEXT PRIMARY KEY,
	name            TEXT NOT NULL UNIQUE,
	kind            TEXT NOT NULL CHECK (kind IN ('police', 'care', 'health', 'prosecution', 'housing', 'council', 'provider', 'partnership', 'evaluation', 'oversight')),
	added_by        TEXT NOT NULL,
	added_at        TEXT NOT NULL
);

-- An account stands on one side of the wall for good (R33): its roles refer to
-- the pair (account_id, side), so no role of another side can be given to it.
CREATE TABLE identity_account (
	account_id TEXT PRIMARY KEY,
	side       TEXT NOT NULL CHECK (side IN ('police', 'care', 'partnership', 'evidence', 'oversight', 'operation', 'recipient')),
	organisation_id TEXT NOT NULL REFERENCES identity_organisation (organisation_id),
	email      TEXT NOT NULL,
	email_key  TEXT NOT NULL UNIQUE, -- lower case: one person, one account, one side
	name       TEXT NOT NULL,
	team       TEXT NOT NULL,
	created_at TEXT NOT NULL,
	created_by TEXT NOT NULL,
	UNIQUE (account_id, side)
);
CREATE INDEX identity_account_by_team ON identity_account (side, team, name); -- serves: the workers of a team

CREATE TABLE identity_role (
	account_id TEXT    NOT NULL,
	side       TEXT    NOT NULL,
	role       TEXT    NOT NULL,
	version    BIGINT  NOT NULL,
	held       BOOLEAN NOT NULL,
	set_by     TEXT    NOT NULL,
	set_at     TEXT    NOT NULL,
	PRIMARY KEY (account_id, role, version),
	FOREIGN KEY (account_id, side) REFERENCES identity_account (account_id, side),
	CHECK ((side = 'police' AND role IN ('officer', 'sergeant', 'custody_sergeant', 'crime_registrar'))
		OR (side = 'care' AND role IN ('on_call', 'case_manager', 'supervisor'))
		OR (side = 'recipient' AND role IN ('clinical_partner', 'service_partner', 'prosecutor'))
		OR (side = 'partnership' AND role IN ('coordinator', 'panel_member', 'commissioner'))
		OR (side = 'evidence' AND role = 'evaluator')
		OR (side = 'oversight' AND role IN ('auditor', 'data_protection_officer'))
		OR (side = 'operation' AND role = 'administrator'))
);

-- Whether an account may sign in. The latest version counts.
CREATE TABLE identity_standing (
	account_id TEXT    NOT NULL REFERENCES identity_account (account_id),
	version    BIGINT  NOT NULL,
	active     BOOLEAN NOT NULL,
	reason     TEXT    NOT NULL,
	set_by     TEXT    NOT NULL,
	set_at     TEXT    NOT NULL,
	PRIMARY KEY (account_id, version)
);

-- Secrets, apart from the account so that no other handle can reach them.
CREATE TABLE identity_password (
	account_id TEXT   NOT NULL REFERENCES identity_account (account_id),
	version    BIGINT NOT NULL,
	hash       TEXT   NOT NULL, -- argon2id in PHC string form
	set_at     TEXT   NOT NULL,
	PRIMARY KEY (account_id, version)
);
CREATE TABLE identity_code_secret (
	account_id TEXT   NOT NULL REFERENCES identity_account (account_id),
	version    BIGINT NOT NULL,
	secret     TEXT   NOT NULL, -- RFC 6238, base 32
	set_at     TEXT   NOT NULL,
	PRIMARY KEY (account_id, version)
);
-- A one-time code counts once: the time step of each accepted code.
CREATE TABLE identity_code_used (
	account_id TEXT   NOT NULL REFERENCES identity_account (account_id),
	step       BIGINT NOT NULL,
	PRIMARY KEY (account_id, step)
);
-- Failed sign-ins by address, whether or not such an account exists.
CREATE TABLE identity_throttle (
	email_key    TEXT PRIMARY KEY,
	failures     BIGINT NOT NULL,
	retry_at     TEXT NOT NULL
);
-- A session is known by the hash of its token; the token is only in the cookie.
CREATE TABLE identity_session (
	token_hash   TEXT PRIMARY KEY,
	account_id   TEXT NOT NULL REFERENCES identity_account (account_id),
	stage        TEXT NOT NULL CHECK (stage IN ('password', 'full')), -- password: the code is still to come
	started_at   TEXT NOT NULL,
	last_seen_at TEXT NOT NULL,
	ended_at     TEXT NOT NULL
);
CREATE INDEX identity_session_by_account ON identity_session (account_id); -- serves: end every session of an account
-- Keys of the product itself, such as the one that seals a form across a new sign-in.
CREATE TABLE identity_key (
	name    TEXT PRIMARY KEY,
	secret  TEXT NOT NULL,
	made_at TEXT NOT NULL
);
