-- +goose Up
-- What was planned, asked for and published is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER evidence_plan_no_update BEFORE UPDATE ON evidence_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_plan_no_delete BEFORE DELETE ON evidence_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_no_update BEFORE UPDATE ON evidence_report BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_no_delete BEFORE DELETE ON evidence_report BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_end_no_update BEFORE UPDATE ON evidence_report_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_end_no_delete BEFORE DELETE ON evidence_report_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_release_no_update BEFORE UPDATE ON evidence_report_release BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_report_release_no_delete BEFORE DELETE ON evidence_report_release BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
