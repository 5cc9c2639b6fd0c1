package service

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// What is kept, shown and published of a service whose place stays secret. It is
// made of what is named here, not of everything with some of it taken out: what a
// feed says in a place that nobody thought of gives nobody away.

// shapes are what each fact of a schedule looks like: none has room for words.
var shapes = map[string]*regexp.Regexp{ //nolint:gochecknoglobals // compiled once
	"valid_from": regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"valid_to":   regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"dtstart":    regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"until":      regexp.MustCompile(`^\d{4}-\d\d-\d\d$`),
	"freq":       regexp.MustCompile(`^(DAILY|WEEKLY|MONTHLY)$`),
	"byday":      regexp.MustCompile(`^([+-]?\d?(MO|TU|WE|TH|FR|SA|SU),?){1,14}$`),
	"bymonthday": regexp.MustCompile(`^[0-9,-]{1,90}$`),
	"opens_at":   regexp.MustCompile(`^\d\d?:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$`),
	"closes_at":  regexp.MustCompile(`^\d\d?:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$`),
	"notes":      regexp.MustCompile(`^Closed$`),
}

var (
	aNumber = regexp.MustCompile(`^[0-9 +().,extEXT-]{3,40}$`)    //nolint:gochecknoglobals // compiled once
	aCode   = regexp.MustCompile(`^[a-z_]{1,40}$`)                //nolint:gochecknoglobals // compiled once
	aLabel  = regexp.MustCompile(`^[\p{L}][\p{L} ,;:'’-]{0,80}$`) //nolint:gochecknoglobals // compiled once
)

// withheld returns what may be said of a service whose place stays secret: its
// name, who runs it, what it does, how to reach it, what for and when.
func (d Document) withheld() map[string]any {
	out := map[string]any{"id": d.ID}
	for name, said := range map[string]string{"name": d.Name, "description": d.Description, "url": d.URL, "email": d.Email, "status": d.Status} {
		set(out, name, said)
	}
	if name := strings.TrimSpace(d.Organization.Name); name != "" {
		id := d.Organization.ID
		if _, err := uuid.Parse(id); err != nil {
			id = made("organization", strings.ToLower(name))
		}
		out["organization"] = map[string]any{"id": id, "name": d.Organization.Name, "description": d.Organization.Name}
	}
	if number := d.Phone(); aNumber.MatchString(number) {
		out["phones"] = []any{map[string]any{"id": made("phone", d.ID, number), "number": number}}
	}
	var attributes, schedules []any
	for _, a := range d.Attributes {
		label := a.Term.Name
		switch a.Term.Taxonomy {
		case accessTaxonomy:
			i := slices.IndexFunc(Ways(), func(w [2]string) bool { return w[0] == a.Term.Term })
			if i < 0 {
				continue
			}
			label = Ways()[i][1]
		case needsTaxonomy:
			if !aCode.MatchString(a.Term.Term) {
				continue
			}
			if !aLabel.MatchString(label) {
				label = a.Term.Term
			}
		default:
			continue
		}
		attributes = append(attributes, own(d.ID, a.Term.Taxonomy, a.Term.Term, label))
	}
	for _, s := range list(d.whole, "schedules") {
		if hours := onlyHours(s); hours != nil {
			schedules = append(schedules, hours)
		}
	}
	if len(attributes) > 0 {
		out["attributes"] = attributes
	}
	if len(schedules) > 0 {
		out["schedules"] = schedules
	}
	return out
}

// onlyHours returns what a schedule says of days and hours, nil when that is
// nothing.
func onlyHours(schedule any) map[string]any {
	said, _ := schedule.(map[string]any) //nolint:errcheck // nil has no keys
	out := map[string]any{}
	for name, shape := range shapes {
		if value, ok := said[name].(string); ok && shape.MatchString(value) {
			out[name] = value
		}
	}
	if len(out) == 0 {
		return nil
	}
	if n, ok := said["interval"].(json.Number); ok {
		out["interval"] = n
	}
	if id, _ := said["id"].(string); id != "" { //nolint:errcheck // "" is no id
		if _, err := uuid.Parse(id); err == nil {
			out["id"] = id
		}
	}
	if _, there := out["id"]; !there {
		out["id"] = made("schedule", string(asJSON(out)))
	}
	return out
}
