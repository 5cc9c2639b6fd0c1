-- +goose Up
-- A yes, a yes taken back and what crossed are never edited or removed (R2).
-- +goose StatementBegin
CREATE TRIGGER care_outside_no_update BEFORE UPDATE ON care_outside BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_outside_no_delete BEFORE DELETE ON care_outside BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_consent_no_update BEFORE UPDATE ON care_consent BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_consent_no_delete BEFORE DELETE ON care_consent BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_withdrawal_no_update BEFORE UPDATE ON handoff_withdrawal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_withdrawal_no_delete BEFORE DELETE ON handoff_withdrawal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_no_update BEFORE UPDATE ON care_disclosure BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_no_delete BEFORE DELETE ON care_disclosure BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_topic_no_update BEFORE UPDATE ON care_disclosure_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_topic_no_delete BEFORE DELETE ON care_disclosure_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_step_no_update BEFORE UPDATE ON care_disclosure_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_disclosure_step_no_delete BEFORE DELETE ON care_disclosure_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_disclosure_no_update BEFORE UPDATE ON handoff_disclosure BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_disclosure_no_delete BEFORE DELETE ON handoff_disclosure BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_disclosure_topic_no_update BEFORE UPDATE ON handoff_disclosure_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_disclosure_topic_no_delete BEFORE DELETE ON handoff_disclosure_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_link_no_update BEFORE UPDATE ON handoff_link BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_link_no_delete BEFORE DELETE ON handoff_link BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_read_no_update BEFORE UPDATE ON handoff_read BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_read_no_delete BEFORE DELETE ON handoff_read BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_attestation_no_update BEFORE UPDATE ON handoff_attestation BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER handoff_attestation_no_delete BEFORE DELETE ON handoff_attestation BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
