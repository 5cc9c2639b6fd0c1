-- +goose Up
-- What happened is never edited or removed (R2).
CREATE TRIGGER police_import_keep BEFORE UPDATE OR DELETE ON police_import FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_import_request_keep BEFORE UPDATE OR DELETE ON police_import_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_import_batch_keep BEFORE UPDATE OR DELETE ON police_import_batch FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_import_row_keep BEFORE UPDATE OR DELETE ON police_import_row FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_outcome_due_keep BEFORE UPDATE OR DELETE ON police_outcome_due FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_outcome_keep BEFORE UPDATE OR DELETE ON police_outcome FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_compliance_run_keep BEFORE UPDATE OR DELETE ON police_compliance_run FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_gap_keep BEFORE UPDATE OR DELETE ON police_gap FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_connector_keep BEFORE UPDATE OR DELETE ON identity_connector FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_connector_ask_keep BEFORE UPDATE OR DELETE ON identity_connector_ask FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_connector_token_keep BEFORE UPDATE OR DELETE ON identity_connector_token FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_connector_stop_keep BEFORE UPDATE OR DELETE ON identity_connector_stop FOR EACH ROW EXECUTE FUNCTION append_only();

-- Those who were handed over before there was such a list.
INSERT INTO police_outcome_due (contact_id, referral_id, organisation_id, team, due_on)
SELECT r.contact_id, r.referral_id, a.organisation_id, c.team, to_char(substr(r.made_at, 1, 10)::date + r.window_days::int, 'YYYY-MM-DD')
FROM handoff_referral r JOIN police_contact c ON c.contact_id = r.contact_id JOIN identity_account a ON a.account_id = c.officer_id WHERE c.door = 'arrest_diversion';

-- An outcome is finalised on a live word alone (R47): that an intake was
-- completed, about this contact, to the force of whoever finalises. And it is
-- finalised or opened again in turn.
-- +goose StatementBegin
CREATE FUNCTION outcome_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.kind = COALESCE((SELECT o.kind FROM police_outcome o WHERE o.contact_id = NEW.contact_id ORDER BY o.version DESC LIMIT 1), 'opened') THEN
		RAISE EXCEPTION 'outcome stands so already';
	END IF;
	IF NEW.kind = 'finalised' AND NOT EXISTS (
		SELECT 1 FROM handoff_attestation a JOIN handoff_referral r ON r.referral_id = a.referral_id JOIN identity_account w ON w.account_id = NEW.recorded_by
		WHERE a.consent_id = NEW.consent_id AND r.contact_id = NEW.contact_id AND a.recipient_id = w.organisation_id
		AND a.completed AND a.completed_on = NEW.completed_on AND a.until_on >= substr(NEW.recorded_at, 1, 10)
		AND NOT EXISTS (SELECT 1 FROM handoff_withdrawal x WHERE x.consent_id = a.consent_id)) THEN
		RAISE EXCEPTION 'no live word that the intake was completed';
	END IF;
	RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER police_outcome_stands BEFORE INSERT ON police_outcome FOR EACH ROW EXECUTE FUNCTION outcome_stands();
