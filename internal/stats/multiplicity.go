package stats

import "slices"

// Correction says how p-values of several questions are made comparable.
type Correction string

// Corrections.
const (
	Bonferroni Correction = "bonferroni" // n p
	Holm       Correction = "holm"       // S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70
	Hochberg   Correction = "fdr"        // Y. Benjamini and Y. Hochberg, JRSS B 57 (1995) 289-300
)

// AdjustP corrects p-values, each in its place.
func AdjustP(p []float64, how Correction) ([]float64, error) {
	n := len(p)
	order := make([]int, n)
	for i, v := range p {
		if !(v >= 0 && v <= 1) {
			return nil, problem(BadData, "a p-value is between 0 and 1")
		}
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return compare(p[a], p[b]) })
	out := make([]float64, n)
	switch how {
	case Bonferroni:
		for i, v := range p {
			out[i] = min(1, v*float64(n))
		}
	case Holm:
		highest := 0.0
		for k, i := range order {
			highest = max(highest, p[i]*float64(n-k))
			out[i] = min(1, highest)
		}
	case Hochberg:
		lowest := 1.0
		for k := n - 1; k >= 0; k-- {
			lowest = min(lowest, p[order[k]]*float64(n)/float64(k+1))
			out[order[k]] = lowest
		}
	default:
		return nil, problem(BadFormula, "there is no correction %q: bonferroni, holm and fdr are", how)
	}
	return out, nil
}

// Missingness is how much of one column is missing in one group.
type Missingness struct {
	Column  string  `json:"column"`
	Group   string  `json:"group"`
	N       int     `json:"n"`
	Missing int     `json:"missing"`
	Share   float64 `json:"share"`
}

// CountMissing counts what is missing by column and group; a row whose group is
// missing counts as the group "".
func CountMissing(d *Data, by string, columns ...string) ([]Missingness, error) {
	group, labels := make([]int32, d.n), []string{"all"}
	if by != "" {
		c, err := d.mustColumn(by)
		if err != nil {
			return nil, err
		}
		if group, labels = c.groups(rowSet{n: d.n}); slices.Contains(group, -1) {
			for i, g := range group {
				if g < 0 {
					group[i] = int32(len(labels)) // #nosec G115 -- fewer labels than rows
				}
			}
			labels = append(labels, "")
		}
	}
	var out []Missingness
	for _, name := range columns {
		c, err := d.mustColumn(name)
		if err != nil {
			return nil, err
		}
		first := len(out)
		for _, l := range labels {
			out = append(out, Missingness{Column: name, Group: l})
		}
		for i, g := range group {
			m := &out[first+int(g)]
			m.N++
			if c.missing(i) {
				m.Missing++
			}
		}
		for k := first; k < len(out); k++ {
			if out[k].N > 0 {
				out[k].Share = float64(out[k].Missing) / float64(out[k].N)
			}
		}
	}
	return out, nil
}

// Bounds is a difference of two risks when those whose outcome is missing are
// counted in the best and in the worst way for the first group.
type Bounds struct {
	Complete TwoProportions `json:"complete"`
	Best     TwoProportions `json:"best"`
	Worst    TwoProportions `json:"worst"`
}

// MissingBounds takes x of n with a known outcome, and how many are missing, in two
// groups; the outcome is a bad one. Source: C. F. Manski, American Economic Review 80
// (1990) 319-323.
func MissingBounds(x1, n1, missing1, x2, n2, missing2 int) (Bounds, error) {
	var out Bounds
	var err error
	if missing1 < 0 || missing2 < 0 {
		return out, problem(BadData, "fewer than nobody cannot be missing")
	}
	if out.Complete, err = CompareProportions(x1, n1, x2, n2); err != nil {
		return out, err
	}
	if out.Best, err = CompareProportions(x1, n1+missing1, x2+missing2, n2+missing2); err != nil {
		return out, err
	}
	out.Worst, err = CompareProportions(x1+missing1, n1+missing1, x2, n2+missing2)
	return out, err
}
