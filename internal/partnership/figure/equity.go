package figure

import (
	"slices"

	"waymark.example/internal/stats"
)

// Fairness is whether people of every group come as far, worked out from a published set and from nothing else. Reference is the largest group that is recorded.
type Fairness struct {
	Reference   string
	Comparisons []stats.Compared // "offered" of those where it was possible, "yes" of those asked, "eligible-yes" of those where it was possible
	Tested      int              // comparisons of the first two steps, all of which an alarm allows for
	Undrawn     int              // comparisons of which a number is not shown
	Alarms      int
	Teams       []TeamLine
	Target      float64
	Spread      float64 // over-dispersion
	Unseen      int     // teams of which a number is not shown
	Reasons     []ReasonLine
	Not         Number // contacts without a yes, of which the reasons are
}

// TeamLine is one team's contacts where LEAD was possible. Outside is 0 within the limits, 1 outside 95 %, 2 outside 99.8 %.
type TeamLine struct {
	Name    string
	X, N    int
	Outside int
}

// ReasonLine is why contacts did not end with a yes.
type ReasonLine struct {
	Code  string // NotRecorded where there is none
	N     Number
	Share Share
}

// Fairness lays the groups, the teams and the reasons of a set beside each other.
func (s Set) Fairness() (Fairness, error) {
	var f Fairness
	groups := s.ByGroup()
	most := 0
	for _, g := range groups {
		if g.Name != NotRecorded && g.Eligible.Shown && g.Eligible.Value > most {
			f.Reference, most = g.Name, g.Eligible.Value
		}
	}
	decisions := []stats.Decision{{Name: "offered", Reference: f.Reference}, {Name: "yes", Reference: f.Reference}, {Name: "eligible-yes", Reference: f.Reference}}
	for _, g := range groups {
		for i, of := range [][2]Number{{g.Offer, g.Eligible}, {g.Yes, g.Offer}, {g.Yes, g.Eligible}} {
			if d := &decisions[i]; of[0].Shown && of[1].Shown && of[0].Value <= of[1].Value { // rounding can put a part above its whole
				d.Groups, d.X, d.N = append(d.Groups, g.Name), append(d.X, of[0].Value), append(d.N, of[1].Value)
			}
		}
	}
	var err error
	if f.Comparisons, err = stats.AuditRounded(decisions[:2]); err != nil {
		return f, err
	}
	all, err := stats.AuditRounded(decisions[2:])
	if err != nil {
		return f, err
	}
	for _, c := range f.Comparisons {
		if c.Holm != nil {
			f.Tested++
		}
		if c.Alarm {
			f.Alarms++
		}
	}
	for _, c := range all { // the two steps together: said, and not tested once more
		c.Alarm, c.Holm, c.Found, c.Detectable = false, nil, nil, nil
		f.Comparisons = append(f.Comparisons, c)
	}
	if f.Reference != "" {
		f.Undrawn = len(decisions)*(len(groups)-1) - len(f.Comparisons)
	}
	f.teams(s)
	f.Not = s.Of("without/%s", s.Span())
	for _, code := range s.Reasons {
		n := s.Of("without/%s/%s", s.Span(), ofWhy(code))
		f.Reasons = append(f.Reasons, ReasonLine{code, n, ShareOf(n, f.Not)})
	}
	return f, nil
}

func (f *Fairness) teams(s Set) {
	var x, n []int
	for _, t := range s.Teams {
		yes, eligible := s.Of("yes/%s/%s", s.Span(), ofTeam(t)), s.Of("eligible/%s/%s", s.Span(), ofTeam(t))
		if t == NotRecorded || !yes.Shown || !eligible.Shown || yes.Value > eligible.Value {
			f.Unseen++
			continue
		}
		f.Teams = append(f.Teams, TeamLine{Name: t, X: yes.Value, N: eligible.Value})
		x, n = append(x, yes.Value), append(n, eligible.Value)
	}
	funnel, err := stats.NewFunnel(x, n)
	if err != nil { // one team alone, or all alike: there is nothing to lay beside each other
		f.Unseen += len(f.Teams)
		f.Teams = nil
		return
	}
	f.Target, f.Spread = funnel.Target, funnel.Overdispersion
	for i, u := range funnel.Units {
		f.Teams[i].Outside = u.Outside()
	}
}

// Limits are what chance alone would do at sizes up to a little more than the largest team.
func (f Fairness) Limits() []stats.FunnelLine {
	most := 0
	for _, t := range f.Teams {
		most = max(most, t.N)
	}
	return stats.FunnelLines(f.Target, most)
}

// Known reports whether the set tells teams and reasons.
func (s Set) Known() bool { return slices.Contains(s.Reasons, NotRecorded) || len(s.Teams) > 0 }
