-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER handoff_request_keep BEFORE UPDATE OR DELETE ON handoff_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_request_step_keep BEFORE UPDATE OR DELETE ON handoff_request_step FOR EACH ROW EXECUTE FUNCTION append_only();
