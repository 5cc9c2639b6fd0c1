package stats

// Proportional is the test of proportional hazards of one term.
type Proportional struct {
	Name  string  `json:"name"`
	ChiSq float64 `json:"chisq"`
	P     float64 `json:"p"`
}
