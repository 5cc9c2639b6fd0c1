-- +goose Up
-- That records were said to be of one person, agreed and undone is never edited
-- or removed (R58).
CREATE TRIGGER care_merge_keep BEFORE UPDATE OR DELETE ON care_merge FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_merge_step_keep BEFORE UPDATE OR DELETE ON care_merge_step FOR EACH ROW EXECUTE FUNCTION append_only();
