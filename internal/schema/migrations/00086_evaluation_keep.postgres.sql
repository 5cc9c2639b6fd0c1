-- +goose Up
-- What was planned, asked for and published is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER evidence_plan_keep BEFORE UPDATE OR DELETE ON evidence_plan FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_report_keep BEFORE UPDATE OR DELETE ON evidence_report FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_report_end_keep BEFORE UPDATE OR DELETE ON evidence_report_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_report_release_keep BEFORE UPDATE OR DELETE ON evidence_report_release FOR EACH ROW EXECUTE FUNCTION append_only();
