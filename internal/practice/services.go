package practice

import (
	"time"

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
		{Name: "Anchor House", Organisation: "Anchor Women's Aid", Description: "Safety from somebody, and time to think.", Phone: "01632 960114", Area: "Northmoor and Eastmoor", Needs: []string{"safety", "housing"},
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
