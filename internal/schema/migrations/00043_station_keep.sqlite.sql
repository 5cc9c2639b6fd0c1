-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER police_custody_no_update BEFORE UPDATE ON police_custody BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_custody_no_delete BEFORE DELETE ON police_custody BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_training_no_update BEFORE UPDATE ON police_training BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_training_no_delete BEFORE DELETE ON police_training BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_known_ask_no_update BEFORE UPDATE ON police_known_ask BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_known_ask_no_delete BEFORE DELETE ON police_known_ask BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_thanks_no_update BEFORE UPDATE ON handoff_thanks BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_thanks_no_delete BEFORE DELETE ON handoff_thanks BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- A card is never changed; it goes with the person's erasure.
-- +goose StatementBegin
CREATE TRIGGER handoff_known_no_update BEFORE UPDATE ON handoff_known BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
