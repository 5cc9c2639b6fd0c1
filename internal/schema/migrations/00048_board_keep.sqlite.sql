-- +goose Up
-- Who covered for whom, what was talked about and what happened is never edited or
-- removed: a new version or a further step says what changed (R2).
-- +goose StatementBegin
CREATE TRIGGER care_moved_no_update BEFORE UPDATE ON care_moved BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_moved_no_delete BEFORE DELETE ON care_moved BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_moved_told_no_update BEFORE UPDATE ON care_moved_told BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_moved_told_no_delete BEFORE DELETE ON care_moved_told BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_cover_no_update BEFORE UPDATE ON care_cover BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_cover_no_delete BEFORE DELETE ON care_cover BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_cover_end_no_update BEFORE UPDATE ON care_cover_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_cover_end_no_delete BEFORE DELETE ON care_cover_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_supervision_no_update BEFORE UPDATE ON care_supervision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_supervision_no_delete BEFORE DELETE ON care_supervision BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_incident_no_update BEFORE UPDATE ON care_incident BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_incident_no_delete BEFORE DELETE ON care_incident BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_incident_step_no_update BEFORE UPDATE ON care_incident_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_incident_step_no_delete BEFORE DELETE ON care_incident_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_safety_plan_no_update BEFORE UPDATE ON care_safety_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_safety_plan_no_delete BEFORE DELETE ON care_safety_plan BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_naloxone_no_update BEFORE UPDATE ON care_naloxone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_naloxone_no_delete BEFORE DELETE ON care_naloxone BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_no_update BEFORE UPDATE ON care_alert BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_no_delete BEFORE DELETE ON care_alert BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_seen_no_update BEFORE UPDATE ON care_alert_seen BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_seen_no_delete BEFORE DELETE ON care_alert_seen BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_end_no_update BEFORE UPDATE ON care_alert_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_alert_end_no_delete BEFORE DELETE ON care_alert_end BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_concern_no_update BEFORE UPDATE ON care_concern BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_concern_no_delete BEFORE DELETE ON care_concern BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_concern_step_no_update BEFORE UPDATE ON care_concern_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER care_concern_step_no_delete BEFORE DELETE ON care_concern_step BEGIN SELECT RAISE(ABORT, 'append only'); END;
-- +goose StatementEnd
