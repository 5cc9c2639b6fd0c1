-- +goose Up
CREATE INDEX handoff_disclosure_by_time ON handoff_disclosure (sent_at, disclosure_id); -- serves: everything that crossed, newest first
CREATE INDEX handoff_disclosure_by_participant ON handoff_disclosure (participant_id, sent_at, disclosure_id); -- serves: what crossed about one person
CREATE INDEX handoff_attestation_by_time ON handoff_attestation (recorded_at, consent_id); -- serves: everything that crossed, newest first
CREATE INDEX handoff_attestation_by_participant ON handoff_attestation (participant_id, recorded_at, consent_id); -- serves: what crossed about one person

-- The words of a referral that nobody took up, or that a sergeant said no to,
-- were let go: the letter's key is destroyed (R55). That there was one stays.
CREATE TABLE handoff_let_go (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	said_no     BOOLEAN NOT NULL, -- the sergeant did; otherwise nobody accepted
	let_go_by   TEXT NOT NULL,
	let_go_at   TEXT NOT NULL
);
CREATE INDEX handoff_let_go_by_time ON handoff_let_go (let_go_at, referral_id); -- serves: what was let go lately
CREATE INDEX handoff_approval_declined ON handoff_approval (referral_id) WHERE NOT approved; -- serves: referrals that are due to be let go
