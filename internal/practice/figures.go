package practice

import (
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/figure"
	"waymark.example/internal/partnership/front"
	"waymark.example/internal/partnership/training"
	"waymark.example/internal/platform/ledger"
)

// figures leaves something on the pages of the numbers: what the scheme costs, courses, the months that ended published, and a
// public page that is open.
func (w *writer) figures(now time.Time) {
	coordinator := w.area.Actors["coordinator"]
	w.at(now.AddDate(0, 0, -6))
	for _, year := range w.app.Figures.Years()[:2] {
		w.do("costs", func() error {
			return w.app.Figures.Enter(w.ctx, coordinator, ledger.Form{}, figure.Cost{Year: year, Kind: "staff", Pence: 214_000_00, Words: "Five case managers and a supervisor"})
		})
	}
	everybody := []lead.Role{lead.Officer, lead.Sergeant, lead.CaseManager, lead.OnCall, lead.Supervisor, lead.Coordinator, lead.PanelMember, lead.Commissioner, lead.ServicePartner, lead.ClinicalPartner, lead.Prosecutor}
	for i, c := range []training.Course{
		{Title: "What LEAD is, and what it is not", Words: "Half a day, led by somebody who has been through it.", Roles: everybody, FirstWeek: true, Months: 24},
		{Title: "What stays with the case team", Words: "What crosses between us, and what never does.", Roles: []lead.Role{lead.CaseManager, lead.OnCall, lead.Supervisor}, FirstWeek: true, Months: 12},
		{Title: "Being at the table", Words: "Preparing for meetings, being paid, saying no.", Roles: []lead.Role{lead.PanelMember}},
	} {
		w.do("a course", func() error {
			id, err := w.app.Training.Record(w.ctx, coordinator, ledger.Form{}, c)
			for _, who := range [][]string{{"manager", "panel", "coordinator"}, {"manager"}, {"panel"}}[i] {
				if err == nil {
					err = w.app.Training.Note(w.ctx, coordinator, ledger.Form{}, w.area.Actors[who].ID, id, now.AddDate(0, -2-10*i, 0).UTC().Format(time.DateOnly))
				}
			}
			return err
		})
	}
	w.do("publish", func() error {
		months, err := w.app.Figures.Span(w.ctx, coordinator)
		if err != nil || len(months) == 0 {
			return err
		}
		return w.app.Figures.Publish(w.ctx, coordinator, ledger.Form{}, months[len(months)-1])
	})
	w.do("the public page", func() error {
		return w.app.Front.Record(w.ctx, coordinator, ledger.Form{}, "true", front.Setting{Open: true, Words: map[string]string{
			"about":    "LEAD works in and around the made-up town of Northmoor. The police, the council, health services, the prosecutor, charities and people with lived experience run it together.",
			"involved": "Come to an open evening of the Community Leadership Team, on the first Tuesday of every second month. We pay people who have been through it for their time.",
			"complain": "Tell any worker, or write to the coordinator."}})
	})
}
