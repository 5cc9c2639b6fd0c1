package service

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waymark.example/internal/platform/secret"
)

// Document is one service in the published model, as far as pages show it. What
// it was read from is kept whole beside it, so that nothing is lost on the way
// in and out.
type Document struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Description  string        `json:"description"`
	URL          string        `json:"url"`
	Email        string        `json:"email"`
	Status       string        `json:"status"`
	Fees         string        `json:"fees"`
	Alert        string        `json:"alert"`
	Eligibility  string        `json:"eligibility_description"`
	Organization Organization  `json:"organization"`
	Schedules    []Schedule    `json:"schedules"`
	Areas        []Area        `json:"service_areas"`
	At           []AtLocation  `json:"service_at_locations"`
	Costs        []CostOption  `json:"cost_options"`
	Contacts     []Contact     `json:"contacts"`
	Phones       []Phone       `json:"phones"`
	Attributes   []Attribute   `json:"attributes"`
	Languages    []LanguageFor `json:"languages"`

	whole map[string]any
}

// Organization is who provides a service.
type Organization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Area is where people may come from.
type Area struct {
	Name string `json:"name"`
}

// AtLocation is a service at a place, with hours of its own where it has them.
type AtLocation struct {
	Location  Location   `json:"location"`
	Schedules []Schedule `json:"schedules"`
	Phones    []Phone    `json:"phones"`
}

// Location is a place.
type Location struct {
	ID            string          `json:"id"`
	Name          string          `json:"name"`
	Description   string          `json:"description"`
	Addresses     []Address       `json:"addresses"`
	Accessibility []Accessibility `json:"accessibility"`
}

// Address is how a place is found.
type Address struct {
	ID       string `json:"id"`
	First    string `json:"address_1"`
	Second   string `json:"address_2"`
	City     string `json:"city"`
	Region   string `json:"region"`
	Postcode string `json:"postal_code"`
}

// Accessibility is how people get in.
type Accessibility struct {
	Description string `json:"description"`
	Details     string `json:"details"`
}

// CostOption is what it costs.
type CostOption struct {
	ID          string      `json:"id"`
	Option      string      `json:"option"`
	Amount      json.Number `json:"amount"`
	Description string      `json:"amount_description"`
}

// Contact is whom to ask for.
type Contact struct {
	Name   string  `json:"name"`
	Title  string  `json:"title"`
	Phones []Phone `json:"phones"`
}

// Phone is a number.
type Phone struct {
	ID     string `json:"id"`
	Number string `json:"number"`
}

// LanguageFor is a language that is spoken.
type LanguageFor struct {
	Name string `json:"name"`
}

// Attribute ties a term of some vocabulary to a service.
type Attribute struct {
	ID   string `json:"id"`
	Term Term   `json:"taxonomy_term"`
}

// Term is a word of a vocabulary.
type Term struct {
	Name     string `json:"name"`
	Taxonomy string `json:"taxonomy"`
	Term     string `json:"term"`
}

// The two vocabularies that are Waymark's own, by the names they have in a
// document: which part of life a service is for, and how people come to it.
const (
	needsTaxonomy  = "Waymark needs"
	accessTaxonomy = "Waymark access"
)

// Way is a fact about how people come to a service.
type Way string

// The ways.
const (
	WalkIn       Way = "walk_in"
	WomenOnly    Way = "women_only"
	Dogs         Way = "dogs"
	BankHolidays Way = "bank_holidays" // its weekly hours hold on bank holidays too
	Withheld     Way = "address_withheld"
)

// Ways lists the ways with their words.
func Ways() [][2]string {
	return [][2]string{{string(WalkIn), "Walk in, no appointment"}, {string(WomenOnly), "Women only"}, {string(Dogs), "Takes dogs"},
		{string(BankHolidays), "Open on bank holidays as on any day"}, {string(Withheld), "Where it is stays secret"}}
}

// Is reports whether a way is said of the service.
func (d Document) Is(w Way) bool {
	return slices.ContainsFunc(d.Attributes, func(a Attribute) bool { return a.Term.Taxonomy == accessTaxonomy && a.Term.Term == string(w) })
}

// Listed reports whether the service is still there to be found.
func (d Document) Listed() bool { return d.Status != "inactive" && d.Status != "defunct" }

// Needs returns the parts of life that the service is for. Where nobody here has
// said, they are guessed from the words of its own vocabulary: guessed is true.
func (d Document) Needs() (domains []string, guessed bool) {
	for _, a := range d.Attributes {
		if a.Term.Taxonomy == needsTaxonomy {
			domains = append(domains, a.Term.Term)
		}
	}
	if len(domains) > 0 {
		return domains, false
	}
	about := " " + secret.Fold(d.Name)
	for _, a := range d.Attributes {
		about += " " + secret.Fold(a.Term.Name)
	}
	for _, g := range guesses() {
		if slices.ContainsFunc(g.starts, func(start string) bool { return strings.Contains(about, " "+start) }) {
			domains = append(domains, g.domain)
		}
	}
	return domains, len(domains) > 0
}

type guess struct {
	domain string
	starts []string // of words
}

// guesses are starts of words that other vocabularies use for the parts of life
// of the list "need_domains".
func guesses() []guess {
	return []guess{
		{"survival", []string{"food", "meal", "shower", "clothing", "rough sleep", "night shelter"}},
		{"housing", []string{"hous", "homeless", "accommodation", "tenan", "hostel", "supported living"}},
		{"health", []string{"health", "gp ", "dent", "medical", "wound", "nurs", "hospital", "pharmac"}},
		{"mental_health", []string{"mental", "counsel", "anxiety", "depress", "psych", "wellbeing", "bereave"}},
		{"substances", []string{"drug", "alcohol", "substance", "addict", "needle", "recovery"}},
		{"learning", []string{"autis", "adhd", "neuro", "dyslex", "literacy", "learning disab"}},
		{"money", []string{"benefit", "debt", "money", "financ", "budget"}},
		{"identity", []string{"identity document", "birth certificate", "passport"}},
		{"legal", []string{"legal", "law", "immigration", "court"}},
		{"safety", []string{"abuse", "violence", "exploit", "refuge", "safeguard", "traffick"}},
		{"relationships", []string{"famil", "parent", "child", "relationship", "carer"}},
		{"work", []string{"employ", "job", "training", "education", "apprentic", "volunteer"}},
		{"community", []string{"social", "befriend", "peer", "community group", "activities"}},
		{"culture", []string{"discriminat", "cultur", "equalit"}},
		{"access", []string{"transport", "digital", "internet"}},
	}
}

// Phone returns the first number there is, "" for none.
func (d Document) Phone() string {
	lists := [][]Phone{d.Phones}
	for _, c := range d.Contacts {
		lists = append(lists, c.Phones)
	}
	for _, at := range d.At {
		lists = append(lists, at.Phones)
	}
	for _, p := range slices.Concat(lists...) {
		if p.Number != "" {
			return p.Number
		}
	}
	return ""
}

// Web returns the address of its site, "" where it has none that a browser
// should be sent to.
func (d Document) Web() string {
	if strings.HasPrefix(d.URL, "https://") || strings.HasPrefix(d.URL, "http://") {
		return d.URL
	}
	return ""
}

// Places returns where it is, one line for each place.
func (d Document) Places() []string {
	var out []string
	for _, at := range d.At {
		lines := []string{at.Location.Name}
		for _, a := range at.Location.Addresses {
			lines = append(lines, a.First, a.Second, a.City, a.Postcode)
		}
		lines = slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
		if line := strings.Join(slices.Compact(lines), ", "); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// Town returns the first town it is in or serves, for one line of a list.
func (d Document) Town() string {
	for _, at := range d.At {
		for _, a := range at.Location.Addresses {
			if a.City != "" {
				return a.City
			}
		}
	}
	return ""
}

// words is what a search for a word looks in.
func (d Document) words() string {
	parts := []string{d.Name, d.Organization.Name, d.Description}
	for _, a := range d.Attributes {
		parts = append(parts, a.Term.Name)
	}
	return short(secret.Fold(strings.Join(parts, " ")), 4000)
}

// place is what a search for a place looks in.
func (d Document) place() string {
	var parts []string
	for _, at := range d.At {
		for _, a := range at.Location.Addresses {
			parts = append(parts, a.City, a.Region, a.Postcode)
		}
		parts = append(parts, at.Location.Name)
	}
	for _, a := range d.Areas {
		parts = append(parts, a.Name)
	}
	return short(secret.Fold(strings.Join(parts, " ")), 2000)
}

// sort is where it stands in a list, different for each service.
func (d Document) sort() string { return short(secret.Fold(d.Name), 200) + " " + d.ID }

func short(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

// most is how large one service may be, in bytes of JSON.
const most = 256 << 10

// Parse reads one service. Everything it says is kept, whatever of it pages show,
// unless where it is stays secret.
func Parse(text []byte) (Document, error) {
	if len(text) > most {
		return Document{}, fmt.Errorf("it is larger than %d KiB", most>>10)
	}
	var whole map[string]any
	if err := decode(text, &whole); err != nil {
		return Document{}, err
	}
	return fromWhole(whole)
}

// decode reads JSON with its numbers as they are written.
func decode(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("there is more after its end")
	}
	return nil
}

// fromWhole reads what a service says. Of one whose place stays secret it takes
// only what may be known (see withheld.go), wherever it comes from: a form, a
// feed, or what was kept before.
func fromWhole(whole map[string]any) (Document, error) {
	d, err := read(whole)
	if err == nil && d.Is(Withheld) {
		return read(d.withheld())
	}
	return d, err
}

func read(whole map[string]any) (Document, error) {
	text, err := json.Marshal(whole)
	if err != nil {
		return Document{}, err
	}
	var d Document
	if err := json.Unmarshal(text, &d); err != nil {
		return Document{}, err
	}
	d.whole = whole
	return d, d.check()
}

// check refuses what cannot be kept in the directory. Feeds are rarely perfect:
// it asks for no more than the directory needs.
func (d Document) check() error {
	if _, err := uuid.Parse(d.ID); err != nil || d.ID != strings.ToLower(d.ID) || len(d.ID) != 36 {
		return fmt.Errorf("its id %.60q is no UUID in small letters", d.ID)
	}
	if strings.TrimSpace(d.Name) == "" {
		return errors.New("it has no name")
	}
	if !slices.Contains(statuses(), d.Status) {
		return fmt.Errorf("its status %.60q is none of %s", d.Status, strings.Join(statuses(), ", "))
	}
	return nil
}

func statuses() []string { return []string{"active", "inactive", "defunct", "temporarily closed"} }

// JSON returns the whole service, the same text for the same content.
func (d Document) JSON() string {
	text, err := json.Marshal(d.whole)
	if err != nil { // it was read from JSON
		panic(fmt.Sprintf("service: %v", err))
	}
	return string(text)
}

// namespace is what the ids of Waymark's own terms are made from.
func namespace() uuid.UUID { return uuid.MustParse("5f0e6a52-6d0b-4f5e-9a9b-3f5f0b7f7a11") }

// own returns the attribute that says one of Waymark's own terms of a service.
func own(serviceID, taxonomy, term, label string) map[string]any {
	id := func(parts ...string) string {
		return uuid.NewSHA1(namespace(), []byte(strings.Join(parts, "/"))).String()
	}
	return map[string]any{
		"id": id(serviceID, taxonomy, term), "link_id": serviceID, "link_type": "service", "taxonomy_term_id": id(taxonomy, term),
		"taxonomy_term": map[string]any{"id": id(taxonomy, term), "name": label, "description": label, "taxonomy": taxonomy, "term": term},
	}
}

// isOwn reports whether an attribute is one of Waymark's own.
func isOwn(attribute any) bool {
	m, _ := attribute.(map[string]any)             //nolint:errcheck // nil has no keys
	term, _ := m["taxonomy_term"].(map[string]any) //nolint:errcheck // likewise
	return term["taxonomy"] == needsTaxonomy || term["taxonomy"] == accessTaxonomy
}

// list returns a list within whole, empty where there is none.
func list(whole map[string]any, name string) []any {
	l, _ := whole[name].([]any) //nolint:errcheck // nil is empty
	return l
}

// withOwn returns whole with Waymark's own terms of kept in place of those it
// has: what was said here outlives a feed that knows nothing of it.
func withOwn(whole map[string]any, kept []any) map[string]any {
	out := make(map[string]any, len(whole))
	for k, v := range whole {
		out[k] = v
	}
	var attributes []any
	for _, a := range list(whole, "attributes") {
		if !isOwn(a) {
			attributes = append(attributes, a)
		}
	}
	attributes = append(attributes, kept...)
	if len(attributes) > 0 {
		out["attributes"] = attributes
	} else if _, had := whole["attributes"]; had {
		out["attributes"] = []any{}
	}
	return out
}

// ownOf returns Waymark's own terms of a service.
func ownOf(whole map[string]any) []any {
	var out []any
	for _, a := range list(whole, "attributes") {
		if isOwn(a) {
			out = append(out, a)
		}
	}
	return out
}

// byName orders documents as lists do.
func byName(a, b Document) int { return cmp.Compare(a.sort(), b.sort()) }
