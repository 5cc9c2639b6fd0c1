-- +goose Up
-- What happened is never edited or removed: corrections are new rows (R2).
-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append only'; END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entry_keep BEFORE UPDATE OR DELETE ON ledger_entry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_subject_keep BEFORE UPDATE OR DELETE ON ledger_subject FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER ledger_receipt_keep BEFORE UPDATE OR DELETE ON ledger_receipt FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_account_keep BEFORE UPDATE OR DELETE ON identity_account FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_role_keep BEFORE UPDATE OR DELETE ON identity_role FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_standing_keep BEFORE UPDATE OR DELETE ON identity_standing FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_password_keep BEFORE UPDATE OR DELETE ON identity_password FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_code_secret_keep BEFORE UPDATE OR DELETE ON identity_code_secret FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_code_used_keep BEFORE UPDATE OR DELETE ON identity_code_used FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_code_keep BEFORE UPDATE OR DELETE ON reference_code FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_verification_keep BEFORE UPDATE OR DELETE ON reference_verification FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_policy_keep BEFORE UPDATE OR DELETE ON reference_policy FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_policy_offence_keep BEFORE UPDATE OR DELETE ON reference_policy_offence FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_policy_criterion_keep BEFORE UPDATE OR DELETE ON reference_policy_criterion FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER reference_policy_reason_keep BEFORE UPDATE OR DELETE ON reference_policy_reason FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_contact_keep BEFORE UPDATE OR DELETE ON police_contact FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_decision_keep BEFORE UPDATE OR DELETE ON police_decision FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_offence_keep BEFORE UPDATE OR DELETE ON police_offence FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_exclusion_keep BEFORE UPDATE OR DELETE ON police_exclusion FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_equality_keep BEFORE UPDATE OR DELETE ON police_equality FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER police_perceived_keep BEFORE UPDATE OR DELETE ON police_perceived FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_referral_keep BEFORE UPDATE OR DELETE ON handoff_referral FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_approval_keep BEFORE UPDATE OR DELETE ON handoff_approval FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_event_keep BEFORE UPDATE OR DELETE ON handoff_event FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_told_keep BEFORE UPDATE OR DELETE ON handoff_told FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER handoff_on_call_keep BEFORE UPDATE OR DELETE ON handoff_on_call FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_participant_keep BEFORE UPDATE OR DELETE ON care_participant FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_person_keep BEFORE UPDATE OR DELETE ON care_person FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_closure_request_keep BEFORE UPDATE OR DELETE ON care_closure_request FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_case_keep BEFORE UPDATE OR DELETE ON care_case FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_allocation_keep BEFORE UPDATE OR DELETE ON care_allocation FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_screening_keep BEFORE UPDATE OR DELETE ON care_screening FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_intake_keep BEFORE UPDATE OR DELETE ON care_intake FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_outreach_keep BEFORE UPDATE OR DELETE ON care_outreach FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_acute_need_keep BEFORE UPDATE OR DELETE ON care_acute_need FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_acute_need_met_keep BEFORE UPDATE OR DELETE ON care_acute_need_met FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_assessment_keep BEFORE UPDATE OR DELETE ON care_assessment FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_assessment_domain_keep BEFORE UPDATE OR DELETE ON care_assessment_domain FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_plan_keep BEFORE UPDATE OR DELETE ON care_plan FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_goal_keep BEFORE UPDATE OR DELETE ON care_goal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_step_keep BEFORE UPDATE OR DELETE ON care_step FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_note_keep BEFORE UPDATE OR DELETE ON care_note FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER identity_organisation_keep BEFORE UPDATE OR DELETE ON identity_organisation FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER care_erasure_keep BEFORE UPDATE OR DELETE ON care_erasure FOR EACH ROW EXECUTE FUNCTION append_only();
