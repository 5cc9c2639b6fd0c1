-- +goose Up
-- Somebody a person chose to share with who has no account here: a sister, a
-- solicitor. The name is sealed under the person's key.
CREATE TABLE care_outside (
	outside_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	name           TEXT NOT NULL,
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL,
	UNIQUE (outside_id, participant_id)
);

-- One thing that a person lets one recipient know for one purpose, from a day
-- until a day (R20, R21). A row is a yes that was given; it is never changed.
-- What ends it early is a withdrawal, on the bridge, where both sides meet it.
CREATE TABLE care_consent (
	consent_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	recipient_id   TEXT NOT NULL, -- organisation_id, or outside_id of this person
	topic          TEXT NOT NULL CHECK (topic IN ('reach', 'status', 'needs', 'plan', 'health', 'risk', 'card')),
	purpose        TEXT NOT NULL,
	from_on        TEXT NOT NULL, -- YYYY-MM-DD
	until_on       TEXT NOT NULL, -- YYYY-MM-DD, the last day
	how            TEXT NOT NULL CHECK (how IN ('signed', 'spoken')),
	witness        TEXT NOT NULL, -- sealed; who else heard it
	language       TEXT NOT NULL,
	copy_given     BOOLEAN NOT NULL,
	ask_again      BOOLEAN NOT NULL, -- in crisis or intoxicated when asked (L24): the yes is short and asked again
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL,
	CHECK (from_on <= until_on),
	CHECK (how <> 'spoken' OR witness <> '')
);
CREATE INDEX care_consent_by_participant ON care_consent (participant_id, consent_id); -- serves: who may know what

-- A yes taken back, by the person or by a worker they told. No reason is asked,
-- so none is kept. Every reading and every sending looks here (R21).
CREATE TABLE handoff_withdrawal (
	consent_id     TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL,
	told           TEXT NOT NULL CHECK (told IN ('worker', 'self')),
	recorded_by    TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX handoff_withdrawal_by_participant ON handoff_withdrawal (participant_id); -- serves: who may know what

-- Words prepared for a recipient, before they cross. They stay on the care side,
-- sealed under the person's key, until the moment of sending.
CREATE TABLE care_disclosure (
	disclosure_id  TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL REFERENCES care_participant (participant_id),
	recipient_id   TEXT NOT NULL,
	purpose        TEXT NOT NULL,
	basis          TEXT NOT NULL, -- code of a named legal basis, '' where the person agreed
	ground         TEXT NOT NULL, -- sealed; why the basis applies
	channel        TEXT NOT NULL CHECK (channel IN ('account', 'link', 'phone')),
	words          TEXT NOT NULL CHECK (words <> ''), -- sealed
	no_time        BOOLEAN NOT NULL, -- life at risk: nobody else was asked first, and a review follows
	send_at        TEXT NOT NULL,
	until_on       TEXT NOT NULL, -- YYYY-MM-DD, the last day it can be read
	prepared_by    TEXT NOT NULL,
	prepared_at    TEXT NOT NULL,
	CHECK (NOT no_time OR basis <> '')
);
CREATE INDEX care_disclosure_by_participant ON care_disclosure (participant_id, disclosure_id); -- serves: what was shared about one person
CREATE TABLE care_disclosure_topic (
	disclosure_id TEXT NOT NULL REFERENCES care_disclosure (disclosure_id),
	topic         TEXT NOT NULL,
	consent_id    TEXT NOT NULL, -- '' under a legal basis
	PRIMARY KEY (disclosure_id, topic)
);
-- What became of prepared words. confirmed: the second person agreed; sent;
-- stopped: no live yes at the moment of sending; cancelled: a worker thought
-- better of it; told, not_told: whether the person was told of a disclosure
-- they did not agree to; reviewed: looked at afterwards, where there was no time.
CREATE TABLE care_disclosure_step (
	step_id       TEXT PRIMARY KEY,
	disclosure_id TEXT NOT NULL REFERENCES care_disclosure (disclosure_id),
	kind          TEXT NOT NULL CHECK (kind IN ('confirmed', 'sent', 'stopped', 'cancelled', 'told', 'not_told', 'reviewed')),
	words         TEXT NOT NULL, -- sealed
	recorded_by   TEXT NOT NULL,
	recorded_at   TEXT NOT NULL
);
CREATE INDEX care_disclosure_step_by_disclosure ON care_disclosure_step (disclosure_id, step_id); -- serves: what became of it, in order
-- Words are sent once, or not at all.
CREATE UNIQUE INDEX care_disclosure_ended_once ON care_disclosure_step (disclosure_id) WHERE kind IN ('sent', 'stopped', 'cancelled');

-- Words that wait for their time or their second person: a row while they wait.
CREATE TABLE care_disclosure_waiting (
	disclosure_id TEXT PRIMARY KEY REFERENCES care_disclosure (disclosure_id),
	send_at       TEXT NOT NULL
);
CREATE INDEX care_disclosure_waiting_by_time ON care_disclosure_waiting (send_at, disclosure_id); -- serves: what is due to be sent

-- The only way anything crosses to a recipient (R20). The words are sealed under
-- a key of their own that is destroyed with the person's.
CREATE TABLE handoff_disclosure (
	disclosure_id  TEXT PRIMARY KEY,
	participant_id TEXT NOT NULL, -- for the log of who looked; never shown
	recipient_id   TEXT NOT NULL,
	purpose        TEXT NOT NULL,
	basis          TEXT NOT NULL,
	channel        TEXT NOT NULL CHECK (channel IN ('account', 'link', 'phone')),
	words          TEXT NOT NULL,
	until_on       TEXT NOT NULL,
	sent_by        TEXT NOT NULL,
	sent_at        TEXT NOT NULL
);
CREATE INDEX handoff_disclosure_by_recipient ON handoff_disclosure (recipient_id, disclosure_id); -- serves: an organisation's inbox, newest first
-- Which yes each part stands on. A part whose yes was taken back closes the whole.
CREATE TABLE handoff_disclosure_topic (
	disclosure_id TEXT NOT NULL REFERENCES handoff_disclosure (disclosure_id),
	topic         TEXT NOT NULL,
	consent_id    TEXT NOT NULL,
	PRIMARY KEY (disclosure_id, topic)
);
-- An address that opens once. Only the hash of its token is kept.
CREATE TABLE handoff_link (
	token_hash    TEXT PRIMARY KEY,
	disclosure_id TEXT NOT NULL REFERENCES handoff_disclosure (disclosure_id),
	expires_at    TEXT NOT NULL,
	made_at       TEXT NOT NULL
);
-- Who read it first and when: an account, or the link that was spent.
CREATE TABLE handoff_read (
	disclosure_id TEXT NOT NULL REFERENCES handoff_disclosure (disclosure_id),
	read_by       TEXT NOT NULL,
	read_at       TEXT NOT NULL,
	PRIMARY KEY (disclosure_id, read_by)
);

-- That an intake is completed, and nothing else, ever (R15, R34, R47). Read only
-- while the yes it stands on is live.
CREATE TABLE handoff_attestation (
	consent_id     TEXT PRIMARY KEY,
	referral_id    TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	participant_id TEXT NOT NULL, -- for the log; never shown and not granted to the police
	recipient_id   TEXT NOT NULL, -- the force or the prosecutor's organisation
	reference      TEXT NOT NULL, -- of the referral, as police said it aloud
	completed      BOOLEAN NOT NULL CHECK (completed),
	completed_on   TEXT NOT NULL, -- YYYY-MM-DD
	until_on       TEXT NOT NULL,
	recorded_at    TEXT NOT NULL
);
CREATE INDEX handoff_attestation_by_referral  ON handoff_attestation (referral_id, recipient_id);             -- serves: the contact's page
CREATE INDEX handoff_attestation_by_recipient ON handoff_attestation (recipient_id, completed_on, consent_id); -- serves: a prosecutor's list
