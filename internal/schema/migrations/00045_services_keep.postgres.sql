-- +goose Up
-- Who changed and who verified an entry of the directory is never edited or removed (R2).
CREATE TRIGGER reference_service_version_keep BEFORE UPDATE OR DELETE ON reference_service_version FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_service_check_keep BEFORE UPDATE OR DELETE ON reference_service_check FOR EACH ROW EXECUTE FUNCTION append_only();
