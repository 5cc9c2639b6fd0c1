package webtest

import (
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/practice"
)

// Received has "officer" hand somebody called Kestrel over and "manager" accept
// them, and returns whom: a participant to begin a test with.
func Received(t testing.TB, a *app.App, staff practice.Area) string {
	t.Helper()
	_, err := a.Contacts.Decide(t.Context(), staff.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, contact.Decision{
		HappenedAt: a.Now().Add(-5 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}, HandOff: referral.Referral{Nickname: "Kestrel", Meeting: referral.HereNow}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := a.Care.People.HandOffs(t.Context(), staff.Actors["manager"])
	if err != nil {
		t.Fatal(err)
	}
	person, err := a.Care.People.Accept(t.Context(), staff.Actors["manager"], ledger.Form{}, h.Waiting[len(h.Waiting)-1].ID)
	if err != nil {
		t.Fatal(err)
	}
	return person
}
