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
CREATE INDEX handoff_request_now_by_due ON handoff_request_now (due_on, request_id);                    -- serves: every request, the most pressing first
CREATE INDEX handoff_request_now_by_participant ON handoff_request_now (participant_id, state, due_on); -- serves: what somebody still waits for
