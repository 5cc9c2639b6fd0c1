package practice

import (
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
)

// station leaves something on each page of a police station: a hand-off in
// custody, a card somebody carries, the months that ended, who is trained.
func (w *writer) station(now time.Time) {
	officer, sergeant, custody := w.area.Actors["officer"], w.area.Actors["sergeant"], w.area.Actors["custody"]
	for i := range 3 { // the months that ended, each published when it had
		w.at(time.Date(now.Year(), now.Month(), 1, 3, 0, 0, 0, time.UTC).AddDate(0, i-2, 0))
		w.do("publish the month", func() error { _, err := w.app.Care.Thanks.PublishDue(w.ctx); return err })
	}
	w.at(now.AddDate(0, -2, 0))
	for _, t := range [][2]string{{officer.ID, "lead"}, {officer.ID, "fairness"}, {sergeant.ID, "lead"}} {
		w.do("training", func() error {
			return w.app.Station.Note(w.ctx, sergeant, ledger.Form{}, t[0], t[1], now.AddDate(0, -2, 0).UTC().Format(time.DateOnly))
		})
	}
	w.at(now.AddDate(0, 0, -10))
	w.do("a card", func() error {
		code, err := w.app.Care.Cards.Make(w.ctx, w.area.Actors["manager"], ledger.Form{}, w.area.People["Kestrel"], consent.CardGiven{Force: officer.Organisation,
			Name: "Asha Fern", Phone: "07700 900177", Until: now.AddDate(0, 5, 0).UTC().Format(time.DateOnly), How: "spoken", Witness: w.as(access.CaseFileClass, "A volunteer at the drop-in"), Language: "English"})
		if err == nil {
			_, err = w.app.Station.Ask(w.ctx, officer, code)
		}
		return err
	})
	w.at(now.Add(-10 * time.Minute))
	w.do("in custody", func() error {
		d := decision(w, "", "46", contact.Diverted, "asked_for_help")
		d.HandOff = referral.Referral{Nickname: "Sedge", Safety: []string{"quiet_place"}}
		_, err := w.app.Contacts.DecideFor(w.ctx, custody, ledger.Form{}, contact.Custody{OfficerID: w.area.Actors["officer2"].ID, Place: "room"}, d)
		return err
	})
	w.at(now.Add(-3 * time.Hour))
	w.do("not offered in custody", func() error {
		d := decision(w, "", "46", contact.NotFit, "unwell")
		d.Equality = contact.Equality{AgeBand: "46_55", Sex: "M", NotRecorded: contact.NotAsked}
		_, err := w.app.Contacts.DecideFor(w.ctx, custody, ledger.Form{}, contact.Custody{OfficerID: officer.ID}, d)
		return err
	})
}
