-- +goose Up
-- Who was on call, who was told and what was sent is never edited or removed (R2).
CREATE TRIGGER handoff_shift_keep BEFORE UPDATE OR DELETE ON handoff_shift FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_shift_off_keep BEFORE UPDATE OR DELETE ON handoff_shift_off FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_on_call_back_keep BEFORE UPDATE OR DELETE ON handoff_on_call_back FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_no_answer_keep BEFORE UPDATE OR DELETE ON handoff_no_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_step_keep BEFORE UPDATE OR DELETE ON handoff_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_missed_keep BEFORE UPDATE OR DELETE ON handoff_missed FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_missed_end_keep BEFORE UPDATE OR DELETE ON handoff_missed_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_estimate_keep BEFORE UPDATE OR DELETE ON handoff_estimate FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_notice_keep BEFORE UPDATE OR DELETE ON handoff_notice FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_quiet_keep BEFORE UPDATE OR DELETE ON identity_quiet FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_notified_keep BEFORE UPDATE OR DELETE ON identity_notified FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_sending_try_keep BEFORE UPDATE OR DELETE ON identity_sending_try FOR EACH ROW EXECUTE FUNCTION append_only();
