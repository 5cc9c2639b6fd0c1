-- +goose Up
CREATE INDEX care_name_token_by_token ON care_name_token (token, participant_id); -- serves: finding somebody of any team in an emergency
CREATE INDEX care_glass_by_time ON care_glass (opened_at); -- serves: who broke the glass lately
