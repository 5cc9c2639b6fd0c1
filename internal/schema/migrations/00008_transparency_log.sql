-- +goose Up
-- The log becomes a tree that others can check from outside (RFC 6962). What
-- was written before keeps its own chain, under names of its own.
ALTER TABLE ledger_entry RENAME TO ledger_chained_entry;
ALTER TABLE ledger_subject RENAME TO ledger_chained_subject;
DROP INDEX ledger_entry_by_actor;
DROP INDEX ledger_entry_by_act;
DROP INDEX ledger_entry_by_verb;
DROP INDEX ledger_entry_by_time;
DROP INDEX ledger_subject_by_seq;
ALTER TABLE ledger_head RENAME TO ledger_chained_head;

-- How many entries there are, and the tops of the complete trees over them: all
-- that the next entry and the root need. Its one row is the lock of the log.
CREATE TABLE ledger_head (
	head_id BIGINT PRIMARY KEY CHECK (head_id = 1),
	seq     BIGINT NOT NULL,
	peaks   TEXT   NOT NULL
);
INSERT INTO ledger_head (head_id, seq, peaks) VALUES (1, 0, '');

-- One act: who, what, what for, when, from where. detail never holds personal
-- data. commitments stand for whom it was about; hashes are the leaf of this
-- entry and the inner nodes of the tree that it completes.
CREATE TABLE ledger_entry (
	seq         BIGINT PRIMARY KEY,
	recorded_at TEXT NOT NULL,
	actor_id    TEXT NOT NULL,
	actor_side  TEXT NOT NULL,
	verb        TEXT NOT NULL CHECK (verb IN ('collected', 'altered', 'consulted', 'disclosed', 'combined', 'erased', 'denied', 'signed_in', 'administered')),
	act         TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	origin      TEXT NOT NULL,
	detail      TEXT NOT NULL,
	nonce       TEXT NOT NULL, -- so that nobody can guess an entry from its hash
	commitments TEXT NOT NULL,
	hashes      TEXT NOT NULL
);
CREATE INDEX ledger_entry_by_actor ON ledger_entry (actor_id, seq); -- serves: what did this account do
CREATE INDEX ledger_entry_by_act   ON ledger_entry (act, seq);      -- serves: every act of this kind
CREATE INDEX ledger_entry_by_verb  ON ledger_entry (verb, seq);     -- serves: every denial, every disclosure
CREATE INDEX ledger_entry_by_time  ON ledger_entry (recorded_at);   -- serves: what happened between these days

-- Opens a commitment: whom the act was about. The only rows of the log that may
-- be removed, and only when an entry declares it (ledger_erased).
CREATE TABLE ledger_subject (
	subject_id TEXT   NOT NULL,
	seq        BIGINT NOT NULL REFERENCES ledger_entry (seq),
	place      BIGINT NOT NULL, -- which of the entry's commitments, from 0
	salt       TEXT   NOT NULL,
	PRIMARY KEY (subject_id, seq) -- serves: who saw this person
);
CREATE INDEX ledger_subject_by_seq ON ledger_subject (seq, place); -- serves: the subjects of one entry

-- Commitments that are opened no more, because the law asked for it. It does
-- not say which of them belonged to one person.
CREATE TABLE ledger_erased (
	seq   BIGINT NOT NULL,
	place BIGINT NOT NULL,
	PRIMARY KEY (seq, place)
);

-- The head of the log, signed with a key that is not in this database.
CREATE TABLE ledger_checkpoint (
	number BIGINT PRIMARY KEY,
	size   BIGINT NOT NULL,
	note   TEXT   NOT NULL
);
