-- +goose Up
-- Who changed and verified the directory, and how referrals went, is never edited
-- or removed (R2).
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
-- +goose StatementBegin
CREATE TRIGGER care_warm_no_update BEFORE UPDATE ON care_warm BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_warm_no_delete BEFORE DELETE ON care_warm BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_warm_step_no_update BEFORE UPDATE ON care_warm_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_warm_step_no_delete BEFORE DELETE ON care_warm_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_unmet_no_update BEFORE UPDATE ON care_unmet BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_unmet_no_delete BEFORE DELETE ON care_unmet BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_line_no_update BEFORE UPDATE ON care_fund_line BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_line_no_delete BEFORE DELETE ON care_fund_line BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_request_no_update BEFORE UPDATE ON care_fund_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_request_no_delete BEFORE DELETE ON care_fund_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_step_no_update BEFORE UPDATE ON care_fund_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_fund_step_no_delete BEFORE DELETE ON care_fund_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
