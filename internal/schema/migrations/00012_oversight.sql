-- +goose Up
-- What a participant asked for about their own record. The words are theirs,
-- sealed under a key of this one request; everybody else sees the kind and the day.
CREATE TABLE handoff_request (
	request_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL,
	kind           TEXT NOT NULL CHECK (kind IN ('copy', 'correct', 'erase', 'restrict', 'object', 'stop_sharing', 'complaint', 'pause', 'close')),
	via            TEXT NOT NULL CHECK (via IN ('portal', 'in_person', 'paper', 'phone')),
	words          TEXT NOT NULL,
	received_on    TEXT NOT NULL, -- YYYY-MM-DD: the clock starts
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX handoff_request_by_participant ON handoff_request (participant_id, request_id); -- serves: what I asked for, newest first

-- What came of it. A step is never taken back, only followed by another.
CREATE TABLE handoff_request_step (
	request_id  TEXT   NOT NULL REFERENCES handoff_request (request_id),
	version     BIGINT NOT NULL,
	kind        TEXT   NOT NULL CHECK (kind IN ('acknowledged', 'taken', 'identity_asked', 'identity_sure', 'extended', 'answered', 'not_upheld', 'taken_back')),
	words       TEXT   NOT NULL, -- sealed like the request's
	by_id       TEXT   NOT NULL,
	happened_at TEXT   NOT NULL,
	PRIMARY KEY (request_id, version)
);

-- Where each request stands, worked out from its steps in the same transaction:
-- for the list in order of what is due first. It can be made again from the steps.
CREATE TABLE handoff_request_now (
	request_id     TEXT PRIMARY KEY REFERENCES handoff_request (request_id),
	participant_id TEXT NOT NULL,
	kind           TEXT NOT NULL,
	state          TEXT NOT NULL CHECK (state IN ('received', 'acknowledged', 'waiting', 'extended', 'answered')),
	due_on         TEXT NOT NULL,
	worker_id      TEXT NOT NULL
);
CREATE INDEX handoff_request_now_by_due ON handoff_request_now (due_on, request_id) WHERE state <> 'answered'; -- serves: what waits, the most pressing first
CREATE INDEX handoff_request_now_by_participant ON handoff_request_now (participant_id, state, due_on); -- serves: what somebody still waits for

-- What becomes of a file: sealed after years without contact (R50), opened when
-- the person comes back, erased by law, or held. Two people stand behind each
-- act that takes something away: one row proposes, another person's row confirms.
CREATE TABLE handoff_keeping (
	participant_id TEXT   NOT NULL,
	version        BIGINT NOT NULL,
	act            TEXT   NOT NULL CHECK (act IN ('seal', 'unseal', 'erase', 'hold', 'release')),
	stage          TEXT   NOT NULL CHECK (stage IN ('proposed', 'confirmed', 'dropped')),
	reason         TEXT   NOT NULL, -- a code or a reference, never about the person
	by_id          TEXT   NOT NULL,
	by_side        TEXT   NOT NULL CHECK (by_side IN ('oversight', 'care')),
	happened_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version)
);
-- Where it stands now, worked out from the rows above: for lists, and for the
-- one look at it that every opening of a case takes.
CREATE TABLE handoff_keeping_now (
	participant_id TEXT PRIMARY KEY,
	version        BIGINT  NOT NULL,
	sealed         BOOLEAN NOT NULL,
	held           BOOLEAN NOT NULL,
	erased         BOOLEAN NOT NULL,
	pending        TEXT    NOT NULL, -- the act that waits for a second person, or ''
	changed_at     TEXT    NOT NULL
);
CREATE INDEX handoff_keeping_now_pending ON handoff_keeping_now (pending, participant_id); -- serves: what waits for a second person

-- Somebody opened a case that is not theirs because a life was at risk.
CREATE TABLE care_glass (
	glass_id       TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL,
	account_id     TEXT NOT NULL,
	reason         TEXT NOT NULL,
	opened_at      TEXT NOT NULL,
	until          TEXT NOT NULL
);
CREATE INDEX care_glass_by_case ON care_glass (participant_id, account_id, until); -- serves: may this account see this case just now
-- Whether it was right to open it, and when the person was told.
CREATE TABLE oversight_glass_review (
	glass_id    TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	verdict     TEXT   NOT NULL CHECK (verdict IN ('justified', 'not_justified')),
	words       TEXT   NOT NULL,
	told_on     TEXT   NOT NULL, -- YYYY-MM-DD, '' while they are not told
	not_told    TEXT   NOT NULL, -- why not yet
	reviewed_by TEXT   NOT NULL,
	reviewed_at TEXT   NOT NULL,
	PRIMARY KEY (glass_id, version)
);

-- Courts, police and others who ask for what is held (L22). Each save is a version.
CREATE TABLE oversight_legal (
	legal_id        TEXT   NOT NULL,
	version         BIGINT NOT NULL,
	organisation_id TEXT   NOT NULL,
	asker           TEXT   NOT NULL,
	power           TEXT   NOT NULL, -- the legal power that they name
	scope           TEXT   NOT NULL,
	subject_id      TEXT   NOT NULL, -- of a participant, or ''
	received_on     TEXT   NOT NULL,
	due_on          TEXT   NOT NULL,
	lawyer          TEXT   NOT NULL,
	decision        TEXT   NOT NULL CHECK (decision IN ('', 'given', 'part', 'nothing_held', 'not_given')),
	given           TEXT   NOT NULL,
	disclosure_id   TEXT   NOT NULL,
	told            TEXT   NOT NULL CHECK (told IN ('', 'told', 'not_yet')),
	told_words      TEXT   NOT NULL,
	recorded_by     TEXT   NOT NULL,
	recorded_at     TEXT   NOT NULL,
	PRIMARY KEY (legal_id, version)
);
CREATE INDEX oversight_legal_by_organisation ON oversight_legal (organisation_id, legal_id); -- serves: one organisation's register

-- What went wrong with personal data, and the seventy-two hours (L6).
CREATE TABLE oversight_breach (
	breach_id       TEXT   NOT NULL,
	version         BIGINT NOT NULL,
	organisation_id TEXT   NOT NULL,
	happened        TEXT   NOT NULL,
	discovered_at   TEXT   NOT NULL,
	affected        BIGINT NOT NULL,
	risk            TEXT   NOT NULL CHECK (risk IN ('', 'unlikely', 'likely', 'high')),
	ico_told_at     TEXT   NOT NULL,
	ico_words       TEXT   NOT NULL, -- why not, or why late
	people_told_at  TEXT   NOT NULL,
	people_words    TEXT   NOT NULL,
	recorded_by     TEXT   NOT NULL,
	recorded_at     TEXT   NOT NULL,
	PRIMARY KEY (breach_id, version)
);
CREATE INDEX oversight_breach_by_organisation ON oversight_breach (organisation_id, breach_id); -- serves: one organisation's register
