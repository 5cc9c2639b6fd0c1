package practice

import (
	"time"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/pathway"
)

// pathways writes the list of other ways than LEAD: two that officers can choose,
// one that has ended.
func (w *writer) pathways(now time.Time) {
	w.at(now.AddDate(0, 0, -Days))
	day := func(days int) string { return db.Day(now.AddDate(0, 0, days)) }
	for _, p := range []pathway.Pathway{
		{Name: "Northmoor Liaison and Diversion", Sort: pathway.Liaison, From: day(-Days)},
		{Name: "Second Course", Sort: pathway.Deferred, From: day(-Days)},
		{Name: "Harbour Coaches in custody", Sort: pathway.Custody, From: day(-Days), Until: day(-30)},
	} {
		w.do("keep a pathway", func() error {
			_, err := w.app.Pathways.Record(w.ctx, w.area.Actors["coordinator"], ledger.Form{}, p)
			return err
		})
	}
}
