package practice

import (
	"time"

	"waymark.example/internal/partnership/fidelity"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/start"
)

// beginning writes what the made-up area answered before it began. It has not
// recorded that it begins: something is still open, for whoever practises to close.
func (w *writer) beginning(now time.Time) {
	coordinator := w.area.Actors["coordinator"]
	w.at(now.AddDate(0, 0, -Days).Add(time.Hour))
	day := w.clock.Now().UTC().Format(time.DateOnly)
	for code, answers := range map[string]map[string]string{
		"interest": {"who": "Priya Nair, Northmoor LEAD Partnership, coordinator@practice.example", "why": "The same people come round and round, and nobody has time to ask what they need.",
			"force": "Northmoor Police, Quayside", "councils": "Northmoor Council; Harbour Health Trust", "champions": "PC Robin Hale; Mo Lane, lived experience; Sam Okoro, supervisor"},
		"readiness": {"officers": "yes", "voluntary": "yes", "independent": "yes", "voice": "partly", "room": "yes", "nights": "partly", "prosecutors": "yes", "money": "yes", "record": "yes", "no_conditions": "yes",
			"words": "Two seats for lived experience by spring. At night a phone, and somebody in the morning."},
		"area":      {"name": "Northmoor", "nation": "england", "contact": "hello@practice.example", "phone": "01632 960 077"},
		"languages": {"spoken": "English, Polish, Welsh", "welsh": "no", "interpreters": "By phone, within ten minutes"},
		"reasons":   {"who": "Priya Nair, coordinator", "on": day},
		"walls":     {"who": "Sam Okoro, supervisor", "on": day, "words": "We looked as an officer together, officers and case managers."},
		"practice":  {"who": "Sgt Morgan Lee", "on": day},
	} {
		w.do("begin: "+code, func() error {
			t, _ := start.TaskOf(code)
			return w.app.Start.Answer(w.ctx, coordinator, ledger.Form{}, t, answers)
		})
	}
	for _, code := range []string{"restored", "keys_kept", "impact_signed", "voice", "paper"} {
		w.do("say: "+code, func() error {
			return w.app.Start.Say(w.ctx, coordinator, ledger.Form{}, code, map[string]string{"who": "Tomas Reed, administrator", "on": day})
		})
	}
}

// looked writes a look of the group at itself that ended, and a visit that goes on.
func (w *writer) looked(now time.Time) {
	coordinator, visitor := w.area.Actors["coordinator"], w.area.Actors["visitor"]
	w.at(now.AddDate(0, 0, -40))
	var id string
	w.do("a look at fidelity", func() error {
		var err error
		id, err = w.app.Fidelity.Begin(w.ctx, coordinator, ledger.Form{}, fidelity.Round{Group: "Officers, case managers, Harbour Health Trust and two people with lived experience"})
		return err
	})
	w.area.Rounds["ourselves"] = id
	say := func(as string, round, principle string, level fidelity.Level, words string, todo fidelity.Action) {
		w.do("say of "+principle, func() error {
			return w.app.Fidelity.Say(w.ctx, w.area.Actors[as], ledger.Form{}, round, principle, level, words, todo)
		})
	}
	say("coordinator", id, "officers", fidelity.InPart, "Two officers sit with us. Night shifts heard of it by e-mail.", fidelity.Action{Words: "Go to two night briefings", Owner: "Sgt Morgan Lee", Due: now.AddDate(0, 0, -5).Format(time.DateOnly)})
	say("coordinator", id, "voice", fidelity.InPart, "One seat, paid. One person cannot speak for all.", fidelity.Action{Words: "Find a second person for the group", Owner: "Mo Lane", Due: now.AddDate(0, 1, 0).Format(time.DateOnly)})
	say("coordinator", id, "acute", fidelity.AsItShould, "Food and a bed were there on the first night. Nobody signed anything first.", fidelity.Action{})
	say("coordinator", id, "room", fidelity.ForTheMost, "One of us walks with too many since August.", fidelity.Action{})
	say("coordinator", id, "no_conditions", fidelity.AsItShould, "Nobody was asked for a test, and the letter to the court says so.", fidelity.Action{})
	say("coordinator", id, "no_queue", fidelity.NotYet, "We do not know. The clinic could tell us how long others wait.", fidelity.Action{})
	w.at(now.AddDate(0, 0, -38))
	w.do("end the look", func() error {
		return w.app.Fidelity.End(w.ctx, coordinator, ledger.Form{}, id, "We are kind and we are few. Nights and the second seat come first.")
	})
	w.at(now.AddDate(0, 0, -6))
	w.do("a visit", func() error {
		var err error
		id, err = w.app.Fidelity.Begin(w.ctx, coordinator, ledger.Form{}, fidelity.Round{Peer: true, VisitorID: visitor.ID, Group: "Two days with the team and an evening with officers"})
		return err
	})
	w.area.Rounds["visit"] = id
	say("visitor", id, "street", fidelity.AsItShould, "I walked along for an evening. Nobody was at a desk.", fidelity.Action{})
	say("visitor", id, "officers", fidelity.ForTheMost, "Officers told me what they would change, and had changed it.", fidelity.Action{})
}
