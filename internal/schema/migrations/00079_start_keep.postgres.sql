-- +goose Up
-- How an area began and what was said of its fidelity is never edited or removed.
CREATE TRIGGER reference_start_answer_keep BEFORE UPDATE OR DELETE ON reference_start_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_start_launch_keep BEFORE UPDATE OR DELETE ON reference_start_launch FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_fidelity_round_keep BEFORE UPDATE OR DELETE ON partnership_fidelity_round FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_fidelity_answer_keep BEFORE UPDATE OR DELETE ON partnership_fidelity_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_fidelity_end_keep BEFORE UPDATE OR DELETE ON partnership_fidelity_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_fidelity_action_keep BEFORE UPDATE OR DELETE ON partnership_fidelity_action FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_fidelity_done_keep BEFORE UPDATE OR DELETE ON partnership_fidelity_done FOR EACH ROW EXECUTE FUNCTION append_only();
