-- +goose Up
-- What was drafted, said, decided and moved is never edited or removed (R2, R7).
CREATE TRIGGER partnership_draft_keep BEFORE UPDATE OR DELETE ON partnership_draft FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_draft_wording_keep BEFORE UPDATE OR DELETE ON partnership_draft_wording FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_draft_step_keep BEFORE UPDATE OR DELETE ON partnership_draft_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_comment_keep BEFORE UPDATE OR DELETE ON partnership_comment FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_answer_keep BEFORE UPDATE OR DELETE ON partnership_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_trial_keep BEFORE UPDATE OR DELETE ON partnership_trial FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_decision_keep BEFORE UPDATE OR DELETE ON partnership_decision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_voice_keep BEFORE UPDATE OR DELETE ON partnership_voice FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_decision_second_keep BEFORE UPDATE OR DELETE ON partnership_decision_second FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_judged_keep BEFORE UPDATE OR DELETE ON handoff_judged FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_judged_group_keep BEFORE UPDATE OR DELETE ON handoff_judged_group FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_moved_keep BEFORE UPDATE OR DELETE ON handoff_moved FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_from_keep BEFORE UPDATE OR DELETE ON handoff_from FOR EACH ROW EXECUTE FUNCTION append_only();
