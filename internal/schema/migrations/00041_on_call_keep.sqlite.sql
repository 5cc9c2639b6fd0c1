-- +goose Up
-- Who was on call, who was told and what was sent is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER handoff_shift_no_update BEFORE UPDATE ON handoff_shift BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_shift_no_delete BEFORE DELETE ON handoff_shift BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_shift_off_no_update BEFORE UPDATE ON handoff_shift_off BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_shift_off_no_delete BEFORE DELETE ON handoff_shift_off BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_on_call_back_no_update BEFORE UPDATE ON handoff_on_call_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_on_call_back_no_delete BEFORE DELETE ON handoff_on_call_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_no_answer_no_update BEFORE UPDATE ON handoff_no_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_no_answer_no_delete BEFORE DELETE ON handoff_no_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_step_no_update BEFORE UPDATE ON handoff_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_step_no_delete BEFORE DELETE ON handoff_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_missed_no_update BEFORE UPDATE ON handoff_missed BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_missed_no_delete BEFORE DELETE ON handoff_missed BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_missed_end_no_update BEFORE UPDATE ON handoff_missed_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_missed_end_no_delete BEFORE DELETE ON handoff_missed_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_estimate_no_update BEFORE UPDATE ON handoff_estimate BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_estimate_no_delete BEFORE DELETE ON handoff_estimate BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_notice_no_update BEFORE UPDATE ON handoff_notice BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_notice_no_delete BEFORE DELETE ON handoff_notice BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_quiet_no_update BEFORE UPDATE ON identity_quiet BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_quiet_no_delete BEFORE DELETE ON identity_quiet BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_notified_no_update BEFORE UPDATE ON identity_notified BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_notified_no_delete BEFORE DELETE ON identity_notified BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_sending_try_no_update BEFORE UPDATE ON identity_sending_try BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER identity_sending_try_no_delete BEFORE DELETE ON identity_sending_try BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
