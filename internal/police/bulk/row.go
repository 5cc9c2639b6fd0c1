package bulk

import (
	"crypto/sha256"
	"encoding/base64"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/police/contact"
)

// row is a record as a contact.
type row struct {
	Record
	reference string
	officer   string
	door      contact.Door
	decision  contact.Decision
	hash      string
	wrong     lead.Invalid // by column
}

const maxReference = 80

// read makes a contact of a record. What is wrong with it by itself is noted in
// it; what the policy says comes later.
func read(columns []string, rec Record, zone *time.Location) row {
	r := row{Record: rec, wrong: lead.Invalid{}}
	cell := func(name string) string { return rec.Cell(columns, name) }
	if told := rec.Uneven(columns); told != "" {
		r.wrong["row"] = told
	}
	sum := sha256.New()
	for _, c := range Columns() {
		text := cell(c.Name)
		if c.Name == "pathway" && text == "" { // files from before there was this column are known again
			continue
		}
		io.WriteString(sum, strconv.Itoa(len(text))+":"+text) //nolint:errcheck // #nosec G104 -- a hash takes everything
	}
	r.hash = base64.RawStdEncoding.EncodeToString(sum.Sum(nil))
	r.reference, r.officer, r.door = cell("reference"), cell("officer"), contact.Door(cell("door"))
	if r.reference == "" {
		r.wrong["reference"] = "Say what the record is called in the other system"
	}
	r.wrong.TooLong("reference", r.reference, maxReference)
	at, told := Moment(cell("happened_at"), zone)
	if told != "" {
		r.wrong["happened_at"] = told
	}
	if text := cell("voluntary"); text != "" && !strings.EqualFold(text, "yes") && !strings.EqualFold(text, "no") {
		r.wrong["voluntary"] = "Write yes or no"
	}
	r.decision = contact.Decision{
		HappenedAt: at, Place: cell("place"), ForceReference: cell("force_reference"), Outcome: contact.Outcome(cell("outcome")), Reason: cell("reason"), Words: cell("words"), Pathway: cell("pathway"),
		Voluntary: strings.EqualFold(cell("voluntary"), "yes"), Offences: codes(cell("offences")), Exclusions: codes(cell("exclusions")),
		OverrideBy: cell("override_by"), OverrideWhy: cell("override_why"),
		Equality:  contact.Equality{AgeBand: cell("age_band"), Sex: cell("sex"), Ethnicity: cell("ethnicity"), NotRecorded: contact.NotRecorded(cell("ethnicity_not_recorded"))},
		Perceived: cell("perceived"),
	}
	if r.decision.Pathway != "" && !r.decision.OtherPathway() {
		r.wrong["pathway"] = "Only where somebody was not diverted, with other_pathway as the reason"
	}
	return r
}

// Cell returns what stands under a heading, "" where there is nothing.
func (r Record) Cell(columns []string, name string) string {
	i := slices.Index(columns, name)
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return strings.TrimSpace(written(r.Cells[i]))
}

// Uneven says that a row does not have as many cells as there are headings, ""
// where it has.
func (r Record) Uneven(columns []string) string {
	switch n := len(r.Cells); {
	case n > len(columns):
		return "There are more cells than headings: is there a separator too many, outside quotes?"
	case n < len(columns):
		return "There are fewer cells than headings: is there a separator or a quote missing?"
	}
	return ""
}

// columnOf names the column that an answer of the form comes from.
func columnOf(field string) string {
	switch {
	case strings.HasPrefix(field, "reason_"):
		return "reason"
	case field == "offence":
		return "offences"
	case field == "ethnic_group":
		return "ethnicity"
	}
	return field
}

func codes(text string) []string {
	found := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '|' || r == ',' || r == ';' })
	slices.Sort(found)
	return slices.Compact(found)
}

// Moment reads a time with its zone, or a local one; otherwise it says how to
// write it.
func Moment(text string, zone *time.Location) (time.Time, string) {
	if text == "" {
		return time.Time{}, "Say when it happened"
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, ""
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", "02/01/2006 15:04:05", "02/01/2006 15:04"} {
		at, err := time.ParseInLocation(layout, text, zone)
		if err != nil {
			continue
		}
		if at.Format(layout) != text { // the hour that is left out when clocks go forward
			return time.Time{}, "There was no such time: clocks went forward. Write it as 2026-03-27T14:05:00Z"
		}
		return at, ""
	}
	return time.Time{}, "Write the time as 2026-03-27 14:05, 27/03/2026 14:05 or 2026-03-27T14:05:00Z"
}
