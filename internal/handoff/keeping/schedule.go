package keeping

import (
	"strconv"
	"time"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/reference/codelist"
)

// Schedule is the code list that says how long what is kept.
const Schedule = "retention_schedule"

// DueBefore returns the moment that a row of the schedule reaches back to, and
// whether anything is due at all: the partnership may have taken the row out.
func DueBefore(rows []codelist.Code, code string, now time.Time) (time.Time, bool) {
	for _, c := range rows {
		if c.Code == code && c.InForce(db.Day(now)) {
			months, err := strconv.Atoi(c.Attributes["months"])
			return now.AddDate(0, -months, 0), err == nil && months > 0
		}
	}
	return time.Time{}, false
}
