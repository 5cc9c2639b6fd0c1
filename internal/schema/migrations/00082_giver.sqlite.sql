-- +goose Up
-- Whose word an intake's completion and a card are, in rows from before that was
-- kept: the organisation of the team that walks with the person. Where that cannot be
-- said it stays empty, and nothing of the row is read: an empty giver is nobody.
DROP TRIGGER handoff_attestation_no_update;
UPDATE handoff_attestation SET giver_id = COALESCE((SELECT MIN(w.organisation_id) FROM care_now n
	JOIN identity_account w ON w.side = 'care' AND w.team = n.team WHERE n.participant_id = handoff_attestation.participant_id), '')
WHERE giver_id = '';
-- +goose StatementBegin
CREATE TRIGGER handoff_attestation_no_update BEFORE UPDATE ON handoff_attestation BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
DROP TRIGGER handoff_known_no_update;
UPDATE handoff_known SET giver_id = COALESCE((SELECT MIN(w.organisation_id) FROM care_now n
	JOIN identity_account w ON w.side = 'care' AND w.team = n.team WHERE n.participant_id = handoff_known.participant_id), '')
WHERE giver_id = '';
-- +goose StatementBegin
CREATE TRIGGER handoff_known_no_update BEFORE UPDATE ON handoff_known BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
