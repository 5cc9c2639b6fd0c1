-- +goose Up
-- Who took part, what was agreed and how it ended is never edited or removed: a new
-- version or a further row says what changed (R2).
CREATE TRIGGER partnership_partner_keep BEFORE UPDATE OR DELETE ON partnership_partner FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_partner_place_keep BEFORE UPDATE OR DELETE ON partnership_partner_place FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_contact_keep BEFORE UPDATE OR DELETE ON partnership_contact FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_contact_end_keep BEFORE UPDATE OR DELETE ON partnership_contact_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_body_keep BEFORE UPDATE OR DELETE ON partnership_body FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_seat_keep BEFORE UPDATE OR DELETE ON partnership_seat FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_seat_end_keep BEFORE UPDATE OR DELETE ON partnership_seat_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER partnership_withdrawal_keep BEFORE UPDATE OR DELETE ON partnership_withdrawal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_keep BEFORE UPDATE OR DELETE ON reference_agreement FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_version_keep BEFORE UPDATE OR DELETE ON reference_agreement_version FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_party_keep BEFORE UPDATE OR DELETE ON reference_agreement_party FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_class_keep BEFORE UPDATE OR DELETE ON reference_agreement_class FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_purpose_keep BEFORE UPDATE OR DELETE ON reference_agreement_purpose FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_agreement_end_keep BEFORE UPDATE OR DELETE ON reference_agreement_end FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_topic_keep BEFORE UPDATE OR DELETE ON reference_topic FOR EACH ROW EXECUTE FUNCTION append_only();
