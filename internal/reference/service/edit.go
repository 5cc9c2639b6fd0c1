package service

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"waymark.example/internal/lead"
)

// Edit is what people can write of a service here. Whatever else a feed says of
// it stays as it is.
type Edit struct {
	Name         string
	Organisation string
	Description  string
	Status       string
	Alert        string // a line to know before going, such as "closed until May"
	Phone        string
	Email        string
	URL          string
	Street       string
	Town         string
	Postcode     string
	Area         string // who may come, by where they live
	Eligibility  string
	Cost         string
	Needs        []string // codes of the list "need_domains"
	NeedLabels   map[string]string
	Ways         []Way
	Week         [7]string // hours, Monday first; "" is closed
	Exceptions   string    // a line for each day, such as "2026-12-25 closed"
	From         string    // the day from which exceptions were shown
	KeepHours    bool      // there are hours that the form cannot show
}

// EditOf lays a service out as its form has it, with exceptions from day on.
func EditOf(d Document, from string) Edit {
	e := Edit{From: from, Name: d.Name, Organisation: d.Organization.Name, Description: d.Description, Status: d.Status, Alert: d.Alert, Phone: d.Phone(),
		Email: d.Email, URL: d.URL, Eligibility: d.Eligibility, Cost: d.Fees}
	if len(d.Costs) > 0 {
		e.Cost = d.Costs[0].Option
	}
	if len(d.Areas) > 0 {
		e.Area = d.Areas[0].Name
	}
	if len(d.At) > 0 && len(d.At[0].Location.Addresses) > 0 {
		a := d.At[0].Location.Addresses[0]
		e.Street, e.Town, e.Postcode = a.First, a.City, a.Postcode
	}
	e.Needs, _ = d.Needs()
	for _, w := range Ways() {
		if d.Is(Way(w[0])) {
			e.Ways = append(e.Ways, Way(w[0]))
		}
	}
	var whole bool
	e.Week, whole = d.Hours()
	e.KeepHours = !whole
	for _, x := range d.Exceptions(from) {
		hours := x.Hours
		if hours == "" {
			hours = closed
		}
		e.Exceptions += x.Day + " " + hours + "\n"
	}
	return e
}

// Days names the days of the week, Monday first.
func Days() []string {
	return []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
}

// Check returns a lead.Invalid naming each answer that breaks a rule, or nil.
func (e Edit) Check() error {
	bad := lead.Invalid{}
	if strings.TrimSpace(e.Name) == "" {
		bad["name"] = "Enter what the service is called"
	}
	if strings.TrimSpace(e.Organisation) == "" {
		bad["organisation"] = "Enter who runs it"
	}
	for field, text := range map[string]string{"name": e.Name, "organisation": e.Organisation, "street": e.Street, "town": e.Town, "area": e.Area, "alert": e.Alert, "cost": e.Cost, "eligibility": e.Eligibility} {
		bad.TooLong(field, text, 300)
	}
	bad.TooLong("description", e.Description, 2000)
	bad.TooLong("phone", e.Phone, 40)
	bad.TooLong("postcode", e.Postcode, 12)
	if !slices.Contains(statuses(), e.Status) {
		bad["status"] = "Choose whether it is there now"
	}
	if e.Email != "" {
		if a, err := mail.ParseAddress(e.Email); err != nil || a.Address != e.Email || len(e.Email) > 200 {
			bad["email"] = "Enter an address like help@example.org"
		}
	}
	if e.URL != "" {
		if u, err := url.Parse(e.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(e.URL) > 300 {
			bad["url"] = "Enter the whole address, beginning with https://"
		}
	}
	withheld := slices.Contains(e.Ways, Withheld)
	switch {
	case withheld && strings.TrimSpace(e.Street+e.Postcode) != "":
		bad["street"] = "Take the street and postcode out: an address that stays secret is not kept here at all"
	case !withheld && strings.TrimSpace(e.Street) != "" && strings.TrimSpace(e.Town) == "":
		bad["town"] = "Enter the town as well"
	}
	for field, text := range map[string]string{"area": e.Area, "alert": e.Alert, "cost": e.Cost, "eligibility": e.Eligibility} {
		if withheld && strings.TrimSpace(text) != "" && bad[field] == "" {
			bad[field] = "Take this out: of a place that stays secret only its name, what it does, how to reach it and its hours are kept"
		}
	}
	if withheld && strings.TrimSpace(e.Phone) == "" && e.Email == "" {
		bad["phone"] = "Enter a number or an e-mail address: there is no other way to reach it"
	}
	if len(e.Needs) == 0 {
		bad["needs"] = "Choose at least one need that it is for, or nobody will find it"
	}
	for _, w := range e.Ways {
		if !slices.ContainsFunc(Ways(), func(known [2]string) bool { return known[0] == string(w) }) {
			bad["ways"] = "Choose from the list"
		}
	}
	e.checkHours(bad)
	return bad.OrNil()
}

func (e Edit) checkHours(bad lead.Invalid) {
	for i, text := range e.Week {
		if _, ok := parseHours(text); !ok {
			bad["hours_"+strconv.Itoa(i)] = "Write hours like 9:00-17:00, or two with a comma between. Leave it empty when closed"
		}
	}
	lines := exceptionLines(e.Exceptions)
	if len(lines) > 40 {
		bad["exceptions"] = "Keep to 40 days"
	}
	for _, line := range lines {
		if _, _, ok := parseException(line); !ok {
			bad["exceptions"] = fmt.Sprintf("Write each line like \"2026-12-25 closed\" or \"2026-12-24 10:00-12:00\": %q is not", short(line, 60))
		}
	}
}

func exceptionLines(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}

// document returns was with what the form says in place of what it said.
func (e Edit) document(was Document) (Document, error) {
	whole := maps.Clone(was.whole)
	if whole == nil {
		whole = map[string]any{"id": newUUID()}
	}
	id, _ := whole["id"].(string) //nolint:errcheck // it was checked when it was kept
	set(whole, "name", e.Name)
	set(whole, "description", e.Description)
	set(whole, "status", e.Status)
	set(whole, "alert", e.Alert)
	set(whole, "email", e.Email)
	set(whole, "url", e.URL)
	set(whole, "eligibility_description", e.Eligibility)
	e.setOrganisation(whole)
	first(whole, "phones", e.Phone != "" && e.Phone != was.Phone() || len(list(whole, "phones")) > 0, e.Phone == "", func(p map[string]any) { p["number"] = e.Phone })
	first(whole, "service_areas", e.Area != "", e.Area == "", func(a map[string]any) { a["name"] = e.Area })
	if e.Cost != was.Fees {
		first(whole, "cost_options", e.Cost != "", e.Cost == "", func(c map[string]any) { c["option"] = e.Cost })
	}
	e.setPlace(whole, was)
	e.setHours(whole, was)
	var terms []any
	for _, domain := range e.Needs {
		label := e.NeedLabels[domain]
		if label == "" {
			label = domain
		}
		terms = append(terms, own(id, needsTaxonomy, domain, label))
	}
	for _, w := range Ways() {
		if slices.Contains(e.Ways, Way(w[0])) {
			terms = append(terms, own(id, accessTaxonomy, w[0], w[1]))
		}
	}
	return fromWhole(withOwn(whole, terms))
}

// newUUID returns an id as the model asks for.
func newUUID() string { return uuid.Must(uuid.NewV7()).String() }

// set keeps text under name, or takes the name away where there is none.
func set(in map[string]any, name, text string) {
	if text == "" {
		delete(in, name)
		return
	}
	in[name] = text
}

// first changes the first of a list, making it where there is none, or takes it
// away when it has nothing to say any more.
func first(whole map[string]any, name string, wanted, empty bool, change func(map[string]any)) {
	items := slices.Clone(list(whole, name))
	switch {
	case empty && len(items) > 0:
		items = items[1:]
	case empty || !wanted:
		return
	case len(items) == 0:
		item := map[string]any{"id": newUUID()}
		change(item)
		items = []any{item}
	default:
		was, _ := items[0].(map[string]any) //nolint:errcheck // nil is cloned to nil
		item := maps.Clone(was)
		if item == nil {
			item = map[string]any{"id": newUUID()}
		}
		change(item)
		items[0] = item
	}
	if len(items) == 0 {
		delete(whole, name)
		return
	}
	whole[name] = items
}

func (e Edit) setOrganisation(whole map[string]any) {
	was, _ := whole["organization"].(map[string]any) //nolint:errcheck // nil is cloned to nil
	if name, _ := was["name"].(string); name == e.Organisation {
		return
	}
	// The same name is the same organisation, in every service written here.
	whole["organization"] = map[string]any{"id": uuid.NewSHA1(namespace(), []byte("organization/"+strings.ToLower(e.Organisation))).String(),
		"name": e.Organisation, "description": e.Organisation}
}

func (e Edit) setPlace(whole map[string]any, was Document) {
	shown := EditOf(was, "")
	text := strings.TrimSpace(e.Street + e.Town + e.Postcode)
	if e.Street == shown.Street && e.Town == shown.Town && e.Postcode == shown.Postcode {
		return
	}
	first(whole, "service_at_locations", text != "", text == "", func(at map[string]any) {
		kept, _ := at["location"].(map[string]any) //nolint:errcheck // nil is cloned to nil
		place := maps.Clone(kept)
		if place == nil {
			place = map[string]any{"id": newUUID(), "location_type": "physical"}
		}
		first(place, "addresses", true, false, func(a map[string]any) {
			a["address_1"], a["city"], a["postal_code"] = e.Street, e.Town, e.Postcode
			for name, usual := range map[string]string{"state_province": e.Town, "country": "GB", "address_type": "physical"} {
				if _, there := a[name]; !there {
					a[name] = usual
				}
			}
		})
		at["location"] = place
	})
}

// setHours writes one schedule for each opening, in place of those the form
// shows. Hours that the form cannot show stay as the feed has them.
func (e Edit) setHours(whole map[string]any, was Document) {
	shown := EditOf(was, e.From)
	if was.whole != nil && e.sameHours(shown) {
		return
	}
	var out []any
	if shown.KeepHours {
		for i, s := range list(whole, "schedules") {
			if !was.Schedules[i].single() {
				out = append(out, s)
			}
		}
	} else {
		out = e.weekly()
		var places []any
		for _, at := range list(whole, "service_at_locations") {
			place, _ := at.(map[string]any) //nolint:errcheck // nil is cloned to nil
			place = maps.Clone(place)
			delete(place, "schedules") // the form showed them together
			places = append(places, place)
		}
		if places != nil {
			whole["service_at_locations"] = places
		}
	}
	out = append(out, e.exceptions()...)
	if len(out) == 0 {
		delete(whole, "schedules")
		return
	}
	whole["schedules"] = out
}

// weekly returns a schedule for each opening of the week.
func (e Edit) weekly() []any {
	days := map[span][]string{}
	var order []span
	for i, text := range e.Week {
		spans, _ := parseHours(text)
		for _, s := range spans {
			if days[s] == nil {
				order = append(order, s)
			}
			days[s] = append(days[s], codes()[(i+1)%7])
		}
	}
	var out []any
	for _, s := range order {
		out = append(out, map[string]any{"id": newUUID(), "freq": "WEEKLY", "interval": json.Number("1"), "byday": strings.Join(days[s], ","), "opens_at": hm(s.from), "closes_at": hm(s.to)})
	}
	return out
}

// exceptions returns a schedule for each opening of a day with hours of its own,
// and one without times for a day on which it is closed.
func (e Edit) exceptions() []any {
	var out []any
	for _, line := range exceptionLines(e.Exceptions) {
		x, spans, _ := parseException(line)
		day := func(more map[string]any) {
			maps.Copy(more, map[string]any{"id": newUUID(), "valid_from": x.Day, "valid_to": x.Day, "dtstart": x.Day})
			out = append(out, more)
		}
		if len(spans) == 0 {
			day(map[string]any{"notes": "Closed"})
		}
		for _, s := range spans {
			day(map[string]any{"opens_at": hm(s.from), "closes_at": hm(s.to)})
		}
	}
	return out
}

// sameHours reports whether the form says what it showed.
func (e Edit) sameHours(shown Edit) bool {
	for i := range e.Week {
		spans, _ := parseHours(e.Week[i])
		var parts []string
		for _, s := range spans {
			parts = append(parts, hm(s.from)+"-"+hm(s.to))
		}
		if !shown.KeepHours && strings.Join(parts, ", ") != shown.Week[i] {
			return false
		}
	}
	return slices.Equal(exceptionLines(strings.ReplaceAll(e.Exceptions, "\r", "")), exceptionLines(shown.Exceptions))
}
