-- +goose Up
-- How an area began and what was said of its fidelity is never edited or removed.
-- +goose StatementBegin
CREATE TRIGGER reference_start_answer_no_update BEFORE UPDATE ON reference_start_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_start_answer_no_delete BEFORE DELETE ON reference_start_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_start_launch_no_update BEFORE UPDATE ON reference_start_launch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_start_launch_no_delete BEFORE DELETE ON reference_start_launch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_round_no_update BEFORE UPDATE ON partnership_fidelity_round BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_round_no_delete BEFORE DELETE ON partnership_fidelity_round BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_answer_no_update BEFORE UPDATE ON partnership_fidelity_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_answer_no_delete BEFORE DELETE ON partnership_fidelity_answer BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_end_no_update BEFORE UPDATE ON partnership_fidelity_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_end_no_delete BEFORE DELETE ON partnership_fidelity_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_action_no_update BEFORE UPDATE ON partnership_fidelity_action BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_action_no_delete BEFORE DELETE ON partnership_fidelity_action BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_done_no_update BEFORE UPDATE ON partnership_fidelity_done BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_fidelity_done_no_delete BEFORE DELETE ON partnership_fidelity_done BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
