-- +goose Up
-- What was promised, taken back or told is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER care_promise_no_update BEFORE UPDATE ON care_promise BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_promise_no_delete BEFORE DELETE ON care_promise BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_promise_end_no_update BEFORE UPDATE ON care_promise_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_promise_end_no_delete BEFORE DELETE ON care_promise_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_note_undone_no_update BEFORE UPDATE ON care_note_undone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_note_undone_no_delete BEFORE DELETE ON care_note_undone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_about_no_update BEFORE UPDATE ON care_about BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_about_no_delete BEFORE DELETE ON care_about BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
