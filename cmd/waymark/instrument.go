package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"waymark.example/internal/reference/instrument"
)

type importInstrumentCmd struct {
	where
	File  string `arg:"" help:"The definition, as JSON: see docs/instruments.md." type:"existingfile"`
	Write bool   `help:"Take it in."`
}

func (c importInstrumentCmd) Run(ctx context.Context) error {
	text, err := os.ReadFile(c.File) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	d, err := instrument.Parse(text)
	if err != nil {
		return wrongInstrument(c.File, err)
	}
	if !c.Write {
		fmt.Printf("%s version %s: %d questions, %d scores. Nothing was kept. To take it in, say --write.\n", d.Title, d.Version, len(d.Items), len(d.Scales))
		return nil
	}
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer closing(a)
	if _, err := a.Instruments.Import(ctx, text); err != nil {
		return wrongInstrument(c.File, err)
	}
	fmt.Printf("%s version %s is there. It can be offered once an administrator has read its licence and says so, at /questionnaires.\n", d.Title, d.Version)
	return nil
}

// wrongInstrument prints what is wrong, a line for each field.
func wrongInstrument(file string, err error) error {
	all, ok := errors.AsType[instrument.Problems](err)
	if !ok {
		return err
	}
	for _, p := range all {
		fmt.Println(p)
	}
	return exitError{exitFile, fmt.Sprintf("%s: %d mistakes", file, len(all))}
}
