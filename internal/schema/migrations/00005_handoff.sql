-- +goose Up
-- The bridge. A referral carries what the person agreed to pass on and nothing
-- more (R19). Police write it; care reads it without contact_id or officer_id.
CREATE TABLE handoff_referral (
	referral_id    TEXT PRIMARY KEY,
	contact_id     TEXT NOT NULL UNIQUE,
	officer_id     TEXT NOT NULL,
	reference      TEXT NOT NULL,
	door           TEXT NOT NULL,
	letter         TEXT NOT NULL, -- name, how to find them, what helps: sealed so that only care opens it
	meeting        TEXT NOT NULL CHECK (meeting IN ('here_now', 'meet_at', 'find_later')),
	may_tell       BOOLEAN NOT NULL, -- the person agreed that the officer may hear that they met
	needs_approval BOOLEAN NOT NULL, -- a referral is not an approval (R6)
	policy_version BIGINT NOT NULL REFERENCES reference_policy (policy_version),
	window_days    BIGINT NOT NULL,
	made_at        TEXT NOT NULL
);
CREATE INDEX handoff_referral_by_time ON handoff_referral (made_at); -- serves: hand-offs waiting, oldest first

-- A copy of the letter that police can open, only until their sergeant decides.
CREATE TABLE handoff_to_approve (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	letter      TEXT NOT NULL
);

CREATE TABLE handoff_approval (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	approved    BOOLEAN NOT NULL,
	reason      TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at TEXT NOT NULL
);

-- The call-out log (R13): who was called, who came, what came of it. Times are
-- measured and nothing is punished (R12).
CREATE TABLE handoff_event (
	event_id    TEXT PRIMARY KEY,
	referral_id TEXT NOT NULL REFERENCES handoff_referral (referral_id),
	kind        TEXT NOT NULL CHECK (kind IN ('called', 'accepted', 'arrived', 'met', 'phone_met', 'arranged', 'not_found', 'may_tell', 'tell_no_more', 'officer_corrected')),
	words       TEXT NOT NULL,
	happened_at TEXT NOT NULL,
	recorded_by TEXT NOT NULL,
	recorded_at TEXT NOT NULL
);
CREATE INDEX handoff_event_by_referral ON handoff_event (referral_id, event_id); -- serves: one call-out, in order
-- One person accepts; the second who tries is told who came first.
CREATE UNIQUE INDEX handoff_event_accepted_once ON handoff_event (referral_id) WHERE kind = 'accepted';

-- Waiting hand-offs: a row while nobody has accepted. Kept so that the on-call
-- screen does not walk through years of referrals.
CREATE TABLE handoff_waiting (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	since       TEXT NOT NULL
);

-- The only word that ever comes back to the police: they met, and only where
-- the person agreed to it (R15, R34). No row means "not met yet", whatever the
-- cause, so that silence says nothing.
CREATE TABLE handoff_told (
	referral_id TEXT PRIMARY KEY REFERENCES handoff_referral (referral_id),
	met_on      TEXT NOT NULL
);

-- Who answers the phone now. The latest row counts.
CREATE TABLE handoff_on_call (
	turn_id   TEXT PRIMARY KEY,
	worker_id TEXT NOT NULL,
	name      TEXT NOT NULL,
	phone     TEXT NOT NULL,
	set_by    TEXT NOT NULL,
	set_at    TEXT NOT NULL
);
