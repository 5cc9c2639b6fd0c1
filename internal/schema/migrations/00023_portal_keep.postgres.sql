-- +goose Up
-- Codes and how they ended are never edited or removed.
CREATE TRIGGER portal_code_keep BEFORE UPDATE OR DELETE ON portal_code FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER portal_code_end_keep BEFORE UPDATE OR DELETE ON portal_code_end FOR EACH ROW EXECUTE FUNCTION append_only();
