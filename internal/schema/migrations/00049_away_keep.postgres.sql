-- +goose Up
-- Who took whom along, and what came of it, is never edited or removed (R2).
CREATE TRIGGER care_away_lease_keep BEFORE UPDATE OR DELETE ON care_away_lease FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_away_person_keep BEFORE UPDATE OR DELETE ON care_away_person FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_away_end_keep BEFORE UPDATE OR DELETE ON care_away_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_away_note_keep BEFORE UPDATE OR DELETE ON care_away_note FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_away_held_keep BEFORE UPDATE OR DELETE ON care_away_held FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_away_settled_keep BEFORE UPDATE OR DELETE ON care_away_settled FOR EACH ROW EXECUTE FUNCTION append_only();
