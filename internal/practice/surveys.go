package practice

import (
	"fmt"
	"time"

	"waymark.example/internal/partnership/survey"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// surveys leaves three rounds behind: one that is over and was answered by many, one by too few, and one that is open.
func (w *writer) surveys(now time.Time) {
	coordinator := w.area.Actors["coordinator"]
	for _, r := range []struct {
		key, asked string
		days       int // ago
		answers    int
		open       bool
	}{{"participant", "60", 34, 41, false}, {"officer", "25", 26, 6, false}, {"relations", "", 3, 0, true}} {
		w.at(now.AddDate(0, 0, -r.days))
		w.do("a survey", func() error {
			opened := now.AddDate(0, 0, -r.days)
			id, err := w.app.Doors.Surveys.Start(w.ctx, coordinator, ledger.Form{}, survey.Plan{Survey: r.key, Asked: r.asked, Until: db.Day(opened.AddDate(0, 0, 21))})
			if err != nil {
				return err
			}
			round, err := w.app.Doors.Surveys.Round(w.ctx, coordinator, id)
			for i := 0; i < r.answers && err == nil; i++ {
				answers := survey.Answers{}
				for j, q := range round.Survey.Questions {
					if n := (i*5 + j*11 + i*j) % 13; n < 12 { // some leave one out
						answers[q.Key] = fmt.Sprint([]int{5, 4, 4, 5, 3, 5, 4, 2, 5, 4, 1, 0}[n])
					}
				}
				err = w.app.Doors.Asked.Answer(w.ctx, "", round.Code, answers)
			}
			if err != nil || r.open {
				return err
			}
			w.at(opened.AddDate(0, 0, 14))
			return w.app.Doors.Surveys.Close(w.ctx, coordinator, ledger.Form{}, id)
		})
	}
}
