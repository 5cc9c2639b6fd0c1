package practice

import (
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/deliberation"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/policy"
)

// policy writes how the partnership comes to its decisions: who sits on the group
// that decides, one change that was decided and is in force in two weeks, one that
// is put to everybody now, and a decision about something else.
func (w *writer) policy(now time.Time) {
	coordinator, panel, d := w.area.Actors["coordinator"], w.area.Actors["panel"], w.app.Deliberation
	day := func(days int) string { return now.AddDate(0, 0, days).UTC().Format(time.DateOnly) }
	w.at(now.AddDate(0, 0, -40))
	for _, local := range []string{"coordinator", "panel", "commissioner", "clinician"} {
		w.do("seat", func() error {
			of := w.area.Actors[local]
			return w.app.Partners.AddSeat(w.ctx, coordinator, ledger.Form{}, partner.Seat{BodyID: partner.PolicyGroup, OrganisationID: of.Organisation, AccountID: of.ID, Name: of.Name,
				Lived: local == "panel", Chair: local == "commissioner", From: day(-40)})
		})
	}
	begin := func(title, why string, change func(*policy.Policy)) string {
		var id string
		w.do("draft", func() error {
			var err error
			if id, err = d.Begin(w.ctx, coordinator, ledger.Form{}, title, why, 0); err != nil {
				return err
			}
			of, err := d.Draft(w.ctx, id)
			if err != nil {
				return err
			}
			change(&of.Terms)
			return d.Change(w.ctx, coordinator, ledger.Form{}, id, 1, of.Terms)
		})
		return id
	}
	say := func(id string, who lead.Actor, words, answer string) {
		w.do("comment", func() error {
			if err := d.Comment(w.ctx, who, ledger.Form{}, id, words); err != nil || answer == "" {
				return err
			}
			of, err := d.Draft(w.ctx, id)
			if err != nil {
				return err
			}
			return d.Answer(w.ctx, coordinator, ledger.Form{}, id, of.Comments[len(of.Comments)-1].ID, answer)
		})
	}
	decide := func(of deliberation.Decision) {
		w.do("decision", func() error {
			id, err := d.Decide(w.ctx, coordinator, ledger.Form{}, of)
			if err != nil {
				return err
			}
			_, err = d.Second(w.ctx, w.area.Actors["commissioner"], ledger.Form{}, id, true, "")
			return err
		})
	}
	w.at(now.AddDate(0, 0, -30))
	reasons := begin("A reason that officers missed", "Officers asked for it: often somebody says yes because a person they trust stands beside them.", func(p *policy.Policy) {
		p.Reasons = append(p.Reasons, policy.Reason{Outcome: "diverted", Code: "trusted_person", Words: "Somebody they trust was there"})
	})
	w.do("consult", func() error { return d.Consult(w.ctx, coordinator, ledger.Form{}, reasons, day(-10)) })
	say(reasons, panel, "That is how it was for me.", "Thank you. It stays.")
	w.at(now.AddDate(0, 0, -5))
	voices := []deliberation.Voice{
		{Organisation: "Harbour Health Trust", Stance: deliberation.Agrees}, {Organisation: "Harbour Support", Stance: deliberation.Agrees},
		{Organisation: "Northmoor Police", Stance: deliberation.Agrees}, {Organisation: "Quayside residents", Stance: deliberation.Abstains, Words: "We heard of it today."},
	}
	decide(deliberation.Decision{DraftID: reasons, Wording: 2, Title: "A reason that officers missed", What: "Officers can say that somebody they trust was there.", Body: "Policy Coordinating Group", MetOn: day(-5),
		Way: deliberation.Consensus, Lived: true, Reasons: "It costs nothing and says what happens.", InForceFrom: day(14), Voices: voices})
	voices[3].Stance, voices[3].Words = deliberation.Dissents, "The library is too far for most of us."
	decide(deliberation.Decision{Title: "Where the group meets", What: "The group meets at the library until the summer.", Body: "Policy Coordinating Group", MetOn: day(-5),
		Way: deliberation.WithDissent, LivedWords: "The panel member was ill; they are asked before the summer.", Reasons: "It is quiet, and there is a ramp.", Voices: voices})
	w.at(now.AddDate(0, 0, -3))
	fares := begin("Minor theft without the circumstances", "Most of them are offered LEAD anyway, and officers lose time.", func(p *policy.Policy) {
		p.HandoffMinutes = 25
		for i := range p.Offences {
			if p.Offences[i].Standing == policy.Conditional {
				p.Offences[i].Standing = policy.Divertible
				break
			}
		}
	})
	w.do("consult", func() error { return d.Consult(w.ctx, coordinator, ledger.Form{}, fares, day(18)) })
	say(fares, w.area.Actors["clinician"], "We would see some people earlier. Good.", "")
	w.do("try", func() error { return d.Try(w.ctx, coordinator, ledger.Form{}, fares) })
}
