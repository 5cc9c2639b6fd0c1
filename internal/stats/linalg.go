package stats

import (
	"math"
	"runtime"
	"sync"
	"sync/atomic"
)

// A symmetric matrix is a row-major slice of p*p numbers.

// cholesky puts the lower factor of a into l. It returns the first column that
// the columns before it already say, or -1.
func cholesky(a, l []float64, p int, tolerance float64) int {
	for j := range p {
		d := a[j*p+j]
		for k := range j {
			d -= l[j*p+k] * l[j*p+k]
		}
		if !(d > tolerance*math.Abs(a[j*p+j])) || math.IsInf(d, 0) {
			return j
		}
		d = math.Sqrt(d)
		l[j*p+j] = d
		for i := j + 1; i < p; i++ {
			s := a[i*p+j]
			for k := range j {
				s -= l[i*p+k] * l[j*p+k]
			}
			l[i*p+j] = s / d
		}
		for k := j + 1; k < p; k++ {
			l[j*p+k] = 0
		}
	}
	return -1
}

// solve solves a x = b in place of b, by the factor of a.
func solve(l, b []float64, p int) {
	for i := range p {
		s := b[i]
		for k := range i {
			s -= l[i*p+k] * b[k]
		}
		b[i] = s / l[i*p+i]
	}
	for i := p - 1; i >= 0; i-- {
		s := b[i]
		for k := i + 1; k < p; k++ {
			s -= l[k*p+i] * b[k]
		}
		b[i] = s / l[i*p+i]
	}
}

// invert returns the inverse of a, or the column at which it has none.
func invert(a []float64, p int) (inverse []float64, bad int) {
	l := make([]float64, p*p)
	if bad := cholesky(a, l, p, 1e-14); bad >= 0 {
		return nil, bad
	}
	inverse = make([]float64, p*p)
	col := make([]float64, p)
	for j := range p {
		clear(col)
		col[j] = 1
		solve(l, col, p)
		for i := range p {
			inverse[i*p+j] = col[i]
		}
	}
	return inverse, -1
}

func multiply(a, b []float64, p int) []float64 {
	out := make([]float64, p*p)
	for i := range p {
		for k := range p {
			if v := a[i*p+k]; v != 0 {
				for j := range p {
					out[i*p+j] += v * b[k*p+j]
				}
			}
		}
	}
	return out
}

// sandwich is bread * meat * bread.
func sandwich(bread, meat []float64, p int) []float64 {
	return multiply(multiply(bread, meat, p), bread, p)
}

// addOuter adds w * v v' to the upper triangle of a.
func addOuter(a, v []float64, w float64) {
	p := len(v)
	for j, vj := range v {
		f := w * vj
		row := a[j*p : j*p+p]
		for k := j; k < len(row) && k < len(v); k++ {
			row[k] += f * v[k]
		}
	}
}

// mirror copies the upper triangle to the lower one.
func mirror(a []float64, p int) {
	for j := range p {
		for k := range j {
			a[j*p+k] = a[k*p+j]
		}
	}
}

// inBlocks runs work for every block, on as many processors as there are. Each
// block keeps its own sums, which the caller adds in the order of the blocks: so
// the number of processors changes nothing, to the last digit.
func inBlocks(blocks int, work func(block int)) {
	workers := min(runtime.GOMAXPROCS(0), blocks)
	if workers <= 1 {
		for b := range blocks {
			work(b)
		}
		return
	}
	var next atomic.Int64
	var all sync.WaitGroup
	for range workers {
		all.Go(func() {
			for b := next.Add(1) - 1; b < int64(blocks); b = next.Add(1) - 1 {
				work(int(b))
			}
		})
	}
	all.Wait()
}
