// Package contact records what an officer decided at the point of contact, to
// divert or not, and why, for every eligible contact. It imports lead,
// platform, reference and the bridge.
package contact

import (
	"slices"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/reference/policy"
)

// Door is a route into LEAD. It is fixed when the contact is recorded (R5).
type Door string

// The three doors. Officers use the first two; the third is for partners.
const (
	ArrestDiversion Door = "arrest_diversion"
	SocialContact   Door = "social_contact"
	Community       Door = "community"
)

// Words returns the door as people say it.
func (d Door) Words() string {
	return map[Door]string{ArrestDiversion: "Arrest diversion", SocialContact: "Social contact", Community: "Community referral"}[d]
}

// Outcome is what came of the contact.
type Outcome string

// Every eligible contact ends in one of these (R1).
const (
	Diverted    Outcome = "diverted"
	NotDiverted Outcome = "not_diverted"
	Declined    Outcome = "declined" // offered, and they said no, which costs them nothing (R3)
	NotEligible Outcome = "not_eligible"
	NoCapacity  Outcome = "no_capacity"
	NotFit      Outcome = "not_fit" // not fit to decide now
)

// Outcomes lists the outcomes in the order of the page.
func Outcomes() []Outcome {
	return []Outcome{Diverted, NotDiverted, Declined, NotEligible, NoCapacity, NotFit}
}

// Words returns the outcome as people say it.
func (o Outcome) Words() string {
	return map[Outcome]string{
		Diverted: "Diverted", NotDiverted: "Not diverted", Declined: "Offered, and they said no",
		NotEligible: "Not eligible under the policy", NoCapacity: "Nobody could come", NotFit: "Not fit to decide now",
	}[o]
}

// Offered reports whether LEAD was offered. Diverted and declined both mean
// so; the offer is always voluntary (R3).
func (o Outcome) Offered() bool { return o == Diverted || o == Declined }

// NotRecorded says why the person's ethnic group is not known (R41).
type NotRecorded string

// Why it is not known.
const (
	NotAsked NotRecorded = "not_asked"
	SaidNo   NotRecorded = "said_no"
)

// The schemes in which people describe themselves to police in England and
// Wales: 18 groups and "not stated", on 2011 Census categories, or only the broad
// group that one of them belongs to.
const (
	EthnicityScheme = "self_defined_18plus1"
	BroadScheme     = "self_defined_broad"
)

// AgeBands lists the bands; an exact age is never asked at the roadside.
func AgeBands() []string {
	return []string{"under_18", "18_25", "26_35", "36_45", "46_55", "56_plus", "not_known"}
}

// AgeWords returns an age band as people say it.
func AgeWords(band string) string {
	return map[string]string{
		"under_18": "Under 18", "18_25": "18 to 25", "26_35": "26 to 35", "36_45": "36 to 45", "46_55": "46 to 55", "56_plus": "56 or over", "not_known": "Not known",
	}[band]
}

// Equality is what the person said about themselves, for fairness. It is kept
// apart from the decision.
type Equality struct {
	AgeBand     string
	Sex         string // code of the list "sex"
	Ethnicity   string // code of the list "ethnicity_self_defined" or "ethnicity_broad", or ""
	NotRecorded NotRecorded
}

// scheme names the scheme that the code belongs to; "" for none.
func (e Equality) scheme(lists codelist.Lists) string {
	switch {
	case lists.Has("ethnicity_broad", e.Ethnicity):
		return BroadScheme
	case e.Ethnicity == "", lists.Has("ethnicity_self_defined", e.Ethnicity):
		return EthnicityScheme
	}
	return ""
}

// Decision is one version of what was decided. It is never edited: a mistake is
// put right by a later version that says why (R2). It has no field for guilt:
// none is asked (R9).
type Decision struct {
	Version        int64
	HappenedAt     time.Time
	Place          string
	ForceReference string // the force's own record number; optional, and stays here
	PolicyVersion  int64
	Outcome        Outcome
	Voluntary      bool            // they know it is their choice
	Reason         string          // coded
	Words          string          // optional
	Pathway        string          // code of the other pathway that a contact goes by which was not diverted (R48)
	pathway        pathway.Pathway // the entry that it was checked against
	Offences       []string
	Exclusions     []string // criteria that held
	OverrideBy     string   // who said yes all the same (R8)
	OverrideWhy    string
	Equality       Equality
	Perceived      string // code of the list "ethnicity_officer_defined": the officer's view, stored apart
	Correction     string // why this version replaces the one before
	HandOff        referral.Referral
	RecordedBy     string
	RecordedByName string
	RecordedAt     time.Time

	FormPolicy int64    // version of the policy that the form showed; 0 where no form did
	Arrival    *Arrival // nil when it was typed into the page itself
}

// Contact is an encounter where an officer had a realistic chance to divert.
type Contact struct {
	ID        string
	Reference string // said aloud, such as LD-7K4MQ2
	Door      Door
	OfficerID string
	Team      string
	Recorder  string // account_id of who recorded it: in custody somebody else than the officer
	At        time.Time
	Undone    bool     // taken back within ten minutes
	Decision  Decision // the latest
}

// How long answers may be.
const (
	maxPlace = 200
	maxWords = 500
	maxForce = 40
)

// Check returns a lead.Invalid naming each answer that breaks a rule of p, the
// policy in force when it happened, or nil. lists tells which codes exist.
func (d Decision) Check(door Door, p policy.Policy, lists codelist.Lists, now time.Time) error {
	bad := lead.Invalid{}
	if door != ArrestDiversion && door != SocialContact {
		bad["door"] = "Choose how this contact came about"
	}
	d.checkWhen(bad, now)
	d.checkOffences(bad, door, p)
	d.checkOutcome(bad, p)
	d.checkPerson(bad, lists)
	if d.Outcome == Diverted {
		d.checkDiverted(bad, p)
	}
	if d.Version > 1 && strings.TrimSpace(d.Correction) == "" {
		bad["correction"] = "Say why you are correcting this"
	}
	bad.TooLong("correction", d.Correction, maxWords)
	return bad.OrNil()
}

func (d Decision) checkWhen(bad lead.Invalid, now time.Time) {
	switch {
	case d.HappenedAt.IsZero():
		bad["happened_at"] = "Enter when it happened"
	case d.HappenedAt.After(now.Add(5 * time.Minute)): // clocks disagree a little
		bad["happened_at"] = "This is in the future: enter when it happened"
	case d.HappenedAt.Before(now.AddDate(-1, 0, 0)):
		bad["happened_at"] = "This is more than a year ago: check the date"
	}
	bad.TooLong("place", d.Place, maxPlace)
	bad.TooLong("force_reference", d.ForceReference, maxForce)
}

func (d Decision) checkOffences(bad lead.Invalid, door Door, p policy.Policy) {
	if len(d.Offences) == 0 && door == ArrestDiversion {
		bad["offence"] = "Choose the offence"
	}
	for _, code := range d.Offences {
		if _, ok := p.Offence(code); !ok {
			bad["offence"] = "Choose offences from the list in force"
		}
	}
}

func (d Decision) checkOutcome(bad lead.Invalid, p policy.Policy) {
	bad.TooLong("words", d.Words, maxWords)
	bad.NoCondition("words", d.Words)
	if !slices.Contains(Outcomes(), d.Outcome) {
		bad["outcome"] = "Say what you decided"
		return
	}
	reason, ok := p.Reason(string(d.Outcome), d.Reason)
	field := ReasonField(d.Outcome)
	switch {
	case !ok:
		bad[field] = "Choose the reason"
	case reason.Explain && strings.TrimSpace(d.Words) == "":
		bad["words"] = "Say in a few words what the reason was"
	}
}

// OtherPathway reports whether the decision points to another pathway than LEAD.
func (d Decision) OtherPathway() bool {
	return d.Outcome == NotDiverted && d.Reason == pathway.Reason
}

// PathwayName is what the pathway was called when it was named, "" for none.
func (d Decision) PathwayName() string { return d.pathway.Name }

// checkPathway finds which pathway is meant among those of the day: all is the list
// as it stands. Where the list has none, a few words say it.
func (d *Decision) checkPathway(all []pathway.Pathway, day string) error {
	bad := lead.Invalid{}
	p, known := pathway.Named(all, d.Pathway)
	switch {
	case !d.OtherPathway():
		d.Pathway = ""
	case d.Pathway == "" && len(pathway.OnDay(all, day)) == 0:
		if strings.TrimSpace(d.Words) == "" {
			bad["words"] = "Say in a few words which pathway it is"
		}
	case !known || !p.On(day):
		bad["pathway"] = "Choose which pathway it is"
	}
	d.pathway = p
	return bad.OrNil()
}

// ReasonField names the form field that holds the reasons of an outcome.
func ReasonField(o Outcome) string { return "reason_" + string(o) }

func (d Decision) checkPerson(bad lead.Invalid, lists codelist.Lists) {
	if !slices.Contains(AgeBands(), d.Equality.AgeBand) {
		bad["age_band"] = "Choose an age band, or not known"
	}
	if !lists.Has("sex", d.Equality.Sex) {
		bad["sex"] = "Choose one, or not known"
	}
	switch {
	case d.Equality.Ethnicity == "" && d.Equality.NotRecorded != NotAsked && d.Equality.NotRecorded != SaidNo:
		bad["ethnic_group"] = "Choose what they said, or say that they were not asked or said no"
	case d.Equality.Ethnicity != "" && d.Equality.NotRecorded != "":
		bad["ethnic_group"] = "Choose a group or why there is none, not both"
	case d.Equality.Ethnicity != "" && d.Equality.scheme(lists) == "":
		bad["ethnicity"] = "Choose from the list"
	}
	if d.Perceived != "" && !lists.Has("ethnicity_officer_defined", d.Perceived) {
		bad["perceived"] = "Choose from the list"
	}
}

// checkDiverted holds what only a diversion needs: a voluntary yes, an adult,
// and, for each presumptive exclusion, who said yes all the same (R3, R8, R56).
func (d Decision) checkDiverted(bad lead.Invalid, p policy.Policy) {
	if !d.Voluntary {
		bad["voluntary"] = "LEAD is only ever their choice: tell them so, then confirm it here"
	}
	if d.Equality.AgeBand == "under_18" {
		bad["outcome"] = "LEAD here is for adults. Choose \"Not eligible\" with the youth pathway as the reason"
	}
	held := d.Held(p)
	for _, name := range held {
		c, known := p.Criterion(name)
		switch _, offence := strings.CutPrefix(name, offencePrefix); {
		case known && c.Kind == policy.Absolute:
			bad["outcome"] = "The policy does not allow this: " + c.Words
		case !known && !offence:
			bad["exclusions"] = "Choose from the policy's list"
		}
	}
	if len(held) > 0 && strings.TrimSpace(d.OverrideBy) == "" {
		bad["override_by"] = "Name who said yes all the same: this is usually not divertible"
	}
	if len(held) > 0 && strings.TrimSpace(d.OverrideWhy) == "" {
		bad["override_why"] = "Say why they said yes"
	}
	bad.TooLong("override_by", d.OverrideBy, 100)
	bad.TooLong("override_why", d.OverrideWhy, maxWords)
	bad.NoCondition("override_why", d.OverrideWhy)
	if handoff, ok := d.HandOff.Check().(lead.Invalid); ok { //nolint:errorlint // Check returns lead.Invalid or nil
		for field, text := range handoff {
			bad[field] = text
		}
	}
}

// offencePrefix marks the exclusion that comes with an excluded offence.
const offencePrefix = "offence:"

// Held returns the exclusions that hold: those the officer ticked, and one for
// each offence that the policy presumptively excludes.
func (d Decision) Held(p policy.Policy) []string {
	held := slices.Clone(d.Exclusions)
	for _, code := range d.Offences {
		o, ok := p.Offence(code)
		if name := offencePrefix + code; ok && o.Standing == policy.Excluded && !slices.Contains(held, name) {
			held = append(held, name)
		}
	}
	return held
}
