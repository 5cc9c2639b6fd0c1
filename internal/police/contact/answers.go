package contact

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
)

// momentLayout is what a datetime-local field holds: local time without a zone.
const momentLayout = "2006-01-02T15:04"

// Read reads the answers of the form; zone is where the officer reads the clock. Only those that go with the
// outcome count: what was chosen before a change of mind is left behind.
func Read(answers url.Values, zone *time.Location) (Door, Decision) {
	line := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(answers.Get(name), "\r\n", "\n"))
	}
	outcome := Outcome(answers.Get("outcome"))
	happened, _ := time.ParseInLocation(momentLayout, answers.Get("happened_at"), zone) //nolint:errcheck // the zero time is told beside the field
	d := Decision{
		HappenedAt: happened, Place: line("place"), ForceReference: line("force_reference"),
		Outcome: outcome, Reason: answers.Get(ReasonField(outcome)), Words: line("words"),
		Offences:  slices.Compact(slices.Sorted(slices.Values(answers["offence"]))),
		Equality:  Equality{AgeBand: answers.Get("age_band"), Sex: answers.Get("sex")},
		Perceived: answers.Get("perceived"), Exclusions: answers["exclusions"], OverrideBy: line("override_by"), OverrideWhy: line("override_why"),
		Voluntary: answers.Get("voluntary") == "yes", Correction: line("correction"),
	}
	if d.OtherPathway() {
		d.Pathway = answers.Get("pathway")
	}
	if version, err := strconv.ParseInt(answers.Get("policy_version"), 10, 64); err == nil {
		d.FormPolicy = version
	}
	switch group := answers.Get("ethnic_group"); group {
	case string(NotAsked), string(SaidNo):
		d.Equality.NotRecorded = NotRecorded(group)
	default:
		d.Equality.Ethnicity = group
	}
	if exact := answers.Get("ethnicity"); exact != "" {
		d.Equality.Ethnicity = exact
	}
	if outcome == Diverted {
		d.HandOff = referral.Referral{
			Nickname: line("nickname"), FindWords: line("find_words"), Meeting: referral.Meeting(answers.Get("meeting")),
			MeetWords: line("meet_words"), Safety: answers["safety"], Needs: answers["needs"], Communication: line("communication"),
			MayTell: answers.Get("may_tell") == "yes",
		}
	}
	door := Door(answers.Get("door"))
	if door == "" {
		door = ArrestDiversion
	}
	return door, d
}
