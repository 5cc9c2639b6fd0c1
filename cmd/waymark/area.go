package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/db"
)

// registryFile, in the data folder, says which areas an installation has. A folder
// without it is a site of one area.
const registryFile = "areas.json"

// registry reads it; ok is false where there is but one area.
func (w where) registry() (r app.Registry, ok bool, err error) {
	text, err := os.ReadFile(filepath.Join(w.Data, registryFile)) // #nosec G304 -- the operator names the folder
	if errors.Is(err, fs.ErrNotExist) {
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	r, err = app.ParseRegistry(text)
	return r, err == nil, err
}

// ofArea is c for the area that --area names.
func (w where) ofArea(c app.Config) (app.Config, error) {
	r, several, err := w.registry()
	switch {
	case err != nil:
		return c, err
	case !several && w.Area == "":
		return c, nil
	case !several:
		return c, fmt.Errorf("--area: %s has no %s: this is a site of one area", w.Data, registryFile)
	case w.Area == "":
		return c, errors.New("--area is missing: this installation has several, see waymark area list")
	}
	e, ok := r.Find(w.Area)
	if !ok {
		return c, fmt.Errorf("--area: there is no area %q here, see waymark area list", w.Area)
	}
	return w.own(c, e)
}

// own is c for one area. What each needs for itself is not taken from a flag that
// would give the same to all.
func (w where) own(c app.Config, e app.AreaEntry) (app.Config, error) {
	if w.Keeper != "" || w.LedgerKey != "" {
		return c, fmt.Errorf("--keeper and --ledger-key would be the same for every area: each has its own, in its folder or in %s", registryFile)
	}
	return e.Config(c, w.Data, os.Getenv)
}

// plain is the configuration before it is known which area is meant.
func (w where) plain() app.Config {
	return app.Config{Database: w.address(), Keys: w.Keys, Keeper: w.Keeper, LedgerKey: w.LedgerKey}
}

type areaCmd struct {
	Add  areaAddCmd  `cmd:"" help:"Add an area: its database, its keys and its place in areas.json."`
	List areaListCmd `cmd:"" help:"List the areas."`
}

type areaAddCmd struct {
	where
	Name   string `arg:"" help:"Short name, of small letters and digits. It names the area's folder and schema, and never changes."`
	Title  string `help:"How people call the area." required:""`
	Origin string `help:"How browsers reach it, such as https://north.example.org: a host that no other area has." required:"" placeholder:"URL"`
}

func (c areaAddCmd) Run(ctx context.Context) error {
	r, several, err := c.registry()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(c.Data, "waymark.db")); err == nil && !several {
		return fmt.Errorf("--data: %s holds a site of one area: choose another folder", c.Data)
	}
	if _, ok := r.Find(c.Name); ok {
		return fmt.Errorf("there is an area %s already", c.Name)
	}
	e := app.AreaEntry{Name: c.Name, Title: strings.TrimSpace(c.Title), Origin: strings.TrimSuffix(c.Origin, "/")}
	r.Areas = append(slices.Clone(r.Areas), e)
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if _, err := app.ParseRegistry(text); err != nil { // as it will be read
		return err
	}
	config, err := c.own(c.plain(), e)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	empty, err := a.Accounts.Empty(ctx)
	key := a.LedgerKeyPublic()
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	if err := replace(filepath.Join(c.Data, registryFile), append(text, '\n')); err != nil {
		return err
	}
	said := "Its database is new and empty."
	if !empty {
		said = "Its database was there and holds accounts."
	}
	fmt.Printf("Area %s is added, for %s. %s\n\nThe public key of its log, for whoever witnesses it:\n%s\n\nBegin it, with its office and its first administrators:\n\n  waymark begin --data %s --area %s --organisation NAME --administrator 'NAME <ADDRESS>' --administrator 'NAME <ADDRESS>'\n\nA server that runs serves it once it is started again.\n", e.Name, e.Origin, said, key, c.Data, e.Name)
	return nil
}

type areaListCmd struct{ where }

func (c areaListCmd) Run() error {
	r, several, err := c.registry()
	if err != nil {
		return err
	}
	if !several {
		return fmt.Errorf("--data: %s has no %s: this is a site of one area", c.Data, registryFile)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "area\tcalled\treached at\tkept in") //nolint:errcheck // standard output
	for _, e := range r.Areas {
		at, err := db.InArea(c.address(), e.Name)
		if err != nil {
			return err
		}
		kept := "schema area_" + e.Name
		if path, ok := strings.CutPrefix(at, "sqlite:"); ok {
			kept = filepath.Dir(path)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Name, e.Title, e.Origin, kept) //nolint:errcheck // standard output
	}
	return w.Flush()
}

// serveAreas serves every area of an installation, or the one that --area names,
// each at its own host.
func (c serveCmd) serveAreas(ctx context.Context, config app.Config, r app.Registry) error {
	if c.Origin != "" || c.Witness != "" || c.Providers != "" {
		return fmt.Errorf("--origin, --witness-token and --providers would be the same for every area: each has its own, in %s or in its folder", registryFile)
	}
	slog.SetDefault(slog.New(app.LogOfAreas{Handler: slog.NewTextHandler(os.Stderr, nil)}))
	var configs []app.Config
	for _, e := range r.Areas {
		if c.Area != "" && c.Area != e.Name {
			continue
		}
		of, err := c.own(config, e)
		if err != nil {
			return err
		}
		if config.Secure && !strings.HasPrefix(e.Origin, "https://") {
			return fmt.Errorf("area %s: origin: over TLS it begins with https://", e.Name)
		}
		if of.Providers, err = providers("", filepath.Join(c.Data, e.Name)); err != nil {
			return fmt.Errorf("area %s: %w", e.Name, err)
		}
		configs = append(configs, of)
	}
	if c.Area != "" && len(configs) == 0 {
		return fmt.Errorf("--area: there is no area %q here, see waymark area list", c.Area)
	}
	in, err := app.OpenInstallation(ctx, configs, strings.TrimSuffix(c.National, "/"))
	if err != nil {
		return err
	}
	defer func() {
		if err := in.Close(); err != nil {
			slog.Error("close", "err", err)
		}
	}()
	for _, a := range in.Areas() {
		if err := noPractice(ctx, a); err != nil {
			return fmt.Errorf("area %s: %w", a.Area.Name, err)
		}
		slog.InfoContext(ctx, "the log is signed", "area", a.Area.Name, "origin", a.Origin, "key", a.LedgerKeyPublic())
	}
	defer tending(ctx, in.Tend)()
	return c.answer(ctx, in.Handler())
}
