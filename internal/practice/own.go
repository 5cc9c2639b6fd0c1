package practice

import (
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
)

// lets has somebody say that their housing association and their clinic may
// know something, so that their own page has something to stop.
func (w *writer) lets(id string, actor lead.Actor) {
	for as, topics := range map[string][]disclosure.Topic{"housing": {disclosure.Reach, disclosure.Needs}, "clinician": {disclosure.Health}} {
		purpose := disclosure.Purpose("home")
		if as == "clinician" {
			purpose = "health"
		}
		w.do("a yes", func() error {
			return w.app.Care.Consents.Give(w.ctx, actor, ledger.Form{}, id, consent.Given{Recipient: w.area.Actors[as].Organisation, Topics: topics, Purpose: purpose,
				Until: w.clock.Now().AddDate(0, 6, 0).Format(time.DateOnly), How: "signed", Language: "English", CopyGiven: true})
		})
	}
}
