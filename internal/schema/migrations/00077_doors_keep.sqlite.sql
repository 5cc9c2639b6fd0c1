-- +goose Up
-- Which doors were open, what came in and what became of it is never edited.
-- +goose StatementBegin
CREATE TRIGGER handoff_door_no_update BEFORE UPDATE ON handoff_door BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_door_no_delete BEFORE DELETE ON handoff_door BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_community_no_update BEFORE UPDATE ON handoff_community BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_community_no_delete BEFORE DELETE ON handoff_community BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_community_step_no_update BEFORE UPDATE ON handoff_community_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_community_step_no_delete BEFORE DELETE ON handoff_community_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_complaint_no_update BEFORE UPDATE ON handoff_complaint BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_complaint_no_delete BEFORE DELETE ON handoff_complaint BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_complaint_step_no_update BEFORE UPDATE ON handoff_complaint_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_complaint_step_no_delete BEFORE DELETE ON handoff_complaint_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_feedback_answer_no_update BEFORE UPDATE ON partnership_feedback_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_feedback_answer_no_delete BEFORE DELETE ON partnership_feedback_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
