package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waymark.example/internal/lead"
)

// publicCmd is what a site shows everybody.
type publicCmd struct {
	Export publicExportCmd `cmd:"" help:"Write the public page as plain files, for any web server: no script, no request to anywhere, links beside each other."`
}

type publicExportCmd struct {
	where
	Origin string `help:"How browsers reach the site, such as https://waymark.example.org, for links to its forms. Without it the pages give the number to ring; an area of several knows its own." env:"WAYMARK_ORIGIN" placeholder:"URL"`
	Folder string `arg:"" help:"Folder to write into, made when it is missing." type:"path"`
}

// Run writes the files.
func (c publicExportCmd) Run(ctx context.Context) (err error) {
	a, err := c.openExisting(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	origin := strings.TrimSuffix(c.Origin, "/")
	if origin == "" && a.Area.Name != "" {
		origin = a.Origin
	}
	files, err := a.PublicFiles(ctx, origin)
	if errors.Is(err, lead.ErrNotFound) {
		return errors.New("the public page is closed: the coordinator opens it under Partnership, Public page")
	}
	if err != nil {
		return err
	}
	if err := os.MkdirAll(c.Folder, 0o755); err != nil { // #nosec G301 -- for everybody to read
		return fmt.Errorf("public export: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := os.WriteFile(filepath.Join(c.Folder, name), files[name], 0o644); err != nil { // #nosec G306 -- for everybody to read
			return fmt.Errorf("public export: %w", err)
		}
		fmt.Println(filepath.Join(c.Folder, name))
	}
	return nil
}
