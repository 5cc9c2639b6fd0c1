-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER partnership_pack_no_update BEFORE UPDATE ON partnership_pack BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_pack_no_delete BEFORE DELETE ON partnership_pack BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_pack_copy_no_update BEFORE UPDATE ON partnership_pack_copy BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_pack_copy_no_delete BEFORE DELETE ON partnership_pack_copy BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
