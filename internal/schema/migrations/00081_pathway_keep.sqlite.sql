-- +goose Up
-- Which pathways there were, and who goes by one, is never edited.
-- +goose StatementBegin
CREATE TRIGGER reference_pathway_no_update BEFORE UPDATE ON reference_pathway BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_pathway_no_delete BEFORE DELETE ON reference_pathway BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_pathway_no_update BEFORE UPDATE ON police_pathway BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER police_pathway_no_delete BEFORE DELETE ON police_pathway BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
