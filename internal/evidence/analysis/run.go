package analysis

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
)

// runner is one run over one cohort.
type runner struct {
	study  *study.Study
	c      *cohort.Cohort
	design Design
	main   Method // of the headline

	weighing sync.Mutex
	weighed  map[weighing]func() weighed
}

func newRunner(s *study.Study, c *cohort.Cohort) *runner {
	r := &runner{study: s, c: c, weighed: map[weighing]func() weighed{}}
	r.design, r.main = grade(c)
	return r
}

// Run builds the cohort of a study and works out every number. The same study and definition give the same digits on any number of processors.
func Run(ctx context.Context, s *study.Study, def cohort.Definition) (*Result, error) {
	c, err := cohort.Build(s, def)
	if err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	r := newRunner(s, c)
	out := &Result{Version: Version, Definition: def, DefinitionHash: def.Hash(), From: s.From.String(), Until: s.Until.String(), Design: r.design, Flow: c.Flow}
	var linked [3]int
	for i := range c.People {
		p := &c.People[i]
		out.People[arm(p)]++
		if p.Linked {
			linked[arm(p)]++
		}
	}
	for a := range 3 {
		out.Linkage[a] = share(linked[a], out.People[a])
	}
	if err := together(ctx, r.tasks(out)); err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	r.finish(out)
	return out, nil
}

// together does tasks side by side; each writes to its own place.
func together(ctx context.Context, tasks []func() error) error {
	errs := make([]error, len(tasks))
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(tasks)) {
		wg.Go(func() {
			for i := range next {
				if errs[i] = ctx.Err(); errs[i] == nil {
					errs[i] = tasks[i]()
				}
			}
		})
	}
	for i := range tasks {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// grade says how much the comparison can show.
func grade(c *cohort.Cohort) (Design, Method) {
	lead, usual := len(c.Arm(cohort.Lead)), len(c.Arm(cohort.Usual))
	switch {
	case usual == 0 || lead == 0:
		return Design{4, "Before and after only", "People of LEAD are compared with themselves before.",
			"This cannot show an effect: nobody is compared with."}, BeforeAfter
	case c.Arms == cohort.Assigned && c.Definition.Start == cohort.FromDecision:
		return Design{1, "Shifts drawn by lot", "People first met in shifts in which LEAD may be offered are compared with people first met in shifts with process as usual; chance decided which shift was which.",
			"Chance made the groups alike on average, not in every respect. Chance drew shifts and not people: where the people of one shift are alike, intervals are a little too narrow."}, Crude
	case c.Definition.Start == cohort.FromIntake:
		return Design{2, "Comparison at the same time, from the intake on", "People of LEAD from their intake on are compared with people for whom the decision was process as usual.",
			"This favours LEAD whatever it does: whoever was arrested before an intake is not among the people of LEAD."}, WeighATT
	}
	return Design{2, "Comparison at the same time, with records from before", "People for whom LEAD was decided are compared with eligible people for whom the decision was process as usual, in the same period.",
		"Officers chose, and not by lot: the groups may differ in what is not on record."}, WeighATT
}
