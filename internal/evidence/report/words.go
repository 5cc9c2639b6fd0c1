package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/platform/chart"
	"waymark.example/internal/stats"
	"waymark.example/internal/suppress"
)

const hidden = "not shown"

// unshown says why a number is not there. Which of the two it is would tell the small number.
const unshown = "A number behind it is not shown: it is small, or it covers one that is"

// lot reports whether chance put people into the groups: then no group is called by what an officer decided.
func (b *builder) lot() bool { return b.r.Design.Grade == 1 }

// group is the name of a group: LEAD, the comparison, and those in neither.
func (b *builder) group(i int) string {
	if b.lot() {
		return [3]string{"Met in a LEAD shift", "Met in a usual shift", "No lot on record for the shift"}[i]
	}
	return [3]string{"Diverted to LEAD", "Comparison", "No decision on record"}[i]
}

// those are the people of a group within a sentence.
func (b *builder) those(i int) string {
	switch {
	case b.lot():
		return "people " + lower(b.group(i))
	case i == 0:
		return "people whom officers decided to divert"
	}
	return "people in the comparison"
}

// arm is the name of a group.
func (b *builder) arm(a cohort.Arm) string {
	return b.group(slices.Index([]cohort.Arm{cohort.Lead, cohort.Usual, cohort.Unknown}, a))
}

// number is a count as it may be shown.
func (b *builder) number(key string) string {
	s := b.get(key)
	if !s.Shown {
		return hidden
	}
	return thousands(s.Value)
}

// of is a part of a whole: the number and the percentage, from the rounded numbers.
func (b *builder) of(part, whole string) string {
	p, ok := b.profile.Percent(b.get(part), b.get(whole))
	if !ok {
		return hidden
	}
	return fmt.Sprintf("%s (%d %%)", b.number(part), p)
}

// outOf is a part of a whole with how many the whole are (R46).
func (b *builder) outOf(part, whole string) string {
	p, ok := b.profile.Percent(b.get(part), b.get(whole))
	if !ok {
		return hidden
	}
	return fmt.Sprintf("%s of %s (%d %%)", b.number(part), b.number(whole), p)
}

// round is a number of events as it may be shown, where the people who had them are.
func (b *builder) round(events float64) string {
	n, ok := b.profile.Round(int(events + .5))
	if !ok {
		return hidden
	}
	return thousands(n)
}

// percentOf is the percentage alone.
func (b *builder) percentOf(part, whole string) (int, bool) {
	return b.profile.Percent(b.get(part), b.get(whole))
}

// fixed writes a number with so many digits after the point, and a real minus.
func fixed(v float64, digits int) string {
	s := strconv.FormatFloat(v, 'f', digits, 64)
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == 0 {
		s = strings.TrimPrefix(s, "-")
	}
	return strings.Replace(s, "-", "−", 1)
}

// ratio writes a ratio to three digits that say something.
func ratio(v float64) string {
	switch {
	case math.IsInf(v, 0) || math.IsNaN(v):
		return hidden
	case v >= 100:
		return thousands(int(math.Round(v)))
	case v >= 10:
		return fixed(v, 1)
	}
	return fixed(v, 2)
}

// plainP writes a p-value, which is never nought.
func plainP(p *float64) string {
	switch {
	case p == nil:
		return ""
	case *p < 0.001:
		return "<0.001"
	case *p >= .1:
		return fixed(*p, 2)
	}
	return fixed(*p, 3)
}

// one writes one number of an estimate in its unit.
func one(m analysis.Measure, v float64) string {
	switch m {
	case analysis.RiskDifference:
		return fixed(100*v, 1)
	case analysis.RiskRatio, analysis.OddsRatio, analysis.RateRatio, analysis.HazardRatio:
		return ratio(v)
	}
	return fixed(v, 2)
}

// effect writes an estimate with its interval, or why there is none.
func effect(e analysis.Estimate) string {
	if e.Value == nil {
		if e.Problem != "" {
			return sentence(e.Problem)
		}
		return hidden
	}
	if e.Lo == nil || e.Hi == nil {
		return one(e.Measure, *e.Value) + " (no interval)"
	}
	return fmt.Sprintf("%s (%s to %s)", one(e.Measure, *e.Value), one(e.Measure, *e.Lo), one(e.Measure, *e.Hi))
}

// crude works the plain comparison of two shares out again from the numbers as they are shown: exact ones would tell, together, what is hidden.
func (b *builder) crude(x, n [2]string) (stats.TwoProportions, bool) {
	var v [2][2]int
	for i := range 2 {
		if !b.all(x[i], n[i]) {
			return stats.TwoProportions{}, false
		}
		v[i] = [2]int{b.get(x[i]).Value, b.get(n[i]).Value}
		v[i][0] = min(v[i][0], v[i][1])
	}
	t, err := stats.CompareProportions(v[0][0], v[0][1], v[1][0], v[1][1])
	return t, err == nil
}

// span is a window in words.
func span(days int) string {
	switch days {
	case 0:
		return "no window"
	case 182:
		return "6 months (days 1 to 182)"
	case 365:
		return "12 months (days 1 to 365)"
	case 730:
		return "24 months (days 1 to 730)"
	}
	return fmt.Sprintf("days 1 to %d", days)
}

// within is a window within a sentence.
func within(days int) string {
	switch days {
	case 182:
		return "within 6 months"
	case 365:
		return "within 12 months"
	case 730:
		return "within 24 months"
	}
	return fmt.Sprintf("within %d days", days)
}

// level is a level of a covariate in words.
func level(covariate, value string) string {
	if value == "" {
		return "Not recorded"
	}
	column := covariate
	for _, t := range study.Codebook() {
		for _, c := range t.Columns {
			if c.Name == column {
				if i := slices.IndexFunc(c.Codes, func(c study.Code) bool { return c.Value == value }); i >= 0 {
					return c.Codes[i].Words
				}
			}
		}
	}
	return strings.ToUpper(value[:1]) + strings.ReplaceAll(value[1:], "_", " ")
}

// another stands for codes of which no count is shown: a code that a few rows have may be words about one person.
const another = "Another"

// free reports whether whoever sends the rows chooses the codes of a column.
func free(column string) bool { return slices.Contains([]string{"area", "offence"}, column) }

// fold puts rows together of which none of the first counts is shown, and names them no more. What is not recorded stays.
func fold(rows [][]string, counts int) [][]string {
	var out [][]string
	at := -1
	for _, row := range rows {
		if row[0] == level("", "") || slices.ContainsFunc(row[1:1+counts], func(s string) bool { return s != hidden && s != "" }) {
			out = append(out, row)
			continue
		}
		if at < 0 {
			at = len(out)
			row = slices.Clone(row)
			row[0] = another
			out = append(out, row)
		}
	}
	return out
}

// reasonOf is a decision with its reason in words: without the reason where the count is not shown.
func (b *builder) reasonOf(o cohort.Out, key string) string {
	decision, _, both := strings.Cut(o.Words, ": ")
	switch {
	case b.all(key):
		return o.Words
	case both:
		return decision + ": another reason"
	case strings.HasPrefix(o.Key, " "):
		return another + " reason"
	}
	return o.Words
}

// without is a sensitivity in words: an area that is left out has a name where a count of its people is shown.
func (b *builder) without(s analysis.Sensitivity) string {
	area, ok := strings.CutPrefix(s.Key, "without_area ")
	if !ok || area == "" {
		return s.Words
	}
	for _, row := range b.r.Baseline.Rows {
		if row.Covariate == "area" && row.Level == area && (b.all(baselineKey(row, 0)) || b.all(baselineKey(row, 1))) {
			return s.Words
		}
	}
	return "Without an area that is too small to be named"
}

// method is a way of comparing in words.
func method(m analysis.Method) string {
	return map[analysis.Method]string{
		analysis.Crude:    "As they are, from the rounded numbers",
		analysis.Period:   "Change against change",
		analysis.Adjusted: "Adjusted for what was known before",
		analysis.WeighATT: "Weighted to the people of LEAD (ATT)",
		analysis.WeighATE: "Weighted to everybody (ATE)",
		analysis.WeighATO: "Weighted to those who could have gone either way (overlap)",
		analysis.Both:     "Change against change, weighted to the people of LEAD",
		analysis.Engaged:  "Among those whom the decision led to meet a case manager (CACE)",
		"period_ate":      "Change against change, weighted to everybody",

		analysis.BeforeAfter: "People of LEAD alone, after against before",
	}[m]
}

// rounded is a share as it may be drawn: in steps of five people of those it is about.
func (b *builder) rounded(value float64, n suppress.Shown) (float64, bool) {
	if !n.Shown || n.Value == 0 {
		return 0, false
	}
	people := value * float64(n.Value)
	steps := math.Round(people/suppress.Base) * suppress.Base
	return math.Min(1, steps/float64(n.Value)), steps >= suppress.Threshold
}

// The same words as in pictures and in what the analysis says.
func thousands(n int) string   { return chart.Thousands(n) }
func lower(s string) string    { return chart.Lower(s) }
func sentence(s string) string { return analysis.Sentence(s) }

// named is the method of an estimate in words.
func named(e analysis.Estimate) string {
	if m := method(e.Method); m != "" {
		return m
	}
	return sentenceless(e.Words)
}
