-- +goose Up
-- What was recorded about a month, a paper, a questionnaire or its licence is never
-- edited or removed (R2). What a paper holds can be taken away, never changed.
-- +goose StatementBegin
CREATE TRIGGER care_month_no_update BEFORE UPDATE ON care_month BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_month_no_delete BEFORE DELETE ON care_month BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_document_no_update BEFORE UPDATE ON care_document BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_document_no_delete BEFORE DELETE ON care_document BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_document_step_no_update BEFORE UPDATE ON care_document_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_document_step_no_delete BEFORE DELETE ON care_document_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_instrument_no_update BEFORE UPDATE ON reference_instrument BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_instrument_no_delete BEFORE DELETE ON reference_instrument BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_instrument_licence_no_update BEFORE UPDATE ON reference_instrument_licence BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_instrument_licence_no_delete BEFORE DELETE ON reference_instrument_licence BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_answered_no_update BEFORE UPDATE ON care_answered BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_answered_no_delete BEFORE DELETE ON care_answered BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_answered_mistake_no_update BEFORE UPDATE ON care_answered_mistake BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_answered_mistake_no_delete BEFORE DELETE ON care_answered_mistake BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_document_part_no_update BEFORE UPDATE ON care_document_part BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
