-- +goose Up
-- Two records that are of one person (R58). Somebody says so with a reason, a
-- second person agrees, and either can be undone. Nothing is copied, moved or
-- removed: what was written stays on the record it was written on, and what is
-- read follows the link. Only the case team knows of it.
CREATE TABLE care_merge (
	merge_id    TEXT PRIMARY KEY,
	from_id     TEXT NOT NULL REFERENCES care_participant (participant_id),
	into_id     TEXT NOT NULL REFERENCES care_participant (participant_id), -- the record that goes on
	why         TEXT NOT NULL CHECK (why <> ''), -- sealed under both people's keys, one within the other
	wish        TEXT NOT NULL, -- sealed so too: what they said about who walks with them
	asked_by    TEXT NOT NULL,
	asked_at    TEXT NOT NULL,
	CHECK (from_id <> into_id)
);
CREATE INDEX care_merge_by_from ON care_merge (from_id, merge_id); -- serves: what was said about one record
CREATE INDEX care_merge_by_into ON care_merge (into_id, merge_id); -- serves: the same, from the other end
CREATE TABLE care_merge_step (
	merge_id    TEXT   NOT NULL REFERENCES care_merge (merge_id),
	version     BIGINT NOT NULL,
	kind        TEXT   NOT NULL CHECK (kind IN ('confirmed', 'declined', 'undone')),
	words       TEXT   NOT NULL, -- sealed under both people's keys
	recorded_by TEXT   NOT NULL,
	recorded_at TEXT   NOT NULL,
	PRIMARY KEY (merge_id, version)
);

-- Which record goes on for one that was merged: worked out from the links above
-- and kept in the same transaction. It can be thrown away and made again.
CREATE TABLE care_merged (
	participant_id TEXT PRIMARY KEY REFERENCES care_participant (participant_id),
	survivor       TEXT NOT NULL REFERENCES care_participant (participant_id),
	merge_id       TEXT NOT NULL REFERENCES care_merge (merge_id),
	CHECK (participant_id <> survivor)
);
CREATE INDEX care_merged_by_survivor ON care_merged (survivor, participant_id); -- serves: every record of one person
