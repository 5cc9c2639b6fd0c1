-- +goose Up
-- How an area begins: what was answered at each step from interest to launch, and
-- who says that what nobody can check was done. Facts about organisations and
-- their work; no participant is in it.
CREATE TABLE reference_start_answer (
	task        TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	answers     TEXT   NOT NULL, -- JSON: an object of text by field
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (task, version)
);

-- That the area began for real: on which day, who decided it, and how the list
-- stood then, with why what was open could stay open.
CREATE TABLE reference_start_launch (
	launch_id   TEXT PRIMARY KEY,
	launched_on TEXT NOT NULL, -- YYYY-MM-DD
	decided_by  TEXT NOT NULL CHECK (decided_by <> ''),
	open_words  TEXT NOT NULL, -- why it begins with something open; '' where nothing was
	list        TEXT NOT NULL, -- JSON: each check as it stood
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);

-- How near the area is to the model (O16): a round is one look at every principle,
-- by the group itself or by somebody who visits. What the numbers said then is
-- kept with it, so that a later look is compared with what was seen.
CREATE TABLE partnership_fidelity_round (
	round_id     TEXT PRIMARY KEY,
	kind         TEXT NOT NULL CHECK (kind IN ('self', 'peer')),
	visitor_id   TEXT NOT NULL, -- account_id of who was invited
	visitor      TEXT NOT NULL, -- their name and where they come from
	group_words  TEXT NOT NULL, -- who looks together, as the coordinator says it
	evidence     TEXT NOT NULL, -- JSON: each measure as it was shown, already suppressed
	began_by     TEXT NOT NULL,
	began_at     TEXT NOT NULL,
	CHECK ((kind = 'peer') = (visitor_id <> ''))
);
CREATE INDEX partnership_fidelity_round_by_time ON partnership_fidelity_round (began_at, round_id); -- serves: rounds, newest first
CREATE TABLE partnership_fidelity_answer (
	round_id    TEXT   NOT NULL REFERENCES partnership_fidelity_round (round_id),
	principle   TEXT   NOT NULL,
	version     BIGINT NOT NULL,
	level       TEXT   NOT NULL CHECK (level IN ('as_it_should', 'for_the_most_part', 'in_part', 'not_yet', 'another_way')), -- words, never a number: nobody is ranked
	words       TEXT   NOT NULL CHECK (words <> ''),
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (round_id, principle, version)
);
CREATE TABLE partnership_fidelity_end (
	round_id  TEXT PRIMARY KEY REFERENCES partnership_fidelity_round (round_id),
	words     TEXT NOT NULL, -- what the group takes from it
	ended_by  TEXT NOT NULL,
	ended_at  TEXT NOT NULL
);
-- What is to be done about it, by whom, until when.
CREATE TABLE partnership_fidelity_action (
	action_id  TEXT PRIMARY KEY,
	round_id   TEXT NOT NULL REFERENCES partnership_fidelity_round (round_id),
	principle  TEXT NOT NULL,
	words      TEXT NOT NULL CHECK (words <> ''),
	owner      TEXT NOT NULL CHECK (owner <> ''),
	due_on     TEXT NOT NULL,
	made_by    TEXT NOT NULL,
	made_at    TEXT NOT NULL
);
CREATE INDEX partnership_fidelity_action_by_round ON partnership_fidelity_action (round_id, action_id); -- serves: what a round led to
CREATE TABLE partnership_fidelity_done (
	action_id TEXT PRIMARY KEY REFERENCES partnership_fidelity_action (action_id),
	words     TEXT NOT NULL,
	done_by   TEXT NOT NULL,
	done_at   TEXT NOT NULL
);
