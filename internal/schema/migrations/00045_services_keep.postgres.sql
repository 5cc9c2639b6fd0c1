-- +goose Up
-- Who changed and verified the directory, and how referrals went, is never edited
-- or removed (R2).
CREATE TRIGGER reference_service_version_keep BEFORE UPDATE OR DELETE ON reference_service_version FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_service_check_keep BEFORE UPDATE OR DELETE ON reference_service_check FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_warm_keep BEFORE UPDATE OR DELETE ON care_warm FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_warm_step_keep BEFORE UPDATE OR DELETE ON care_warm_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_unmet_keep BEFORE UPDATE OR DELETE ON care_unmet FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_fund_line_keep BEFORE UPDATE OR DELETE ON care_fund_line FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_fund_request_keep BEFORE UPDATE OR DELETE ON care_fund_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_fund_step_keep BEFORE UPDATE OR DELETE ON care_fund_step FOR EACH ROW EXECUTE FUNCTION append_only();
