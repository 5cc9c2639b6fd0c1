-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER evidence_import_keep BEFORE UPDATE OR DELETE ON evidence_import FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_import_batch_keep BEFORE UPDATE OR DELETE ON evidence_import_batch FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_import_wrong_keep BEFORE UPDATE OR DELETE ON evidence_import_wrong FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_import_end_keep BEFORE UPDATE OR DELETE ON evidence_import_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_person_keep BEFORE UPDATE OR DELETE ON evidence_person FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_contact_keep BEFORE UPDATE OR DELETE ON evidence_contact FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_outcome_keep BEFORE UPDATE OR DELETE ON evidence_outcome FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_support_keep BEFORE UPDATE OR DELETE ON evidence_support FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_month_keep BEFORE UPDATE OR DELETE ON evidence_month FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_extract_keep BEFORE UPDATE OR DELETE ON evidence_extract FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_extract_part_keep BEFORE UPDATE OR DELETE ON evidence_extract_part FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER evidence_download_keep BEFORE UPDATE OR DELETE ON evidence_download FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_research_keep BEFORE UPDATE OR DELETE ON care_research FOR EACH ROW EXECUTE FUNCTION append_only();
