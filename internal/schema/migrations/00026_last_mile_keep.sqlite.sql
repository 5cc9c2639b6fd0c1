-- +goose Up
-- That words were let go is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER handoff_let_go_no_update BEFORE UPDATE ON handoff_let_go BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_let_go_no_delete BEFORE DELETE ON handoff_let_go BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
