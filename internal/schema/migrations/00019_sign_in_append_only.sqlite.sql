-- +goose Up
-- What happened is never edited or removed.
-- +goose StatementBegin
CREATE TRIGGER identity_hold_no_update BEFORE UPDATE ON identity_hold BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_hold_no_delete BEFORE DELETE ON identity_hold BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_binding_no_update BEFORE UPDATE ON identity_binding BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_binding_no_delete BEFORE DELETE ON identity_binding BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_setting_no_update BEFORE UPDATE ON identity_setting BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_setting_no_delete BEFORE DELETE ON identity_setting BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_request_no_update BEFORE UPDATE ON identity_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_request_no_delete BEFORE DELETE ON identity_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_answer_no_update BEFORE UPDATE ON identity_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_answer_no_delete BEFORE DELETE ON identity_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_device_no_update BEFORE UPDATE ON identity_device BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_device_no_delete BEFORE DELETE ON identity_device BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_challenge_used_no_update BEFORE UPDATE ON identity_challenge_used BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_challenge_used_no_delete BEFORE DELETE ON identity_challenge_used BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
