-- +goose Up
-- What came in, what was taken back and how things were settled is never edited.
-- +goose StatementBegin
CREATE TRIGGER police_arrival_no_update BEFORE UPDATE ON police_arrival BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_arrival_no_delete BEFORE DELETE ON police_arrival BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_undone_no_update BEFORE UPDATE ON police_undone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_undone_no_delete BEFORE DELETE ON police_undone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_taken_back_no_update BEFORE UPDATE ON handoff_taken_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_taken_back_no_delete BEFORE DELETE ON handoff_taken_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_held_no_update BEFORE UPDATE ON police_held BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_held_no_delete BEFORE DELETE ON police_held BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_held_end_no_update BEFORE UPDATE ON police_held_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_held_end_no_delete BEFORE DELETE ON police_held_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
