-- +goose Up
-- An organisation that takes part, as the partnership knows it: what sort of
-- partner it is and for which places. The latest version counts. No person's data.
CREATE TABLE partnership_partner (
	organisation_id TEXT   NOT NULL REFERENCES identity_organisation (organisation_id),
	version         BIGINT NOT NULL,
	sort            TEXT   NOT NULL CHECK (sort IN ('police_force', 'commissioner', 'council', 'health', 'prosecutor', 'care', 'provider', 'community_group', 'lived_experience_group', 'office', 'other')),
	about           TEXT   NOT NULL,
	recorded_by     TEXT   NOT NULL,
	recorded_at     TEXT   NOT NULL,
	PRIMARY KEY (organisation_id, version)
);
-- The named places a partner covers. Areas overlap: one force, several councils.
CREATE TABLE partnership_partner_place (
	organisation_id TEXT   NOT NULL,
	version         BIGINT NOT NULL,
	place           TEXT   NOT NULL,
	PRIMARY KEY (organisation_id, version, place),
	FOREIGN KEY (organisation_id, version) REFERENCES partnership_partner (organisation_id, version)
);
-- Whom to ask at a partner, at work. They may have no account.
CREATE TABLE partnership_contact (
	contact_id      TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL REFERENCES identity_organisation (organisation_id),
	name            TEXT NOT NULL,
	role            TEXT NOT NULL,
	reach           TEXT NOT NULL, -- a work phone or address
	recorded_by     TEXT NOT NULL,
	recorded_at     TEXT NOT NULL
);
CREATE INDEX partnership_contact_by_partner ON partnership_contact (organisation_id, name); -- serves: whom to ask at one partner
CREATE TABLE partnership_contact_end (
	contact_id TEXT PRIMARY KEY REFERENCES partnership_contact (contact_id),
	ended_by   TEXT NOT NULL,
	ended_at   TEXT NOT NULL
);

-- The partnership's bodies, and who has a seat on each, for which organisation.
CREATE TABLE partnership_body (
	body_id  TEXT   PRIMARY KEY,
	name     TEXT   NOT NULL,
	about    TEXT   NOT NULL,
	position BIGINT NOT NULL
);
INSERT INTO partnership_body (body_id, name, about, position) VALUES
	('pcg', 'Policy Coordinating Group', 'Decides the policy by consensus.', 1),
	('owg', 'Operational Work Group', 'Brings day-to-day work together.', 2),
	('clt', 'Community Leadership Team', 'Residents, businesses and people with lived experience hold the scheme to account.', 3);
CREATE TABLE partnership_seat (
	seat_id         TEXT    PRIMARY KEY,
	body_id         TEXT    NOT NULL REFERENCES partnership_body (body_id),
	organisation_id TEXT    NOT NULL REFERENCES identity_organisation (organisation_id),
	account_id      TEXT    NOT NULL, -- '' for somebody without an account
	name            TEXT    NOT NULL,
	lived           BOOLEAN NOT NULL, -- sits there with lived experience (R53)
	chair           BOOLEAN NOT NULL,
	from_on         TEXT    NOT NULL,
	until_on        TEXT    NOT NULL, -- the last day, '' while nobody has said
	recorded_by     TEXT    NOT NULL,
	recorded_at     TEXT    NOT NULL
);
CREATE INDEX partnership_seat_by_account ON partnership_seat (account_id); -- serves: which seats somebody holds
CREATE INDEX partnership_seat_by_body ON partnership_seat (body_id, name); -- serves: who sits on a body
CREATE TABLE partnership_seat_end (
	seat_id  TEXT PRIMARY KEY REFERENCES partnership_seat (seat_id),
	why      TEXT NOT NULL CHECK (why IN ('left', 'withdrew')),
	ended_by TEXT NOT NULL,
	ended_at TEXT NOT NULL
);

-- A partner withdraws, and may come back (R54), in its own words. team is the case
-- team that takes up the people of one that walked with them, '' where none does yet.
CREATE TABLE partnership_withdrawal (
	withdrawal_id   TEXT PRIMARY KEY,
	organisation_id TEXT NOT NULL REFERENCES identity_organisation (organisation_id),
	kind            TEXT NOT NULL CHECK (kind IN ('withdrew', 'taken_up', 'came_back')),
	words           TEXT NOT NULL,
	team            TEXT NOT NULL,
	recorded_by     TEXT NOT NULL,
	recorded_at     TEXT NOT NULL
);
CREATE INDEX partnership_withdrawal_by_partner ON partnership_withdrawal (organisation_id, withdrawal_id); -- serves: one partner's history
-- Who is away now: read wherever an account is let in and wherever something crosses.
CREATE TABLE reference_partner_away (
	organisation_id TEXT PRIMARY KEY REFERENCES identity_organisation (organisation_id),
	since_at        TEXT NOT NULL
);

-- Memoranda and information-sharing agreements. What is agreed stands in its
-- versions; a version holds from its first day until its last, or until the next begins.
CREATE TABLE reference_agreement (
	agreement_id TEXT PRIMARY KEY,
	kind         TEXT NOT NULL CHECK (kind IN ('memorandum', 'sharing')),
	title        TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_at      TEXT NOT NULL
);
CREATE TABLE reference_agreement_version (
	agreement_id TEXT   NOT NULL REFERENCES reference_agreement (agreement_id),
	version      BIGINT NOT NULL,
	words        TEXT   NOT NULL, -- what it says, for people
	basis        TEXT   NOT NULL, -- code of the lawful basis, '' for a memorandum
	ask          TEXT   NOT NULL, -- whom to ask about it, and how
	from_on      TEXT   NOT NULL,
	review_on    TEXT   NOT NULL,
	until_on     TEXT   NOT NULL,
	recorded_by  TEXT   NOT NULL,
	recorded_at  TEXT   NOT NULL,
	PRIMARY KEY (agreement_id, version),
	CHECK (from_on <= until_on)
);
CREATE TABLE reference_agreement_party (
	agreement_id    TEXT   NOT NULL,
	version         BIGINT NOT NULL,
	organisation_id TEXT   NOT NULL REFERENCES identity_organisation (organisation_id),
	signed_by       TEXT   NOT NULL, -- name and post, '' while nobody has
	signed_on       TEXT   NOT NULL,
	PRIMARY KEY (agreement_id, version, organisation_id),
	FOREIGN KEY (agreement_id, version) REFERENCES reference_agreement_version (agreement_id, version)
);
CREATE INDEX reference_agreement_party_by_organisation ON reference_agreement_party (organisation_id, agreement_id); -- serves: what lies between two organisations
CREATE TABLE reference_agreement_class (
	agreement_id TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	class        TEXT   NOT NULL,
	PRIMARY KEY (agreement_id, version, class),
	FOREIGN KEY (agreement_id, version) REFERENCES reference_agreement_version (agreement_id, version)
);
CREATE TABLE reference_agreement_purpose (
	agreement_id TEXT   NOT NULL,
	version      BIGINT NOT NULL,
	purpose      TEXT   NOT NULL,
	PRIMARY KEY (agreement_id, version, purpose),
	FOREIGN KEY (agreement_id, version) REFERENCES reference_agreement_version (agreement_id, version)
);
-- An agreement ends, or one party's part in it ('' is everybody's), up to a version:
-- a later version that the party signs again holds.
CREATE TABLE reference_agreement_end (
	end_id          TEXT   PRIMARY KEY,
	agreement_id    TEXT   NOT NULL REFERENCES reference_agreement (agreement_id),
	version         BIGINT NOT NULL,
	organisation_id TEXT   NOT NULL,
	why             TEXT   NOT NULL CHECK (why IN ('ended', 'withdrew')),
	ended_by        TEXT   NOT NULL,
	ended_at        TEXT   NOT NULL
);
CREATE INDEX reference_agreement_end_by_agreement ON reference_agreement_end (agreement_id); -- serves: whether an agreement ended
-- Whose word an intake's completion and a card are: '' in rows from before it was kept.
ALTER TABLE handoff_attestation ADD COLUMN giver_id TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff_known ADD COLUMN giver_id TEXT NOT NULL DEFAULT '';

-- Which class of data each thing belongs to that a person can share.
CREATE TABLE reference_topic (
	topic TEXT PRIMARY KEY,
	class TEXT NOT NULL
);
INSERT INTO reference_topic (topic, class) VALUES ('reach', 'B'), ('status', 'C'), ('card', 'C'), ('needs', 'D'), ('plan', 'D'), ('health', 'E'), ('risk', 'F');

-- What may cross between which two organisations, what for, and between which days:
-- asked wherever something crosses. What is in no row of this does not.
CREATE VIEW reference_agreement_open AS
SELECT g.organisation_id AS giver_id, r.organisation_id AS receiver_id, t.topic, p.purpose, v.from_on, v.until_on, v.agreement_id,
	COALESCE((SELECT MIN(w.from_on) FROM reference_agreement_version w WHERE w.agreement_id = v.agreement_id AND w.version > v.version), '9999-12-31') AS next_on
FROM reference_agreement_version v
JOIN reference_agreement_party g ON g.agreement_id = v.agreement_id AND g.version = v.version
JOIN reference_agreement_party r ON r.agreement_id = v.agreement_id AND r.version = v.version
JOIN reference_agreement_class c ON c.agreement_id = v.agreement_id AND c.version = v.version
JOIN reference_topic t ON t.class = c.class
JOIN reference_agreement_purpose p ON p.agreement_id = v.agreement_id AND p.version = v.version
WHERE g.organisation_id <> r.organisation_id AND g.signed_on <> '' AND r.signed_on <> ''
AND NOT EXISTS (SELECT 1 FROM reference_agreement_end e
	WHERE e.agreement_id = v.agreement_id AND e.version >= v.version AND e.organisation_id IN ('', g.organisation_id, r.organisation_id))
AND NOT EXISTS (SELECT 1 FROM reference_partner_away a WHERE a.organisation_id IN (g.organisation_id, r.organisation_id));
