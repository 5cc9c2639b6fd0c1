-- +goose Up
-- What came in, what was taken back and how things were settled is never edited.
CREATE TRIGGER police_arrival_keep BEFORE UPDATE OR DELETE ON police_arrival FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_undone_keep BEFORE UPDATE OR DELETE ON police_undone FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_taken_back_keep BEFORE UPDATE OR DELETE ON handoff_taken_back FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_held_keep BEFORE UPDATE OR DELETE ON police_held FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_held_end_keep BEFORE UPDATE OR DELETE ON police_held_end FOR EACH ROW EXECUTE FUNCTION append_only();
