-- +goose Up
-- Who took part, what was agreed and how it ended is never edited or removed: a new
-- version or a further row says what changed (R2).
-- +goose StatementBegin
CREATE TRIGGER partnership_partner_no_update BEFORE UPDATE ON partnership_partner BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_partner_no_delete BEFORE DELETE ON partnership_partner BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_partner_place_no_update BEFORE UPDATE ON partnership_partner_place BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_partner_place_no_delete BEFORE DELETE ON partnership_partner_place BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_contact_no_update BEFORE UPDATE ON partnership_contact BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_contact_no_delete BEFORE DELETE ON partnership_contact BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_contact_end_no_update BEFORE UPDATE ON partnership_contact_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_contact_end_no_delete BEFORE DELETE ON partnership_contact_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_body_no_update BEFORE UPDATE ON partnership_body BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_body_no_delete BEFORE DELETE ON partnership_body BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_seat_no_update BEFORE UPDATE ON partnership_seat BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_seat_no_delete BEFORE DELETE ON partnership_seat BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_seat_end_no_update BEFORE UPDATE ON partnership_seat_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_seat_end_no_delete BEFORE DELETE ON partnership_seat_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_withdrawal_no_update BEFORE UPDATE ON partnership_withdrawal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER partnership_withdrawal_no_delete BEFORE DELETE ON partnership_withdrawal BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_no_update BEFORE UPDATE ON reference_agreement BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_no_delete BEFORE DELETE ON reference_agreement BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_version_no_update BEFORE UPDATE ON reference_agreement_version BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_version_no_delete BEFORE DELETE ON reference_agreement_version BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_party_no_update BEFORE UPDATE ON reference_agreement_party BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_party_no_delete BEFORE DELETE ON reference_agreement_party BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_class_no_update BEFORE UPDATE ON reference_agreement_class BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_class_no_delete BEFORE DELETE ON reference_agreement_class BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_purpose_no_update BEFORE UPDATE ON reference_agreement_purpose BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_purpose_no_delete BEFORE DELETE ON reference_agreement_purpose BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_end_no_update BEFORE UPDATE ON reference_agreement_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_agreement_end_no_delete BEFORE DELETE ON reference_agreement_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_topic_no_update BEFORE UPDATE ON reference_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER reference_topic_no_delete BEFORE DELETE ON reference_topic BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
