-- +goose Up
-- The account of who did what. Every handle may append, only oversight may read.
CREATE TABLE ledger_head (
	head_id BIGINT PRIMARY KEY CHECK (head_id = 1),
	seq     BIGINT NOT NULL,
	hash    TEXT   NOT NULL
);
INSERT INTO ledger_head (head_id, seq, hash) VALUES (1, 0, '');

-- One act. detail never holds personal data: identifiers and coded words only.
CREATE TABLE ledger_entry (
	seq         BIGINT PRIMARY KEY,
	recorded_at TEXT NOT NULL,
	actor_id    TEXT NOT NULL,
	actor_side  TEXT NOT NULL,
	verb        TEXT NOT NULL CHECK (verb IN ('collected', 'altered', 'consulted', 'disclosed', 'combined', 'erased', 'denied', 'signed_in', 'administered')),
	act         TEXT NOT NULL,
	detail      TEXT NOT NULL,
	hash        TEXT NOT NULL
);
CREATE INDEX ledger_entry_by_actor ON ledger_entry (actor_id, seq); -- serves: what did this account do
CREATE INDEX ledger_entry_by_act   ON ledger_entry (act, seq);      -- serves: every act of this kind
CREATE INDEX ledger_entry_by_verb  ON ledger_entry (verb, seq);     -- serves: every denial, every disclosure
CREATE INDEX ledger_entry_by_time  ON ledger_entry (recorded_at);   -- serves: what happened between these days

-- Whom an act was about: a participant, a contact, a referral, an account.
CREATE TABLE ledger_subject (
	subject_id TEXT   NOT NULL,
	seq        BIGINT NOT NULL REFERENCES ledger_entry (seq),
	PRIMARY KEY (subject_id, seq) -- serves: who saw this person
);
CREATE INDEX ledger_subject_by_seq ON ledger_subject (seq); -- serves: the subjects of one entry

-- The answer given to a form, by the key the form carried, so that the same
-- form sent twice makes one record and gives the same receipt.
CREATE TABLE ledger_receipt (
	form_key     TEXT PRIMARY KEY,
	actor_id     TEXT NOT NULL,
	content_hash TEXT NOT NULL,
	result       TEXT NOT NULL,
	made_at      TEXT NOT NULL
);
