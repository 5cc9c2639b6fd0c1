-- +goose Up
-- Who took whom along, and what came of it, is never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER care_away_lease_no_update BEFORE UPDATE ON care_away_lease BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_lease_no_delete BEFORE DELETE ON care_away_lease BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_person_no_update BEFORE UPDATE ON care_away_person BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_person_no_delete BEFORE DELETE ON care_away_person BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_end_no_update BEFORE UPDATE ON care_away_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_end_no_delete BEFORE DELETE ON care_away_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_note_no_update BEFORE UPDATE ON care_away_note BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_note_no_delete BEFORE DELETE ON care_away_note BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_held_no_update BEFORE UPDATE ON care_away_held BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_held_no_delete BEFORE DELETE ON care_away_held BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_settled_no_update BEFORE UPDATE ON care_away_settled BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_away_settled_no_delete BEFORE DELETE ON care_away_settled BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
