package app_test

import (
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/webtest"
)

// No page of the police tells who takes part (R34): for thousands of pairs of
// somebody whose intake is done and somebody the case team never met, neither
// of whom let the officer hear anything, every answer is the same to the
// letter, and how long it takes tells them apart no better than a coin.
func TestR34_NoPoliceRouteTellsWhoTakesPart(t *testing.T) {
	t.Parallel()
	pairs := 2_000
	switch {
	case everything():
		pairs = 10_000
	case testing.Short():
		pairs = 500
	}
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	enrolled, unknown := peopleHandedOver(t, site, 60)
	officer, other := site.SignIn(t, "officer"), site.SignIn(t, "officer2")
	ask := func(p handedOver) (time.Duration, string) {
		start := time.Now()
		a := officer.Get("/police/contacts/" + p.contact)
		took := time.Since(start)
		if a.Status != http.StatusOK {
			t.Fatalf("the officer's own contact: %d", a.Status)
		}
		return took, stripNames(a.Body)
	}
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a fixed order, so that a finding can be had again
	var slow, quick []time.Duration
	_, same := ask(unknown[0])
	for range pairs {
		one := []handedOver{enrolled[random.IntN(len(enrolled))], unknown[random.IntN(len(unknown))]}
		first := random.IntN(2)
		for _, i := range []int{first, 1 - first} {
			took, body := ask(one[i])
			if body != same {
				t.Fatalf("the page of %s differs:\n%s", one[i].contact, body)
			}
			if i == 0 {
				slow = append(slow, took)
			} else {
				quick = append(quick, took)
			}
		}
	}
	if auc := area(slow, quick); auc < 0.45 || auc > 0.55 {
		t.Errorf("how long an answer takes tells who takes part: AUC %.3f", auc)
	} else {
		t.Logf("%d pairs byte-identical, AUC of their timing %.3f", pairs, auc)
	}
	// The same for every other address that could be asked about either.
	for range 20 {
		e, u := enrolled[random.IntN(len(enrolled))], unknown[random.IntN(len(unknown))]
		for _, pair := range [][2]string{
			{"/police/contacts/" + e.contact, "/police/contacts/" + u.contact}, {"/care/people/" + e.participant, "/care/people/" + lead.NewID("par")},
			{"/care/people/" + e.participant + "/plan", "/care/people/" + lead.NewID("par") + "/plan"}, {"/care/hand-offs/" + e.referral, "/care/hand-offs/" + u.referral},
		} {
			if a, b := other.Get(pair[0]), other.Get(pair[1]); a.Status != http.StatusNotFound || a.Status != b.Status || stripNames(a.Body) != stripNames(b.Body) {
				t.Errorf("another officer tells %s (%d) from %s (%d)", pair[0], a.Status, pair[1], b.Status)
			}
		}
		a, b := officer.Get("/police/contacts/"+e.contact+"/correct"), officer.Get("/police/contacts/"+u.contact+"/correct")
		if a.Status != http.StatusOK || stripNames(a.Body) != stripNames(b.Body) {
			t.Errorf("the form of a correction tells who takes part")
		}
	}
}

type handedOver struct{ contact, referral, participant string }

// peopleHandedOver returns n people whose intake is done and n whom nobody has
// met yet. Nothing about either may be told to the officer.
func peopleHandedOver(t *testing.T, site *webtest.Site, n int) (enrolled, unknown []handedOver) {
	t.Helper()
	ctx, care := t.Context(), site.App.Care
	officer, manager := site.Area.Actors["officer"], site.Area.Actors["manager"]
	at := time.Now().Add(-time.Hour)
	site.Clock.Set(at) // everybody at the same moment, so that no page differs by its date
	defer func() { site.Clock.Set(time.Time{}) }()
	for i := range 2 * n {
		d := contact.Decision{HappenedAt: at.Add(-10 * time.Minute), Place: "Fish Quay", Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"},
			Equality: contact.Equality{AgeBand: "26_35", Sex: "M", Ethnicity: "W1"}, Voluntary: true,
			HandOff: referral.Referral{Nickname: "Robin", Meeting: referral.FindLater, FindWords: "Near the quay"}}
		id, err := site.App.Contacts.Decide(ctx, officer, ledger.Form{}, contact.ArrestDiversion, d)
		if err != nil {
			t.Fatal(err)
		}
		p := handedOver{contact: id}
		open, err := care.People.HandOffs(ctx, manager)
		if err != nil {
			t.Fatal(err)
		}
		p.referral = open.Waiting[len(open.Waiting)-1].ID
		if i%2 == 1 {
			unknown = append(unknown, p)
			continue
		}
		if p.participant, err = care.People.Accept(ctx, manager, ledger.Form{}, p.referral); err != nil {
			t.Fatal(err)
		}
		if err := care.People.Log(ctx, manager, ledger.Form{}, p.referral, referral.Met, "", at); err != nil {
			t.Fatal(err)
		}
		intake := participant.Intake{Done: true, ConsentHow: "signed", ConsentLanguage: "English", CopyGiven: true}
		if err := care.People.TakeIntake(ctx, manager, ledger.Form{}, p.participant, 0, intake); err != nil {
			t.Fatal(err)
		}
		enrolled = append(enrolled, p)
	}
	return enrolled, unknown
}

var ownName = regexp.MustCompile(`(frm|con|ref|par)_[0-9a-f]{32}|LD-[0-9A-Z]{6}`)

// stripNames takes out what names one record and differs between any two.
func stripNames(body string) string { return ownName.ReplaceAllString(body, "$1") }

// area is the chance that a value of a is larger than one of b (the area under
// the ROC curve, by ranks as in Mann and Whitney): 0.5 tells nothing.
func area(a, b []time.Duration) float64 {
	type value struct {
		took time.Duration
		ofA  bool
	}
	all := make([]value, 0, len(a)+len(b))
	for _, v := range a {
		all = append(all, value{v, true})
	}
	for _, v := range b {
		all = append(all, value{v, false})
	}
	slices.SortFunc(all, func(x, y value) int { return int(x.took - y.took) })
	ranks := 0.0
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].took == all[i].took {
			j++
		}
		for k := i; k < j; k++ {
			if all[k].ofA {
				ranks += float64(i+j+1) / 2
			}
		}
		i = j
	}
	n, m := float64(len(a)), float64(len(b))
	return (ranks - n*(n+1)/2) / (n * m)
}

// The measure itself can tell: what is slower by a little stands out.
func TestTheMeasureOfTimingCanTellADifference(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a fixed order
	var a, b []time.Duration
	for range 2000 {
		a = append(a, time.Duration(1000+random.IntN(300)))
		b = append(b, time.Duration(950+random.IntN(300)))
	}
	if auc := area(a, b); auc < 0.6 {
		t.Errorf("AUC %.3f", auc)
	}
	if auc := area(a, a); auc != 0.5 {
		t.Errorf("the same twice: %.3f", auc)
	}
}
