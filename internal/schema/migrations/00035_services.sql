-- +goose Up
-- The directory of services: facts about no person, in the published model
-- (Open Referral UK, HSDS-UK 3). Who changed what and when only grows.
CREATE TABLE reference_service_version (
	service_id  TEXT   NOT NULL, -- a UUID, as the model asks
	version     BIGINT NOT NULL,
	act         TEXT   NOT NULL CHECK (act IN ('imported', 'added', 'changed')),
	source      TEXT   NOT NULL, -- the feed it came from, "" when somebody here wrote it
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (service_id, version)
);

-- What a version said, as JSON. It is apart because it can go: when an address
-- is to stay secret, every document that held it is removed.
CREATE TABLE reference_service_document (
	service_id TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	document   TEXT   NOT NULL,
	PRIMARY KEY (service_id, version),
	FOREIGN KEY (service_id, version) REFERENCES reference_service_version (service_id, version)
);

-- Somebody made sure that what stands here is right.
CREATE TABLE reference_service_check (
	check_id   TEXT   PRIMARY KEY,
	service_id TEXT   NOT NULL,
	version    BIGINT NOT NULL,
	checked_by TEXT   NOT NULL,
	checked_at TEXT   NOT NULL,
	FOREIGN KEY (service_id, version) REFERENCES reference_service_version (service_id, version)
);
CREATE INDEX reference_service_check_by_service ON reference_service_check (service_id, check_id); -- serves: who verified one service, and when

-- The latest version as lists are searched: worked out from the document.
CREATE TABLE reference_service_now (
	service_id  TEXT    PRIMARY KEY,
	version     BIGINT  NOT NULL,
	name        TEXT    NOT NULL,
	sort        TEXT    NOT NULL, -- its name without capitals, and its id
	words       TEXT    NOT NULL, -- what a search for a word looks in
	place       TEXT    NOT NULL, -- what a search for a place looks in
	listed      BOOLEAN NOT NULL, -- still there: neither inactive nor defunct
	walk_in     BOOLEAN NOT NULL,
	women_only  BOOLEAN NOT NULL,
	dogs        BOOLEAN NOT NULL,
	withheld    BOOLEAN NOT NULL, -- where it is is not kept here
	verified_by TEXT    NOT NULL,
	verified_at TEXT    NOT NULL
);
CREATE INDEX reference_service_in_order ON reference_service_now (sort); -- serves: the directory in order of name
CREATE TABLE reference_service_need (
	service_id TEXT NOT NULL REFERENCES reference_service_now (service_id),
	domain     TEXT NOT NULL, -- code of the list "need_domains"
	PRIMARY KEY (service_id, domain)
);
CREATE INDEX reference_service_need_by_domain ON reference_service_need (domain, service_id); -- serves: services for one need

-- Somebody is brought to a service, warm: what they agreed to share, how, and by
-- which door, so that it can be seen whether they were put before others (R39).
CREATE TABLE care_warm (
	warm_id        TEXT   PRIMARY KEY,
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	service_id     TEXT   NOT NULL,
	domain         TEXT   NOT NULL, -- code of the list "need_domains"
	how            TEXT   NOT NULL CHECK (how IN ('sent', 'paper', 'nothing')),
	words          TEXT   NOT NULL, -- sealed: exactly what is shared
	disclosure_id  TEXT   NOT NULL, -- the letter, "" unless it was sent
	door           TEXT   NOT NULL CHECK (door IN ('same', 'own', 'ahead')),
	waiting_list   TEXT   NOT NULL CHECK (waiting_list IN ('none', 'yes', 'not_known')),
	others_days    BIGINT NOT NULL, -- how long anybody else waits; -1 is not known
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL
);
CREATE INDEX care_warm_by_person ON care_warm (participant_id, warm_id); -- serves: one person's referrals, newest first
CREATE INDEX care_warm_by_time ON care_warm (recorded_at); -- serves: the report on doors and waiting

CREATE TABLE care_warm_step (
	step_id     TEXT PRIMARY KEY,
	warm_id     TEXT NOT NULL REFERENCES care_warm (warm_id),
	kind        TEXT NOT NULL CHECK (kind IN ('call', 'along', 'they_come', 'chased', 'answered', 'got_there', 'helped', 'not_right', 'again', 'not_wanted')),
	words       TEXT NOT NULL, -- sealed
	happened_on TEXT NOT NULL, -- YYYY-MM-DD
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX care_warm_step_by_warm ON care_warm_step (warm_id, recorded_at); -- serves: how one referral went, and whether anybody was heard of since

-- Somebody wanted a service that was not there for them (C14).
CREATE TABLE care_unmet (
	unmet_id       TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	domain         TEXT NOT NULL, -- code of the list "need_domains"
	why            TEXT NOT NULL CHECK (why IN ('absent', 'full', 'said_no', 'not_reachable', 'not_safe')),
	service_id     TEXT NOT NULL, -- "" when there is none at all
	words          TEXT NOT NULL, -- sealed
	noted_on       TEXT NOT NULL, -- YYYY-MM-DD
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_unmet_by_person ON care_unmet (participant_id, unmet_id); -- serves: what one person needed and did not get
CREATE INDEX care_unmet_by_time ON care_unmet (recorded_at); -- serves: the report on what is missing

-- The flexible fund of a team (R40): small sums for what is needed now, in whole
-- pence. What there is, what is promised and what is spent; none of them can
-- fall below nothing, whoever writes at the same time.
CREATE TABLE care_fund_now (
	team      TEXT   PRIMARY KEY,
	available BIGINT NOT NULL CHECK (available >= 0),
	promised  BIGINT NOT NULL CHECK (promised >= 0),
	spent     BIGINT NOT NULL CHECK (spent >= 0),
	most      BIGINT NOT NULL CHECK (most > 0) -- for one request
);

-- The account of it, kept twice over: every line takes a sum from one place and
-- puts the same sum in another, so that all places together are always nothing.
CREATE TABLE care_fund_line (
	line_id     TEXT   PRIMARY KEY,
	team        TEXT   NOT NULL REFERENCES care_fund_now (team),
	kind        TEXT   NOT NULL CHECK (kind IN ('money_in', 'approve', 'pay', 'release')),
	taken_from  TEXT   NOT NULL CHECK (taken_from IN ('funder', 'available', 'promised', 'spent')),
	put_into    TEXT   NOT NULL CHECK (put_into IN ('funder', 'available', 'promised', 'spent')),
	pence       BIGINT NOT NULL CHECK (pence > 0),
	request_id  TEXT   NOT NULL, -- "" of money that came in
	source      TEXT   NOT NULL, -- who gave it; "" of anything else
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	CHECK (taken_from <> put_into)
);
CREATE INDEX care_fund_line_by_team ON care_fund_line (team, line_id); -- serves: the account of a team in order
CREATE INDEX care_fund_line_by_request ON care_fund_line (request_id); -- serves: what became of one request's money

CREATE TABLE care_fund_request (
	request_id     TEXT   PRIMARY KEY,
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	team           TEXT   NOT NULL,
	kind           TEXT   NOT NULL,
	pence          BIGINT NOT NULL CHECK (pence > 0),
	words          TEXT   NOT NULL, -- sealed
	asked_by       TEXT   NOT NULL,
	asked_at       TEXT   NOT NULL
);
CREATE INDEX care_fund_request_by_team ON care_fund_request (team, request_id); -- serves: what waits for a second person
CREATE INDEX care_fund_request_by_person ON care_fund_request (participant_id, request_id); -- serves: one person's requests
CREATE TABLE care_fund_step (
	request_id  TEXT   NOT NULL REFERENCES care_fund_request (request_id),
	version     BIGINT NOT NULL,
	kind        TEXT   NOT NULL CHECK (kind IN ('approved', 'not_now', 'paid', 'not_needed')),
	pence       BIGINT NOT NULL,
	way         TEXT   NOT NULL, -- how it was paid
	words       TEXT   NOT NULL, -- sealed
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (request_id, version)
);
