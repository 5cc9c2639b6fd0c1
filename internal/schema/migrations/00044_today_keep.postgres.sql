-- +goose Up
-- What was promised, taken back or told is never edited or removed (R2).
CREATE TRIGGER care_promise_keep BEFORE UPDATE OR DELETE ON care_promise FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_promise_end_keep BEFORE UPDATE OR DELETE ON care_promise_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_note_undone_keep BEFORE UPDATE OR DELETE ON care_note_undone FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_about_keep BEFORE UPDATE OR DELETE ON care_about FOR EACH ROW EXECUTE FUNCTION append_only();
