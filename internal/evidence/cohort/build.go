package cohort

import (
	"fmt"

	"waymark.example/internal/evidence/study"
)

// Build makes the cohort of a study. The order of the study's rows and the names of its pseudonyms change nothing in it.
func Build(s *study.Study, def Definition) (*Cohort, error) {
	if err := def.Check(); err != nil {
		return nil, fmt.Errorf("build cohort: %w", err)
	}
	return nil, fmt.Errorf("build cohort: %w", errStudy)
}
