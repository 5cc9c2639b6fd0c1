package practice

import (
	"bytes"
	"encoding/csv"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/bulk"
	"waymark.example/internal/police/compliance"
	"waymark.example/internal/police/outcome"
)

// records takes in what the force's own system held, compares its arrests with
// what was recorded, and finalises one outcome.
func (w *writer) records(now time.Time) {
	w.at(now.Add(-3 * time.Hour))
	force := w.area.Actors["officer"].Organisation
	w.do("import", func() error {
		rows := [][]string{{"reference", "happened_at", "officer", "door", "outcome", "reason", "offences", "place", "force_reference", "age_band", "sex", "ethnicity_not_recorded", "voluntary"}}
		for i, outcome := range [][3]string{{"not_diverted", "victim_wish", ""}, {"declined", "no_trust", ""}, {"diverted", "needs_seen", "yes"}} {
			rows = append(rows, []string{"N-10" + string(rune('1'+i)), now.AddDate(0, 0, -100-i).Format(time.RFC3339), "officer2@practice.example", "arrest_diversion", outcome[0], outcome[1], "46",
				w.as(access.ContactClass, "East arcade"), "NM/10" + string(rune('1'+i)) + "/26", "36_45", "M", "said_no", outcome[2]})
		}
		text, err := csvOf(rows)
		if err != nil {
			return err
		}
		f := bulk.File{Organisation: force, Source: "niche", Zone: time.UTC}
		if f.Facts, err = bulk.Inspect(strings.NewReader(text), bulk.UTF8, bulk.Columns()); err != nil {
			return err
		}
		officers, err := w.app.Accounts.OfficersOf(w.ctx, force)
		if err != nil {
			return err
		}
		f.Officers = officers.Find
		_, err = w.app.Bulk.Import(w.ctx, lead.System(), f, strings.NewReader(text))
		return err
	})
	w.do("compare", func() error { return w.compare(now, force) })
	w.yes(w.area.People["Dunlin"], w.area.Actors["manager2"], consent.Given{Recipient: force, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "outcome"})
	w.do("finalise", func() error {
		registrar := w.area.Actors["registrar"]
		ready, err := w.app.Outcomes.List(w.ctx, registrar, outcome.Search{State: outcome.Ready}, 2)
		if err != nil || len(ready) < 2 { // one is left to practise with
			return err
		}
		return w.app.Outcomes.Finalise(w.ctx, registrar, ledger.Form{}, ready[0].ContactID, "NM/220/26")
	})
}

func (w *writer) compare(now time.Time, force string) error {
	rows := [][]string{{"reference", "happened_at", "offence", "officer", "unit"}}
	for _, a := range []struct {
		reference string
		ago       time.Duration
		officer   string
	}{{"NM/101/26", 100 * day, "officer2"}, {"NM/311/26", day, "officer"}, {"NM/312/26", 11 * day, "officer"}, {"NM/313/26", 17*day + 3*time.Hour, "officer2"}, {"NM/314/26", 20 * day, "officer2"}} {
		rows = append(rows, []string{a.reference, now.Add(-a.ago).Format(time.RFC3339), "46", a.officer + "@practice.example", ""})
	}
	text, err := csvOf(rows)
	if err != nil {
		return err
	}
	facts, err := bulk.Inspect(strings.NewReader(text), bulk.UTF8, compliance.Columns())
	if err != nil {
		return err
	}
	officers, err := w.app.Accounts.OfficersOf(w.ctx, force)
	if err != nil {
		return err
	}
	in, err := bulk.NewReader(strings.NewReader(text), bulk.UTF8)
	if err != nil {
		return err
	}
	_, err = w.app.Compliance.Run(w.ctx, lead.System(), compliance.Extract{Facts: facts, Organisation: force, Zone: time.UTC, Officers: officers.Find}, in)
	return err
}

func csvOf(rows [][]string) (string, error) {
	var out bytes.Buffer
	err := csv.NewWriter(&out).WriteAll(rows)
	return out.String(), err
}
