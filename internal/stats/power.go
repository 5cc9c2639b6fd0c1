package stats

import "math"

// TwoProportionPower is the chance that n people in each arm show p1 against p2 at
// 5 %: Phi((sqrt(n) |p1-p2| - z sqrt(2 p q)) / sqrt(p1 q1 + p2 q2)), p the mean of
// both. Source: J. L. Fleiss, Statistical Methods for Rates and Proportions, 1981,
// ch. 3; R's power.prop.test.
func TwoProportionPower(n, p1, p2 float64) (float64, error) {
	if err := proportions(p1, p2); err != nil {
		return 0, err
	}
	if !(n > 0) {
		return 0, problem(BadData, "the number of people must be above 0")
	}
	return normalCDF((math.Sqrt(n)*math.Abs(p1-p2) - z975*pooledSD(p1, p2)) / apartSD(p1, p2)), nil
}

func pooledSD(p1, p2 float64) float64 { return math.Sqrt((p1 + p2) * (1 - (p1+p2)/2)) }
func apartSD(p1, p2 float64) float64  { return math.Sqrt(p1*(1-p1) + p2*(1-p2)) }

func proportions(ps ...float64) error {
	for _, p := range ps {
		if !(p > 0 && p < 1) {
			return problem(BadData, "a proportion must be between 0 and 1")
		}
	}
	if len(ps) == 2 && ps[0] == ps[1] {
		return problem(BadData, "the two proportions are the same")
	}
	return nil
}

// TwoProportionSize is how many people each arm needs for a power.
func TwoProportionSize(p1, p2, power float64) (float64, error) {
	if err := proportions(p1, p2); err != nil {
		return 0, err
	}
	if err := proportions(power); err != nil {
		return 0, err
	}
	r := (z975*pooledSD(p1, p2) + normalQuantile(power)*apartSD(p1, p2)) / (p1 - p2)
	return r * r, nil
}

// DesignEffect is 1 + (m-1) icc: how many times as many people are needed when they
// come in clusters of m. Source: A. Donner and N. Klar, Design and Analysis of
// Cluster Randomization Trials, 2000, ch. 5.
func DesignEffect(m, icc float64) (float64, error) {
	if !(m >= 1) || !(icc >= 0 && icc <= 1) {
		return 0, problem(BadData, "a cluster has at least one person, and their correlation is from 0 to 1")
	}
	return 1 + (m-1)*icc, nil
}

// HazardEvents is how many events show a hazard ratio, with ratio people in one arm
// for each in the other: (z + z_power)^2 / (k/(1+k)^2 log(hr)^2). Source: D. A.
// Schoenfeld, Biometrics 39 (1983) 499-503.
func HazardEvents(hr, ratio, power float64) (float64, error) {
	if !(hr > 0) || hr == 1 || !(ratio > 0) {
		return 0, problem(BadData, "the hazard ratio must be above 0 and not 1")
	}
	if err := proportions(power); err != nil {
		return 0, err
	}
	z := z975 + normalQuantile(power)
	l := math.Log(hr)
	return z * z / (ratio / ((1 + ratio) * (1 + ratio)) * l * l), nil
}

// RateTime is how much person-time each arm needs: (z + z_power)^2 (r1+r2)/(r1-r2)^2.
// Source: P. G. Smith and R. H. Morrow, Field Trials of Health Interventions, 1996.
func RateTime(r1, r2, power float64) (float64, error) {
	if !(r1 > 0) || !(r2 > 0) || r1 == r2 {
		return 0, problem(BadData, "two different rates above 0 are needed")
	}
	if err := proportions(power); err != nil {
		return 0, err
	}
	z := z975 + normalQuantile(power)
	return z * z * (r1 + r2) / ((r1 - r2) * (r1 - r2)), nil
}

// SteppedWedge is a trial in which clusters begin one after the other.
type SteppedWedge struct {
	First   []int   // for each cluster, the period in which it begins, from 1
	Periods int     // how many
	PerCell float64 // people a cluster and period
	Within  float64 // variance between people
	Between float64 // variance between clusters
	Effect  float64 // looked for
}

// SteppedWedgePower is what such a trial can show. MDE is the smallest effect that
// is shown in 80 % of trials.
type SteppedWedgePower struct {
	ICC      float64 `json:"icc"`
	Variance float64 `json:"var_theta"`
	SE       float64 `json:"se"`
	Power    float64 `json:"power"`
	MDE      float64 `json:"mde_80"`
}

// NewSteppedWedgePower works out the variance of the effect: with X the table of who
// is treated when, U its sum, W the sum of squared column sums, V of squared row sums,
// s = within/n and t = between, it is
// I s (s + T t) / ((I U - W) s + (U^2 + I T U - T W - I V) t).
// Source: M. A. Hussey and J. P. Hughes, Contemporary Clinical Trials 28 (2007) 182-191.
func NewSteppedWedgePower(w SteppedWedge) (SteppedWedgePower, error) {
	i, t := float64(len(w.First)), float64(w.Periods)
	if i < 2 || w.Periods < 2 || w.Periods > 10_000 || !(w.PerCell > 0) || !(w.Within > 0) || !(w.Between >= 0) {
		return SteppedWedgePower{}, problem(BadData, "a stepped wedge needs two clusters and two periods, people in each, and variances above 0")
	}
	var u, v, columns float64
	column := make([]float64, w.Periods)
	for _, f := range w.First {
		row := 0.0
		for p := range w.Periods {
			if p+1 >= f {
				row++
				column[p]++
			}
		}
		u += row
		v += row * row
	}
	for _, c := range column {
		columns += c * c
	}
	s, b := w.Within/w.PerCell, w.Between
	den := (i*u-columns)*s + (u*u+i*t*u-t*columns-i*v)*b
	if !(den > 0) {
		return SteppedWedgePower{}, problem(EmptyCell, "no cluster begins at another time than the others: there is no effect to see")
	}
	out := SteppedWedgePower{ICC: b / (b + w.Within), Variance: i * s * (s + t*b) / den}
	out.SE = math.Sqrt(out.Variance)
	out.Power = normalCDF(math.Abs(w.Effect)/out.SE - z975)
	out.MDE = (normalQuantile(.8) + z975) * out.SE
	return out, nil
}
