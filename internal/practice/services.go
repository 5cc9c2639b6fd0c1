package practice

import (
	"slices"
	"time"

	"waymark.example/internal/care/warm"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/service"
)

// services fills the directory with places that do not exist.
func (w *writer) services(now time.Time) {
	supervisor, manager := w.area.Actors["supervisor"], w.area.Actors["manager"]
	week := func(hours string) [7]string { return [7]string{hours, hours, hours, hours, hours, "", ""} }
	for i, e := range []service.Edit{
		{Name: "Harbour Kitchen", Organisation: "Harbour Kitchen Trust", Description: "Hot food, showers and clean clothes. Nobody asks why you came.", Phone: "01632 960111", URL: "https://kitchen.example.org",
			Street: "4 Quay Road", Town: "Northmoor", Postcode: "NM1 4QR", Needs: []string{"survival", "community"}, Ways: []service.Way{service.WalkIn, service.Dogs}, Week: [7]string{"11-14", "11-14", "11-14", "11-14", "11-14", "12-14", "12-14"},
			Exceptions: time.Date(now.Year(), 12, 25, 0, 0, 0, 0, time.UTC).Format(time.DateOnly) + " 12:00-15:00"},
		{Name: "Lantern night shelter", Organisation: "Lantern Housing", Description: "A bed tonight, and a place to keep what you own.", Phone: "01632 960112", Street: "2 Station Yard", Town: "Northmoor", Postcode: "NM1 2AB",
			Needs: []string{"housing", "survival"}, Ways: []service.Way{service.Dogs, service.BankHolidays}, Week: [7]string{"21-8", "21-8", "21-8", "21-8", "21-8", "21-8", "21-8"}, Eligibility: "Over 18"},
		{Name: "Lantern homes first", Organisation: "Lantern Housing", Description: "A home of one's own with support that visits, for as long as it is wanted.", Email: "homes@lantern.example.org", Street: "2 Station Yard", Town: "Northmoor", Postcode: "NM1 2AB",
			Needs: []string{"housing"}, Week: week("9-17"), Area: "Anybody with a link to Northmoor"},
		{Name: "Harbour recovery clinic", Organisation: "Harbour Health Trust", Description: "Medicine, needle exchange, naloxone and somebody to talk to, at your own pace.", Phone: "01632 960113", Street: "11 Fish Street", Town: "Northmoor", Postcode: "NM1 9CD",
			Needs: []string{"substances", "health"}, Ways: []service.Way{service.WalkIn}, Week: week("9-12:30, 13:30-17")},
		{Name: "Anchor House", Organisation: "Anchor Women's Aid", Description: "Safety from somebody, and time to think.", Phone: "01632 960114", Needs: []string{"safety", "housing"},
			Ways: []service.Way{service.WomenOnly, service.Withheld}},
		{Name: "Money and papers desk", Organisation: "Northmoor Advice", Description: "Benefits, debts, birth certificates and identity papers.", Phone: "01632 960115", Street: "The Library, Market Square", Town: "Eastmoor", Postcode: "EM2 1AA",
			Needs: []string{"money", "identity"}, Ways: []service.Way{service.WalkIn}, Week: [7]string{"", "10-13", "", "10-13, 14-18", "", "", ""}, Cost: "Free"},
		{Name: "Quiet Minds", Organisation: "Quiet Minds CIC", Description: "Talking, walking and art for people whose head is loud.", Email: "hello@quietminds.example.org", Street: "Old Chapel, Mill Lane", Town: "Eastmoor", Postcode: "EM2 5BB",
			Needs: []string{"mental_health", "community", "hopes"}, Week: week("10-16"), Alert: "The lift is broken until spring: ring, and they come down"},
	} {
		w.at(now.AddDate(0, 0, -85+i))
		e.Status = "active"
		w.do("a service", func() error {
			id, err := w.app.Directory.Add(w.ctx, supervisor, ledger.Form{}, e)
			w.area.Services[e.Name] = id
			return err
		})
		if i == 6 { // nobody has made sure of this one yet
			continue
		}
		w.at(now.AddDate(0, 0, -3*i-1))
		if i == 5 {
			continue
		}
		w.do("verify a service", func() error {
			return w.app.Directory.Verify(w.ctx, manager, ledger.Form{}, w.area.Services[e.Name], 1)
		})
	}
}

// brought leaves people on their way to services: one who was sent with words
// they agreed to and got there, one of whom nothing is heard, one with a paper to
// carry, and many at the kitchen by the same door as anybody.
func (w *writer) brought(now time.Time) {
	manager, supervisor := w.area.Actors["manager"], w.area.Actors["supervisor"]
	refer := func(by lead.Actor, name, to string, days int, r warm.Referral) string {
		var id string
		w.at(now.AddDate(0, 0, -days))
		w.do("refer "+name, func() error {
			r.ServiceID = w.area.Services[to]
			p, err := w.app.Care.Warm.Look(w.ctx, by, w.area.People[name], r)
			if err != nil {
				return err
			}
			r.Shown = p.Words
			id, err = w.app.Care.Warm.Refer(w.ctx, by, ledger.Form{}, w.area.People[name], r)
			return err
		})
		return id
	}
	note := func(name, id string, days int, kind warm.Kind, words string) {
		w.at(now.AddDate(0, 0, -days))
		w.do("a step to a service", func() error {
			return w.app.Care.Warm.Note(w.ctx, manager, ledger.Form{}, w.area.People[name], id, warm.Step{Kind: kind, Words: w.mark(words), On: now.AddDate(0, 0, -days).UTC().Format(time.DateOnly)})
		})
	}
	home := refer(manager, "Linnet", "Lantern homes first", 20, warm.Referral{Domain: "housing", Facts: []string{"name", "need"}, How: warm.Sent, Door: "same", List: "yes", OthersDays: "14",
		Agreed: true, Way: "spoken", Witness: w.mark("A volunteer at the drop-in"), Language: "English"})
	note("Linnet", home, 19, warm.Call, "Linnet spoke, I listened.")
	note("Linnet", home, 9, warm.Answered, "They have a room to look at.")
	note("Linnet", home, 4, warm.GotThere, "We went by bus.")
	w.area.Warm["sent"] = home
	w.area.Warm["silent"] = refer(manager, "Linnet", "Quiet Minds", 8, warm.Referral{Domain: "mental_health", How: warm.Nothing, Door: "same", List: "not_known"})
	w.area.Warm["paper"] = refer(manager, "Linnet", "Money and papers desk", 2, warm.Referral{Domain: "identity", Facts: []string{"name", "need"}, Own: w.mark("I lost everything in the rain."), How: warm.Paper, Door: "same", List: "none"})
	w.at(now.AddDate(0, 0, -3))
	w.do("unmet", func() error {
		return w.app.Care.Warm.Miss(w.ctx, manager, ledger.Form{}, w.area.People["Linnet"], warm.Unmet{Domain: "housing", Why: "full", ServiceID: w.area.Services["Lantern night shelter"],
			Words: w.mark("A room that takes the dog."), On: now.AddDate(0, 0, -3).UTC().Format(time.DateOnly)})
	})
	var everybody []string
	for name := range w.area.People {
		if name != "Avocet" && name != "Twite" { // one died, the file of the other is sealed
			everybody = append(everybody, name)
		}
	}
	slices.Sort(everybody)
	for i, name := range everybody {
		id := refer(supervisor, name, "Harbour Kitchen", 12, warm.Referral{Domain: "survival", How: warm.Nothing, Door: "same", List: "none", OthersDays: "0"})
		w.at(now.AddDate(0, 0, -11))
		w.do("at the kitchen", func() error {
			return w.app.Care.Warm.Note(w.ctx, supervisor, ledger.Form{}, w.area.People[name], id, warm.Step{Kind: warm.GotThere, On: now.AddDate(0, 0, -12+i%2).UTC().Format(time.DateOnly)})
		})
	}
}

// fund puts money into the team's flexible fund, with a request at each stage.
func (w *writer) fund(now time.Time) {
	manager, supervisor := w.area.Actors["manager"], w.area.Actors["supervisor"]
	person := w.area.People["Linnet"]
	w.at(now.AddDate(0, 0, -30))
	w.do("money in", func() error {
		return w.app.Care.Fund.MoneyIn(w.ctx, supervisor, ledger.Form{}, "1500", "150", "Northmoor City Council")
	})
	for _, r := range []struct {
		name, kind, sum, words string
		days                   int
	}{{"paid", "phone", "20", "So that the housing people can ring.", 12}, {"approved", "papers", "11", "A birth certificate.", 3}, {"asked", "travel", "8.40", "The bus to the viewing, there and back.", 1}} {
		w.at(now.AddDate(0, 0, -r.days))
		w.do("ask the fund", func() error {
			id, err := w.app.Care.Fund.Ask(w.ctx, manager, ledger.Form{}, person, r.kind, r.sum, w.mark(r.words))
			w.area.Fund[r.name] = id
			if err != nil || r.name == "asked" {
				return err
			}
			if err := w.app.Care.Fund.Approve(w.ctx, supervisor, ledger.Form{}, person, id); err != nil || r.name == "approved" {
				return err
			}
			return w.app.Care.Fund.Pay(w.ctx, manager, ledger.Form{}, person, id, "18.50", "bought")
		})
	}
}
