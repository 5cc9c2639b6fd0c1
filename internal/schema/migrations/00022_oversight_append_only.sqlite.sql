-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER handoff_request_no_update BEFORE UPDATE ON handoff_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_no_delete BEFORE DELETE ON handoff_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_step_no_update BEFORE UPDATE ON handoff_request_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_step_no_delete BEFORE DELETE ON handoff_request_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
