package stats

type Propensity struct{}

func (p *Propensity) forRows(d *Data, cluster string, rows rowSet) ([]float64, error) {
	return nil, nil
}
