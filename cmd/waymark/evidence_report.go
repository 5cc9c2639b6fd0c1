package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/bundle"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/cost"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/report"
	reportweb "waymark.example/internal/evidence/report/web"
	"waymark.example/internal/evidence/study"
)

// Ways in which an evaluation ends, for scripts; a file that cannot be read ends as everywhere.
const exitPlan = 7 // the plan is not frozen, is not as it was frozen, or stands in the way of a report, or too few people do

type evidencePlanCmd struct {
	Draft   evidencePlanDraftCmd   `cmd:"" help:"Print a plan to begin from."`
	Freeze  evidencePlanFreezeCmd  `cmd:"" help:"Freeze a plan: from then on every change of it is noticed."`
	Check   evidencePlanCheckCmd   `cmd:"" help:"Say what keeps a draft from being frozen, or whether a frozen plan is as it was frozen."`
	Deviate evidencePlanDeviateCmd `cmd:"" help:"Record what is done otherwise than the frozen plan says, with the reason."`
}

type evidencePlanDraftCmd struct{}

func (evidencePlanDraftCmd) Run() error {
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	p := plan.Draft()
	p.Agreed, p.Outside = []plan.Agreed{{}}, &plan.Outside{} // shows what is said of somebody who agreed, and of a place outside
	return out.Encode(p)
}

type evidencePlanFreezeCmd struct {
	File string `arg:"" help:"The draft, as JSON." type:"existingfile"`
	Out  string `help:"Where the frozen plan goes; a file that is there is not written over." required:"" placeholder:"FILE" type:"path"`
}

func (c evidencePlanFreezeCmd) Run() error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	draft, err := plan.ReadDraft(text)
	if err != nil {
		return exitError{exitPlan, err.Error()}
	}
	f, err := plan.Freeze(draft, time.Now())
	if err != nil {
		return exitError{exitPlan, err.Error()}
	}
	if err := writeNew(c.Out, f.Bytes()); err != nil {
		return err
	}
	fmt.Printf("The plan is frozen: %s\n%s\nGive the hash to somebody else before anybody reads an outcome: it shows that the plan came first.\n", f.At.Format("2 January 2006, 15:04 MST"), f.Hash)
	return nil
}

type evidencePlanCheckCmd struct {
	File string `arg:"" help:"A draft or a frozen plan." type:"existingfile"`
}

func (c evidencePlanCheckCmd) Run() error {
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	f, err := plan.Read(text)
	switch {
	case errors.Is(err, plan.ErrDraft):
		draft, err := plan.ReadDraft(text)
		if err == nil {
			err = draft.Check(time.Now())
		}
		if err != nil {
			return exitError{exitPlan, err.Error()}
		}
		fmt.Println("Nothing keeps the plan from being frozen. It is a draft until then.")
		return nil
	case err != nil:
		return exitError{exitPlan, err.Error()}
	}
	fmt.Printf("The plan is as it was frozen on %s.\n%s\n", f.At.Format("2 January 2006, 15:04 MST"), f.Hash)
	for i, d := range f.Deviations {
		fmt.Printf("\nDone otherwise since %s, says %s\n  what: %s\n  why: %s\n", d.At.Format("2 January 2006, 15:04 MST"), d.By, d.What, d.Why)
		for _, c := range f.Changes(i) {
			fmt.Printf("  %s: from %s to %s\n", c.Field, c.From, c.To)
		}
	}
	return nil
}

type evidencePlanDeviateCmd struct {
	File       string `arg:"" help:"The frozen plan." type:"existingfile"`
	Kind       string `help:"opened: outcomes were here before the plan was frozen; change: another definition holds from now on; other." enum:"opened,change,other" default:"other"`
	What       string `help:"What is done otherwise." required:""`
	Why        string `help:"Why." required:""`
	By         string `help:"Who says so." required:""`
	Definition string `help:"With change: JSON file of the definition that holds from now on." type:"existingfile" placeholder:"FILE"`
	Out        string `help:"Where the plan with its deviation goes; a file that is there is not written over." required:"" placeholder:"FILE" type:"path"`
}

func (c evidencePlanDeviateCmd) Run() error {
	f, err := readPlan(c.File)
	if err != nil {
		return err
	}
	d := plan.Deviation{Kind: c.Kind, What: c.What, Why: c.Why, By: c.By}
	switch {
	case c.Kind == "change" && c.Definition == "":
		return exitError{exitPlan, "--kind change needs --definition FILE: the definition of the plan, as it is from now on"}
	case c.Kind != "change" && c.Definition != "":
		return exitError{exitPlan, "--definition goes with --kind change only"}
	case c.Definition != "":
		text, err := os.ReadFile(c.Definition)
		if err != nil {
			return err
		}
		def, err := plan.ReadDefinition(text)
		if err != nil {
			return exitError{exitPlan, fmt.Sprintf("--definition: %v", err)}
		}
		d.Definition = &def
	}
	if f, err = f.Deviate(d, time.Now()); err != nil {
		return exitError{exitPlan, err.Error()}
	}
	if err := writeNew(c.Out, f.Bytes()); err != nil {
		return err
	}
	fmt.Printf("It is recorded in %s, and every report by this plan says so. Hash with the deviation:\n%s\n", c.Out, f.Head())
	return nil
}

func readPlan(path string) (plan.Frozen, error) {
	text, err := os.ReadFile(path) // #nosec G304 -- the operator names it
	if err != nil {
		return plan.Frozen{}, err
	}
	f, err := plan.Read(text)
	if err != nil {
		return plan.Frozen{}, exitError{exitPlan, err.Error()}
	}
	return f, nil
}

// writeNew writes a file that is not there yet, for nobody else to read. A link is there too, wherever it leads.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- the operator names it
	if errors.Is(err, fs.ErrExist) {
		return thereAlready(path)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// studyFolder is where the five tables are.
type studyFolder struct {
	Study string `help:"Folder with study.json and the five tables of an evaluation (docs/evidence.md)." required:"" type:"existingdir" placeholder:"DIR"`
}

// read reads the study; a row that is wrong is no row to count with.
func (f studyFolder) read() (*study.Study, error) {
	s, wrong, count, err := study.Read(os.DirFS(f.Study))
	if err != nil {
		return nil, exitError{exitFile, err.Error()}
	}
	if count > 0 {
		for i, w := range wrong {
			if i == 20 {
				break
			}
			fmt.Fprintln(os.Stderr, w.Error()) //nolint:errcheck // standard error
		}
		return nil, exitError{exitLeft, fmt.Sprintf("rows of the study that are wrong: %d. Mend them or take them out: nothing was worked out", count)}
	}
	return s, nil
}

// opened is when the outcomes were here.
func (f studyFolder) opened() time.Time {
	info, err := os.Stat(filepath.Join(f.Study, "outcomes.csv"))
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// madeUp reports whether the people of the study are made up: waymark simulate leaves the truth beside them.
func (f studyFolder) madeUp() bool {
	_, err := os.Stat(filepath.Join(f.Study, "truth.json"))
	return err == nil
}

type evidenceCohortCmd struct {
	studyFolder
	Plan string `help:"The plan, frozen or not. Without it: the default definition." type:"existingfile" placeholder:"FILE"`
	JSON bool   `name:"json" help:"Write the flow as JSON."`
}

func (c evidenceCohortCmd) Run() error {
	def := cohort.Default()
	if c.Plan != "" {
		text, err := os.ReadFile(c.Plan)
		if err != nil {
			return err
		}
		f, err := plan.Read(text)
		def = f.Definition()
		if errors.Is(err, plan.ErrDraft) {
			var draft plan.Plan
			draft, err = plan.ReadDraft(text)
			def = draft.Definition
		}
		if err != nil {
			return exitError{exitPlan, err.Error()}
		}
	}
	s, err := c.read()
	if err != nil {
		return err
	}
	made, err := cohort.Build(s, def)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(made.Flow)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "step\tpeople\tcontacts") //nolint:errcheck // standard output
	for _, step := range made.Flow.Steps {
		fmt.Fprintf(w, "%s\t%d\t%d\n", step.Words, step.Left.People, step.Left.Contacts) //nolint:errcheck // standard output
		for _, o := range step.Out {
			fmt.Fprintf(w, "  left out: %s\t%d\t%d\n", o.Words, o.People, o.Contacts) //nolint:errcheck // standard output
		}
	}
	for _, a := range made.Flow.Arms {
		fmt.Fprintf(w, "\n%s\t%d\t\n", a.Words, a.People) //nolint:errcheck // standard output
		for _, stage := range a.Stages {
			fmt.Fprintf(w, "  %s\t%d\tof %d\n", stage.Words, stage.People, stage.Of) //nolint:errcheck // standard output
		}
	}
	fmt.Fprintf(w, "\ndefinition\t%s\t\n", def.Hash())                                                                         //nolint:errcheck // standard output
	fmt.Fprintln(w, "These are exact numbers, for whoever prepares the evaluation. What is published keeps small ones small.") //nolint:errcheck // standard output
	return w.Flush()
}

// evaluation is a study with its frozen plan.
type evaluation struct {
	studyFolder
	Plan string `help:"The frozen plan." required:"" type:"existingfile" placeholder:"FILE"`
}

// analyse reads the plan first, then the study, and works everything out.
func (e evaluation) analyse(ctx context.Context) (plan.Frozen, *study.Study, *analysis.Result, error) {
	f, err := readPlan(e.Plan)
	if err != nil {
		return f, nil, nil, err
	}
	if err := f.Before(e.opened()); err != nil {
		return f, nil, nil, exitError{exitPlan, err.Error()}
	}
	s, err := e.read()
	if err != nil {
		return f, nil, nil, err
	}
	r, err := analysis.Run(ctx, s, f.Definition())
	return f, s, r, err
}

type evidenceReportCmd struct {
	evaluation
	Out   string `help:"Where the report goes; a file that is there is not written over." default:"report.html" type:"path" placeholder:"FILE"`
	Costs string `help:"JSON file of what the programme cost, and what an event costs, each with source and price year: waymark evidence costs prints one to begin from." type:"existingfile" placeholder:"FILE"`
	PDF   bool   `name:"pdf" help:"Write it as PDF as well, beside the page. Needs Chromium on this machine."`
	CSV   string `name:"csv" help:"Folder for the numbers of every table and picture as files; it has to be empty or not there." type:"path" placeholder:"DIR"`
}

func (c evidenceReportCmd) Run(ctx context.Context) error {
	paper := strings.TrimSuffix(c.Out, filepath.Ext(c.Out)) + ".pdf"
	if err := absent(c.Out); err != nil { // before the work, not after it
		return err
	}
	if c.CSV != "" {
		if err := emptyFolder(c.CSV); err != nil {
			return fmt.Errorf("--csv: %w", err)
		}
	}
	if c.PDF {
		if err := absent(paper); err != nil {
			return err
		}
	}
	var costs *cost.Costs
	if c.Costs != "" {
		text, err := os.ReadFile(c.Costs)
		if err != nil {
			return err
		}
		if costs, err = cost.Read(text); err != nil {
			return exitError{exitFile, err.Error()}
		}
	}
	f, s, r, err := c.analyse(ctx)
	if err != nil {
		return err
	}
	fair, err := report.Discretion(s)
	if err != nil {
		return err
	}
	p, _, err := report.Make(report.Input{Plan: f, Result: r, Equity: fair, Opened: c.opened(), Costs: costs, Software: app.Software(), Made: time.Now(), MadeUp: c.madeUp()})
	if err != nil {
		return exitError{exitPlan, err.Error()}
	}
	page, err := reportweb.Document(p)
	if err != nil {
		return err
	}
	if err := writeNew(c.Out, page); err != nil {
		return err
	}
	fmt.Println("The report is in", c.Out)
	if c.CSV != "" {
		if err := writeTables(c.CSV, p); err != nil {
			return err
		}
		fmt.Println("Its numbers are in", c.CSV)
	}
	if !c.PDF {
		return nil
	}
	if err := printPDF(ctx, c.Out, paper); err != nil {
		return err
	}
	fmt.Println("For paper it is in", paper)
	return nil
}

// absent refuses a place where something is already, or that is in no folder.
func absent(path string) error {
	if in, err := os.Stat(filepath.Dir(path)); err != nil || !in.IsDir() {
		return fmt.Errorf("%s is no folder: make it, or name another place", filepath.Dir(path))
	}
	if _, err := os.Lstat(path); err == nil {
		return thereAlready(path)
	}
	return nil
}

func thereAlready(path string) error {
	return fmt.Errorf("%s is there already, and is not written over: name another file", path)
}

// writeTables writes the numbers of a report, with what they are beside them.
func writeTables(dir string, p report.Publication) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := writeNew(filepath.Join(dir, "README.txt"), []byte(p.About())); err != nil {
		return err
	}
	for _, part := range p.Parts {
		for _, b := range part.Blocks {
			if b.CSV == "" {
				continue
			}
			if err := writeNew(filepath.Join(dir, b.File()), []byte(b.CSV)); err != nil {
				return err
			}
		}
	}
	return nil
}

// emptyFolder makes a folder that is not there, and refuses one in which something is, or into which nothing can be written.
func emptyFolder(dir string) error {
	if err := study.Free(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	try, err := os.CreateTemp(dir, "")
	if err != nil {
		return err
	}
	return errors.Join(try.Close(), os.Remove(try.Name()))
}

// printPDF lets a browser print the page, where there is one.
func printPDF(ctx context.Context, page, to string) error {
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			browser = found
			break
		}
	}
	if browser == "" {
		return errors.New("--pdf: there is no Chromium on this machine. The page prints well from any browser: open it and print it to a file")
	}
	from, err := filepath.Abs(page)
	if err != nil {
		return err
	}
	profile, err := os.MkdirTemp("", "waymark-print-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile) //nolint:errcheck // a folder of nothing
	printed := filepath.Join(profile, "report.pdf")
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(from)}
	options := []string{"--headless", "--disable-gpu", "--user-data-dir=" + profile, "--no-pdf-header-footer", "--print-to-pdf=" + printed, address.String()}
	if os.Geteuid() == 0 { // a browser run by root has no sandbox of its own
		options = append([]string{"--no-sandbox"}, options...)
	}
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	if out, err := exec.CommandContext(ctx, browser, options...).CombinedOutput(); err != nil { // #nosec G204 -- found above; the page is ours
		return fmt.Errorf("--pdf: %w\n%s", err, out)
	}
	sheets, err := os.ReadFile(printed) // #nosec G304 -- in the folder made above
	if err != nil {
		return fmt.Errorf("--pdf: %w", err)
	}
	return writeNew(to, sheets)
}

type evidenceExportCmd struct {
	evaluation
	Out string `help:"Folder for the bundle; it has to be empty or not there." required:"" type:"path" placeholder:"DIR"`
}

func (c evidenceExportCmd) Run(ctx context.Context) error {
	if err := study.Free(c.Out); err != nil { // before the work, not after it
		return fmt.Errorf("--out: %w", err)
	}
	f, s, r, err := c.analyse(ctx)
	if err != nil {
		return err
	}
	if err := bundle.Write(c.Out, bundle.Input{Plan: f, Study: s, Result: r}); err != nil {
		return err
	}
	fmt.Printf("The bundle is in %s. It holds one row for each person, under a number of this bundle only: it is for the accredited evaluator whom the agreement names, and for nobody else.\n", c.Out)
	return nil
}
