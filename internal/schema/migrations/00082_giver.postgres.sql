-- +goose Up
-- Whose word an intake's completion and a card are, in rows from before that was
-- kept: the organisation of the team that walks with the person. Where that cannot be
-- said it stays empty, and nothing of the row is read: an empty giver is nobody.
ALTER TABLE handoff_attestation DISABLE TRIGGER handoff_attestation_keep;
UPDATE handoff_attestation SET giver_id = COALESCE((SELECT MIN(w.organisation_id) FROM care_now n
	JOIN identity_account w ON w.side = 'care' AND w.team = n.team WHERE n.participant_id = handoff_attestation.participant_id), '')
WHERE giver_id = '';
ALTER TABLE handoff_attestation ENABLE TRIGGER handoff_attestation_keep;
ALTER TABLE handoff_known DISABLE TRIGGER handoff_known_keep;
UPDATE handoff_known SET giver_id = COALESCE((SELECT MIN(w.organisation_id) FROM care_now n
	JOIN identity_account w ON w.side = 'care' AND w.team = n.team WHERE n.participant_id = handoff_known.participant_id), '')
WHERE giver_id = '';
ALTER TABLE handoff_known ENABLE TRIGGER handoff_known_keep;
