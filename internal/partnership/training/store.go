package training

import "waymark.example/internal/platform/db"

const (
	latestCourses db.Query = `
		SELECT c.course_id, c.version, c.title, c.words, c.roles, c.first_week, c.months, c.ended FROM partnership_course c
		WHERE c.version = (SELECT MAX(version) FROM partnership_course WHERE course_id = c.course_id) ORDER BY c.ended, c.course_id LIMIT 200`
	courseByID   db.Query = `SELECT version, title FROM partnership_course WHERE course_id = $1 ORDER BY version DESC LIMIT 1`
	insertCourse db.Query = `
		INSERT INTO partnership_course (course_id, version, title, words, roles, first_week, months, ended, recorded_by, recorded_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING`
	insertTraining db.Query = `INSERT INTO partnership_training (training_id, account_id, course_id, done_on, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)`
	// Oldest first, so that the latest of a course is the last.
	trainingOf db.Query = `
		SELECT t.course_id, t.done_on, COALESCE(a.name, '') FROM partnership_training t LEFT JOIN identity_account a ON a.account_id = t.recorded_by
		WHERE t.account_id = $1 ORDER BY t.training_id`
	latestTraining db.Query = `SELECT done_on FROM partnership_training WHERE account_id = $1 AND course_id = $2 ORDER BY training_id DESC LIMIT 1`
	accounts       db.Query = `
		SELECT a.account_id, a.name, o.name FROM identity_account a JOIN identity_organisation o ON o.organisation_id = a.organisation_id
		WHERE a.account_id > $1 AND EXISTS (SELECT 1 FROM identity_standing s WHERE s.account_id = a.account_id AND s.active
			AND s.version = (SELECT MAX(version) FROM identity_standing WHERE account_id = s.account_id))
		ORDER BY a.account_id LIMIT $2`
	accountByID db.Query = `SELECT name FROM identity_account WHERE account_id = $1`
	rolesOf     db.Query = `
		SELECT r.role FROM identity_role r WHERE r.account_id = $1 AND r.held
		AND r.version = (SELECT MAX(version) FROM identity_role WHERE account_id = r.account_id AND role = r.role) ORDER BY r.role`
)
