-- +goose Up
-- Which pathways there were, and who goes by one, is never edited.
CREATE TRIGGER reference_pathway_keep BEFORE UPDATE OR DELETE ON reference_pathway FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_pathway_keep BEFORE UPDATE OR DELETE ON police_pathway FOR EACH ROW EXECUTE FUNCTION append_only();
