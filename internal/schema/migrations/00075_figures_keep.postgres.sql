-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER partnership_set_keep BEFORE UPDATE OR DELETE ON partnership_set FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_cost_keep BEFORE UPDATE OR DELETE ON partnership_cost FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_public_keep BEFORE UPDATE OR DELETE ON partnership_public FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_course_keep BEFORE UPDATE OR DELETE ON partnership_course FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_training_keep BEFORE UPDATE OR DELETE ON partnership_training FOR EACH ROW EXECUTE FUNCTION append_only();
