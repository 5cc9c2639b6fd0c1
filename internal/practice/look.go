package practice

import (
	"time"

	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/need"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/instrument"
)

// look adds how things were for somebody over time: more conversations about
// needs, and a year in months.
func (w *writer) look(now time.Time) {
	manager, person := w.area.Actors["manager"], w.area.People["Kestrel"]
	for _, talk := range []struct {
		days        int
		own, worker map[string]need.Level
	}{
		{40, map[string]need.Level{"housing": need.Hard, "health": need.Hard, "money": need.InCrisis}, map[string]need.Level{"housing": need.Managing, "health": need.Hard}},
		{12, map[string]need.Level{"housing": need.Fine, "money": need.Managing, "community": need.Hard, "health": need.Managing}, map[string]need.Level{"housing": need.Fine, "money": need.Hard}},
	} {
		at := now.AddDate(0, 0, -talk.days)
		w.at(at)
		a := need.Assessment{TalkedOn: at.Format(time.DateOnly), Words: w.mark("On the bench by the water.")}
		for domain, level := range talk.own {
			a.Ratings = append(a.Ratings, need.Rating{Domain: domain, View: "own", Level: level})
		}
		for domain, level := range talk.worker {
			a.Ratings = append(a.Ratings, need.Rating{Domain: domain, View: "worker", Level: level})
		}
		w.do("needs", func() error { return w.app.Care.Needs.Assess(w.ctx, manager, ledger.Form{}, person, a) })
	}
	first := time.Date(now.Year(), now.Month(), 1, 9, 0, 0, 0, time.UTC)
	for back, s := range []month.Status{
		1: {Housing: "own_home", Work: "learning", Income: "benefits", Words: "The boxes are unpacked."},
		2: {Housing: "hostel", Work: "looking", Income: "benefits"},
		3: {Housing: "hostel", Work: month.NotAsked, Income: "waiting"},
		5: {Housing: "rough", Work: "health", Income: "nothing"},
	} {
		if s.Housing == "" {
			continue
		}
		s.Month, s.Words = first.AddDate(0, -back, 0).Format(month.Layout), w.mark(s.Words)
		w.at(first.AddDate(0, -back, 20))
		w.do("month", func() error { return w.app.Care.Months.Note(w.ctx, manager, ledger.Form{}, person, 0, s) })
	}
	w.papers(now, person)
	w.answers(now, person)
}

// answers attests two licences, leaves one, and keeps what somebody answered.
func (w *writer) answers(now time.Time, person string) {
	w.at(now.AddDate(0, 0, -40))
	for id, words := range map[string]string{"phq-9": "No permission required to reproduce, translate, display or distribute.", "this-week": "CC0 1.0"} {
		w.do("attest a licence", func() error {
			return w.app.Instruments.Attest(w.ctx, w.area.Actors["administrator"], ledger.Form{}, id, "1", words)
		})
	}
	for _, a := range []struct {
		days int
		id   string
		said instrument.Answers
	}{
		{35, "phq-9", instrument.Answers{"1": "2", "2": "2", "3": "3", "4": "2", "5": "1", "6": "1", "7": "1", "8": "0", "9": "1", "difficulty": "2"}},
		{10, "phq-9", instrument.Answers{"1": "1", "2": "1", "3": "1", "4": "1", "5": "0", "6": "0", "7": "1", "8": "0", "9": "0"}},
		{10, "this-week", instrument.Answers{"sleep": "3", "eat": "2", "people": "3"}},
	} {
		at := now.AddDate(0, 0, -a.days)
		w.at(at)
		w.do("answer", func() error {
			_, err := w.app.Care.Answered.Take(w.ctx, w.area.Actors["manager"], ledger.Form{}, person, a.id, "1",
				answered.Answered{On: at.Format(time.DateOnly), Answers: a.said, Words: w.as(access.HealthClass, "")})
			return err
		})
	}
}

// papers keeps copies of what somebody gave: one whose paper is with the team.
func (w *writer) papers(now time.Time, person string) {
	restricted := func(text string) string { return w.as(access.RestrictedClass, text) }
	for i, d := range []document.Document{
		{Kind: "id", Original: "with_us", Name: restricted("Birth certificate"), Words: restricted("Theirs. Needed for the bank.")},
		{Kind: "tenancy", Original: "theirs", Name: restricted("Tenancy, first page")},
	} {
		w.at(now.AddDate(0, 0, -20+i))
		body := "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n% " + restricted("") + "\ntrailer<</Root 1 0 R>>\n%%EOF\n"
		w.do("keep a paper", func() error {
			_, err := w.app.Care.Documents.Add(w.ctx, w.area.Actors["manager"], ledger.Form{}, person, d, []byte(body))
			return err
		})
	}
}
