-- +goose Up
-- What was said, agreed, attended, asked for or paid is never edited or removed (R2).
CREATE TRIGGER partnership_meeting_keep BEFORE UPDATE OR DELETE ON partnership_meeting FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_plan_keep BEFORE UPDATE OR DELETE ON partnership_meeting_plan FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_word_keep BEFORE UPDATE OR DELETE ON partnership_meeting_word FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_attendance_keep BEFORE UPDATE OR DELETE ON partnership_meeting_attendance FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_topic_keep BEFORE UPDATE OR DELETE ON partnership_meeting_topic FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_copy_keep BEFORE UPDATE OR DELETE ON partnership_meeting_copy FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_copy_item_keep BEFORE UPDATE OR DELETE ON partnership_meeting_copy_item FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_meeting_copy_back_keep BEFORE UPDATE OR DELETE ON partnership_meeting_copy_back FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_meeting_item_keep BEFORE UPDATE OR DELETE ON handoff_meeting_item FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_meeting_part_keep BEFORE UPDATE OR DELETE ON handoff_meeting_part FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_meeting_off_keep BEFORE UPDATE OR DELETE ON handoff_meeting_off FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_meeting_line_keep BEFORE UPDATE OR DELETE ON handoff_meeting_line FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_meeting_line_done_keep BEFORE UPDATE OR DELETE ON handoff_meeting_line_done FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_proposal_keep BEFORE UPDATE OR DELETE ON partnership_proposal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_proposal_answer_keep BEFORE UPDATE OR DELETE ON partnership_proposal_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_involvement_keep BEFORE UPDATE OR DELETE ON partnership_involvement FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_payment_keep BEFORE UPDATE OR DELETE ON partnership_payment FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_payment_step_keep BEFORE UPDATE OR DELETE ON partnership_payment_step FOR EACH ROW EXECUTE FUNCTION append_only();
