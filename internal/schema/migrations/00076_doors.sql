-- +goose Up
-- The doors that stand open to anybody: to refer, to say something about the
-- scheme, to complain or to praise. The coordinator opens them; the latest row counts.
CREATE TABLE handoff_door (
	version          BIGINT PRIMARY KEY,
	refer_open       BOOLEAN NOT NULL,
	self_open        BOOLEAN NOT NULL, -- also to people themselves, their families and friends
	feedback_open    BOOLEAN NOT NULL,
	complaint_open   BOOLEAN NOT NULL,
	phone            TEXT NOT NULL,
	promise_days     BIGINT NOT NULL, -- until somebody looked at a referral
	acknowledge_days BIGINT NOT NULL, -- until a complaint is acknowledged: at most 30
	answer_days      BIGINT NOT NULL,
	independent      TEXT NOT NULL, -- who else takes complaints, as people know them
	independent_reach TEXT NOT NULL, -- how to reach them without this system
	independent_id   TEXT NOT NULL, -- the organisation: an oversight body, neither police nor case team
	set_by           TEXT NOT NULL,
	set_at           TEXT NOT NULL
);

-- A referral through the third door (R5). It is not an approval (R6): what was
-- written is sealed so that only the case team opens it, and whoever wrote it cannot.
CREATE TABLE handoff_community (
	referral_id TEXT PRIMARY KEY,
	reference   TEXT NOT NULL,
	status_hash TEXT NOT NULL UNIQUE, -- of the code that the referrer noted down
	asked_by    TEXT NOT NULL CHECK (asked_by IN ('self', 'family', 'community', 'partner')),
	agreed      TEXT NOT NULL CHECK (agreed IN ('asked', 'knows', 'not_told', 'said_no')),
	letter      TEXT NOT NULL, -- as handoff_referral.letter; empty where the person said no (R55)
	words       TEXT NOT NULL, -- what else was written, sealed likewise
	received_at TEXT NOT NULL
);

-- Those that nobody has looked at: a row while it waits. Held ones came in a flood
-- and looked like it; they wait apart and go by themselves.
CREATE TABLE handoff_community_waiting (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_community (referral_id),
	held        BOOLEAN NOT NULL,
	promise_on  TEXT NOT NULL,
	since       TEXT NOT NULL
);
CREATE INDEX handoff_community_waiting_by_promise ON handoff_community_waiting (held, promise_on, since); -- serves: what to look at next

CREATE TABLE handoff_community_step (
	referral_id TEXT NOT NULL REFERENCES handoff_community (referral_id),
	version     BIGINT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('released', 'accepted', 'not_now', 'duplicate', 'junk', 'let_go')),
	reason      TEXT NOT NULL, -- a code
	by_id       TEXT NOT NULL,
	happened_at TEXT NOT NULL,
	PRIMARY KEY (referral_id, version)
);

-- What somebody complains about or praises, to the scheme or to the independent
-- route. Nobody deals with what is about themselves.
CREATE TABLE handoff_complaint (
	complaint_id   TEXT PRIMARY KEY,
	reference      TEXT NOT NULL,
	status_hash    TEXT NOT NULL UNIQUE,
	kind           TEXT NOT NULL CHECK (kind IN ('complaint', 'compliment')),
	about          TEXT NOT NULL CHECK (about IN ('case_team', 'police', 'coordinator', 'partner', 'independent', 'other')),
	route          TEXT NOT NULL CHECK (route IN ('scheme', 'independent')),
	words          TEXT NOT NULL, -- sealed for whoever deals with it
	acknowledge_on TEXT NOT NULL,
	answer_on      TEXT NOT NULL,
	received_at    TEXT NOT NULL,
	CHECK (NOT (about = 'coordinator' AND route = 'scheme')),
	CHECK (NOT (about = 'independent' AND route = 'independent'))
);
CREATE INDEX handoff_complaint_by_route ON handoff_complaint (route, complaint_id); -- serves: the list of whoever deals with them

CREATE TABLE handoff_complaint_step (
	step_id      TEXT PRIMARY KEY,
	complaint_id TEXT NOT NULL REFERENCES handoff_complaint (complaint_id),
	version      BIGINT NOT NULL,
	stage        TEXT NOT NULL CHECK (stage IN ('acknowledged', 'looking', 'answered', 'let_go')),
	outcome      TEXT NOT NULL CHECK (outcome IN ('', 'put_right', 'changed', 'explained', 'nothing_found', 'thanked')),
	words        TEXT NOT NULL, -- for whoever complained, sealed
	by_id        TEXT NOT NULL,
	happened_at  TEXT NOT NULL,
	UNIQUE (complaint_id, version)
);

-- What residents and businesses say about the scheme, with nobody's name in it.
-- It goes when its time is over; what was answered in general stays.
CREATE TABLE partnership_feedback (
	feedback_id TEXT PRIMARY KEY,
	topic       TEXT NOT NULL CHECK (topic IN ('street', 'shop', 'good', 'idea', 'other')),
	place       TEXT NOT NULL, -- a part of town, never an address
	words       TEXT NOT NULL,
	held        BOOLEAN NOT NULL, -- came in a flood and looked like it
	received_at TEXT NOT NULL
);
CREATE INDEX partnership_feedback_by_time ON partnership_feedback (received_at); -- serves: what is due to go

CREATE TABLE partnership_feedback_answer (
	answer_id TEXT PRIMARY KEY,
	said      TEXT NOT NULL,
	did       TEXT NOT NULL,
	published BOOLEAN NOT NULL,
	by_id     TEXT NOT NULL,
	said_at   TEXT NOT NULL
);
