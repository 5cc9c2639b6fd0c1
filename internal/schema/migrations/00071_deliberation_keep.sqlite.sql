-- +goose Up
-- What was drafted, said, decided and moved is never edited or removed (R2, R7).
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_no_update BEFORE UPDATE ON partnership_draft BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_no_delete BEFORE DELETE ON partnership_draft BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_wording_no_update BEFORE UPDATE ON partnership_draft_wording BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_wording_no_delete BEFORE DELETE ON partnership_draft_wording BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_step_no_update BEFORE UPDATE ON partnership_draft_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_draft_step_no_delete BEFORE DELETE ON partnership_draft_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_comment_no_update BEFORE UPDATE ON partnership_comment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_comment_no_delete BEFORE DELETE ON partnership_comment BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_answer_no_update BEFORE UPDATE ON partnership_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_answer_no_delete BEFORE DELETE ON partnership_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_trial_no_update BEFORE UPDATE ON partnership_trial BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_trial_no_delete BEFORE DELETE ON partnership_trial BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_decision_no_update BEFORE UPDATE ON partnership_decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_decision_no_delete BEFORE DELETE ON partnership_decision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_voice_no_update BEFORE UPDATE ON partnership_voice BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_voice_no_delete BEFORE DELETE ON partnership_voice BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_decision_second_no_update BEFORE UPDATE ON partnership_decision_second BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_decision_second_no_delete BEFORE DELETE ON partnership_decision_second BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_judged_no_update BEFORE UPDATE ON handoff_judged BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_judged_no_delete BEFORE DELETE ON handoff_judged BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_judged_group_no_update BEFORE UPDATE ON handoff_judged_group BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_judged_group_no_delete BEFORE DELETE ON handoff_judged_group BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_moved_no_update BEFORE UPDATE ON handoff_moved BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_moved_no_delete BEFORE DELETE ON handoff_moved BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_from_no_update BEFORE UPDATE ON handoff_from BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_from_no_delete BEFORE DELETE ON handoff_from BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
