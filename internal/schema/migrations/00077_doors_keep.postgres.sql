-- +goose Up
-- Which doors were open, what came in and what became of it is never edited.
CREATE TRIGGER handoff_door_keep BEFORE UPDATE OR DELETE ON handoff_door FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_community_keep BEFORE UPDATE OR DELETE ON handoff_community FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_community_step_keep BEFORE UPDATE OR DELETE ON handoff_community_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_complaint_keep BEFORE UPDATE OR DELETE ON handoff_complaint FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_complaint_step_keep BEFORE UPDATE OR DELETE ON handoff_complaint_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_feedback_answer_keep BEFORE UPDATE OR DELETE ON partnership_feedback_answer FOR EACH ROW EXECUTE FUNCTION append_only();
