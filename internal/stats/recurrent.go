package stats

import (
	"math"
)

// Recurrent says whose events are counted over time; a person may have several rows.
type Recurrent struct {
	Spell  Spell
	Person string
	By     string
	Times  []float64
}

// MeanCount is the mean number of events by each time in one group.
type MeanCount struct {
	Name   string      `json:"name"`
	People int         `json:"people"`
	Events int         `json:"events"`
	Times  []CountedAt `json:"times"`
}

// CountedAt is the curve at one time, with a robust error.
type CountedAt struct {
	Time  float64 `json:"time"`
	NRisk int     `json:"n_risk"`
	Mean  float64 `json:"mean"`
	SE    float64 `json:"se"`
}

// MeanCumulativeCount is sum d/n over event times up to t (Nelson and Aalen), with the
// robust variance: the sum over people of squares of what each adds,
// sum (dN - Y dL)/n. Source: W. B. Nelson, Journal of Quality Technology 27 (1995)
// 147-157; J. F. Lawless and C. Nadeau, Technometrics 37 (1995) 158-168.
func MeanCumulativeCount(d *Data, c Recurrent) ([]MeanCount, error) {
	rows, err := d.complete(append(c.Spell.columns(), c.Person, c.By)...)
	if err != nil {
		return nil, err
	}
	if rows.len() == 0 {
		return nil, problem(TooFew, "no row has a time and an event")
	}
	s, err := d.spells(c.Spell, rows, false)
	if err != nil {
		return nil, err
	}
	col, err := d.mustColumn(c.Person)
	if err != nil {
		return nil, err
	}
	person, people := col.groups(rows)
	group, labels := make([]int32, rows.len()), []string{"all"}
	if c.By != "" {
		by, err := d.mustColumn(c.By)
		if err != nil {
			return nil, err
		}
		group, labels = by.groups(rows)
		for i := range labels {
			labels[i] = c.By + "=" + labels[i]
		}
	}
	t := s.tally(group, len(labels))
	var out []MeanCount
	for g, name := range labels {
		curve := MeanCount{Name: name}
		seen := map[int32]bool{}
		for i, p := range person {
			if group[i] == int32(g) { // #nosec G115 -- groups are few
				seen[p] = true
				curve.Events += int(s.event[i])
			}
		}
		curve.People = len(seen)
		for _, q := range c.Times {
			mean := 0.0
			cumulated := make([]float64, len(t.times)+1) // sum d/n^2 up to each time
			inverse := map[float64]float64{}
			for k, v := range t.times {
				cumulated[k+1] = cumulated[k]
				if n := t.risk[g][k]; v <= q && n > 0 {
					mean += t.dead[g][k] / n
					cumulated[k+1] += t.dead[g][k] / (n * n)
					inverse[v] = 1 / n
				}
			}
			adds := make([]float64, len(people))
			for i, p := range person {
				if group[i] != int32(g) { // #nosec G115 -- groups are few
					continue
				}
				if s.event[i] == 1 && s.stop[i] <= q {
					adds[p] += inverse[s.stop[i]]
				}
				from := 0
				if s.start != nil {
					from = upTo(t.times, s.start[i])
				}
				adds[p] -= cumulated[upTo(t.times, min(q, s.stop[i]))] - cumulated[min(from, upTo(t.times, q))]
			}
			variance := 0.0
			for _, a := range adds {
				variance += a * a
			}
			curve.Times = append(curve.Times, CountedAt{q, s.atRisk(group, int32(g), q), mean, math.Sqrt(variance)}) // #nosec G115 -- groups are few
		}
		out = append(out, curve)
	}
	return out, nil
}

// upTo is how many of the sorted times are at or before v.
func upTo(times []float64, v float64) int {
	lo, hi := 0, len(times)
	for lo < hi {
		if mid := (lo + hi) / 2; times[mid] <= v {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
