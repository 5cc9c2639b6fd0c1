// Package analysis works out every number of an evaluation's report from a study and the definition of its cohort: tables 1 to 8, figures 2 and 3 of
// the report. Its result is about groups only: no pseudonym, no row, no score, weight or prediction of anybody. It imports the study, the
// cohort and stats.
package analysis

import (
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// Version is the version of the methods of this package; a change of any number raises it.
const Version = "2" // 2: whose support is not on record is not counted as never met; Koopman's interval where Katz's has no width

// Arms: wherever a pair stands, LEAD comes first and the comparison second.

// Result is everything that a report prints. It goes through JSON and back unchanged; nothing in it is in a random order.
type Result struct {
	Version        string            `json:"version"`
	Definition     cohort.Definition `json:"definition"`
	DefinitionHash string            `json:"definition_hash"`
	StudyHash      string            `json:"study_hash"` // of the data
	From           string            `json:"from"`       // YYYY-MM-DD: the study period
	Until          string            `json:"until"`      // the records are complete up to this day
	Design         Design            `json:"design"`
	People         [3]int            `json:"people"`  // in the cohort: LEAD, comparison, no decision on record
	Linkage        [3]Share          `json:"linkage"` // records elsewhere were looked for: LEAD, comparison, no decision on record
	Flow           cohort.Flow       `json:"flow"`    // F1

	Baseline Baseline  `json:"baseline"` // T1
	Primary  Outcome   `json:"primary"`  // T2
	Monthly  Monthly   `json:"monthly"`  // T2: the same by person-month
	Second   []Outcome `json:"second"`   // T3: every outcome at every window; the co-primary (non_warrant at the primary window) among them, p-values by Holm
	Rates    []Rate    `json:"rates"`    // T4

	Survival Survival   `json:"survival"`    // F2
	Event    EventStudy `json:"event_study"` // F3

	Subgroups []Subgroup `json:"subgroups"` // T5: effect by ethnicity and others
	Care      Care       `json:"care"`      // T6
	Harms     []Harm     `json:"harms"`     // T7

	Missing     []Missing     `json:"missing"`     // T8
	Sensitivity []Sensitivity `json:"sensitivity"` // T8
	Bounds      *Bounds       `json:"bounds"`      // T8: worst and best case of the primary outcome
	EValue      *EValue       `json:"e_value"`     // T8: of the headline's risk ratio

	Detect *Detectable `json:"detectable"` // what this comparison could have shown; nil where there is none

	Warnings []string `json:"warnings,omitempty"` // what a reader must know before anything else, in whole sentences
}

// Design is how much the comparison can show (1 is the best).
type Design struct {
	Grade  int    `json:"grade"`  // 1 by lot; 2 comparison at the same time, with records before; 3 areas over time; 4 before and after only
	Name   string `json:"name"`   // a few words
	Words  string `json:"words"`  // who is compared with whom, in a sentence
	Caveat string `json:"caveat"` // why this may mislead, in a sentence
}

// Share is x of n. Value, Lo and Hi (Wilson, 95 %) are nil where n is 0.
type Share struct {
	X     int      `json:"x"`
	N     int      `json:"n"`
	Value *float64 `json:"value"`
	Lo    *float64 `json:"lo"`
	Hi    *float64 `json:"hi"`
}

// Measure is what a number is.
type Measure string

// The measures.
const (
	RiskDifference Measure = "risk_difference" // share in LEAD minus share in the comparison: -0.05 is five points fewer
	RiskRatio      Measure = "risk_ratio"
	OddsRatio      Measure = "odds_ratio" // odds are not risk: always beside the risks
	RateRatio      Measure = "rate_ratio"
	HazardRatio    Measure = "hazard_ratio"
	Difference     Measure = "difference" // in the unit of what is measured: days, arrests a person
)

// Method is how arms were made comparable.
type Method string

// The methods, in the order in which they stand side by side.
const (
	Crude    Method = "crude"      // as they are
	Period   Method = "period"     // change of LEAD against change of the comparison: group x period, estimating equations, robust errors by person
	Adjusted Method = "adjusted"   // for what was known before; risks standardised over everybody
	WeighATT Method = "att"        // weighted to the people of LEAD
	WeighATE Method = "ate"        // weighted to everybody
	WeighATO Method = "overlap"    // weighted to those who could have gone either way
	Both     Method = "period_att" // group x period, weighted to the people of LEAD
	Engaged  Method = "cace"       // among those whom the decision led to engage; second, never first
	// BeforeAfter is LEAD after against LEAD before: all there is without a comparison, and no effect.
	BeforeAfter Method = "before_after"
)

// Estimate is one number about a comparison with everything that must stand beside it (R46).
type Estimate struct {
	Method   Method   `json:"method"`
	Measure  Measure  `json:"measure"`
	Words    string   `json:"words"` // what it is, for a row's heading
	Value    *float64 `json:"value"` // nil where Problem says why there is none
	Lo       *float64 `json:"lo"`    // 95 %
	Hi       *float64 `json:"hi"`
	P        *float64 `json:"p,omitempty"`
	Holm     *float64 `json:"p_holm,omitempty"` // corrected for the number of questions
	N        [2]int   `json:"n"`                // people
	Events   [2]int   `json:"events"`           // people with the outcome; of rates, events
	Window   int      `json:"window"`           // days; 0 where it has none
	Design   int      `json:"design"`           // grade
	Interval string   `json:"interval"`         // how the interval was made
	Caveat   string   `json:"caveat"`
	Problem  string   `json:"problem,omitempty"` // why there is no number
	Warnings []string `json:"warnings,omitempty"`
}

// Outcome is one outcome over one window (T2, T3).
type Outcome struct {
	Key       string     `json:"key"` // of cohort.Outcomes
	Words     string     `json:"words"`
	Role      string     `json:"role"`   // primary, co_primary, secondary
	Window    int        `json:"window"` // days
	Risk      [2]Share   `json:"risk"`   // Wilson
	Before    [2]int     `json:"before"` // of those people, who had it in as many days before
	TooRecent [2]int     `json:"too_recent"`
	Moved     [2]int     `json:"moved"`
	Unlinked  [2]int     `json:"unlinked"`
	Estimates []Estimate `json:"estimates"` // intention to treat: crude difference, ratio, odds ratio; then each method
	Headline  int        `json:"headline"`  // which of Estimates is the claim: a risk difference, by the method that the design asks for
	CACE      *Estimate  `json:"cace"`      // second; only of the primary outcome
}

// Find returns the estimate of a method and a measure.
func (o *Outcome) Find(m Method, of Measure) (Estimate, bool) {
	for _, e := range o.Estimates {
		if e.Method == m && e.Measure == of {
			return e, true
		}
	}
	return Estimate{}, false
}

// Monthly is the primary outcome by person-month (30 days): arrest in the month ~ lead * after, logistic estimating equations with independence,
// robust errors by person. The estimates are the odds ratio of lead:after.
type Monthly struct {
	Before    int         `json:"before"` // months before and after that were taken
	After     int         `json:"after"`
	Months    int         `json:"person_months"`
	Risk      [2][2]Share `json:"risk"`      // arm, then before and after: months with an arrest of all months; the interval is none (months of one person hang together)
	Estimates []Estimate  `json:"estimates"` // crude, weighted ATT, weighted ATE
	Alpha     *float64    `json:"alpha"`     // correlation of months of one person, exchangeable
}

// Baseline is T1.
type Baseline struct {
	N       [2]int        `json:"n"`
	Rows    []BaselineRow `json:"rows"`
	Weights []Weights     `json:"weights"` // att, ate, overlap
	Caveat  string        `json:"caveat"`
}

// BaselineRow is one level of a covariate that is words, or one covariate that is a number.
type BaselineRow struct {
	Covariate string         `json:"covariate"` // key; the rows of one follow each other
	Words     string         `json:"words"`     // of the covariate
	Level     string         `json:"level"`     // "" is not recorded, of words; and of numbers
	Number    bool           `json:"number"`
	Count     [2]Share       `json:"count"` // of words: people with the level
	Mean      [2]*float64    `json:"mean"`  // of numbers
	SD        [2]*float64    `json:"sd"`
	Quartiles [2]*[3]float64 `json:"quartiles"` // of numbers, where an arm has 20 people
	Some      [2]Share       `json:"some"`      // of numbers: people with more than nought, of whom it is known
	Missing   [2]int         `json:"missing"`
	SMD       *float64       `json:"smd"`      // standardised difference before weighting, pooled
	Weighted  []WeightedRow  `json:"weighted"` // by estimand, in the order of Baseline.Weights; none where the covariate is not in the model
}

// WeightedRow is a row after weighting.
type WeightedRow struct {
	Estimand stats.Estimand `json:"estimand"`
	Mean     [2]float64     `json:"mean"` // share or mean
	SMD      float64        `json:"smd"`
	Above10  bool           `json:"above_0_10"`
	Above25  bool           `json:"above_0_25"`
}

// Weights is what one way of weighting achieved.
type Weights struct {
	Estimand   stats.Estimand `json:"estimand"`
	Words      string         `json:"words"`
	N          [2]int         `json:"n"`
	ESS        [2]float64     `json:"ess"` // so many people's worth of information is left (Kish)
	Max        float64        `json:"max_weight"`
	CStatistic float64        `json:"c_statistic"`
	Overlap    stats.Overlap  `json:"overlap"`         // quartiles of the propensity score: LEAD and comparison
	Above10    int            `json:"rows_above_0_10"` // rows still unlike after weighting
	Above25    int            `json:"rows_above_0_25"`
	Problem    string         `json:"problem,omitempty"`
	Warnings   []string       `json:"warnings,omitempty"`
}

// Rate is T4: events, or days in custody, per person-year at liberty.
type Rate struct {
	Key    string      `json:"key"` // of an outcome; or custody_days, per person-year watched
	Words  string      `json:"words"`
	Window int         `json:"window"`
	N      [2]int      `json:"n"`
	People [2]int      `json:"people"` // with an event, or a day
	Count  [2]float64  `json:"count"`  // events, or days
	Years  [2]float64  `json:"years"`
	Rate   [2]*float64 `json:"rate"` // per person-year
	Lo     [2]*float64 `json:"lo"`   // exact Poisson of events; none of days
	Hi     [2]*float64 `json:"hi"`
	// Interval is how Lo and Hi were made, in words; "" where there are none.
	Interval string    `json:"interval"`
	Ratio    Estimate  `json:"ratio"`  // rate ratio; robust errors by person, because events of one person hang together
	NegBin   *Estimate `json:"negbin"` // the same by negative binomial counts
}

// Survival is F2: the primary outcome over time.
type Survival struct {
	Words     string      `json:"words"`
	Tau       int         `json:"tau"`       // days
	Free      []Curve     `json:"free"`      // Kaplan-Meier: not arrested yet; by arm
	Incidence []Curve     `json:"incidence"` // chance of having been arrested, death before it competing
	Deaths    []Curve     `json:"deaths"`    // chance of having died before any arrest
	Mean      []Curve     `json:"mean"`      // mean number of arrests of a person
	RMST      [2]*float64 `json:"rmst"`      // mean days without an arrest up to Tau
	RMSTDiff  Estimate    `json:"rmst_difference"`
	MeanDiff  Estimate    `json:"mean_difference"` // of arrests of a person by Tau
	Hazard    Estimate    `json:"hazard"`          // Cox, robust
	// Where the headline is weighted: the curves of Free, and the difference of mean days, weighted in the same way. AtRisk counts people. None by lot.
	Weighted     []Curve     `json:"weighted"`
	WeightedDiff *Estimate   `json:"weighted_difference"`
	LogRank      *stats.Test `json:"log_rank"`
	Gray         *stats.Gray `json:"gray"`
	Bands        string      `json:"bands"` // how the intervals of the curves were made
	Caveat       string      `json:"caveat"`
	Problem      string      `json:"problem,omitempty"`
}

// Curve is one arm's curve, told at stated times only.
type Curve struct {
	Arm    cohort.Arm `json:"arm"`
	N      int        `json:"n"`
	Events int        `json:"events"`
	Points []Point    `json:"points"`
}

// Point is a curve at one day.
type Point struct {
	Day    int      `json:"day"`
	AtRisk int      `json:"at_risk"`
	Value  float64  `json:"value"`
	Lo     *float64 `json:"lo"`
	Hi     *float64 `json:"hi"`
}

// WentApart is what months before the decision say that differ between the groups: in these words wherever a report says it.
const WentApart = "the groups went different ways already before the decision: what comes after it is not to be put down to LEAD"

// Apart reports whether the groups differed already before the decision by more than chance.
func (e EventStudy) Apart() bool { return e.PreTrend != nil && e.PreTrend.P < .05 }

// EventStudy is F3: the difference between the arms' shares of people arrested in each month, less that in the month before the decision.
type EventStudy struct {
	Base     int          `json:"base"` // the month that the others are compared with, -1
	N        [2]int       `json:"n"`    // people
	Points   []EventPoint `json:"points"`
	PreTrend *stats.Test  `json:"pre_trend"` // all months before the base together are 0; nil where it could not be tested
	Caveat   string       `json:"caveat"`
	Problem  string       `json:"problem,omitempty"`
}

// EventPoint is one month.
type EventPoint struct {
	Month int         `json:"month"` // -24 to 23
	Share [2]*float64 `json:"share"` // people arrested of those watched over the whole month
	N     [2]int      `json:"n"`
	Value *float64    `json:"value"` // difference in differences, as a share; nil for the base
	Lo    *float64    `json:"lo"`
	Hi    *float64    `json:"hi"`
}

// Subgroup is T5: the primary outcome's effect by one thing, as an interaction. There are no p-values by group.
type Subgroup struct {
	By        string        `json:"by"`
	Words     string        `json:"words"`
	Reference string        `json:"reference"` // the level that the others are compared with: the largest
	Levels    []GroupEffect `json:"levels"`
	Joint     *stats.Test   `json:"joint"` // all interactions together are none
	Caveat    string        `json:"caveat"`
	Problem   string        `json:"problem,omitempty"`
}

// GroupEffect is one level.
type GroupEffect struct {
	Level       string   `json:"level"` // "" is not recorded
	Risk        [2]Share `json:"risk"`
	Effect      Estimate `json:"effect"`      // risk difference (Newcombe)
	Interaction Estimate `json:"interaction"` // odds ratio of this level over that of the reference; its Problem says "reference" for that one
	// Adjusted is Interaction, allowing for what was known before. None by lot.
	Adjusted *Estimate `json:"adjusted"`
}

// Care is T6: what the support was. It is about people of LEAD who agreed to research, without a comparison: it cannot show an effect.
type Care struct {
	People      int         `json:"people"` // of LEAD with support on record
	Agreed      int         `json:"agreed"` // of those, to research; what follows is about them
	Caveat      string      `json:"caveat"`
	Minutes     *[3]float64 `json:"minutes"` // quartiles until a case manager was there; nil below 20
	Met         Share       `json:"met"`
	Within30    Share       `json:"within_30_minutes"`
	Intake30    Share       `json:"intake_30_days"`
	Engaged     Share       `json:"engaged"`          // a two-way contact in the first 30 days with a case manager, of those 60 days of whom are on record
	Contacts    *[3]float64 `json:"contacts_a_month"` // quartiles over people of contacts a month in their first six; nil below 20
	DaysToFirst *[3]float64 `json:"days_to_met"`
	Months      []CareMonth `json:"months"`
}

// CareMonth is one month since the start.
type CareMonth struct {
	Month      int       `json:"month"`
	People     int       `json:"people"` // with a row for the month
	InContact  Share     `json:"in_contact"`
	Contacts   *float64  `json:"contacts"`  // mean
	NeedsMet   *float64  `json:"needs_met"` // mean
	Housing    []LevelOf `json:"housing"`
	Employment []LevelOf `json:"employment"`
	Income     []LevelOf `json:"income"`
}

// LevelOf is how many have one value; "" is not recorded, and is there always.
type LevelOf struct {
	Value string `json:"value"`
	N     int    `json:"n"`
}

// Harm is T7: one check that nobody is worse off.
type Harm struct {
	Key     string   `json:"key"`
	Words   string   `json:"words"`
	Window  int      `json:"window"`
	Risk    [2]Share `json:"risk"`
	Effect  Estimate `json:"effect"`
	Problem string   `json:"problem,omitempty"` // "is not in the study" where nobody handed it in: not the same as none
}

// Missing is one variable's missing values by arm.
type Missing struct {
	Key   string   `json:"key"`
	Words string   `json:"words"`
	Arms  [3]Share `json:"arms"` // LEAD, comparison, no decision on record
}

// Sensitivity is the headline in another way.
type Sensitivity struct {
	Key      string   `json:"key"`
	Words    string   `json:"words"`
	Estimate Estimate `json:"estimate"`
	Odds     Estimate `json:"odds"` // the odds ratio beside it
}

// Bounds is the primary risk difference when those who are missing are counted in the best and in the worst way for LEAD.
type Bounds struct {
	Missing  [2]int   `json:"missing"`
	Complete Estimate `json:"complete"`
	Best     Estimate `json:"best"`
	Worst    Estimate `json:"worst"`
}

// EValue is how strong something unknown would have to be, with both the arm and the outcome, to explain the effect away.
type EValue struct {
	Point float64 `json:"point"`
	Limit float64 `json:"limit"`
	Words string  `json:"words"`
}

// Detectable is the smallest fall in risk that a comparison of this size would show four times out of five, at 5 %: never power after the fact.
type Detectable struct {
	Risk  float64 `json:"risk"`   // in the comparison
	N     int     `json:"n"`      // people in each group that are worth as much as these groups (harmonic mean)
	Risk2 float64 `json:"risk_2"` // the risk in LEAD that would be shown
	Words string  `json:"words"`
}
