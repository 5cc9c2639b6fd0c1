package simulate

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/study"
)

// together is how many people are made up in one go, by one processor.
const together = 2048

// Make makes an area up in memory. The same people, seed and effect give the same rows, whatever the number of processors. Memory grows with people:
// 50,000 take about 300 MB; Write needs little for any number.
func Make(people int, seed uint64, e Effect) (*study.Study, *Truth, error) {
	a, err := newArea(people, seed, e)
	if err != nil {
		return nil, nil, fmt.Errorf("simulate: %w", err)
	}
	out := &study.Study{From: a.from, Until: a.until}
	total := &sums{}
	err = a.inOrder(people, func(m *maker) error {
		out.People = append(out.People, m.out.People...)
		out.Contacts = append(out.Contacts, m.out.Contacts...)
		out.Outcomes = append(out.Outcomes, m.out.Outcomes...)
		out.Support = append(out.Support, m.out.Support...)
		out.Months = append(out.Months, m.out.Months...)
		total.add(&m.sum)
		return nil
	}, func(*maker) error { return nil })
	if err != nil {
		return nil, nil, fmt.Errorf("simulate: %w", err)
	}
	return out, total.tell(people, seed, e), nil
}

// inOrder makes people up in parts, on all processors, finishes each part there, and takes the parts in their order.
func (a *area) inOrder(people int, take, finish func(*maker) error) error {
	type part struct {
		m   *maker
		err error
	}
	parts := (people + together - 1) / together
	workers := min(parts, runtime.GOMAXPROCS(0))
	done := make([]chan part, parts)
	for i := range done {
		done[i] = make(chan part, 1)
	}
	ahead := make(chan struct{}, 2*workers) // no more parts than this in memory
	next := make(chan int)
	stop := make(chan struct{})
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := range next {
				m := &maker{area: a}
				for p := i * together; p < min(people, (i+1)*together); p++ {
					m.sum.rows = 0
					m.makePerson(p)
				}
				done[i] <- part{m, finish(m)}
			}
		})
	}
	wait.Go(func() {
		defer close(next)
		for i := range parts {
			select {
			case ahead <- struct{}{}:
			case <-stop:
				return
			}
			next <- i
		}
	})
	var err error
	for i := range parts {
		p := <-done[i]
		done[i] = nil
		<-ahead
		if err = errors.Join(p.err); err == nil {
			err = take(p.m)
		}
		if err != nil {
			break
		}
	}
	close(stop)
	wait.Wait()
	return err
}

// file is one table on its way to the disk.
type file struct {
	file *os.File
	to   *bufio.Writer
}

// Write makes an area up and writes it into a folder, which is made or has nothing in it: the five tables, study.json and truth.json. It holds a few thousand people in memory
// at a time.
func Write(dir string, people int, seed uint64, e Effect) (truth *Truth, err error) {
	a, err := newArea(people, seed, e)
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	empty := study.Study{From: a.from, Until: a.until}
	if err := empty.Write(dir); err != nil { // study.json, and the headings
		return nil, fmt.Errorf("simulate: %w", err)
	}
	names := []string{"people.csv", "contacts.csv", "outcomes.csv", "support.csv", "months.csv"}
	files := make([]file, len(names))
	defer func() {
		for _, f := range files {
			if f.file != nil {
				err = errors.Join(err, f.to.Flush(), f.file.Close())
			}
		}
	}()
	for i, name := range names {
		f, err := os.OpenFile(filepath.Join(dir, name), os.O_APPEND|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names the folder
		if err != nil {
			return nil, fmt.Errorf("simulate: %w", err)
		}
		files[i] = file{f, bufio.NewWriterSize(f, 1<<20)}
	}
	total, months := &sums{}, 0
	err = a.inOrder(people, func(m *maker) error {
		total.add(&m.sum)
		months += m.supported
		for i, f := range files {
			if _, err := f.to.Write(m.text[i]); err != nil {
				return err
			}
		}
		return nil
	}, func(m *maker) error {
		s := &m.out
		var err error
		for i, write := range []func(io.Writer) error{
			func(w io.Writer) error { return study.WriteRows(w, s.People) },
			func(w io.Writer) error { return study.WriteRows(w, s.Contacts) },
			func(w io.Writer) error { return study.WriteRows(w, s.Outcomes) },
			func(w io.Writer) error { return study.WriteRows(w, s.Support) },
			func(w io.Writer) error { return study.WriteRows(w, s.Months) },
		} {
			var b bytes.Buffer
			err = errors.Join(err, write(&b))
			_, m.text[i], _ = bytes.Cut(b.Bytes(), []byte("\n")) // the heading is there
		}
		*s = study.Study{}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	truth = total.tell(people, seed, e)
	b, err := json.MarshalIndent(truth, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "truth.json"), append(b, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	if err := writeCosts(dir, months); err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	return truth, nil
}

// writeCosts writes costs.json beside the study: what the programme of an area is made up to have cost, for the report's --costs. What events cost is what the draft says of it.
func writeCosts(dir string, months int) error {
	if months == 0 { // nobody was supported
		return nil
	}
	var c cost.Costs
	if err := json.Unmarshal(cost.Draft(), &c); err != nil {
		return err
	}
	line := func(words string, pounds int) cost.Line {
		return cost.Line{Words: words, Pounds: float64(pounds * months), Year: "2025-26", Source: "Made up with the area"}
	}
	c.Programme, c.PersonMonths = []cost.Line{line("Case managers, made up", 310), line("Everything else, made up", 90)}, months
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "costs.json"), append(b, '\n'), 0o600)
}
