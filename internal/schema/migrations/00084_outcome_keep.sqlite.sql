-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
-- +goose StatementBegin
CREATE TRIGGER evidence_import_no_update BEFORE UPDATE ON evidence_import BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_no_delete BEFORE DELETE ON evidence_import BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_batch_no_update BEFORE UPDATE ON evidence_import_batch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_batch_no_delete BEFORE DELETE ON evidence_import_batch BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_wrong_no_update BEFORE UPDATE ON evidence_import_wrong BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_wrong_no_delete BEFORE DELETE ON evidence_import_wrong BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_end_no_update BEFORE UPDATE ON evidence_import_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_import_end_no_delete BEFORE DELETE ON evidence_import_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_person_no_update BEFORE UPDATE ON evidence_person BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_person_no_delete BEFORE DELETE ON evidence_person BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_contact_no_update BEFORE UPDATE ON evidence_contact BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_contact_no_delete BEFORE DELETE ON evidence_contact BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_outcome_no_update BEFORE UPDATE ON evidence_outcome BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_outcome_no_delete BEFORE DELETE ON evidence_outcome BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_support_no_update BEFORE UPDATE ON evidence_support BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_support_no_delete BEFORE DELETE ON evidence_support BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_month_no_update BEFORE UPDATE ON evidence_month BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_month_no_delete BEFORE DELETE ON evidence_month BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_extract_no_update BEFORE UPDATE ON evidence_extract BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_extract_no_delete BEFORE DELETE ON evidence_extract BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_extract_part_no_update BEFORE UPDATE ON evidence_extract_part BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_extract_part_no_delete BEFORE DELETE ON evidence_extract_part BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_download_no_update BEFORE UPDATE ON evidence_download BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER evidence_download_no_delete BEFORE DELETE ON evidence_download BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_research_no_update BEFORE UPDATE ON care_research BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_research_no_delete BEFORE DELETE ON care_research BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
