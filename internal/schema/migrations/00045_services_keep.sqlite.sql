-- +goose Up
-- Who changed and who verified an entry of the directory is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER reference_service_version_no_update BEFORE UPDATE ON reference_service_version BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_service_version_no_delete BEFORE DELETE ON reference_service_version BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_service_check_no_update BEFORE UPDATE ON reference_service_check BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_service_check_no_delete BEFORE DELETE ON reference_service_check BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
