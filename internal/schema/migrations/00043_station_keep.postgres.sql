-- +goose Up
-- What happened is never edited or removed: what follows is a new row (R2).
CREATE TRIGGER police_custody_keep BEFORE UPDATE OR DELETE ON police_custody FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_training_keep BEFORE UPDATE OR DELETE ON police_training FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_known_ask_keep BEFORE UPDATE OR DELETE ON police_known_ask FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_thanks_keep BEFORE UPDATE OR DELETE ON handoff_thanks FOR EACH ROW EXECUTE FUNCTION append_only();
-- A card is never changed; it goes with the person's erasure.
CREATE TRIGGER handoff_known_keep BEFORE UPDATE ON handoff_known FOR EACH ROW EXECUTE FUNCTION append_only();
