package practice

import (
	"time"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// oversight gives the data-protection officer something of everything: requests
// in each state and one of them late, a legal request, a breach, files that wait.
func (w *writer) oversight(now time.Time) {
	w.requests(now)
	dpo := w.area.Actors["dpo"]
	w.at(now.AddDate(0, 0, -20))
	w.do("legal request", func() error {
		_, err := w.app.Oversight.KeepLegal(w.ctx, dpo, ledger.Form{}, "", 0, oversight.Legal{Asker: "Northmoor Crown Court", Power: "Witness order, to verify", Scope: "Whether a named person took part between March and June",
			ReceivedOn: db.Day(w.clock.Now()), DueOn: db.Day(now.AddDate(0, 0, -6))})
		return err
	})
	w.do("legal request", func() error {
		_, err := w.app.Oversight.KeepLegal(w.ctx, dpo, ledger.Form{}, "", 0, oversight.Legal{Asker: "Northmoor Police, Inspector", Power: "None named", Scope: "Case notes", ReceivedOn: db.Day(w.clock.Now()), Lawyer: "Harbour Law, the same day",
			Decision: "nothing_held", Told: "told", ToldWords: "At the next meeting"})
		return err
	})
	w.at(now.Add(-50 * time.Hour))
	w.do("breach", func() error {
		_, err := w.app.Oversight.KeepBreach(w.ctx, dpo, ledger.Form{}, "", 0, oversight.Breach{Happened: "A printed list was left in a shared meeting room for an hour.", DiscoveredAt: now.Add(-51 * time.Hour), Affected: 3, Risk: "likely"})
		return err
	})
	w.at(now.AddDate(0, 0, -6))
	w.do("break glass", func() error {
		return w.app.Care.People.BreakGlass(w.ctx, w.area.Actors["manager3"], ledger.Form{}, w.area.People["Siskin"], "They rang the office from the bridge and nobody of theirs answered.")
	})
	w.at(now.AddDate(0, 0, -2))
	w.file("Twite", keeping.Step{Act: keeping.Seal, Stage: keeping.Proposed, Reason: "no_contact"})
	w.do("seal", func() error {
		return w.app.Care.People.Settle(w.ctx, w.area.Actors["supervisor"], ledger.Form{}, w.area.People["Twite"], 1, true)
	})
	w.file("Avocet", keeping.Step{Act: keeping.Hold, Stage: keeping.Confirmed, Reason: "complaint"})
	w.file("Curlew", keeping.Step{Act: keeping.Seal, Stage: keeping.Proposed, Reason: "no_contact"})
}

func (w *writer) file(name string, step keeping.Step) {
	w.do("file", func() error {
		return w.app.Oversight.Propose(w.ctx, w.area.Actors["dpo"], ledger.Form{}, w.area.People[name], 0, step)
	})
}

// requests has people ask about their own records.
func (w *writer) requests(now time.Time) {
	dpo := w.area.Actors["dpo"]
	for _, ask := range []struct {
		name  string
		days  int // ago
		kind  rights.Kind
		words string
		steps []rights.StepKind
	}{
		{"Wren", 40, rights.Copy, "I want to see what you wrote about me.", []rights.StepKind{rights.Acknowledged, rights.Taken}},
		{"Kestrel", 12, rights.Correct, "My name is spelt with one L.", []rights.StepKind{rights.Taken}},
		{"Linnet", 9, rights.Copy, "", []rights.StepKind{rights.Acknowledged, rights.IdentityAsked}},
		{"Heron", 6, rights.Complaint, "Somebody talked about me where others could hear.", nil},
		{"Dunlin", 30, rights.Correct, "I never lived in that street.", []rights.StepKind{rights.Acknowledged, rights.Answered}},
	} {
		w.at(now.AddDate(0, 0, -ask.days))
		person := w.area.People[ask.name]
		var id string
		w.do("ask", func() error {
			var err error
			id, err = w.app.Rights.Ask(w.ctx, lead.Actor{ID: person, Side: lead.Subject, Roles: []lead.Role{lead.Participant}}, ledger.Form{}, person, rights.Request{Kind: ask.kind, Words: w.as(access.StatusClass, ask.words)})
			return err
		})
		for i, kind := range ask.steps {
			w.at(now.AddDate(0, 0, -ask.days).Add(time.Duration(i+1) * 20 * time.Hour))
			step := rights.Step{Kind: kind}
			if kind == rights.Answered {
				step.Words = "You are right, and it is put right. Your worker has a new copy for you."
			}
			w.do("answer", func() error { return w.app.Oversight.Answer(w.ctx, dpo, ledger.Form{}, id, i, step) })
		}
	}
}
