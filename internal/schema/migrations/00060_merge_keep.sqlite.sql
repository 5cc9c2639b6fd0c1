-- +goose Up
-- That records were said to be of one person, agreed and undone is never edited
-- or removed (R58).
-- +goose StatementBegin
CREATE TRIGGER care_merge_no_update BEFORE UPDATE ON care_merge BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_merge_no_delete BEFORE DELETE ON care_merge BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_merge_step_no_update BEFORE UPDATE ON care_merge_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_merge_step_no_delete BEFORE DELETE ON care_merge_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
