// Package simulate makes up an area whose truth is known: people, officers who differ in how readily they divert, decisions by lot or by judgement,
// support, arrests, charges, custody, deaths, moves, records that are missing, and bias where it was planted. What LEAD does to each person is known
// under both arms, so that the true effect is known by averaging, and an evaluation can be held against it. It imports the packages of the evidence
// side and stats only.
package simulate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"waymark.example/internal/evidence/study"
)

// Designs: how somebody comes into an arm.
const (
	Lot       = "lot"       // each team's shift is drawn: LEAD may be offered, or process as usual
	Judgement = "judgement" // the officer decides
)

// Effect is the truth of an area: what is planted. Numbers called log-odds are added to the log-odds of the thing; a chance lies between 0 and 1.
type Effect struct {
	Design  string `json:"design"`         // lot or judgement
	From    string `json:"from"`           // first day of the study
	Recruit int    `json:"recruit_months"` // months of 30 days in which people come in
	Follow  int    `json:"follow_months"`  // months of 30 days after that, to the end of the records

	OddsRatio float64      `json:"odds_ratio"`    // of an arrest in a month, of one and the same person, once engaged
	ByGroup   []GroupRatio `json:"by_group"`      // another odds ratio for a group
	Base      float64      `json:"base_log_odds"` // of an arrest in a month, of a man of 26 or more who does not sleep rough
	Spread    float64      `json:"spread"`        // standard deviation of people's own log-odds: what no record shows
	Young     float64      `json:"young"`         // log-odds, under 26
	Female    float64      `json:"female"`        // log-odds
	Rough     float64      `json:"rough"`         // log-odds, sleeping rough
	Crisis    float64      `json:"crisis"`        // log-odds in the month before the contact, fading over the two before that: people are met when things are worst
	Again     float64      `json:"again"`         // chance that one arrest in a month is followed by another
	Warrants  float64      `json:"warrants"`      // chance in a month of an arrest for an offence before the contact
	Prison    float64      `json:"prison"`        // chance that a month with an arrest ends in prison
	Deaths    float64      `json:"deaths"`        // chance in a month
	Moves     float64      `json:"moves"`         // chance in a month

	Shifts    float64 `json:"lead_shifts"` // share of shifts that are LEAD shifts, by lot
	Community float64 `json:"community"`   // share of people who come through the community door, without an officer
	Eligible  float64 `json:"eligible"`    // chance that the policy allows to divert
	Divert    float64 `json:"divert"`      // chance that an officer decides for LEAD where they may
	Threshold float64 `json:"threshold"`   // standard deviation of officers' own log-odds of it
	Capacity  float64 `json:"capacity"`    // chance that a case manager can come
	Accept    float64 `json:"accept"`      // chance that a person says yes
	Engage    float64 `json:"engage"`      // chance that a person who said yes is met and stays
	Lean      Lean    `json:"lean"`        // whom officers choose
	Bias      []Bias  `json:"bias"`

	Missing Missing `json:"missing"`
}

// GroupRatio is the odds ratio of one group.
type GroupRatio struct {
	Column    string  `json:"column"` // ethnicity, sex or housing
	Group     string  `json:"group"`
	OddsRatio float64 `json:"odds_ratio"`
}

// Lean is by what officers choose, as log-odds of deciding for LEAD. Hidden leans on people's own log-odds of arrest, which no record shows: no
// weighting can put that right.
type Lean struct {
	Arrests float64 `json:"arrests"` // for each arrest in the 12 months before
	Young   float64 `json:"young"`
	Female  float64 `json:"female"`
	Rough   float64 `json:"rough"`
	Hidden  float64 `json:"hidden"`
}

// Bias multiplies a group's chance at one stage: 0.667 where others have 1.5 times its chance.
type Bias struct {
	Stage  string  `json:"stage"`  // eligible, diverted, accepted or engaged
	Column string  `json:"column"` // ethnicity or sex
	Group  string  `json:"group"`
	Ratio  float64 `json:"ratio"`
}

// Missing is how much the records lack.
type Missing struct {
	Ethnicity float64 `json:"ethnicity"`
	Born      float64 `json:"born"`
	Housing   float64 `json:"housing"`
	Decision  float64 `json:"decision"`
	Linkage   float64 `json:"linkage"`
}

// Default is an area in which LEAD helps, officers choose by what records show, and nobody is treated worse for who they are.
func Default() Effect {
	return Effect{
		Design: Judgement, From: "2023-01-01", Recruit: 18, Follow: 25,
		OddsRatio: 0.55, Base: -2.5, Spread: 0.8, Young: 0.3, Female: -0.2, Rough: 0.4, Crisis: 0.5, Again: 0.2, Warrants: 0.004, Prison: 0.06, Deaths: 0.001, Moves: 0.001,
		Shifts: 0.5, Community: 0.05, Eligible: 0.85, Divert: 0.5, Threshold: 0.5, Capacity: 0.95, Accept: 0.85, Engage: 0.9,
		Lean:    Lean{Arrests: -0.15, Young: 0.3, Female: 0.3, Rough: -0.3},
		Missing: Missing{Ethnicity: 0.06, Born: 0.01, Housing: 0.03, Decision: 0.03, Linkage: 0.04},
	}
}

// Plain is an area with one thing only: people who differ, half of them in LEAD by lot, all of whom engage. base and spread are log-odds of an arrest in
// a month. It is the area of textbooks and of design tables.
func Plain(oddsRatio, base, spread float64) Effect {
	return Effect{Design: Lot, From: "2023-01-01", Recruit: 12, Follow: 25, OddsRatio: oddsRatio, Base: base, Spread: spread,
		Shifts: 0.5, Eligible: 1, Divert: 1, Capacity: 1, Accept: 1, Engage: 1}
}

// ReadEffect reads an effect as JSON. What it leaves out is as in Default; what it does not know is an error.
func ReadEffect(r io.Reader) (Effect, error) {
	e := Default()
	in := json.NewDecoder(io.LimitReader(r, 1<<20))
	in.DisallowUnknownFields()
	const shown = "waymark simulate --show-effect prints one to begin from"
	switch err := in.Decode(&e); {
	case errors.Is(err, io.EOF):
		return e, fmt.Errorf("read effect: the file is empty: %s", shown)
	case err != nil:
		return e, fmt.Errorf("read effect: %s: %s", strings.TrimPrefix(err.Error(), "json: "), shown)
	}
	if in.More() {
		return e, errors.New("read effect: there is more after the effect")
	}
	return e, e.Check()
}

// Check says what is wrong with an effect.
func (e Effect) Check() error {
	bad := func(format string, args ...any) error { return fmt.Errorf("effect: "+format, args...) }
	if e.Design != Lot && e.Design != Judgement {
		return bad("design is lot or judgement, not %q", e.Design)
	}
	if d, err := study.ParseDay(e.From); err != nil || d == 0 || d < 3650 {
		return bad("from is a day from 1980 on, such as 2023-01-01")
	}
	if e.Recruit < 1 || e.Recruit > 120 || e.Follow < 1 || e.Follow > 120 {
		return bad("recruit_months and follow_months go from 1 to 120")
	}
	chances := []struct {
		name  string
		value float64
	}{{"again", e.Again}, {"warrants", e.Warrants}, {"prison", e.Prison}, {"deaths", e.Deaths}, {"moves", e.Moves}, {"lead_shifts", e.Shifts}, {"community", e.Community},
		{"eligible", e.Eligible}, {"divert", e.Divert}, {"capacity", e.Capacity}, {"accept", e.Accept}, {"engage", e.Engage}, {"missing.ethnicity", e.Missing.Ethnicity},
		{"missing.born", e.Missing.Born}, {"missing.housing", e.Missing.Housing}, {"missing.decision", e.Missing.Decision}, {"missing.linkage", e.Missing.Linkage}}
	for _, c := range chances {
		if !(c.value >= 0 && c.value <= 1) {
			return bad("%s is a chance from 0 to 1", c.name)
		}
	}
	if e.Again > 0.9 {
		return bad("again is at most 0.9")
	}
	for _, v := range []float64{e.Base, e.Spread, e.Young, e.Female, e.Rough, e.Crisis, e.Threshold, e.Lean.Arrests, e.Lean.Young, e.Lean.Female, e.Lean.Rough, e.Lean.Hidden} {
		if !(math.Abs(v) <= 20) {
			return bad("log-odds and deviations lie within 20 of 0")
		}
	}
	ratio := func(v float64) bool { return v >= 0.01 && v <= 100 }
	if !ratio(e.OddsRatio) {
		return bad("odds_ratio lies between 0.01 and 100")
	}
	nobody := func(of, column, group string) error {
		if all := groups()[column]; !slices.Contains(all, group) {
			return bad("%s: nobody is of the group %q by %s: it is one of %s", of, group, column, strings.Join(all, ", "))
		}
		return nil
	}
	for _, g := range e.ByGroup {
		if groups()[g.Column] == nil || !ratio(g.OddsRatio) {
			return bad("by_group names a column (ethnicity, sex, housing), a group and an odds ratio between 0.01 and 100")
		}
		if err := nobody("by_group", g.Column, g.Group); err != nil {
			return err
		}
	}
	for _, b := range e.Bias {
		if !slices.Contains(stages(), b.Stage) || b.Column != "ethnicity" && b.Column != "sex" || !(b.Ratio > 0 && b.Ratio <= 1) {
			return bad("bias names a stage (eligible, diverted, accepted, engaged), a column (ethnicity, sex), a group, and a ratio above 0 and up to 1 for the group that has less of a chance")
		}
		if err := nobody("bias", b.Column, b.Group); err != nil {
			return err
		}
	}
	return nil
}

// groups are what people of an area can be, by column.
func groups() map[string][]string {
	return map[string][]string{
		"sex":       {"M", "F", "X"},
		"ethnicity": {"white", "black", "asian", "mixed", "other"},
		"housing":   {"settled", "temporary", "rough"},
	}
}

func stages() []string { return []string{"eligible", "diverted", "accepted", "engaged"} }

// until is the end of the records.
func (e Effect) until() study.Day {
	from, err := study.ParseDay(e.From)
	if err != nil {
		panic("an effect that was not checked") // Make and Write check
	}
	return from + study.Day(30*(e.Recruit+e.Follow)+9) // #nosec G115 -- checked: months are few
}

// ratioOf is the odds ratio of a person of so much.
func (e *Effect) ratioOf(sex, ethnicity, housing string) float64 {
	for _, g := range e.ByGroup {
		if g.Column == "sex" && g.Group == sex || g.Column == "ethnicity" && g.Group == ethnicity || g.Column == "housing" && g.Group == housing {
			return g.OddsRatio
		}
	}
	return e.OddsRatio
}

// bias is what multiplies the chance of a person at a stage.
func (e *Effect) bias(stage, sex, ethnicity string) float64 {
	f := 1.0
	for _, b := range e.Bias {
		if b.Stage == stage && (b.Column == "sex" && b.Group == sex || b.Column == "ethnicity" && b.Group == ethnicity) {
			f *= b.Ratio
		}
	}
	return f
}
