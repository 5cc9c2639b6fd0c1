package main

import (
	"os"

	"waymark.example/internal/evidence/cost"
)

// evidenceCostsCmd prints a file of costs to begin from.
type evidenceCostsCmd struct{}

func (evidenceCostsCmd) Run() error {
	_, err := os.Stdout.Write(cost.Draft())
	return err
}
