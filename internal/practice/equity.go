package practice

import (
	"time"

	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
)

// passedOver writes what the page of fairness and the panel's packs are about: contacts of earlier months where LEAD was possible and was not chosen.
func (w *writer) passedOver(now time.Time) {
	officer := w.area.Actors["officer2"]
	for i := range 30 {
		w.at(now.AddDate(0, 0, -85+2*(i%22)))
		w.do("not diverted", func() error {
			d := decision(w, "High street", "46", contact.NotDiverted, []string{"no_needs_seen", "victim_wish", "no_needs_seen"}[i%3])
			d.Equality = contact.Equality{AgeBand: "26_35", Sex: "M", Ethnicity: []string{"W1", "B1", "W1", "B1", "A1"}[i%5]}
			_, err := w.app.Contacts.Decide(w.ctx, officer, ledger.Form{}, contact.ArrestDiversion, d)
			return err
		})
	}
}

// scrutiny draws the first pack for the panel.
func (w *writer) scrutiny(now time.Time) {
	w.at(now.AddDate(0, 0, -5))
	w.do("a pack", func() error {
		return w.app.Scrutiny.Make(w.ctx, w.area.Actors["coordinator"], ledger.Form{}, 10)
	})
}
