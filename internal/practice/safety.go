package practice

import (
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
)

// safety leaves a safety plan, naloxone, a concern to decide about, a warning to
// the team, cover for who is away, and looking back on what happened.
func (w *writer) safety(now time.Time) {
	manager, third, supervisor := w.area.Actors["manager"], w.area.Actors["manager3"], w.area.Actors["supervisor"]
	person := w.area.People["Kestrel"]
	health := func(text string) string { return w.as(access.HealthClass, text) }
	restricted := func(text string) string { return w.as(access.RestrictedClass, text) }
	w.at(now.AddDate(0, 0, -9))
	w.do("safety plan", func() error {
		return w.app.Care.Safety.Write(w.ctx, manager, ledger.Form{}, person, 0, safety.Plan{Signs: health("I stop answering the phone and stay in."), Helps: health("Walking the dog along the harbour. Music, loud."),
			People: health("My sister. Asha in the week."), Places: health("The harbour kitchen. The library, upstairs."), Away: health("The card with his number on it."), OnOwn: true})
	})
	w.do("naloxone", func() error {
		return w.app.Care.Safety.Note(w.ctx, manager, ledger.Form{}, person, 0, safety.Naloxone{Offered: "given", Trained: "yes", GoodUntil: now.Format("2006-01")})
	})
	w.at(now.AddDate(0, 0, -2))
	w.do("a concern", func() error {
		id, err := w.app.Care.Safety.Raise(w.ctx, manager, ledger.Form{}, person, safety.Concern{Who: "adult", Words: restricted("Says a man comes on pension day and leaves with the money."), Why: restricted("He is in the room most days. Looking again on Friday.")}, "not_safe")
		w.area.Safety["concern"] = id
		return err
	})
	w.at(now.Add(-5 * time.Hour))
	w.do("a warning", func() error {
		_, err := w.app.Care.Safety.Warn(w.ctx, third, ledger.Form{}, safety.Alert{Kind: "bad_drugs", Words: "Blue tablets sold as sleeping pills near the old market: two people could hardly be woken. Carry naloxone, go slow, never alone."}, 3)
		return err
	})
	w.do("a talk", func() error {
		w.at(now.AddDate(0, 0, -16))
		id, err := w.app.Care.Supervision.Write(w.ctx, supervisor, ledger.Form{}, supervision.Talk{WorkerID: manager.ID, HeldOn: w.clock.Now().Format(time.DateOnly),
			Words: w.as(access.SupervisionClass, "A heavy month: two funerals. What carries: the team breakfast, and that people come back."), Agreed: w.as(access.SupervisionClass, "No on-call for two weeks. Sam asks for a second outreach day.")}, 0)
		w.area.Safety["talk"] = id
		return err
	})
	w.do("an incident", func() error {
		w.at(now.AddDate(0, 0, -6))
		id, err := w.app.Care.Supervision.Record(w.ctx, manager, ledger.Form{}, supervision.Incident{PersonID: person, Kind: "overdose", HappenedAt: w.clock.Now().Add(-3 * time.Hour),
			Words: restricted("Found on the stairs, breathing slowly. Two doses of naloxone, ambulance in nine minutes. Awake when it came."), Told: restricted("Sam, by phone, at once. Their sister, as they wished.")})
		if err != nil {
			return err
		}
		w.area.Safety["incident"] = id
		w.at(now.AddDate(0, 0, -5))
		if err := w.app.Care.Supervision.Look(w.ctx, supervisor, ledger.Form{}, id, supervision.Step{Kind: "learnt", Words: restricted("The second box in the bag is what counted. Nobody should go out with one.")}); err != nil {
			return err
		}
		return w.app.Care.Supervision.Look(w.ctx, supervisor, ledger.Form{}, id, supervision.Step{Kind: "action", Words: restricted("Two boxes in every outreach bag."), Who: restricted("Asha"), DueOn: now.AddDate(0, 0, 8).Format(time.DateOnly)})
	})
	w.do("cover", func() error {
		w.at(now.Add(-time.Hour))
		people := w.app.Care.People
		if err := people.PlanCover(w.ctx, supervisor, ledger.Form{}, participant.Cover{AwayID: w.area.Actors["manager2"].ID, CovererID: third.ID, From: people.LocalDay(), Until: people.DayOf(now.AddDate(0, 0, 6))}); err != nil {
			return err
		}
		return people.PlanCover(w.ctx, supervisor, ledger.Form{}, participant.Cover{AwayID: third.ID, CovererID: manager.ID, From: people.DayOf(now.AddDate(0, 0, 20)), Until: people.DayOf(now.AddDate(0, 0, 24))})
	})
}
