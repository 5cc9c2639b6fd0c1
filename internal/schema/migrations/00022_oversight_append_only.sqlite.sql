-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER handoff_request_no_update BEFORE UPDATE ON handoff_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_no_delete BEFORE DELETE ON handoff_request BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_step_no_update BEFORE UPDATE ON handoff_request_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_request_step_no_delete BEFORE DELETE ON handoff_request_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_keeping_no_update BEFORE UPDATE ON handoff_keeping BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_keeping_no_delete BEFORE DELETE ON handoff_keeping BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_glass_review_no_update BEFORE UPDATE ON oversight_glass_review BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_glass_review_no_delete BEFORE DELETE ON oversight_glass_review BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_legal_no_update BEFORE UPDATE ON oversight_legal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_legal_no_delete BEFORE DELETE ON oversight_legal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_breach_no_update BEFORE UPDATE ON oversight_breach BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER oversight_breach_no_delete BEFORE DELETE ON oversight_breach BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_glass_no_update BEFORE UPDATE ON care_glass BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_glass_no_delete BEFORE DELETE ON care_glass BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
