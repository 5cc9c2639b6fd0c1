-- +goose Up
-- What was recorded of legal matters, letters, decisions, appointments and
-- reminders is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER care_legal_no_update BEFORE UPDATE ON care_legal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_legal_no_delete BEFORE DELETE ON care_legal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_letter_no_update BEFORE UPDATE ON care_letter BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_letter_no_delete BEFORE DELETE ON care_letter BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_letter_stop_no_update BEFORE UPDATE ON care_letter_stop BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_letter_stop_no_delete BEFORE DELETE ON care_letter_stop BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_matter_no_update BEFORE UPDATE ON handoff_matter BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_matter_no_delete BEFORE DELETE ON handoff_matter BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_matter_decision_no_update BEFORE UPDATE ON handoff_matter_decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_matter_decision_no_delete BEFORE DELETE ON handoff_matter_decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_appointment_no_update BEFORE UPDATE ON care_appointment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_appointment_no_delete BEFORE DELETE ON care_appointment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_no_update BEFORE UPDATE ON care_calendar_feed BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_no_delete BEFORE DELETE ON care_calendar_feed BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_end_no_update BEFORE UPDATE ON care_calendar_feed_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_end_no_delete BEFORE DELETE ON care_calendar_feed_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_read_no_update BEFORE UPDATE ON care_calendar_feed_read BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_calendar_feed_read_no_delete BEFORE DELETE ON care_calendar_feed_read BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_wish_no_update BEFORE UPDATE ON care_reminder_wish BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_wish_no_delete BEFORE DELETE ON care_reminder_wish BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_no_update BEFORE UPDATE ON care_reminder BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_no_delete BEFORE DELETE ON care_reminder BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_answer_no_update BEFORE UPDATE ON care_reminder_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_reminder_answer_no_delete BEFORE DELETE ON care_reminder_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
