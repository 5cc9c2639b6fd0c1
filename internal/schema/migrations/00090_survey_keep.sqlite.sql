-- +goose Up
-- Which rounds there were and what came of them is never edited.
-- +goose StatementBegin
CREATE TRIGGER partnership_survey_round_no_update BEFORE UPDATE ON partnership_survey_round BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_survey_round_no_delete BEFORE DELETE ON partnership_survey_round BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_survey_result_no_update BEFORE UPDATE ON partnership_survey_result BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_survey_result_no_delete BEFORE DELETE ON partnership_survey_result BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
