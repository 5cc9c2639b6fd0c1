-- +goose Up
-- What was said, agreed, attended, asked for or paid is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_no_update BEFORE UPDATE ON partnership_meeting BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_no_delete BEFORE DELETE ON partnership_meeting BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_plan_no_update BEFORE UPDATE ON partnership_meeting_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_plan_no_delete BEFORE DELETE ON partnership_meeting_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_word_no_update BEFORE UPDATE ON partnership_meeting_word BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_word_no_delete BEFORE DELETE ON partnership_meeting_word BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_attendance_no_update BEFORE UPDATE ON partnership_meeting_attendance BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_attendance_no_delete BEFORE DELETE ON partnership_meeting_attendance BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_topic_no_update BEFORE UPDATE ON partnership_meeting_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_topic_no_delete BEFORE DELETE ON partnership_meeting_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_no_update BEFORE UPDATE ON partnership_meeting_copy BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_no_delete BEFORE DELETE ON partnership_meeting_copy BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_item_no_update BEFORE UPDATE ON partnership_meeting_copy_item BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_item_no_delete BEFORE DELETE ON partnership_meeting_copy_item BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_back_no_update BEFORE UPDATE ON partnership_meeting_copy_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_meeting_copy_back_no_delete BEFORE DELETE ON partnership_meeting_copy_back BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_item_no_update BEFORE UPDATE ON handoff_meeting_item BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_item_no_delete BEFORE DELETE ON handoff_meeting_item BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_part_no_update BEFORE UPDATE ON handoff_meeting_part BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_part_no_delete BEFORE DELETE ON handoff_meeting_part BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_off_no_update BEFORE UPDATE ON handoff_meeting_off BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_off_no_delete BEFORE DELETE ON handoff_meeting_off BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_line_no_update BEFORE UPDATE ON handoff_meeting_line BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_line_no_delete BEFORE DELETE ON handoff_meeting_line BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_line_done_no_update BEFORE UPDATE ON handoff_meeting_line_done BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_meeting_line_done_no_delete BEFORE DELETE ON handoff_meeting_line_done BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_proposal_no_update BEFORE UPDATE ON partnership_proposal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_proposal_no_delete BEFORE DELETE ON partnership_proposal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_proposal_answer_no_update BEFORE UPDATE ON partnership_proposal_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_proposal_answer_no_delete BEFORE DELETE ON partnership_proposal_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_involvement_no_update BEFORE UPDATE ON partnership_involvement BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_involvement_no_delete BEFORE DELETE ON partnership_involvement BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_payment_no_update BEFORE UPDATE ON partnership_payment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_payment_no_delete BEFORE DELETE ON partnership_payment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_payment_step_no_update BEFORE UPDATE ON partnership_payment_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_payment_step_no_delete BEFORE DELETE ON partnership_payment_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
