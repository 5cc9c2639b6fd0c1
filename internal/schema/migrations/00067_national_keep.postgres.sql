-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER partnership_national_keep BEFORE UPDATE OR DELETE ON partnership_national FOR EACH ROW EXECUTE FUNCTION append_only();
