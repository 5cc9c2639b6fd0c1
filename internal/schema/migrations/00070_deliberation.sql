-- +goose Up
-- How the partnership comes to its decisions (R7, R53): a draft of the next
-- version of the policy, what people of every side say about it, and what was
-- decided, by whom, with which dissent. Nothing here is about a participant.
CREATE TABLE partnership_draft (
	draft_id   TEXT PRIMARY KEY,
	title      TEXT   NOT NULL CHECK (title <> ''),
	why        TEXT   NOT NULL CHECK (why <> ''), -- why it is proposed
	base       BIGINT NOT NULL REFERENCES reference_policy (policy_version), -- the version that it began from
	restores   BIGINT NOT NULL, -- the earlier version that it brings back, or 0
	drafted_by TEXT   NOT NULL, -- account_id
	author     TEXT   NOT NULL, -- their name
	drafted_at TEXT   NOT NULL
);
CREATE INDEX partnership_draft_by_time ON partnership_draft (drafted_at, draft_id); -- serves: drafts, newest first

-- One wording of a draft. Who changes it adds the next.
CREATE TABLE partnership_draft_wording (
	draft_id      TEXT   NOT NULL REFERENCES partnership_draft (draft_id),
	wording       BIGINT NOT NULL CHECK (wording >= 1),
	terms         TEXT   NOT NULL, -- JSON: the whole policy as it would be
	recorded_by   TEXT   NOT NULL,
	recorded_at   TEXT   NOT NULL,
	PRIMARY KEY (draft_id, wording)
);

-- What becomes of a draft: it is put to everybody, or taken back. A draft that
-- was taken back stays readable.
CREATE TABLE partnership_draft_step (
	step_id     TEXT PRIMARY KEY,
	draft_id    TEXT NOT NULL REFERENCES partnership_draft (draft_id),
	kind        TEXT NOT NULL CHECK (kind IN ('consulted', 'withdrawn')),
	until_on    TEXT NOT NULL, -- YYYY-MM-DD: the last day to comment, or ''
	words       TEXT NOT NULL, -- why it was taken back
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX partnership_draft_step_by_draft ON partnership_draft_step (draft_id, recorded_at); -- serves: where one draft stands

-- What somebody who holds a seat says about a wording, and what its author answers.
CREATE TABLE partnership_comment (
	comment_id   TEXT   PRIMARY KEY,
	draft_id     TEXT   NOT NULL,
	wording      BIGINT NOT NULL,
	account_id   TEXT   NOT NULL,
	name         TEXT   NOT NULL, -- of who speaks
	organisation TEXT   NOT NULL, -- the name of whom they speak for
	words        TEXT   NOT NULL CHECK (words <> ''),
	recorded_at  TEXT   NOT NULL,
	FOREIGN KEY (draft_id, wording) REFERENCES partnership_draft_wording (draft_id, wording)
);
CREATE INDEX partnership_comment_by_draft ON partnership_comment (draft_id, recorded_at); -- serves: what was said about one draft
CREATE TABLE partnership_answer (
	comment_id  TEXT PRIMARY KEY REFERENCES partnership_comment (comment_id),
	words       TEXT NOT NULL CHECK (words <> ''),
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- Contacts of twelve whole months, counted by what the policy judges and nothing
-- else. Police publish them here, once a month and never again: groups of fewer than ten are
-- left out and all others rounded to ten, so that no question that is put to these
-- numbers tells more than they do (R44).
CREATE TABLE handoff_judged (
	until_month  TEXT PRIMARY KEY, -- YYYY-MM, the last of the twelve
	published_at TEXT NOT NULL
);
CREATE TABLE handoff_judged_group (
	until_month TEXT   NOT NULL REFERENCES handoff_judged (until_month),
	door        TEXT   NOT NULL,
	offences    TEXT   NOT NULL, -- codes, a blank between, in order; '' for none
	criteria    TEXT   NOT NULL, -- that the officer ticked, likewise
	contacts    BIGINT NOT NULL CHECK (contacts >= 10 AND contacts % 10 = 0),
	PRIMARY KEY (until_month, door, offences, criteria)
);

-- Which published numbers a wording was held against, so that what was shown then
-- can be shown again to the letter (R44, R46).
CREATE TABLE partnership_trial (
	draft_id    TEXT   NOT NULL,
	wording     BIGINT NOT NULL,
	against     BIGINT NOT NULL REFERENCES reference_policy (policy_version), -- the version it is compared with
	until_month TEXT   NOT NULL REFERENCES handoff_judged (until_month),
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (draft_id, wording),
	FOREIGN KEY (draft_id, wording) REFERENCES partnership_draft_wording (draft_id, wording)
);

-- What a body of the partnership decided at a meeting: a wording of a draft, or
-- anything else. It counts once a second person who holds a seat confirmed it.
CREATE TABLE partnership_decision (
	decision_id   TEXT    PRIMARY KEY,
	draft_id      TEXT    REFERENCES partnership_draft (draft_id), -- the policy that was decided, or null
	wording       BIGINT  NOT NULL, -- of the draft, or 0
	against       BIGINT  NOT NULL, -- the newest version of the policy at the time, or 0
	title         TEXT    NOT NULL CHECK (title <> ''),
	what          TEXT    NOT NULL CHECK (what <> ''),
	body          TEXT    NOT NULL, -- which body
	met_on        TEXT    NOT NULL, -- YYYY-MM-DD
	way           TEXT    NOT NULL CHECK (way IN ('consensus', 'dissent', 'not_agreed')),
	lived         TEXT    NOT NULL CHECK (lived IN ('present', 'absent')), -- a voice of lived experience (R53)
	lived_words   TEXT    NOT NULL, -- why nobody was there, or what they said
	reasons       TEXT    NOT NULL CHECK (reasons <> ''),
	in_force_from TEXT    NOT NULL, -- YYYY-MM-DD of a policy, else ''
	recorded_by   TEXT    NOT NULL,
	recorder      TEXT    NOT NULL, -- their name
	recorded_at   TEXT    NOT NULL,
	search        TEXT    NOT NULL, -- title, what and reasons in small letters
	CHECK ((draft_id IS NULL) = (wording = 0)),
	CHECK (lived = 'present' OR lived_words <> '')
);
CREATE INDEX partnership_decision_by_day ON partnership_decision (met_on, decision_id);     -- serves: the register, newest first
CREATE INDEX partnership_decision_by_draft ON partnership_decision (draft_id, decision_id); -- serves: what was decided about one draft

-- Who took part, organisation by organisation, and where each stood. Nobody
-- is outvoted and nobody ranked: no number, and no order but the alphabet.
CREATE TABLE partnership_voice (
	decision_id  TEXT NOT NULL REFERENCES partnership_decision (decision_id),
	organisation TEXT NOT NULL, -- its name
	stance       TEXT NOT NULL CHECK (stance IN ('agrees', 'dissents', 'abstains')),
	words        TEXT NOT NULL,
	PRIMARY KEY (decision_id, organisation),
	CHECK (stance <> 'dissents' OR words <> '')
);
CREATE TABLE partnership_decision_second (
	decision_id    TEXT    PRIMARY KEY REFERENCES partnership_decision (decision_id),
	confirmed      BOOLEAN NOT NULL, -- false: it is not what was decided
	words          TEXT    NOT NULL, -- what is not right
	policy_version BIGINT  NOT NULL, -- the version that came of it, or 0
	seconded_by    TEXT    NOT NULL, -- never who drafted or recorded it
	seconder       TEXT    NOT NULL, -- their name
	seconded_at    TEXT    NOT NULL
);
CREATE UNIQUE INDEX partnership_decision_second_by_version ON partnership_decision_second (policy_version) WHERE policy_version > 0; -- serves: the decision behind a version

-- A hand-off that waits was moved in the order, for a reason from a closed list:
-- before another, or to the end. Nothing about the person decides (R43).
CREATE TABLE handoff_moved (
	move_id     TEXT PRIMARY KEY,
	referral_id TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	before_id   TEXT NOT NULL, -- referral_id of the one it goes before, or '' for the end
	reason      TEXT NOT NULL CHECK (reason <> ''),
	moved_by    TEXT NOT NULL,
	mover       TEXT NOT NULL, -- their name
	moved_at    TEXT NOT NULL
);
CREATE INDEX handoff_moved_by_time ON handoff_moved (moved_at, move_id);           -- serves: the moves, in order
CREATE INDEX handoff_moved_by_referral ON handoff_moved (referral_id, moved_at); -- serves: why one stands where it stands

-- Where a hand-off that waits came from: the team that made it. A place no finer
-- than a team's, for those who see no letter.
CREATE TABLE handoff_from (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	team        TEXT NOT NULL
);
