-- +goose Up
-- The partnership's meetings (O01, O02): when and where a body meets, who has the
-- chair, what is on the agenda. No person who takes part is named in any of these.
CREATE TABLE partnership_meeting (
	meeting_id TEXT PRIMARY KEY,
	body_id    TEXT NOT NULL,
	series_id  TEXT NOT NULL, -- meetings that were called together share one
	people     BOOLEAN NOT NULL, -- items about people who agreed to it can be on the agenda
	made_by    TEXT NOT NULL,
	made_at    TEXT NOT NULL
);
CREATE INDEX partnership_meeting_by_body ON partnership_meeting (body_id, meeting_id); -- serves: the meetings of one body
CREATE TABLE partnership_meeting_plan (
	meeting_id  TEXT    NOT NULL REFERENCES partnership_meeting (meeting_id),
	version     BIGINT  NOT NULL,
	starts_at   TEXT    NOT NULL,
	ends_at     TEXT    NOT NULL,
	place       TEXT    NOT NULL,
	chair_id    TEXT    NOT NULL, -- account_id, "" while nobody has it
	called_off  BOOLEAN NOT NULL,
	recorded_by TEXT    NOT NULL,
	recorded_at TEXT    NOT NULL,
	PRIMARY KEY (meeting_id, version)
);
CREATE INDEX partnership_meeting_plan_by_time ON partnership_meeting_plan (starts_at, meeting_id); -- serves: what is ahead

-- That a member confirmed the reminder of confidentiality for this meeting (R35).
CREATE TABLE partnership_meeting_word (
	meeting_id   TEXT NOT NULL REFERENCES partnership_meeting (meeting_id),
	account_id   TEXT NOT NULL,
	reminder     TEXT NOT NULL, -- which version of its words
	confirmed_at TEXT NOT NULL,
	PRIMARY KEY (meeting_id, account_id)
);
-- Who was there, by seat: for which organisation, and whether for lived experience (R53).
CREATE TABLE partnership_meeting_attendance (
	meeting_id      TEXT    NOT NULL REFERENCES partnership_meeting (meeting_id),
	seat_id         TEXT    NOT NULL,
	account_id      TEXT    NOT NULL, -- "" for somebody without an account, who heard the reminder read out
	organisation_id TEXT    NOT NULL,
	name            TEXT    NOT NULL,
	lived           BOOLEAN NOT NULL,
	recorded_by     TEXT    NOT NULL,
	recorded_at     TEXT    NOT NULL,
	PRIMARY KEY (meeting_id, seat_id)
);
-- What else is on the agenda: proposals and matters of the partnership.
CREATE TABLE partnership_meeting_topic (
	topic_id        TEXT    PRIMARY KEY,
	meeting_id      TEXT    NOT NULL REFERENCES partnership_meeting (meeting_id),
	title           TEXT    NOT NULL,
	words           TEXT    NOT NULL,
	proposal_id     TEXT    NOT NULL, -- "" where it did not come from a proposal
	raised_by       TEXT    NOT NULL,
	organisation_id TEXT    NOT NULL,
	lived           BOOLEAN NOT NULL,
	raised_at       TEXT    NOT NULL
);
CREATE INDEX partnership_meeting_topic_by_meeting ON partnership_meeting_topic (meeting_id, topic_id); -- serves: one agenda
-- Printed agendas: each has a number, one reader and an end.
CREATE TABLE partnership_meeting_copy (
	copy_id         TEXT   PRIMARY KEY,
	meeting_id      TEXT   NOT NULL REFERENCES partnership_meeting (meeting_id),
	number          BIGINT NOT NULL,
	account_id      TEXT   NOT NULL,
	organisation_id TEXT   NOT NULL,
	expires_at      TEXT   NOT NULL,
	made_at         TEXT   NOT NULL,
	UNIQUE (meeting_id, number) -- serves: the register of one meeting's copies
);
CREATE TABLE partnership_meeting_copy_item (
	copy_id TEXT NOT NULL REFERENCES partnership_meeting_copy (copy_id),
	item_id TEXT NOT NULL,
	PRIMARY KEY (copy_id, item_id)
);
-- That a paper copy was handed back and destroyed.
CREATE TABLE partnership_meeting_copy_back (
	copy_id     TEXT PRIMARY KEY REFERENCES partnership_meeting_copy (copy_id),
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- The bridge: an item about somebody who agreed to it, in the words they agreed to,
-- sealed under a key of its own that goes with the person's (R35).
CREATE TABLE handoff_meeting_item (
	item_id         TEXT PRIMARY KEY,
	meeting_id      TEXT NOT NULL,
	participant_id  TEXT NOT NULL,
	organisation_id TEXT NOT NULL, -- of the case team that brings it
	reference       TEXT NOT NULL, -- of the referral: all that police and prosecutors are told, with the status
	name            TEXT NOT NULL, -- sealed, like the two below
	facts           TEXT NOT NULL,
	ask             TEXT NOT NULL,
	proposed_by     TEXT NOT NULL,
	proposed_at     TEXT NOT NULL
);
CREATE INDEX handoff_meeting_item_by_meeting ON handoff_meeting_item (meeting_id, item_id); -- serves: one agenda
CREATE INDEX handoff_meeting_item_by_person ON handoff_meeting_item (participant_id, item_id); -- serves: what was brought about one person
-- Which organisation may see it, on which yes. Not spoken to an organisation that is not here.
CREATE TABLE handoff_meeting_part (
	item_id         TEXT    NOT NULL REFERENCES handoff_meeting_item (item_id),
	organisation_id TEXT    NOT NULL,
	topic           TEXT    NOT NULL,
	consent_id      TEXT    NOT NULL, -- "" for the case team's own organisation
	words           BOOLEAN NOT NULL, -- false: the reference and the status, and no word of it
	until_on        TEXT    NOT NULL, -- YYYY-MM-DD, the last day
	PRIMARY KEY (item_id, organisation_id, topic)
);
CREATE INDEX handoff_meeting_part_by_consent ON handoff_meeting_part (consent_id); -- serves: what a yes taken back closes
CREATE TABLE handoff_meeting_off (
	item_id     TEXT PRIMARY KEY REFERENCES handoff_meeting_item (item_id),
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
-- Minutes: decisions and actions. Those of an item about a person are sealed under its key.
CREATE TABLE handoff_meeting_line (
	line_id        TEXT PRIMARY KEY,
	meeting_id     TEXT NOT NULL,
	item_id        TEXT NOT NULL, -- of an item or a topic, "" for the meeting as a whole
	participant_id TEXT NOT NULL, -- "" where it is about nobody
	kind           TEXT NOT NULL CHECK (kind IN ('decision', 'action', 'dissent')),
	words          TEXT NOT NULL,
	owner_id       TEXT NOT NULL, -- organisation_id of who does it, "" for a decision
	due_on         TEXT NOT NULL, -- YYYY-MM-DD, "" for a decision
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX handoff_meeting_line_by_meeting ON handoff_meeting_line (meeting_id, line_id); -- serves: one meeting's minutes
CREATE INDEX handoff_meeting_line_by_owner ON handoff_meeting_line (owner_id, due_on); -- serves: what an agency said it would do
CREATE TABLE handoff_meeting_line_done (
	line_id     TEXT PRIMARY KEY REFERENCES handoff_meeting_line (line_id),
	outcome     TEXT NOT NULL CHECK (outcome IN ('done', 'set_aside')),
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- What people ask the partnership to change, from the front line and from lived
-- experience, and what became of it: you said, we did (R53, O14).
CREATE TABLE partnership_proposal (
	proposal_id     TEXT    PRIMARY KEY,
	account_id      TEXT    NOT NULL,
	organisation_id TEXT    NOT NULL,
	voice           TEXT    NOT NULL CHECK (voice IN ('front_line', 'lived', 'partner')),
	stage           TEXT    NOT NULL CHECK (stage IN ('design', 'implementation', 'evaluation')),
	words           TEXT    NOT NULL,
	named           BOOLEAN NOT NULL, -- they want their name beside it
	made_at         TEXT    NOT NULL
);
CREATE INDEX partnership_proposal_by_account ON partnership_proposal (account_id, proposal_id); -- serves: one's own proposals
CREATE TABLE partnership_proposal_answer (
	proposal_id TEXT   NOT NULL REFERENCES partnership_proposal (proposal_id),
	version     BIGINT NOT NULL,
	standing    TEXT   NOT NULL CHECK (standing IN ('looking', 'meeting', 'changed', 'not_now')),
	shown       TEXT   NOT NULL, -- what everybody reads that was said
	answer      TEXT   NOT NULL,
	meeting_id  TEXT   NOT NULL, -- "" unless a meeting takes it up
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (proposal_id, version)
);

-- What people of lived experience did in design, implementation and evaluation, and
-- what support was offered with it.
CREATE TABLE partnership_involvement (
	involvement_id TEXT PRIMARY KEY,
	account_id     TEXT NOT NULL,
	stage          TEXT NOT NULL CHECK (stage IN ('design', 'implementation', 'evaluation')),
	words          TEXT NOT NULL,
	support        TEXT NOT NULL,
	on_day         TEXT NOT NULL, -- YYYY-MM-DD
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX partnership_involvement_by_account ON partnership_involvement (account_id, involvement_id); -- serves: one's own part
-- Payment and expenses, in whole pence. There is no column for a receipt: nobody has
-- to prove a bus fare.
CREATE TABLE partnership_payment (
	payment_id TEXT   PRIMARY KEY,
	account_id TEXT   NOT NULL, -- who is paid
	kind       TEXT   NOT NULL CHECK (kind IN ('time', 'travel', 'care', 'meal', 'other')),
	pence      BIGINT NOT NULL CHECK (pence > 0 AND pence <= 100000),
	words      TEXT   NOT NULL,
	on_day     TEXT   NOT NULL, -- YYYY-MM-DD, of what it is for
	asked_by   TEXT   NOT NULL,
	asked_at   TEXT   NOT NULL
);
CREATE INDEX partnership_payment_by_account ON partnership_payment (account_id, payment_id); -- serves: one's own payments
CREATE TABLE partnership_payment_step (
	payment_id  TEXT NOT NULL REFERENCES partnership_payment (payment_id),
	kind        TEXT NOT NULL CHECK (kind IN ('approved', 'not_agreed', 'paid')),
	words       TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	PRIMARY KEY (payment_id, kind)
);
