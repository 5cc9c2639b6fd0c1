-- +goose Up
-- What happened is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER police_import_no_update BEFORE UPDATE ON police_import BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_no_delete BEFORE DELETE ON police_import BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_request_no_update BEFORE UPDATE ON police_import_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_request_no_delete BEFORE DELETE ON police_import_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_batch_no_update BEFORE UPDATE ON police_import_batch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_batch_no_delete BEFORE DELETE ON police_import_batch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_row_no_update BEFORE UPDATE ON police_import_row BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_import_row_no_delete BEFORE DELETE ON police_import_row BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_outcome_due_no_update BEFORE UPDATE ON police_outcome_due BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_outcome_due_no_delete BEFORE DELETE ON police_outcome_due BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_outcome_no_update BEFORE UPDATE ON police_outcome BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_outcome_no_delete BEFORE DELETE ON police_outcome BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_compliance_run_no_update BEFORE UPDATE ON police_compliance_run BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_compliance_run_no_delete BEFORE DELETE ON police_compliance_run BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_gap_no_update BEFORE UPDATE ON police_gap BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_gap_no_delete BEFORE DELETE ON police_gap BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_no_update BEFORE UPDATE ON identity_connector BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_no_delete BEFORE DELETE ON identity_connector BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_ask_no_update BEFORE UPDATE ON identity_connector_ask BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_ask_no_delete BEFORE DELETE ON identity_connector_ask BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_token_no_update BEFORE UPDATE ON identity_connector_token BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_token_no_delete BEFORE DELETE ON identity_connector_token BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_stop_no_update BEFORE UPDATE ON identity_connector_stop BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_connector_stop_no_delete BEFORE DELETE ON identity_connector_stop BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd

-- Those who were handed over before there was such a list.
INSERT INTO police_outcome_due (contact_id, referral_id, organisation_id, team, due_on)
SELECT r.contact_id, r.referral_id, a.organisation_id, c.team, date(substr(r.made_at, 1, 10), '+' || r.window_days || ' days')
FROM handoff_referral r JOIN police_contact c ON c.contact_id = r.contact_id JOIN identity_account a ON a.account_id = c.officer_id WHERE c.door = 'arrest_diversion';

-- An outcome is finalised on a live word alone (R47): that an intake was
-- completed, about this contact, to the force of whoever finalises. And it is
-- finalised or opened again in turn.
-- +goose StatementBegin
CREATE TRIGGER police_outcome_in_turn BEFORE INSERT ON police_outcome
WHEN NEW.kind = COALESCE((SELECT o.kind FROM police_outcome o WHERE o.contact_id = NEW.contact_id ORDER BY o.version DESC LIMIT 1), 'opened')
BEGIN SELECT RAISE(ABORT, 'outcome stands so already'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_outcome_stands BEFORE INSERT ON police_outcome
WHEN NEW.kind = 'finalised' AND NOT EXISTS (
	SELECT 1 FROM handoff_attestation a JOIN handoff_referral r ON r.referral_id = a.referral_id JOIN identity_account w ON w.account_id = NEW.recorded_by
	WHERE a.consent_id = NEW.consent_id AND r.contact_id = NEW.contact_id AND a.recipient_id = w.organisation_id
	AND a.completed AND a.completed_on = NEW.completed_on AND a.until_on >= substr(NEW.recorded_at, 1, 10)
	AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal x WHERE x.consent_id = a.consent_id))
BEGIN SELECT RAISE(ABORT, 'no live word that the intake was completed'); END;
-- +goose StatementEnd
