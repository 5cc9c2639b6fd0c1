-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER partnership_national_no_update BEFORE UPDATE ON partnership_national BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_national_no_delete BEFORE DELETE ON partnership_national BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
