-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER partnership_pack_keep BEFORE UPDATE OR DELETE ON partnership_pack FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_pack_copy_keep BEFORE UPDATE OR DELETE ON partnership_pack_copy FOR EACH ROW EXECUTE FUNCTION append_only();
