package stats

import (
	"math"
	"slices"
)

// panel is the design in runs: rows that follow each other in one cluster and
// have the same covariates are one run, of which a model needs the number and
// the sums of the outcome only. Months of one person mostly are.
type panel struct {
	p, n   int
	runs   int
	x      []float64
	m      []float64 // rows in the run
	sy, s2 []float64 // sums of y and y*y
	off, w []float64 // nil when there is none
	start  []int32   // cluster c has the runs start[c] to start[c+1]; nil without clusters
	fixed  float64   // sum of w * (the part of the log-likelihood without the mean)
	ideal  float64   // sum of w * (the log-likelihood at mean = y), the same part left out
}

// byCluster is the order in which rows of one cluster are together, clusters in
// the order of their first row, and within one by the sort values, if any.
// A nil order means that they are already.
func byCluster(code []int32, sort []float64) (order []int32, start []int32) {
	n := len(code)
	clusters := int32(0)
	for _, c := range code {
		clusters = max(clusters, c+1)
	}
	place := make([]int32, clusters)
	for i := range place {
		place[i] = -1
	}
	count := make([]int32, 0, clusters)
	together := true
	for i, c := range code {
		if place[c] < 0 {
			place[c] = int32(len(count)) // #nosec G115 -- rows are limited
			count = append(count, 0)
		} else if code[i-1] != c {
			together = false
		}
		count[place[c]]++
	}
	start = make([]int32, len(count)+1)
	for i, c := range count {
		start[i+1] = start[i] + c
	}
	if together && sort == nil {
		return nil, start
	}
	order = make([]int32, n)
	at := slices.Clone(start)
	for i, c := range code {
		order[at[place[c]]] = int32(i) // #nosec G115 -- rows are limited
		at[place[c]]++
	}
	if sort != nil {
		for c := range count {
			part := order[start[c]:start[c+1]]
			slices.SortStableFunc(part, func(a, b int32) int { return compare(sort[a], sort[b]) })
		}
	}
	return order, start
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// newPanel packs a design. order and start come from byCluster; packed says
// whether equal rows may become one run.
func newPanel(m *design, w []float64, order, start []int32, packed bool) *panel {
	p := m.p
	q := &panel{p: p, n: m.n}
	cluster, limit := 0, m.n
	if start != nil {
		q.start = append(make([]int32, 0, len(start)), 0)
		limit = int(start[1])
	}
	row := func(k int) int {
		if order != nil {
			return int(order[k])
		}
		return k
	}
	same := func(a, b int) bool {
		xa, xb := m.x[a*p:a*p+p], m.x[b*p:b*p+p]
		for j, v := range xa {
			if v != xb[j] {
				return false
			}
		}
		return (m.offset == nil || m.offset[a] == m.offset[b]) && (w == nil || w[a] == w[b])
	}
	runs := 0 // counted first, so that nothing grows
	last, edge, c := -1, limit, 0
	for k := range m.n {
		i := row(k)
		fresh := last < 0
		if start != nil && k == edge {
			c++
			edge, fresh = int(start[c+1]), true
		}
		if fresh || !packed || !same(last, i) {
			runs++
		}
		last = i
	}
	q.x = make([]float64, 0, runs*p)
	q.m, q.sy, q.s2 = make([]float64, 0, runs), make([]float64, 0, runs), make([]float64, 0, runs)
	if m.offset != nil {
		q.off = make([]float64, 0, runs)
	}
	if w != nil {
		q.w = make([]float64, 0, runs)
	}
	last = -1
	for k := range m.n {
		i := row(k)
		fresh := last < 0
		if start != nil && k == limit {
			q.start = append(q.start, int32(len(q.m))) // #nosec G115 -- rows are limited
			cluster++
			limit, fresh = int(start[cluster+1]), true
		}
		if fresh || !packed || !same(last, i) {
			q.x = append(q.x, m.x[i*p:i*p+p]...)
			q.m, q.sy, q.s2 = append(q.m, 0), append(q.sy, 0), append(q.s2, 0)
			if m.offset != nil {
				q.off = append(q.off, m.offset[i])
			}
			if w != nil {
				q.w = append(q.w, w[i])
			}
		}
		r := len(q.m) - 1
		q.m[r]++
		q.sy[r] += m.y[i]
		q.s2[r] += m.y[i] * m.y[i]
		last = i
	}
	q.runs = len(q.m)
	if start != nil {
		q.start = append(q.start, int32(q.runs)) // #nosec G115 -- rows are limited
	}
	return q
}

func (q *panel) weight(r int) float64 {
	if q.w != nil {
		return q.w[r]
	}
	return 1
}

func (q *panel) eta(r int, b []float64) float64 {
	eta := 0.0
	if q.off != nil {
		eta = q.off[r]
	}
	x := q.x[r*q.p : r*q.p+q.p]
	for j, v := range x {
		eta += v * b[j]
	}
	return eta
}

// blockSize is how many runs one block has at least.
const blockSize = 8192

// runBlocks are the edges of blocks of runs, never inside a cluster.
func (q *panel) runBlocks() []int {
	edges := []int{0}
	if q.start == nil {
		for at := blockSize; at < q.runs; at += blockSize {
			edges = append(edges, at)
		}
		return append(edges, q.runs)
	}
	for _, s := range q.start[1 : len(q.start)-1] {
		if int(s)-edges[len(edges)-1] >= blockSize {
			edges = append(edges, int(s))
		}
	}
	return append(edges, q.runs)
}

// clusterBlocks are the edges of blocks of clusters.
func (q *panel) clusterBlocks() []int {
	edges, from := []int{0}, int32(0)
	for c, s := range q.start[:len(q.start)-1] {
		if s-from >= blockSize {
			edges, from = append(edges, c), s
		}
	}
	return append(edges, len(q.start)-1)
}

// independent finds columns that others say already.
func (m *design) independent() error {
	p := m.p
	edges := (m.n + blockSize - 1) / blockSize
	parts := make([][]float64, edges)
	inBlocks(edges, func(b int) {
		a := make([]float64, p*p)
		for i := b * blockSize; i < min(m.n, (b+1)*blockSize); i++ {
			addOuter(a, m.x[i*p:i*p+p], 1)
		}
		parts[b] = a
	})
	a := addAll(parts, p*p)
	mirror(a, p)
	if j := cholesky(a, make([]float64, p*p), p, 1e-11); j >= 0 {
		return problem(Collinear, "%s says nothing that the columns before it do not say already: take one of them out", m.names[j])
	}
	return nil
}

func addAll(parts [][]float64, n int) []float64 {
	out := make([]float64, n)
	for _, p := range parts {
		for i, v := range p {
			out[i] += v
		}
	}
	return out
}

func lgamma(x float64) float64 { v, _ := math.Lgamma(x); return v }
