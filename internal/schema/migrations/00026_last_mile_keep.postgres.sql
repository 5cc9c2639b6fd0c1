-- +goose Up
-- That words were let go is never edited or removed (R2).
CREATE TRIGGER handoff_let_go_keep BEFORE UPDATE OR DELETE ON handoff_let_go FOR EACH ROW EXECUTE FUNCTION append_only();
