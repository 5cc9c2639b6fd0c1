-- +goose Up
-- A round of a survey: whom it asks, at which address and until when. Nothing of any answer.
CREATE TABLE partnership_survey_round (
	round_id  TEXT   PRIMARY KEY,
	code      TEXT   NOT NULL UNIQUE, -- of the public address, the same for everybody who is asked
	survey    TEXT   NOT NULL,
	version   BIGINT NOT NULL, -- of its questions
	asked     BIGINT NOT NULL CHECK (asked = 0 OR asked >= 10), -- how many people are asked; 0 is not known
	until_on  TEXT   NOT NULL, -- the last day, YYYY-MM-DD
	opened_by TEXT   NOT NULL,
	opened_at TEXT   NOT NULL
);

-- What was answered in a round, while it is open: one row, which every answer changes and none is kept in. It says how often each choice
-- was made, and neither which choices were made together, nor when, nor in which order. It goes when the round is counted.
CREATE TABLE partnership_survey_tally (
	round_id TEXT   PRIMARY KEY REFERENCES partnership_survey_round (round_id),
	answers  BIGINT NOT NULL,
	tally    TEXT   NOT NULL -- JSON: how often, by question and choice
);

-- What everybody may see of a round that is over: no count below ten, the others blurred and rounded to five.
CREATE TABLE partnership_survey_result (
	round_id  TEXT PRIMARY KEY REFERENCES partnership_survey_round (round_id),
	shown     TEXT NOT NULL, -- JSON
	closed_on TEXT NOT NULL -- YYYY-MM-DD
);
