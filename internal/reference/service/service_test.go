package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/service"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func file(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	must(t, err)
	return text
}

// published compiles a schema as the profile publishes it, with its formats held to.
func published(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(file(t, name))))
	must(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	must(t, c.AddResource(name, doc))
	s, err := c.Compile(name)
	must(t, err)
	return s
}

func valid(t testing.TB, s *jsonschema.Schema, text string) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	must(t, err)
	return s.Validate(v)
}

func asMap(t testing.TB, text string) map[string]any {
	t.Helper()
	var m map[string]any
	must(t, json.Unmarshal([]byte(text), &m))
	return m
}

func edit() service.Edit {
	return service.Edit{Name: "Harbour Kitchen", Organisation: "Harbour Kitchen Trust", Description: "Hot food and no questions.", Status: "active", Phone: "01632 960111", Email: "hello@example.org",
		URL: "https://example.org", Street: "4 Quay Road", Town: "Northmoor", Postcode: "NM1 4QR", Area: "Anybody", Needs: []string{"survival", "community"},
		Ways: []service.Way{service.WalkIn, service.Dogs}, Week: [7]string{"12-14", "12:00-14:00, 17:30-19:30", "", "12-14", "22:00-02:00", "", ""}, Exceptions: "2026-12-25 11:00-15:00\n2026-12-31 closed\n"}
}

func TestThePublishedSampleComesThroughWithoutLossAndValid(t *testing.T) {
	schemaOf := published(t, "schema_service.json")
	if err := valid(t, schemaOf, string(file(t, "service_full.json"))); err != nil {
		t.Fatalf("the sample itself: %v", err)
	}
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		for _, name := range []string{"service_full.json", "service_list.json"} {
			feed, err := service.ReadFeed(file(t, name))
			must(t, err)
			if len(feed.Services) != 1 || len(feed.Problems) != 0 {
				t.Fatalf("%s: %+v", name, feed)
			}
			_, err = a.Directory.Import(t.Context(), "sample feed", feed.Services)
			must(t, err)
			c, err := a.Directory.Catalogue(t.Context(), nil)
			must(t, err)
			page := c.Services
			if len(page) != 1 {
				t.Fatalf("%d services", len(page))
			}
			want := asMap(t, string(file(t, name)))
			if contents, ok := want["contents"].([]any); ok {
				want = contents[0].(map[string]any)
			}
			if got := asMap(t, string(page[0].JSON)); !reflect.DeepEqual(got, want) {
				t.Errorf("%s came back as\n%v\nwant\n%v", name, got, want)
			}
			if err := valid(t, schemaOf, string(page[0].JSON)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		found, _, err := a.Directory.Search(t.Context(), staff.Actors["manager"], service.Query{Need: "mental_health", Words: "community"}, 10)
		must(t, err)
		if len(found) != 1 || found[0].Name != "Community Counselling" {
			t.Errorf("found %+v", found)
		}
	})
}

// Whatever people write here is valid in the published model, and what a page
// of the export says is its own list of such.
func TestWhatIsWrittenHereValidatesAgainstThePublishedModel(t *testing.T) {
	one, listed := published(t, "schema_service.json"), published(t, "schema_service_list.json")
	rapid.Check(t, func(t *rapid.T) {
		e := edit()
		text := rapid.StringMatching(`[A-Za-z0-9 .,'\-]{0,40}`)
		e.Description, e.Alert, e.Cost, e.Eligibility, e.Area = text.Draw(t, "d"), text.Draw(t, "a"), text.Draw(t, "c"), text.Draw(t, "e"), text.Draw(t, "area")
		e.Street, e.Postcode = text.Draw(t, "street"), ""
		for i := range e.Week {
			e.Week[i] = rapid.SampledFrom([]string{"", "9-5pm", "9:00-12:30, 13:30-17:00", "22:00-04:00"}).Draw(t, "hours")
		}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		d, err := service.DocumentOf(e)
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(d.JSON()))
		if err != nil {
			t.Fatal(err)
		}
		if err := one.Validate(v); err != nil {
			t.Fatalf("%v\n%s", err, d.JSON())
		}
		if err := listed.Validate(v); err != nil {
			t.Fatalf("as an item of a list: %v", err)
		}
		page, err := json.Marshal(service.NewPage([]service.Entry{{ID: d.ID, JSON: json.RawMessage(d.JSON())}}, 1, 10))
		if err != nil {
			t.Fatal(err)
		}
		feed, err := service.ReadFeed(page)
		if err != nil || len(feed.Services) != 1 || feed.Services[0].JSON() != d.JSON() {
			t.Fatalf("a page does not come back: %v %+v", err, feed)
		}
	})
}

func TestSavingAFormThatChangesNothingChangesNothing(t *testing.T) {
	for _, text := range [][]byte{file(t, "service_full.json")} {
		d, err := service.Parse(text)
		must(t, err)
		e := service.EditOf(d, "2026-11-26")
		again, err := service.Rewrite(d, e)
		must(t, err)
		was, is := asMap(t, d.JSON()), asMap(t, again.JSON())
		delete(was, "attributes") // the needs that were guessed are said now
		delete(is, "attributes")
		if !reflect.DeepEqual(was, is) {
			t.Errorf("saved as\n%v\nwant\n%v", is, was)
		}
	}
	d, err := service.DocumentOf(edit())
	must(t, err)
	again, err := service.Rewrite(d, service.EditOf(d, "2026-11-26"))
	must(t, err)
	if d.JSON() != again.JSON() {
		t.Errorf("saved as\n%s\nwant\n%s", again.JSON(), d.JSON())
	}
}

func TestWhatWasSaidHereOutlivesTheFeed(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor := staff.Actors["supervisor"]
		feed, err := service.ReadFeed(file(t, "service_full.json"))
		must(t, err)
		took := func() service.Taken {
			taken, err := a.Directory.Import(t.Context(), "sample feed", feed.Services)
			must(t, err)
			return taken
		}
		if got := took(); got.Added != 1 {
			t.Fatalf("first %+v", got)
		}
		if got := took(); got.Same != 1 || got.Changed != 0 {
			t.Fatalf("again %+v", got)
		}
		f, _, err := a.Directory.Read(t.Context(), supervisor, feed.Services[0].ID)
		must(t, err)
		e := service.EditOf(f.Document, "")
		e.Needs, e.Ways, e.Street, e.Postcode = []string{"safety"}, []service.Way{service.WomenOnly, service.Withheld}, "", ""
		e.Area, e.Alert, e.Cost, e.Eligibility = "", "", "", ""
		e.Phone = "01632 960000"
		must(t, a.Directory.Change(t.Context(), supervisor, none, f.ID, f.Version, e))
		took()
		f, history, err := a.Directory.Read(t.Context(), supervisor, f.ID)
		must(t, err)
		if needs, guessed := f.Needs(); guessed || !slices.Equal(needs, []string{"safety"}) || !f.Is(service.WomenOnly) {
			t.Errorf("needs %v guessed %v: %s", needs, guessed, f.JSON())
		}
		if strings.Contains(f.JSON(), "Main Street") || len(f.Places()) > 0 {
			t.Errorf("a secret address came back from the feed: %s", f.JSON())
		}
		var kept int
		reference := ledger.New(a.Store.Handle(schema.Reference), a.Now)
		must(t, reference.Look(t.Context(), func(tx *db.Tx) error {
			return tx.One(t.Context(), `SELECT COUNT(*) FROM reference_service_document WHERE document LIKE '%Main Street%'`).Scan(&kept)
		}))
		if kept != 0 {
			t.Errorf("%d documents still hold the secret address", kept)
		}
		if len(history) < 3 || history[len(history)-1].Words() != "Came from sample feed" {
			t.Errorf("history %+v", history)
		}
	})
}

func TestAnAddressThatStaysSecretIsRefusedWithTheAddress(t *testing.T) {
	e := edit()
	e.Ways = append(e.Ways, service.Withheld)
	bad, _ := errors.AsType[lead.Invalid](e.Check())
	if bad["street"] == "" || bad["area"] == "" {
		t.Errorf("%v", bad)
	}
	e.Street, e.Postcode, e.Phone, e.Email = "", "", "", ""
	bad, _ = errors.AsType[lead.Invalid](e.Check())
	if bad["phone"] == "" {
		t.Errorf("%v", bad)
	}
}

func TestTheDirectoryIsSearchedByNeedPlaceWordAndWay(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		add := func(change func(*service.Edit)) string {
			e := edit()
			change(&e)
			id, err := a.Directory.Add(t.Context(), supervisor, none, e)
			must(t, err)
			return id
		}
		kitchen := add(func(*service.Edit) {})
		refuge := add(func(e *service.Edit) {
			e.Name, e.Street, e.Postcode, e.Town, e.Area = "Anchor House", "", "", "", ""
			e.Needs, e.Ways = []string{"safety", "housing"}, []service.Way{service.WomenOnly, service.Withheld}
		})
		gone := add(func(e *service.Edit) { e.Name, e.Status = "Old Kitchen", "defunct" })
		for _, c := range []struct {
			ask  service.Query
			want []string
		}{
			{service.Query{}, []string{refuge, kitchen}},
			{service.Query{Need: "survival"}, []string{kitchen}},
			{service.Query{Need: "housing"}, []string{refuge}},
			{service.Query{Words: "HOT food"}, []string{refuge, kitchen}},
			{service.Query{Words: "100% _kitchen"}, nil},
			{service.Query{Words: "anchor"}, []string{refuge}},
			{service.Query{Place: "eastmoor"}, nil},
			{service.Query{Place: "nm1"}, []string{kitchen}},
			{service.Query{WalkIn: true}, []string{kitchen}},
			{service.Query{WomenOnly: true}, []string{refuge}},
			{service.Query{Dogs: true, Need: "housing"}, nil},
		} {
			found, next, err := a.Directory.Search(t.Context(), manager, c.ask, 10)
			must(t, err)
			var got []string
			for _, f := range found {
				got = append(got, f.ID)
			}
			if !slices.Equal(got, c.want) || next != "" {
				t.Errorf("%+v found %v, want %v", c.ask, got, c.want)
			}
		}
		first, next, err := a.Directory.Search(t.Context(), manager, service.Query{}, 1)
		must(t, err)
		second, end, err := a.Directory.Search(t.Context(), manager, service.Query{After: next}, 1)
		must(t, err)
		if len(first) != 1 || len(second) != 1 || first[0].ID != refuge || second[0].ID != kitchen || end != "" {
			t.Errorf("pages %v %q %v %q", first, next, second, end)
		}
		c, err := a.Directory.Catalogue(t.Context(), nil)
		must(t, err)
		if slices.ContainsFunc(c.Services, func(e service.Entry) bool { return e.ID == gone }) {
			t.Error("a service that is gone is published")
		}
	})
}

func TestWhoVerifiedAndWhenAndNobodyVouchesForWhatTheyHaveNotSeen(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, supervisor := staff.Actors["manager"], staff.Actors["supervisor"]
		id, err := a.Directory.Add(t.Context(), supervisor, none, edit())
		must(t, err)
		must(t, a.Directory.Verify(t.Context(), manager, none, id, 1))
		f, _, err := a.Directory.Read(t.Context(), manager, id)
		must(t, err)
		if f.VerifiedBy != manager.Name || f.Stale(time.Now()) || !f.Stale(time.Now().AddDate(0, 0, service.StaleDays+1)) {
			t.Errorf("verified by %q at %v", f.VerifiedBy, f.VerifiedAt)
		}
		e := service.EditOf(f.Document, "")
		e.Alert = "Moves in May"
		must(t, a.Directory.Change(t.Context(), supervisor, none, id, 1, e))
		if err := a.Directory.Verify(t.Context(), manager, none, id, 1); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("verified what nobody saw: %v", err)
		}
		if err := a.Directory.Change(t.Context(), supervisor, none, id, 1, e); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("changed over another's change: %v", err)
		}
		for _, name := range []string{"manager", "oncall", "officer", "housing", "coordinator", "administrator"} {
			if _, err := a.Directory.Add(t.Context(), staff.Actors[name], none, edit()); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s added a service: %v", name, err)
			}
		}
		for _, name := range []string{"officer", "housing", "coordinator", "auditor"} {
			if _, _, err := a.Directory.Search(t.Context(), staff.Actors[name], service.Query{}, 10); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s searched: %v", name, err)
			}
		}
	})
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	must(t, err)
	return moment
}

func TestOpenNowGoesByTheClockOnTheWall(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	must(t, err)
	d, err := service.DocumentOf(edit())
	must(t, err)
	for moment, want := range map[string]bool{
		"2026-11-23T12:00:00Z": true, "2026-11-23T13:59:59Z": true, "2026-11-23T14:00:00Z": false, "2026-11-23T11:59:00Z": false, // Monday in winter
		"2026-07-06T11:00:00Z": true, "2026-07-06T12:59:59Z": true, "2026-07-06T13:00:00Z": false, // Monday in summer: an hour earlier
		"2026-11-24T17:30:00Z": true, "2026-11-24T15:00:00Z": false, // twice on Tuesdays
		"2026-11-27T23:00:00Z": true, "2026-11-28T01:59:00Z": true, "2026-11-28T02:00:00Z": false, // over midnight
		"2026-10-25T00:30:00Z": false,
		"2026-12-25T12:00:00Z": true,  // an exception on a bank holiday
		"2026-12-31T12:30:00Z": false, // an exception on a Thursday
		"2026-12-28T12:30:00Z": false, // a Monday, and a bank holiday
	} {
		if got := d.Standing(at(t, moment), london); got.Open != want {
			t.Errorf("%s: %+v, want open %v", moment, got, want)
		}
	}
	holiday := d.Standing(at(t, "2026-12-28T12:30:00Z"), london)
	if !holiday.Holiday || holiday.Known || !holiday.Next.Equal(at(t, "2026-12-29T12:00:00Z")) {
		t.Errorf("bank holiday: %+v", holiday)
	}
	if got := d.Standing(at(t, "2026-11-23T12:30:00Z"), london).Until; !got.Equal(at(t, "2026-11-23T14:00:00Z")) {
		t.Errorf("until %v", got)
	}
	e := edit()
	e.Ways = append(e.Ways, service.BankHolidays)
	always, err := service.DocumentOf(e)
	must(t, err)
	if !always.Standing(at(t, "2026-12-28T12:30:00Z"), london).Open {
		t.Error("it says that bank holidays are like other days")
	}
}

// Clocks go forward on 29 March 2026 and back on 25 October.
func TestANightShelterOpensAndClosesByTheDoorOnNightsThatAreShortOrLong(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	must(t, err)
	e := edit()
	e.Week = [7]string{"21-8", "21-8", "21-8", "21-8", "21-8", "21-8", "21-8"}
	d, err := service.DocumentOf(e)
	must(t, err)
	for moment, want := range map[string]bool{
		"2026-03-28T20:59:00Z": false, "2026-03-28T21:00:00Z": true, "2026-03-29T06:59:00Z": true, "2026-03-29T07:00:00Z": false,
		"2026-10-24T19:59:00Z": false, "2026-10-24T20:00:00Z": true, "2026-10-25T07:59:00Z": true, "2026-10-25T08:00:00Z": false,
	} {
		if got := d.Standing(at(t, moment), london); got.Open != want {
			t.Errorf("%s: %+v", moment, got)
		}
	}
	if got := d.Standing(at(t, "2026-03-28T22:00:00Z"), london).Until; !got.Equal(at(t, "2026-03-29T07:00:00Z")) {
		t.Errorf("closes at %v", got)
	}
}

func TestOtherWeeksAndMonths(t *testing.T) {
	with := func(schedule string) service.Document {
		d, err := service.Parse([]byte(`{"id":"ac148810-d857-441c-9679-408f346de14b","name":"X","status":"active","schedules":[` + schedule + `]}`))
		must(t, err)
		return d
	}
	for _, c := range []struct {
		schedule, open, shut string
	}{
		{`{"freq":"WEEKLY","interval":2,"dtstart":"2026-11-02","byday":"WE","opens_at":"10:00","closes_at":"11:00"}`, "2026-11-18", "2026-11-25"},
		{`{"freq":"MONTHLY","byday":"1TU,-1FR","opens_at":"10:00","closes_at":"11:00"}`, "2026-11-27", "2026-11-20"},
		{`{"freq":"MONTHLY","byday":"1TU","opens_at":"10:00:00","closes_at":"11:00:00"}`, "2026-11-03", "2026-11-10"},
		{`{"freq":"MONTHLY","bymonthday":"12, 26","opens_at":"10:00","closes_at":"11:00"}`, "2026-11-26", "2026-11-27"},
		{`{"freq":"WEEKLY","byday":"TH","valid_from":"2026-11-20","valid_to":"2026-11-30","opens_at":"10:00","closes_at":"11:00"}`, "2026-11-26", "2026-11-19"},
		{`{"dtstart":"2026-11-26","opens_at":"10:00","closes_at":"11:00"}`, "2026-11-26", "2026-11-27"},
	} {
		d := with(c.schedule)
		if !d.Standing(at(t, c.open+"T10:30:00Z"), time.UTC).Open || d.Standing(at(t, c.shut+"T10:30:00Z"), time.UTC).Open {
			t.Errorf("%s: open on %s, not on %s", c.schedule, c.open, c.shut)
		}
	}
	if got := with(`{"freq":"WEEKLY","byday":"TH"}`).Standing(at(t, "2026-11-26T10:30:00Z"), time.UTC); got.Known || got.Open {
		t.Errorf("open on Thursdays, nobody said when: %+v", got)
	}
}

// The days that gov.uk lists for England and Wales (https://www.gov.uk/bank-holidays),
// written down by hand for three years.
func TestBankHolidaysOfEnglandAndWales(t *testing.T) {
	want := strings.Fields(`2026-01-01 2026-04-03 2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-26 2026-12-28
		2027-01-01 2027-03-26 2027-03-29 2027-05-03 2027-05-31 2027-08-30 2027-12-25 2027-12-26 2027-12-27 2027-12-28
		2028-01-01 2028-01-03 2028-04-14 2028-04-17 2028-05-01 2028-05-29 2028-08-28 2028-12-25 2028-12-26`)
	var got []string
	for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2029; day = day.AddDate(0, 0, 1) {
		if service.BankHoliday(day) != "" {
			got = append(got, day.Format(time.DateOnly))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
}

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{"9-5pm": "09:00-17:00", "9.30 to 12, 1pm-4.30pm": "09:30-12:00, 13:00-16:30", "09:00–17:00": "09:00-17:00", "": "", "22-2": "22:00-02:00", "12pm-1pm": "12:00-13:00", "12am-6am": "00:00-06:00"} {
		e := edit()
		e.Week = [7]string{text}
		must(t, e.Check())
		d, err := service.DocumentOf(e)
		must(t, err)
		if got, whole := d.Hours(); got[0] != want || !whole {
			t.Errorf("%q is %q, want %q", text, got[0], want)
		}
	}
	for _, text := range []string{"nine", "9", "9-", "25-26", "9-9", "9:75-10", "13pm-2pm", "1-2,3-4,5-6,7-8,9-10", "-", "24-3"} {
		e := edit()
		e.Week = [7]string{text}
		if bad, _ := errors.AsType[lead.Invalid](e.Check()); bad["hours_0"] == "" {
			t.Errorf("%q was taken as hours", text)
		}
	}
}

func TestAFeedWithMistakesGivesWhatIsRightInIt(t *testing.T) {
	good := string(file(t, "service_full.json"))
	feed, err := service.ReadFeed([]byte(`{"total_pages":3,"contents":[` + good + `,{"id":"x"},{"id":"` + strings.Repeat("a", 36) + `"},7,null,{"id":"ac148810-d857-441c-9679-408f346de14b","name":"","status":"active"}]}`))
	must(t, err)
	if len(feed.Services) != 1 || len(feed.Problems) != 5 || feed.Pages != 3 {
		t.Errorf("%+v", feed)
	}
	for _, text := range []string{"", "x", "7", "{}", "null", `{"contents":7}`, good + good} {
		if _, err := service.ReadFeed([]byte(text)); err == nil {
			t.Errorf("%.40q was read as a feed", text)
		}
	}
}

func FuzzAnyFeedIsReadOrRefusedAndWhatIsReadComesBack(f *testing.F) {
	f.Add(file(f, "service_full.json"))
	f.Add(file(f, "service_list.json"))
	f.Add([]byte(`[{"id":"ac148810-d857-441c-9679-408f346de14b","name":"X","status":"active","schedules":[{"freq":"MONTHLY","byday":"-9MO","interval":0.5,"opens_at":"24:00","closes_at":"00:00"}]}]`))
	f.Add([]byte(`{"contents":[{"id":"ac148810-d857-441c-9679-408f346de14b","name":"X","status":"active","attributes":[7,{"taxonomy_term":7}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		feed, err := service.ReadFeed(text)
		if err != nil {
			return
		}
		for _, d := range feed.Services {
			again, err := service.Parse([]byte(d.JSON()))
			if err != nil || again.JSON() != d.JSON() {
				t.Fatalf("%s came back as %v %s", d.JSON(), err, again.JSON())
			}
			d.Standing(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), time.UTC)
			if _, err := service.Rewrite(d, service.EditOf(d, "")); err != nil {
				t.Fatalf("%s cannot be saved: %v", d.JSON(), err)
			}
		}
	})
}

func FuzzHours(f *testing.F) {
	for _, seed := range []string{"9-5pm", "9:00-12:30, 13:30-17:00", "24-24", "0am-1am", "--", ",,"} {
		f.Add(seed, "2026-12-25 closed")
	}
	f.Fuzz(func(t *testing.T, hours, exceptions string) {
		e := edit()
		e.Week, e.Exceptions = [7]string{hours}, exceptions
		if e.Check() != nil {
			return
		}
		d, err := service.DocumentOf(e)
		if err != nil {
			t.Fatal(err)
		}
		shown := service.EditOf(d, "")
		if err := shown.Check(); err != nil {
			t.Fatalf("%q is shown as %q, which is refused: %v", hours, shown.Week[0], err)
		}
	})
}

func TestAnImportTwiceAtOnceTakesEachServiceOnce(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, _ practice.Area) {
		var services []service.Document
		for i := range 20 {
			d, err := service.Parse(fmt.Appendf(nil, `{"id":"ac148810-d857-441c-9679-4080000000%02d","name":"Place %d","status":"active"}`, i, i))
			must(t, err)
			services = append(services, d)
		}
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := a.Directory.Import(t.Context(), "feed", slices.Clone(services))
				errs <- err
			}()
		}
		for range 2 {
			if err := <-errs; err != nil && !errors.Is(err, lead.ErrConflict) {
				t.Error(err)
			}
		}
		taken, err := a.Directory.Import(t.Context(), "feed", services)
		must(t, err)
		if c, err := a.Directory.Catalogue(t.Context(), nil); err != nil || len(c.Services) != 20 || taken.Changed != 0 {
			t.Errorf("%+v: %v", taken, err)
		}
	})
}

// What whoever fetches the directory is given beside services: each at its
// places, the vocabularies and their terms, valid in the published model; the
// filters count together; and a place that is to stay secret is gone at once.
func TestPlacesAndVocabulariesAreOfferedAsThePublishedModelAsks(t *testing.T) {
	whole := asMap(t, string(file(t, "schema_service.json")))
	within := func(steps ...string) *jsonschema.Schema {
		var at any = whole
		for _, step := range steps {
			at = at.(map[string]any)[step]
		}
		text, err := json.Marshal(at)
		must(t, err)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		must(t, err)
		c := jsonschema.NewCompiler()
		c.AssertFormat()
		must(t, c.AddResource("part.json", doc))
		schema, err := c.Compile("part.json")
		must(t, err)
		return schema
	}
	place := within("properties", "service_at_locations", "items")
	term := within("properties", "attributes", "items", "properties", "taxonomy_term")
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		supervisor := staff.Actors["supervisor"]
		feed, err := service.ReadFeed(file(t, "service_full.json"))
		must(t, err)
		_, err = a.Directory.Import(t.Context(), "sample feed", feed.Services)
		must(t, err)
		kitchen, err := a.Directory.Add(t.Context(), supervisor, ledger.Form{}, edit())
		must(t, err)
		c, err := a.Directory.Catalogue(t.Context(), nil)
		must(t, err)
		if len(c.Services) != 2 || len(c.Places) < 2 || len(c.Taxonomies) < 2 || len(c.Terms) < 4 {
			t.Fatalf("%d services, %d places, %d vocabularies, %d terms", len(c.Services), len(c.Places), len(c.Taxonomies), len(c.Terms))
		}
		for _, e := range c.Places {
			if err := valid(t, place, string(e.JSON)); err != nil {
				t.Errorf("%v\n%s", err, e.JSON)
			}
			if said := asMap(t, string(e.JSON)); said["id"] != e.ID || said["service_id"] == nil {
				t.Errorf("a place says not of which service: %s", e.JSON)
			}
		}
		for _, e := range c.Terms {
			if err := valid(t, term, string(e.JSON)); err != nil {
				t.Errorf("%v\n%s", err, e.JSON)
			}
		}
		for _, e := range c.Taxonomies {
			said := asMap(t, string(e.JSON))
			if said["id"] != e.ID || said["name"] == "" || said["description"] == "" {
				t.Errorf("a vocabulary lacks what the model asks: %s", e.JSON)
			}
			narrowed := service.Ask{Taxonomy: e.ID}.Narrow(c.Services)
			if len(narrowed) == 0 {
				t.Errorf("no service carries a term of %s", e.JSON)
			}
		}
		if got := (service.Ask{Search: "harbour kitchen"}).Narrow(c.Places); len(got) != 1 {
			t.Errorf("%d places of the kitchen", len(got))
		}
		if got := (service.Ask{Search: "harbour", Term: "nothing"}).Narrow(c.Services); len(got) != 0 {
			t.Errorf("filters do not count together: %d", len(got))
		}
		again, err := a.Directory.Catalogue(t.Context(), c)
		must(t, err)
		if again != c {
			t.Error("nothing changed, and it is made again")
		}
		secret := edit()
		secret.Street, secret.Postcode, secret.Town, secret.Area = "", "", "", ""
		secret.Ways = append(secret.Ways, service.Withheld)
		must(t, a.Directory.Change(t.Context(), supervisor, ledger.Form{}, kitchen, 1, secret))
		after, err := a.Directory.Catalogue(t.Context(), c)
		must(t, err)
		for _, e := range slices.Concat(after.Services, after.Places) {
			if strings.Contains(string(e.JSON), "Quay Road") {
				t.Errorf("a place that is to stay secret is still offered: %s", e.JSON)
			}
		}
	})
}

// Every place where a feed could say where a secret service is. Each says CANARY.
const canaries = `[{"id":"ac148810-d857-441c-9679-408f346de14b","name":"Anchor","status":"active","description":"Safety.","url":"https://anchor.example.org","alert":"CANARY","eligibility_description":"CANARY","fees":"CANARY","interpretation_services":"CANARY","wait_time":"CANARY",
 "organization":{"id":"bc148810-d857-441c-9679-408f346de14b","name":"Anchor Trust","description":"CANARY","website":"https://CANARY.example.org","locations":[{"id":"1c148810-d857-441c-9679-408f346de14b","location_type":"physical","latitude":54.97,"longitude":-1.61,"addresses":[{"id":"1d148810-d857-441c-9679-408f346de14b","address_1":"CANARY","city":"CANARY","country":"GB","address_type":"physical"}]}]},
 "program":{"id":"bc148810-d857-441c-9679-408f346de15b","organization_id":"bc148810-d857-441c-9679-408f346de14b","name":"CANARY","description":"CANARY"},
 "phones":[{"id":"ec148810-d857-441c-9679-408f346de14b","number":"01632 960000","description":"CANARY","location_id":"1c148810-d857-441c-9679-408f346de14b"}],
 "contacts":[{"id":"ec148810-d857-441c-9679-408f346de24b","name":"CANARY","title":"CANARY"}],
 "service_areas":[{"id":"ec148810-d857-441c-9679-408f346de34b","name":"CANARY","extent":"CANARY"}],
 "languages":[{"id":"ec148810-d857-441c-9679-408f346de35b","name":"CANARY"}],
 "cost_options":[{"id":"ec148810-d857-441c-9679-408f346de36b","option":"CANARY","amount_description":"CANARY"}],
 "attributes":[{"id":"ec148810-d857-441c-9679-408f346de37b","link_id":"ac148810-d857-441c-9679-408f346de14b","link_type":"service","label":"CANARY","taxonomy_term":{"id":"ec148810-d857-441c-9679-408f346de38b","name":"CANARY","description":"CANARY","taxonomy":"CANARY"}}],
 "metadata":[{"id":"ec148810-d857-441c-9679-408f346de44b","resource_id":"ac148810-d857-441c-9679-408f346de14b","resource_type":"service","last_action_date":"2026-01-01","last_action_type":"update","field_name":"address_1","previous_value":"CANARY","replacement_value":"CANARY","updated_by":"x"}],
 "schedules":[{"id":"fc148810-d857-441c-9679-408f346de14b","freq":"WEEKLY","byday":"MO","opens_at":"09:00","closes_at":"17:00","description":"CANARY","notes":"CANARY","schedule_link":"https://CANARY.example.org","attending_type":"CANARY"},{"id":"fc148810-d857-441c-9679-408f346de15b","byday":"CANARY"}],
 "service_at_locations":[{"id":"0d148810-d857-441c-9679-408f346de14b","location":{"id":"1d148810-d857-441c-9679-408f346de15b","location_type":"physical","name":"CANARY","addresses":[{"id":"2d148810-d857-441c-9679-408f346de14b","address_1":"CANARY","city":"CANARY","postal_code":"CANARY","country":"GB","address_type":"physical"}]}}]}]`

// Of a service whose place stays secret only what is named is kept and
// published, whatever its feed says and wherever; not even versions of before.
func TestOfAServiceWhosePlaceStaysSecretNothingIsKeptThatCouldGiveItAway(t *testing.T) {
	schemaOf := published(t, "schema_service.json")
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, supervisor := t.Context(), staff.Actors["supervisor"]
		feed, err := service.ReadFeed([]byte(canaries))
		must(t, err)
		take := func() service.Taken {
			t.Helper()
			taken, err := a.Directory.Import(ctx, "feed", feed.Services)
			must(t, err)
			return taken
		}
		take()
		f, _, err := a.Directory.Read(ctx, supervisor, feed.Services[0].ID)
		must(t, err)
		e := service.EditOf(f.Document, "")
		e.Needs, e.NeedLabels, e.Ways = []string{"safety"}, map[string]string{"safety": "Safety"}, []service.Way{service.Withheld}
		bad, _ := errors.AsType[lead.Invalid](a.Directory.Change(ctx, supervisor, none, f.ID, f.Version, e))
		for _, field := range []string{"street", "area", "alert", "cost", "eligibility"} {
			if bad[field] == "" {
				t.Errorf("%s is not asked to be taken out: %v", field, bad)
			}
		}
		e.Street, e.Postcode, e.Town, e.Area, e.Alert, e.Cost, e.Eligibility = "", "", "", "", "", "", ""
		must(t, a.Directory.Change(ctx, supervisor, none, f.ID, f.Version, e))
		hidden := func(when string) {
			t.Helper()
			c, err := a.Directory.Catalogue(ctx, nil)
			must(t, err)
			if len(c.Services) != 1 || len(c.Places) != 0 {
				t.Fatalf("%s: %d services, %d places", when, len(c.Services), len(c.Places))
			}
			for _, x := range slices.Concat(c.Services, c.Places, c.Terms, c.Taxonomies) {
				if strings.Contains(string(x.JSON), "CANARY") || strings.Contains(string(x.JSON), "latitude") {
					t.Errorf("%s: published: %s", when, x.JSON)
				}
			}
			if err := valid(t, schemaOf, string(c.Services[0].JSON)); err != nil {
				t.Errorf("%s: %v", when, err)
			}
			var kept int
			must(t, ledger.New(a.Store.Handle(schema.Reference), a.Now).Look(ctx, func(tx *db.Tx) error {
				return tx.One(ctx, `SELECT (SELECT COUNT(*) FROM reference_service_document WHERE document LIKE '%CANARY%') + (SELECT COUNT(*) FROM reference_service_now WHERE words LIKE '%canary%' OR place LIKE '%canary%')`).Scan(&kept)
			}))
			if kept != 0 {
				t.Errorf("%s: %d rows still hold it", when, kept)
			}
		}
		hidden("after it was made secret")
		f, _, err = a.Directory.Read(ctx, supervisor, f.ID)
		must(t, err)
		if f.Phone() != "01632 960000" || f.Name != "Anchor" || f.Description != "Safety." || f.URL != "https://anchor.example.org" || f.Organization.Name != "Anchor Trust" {
			t.Errorf("it cannot be found or reached any more: %s", f.JSON())
		}
		if week, _ := f.Hours(); week[0] != "09:00-17:00" {
			t.Errorf("its hours %v", week)
		}
		if needs, _ := f.Needs(); !slices.Equal(needs, []string{"safety"}) || !f.Is(service.Withheld) {
			t.Errorf("needs %v: %s", needs, f.JSON())
		}
		take()
		hidden("after the feed again")
		if again := take(); again.Same != 1 {
			t.Errorf("the same feed changes something: %+v", again)
		}
	})
}

// A feed may say itself that a place is secret, and still say the place.
func TestAFeedThatSaysAPlaceIsSecretIsTakenAtItsWord(t *testing.T) {
	said := strings.Replace(canaries, `"attributes":[`, `"attributes":[{"id":"ec148810-d857-441c-9679-408f346de47b","taxonomy_term":{"id":"ec148810-d857-441c-9679-408f346de48b","name":"CANARY","description":"CANARY","taxonomy":"Waymark access","term":"address_withheld"}},`, 1)
	feed, err := service.ReadFeed([]byte(said))
	must(t, err)
	if len(feed.Services) != 1 || !feed.Services[0].Is(service.Withheld) || strings.Contains(feed.Services[0].JSON(), "CANARY") {
		t.Errorf("%v %s", feed.Problems, feed.Services[0].JSON())
	}
}
