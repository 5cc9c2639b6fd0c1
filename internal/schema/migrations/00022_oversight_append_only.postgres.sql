-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER handoff_request_keep BEFORE UPDATE OR DELETE ON handoff_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_request_step_keep BEFORE UPDATE OR DELETE ON handoff_request_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_keeping_keep BEFORE UPDATE OR DELETE ON handoff_keeping FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER oversight_glass_review_keep BEFORE UPDATE OR DELETE ON oversight_glass_review FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER oversight_legal_keep BEFORE UPDATE OR DELETE ON oversight_legal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER oversight_breach_keep BEFORE UPDATE OR DELETE ON oversight_breach FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_glass_keep BEFORE UPDATE OR DELETE ON care_glass FOR EACH ROW EXECUTE FUNCTION append_only();
