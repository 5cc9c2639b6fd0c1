-- +goose Up
-- Signing in: sessions bound to a browser, passkeys, other organisations'
-- identity providers, and what needs two people.

-- Sessions and failed tries are of the moment: whoever is signed in while this
-- runs signs in once more.
DROP TABLE identity_session;
DROP TABLE identity_throttle;

-- A session is known by the hash of its token; the token is only in the cookie.
CREATE TABLE identity_session (
	token_hash   TEXT PRIMARY KEY,
	session_id   TEXT NOT NULL UNIQUE, -- names it on pages
	account_id   TEXT NOT NULL REFERENCES identity_account (account_id),
	stage        TEXT NOT NULL CHECK (stage IN ('password', 'enrol', 'full')), -- password: the code is still to come; enrol: a key is still to be made
	method       TEXT NOT NULL, -- passkey, password, or the identity provider's name
	browser_hash TEXT NOT NULL, -- of the browser it began in: it is good nowhere else
	device       TEXT NOT NULL, -- in words
	place        TEXT NOT NULL, -- network address
	started_at   TEXT NOT NULL,
	last_seen_at TEXT NOT NULL,
	confirmed_at TEXT NOT NULL, -- last fresh proof of who is there
	ended_at     TEXT NOT NULL,
	ended_why    TEXT NOT NULL
);
CREATE INDEX identity_session_by_account ON identity_session (account_id, ended_at, started_at); -- serves: the open sessions of an account, and ending them

-- Tries that did not succeed, counted by who could be guessing: a network
-- address, an address with an account, strangers to an account, a browser the
-- account knows. The key is a hash: no address is kept.
CREATE TABLE identity_throttle (
	throttle_key TEXT PRIMARY KEY,
	failures     BIGINT NOT NULL,
	last_at      TEXT   NOT NULL
);

-- Browsers in which an account signed in fully before. Strangers' tries never
-- make these wait.
CREATE TABLE identity_device (
	account_id  TEXT NOT NULL REFERENCES identity_account (account_id),
	device_hash TEXT NOT NULL,
	first_at    TEXT NOT NULL,
	PRIMARY KEY (account_id, device_hash)
);

CREATE TABLE identity_passkey (
	passkey_id    TEXT PRIMARY KEY,
	account_id    TEXT NOT NULL REFERENCES identity_account (account_id),
	credential_id TEXT NOT NULL UNIQUE, -- base64url
	credential    TEXT NOT NULL, -- public key and flags, JSON
	name          TEXT NOT NULL,
	made_at       TEXT NOT NULL,
	sign_count    BIGINT NOT NULL,
	used_at       TEXT NOT NULL,
	suspended_at  TEXT NOT NULL, -- the device was lost or the key may be copied
	removed_at    TEXT NOT NULL
);
CREATE INDEX identity_passkey_by_account ON identity_passkey (account_id, made_at); -- serves: the keys of an account
-- A challenge is answered once, whatever comes of it.
CREATE TABLE identity_challenge_used (
	challenge_hash TEXT PRIMARY KEY,
	used_at        TEXT NOT NULL
);

-- A one-time code, handed over in person, to make the first key with.
CREATE TABLE identity_enrolment (
	code_hash  TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	made_by    TEXT NOT NULL,
	made_at    TEXT NOT NULL,
	expires_at TEXT NOT NULL,
	used_at    TEXT NOT NULL
);
CREATE INDEX identity_enrolment_by_account ON identity_enrolment (account_id); -- serves: spending the other codes of an account

-- While an account is held, only an enrolment code lets its owner in: nothing
-- on a lost device does. The latest version counts.
CREATE TABLE identity_hold (
	account_id TEXT    NOT NULL REFERENCES identity_account (account_id),
	version    BIGINT  NOT NULL,
	held       BOOLEAN NOT NULL,
	set_by     TEXT    NOT NULL,
	set_at     TEXT    NOT NULL,
	PRIMARY KEY (account_id, version)
);

-- Who an account is at an identity provider: issuer and subject, never an
-- email address, which can be given to somebody else.
CREATE TABLE identity_binding (
	issuer     TEXT NOT NULL,
	subject    TEXT NOT NULL,
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	bound_at   TEXT NOT NULL,
	PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_binding_by_account ON identity_binding (account_id); -- serves: whether an account signs in elsewhere
-- A form that waits while its writer proves who they are at another site. It is
-- sealed under a key that only their browser holds, and goes when it is fetched.
CREATE TABLE identity_carried (
	carried_id TEXT PRIMARY KEY,
	sealed     TEXT NOT NULL,
	kept_at    TEXT NOT NULL
);

-- What the site allows. The latest version of a setting counts.
CREATE TABLE identity_setting (
	name    TEXT   NOT NULL,
	version BIGINT NOT NULL,
	value   TEXT   NOT NULL,
	set_by  TEXT   NOT NULL,
	set_at  TEXT   NOT NULL,
	PRIMARY KEY (name, version)
);

-- What one person asked for and another has to confirm.
CREATE TABLE identity_request (
	request_id TEXT PRIMARY KEY,
	kind       TEXT NOT NULL CHECK (kind IN ('recovery', 'roles')),
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	roles      TEXT NOT NULL, -- to be given, parted by spaces
	reason     TEXT NOT NULL,
	asked_by   TEXT NOT NULL,
	asked_at   TEXT NOT NULL
);
CREATE INDEX identity_request_by_account ON identity_request (account_id, asked_at); -- serves: what waits for an account
CREATE TABLE identity_answer (
	request_id  TEXT PRIMARY KEY REFERENCES identity_request (request_id),
	answer      TEXT NOT NULL CHECK (answer IN ('confirmed', 'declined')),
	answered_by TEXT NOT NULL,
	answered_at TEXT NOT NULL
);

-- What happened to an account that its owner is told when they next sign in.
CREATE TABLE identity_notice (
	notice_id  TEXT PRIMARY KEY,
	account_id TEXT NOT NULL REFERENCES identity_account (account_id),
	kind       TEXT NOT NULL,
	detail     TEXT NOT NULL,
	made_at    TEXT NOT NULL,
	read_at    TEXT NOT NULL
);
CREATE INDEX identity_notice_by_account ON identity_notice (account_id, read_at, made_at); -- serves: what an account was not told yet
