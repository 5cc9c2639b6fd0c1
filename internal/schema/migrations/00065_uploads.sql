-- +goose Up
CREATE INDEX care_document_by_account ON care_document (recorded_by, recorded_at); -- serves: how much one account has kept in a day
