-- +goose Up
-- Who covered for whom, what was talked about and what happened is never edited or
-- removed: a new version or a further step says what changed (R2).
CREATE TRIGGER care_moved_keep BEFORE UPDATE OR DELETE ON care_moved FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_moved_told_keep BEFORE UPDATE OR DELETE ON care_moved_told FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_cover_keep BEFORE UPDATE OR DELETE ON care_cover FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_cover_end_keep BEFORE UPDATE OR DELETE ON care_cover_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_supervision_keep BEFORE UPDATE OR DELETE ON care_supervision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_incident_keep BEFORE UPDATE OR DELETE ON care_incident FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_incident_step_keep BEFORE UPDATE OR DELETE ON care_incident_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_safety_plan_keep BEFORE UPDATE OR DELETE ON care_safety_plan FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_naloxone_keep BEFORE UPDATE OR DELETE ON care_naloxone FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_alert_keep BEFORE UPDATE OR DELETE ON care_alert FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_alert_seen_keep BEFORE UPDATE OR DELETE ON care_alert_seen FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_alert_end_keep BEFORE UPDATE OR DELETE ON care_alert_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_concern_keep BEFORE UPDATE OR DELETE ON care_concern FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_concern_step_keep BEFORE UPDATE OR DELETE ON care_concern_step FOR EACH ROW EXECUTE FUNCTION append_only();
