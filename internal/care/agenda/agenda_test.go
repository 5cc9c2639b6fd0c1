package agenda

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/handoff/agenda"
	"waymark.example/internal/handoff/disclosure"
)

// R35, R18: whatever was agreed to, an organisation hears words only where it has a
// live yes for this purpose to each thing that they are about; police and
// prosecutors none.
func TestR35_AnOrganisationHearsWordsOnlyOnALiveYesToEachThing(t *testing.T) {
	kinds := []string{"police", "prosecution", "health", "housing", "council", "partnership", "care"}
	rapid.Check(t, func(t *rapid.T) {
		const today = "2026-05-10"
		topic := rapid.SampledFrom(disclosure.Topics())
		var sit []Sitting
		for n, kind := range rapid.SliceOfN(rapid.SampledFrom(kinds), 1, 5).Draw(t, "kinds") {
			sit = append(sit, Sitting{ID: string(rune('a' + n)), Kind: kind})
		}
		var all []consent.Consent
		for range rapid.IntRange(0, 12).Draw(t, "yeses") {
			c := consent.Consent{ID: "c", Topic: topic.Draw(t, "topic"), Purpose: rapid.SampledFrom([]disclosure.Purpose{"meeting", "meeting", "home"}).Draw(t, "purpose"),
				From: "2026-01-01", Until: rapid.SampledFrom([]string{"2026-05-09", "2026-05-10", "2026-06-01"}).Draw(t, "until")}
			c.Recipient.ID = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "to")
			all = append(all, c)
		}
		d := Draft{Topics: slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(topic, 1, 3).Draw(t, "topics"))))}
		holds := func(to string, about disclosure.Topic) bool {
			return slices.ContainsFunc(all, func(c consent.Consent) bool {
				return c.Recipient.ID == to && c.Topic == about && c.Purpose == agenda.Purpose && c.Until >= today
			})
		}
		for _, h := range hearing(all, d, sit, "", today) {
			every := !slices.ContainsFunc(d.Topics, func(about disclosure.Topic) bool { return !holds(h.ID, about) })
			enforcing := h.Kind == "police" || h.Kind == "prosecution"
			if h.Words() != (every && !enforcing) {
				t.Fatalf("%+v hears words: %v", h.Sitting, h.Words())
			}
			if h.Status() != (enforcing && holds(h.ID, disclosure.Status)) {
				t.Fatalf("%+v hears the status: %v", h.Sitting, h.Status())
			}
		}
	})
}
