-- +goose Up
-- Which rounds there were and what came of them is never edited.
CREATE TRIGGER partnership_survey_round_keep BEFORE UPDATE OR DELETE ON partnership_survey_round FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_survey_result_keep BEFORE UPDATE OR DELETE ON partnership_survey_result FOR EACH ROW EXECUTE FUNCTION append_only();
