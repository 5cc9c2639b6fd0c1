-- +goose Up
-- Other ways than LEAD that a decision can point to (R48): versioned and dated. The
-- latest version of a code counts; a contact keeps the one it was recorded under.
CREATE TABLE reference_pathway (
	code        TEXT NOT NULL,
	version     BIGINT NOT NULL,
	name        TEXT NOT NULL,
	sort        TEXT NOT NULL CHECK (sort IN ('liaison_and_diversion', 'deferred_prosecution', 'custody_scheme', 'other')),
	from_on     TEXT NOT NULL, -- the first day on which it can be named
	until_on    TEXT NOT NULL, -- the last; empty while no end is known
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL,
	PRIMARY KEY (code, version)
);

-- By which of them a contact goes that was not diverted. One row for a version of
-- the decision that names one.
CREATE TABLE police_pathway (
	contact_id       TEXT NOT NULL,
	version          BIGINT NOT NULL,
	pathway          TEXT NOT NULL,
	pathway_version  BIGINT NOT NULL,
	PRIMARY KEY (contact_id, version),
	FOREIGN KEY (contact_id, version) REFERENCES police_decision (contact_id, version),
	FOREIGN KEY (pathway, pathway_version) REFERENCES reference_pathway (code, version)
);
