-- +goose Up
-- What was recorded of legal matters, letters, decisions, appointments and
-- reminders is never edited or removed (R2).
CREATE TRIGGER care_legal_keep BEFORE UPDATE OR DELETE ON care_legal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_letter_keep BEFORE UPDATE OR DELETE ON care_letter FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_letter_stop_keep BEFORE UPDATE OR DELETE ON care_letter_stop FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_matter_keep BEFORE UPDATE OR DELETE ON handoff_matter FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_matter_decision_keep BEFORE UPDATE OR DELETE ON handoff_matter_decision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_appointment_keep BEFORE UPDATE OR DELETE ON care_appointment FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_calendar_feed_keep BEFORE UPDATE OR DELETE ON care_calendar_feed FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_calendar_feed_end_keep BEFORE UPDATE OR DELETE ON care_calendar_feed_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_calendar_feed_read_keep BEFORE UPDATE OR DELETE ON care_calendar_feed_read FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_reminder_wish_keep BEFORE UPDATE OR DELETE ON care_reminder_wish FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_reminder_keep BEFORE UPDATE OR DELETE ON care_reminder FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_reminder_answer_keep BEFORE UPDATE OR DELETE ON care_reminder_answer FOR EACH ROW EXECUTE FUNCTION append_only();
