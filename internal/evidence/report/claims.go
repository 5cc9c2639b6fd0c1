package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/stats"
)

// claims is the one-page summary. The questions are fixed, and so is their order: what speaks against LEAD stands where what speaks for it would.
func (b *builder) claims() []Claim {
	out := []Claim{b.outcomeClaim("Were fewer people arrested again?", b.r.Primary)}
	for _, want := range []struct{ key, question string }{{cohort.NonWarrant, "And without arrests on old warrants, for recall or for breach?"}, {cohort.Prison, "Were fewer people sent to prison?"}} {
		if i := slices.IndexFunc(b.r.Second, func(o analysis.Outcome) bool {
			return o.Key == want.key && o.Window == b.r.Definition.PrimaryWindow
		}); i >= 0 {
			out = append(out, b.outcomeClaim(want.question, b.r.Second[i]))
		}
	}
	out = append(out, b.rateClaims()...)
	return append(out, b.groupClaim(), b.harmClaim(), b.careClaim())
}

// did is an outcome as the end of a sentence about people.
func did(key string) string {
	switch key {
	case cohort.Rearrest:
		return "were arrested for a new offence"
	case cohort.NonWarrant:
		return "were arrested for a new offence other than on a warrant, for recall or for breach"
	case cohort.Prison:
		return "were received into prison"
	case cohort.Charged:
		return "were charged"
	case cohort.Dead:
		return "died"
	}
	return "had the outcome \"" + lower(cohort.OutcomeOf(key).Words) + "\""
}

func (b *builder) claim(question, words string, n string, days int, interval, caveat string) Claim {
	return Claim{Question: question, Words: words, N: n, Window: span(days), Design: fmt.Sprintf("grade %d of 4: %s", b.r.Design.Grade, lower(b.r.Design.Name)), Interval: orWords(interval, "none can be given"), Caveat: orWords(sentence(caveat), sentence(b.r.Design.Caveat))}
}

func (b *builder) bothN(n [2]string) string {
	var of [2]string
	for i := range 2 {
		if of[i] = b.number(n[i]); of[i] == hidden {
			of[i] = "a number that is not shown"
		}
	}
	return fmt.Sprintf("%s: %s. %s: %s", b.group(0), of[0], b.group(1), of[1])
}

// outcomeClaim says what happened in both groups, the difference that the design asks for, and what that can and cannot show.
func (b *builder) outcomeClaim(question string, o analysis.Outcome) Claim {
	x, n := pair(o)
	l, ok := b.percentOf(x[0], n[0])
	u, known := b.percentOf(x[1], n[1])
	if !ok || !known {
		return b.claim(question, "A number is not shown, because it is small or covers one that is: nothing can be said either way.", b.bothN(n), o.Window, "", "Small numbers are no sign that all is well.")
	}
	words := fmt.Sprintf("Of every 100 %s, %d %s %s; of every 100 %s, %d.", b.those(0), l, did(o.Key), within(o.Window), b.those(1), u)
	e, there := headline(o)
	switch {
	case !there:
		return b.claim(question, words+" No difference could be worked out.", b.bothN(n), o.Window, "", b.r.Design.Caveat)
	case e.Value == nil:
		return b.claim(question, words+" No difference could be worked out: "+lower(sentence(orWords(e.Problem, "there are too few people"))), b.bothN(n), o.Window, "", e.Caveat)
	}
	if e.Method != analysis.Crude && !b.told(o, e) {
		words += " The difference after taking into account what was known of them before cannot be shown. " + unshown + "."
		if _, ok := b.crude(x, n); ok {
			words += " The difference as they are, without that, stands in " + table(o) + "."
		}
		return b.claim(question, words, b.bothN(n), o.Window, "", e.Caveat)
	}
	v, lo, hi, by := *e.Value, e.Lo, e.Hi, e.Interval
	how := "After taking into account what was known of them before, the difference is "
	if e.Method == analysis.Crude {
		how = "The difference is "
		if c, ok := b.crude(x, n); ok {
			v, lo, hi, by = c.Difference, &c.Newcombe.Lo, &c.Newcombe.Hi, "Newcombe, 95 %, from the rounded numbers"
		}
	}
	if lo == nil || hi == nil {
		return b.claim(question, words+" "+how+fewer(v)+"; how sure that is could not be worked out.", b.bothN(n), o.Window, "", e.Caveat)
	}
	words += fmt.Sprintf(" %s%s; the data fit anything from %s to %s.", how, fewer(v), short(*lo), short(*hi))
	words += b.verdict(o, *lo, *hi)
	return b.claim(question, words, b.bothN(n), o.Window, fmt.Sprintf("%s to %s in every 100 people (%s)", points(*lo), points(*hi), by), e.Caveat)
}

// table is where the plain comparison of an outcome stands.
func table(o analysis.Outcome) string {
	if o.Role == "primary" {
		return "Table 2b"
	}
	return "Table 3"
}

// fewer is a difference of shares in words.
func fewer(share float64) string {
	n := int(math.Round(100 * share))
	switch {
	case n < 0:
		return fmt.Sprintf("%d fewer in every 100", -n)
	case n > 0:
		return fmt.Sprintf("%d more in every 100", n)
	}
	return "none in every 100"
}

// short is a difference within a sentence that said already out of how many.
func short(share float64) string { return strings.TrimSuffix(fewer(share), " in every 100") }

// verdict says what an outcome shows. Of many outcomes some differ by chance alone: what is said of chance allows for how many were looked at, as
// Table 3 does.
func (b *builder) verdict(o analysis.Outcome, lo, hi float64) string {
	if o.Role == "primary" {
		return b.shows(lo, hi)
	}
	looked := fmt.Sprintf(" This is one of %d outcomes and windows looked at beside the first", len(b.r.Second))
	e, ok := holm(o)
	switch {
	case !ok || !b.parted(pair(o)):
		return looked + ": whether chance alone would easily do that cannot be said, for a p that allows for so many is not shown."
	case *e.Holm >= .05:
		lo, hi = min(lo, 0), max(hi, 0)
	}
	return b.shows(lo, hi) + looked + ", for which its p of " + plainP(e.Holm) + " allows."
}

// shows says what an interval shows: with the same weight whichever way it lies.
func (b *builder) shows(lo, hi float64) string {
	in, but := "in LEAD", "; but the groups were not made by lot, and something else may be the reason."
	switch b.r.Design.Grade {
	case 1:
		in, but = "in LEAD shifts", ", and the groups were made by lot."
	case 4:
		but = "; but there is nobody to compare with, so it cannot be put down to LEAD."
	}
	way := "more"
	switch {
	case lo <= 0 && hi >= 0:
		return " So the data do not show a difference; neither do they show that there is none."
	case hi < 0:
		way = "less"
	}
	if b.r.Event.Apart() {
		return fmt.Sprintf(" That is %s often %s; but %s.", way, in, analysis.WentApart)
	}
	return fmt.Sprintf(" That is %s often %s, by more than chance alone would easily do%s", way, in, but)
}

func (b *builder) rateClaims() []Claim {
	var out []Claim
	for _, r := range b.r.Rates {
		if r.Key != cohort.Rearrest || r.Window != b.r.Definition.PrimaryWindow {
			continue
		}
		n := [2]string{rateKey(r, 0) + "/n", rateKey(r, 1) + "/n"}
		ok := b.rated(r) && r.Rate[0] != nil && r.Rate[1] != nil
		const question = "How often were people arrested?"
		if !ok {
			out = append(out, b.claim(question, "A number is not shown, because it is small or covers one that is: nothing can be said either way.", b.bothN(n), r.Window, "", r.Ratio.Caveat))
			continue
		}
		words := fmt.Sprintf("%s were arrested %s times for each year at liberty, %s %s times.", sentenceCase(b.those(0)), fixed(*r.Rate[0], 1), b.those(1), fixed(*r.Rate[1], 1)) + b.unadjusted()
		by := ""
		if e := r.Ratio; e.Value != nil && e.Lo != nil && e.Hi != nil {
			words += fmt.Sprintf(" The ratio of the two is %s.", effect(e))
			if *e.Lo <= 1 && *e.Hi >= 1 {
				words += " So the data do not show a difference; neither do they show that there is none."
			}
			by = fmt.Sprintf("%s to %s as a ratio of rates (%s)", ratio(*e.Lo), ratio(*e.Hi), e.Interval)
		} else {
			words += " No ratio could be worked out: " + lower(sentence(orWords(r.Ratio.Problem, "there are too few people")))
		}
		out = append(out, b.claim(question, words, b.bothN(n), r.Window, by, r.Ratio.Caveat))
	}
	return out
}

// unadjusted says of numbers that no weighting stands behind what that means, where chance did not make the groups.
func (b *builder) unadjusted() string {
	if b.lot() {
		return ""
	}
	return " That is as they are, not adjusted for who was diverted."
}

// notTold is said of groups in place of a verdict, which would tell the p that is hidden.
const notTold = "Whether the effect differs between these groups cannot be said: a number behind the p of all of them together is not shown"

func (b *builder) groupClaim() Claim {
	const question = "Is it the same for everybody?"
	_, n := pair(b.r.Primary)
	i := slices.IndexFunc(b.r.Subgroups, func(g analysis.Subgroup) bool { return g.By == "ethnicity" })
	if i < 0 {
		return b.claim(question, "The plan does not ask whether the effect differs by ethnicity, so this report cannot say.", b.bothN(n), b.r.Primary.Window, "", "Not asked is not the same as no difference.")
	}
	g := b.r.Subgroups[i]
	caveat := orWords(g.Caveat, "Small groups have wide intervals. Not seeing a difference between them is no sign that all is well.")
	if g.Joint == nil { // the words are the same however few there are: what keeps a model away would tell the size of groups that are not shown
		return b.claim(question, "The groups are too small to say whether the effect differs by ethnicity.", b.bothN(n), b.r.Primary.Window, "", caveat)
	}
	if !b.jointly(g) {
		return b.claim(question, notTold+". That is no sign that it is the same.", b.bothN(n), b.r.Primary.Window, "by group in Table 5", caveat)
	}
	p := plainP(&g.Joint.P)
	words := fmt.Sprintf("The data show no difference of the effect between ethnic groups (p %s); with groups of this size, a real one could easily be missed.", p)
	if g.Joint.P < .05 {
		words = fmt.Sprintf("The effect differs between ethnic groups by more than chance would do (p %s). Table 5 says how.", p)
	}
	return b.claim(question, words, b.bothN(n), b.r.Primary.Window, "by group in Table 5", caveat)
}

func (b *builder) harmClaim() Claim {
	const question = "Was anybody worse off?"
	_, n := pair(b.r.Primary)
	i := slices.IndexFunc(b.r.Harms, func(h analysis.Harm) bool { return h.Risk[0].N > 0 || h.Risk[1].N > 0 })
	if i < 0 {
		return b.claim(question, "Nobody handed in what would tell. Not known is not the same as none.", b.bothN(n), b.r.Primary.Window, "", "Harm that is not looked for is not found.")
	}
	h := b.r.Harms[i]
	var x, hn [2]string
	for i := range 2 {
		x[i], hn[i] = harmKey(h, i), harmKey(h, i)+"/n"
	}
	c, ok := b.crude(x, hn)
	if !ok {
		return b.claim(question, fmt.Sprintf("%s: the number is not shown. It is small in one group at least, or it covers one that is. Table 7 lists what was looked at, and what nobody handed in.", sentenceless(h.Words)), b.bothN(hn), h.Window, "", "So few cannot show whether LEAD does harm or prevents it.")
	}
	words := fmt.Sprintf("%s: the difference is %s; the data fit anything from %s to %s. Table 7 lists what else was looked at, and what nobody handed in.", sentenceless(h.Words), fewer(c.Difference), short(c.Newcombe.Lo), short(c.Newcombe.Hi))
	return b.claim(question, words, b.bothN(hn), h.Window, interval(c.Newcombe, points)+" in every 100 people (Newcombe, 95 %)", h.Effect.Caveat)
}

func (b *builder) careClaim() Claim {
	const question = "Did people get the support?"
	c := b.r.Care
	n := b.number("care/engaged/n") + " people with support on record who agreed that it is studied, and of whom 60 days are on record"
	p, ok := b.percentOf("care/engaged", "care/engaged/n")
	caveat := orWords(c.Caveat, "It has nobody to be compared with, and cannot show an effect.")
	if !ok {
		return b.claim(question, "A number is not shown, because it is small or covers one that is.", n, 0, "", caveat)
	}
	by := ""
	x, of := b.get("care/engaged").Value, b.get("care/engaged/n").Value
	if w, err := stats.NewProportion(min(x, of), of); err == nil { // from the rounded numbers, as the share is
		by = fmt.Sprintf("%s to %s in every 100 people (Wilson, 95 %%)", fixed(100*w.Wilson.Lo, 0), fixed(100*w.Wilson.Hi, 0))
	}
	claim := b.claim(question, fmt.Sprintf("Of every 100 people who agreed that their support is studied, %d were in contact with a case manager in the first 30 days; who never met one counts as not. Nobody is left out of the results above for that.", p), n, 0, by, caveat)
	claim.Window = "30 days from the first meeting"
	return claim
}
