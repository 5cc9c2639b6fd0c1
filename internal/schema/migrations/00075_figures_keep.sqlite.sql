-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER partnership_set_no_update BEFORE UPDATE ON partnership_set BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_set_no_delete BEFORE DELETE ON partnership_set BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_cost_no_update BEFORE UPDATE ON partnership_cost BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_cost_no_delete BEFORE DELETE ON partnership_cost BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_public_no_update BEFORE UPDATE ON partnership_public BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_public_no_delete BEFORE DELETE ON partnership_public BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_course_no_update BEFORE UPDATE ON partnership_course BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_course_no_delete BEFORE DELETE ON partnership_course BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_training_no_update BEFORE UPDATE ON partnership_training BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_training_no_delete BEFORE DELETE ON partnership_training BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
