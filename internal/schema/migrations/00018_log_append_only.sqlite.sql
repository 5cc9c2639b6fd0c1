-- +goose Up
-- The log is never edited. Whom an entry was about may be removed, but only
-- after the removal is declared.
-- +goose StatementBegin
CREATE TRIGGER ledger_log_no_update BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_log_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_opening_no_update BEFORE UPDATE ON ledger_subject BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_opening_declared BEFORE DELETE ON ledger_subject
WHEN NOT EXISTS (SELECT 1 FROM ledger_erased x WHERE x.seq = OLD.seq AND x.place = OLD.place)
BEGIN SELECT RAISE(ABORT, 'declare the removal first'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_erased_no_update BEFORE UPDATE ON ledger_erased BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_erased_no_delete BEFORE DELETE ON ledger_erased BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_checkpoint_no_update BEFORE UPDATE ON ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_checkpoint_no_delete BEFORE DELETE ON ledger_checkpoint BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
