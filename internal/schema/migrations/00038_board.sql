-- +goose Up
-- Somebody got another worker without being asked, because theirs is gone: why,
-- and that they were told. Anybody else moves by their own wish (care_allocation).
CREATE TABLE care_moved (
	move_id        TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	gone_id        TEXT NOT NULL, -- account_id of the worker who is gone
	reason         TEXT NOT NULL CHECK (reason <> ''), -- sealed
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_moved_by_person ON care_moved (participant_id, recorded_at); -- serves: whether somebody still has to be told
CREATE TABLE care_moved_told (
	move_id     TEXT PRIMARY KEY REFERENCES care_moved (move_id),
	words       TEXT NOT NULL, -- sealed: what they said to it
	told_on     TEXT NOT NULL, -- YYYY-MM-DD
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- Who covers for a worker who is away: from a moment to a moment. It ends by
-- itself, because every question asks for the moment. Why somebody is away is
-- nobody's business and has no column.
CREATE TABLE care_cover (
	cover_id    TEXT PRIMARY KEY,
	team        TEXT NOT NULL,
	away_id     TEXT NOT NULL, -- account_id
	coverer_id  TEXT NOT NULL, -- account_id
	from_on     TEXT NOT NULL, -- YYYY-MM-DD
	until_on    TEXT NOT NULL, -- YYYY-MM-DD, the last day
	from_at     TEXT NOT NULL,
	until_at    TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	CHECK (away_id <> coverer_id),
	CHECK (from_at < until_at)
);
CREATE INDEX care_cover_by_coverer ON care_cover (coverer_id, until_at); -- serves: for whom somebody covers now
CREATE INDEX care_cover_by_away ON care_cover (away_id, until_at);       -- serves: who covers for somebody now
CREATE INDEX care_cover_by_team ON care_cover (team, until_at);          -- serves: the team's cover, on the board
CREATE TABLE care_cover_end ( -- ended before its time
	cover_id TEXT PRIMARY KEY REFERENCES care_cover (cover_id),
	ended_by TEXT NOT NULL,
	ended_at TEXT NOT NULL
);

-- What a supervisor and a worker talked about, every version of it. Sealed under
-- a key of the worker's own, like what people tell is under theirs.
CREATE TABLE care_supervision (
	talk_id       TEXT   NOT NULL,
	version       BIGINT NOT NULL,
	worker_id     TEXT   NOT NULL,
	supervisor_id TEXT   NOT NULL,
	held_on       TEXT   NOT NULL, -- YYYY-MM-DD
	words         TEXT   NOT NULL, -- sealed
	agreed        TEXT   NOT NULL, -- sealed: what they agreed
	recorded_at   TEXT   NOT NULL,
	PRIMARY KEY (talk_id, version),
	CHECK (worker_id <> supervisor_id)
);
CREATE INDEX care_supervision_by_worker ON care_supervision (worker_id, supervisor_id, talk_id); -- serves: the talks of two people, newest first

-- Something happened: a death, an overdose, violence, something that nearly went
-- wrong. For a person it is sealed under their key, else under one of its own.
CREATE TABLE care_incident (
	incident_id    TEXT PRIMARY KEY,
	team           TEXT NOT NULL,
	participant_id TEXT REFERENCES care_participant (participant_id),
	kind           TEXT NOT NULL CHECK (kind IN ('death', 'overdose', 'self_harm', 'violence', 'information', 'nearly', 'other')),
	happened_at    TEXT NOT NULL,
	words          TEXT NOT NULL, -- sealed: what happened
	told           TEXT NOT NULL, -- sealed: who was told
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_incident_by_team ON care_incident (team, incident_id);             -- serves: what happened in a team, newest first
CREATE INDEX care_incident_by_person ON care_incident (participant_id, incident_id); -- serves: what happened to one person
CREATE INDEX care_incident_by_recorder ON care_incident (recorded_by, incident_id);  -- serves: what one worker wrote down
CREATE TABLE care_incident_step (
	step_id     TEXT PRIMARY KEY,
	incident_id TEXT NOT NULL REFERENCES care_incident (incident_id),
	kind        TEXT NOT NULL CHECK (kind IN ('learnt', 'action', 'done', 'reviewed')),
	action_id   TEXT NOT NULL, -- step_id of the action that is done, else ""
	words       TEXT NOT NULL, -- sealed
	who         TEXT NOT NULL, -- sealed: who does it
	due_on      TEXT NOT NULL, -- YYYY-MM-DD of an action, else ""
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX care_incident_step_by_incident ON care_incident_step (incident_id, recorded_at); -- serves: what became of it

-- The safety plan in the person's own words, every version.
CREATE TABLE care_safety_plan (
	participant_id TEXT    NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT  NOT NULL,
	signs          TEXT    NOT NULL, -- sealed: how it starts
	helps          TEXT    NOT NULL, -- sealed: what helps
	people         TEXT    NOT NULL, -- sealed: who helps
	places         TEXT    NOT NULL, -- sealed: where it is safe
	away           TEXT    NOT NULL, -- sealed: what to keep away
	on_own         BOOLEAN NOT NULL, -- the person wants it on their own page
	recorded_by    TEXT    NOT NULL,
	recorded_at    TEXT    NOT NULL,
	PRIMARY KEY (participant_id, version)
);

-- Naloxone: whether it was given, and until when it is good. Nothing of why.
CREATE TABLE care_naloxone (
	participant_id TEXT   NOT NULL REFERENCES care_participant (participant_id),
	version        BIGINT NOT NULL,
	offered        TEXT   NOT NULL CHECK (offered IN ('not_yet', 'not_now', 'given', 'has_own')),
	trained        TEXT   NOT NULL CHECK (trained IN ('yes', 'no', 'not_known')),
	good_until     TEXT   NOT NULL, -- YYYY-MM, "" when not known
	recorded_by    TEXT   NOT NULL,
	recorded_at    TEXT   NOT NULL,
	PRIMARY KEY (participant_id, version)
);

-- A warning to the care team alone: bad drugs about, an overdose. It ends.
CREATE TABLE care_alert (
	alert_id       TEXT PRIMARY KEY,
	team           TEXT NOT NULL,
	kind           TEXT NOT NULL CHECK (kind IN ('bad_drugs', 'overdose')),
	participant_id TEXT REFERENCES care_participant (participant_id),
	words          TEXT NOT NULL, -- sealed
	until_at       TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX care_alert_by_team ON care_alert (team, until_at); -- serves: what a team is warned of now
CREATE TABLE care_alert_seen (
	alert_id   TEXT NOT NULL REFERENCES care_alert (alert_id),
	account_id TEXT NOT NULL,
	seen_at    TEXT NOT NULL,
	PRIMARY KEY (alert_id, account_id)
);
CREATE TABLE care_alert_end ( -- over before its time
	alert_id TEXT PRIMARY KEY REFERENCES care_alert (alert_id),
	ended_by TEXT NOT NULL,
	ended_at TEXT NOT NULL
);

-- A safeguarding concern, and what became of it. What goes to somebody else is a
-- letter of care_disclosure: on the person's yes, or on a legal basis (R24).
CREATE TABLE care_concern (
	concern_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	who            TEXT NOT NULL CHECK (who IN ('adult', 'child')),
	words          TEXT NOT NULL, -- sealed
	told           TEXT NOT NULL CHECK (told IN ('yes', 'not_safe')),
	why            TEXT NOT NULL, -- sealed: why it is not safe to tell them
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL,
	CHECK ((told = 'not_safe') = (why <> ''))
);
CREATE INDEX care_concern_by_person ON care_concern (participant_id, concern_id); -- serves: one person's concerns
CREATE TABLE care_concern_step (
	step_id       TEXT PRIMARY KEY,
	concern_id    TEXT NOT NULL REFERENCES care_concern (concern_id),
	kind          TEXT NOT NULL CHECK (kind IN ('told', 'referred', 'outcome', 'no_referral')),
	words         TEXT NOT NULL, -- sealed
	disclosure_id TEXT NOT NULL, -- the letter it went as, else ""
	recorded_by   TEXT NOT NULL,
	recorded_at   TEXT NOT NULL
);
CREATE INDEX care_concern_step_by_concern ON care_concern_step (concern_id, recorded_at); -- serves: what became of a concern
