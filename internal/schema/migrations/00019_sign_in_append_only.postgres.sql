-- +goose Up
-- What happened is never edited or removed.
CREATE TRIGGER identity_hold_keep BEFORE UPDATE OR DELETE ON identity_hold FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_binding_keep BEFORE UPDATE OR DELETE ON identity_binding FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_setting_keep BEFORE UPDATE OR DELETE ON identity_setting FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_request_keep BEFORE UPDATE OR DELETE ON identity_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_answer_keep BEFORE UPDATE OR DELETE ON identity_answer FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_device_keep BEFORE UPDATE OR DELETE ON identity_device FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_challenge_used_keep BEFORE UPDATE OR DELETE ON identity_challenge_used FOR EACH ROW EXECUTE FUNCTION append_only();
