-- +goose Up
-- Codes and how they ended are never edited or removed.
-- +goose StatementBegin
CREATE TRIGGER portal_code_no_update BEFORE UPDATE ON portal_code BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER portal_code_no_delete BEFORE DELETE ON portal_code BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER portal_code_end_no_update BEFORE UPDATE ON portal_code_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER portal_code_end_no_delete BEFORE DELETE ON portal_code_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
