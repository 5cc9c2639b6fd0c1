package deliberation_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/handoff/judged"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/deliberation"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/reference/policy"
	"waymark.example/internal/webtest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// send fills in a page's own form: its key, and what is asked.
func send(t *testing.T, b *webtest.Browser, page, to string, form url.Values, want int) webtest.Answer {
	t.Helper()
	got := b.Get(page)
	if form.Get("form_key") == "" {
		form.Set("form_key", lead.NewID("frm"))
	}
	if from := got.Hidden("from_version"); from != "" && !form.Has("from_version") {
		form.Set("from_version", from)
	}
	if wording := got.Hidden("wording"); wording != "" && !form.Has("wording") {
		form.Set("wording", wording)
	}
	a := b.Post(to, form)
	if a.Status != want {
		t.Fatalf("%s: got %d, want %d\n%.1500s", to, a.Status, want, a.Body)
	}
	return a
}

func today() string { return time.Now().UTC().Format(time.DateOnly) }

// decided fills in the form of a decision: everybody who was there, by the number
// of their organisation on the page.
func decided(of url.Values) url.Values {
	form := url.Values{"body": {"Policy Coordinating Group"}, "met_on": {today()}, "way": {"consensus"}, "voice_0": {"agrees"}, "voice_1": {"agrees"},
		"lived": {"present"}, "reasons": {"Officers asked for it, and residents agreed."}, "in_force_from": {today()}}
	for k, v := range of {
		form[k] = v
	}
	return form
}

// From a draft to the next contact, over HTTP, on both engines: a draft is
// changed, put to everybody, commented on by a seat-holder, answered, decided with
// dissent on record, and confirmed by a second person; the next contact is judged
// by it, and last week's keeps the version that it was decided under.
func TestR7_ADraftIsPutToEverybodyDecidedConfirmedAndJudgesTheNextContact(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			address := "sqlite:" + filepath.Join(t.TempDir(), "waymark.db")
			if engine == "postgres" {
				address = webtest.Postgres
			}
			site := webtest.StartEmpty(t, address)
			officer := site.SignIn(t, "officer")
			decide := func(when time.Time) webtest.Answer {
				return officer.Post("/police/decide", url.Values{"form_key": {lead.NewID("frm")}, "door": {"arrest_diversion"}, "offence": {"46"}, "outcome": {"not_diverted"}, "reason_not_diverted": {"risk_of_harm"},
					"age_band": {"26_35"}, "sex": {"F"}, "ethnic_group": {"said_no"}, "happened_at": {when.UTC().Format("2006-01-02T15:04")}, "place": {"Fish Quay"}})
			}
			site.Clock.Set(time.Now().AddDate(0, 0, -7))
			lastWeek, err := site.App.Contacts.Decide(t.Context(), site.Area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, contact.Decision{
				HappenedAt: site.Clock.Now().Add(-time.Minute), Place: "Fish Quay", Outcome: contact.NotDiverted, Reason: "risk_of_harm", Offences: []string{"46"},
				Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo}})
			must(t, err)
			site.Clock.Set(time.Time{})

			for _, local := range []string{"coordinator", "panel", "commissioner", "sergeant"} {
				seat(t, site, local, "pcg")
			}
			seat(t, site, "clinician", "owg")
			coordinator, panel, commissioner := site.SignIn(t, "coordinator"), site.SignIn(t, "panel"), site.SignIn(t, "commissioner")
			made := send(t, coordinator, "/partnership/policy/new", "/partnership/policy/new", url.Values{"title": {"Shoplifting waits"}, "why": {"Shops asked for a year without it."}}, http.StatusSeeOther)
			draft := strings.TrimSuffix(made.Location, "/change")
			d, err := site.App.Deliberation.Draft(t.Context(), strings.TrimPrefix(draft, "/partnership/policy/"))
			must(t, err)
			edit := formOf(d.Terms)
			edit.Set("offence_46", "excluded")
			edit.Set("reason_words_not_diverted_"+"new"+itoa(len(d.Terms.ReasonsFor("not_diverted"))), "Somebody they trust was there")
			send(t, coordinator, draft+"/change", draft+"/change", edit, http.StatusSeeOther)
			send(t, coordinator, draft+"/change", draft+"/change", withVersion(edit, "1"), http.StatusConflict)
			if page := officer.Get(draft); !page.Says("Shoplifting") || !page.Says("Before: divertible") || !page.Says("Now: usually not divertible") || !page.Says("A new reason") {
				t.Errorf("an officer does not read what changes: %d", page.Status)
			}
			// Not before everybody was asked.
			send(t, coordinator, draft+"/decide", draft+"/decide", decided(url.Values{}), http.StatusUnprocessableEntity)
			send(t, coordinator, draft, draft+"/consult", url.Values{"until_on": {"2001-01-01"}}, http.StatusUnprocessableEntity)
			send(t, coordinator, draft, draft+"/consult", url.Values{"until_on": {today()}}, http.StatusSeeOther)
			send(t, officer, draft, draft+"/comment", url.Values{"words": {"No seat"}}, http.StatusNotFound)
			send(t, panel, draft, draft+"/comment", url.Values{"words": {""}}, http.StatusUnprocessableEntity)
			send(t, panel, draft, draft+"/comment", url.Values{"words": {"People steal nappies."}}, http.StatusSeeOther)
			clinician := site.SignIn(t, "clinician") // every side: here from health
			send(t, clinician, draft, draft+"/comment", url.Values{"words": {"Some of them are ill."}}, http.StatusSeeOther)
			if page := officer.Get(draft); !page.Says("Dr Nia Lowe, Harbour Health Trust") {
				t.Error("who speaks, and for whom, is not there")
			}
			d, err = site.App.Deliberation.Draft(t.Context(), d.ID)
			must(t, err)
			if len(d.Comments) != 2 || d.Comments[0].Wording != 2 {
				t.Fatalf("comments: %+v", d.Comments)
			}
			c := d.Comments[0].ID
			send(t, panel, draft, draft+"/answer/"+c, url.Values{"answer_" + c: {"no"}}, http.StatusNotFound)
			send(t, coordinator, draft, draft+"/answer/"+c, url.Values{"answer_" + c: {"We look at it again in a year."}}, http.StatusSeeOther)
			if page := officer.Get(draft); !page.Says("People steal nappies.") || !page.Says("We look at it again in a year.") {
				t.Error("what was said and answered is not there for everybody")
			}

			// Dissent needs reasons, and is no consensus.
			send(t, coordinator, draft+"/decide", draft+"/decide", decided(url.Values{"voice_1": {"dissents"}}), http.StatusUnprocessableEntity)
			wrong := send(t, coordinator, draft+"/decide", draft+"/decide", decided(url.Values{"voice_1": {"dissents"}, "voice_words_1": {"Too long a year."}}), http.StatusUnprocessableEntity)
			if !wrong.Says("Somebody did not agree") || !wrong.Says("Too long a year.") {
				t.Error("a dissent went as consensus, or what was typed is lost")
			}
			send(t, coordinator, draft+"/decide", draft+"/decide", decided(url.Values{"lived": {"absent"}}), http.StatusUnprocessableEntity)
			written := send(t, coordinator, draft+"/decide", draft+"/decide", decided(url.Values{"voice_1": {"dissents"}, "voice_words_1": {"Too long a year."}, "way": {"dissent"}, "lived": {"absent"}, "lived_words": {"The seat is empty."}}), http.StatusSeeOther)
			if p := policyNow(t, site); p.Version != 1 {
				t.Fatalf("one person put version %d in force", p.Version)
			}
			send(t, coordinator, written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusNotFound)
			send(t, site.SignIn(t, "clinician"), written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusNotFound) // sits elsewhere
			send(t, officer, written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusNotFound)
			send(t, commissioner, written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusSeeOther)
			send(t, panel, written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusConflict)
			if page := officer.Get("/policy"); !page.Says("Version 2") || !page.Says("Agreed, with dissent on record") || !page.Says("Nobody with lived experience took part.") {
				t.Errorf("the policy's page does not show the decision behind it: %.600s", page.Body)
			}
			if page := officer.Get(written.Location); !page.Says("Too long a year.") || !page.Says("The seat is empty.") {
				t.Error("the dissent is not on record for everybody")
			}

			// The next contact is judged by it, last week's keeps its own.
			if a := decide(time.Now().Add(-time.Minute)); a.Status != http.StatusSeeOther {
				t.Fatalf("decide: %d %.800s", a.Status, a.Body)
			}
			mine, err := site.App.Contacts.Mine(t.Context(), site.Area.Actors["officer"], "", 10)
			must(t, err)
			versions := map[int64]int{}
			for _, one := range mine {
				e, err := site.App.Contacts.Read(t.Context(), site.Area.Actors["officer"], one.ID)
				must(t, err)
				versions[e.Decision.PolicyVersion]++
				if e.Decision.PolicyVersion == 2 && len(e.Decision.Exclusions) != 1 {
					t.Errorf("the new version's exclusion does not hold: %+v", e.Decision.Exclusions)
				}
				if one.ID == lastWeek && (e.Decision.PolicyVersion != 1 || len(e.Decision.Exclusions) != 0) {
					t.Errorf("last week's contact changed: %+v", e.Decision)
				}
			}
			if versions[1] != 1 || versions[2] != 1 {
				t.Errorf("contacts by version: %v", versions)
			}

			// From now on a version comes out of a decision only; an earlier one comes back
			// as a version of its own.
			if a := coordinator.Get("/policy/new"); a.Status != http.StatusSeeOther || a.Location != "/partnership/policy" {
				t.Errorf("the way past a decision is open: %d %s", a.Status, a.Location)
			}
			p := policyNow(t, site)
			p.InForceFrom, p.DecidedBy = today(), "Somebody"
			if _, err := site.App.Policies.Record(t.Context(), site.Area.Actors["coordinator"], ledger.Form{}, p); err == nil {
				t.Error("a version was recorded without a decision")
			}
			back := send(t, coordinator, "/partnership/policy/new?restores=1", "/partnership/policy/new", url.Values{"title": {"As it was"}, "why": {"It did not help."}, "restores": {"1"}}, http.StatusSeeOther).Location
			send(t, coordinator, back, back+"/consult", url.Values{"until_on": {today()}}, http.StatusSeeOther)
			written = send(t, coordinator, back+"/decide", back+"/decide", decided(url.Values{}), http.StatusSeeOther)
			send(t, site.SignIn(t, "sergeant"), written.Location, written.Location+"/second", url.Values{"answer": {"yes"}}, http.StatusSeeOther) // of another side
			now := policyNow(t, site)
			first, err := first(t, site)
			must(t, err)
			if now.Version != 3 || len(policy.Compare(first, now)) != 0 {
				t.Errorf("version %d is in force, with %v different from the first", now.Version, policy.Compare(first, now))
			}
			if !officer.Get("/policy").Says("It brings version 1 back") {
				t.Error("the page does not say which version came back")
			}

			// A draft that was taken back stays readable, and decides nothing.
			gone := strings.TrimSuffix(send(t, coordinator, "/partnership/policy/new", "/partnership/policy/new", url.Values{"title": {"Not this"}, "why": {"A try"}}, http.StatusSeeOther).Location, "/change")
			send(t, coordinator, gone, gone+"/withdraw", url.Values{"withdraw_words": {"Nobody wanted it."}}, http.StatusSeeOther)
			if !officer.Get(gone).Says("Nobody wanted it.") {
				t.Error("a draft that was taken back is gone")
			}
			send(t, coordinator, gone, gone+"/consult", url.Values{"until_on": {today()}}, http.StatusConflict)

			// The register: other decisions too, and words are found.
			other := send(t, coordinator, "/partnership/decisions/new", "/partnership/decisions/new", decided(url.Values{"title": {"Tea at meetings"}, "what": {"There is tea, and somebody minds the children."}}), http.StatusSeeOther)
			if page := officer.Get("/partnership/decisions?words=MINDS"); !page.Says("Tea at meetings") || page.Says("As it was") {
				t.Error("the register does not find words")
			}
			send(t, panel, other.Location, other.Location+"/second", url.Values{"answer": {"no"}}, http.StatusUnprocessableEntity)
			send(t, panel, other.Location, other.Location+"/second", url.Values{"answer": {"no"}, "words": {"It was coffee."}}, http.StatusSeeOther)
			if !officer.Get(other.Location).Says("It was coffee.") {
				t.Error("that it was not so decided is not on record")
			}
		})
	}
}

func policyNow(t *testing.T, site *webtest.Site) policy.Policy {
	t.Helper()
	p, _, err := site.App.Contacts.Choices(t.Context())
	must(t, err)
	return p
}

// A simulation is a function of what was published in tens and of nothing else:
// with other small numbers of contacts behind it, no draft shows anything else. That
// what is published is the same for every small number is proven beside it
// (handoff/judged). Here the figures add up.
func TestR44_ASimulationCountsOnlyWhatWasPublished(t *testing.T) {
	before := policy.Policy{Version: 1, Offences: []policy.Offence{{Code: "46", Label: "Shoplifting", Standing: policy.Excluded}, {Code: "49", Label: "Other theft", Standing: policy.Divertible}},
		Criteria: []policy.Criterion{{Code: "weapon", Words: "A weapon", Kind: policy.Presumptive}}}
	after := before
	after.Offences = []policy.Offence{{Code: "46", Label: "Shoplifting", Standing: policy.Divertible}, {Code: "49", Label: "Other theft", Standing: policy.Excluded}}
	exact := []judged.Group{
		{Door: "arrest_diversion", Offences: []string{"46"}, Contacts: 38},
		{Door: "arrest_diversion", Offences: []string{"46"}, Criteria: []string{"weapon"}, Contacts: 12},
		{Door: "arrest_diversion", Offences: []string{"49"}, Contacts: 9},
	}
	got := deliberation.Compare(judged.Set{Until: "2026-10", Groups: judged.Shown(exact)}, before, after)
	if got.Counted != 50 || got.Before != 0 || got.After != 40 || got.MoreContacts != 40 || got.FewContacts != 0 || got.From != "2025-11" {
		t.Errorf("got %+v", got)
	}
	exact[2].Contacts = 1
	if again := deliberation.Compare(judged.Set{Until: "2026-10", Groups: judged.Shown(exact)}, before, after); again.Counted != got.Counted || again.After != got.After || len(again.Fewer) != 0 {
		t.Errorf("one contact more or less shows: %+v", again)
	}
}
