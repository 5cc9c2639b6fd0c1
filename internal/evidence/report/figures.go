package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/platform/chart"
)

func (b *builder) source() string {
	return fmt.Sprintf("Contacts from %s, records up to %s. Definition %.12s.", dayWords(b.r.From), dayWords(b.r.Until), b.r.DefinitionHash)
}

func (b *builder) drawn(key string) chart.Count {
	s := b.get(key)
	return chart.Count{N: s.Value, Hidden: !s.Shown}
}

// flowFigure is F1.
func (b *builder) flowFigure() Block {
	f := chart.Flow{Frame: chart.Frame{ID: "figure-1", Title: b.flowTitle(), About: "A flow diagram from all contacts on record down to the people of each group who are analysed, with those who left at each step and why.", Source: b.source()}}
	for _, s := range b.r.Flow.Steps {
		box := chart.FlowBox{Name: s.Words, N: b.drawn("flow/" + s.Key)}
		for _, o := range s.Out {
			out := chart.FlowOut{Why: o.Words, N: b.drawn("flow/" + s.Key + "/out/" + o.Key)}
			if out.N.Hidden && strings.HasPrefix(o.Key, "exclusion_") {
				out.Why = another + " reason"
				if slices.ContainsFunc(box.Out, func(was chart.FlowOut) bool { return was == out }) {
					continue
				}
			}
			box.Out = append(box.Out, out)
		}
		f.Trunk = append(f.Trunk, box)
	}
	for i, a := range b.r.Flow.Arms {
		if a.Arm == cohort.Unknown { // in neither group, and shown (R41)
			f.Trunk = append(f.Trunk, chart.FlowBox{Name: "In one of the two groups", N: b.drawn(compared), Out: []chart.FlowOut{{Why: a.Words, N: b.drawn("people/" + string(a.Arm))}}})
			continue
		}
		arm := chart.FlowArm{Name: b.arm(a.Arm), Boxes: []chart.FlowBox{{Name: "In the group", N: b.drawn("people/" + string(a.Arm))}}}
		n := watched(b.r.Primary, i)
		arm.Boxes = append(arm.Boxes, chart.FlowBox{Name: "Analysed, " + within(b.r.Primary.Window), N: b.drawn(n), Out: []chart.FlowOut{
			{Why: "Records end too early", N: b.drawn("recent of " + n)}, {Why: "Moved out of reach", N: b.drawn("moved of " + n)}, {Why: "Not linked", N: b.drawn("unlinked of " + n)}}})
		f.Arms = append(f.Arms, arm)
	}
	return Block{ID: f.ID, Figure: f.HTML(), CSV: f.Table().CSV()}
}

func (b *builder) flowTitle() string {
	n := len(b.r.Flow.Steps)
	if n == 0 {
		return "Figure 1. Who was counted"
	}
	first, last := b.get("flow/"+b.r.Flow.Steps[0].Key), b.get("flow/"+b.r.Flow.Steps[n-1].Key)
	if !first.Shown || !last.Shown {
		return "Figure 1. Who was counted, from all people on record to those who are compared"
	}
	return fmt.Sprintf("Figure 1. Of %s people on record, %s had an eligible first contact and are followed", thousands(first.Value), thousands(last.Value))
}

// curveFigure is F2: the chance of having had the outcome, with death competing.
func (b *builder) curveFigure() Block {
	return b.curves(chart.Frame{ID: "figure-2", Title: b.curveTitle(), About: "Two lines that rise in steps with the days since the decision: the share of people in each group who had the outcome by then, with 95 % bands, and beneath them how many were still watched."},
		b.r.Survival.Incidence, func(p analysis.Point) analysis.Point { return p })
}

// weightedFigure is F2 as it would be if the comparison were like the people of LEAD in what was known before.
func (b *builder) weightedFigure() Block {
	return b.curves(chart.Frame{ID: "figure-2-weighted", Title: "Figure 2b. The same, with the comparison weighted to the people of LEAD", About: "Two lines as in Figure 2. People of the comparison count for more or less, so that together they are like the people of LEAD in what was known before. Beneath them is how many people were still watched, without weights.",
		Notes: []string{"Allows for what is on record only. Death ends the watching here, so the lines lie a little above those of Figure 2."}},
		b.r.Survival.Weighted, func(p analysis.Point) analysis.Point { // of those who stayed without
			p.Value = 1 - p.Value
			if p.Lo != nil && p.Hi != nil {
				lo, hi := 1-*p.Hi, 1-*p.Lo
				p.Lo, p.Hi = &lo, &hi
			}
			return p
		})
}

// curves draws one line for each group: of is the chance of having had the outcome.
func (b *builder) curves(frame chart.Frame, set []analysis.Curve, of func(analysis.Point) analysis.Point) Block {
	s := b.r.Survival
	frame.Source = b.source()
	frame.Notes = append([]string{"A line begins where ten people had the outcome, and ends where fewer than ten are still watched. Its steps are of five people."}, frame.Notes...)
	f := chart.Curves{Frame: frame, Across: "Days since the decision", Up: "Share with the outcome", Until: float64(s.Tau), Every: every(s.Tau)}
	for v := 0.0; v <= f.Until; v += f.Every {
		f.Risk = append(f.Risk, v)
	}
	for _, c := range set {
		line := chart.Curve{Name: b.arm(c.Arm)}
		n := b.get(curveN(c))
		for _, p := range c.Points {
			if !b.all(riskKey(c, p)) {
				break
			}
			p = of(p)
			v, ok := b.rounded(p.Value, n)
			if !ok {
				continue
			}
			point := chart.CurvePoint{T: float64(p.Day), Share: v, Lo: 1, Hi: 0}
			if p.Lo != nil && p.Hi != nil { // the band goes with the line
				point.Lo, point.Hi = max(0, v-(p.Value-*p.Lo)), min(1, v+(*p.Hi-p.Value))
			}
			line.Points = append(line.Points, point)
		}
		for _, at := range f.Risk {
			line.AtRisk = append(line.AtRisk, b.watchedAt(c, int(at)))
		}
		f.Series = append(f.Series, line)
	}
	return Block{ID: f.ID, Figure: f.HTML(), CSV: f.Table().CSV()}
}

func every(tau int) float64 {
	if tau > 400 {
		return 120
	}
	return 60
}

// watchedAt is how many are still watched at a day, as the nearest point before it tells.
func (b *builder) watchedAt(c analysis.Curve, day int) chart.Count {
	if day == 0 {
		return b.drawn(curveN(c))
	}
	at := chart.Count{Hidden: true}
	for _, p := range c.Points {
		if p.Day <= day {
			at = b.drawn(riskKey(c, p))
		}
	}
	return at
}

func (b *builder) curveTitle() string {
	x, n := pair(b.r.Primary)
	l, ok := b.percentOf(x[0], n[0])
	u, known := b.percentOf(x[1], n[1])
	if !ok || !known {
		return "Figure 2. The outcome over time in both groups"
	}
	return fmt.Sprintf("Figure 2. %s, %d %% of %s and %d %% of %s had the outcome", sentenceCase(within(b.r.Primary.Window)), l, b.those(0), u, b.those(1))
}

func sentenceCase(s string) string {
	s = sentence(s)
	return s[:len(s)-1]
}

// eventFigure is F3.
func (b *builder) eventFigure() Block {
	e := b.r.Event
	f := chart.Around{Frame: chart.Frame{ID: "figure-3", Title: "Figure 3. The difference between the groups in each month, against the month before the decision", About: "Points with vertical lines, one for each month before and after the decision: by how much the share of people arrested in LEAD differs from that of the comparison, less that difference in the last month before.", Source: b.source()},
		Across: "Months of 30 days from the decision", Up: "Difference, in every 100 people", Event: "Decision"}
	for _, p := range e.Points {
		point := chart.AroundPoint{Month: p.Month, Base: p.Month == e.Base, Within: chart.Interval{Lo: 1, Hi: 0}}
		if !point.Base && p.Value == nil {
			continue
		}
		if p.Value != nil && !point.Base {
			point.Value = tenth(*p.Value)
			if p.Lo != nil && p.Hi != nil {
				point.Within = chart.Interval{Lo: tenth(*p.Lo), Hi: tenth(*p.Hi)}
			}
		}
		f.Points = append(f.Points, point)
	}
	return Block{ID: f.ID, Figure: f.HTML(), CSV: f.Table().CSV()}
}

// tenth is a share in every 100 people, to a tenth of one.
func tenth(share float64) float64 { return math.Round(1000*share)/10 + 0 } // no nought below nought
