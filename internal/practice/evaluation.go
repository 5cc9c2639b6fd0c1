package practice

import (
	"time"

	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/platform/ledger"
)

// plannedEvaluation leaves a plan that was frozen before any outcome was here, and a draft of another.
func (w *writer) plannedEvaluation(now time.Time) {
	w.at(now.AddDate(0, 0, -9))
	w.do("the plan of an evaluation", func() error {
		p := plan.Draft()
		p.Title = "LEAD in Northmoor: the first two years"
		p.Hypothesis = "Fewer people whom officers divert to LEAD are arrested again within a year than people whom they could have diverted and did not."
		p.Definition.Draws = 0 // so that a practice report is there in seconds
		p.Agreed = []plan.Agreed{{Name: "Dr Ruth Oyelaran", For: "University of Northmoor", On: now.AddDate(0, 0, -12).Format(time.DateOnly)}, {Name: "Mo Lane", For: "Community Leadership Team", On: now.AddDate(0, 0, -11).Format(time.DateOnly)}}
		p.Outside = &plan.Outside{Where: "https://register.example/northmoor", On: now.AddDate(0, 0, -10).Format(time.DateOnly)}
		id, err := w.app.Releases.Write(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, "", p)
		if err != nil {
			return err
		}
		if w.area.Plan, err = w.app.Releases.Freeze(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, id); err != nil {
			return err
		}
		next := plan.Draft()
		next.Title = "Who stays in touch"
		_, err = w.app.Releases.Write(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, "", next)
		return err
	})
}

// evaluated asks for the report by that plan. The program works it out by itself; in an area to show it is there already, and released.
func (w *writer) evaluated(now time.Time) {
	w.at(now.AddDate(0, 0, -1))
	w.do("the report of an evaluation", func() error {
		extracts, err := w.app.Evidence.Extracts(w.ctx, w.area.Actors["evaluator"], 1)
		if err != nil || len(extracts) == 0 {
			return err
		}
		w.area.Report, err = w.app.Releases.Ask(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, w.area.Plan, extracts[0].ID)
		if err != nil || !w.many {
			return err
		}
		if _, err := w.app.Releases.Work(w.ctx); err != nil {
			return err
		}
		w.at(now.Add(-2 * time.Hour))
		return w.app.Releases.Release(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, w.area.Report)
	})
}
