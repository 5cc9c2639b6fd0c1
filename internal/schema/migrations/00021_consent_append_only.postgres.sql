-- +goose Up
-- A yes, a yes taken back and what crossed are never edited or removed (R2).
CREATE TRIGGER care_outside_keep BEFORE UPDATE OR DELETE ON care_outside FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_consent_keep BEFORE UPDATE OR DELETE ON care_consent FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_withdrawal_keep BEFORE UPDATE OR DELETE ON handoff_withdrawal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_disclosure_keep BEFORE UPDATE OR DELETE ON care_disclosure FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_disclosure_topic_keep BEFORE UPDATE OR DELETE ON care_disclosure_topic FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_disclosure_step_keep BEFORE UPDATE OR DELETE ON care_disclosure_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_disclosure_keep BEFORE UPDATE OR DELETE ON handoff_disclosure FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_disclosure_topic_keep BEFORE UPDATE OR DELETE ON handoff_disclosure_topic FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_link_keep BEFORE UPDATE OR DELETE ON handoff_link FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_read_keep BEFORE UPDATE OR DELETE ON handoff_read FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_attestation_keep BEFORE UPDATE OR DELETE ON handoff_attestation FOR EACH ROW EXECUTE FUNCTION append_only();
