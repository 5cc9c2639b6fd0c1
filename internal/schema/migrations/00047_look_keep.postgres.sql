-- +goose Up
-- What was recorded about a month, a paper, a questionnaire or its licence is never
-- edited or removed (R2). What a paper holds can be taken away, never changed.
CREATE TRIGGER care_month_keep BEFORE UPDATE OR DELETE ON care_month FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_document_keep BEFORE UPDATE OR DELETE ON care_document FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_document_step_keep BEFORE UPDATE OR DELETE ON care_document_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_instrument_keep BEFORE UPDATE OR DELETE ON reference_instrument FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_instrument_licence_keep BEFORE UPDATE OR DELETE ON reference_instrument_licence FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_answered_keep BEFORE UPDATE OR DELETE ON care_answered FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_answered_mistake_keep BEFORE UPDATE OR DELETE ON care_answered_mistake FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_document_part_keep BEFORE UPDATE ON care_document_part FOR EACH ROW EXECUTE FUNCTION append_only();
