-- +goose Up
-- A pack for the panel that looks at decisions: contacts drawn by lot that could have gone to LEAD and did not. It holds no person, no officer, no
-- team, no place and no day. Each month is in one pack only, so that packs beside each other tell no more than one.
CREATE TABLE partnership_pack (
	pack_no     BIGINT PRIMARY KEY,
	from_month  TEXT   NOT NULL UNIQUE, -- YYYY-MM
	until_month TEXT   NOT NULL UNIQUE,
	shown       TEXT   NOT NULL, -- JSON
	drawn_by    TEXT   NOT NULL,
	drawn_at    TEXT   NOT NULL
);

-- A numbered copy of a pack, for one member.
CREATE TABLE partnership_pack_copy (
	pack_no BIGINT NOT NULL REFERENCES partnership_pack (pack_no),
	copy_no BIGINT NOT NULL CHECK (copy_no >= 1),
	made_by TEXT   NOT NULL,
	made_at TEXT   NOT NULL,
	PRIMARY KEY (pack_no, copy_no)
);
