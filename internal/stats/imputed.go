package stats

import "math"

// Pooled is one coefficient over several imputed data sets.
type Pooled struct {
	Name   string  `json:"name"`
	Coef   float64 `json:"coef"`
	SE     float64 `json:"se"`
	DF     float64 `json:"df"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	Within float64 `json:"within"`  // mean variance, ubar
	Betw   float64 `json:"between"` // variance of the coefficients, b
	RIV    float64 `json:"riv"`     // relative increase of the variance
	Lambda float64 `json:"lambda"`  // share of the variance that comes from what is missing
	FMI    float64 `json:"fmi"`     // the same, corrected for the number of imputations
}

// Pool puts fits of the same model to imputed data sets together: T = ubar + (1+1/m) b,
// with the degrees of freedom of Barnard and Rubin; complete is n - p of the whole
// data. Source: D. B. Rubin, Multiple Imputation for Nonresponse in Surveys, 1987, 3.1;
// J. Barnard and D. B. Rubin, Biometrika 86 (1999) 948-955.
func Pool(fits []*Fit, complete float64) ([]Pooled, error) {
	m := float64(len(fits))
	if m < 2 {
		return nil, problem(TooFew, "pooling needs at least two imputed data sets")
	}
	var out []Pooled
	for j, term := range fits[0].Terms {
		p := Pooled{Name: term.Name}
		for _, f := range fits {
			if len(f.Terms) != len(fits[0].Terms) || f.Terms[j].Name != term.Name {
				return nil, problem(BadData, "the imputed data sets do not have the same terms")
			}
			p.Coef += f.Terms[j].Coef / m
			p.Within += f.Covariance[j][j] / m
		}
		for _, f := range fits {
			p.Betw += (f.Terms[j].Coef - p.Coef) * (f.Terms[j].Coef - p.Coef) / (m - 1)
		}
		extra := (1 + 1/m) * p.Betw
		total := p.Within + extra
		p.SE, p.RIV, p.Lambda = math.Sqrt(total), extra/p.Within, extra/total
		p.DF = complete
		if p.Lambda > 1e-10 {
			old := (m - 1) / (p.Lambda * p.Lambda)
			seen := (complete + 1) / (complete + 3) * complete * (1 - p.Lambda)
			p.DF = old * seen / (old + seen)
			if math.IsInf(complete, 1) {
				p.DF = old
			}
		}
		p.FMI = (p.RIV + 2/(p.DF+3)) / (p.RIV + 1)
		q := z975
		if p.DF < 1e7 {
			q = studentQuantile(.975, p.DF)
		}
		p.Lo, p.Hi = p.Coef-q*p.SE, p.Coef+q*p.SE
		out = append(out, p)
	}
	return out, nil
}
