package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"

	"waymark.example/internal/stats"
)

// exitNoNumber is the end of a calculation that has no result: what stands in the way
// is said in plain words.
const exitNoNumber = 6

// statsCmd works numbers of an evaluation out from a CSV file. It opens no database:
// what it reads is what somebody exported under the site's rules, and it gives back
// numbers about groups only.
type statsCmd struct {
	GEE     statsGEECmd     `cmd:"" name:"gee" help:"Generalised estimating equations: repeated outcomes of the same people, with robust errors."`
	GLM     statsGLMCmd     `cmd:"" name:"glm" help:"Logistic, Poisson, linear and negative binomial models."`
	Cox     statsCoxCmd     `cmd:"" name:"cox" help:"Proportional hazards: time to an event, or to repeated events."`
	KM      statsKMCmd      `cmd:"" name:"km" help:"Kaplan-Meier curves and the log-rank test."`
	Weights statsWeightsCmd `cmd:"" name:"weights" help:"Propensity weights: how alike they make two groups, and the weighted outcome."`
	CI      statsCICmd      `cmd:"" name:"ci" help:"Intervals of proportions and rates, and what compares two of them."`
}

// statsFile is the file and how the answer is written.
type statsFile struct {
	CSV  string `name:"csv" help:"CSV file; its first row names the columns. An empty field and NA are missing: such a row is left out, and counted." required:"" type:"existingfile" placeholder:"FILE"`
	JSON bool   `name:"json" help:"Write the result as JSON."`
}

// read reads the columns that are named; "" is none.
func (f statsFile) read(columns ...string) (*stats.Data, error) { return readTable(f.CSV, columns) }

func readTable(path string, columns []string) (*stats.Data, error) {
	in, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	return stats.ReadCSV(in, columns)
}

// done writes a result, or says why there is none.
func done(asJSON bool, result any, err error, text func(*tabwriter.Writer)) error {
	if err != nil {
		kind := stats.KindOf(err)
		if kind == "" {
			return err
		}
		if asJSON {
			if err := writeJSON(map[string]any{"problem": map[string]string{"kind": string(kind), "words": err.Error()}}); err != nil {
				return err
			}
		}
		return exitError{exitNoNumber, err.Error()}
	}
	if asJSON {
		return writeJSON(result)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	text(w)
	return w.Flush()
}

func writeJSON(v any) error {
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	return out.Encode(v)
}

// propensityFlags ask for weights from a propensity model.
type propensityFlags struct {
	Treat      string `help:"Column of who was treated, 1 or 0. Arms that are too small for a model are refused." placeholder:"COL"`
	Propensity string `help:"Propensity model, such as \"treated ~ age + prior\": rows are weighted by it." placeholder:"FORMULA"`
	Baseline   string `help:"CSV file of the propensity model, one row for each cluster. Without it: the first row of each." type:"existingfile" placeholder:"FILE"`
	Estimand   string `help:"Whom the effect is about: ate, att, ate_stabilised or ato." enum:"ate,att,ate_stabilised,ato" default:"att"`
	Truncate   bool   `help:"Cut weights at their 1st and 99th percentile."`
}

// model returns the propensity model, and the columns it reads of the main file.
func (p propensityFlags) model(cluster string) (*stats.Propensity, []string, error) {
	if p.Propensity == "" {
		return nil, nil, nil
	}
	f, err := stats.ParseFormula(p.Propensity)
	if err != nil {
		return nil, nil, err
	}
	out := &stats.Propensity{Formula: f, Estimand: stats.Estimand(p.Estimand), Truncate: p.Truncate}
	if p.Baseline == "" {
		return out, f.Columns(), nil
	}
	out.Baseline, err = readTable(p.Baseline, append(f.Columns(), cluster))
	return out, nil, err
}

type statsGEECmd struct {
	statsFile
	propensityFlags
	Formula  string `help:"Model, such as \"arrest ~ lead*post + age\"." required:"" placeholder:"FORMULA"`
	Family   string `help:"logistic, poisson or linear." enum:"logistic,poisson,linear" default:"logistic"`
	Cluster  string `help:"Column that names who belongs together, such as the person." required:"" placeholder:"COL"`
	Corr     string `help:"Working correlation: independence, exchangeable or ar1." enum:"independence,exchangeable,ar1" default:"independence"`
	Time     string `help:"Column of the order within a cluster, for ar1. Without it: the order of the rows." placeholder:"COL"`
	Weights  string `help:"Column of weights." placeholder:"COL"`
	ScaleFix bool   `help:"Take the dispersion as 1."`
}

func (c statsGEECmd) Run() error {
	fit, err := c.fit()
	return done(c.JSON, fit, err, func(w *tabwriter.Writer) { writeFit(w, fit) })
}

func (c statsGEECmd) fit() (*stats.Fit, error) {
	f, err := stats.ParseFormula(c.Formula)
	if err != nil {
		return nil, err
	}
	ps, more, err := c.model(c.Cluster)
	if err != nil {
		return nil, err
	}
	d, err := c.read(append(append(f.Columns(), more...), c.Cluster, c.Time, c.Weights, c.Treat)...)
	if err != nil {
		return nil, err
	}
	warnings, err := enough(d, c.Cluster, c.Treat, f.Response())
	if err != nil {
		return nil, err
	}
	fit, err := stats.FitGEE(d, stats.GEE{Formula: f, Family: stats.Family(c.Family), Cluster: c.Cluster, Correlation: stats.Correlation(c.Corr), Weights: c.Weights, Propensity: ps,
		Order: c.Time, ScaleFix: c.ScaleFix})
	if err == nil {
		fit.Warnings = append(fit.Warnings, warnings...)
	}
	return fit, err
}

func enough(d *stats.Data, person, arm, outcome string) ([]string, error) {
	if arm == "" || outcome == "" {
		return nil, nil
	}
	return stats.Enough(d, person, arm, outcome)
}

type statsGLMCmd struct {
	statsFile
	Formula string `help:"Model, such as \"arrests ~ lead + offset(log(days))\"." required:"" placeholder:"FORMULA"`
	Family  string `help:"logistic, poisson, linear or negbin." enum:"logistic,poisson,linear,negbin" default:"logistic"`
	Cluster string `help:"Column that names who belongs together." placeholder:"COL"`
	Errors  string `help:"What z, p and intervals are made of: model, hc0, hc1, hc2, hc3, cr0, cr1, cr1s, cr2, cr3 or neweywest. Without it: cr0 with a cluster, hc0 for negbin, and the model's." enum:",model,hc0,hc1,hc2,hc3,cr0,cr1,cr1s,cr2,cr3,neweywest" default:""`
	Lag     int    `help:"Lag of neweywest." default:"12"`
	Time    string `help:"Column of time, for neweywest. Without it: the order of the rows." placeholder:"COL"`
	Weights string `help:"Column of weights." placeholder:"COL"`
	Treat   string `help:"Column of arms. Arms that are too small for a model are refused." placeholder:"COL"`
}

func (c statsGLMCmd) Run() error {
	fit, err := c.fit()
	return done(c.JSON, fit, err, func(w *tabwriter.Writer) { writeFit(w, fit) })
}

func (c statsGLMCmd) fit() (*stats.Fit, error) {
	f, err := stats.ParseFormula(c.Formula)
	if err != nil {
		return nil, err
	}
	d, err := c.read(append(f.Columns(), c.Cluster, c.Time, c.Weights, c.Treat)...)
	if err != nil {
		return nil, err
	}
	warnings, err := enough(d, c.Cluster, c.Treat, f.Response())
	if err != nil {
		return nil, err
	}
	var fit *stats.Fit
	if c.Errors == string(stats.NeweyWest) {
		fit, err = stats.ITS(d, f, stats.Family(c.Family), c.Time, c.Lag)
	} else {
		fit, err = stats.FitGLM(d, stats.GLM{Formula: f, Family: stats.Family(c.Family), Cluster: c.Cluster, Weights: c.Weights, Errors: stats.Errors(c.Errors)})
	}
	if err == nil {
		fit.Warnings = append(fit.Warnings, warnings...)
	}
	return fit, err
}

// spellFlags name the columns of time and event.
type spellFlags struct {
	Time  string `help:"Column of the time until the event, or until watching stopped. Or Surv(time, event) in the formula." placeholder:"COL"`
	Event string `help:"Column of 1 for the event and 0 for the end of watching." placeholder:"COL"`
	Start string `help:"Column of the time from which somebody was watched." placeholder:"COL"`
}

func (s spellFlags) spell() stats.Spell {
	return stats.Spell{Start: s.Start, Time: s.Time, Event: s.Event}
}

type statsCoxCmd struct {
	statsFile
	spellFlags
	Formula string `help:"Model, such as \"~ lead + age\" or \"Surv(start, stop, event) ~ lead\"." required:"" placeholder:"FORMULA"`
	Ties    string `help:"efron or breslow." enum:"efron,breslow" default:"efron"`
	Strata  string `help:"Column of groups that have their own baseline." placeholder:"COL"`
	Cluster string `help:"Column that names who belongs together: robust errors." placeholder:"COL"`
	Treat   string `help:"Column of arms. Arms that are too small for a model are refused." placeholder:"COL"`
}

func (c statsCoxCmd) Run() error {
	fit, err := c.fit()
	return done(c.JSON, fit, err, func(w *tabwriter.Writer) { writeFit(w, fit) })
}

func (c statsCoxCmd) fit() (*stats.Fit, error) {
	text := c.Formula
	if !strings.Contains(text, "~") {
		text = "~ " + text
	}
	f, err := stats.ParseFormula(text)
	if err != nil {
		return nil, err
	}
	d, err := c.read(append(f.Columns(), c.Time, c.Event, c.Start, c.Strata, c.Cluster, c.Treat)...)
	if err != nil {
		return nil, err
	}
	warnings, err := enough(d, c.Cluster, c.Treat, c.Event)
	if err != nil {
		return nil, err
	}
	fit, err := stats.FitCox(d, stats.Cox{Formula: f, Spell: c.spell(), Ties: stats.Ties(c.Ties), Strata: c.Strata, Cluster: c.Cluster, Tests: true})
	if err == nil {
		fit.Warnings = append(fit.Warnings, warnings...)
	}
	return fit, err
}

type statsKMCmd struct {
	statsFile
	spellFlags
	Formula string    `help:"Groups as a formula, such as \"Surv(time, event) ~ lead\", instead of --strata." placeholder:"FORMULA"`
	Strata  string    `help:"Column of groups. Without it: everybody." placeholder:"COL"`
	Times   []float64 `help:"Times at which the curves are told, such as 182,365. The curves themselves are not: each of their steps is a person." required:"" placeholder:"10,20,..."`
	Tau     float64   `help:"Time until which the mean time is taken."`
}

func (c statsKMCmd) Run() error {
	km, err := c.follow()
	return done(c.JSON, km, err, func(w *tabwriter.Writer) {
		fmt.Fprintln(w, "group\ttime\tat risk\tsurvival\tse\tlo\thi\t") //nolint:errcheck // standard output
		for _, s := range km.Strata {
			for _, p := range s.Times {
				fmt.Fprintf(w, "%s\t%g\t%d\t%.4f\t%.4f\t%s\t%s\t\n", s.Name, p.Time, p.NRisk, p.Surv, p.SE, orDash(p.Lo), orDash(p.Hi)) //nolint:errcheck // standard output
			}
			fmt.Fprintf(w, "%s\tmedian %s\t\t\t\t\t\t\n", s.Name, orDash(s.Median)) //nolint:errcheck // standard output
		}
		if km.LogRank != nil {
			fmt.Fprintf(w, "log-rank\tchisq %.3f\tdf %d\tp %s\t\t\t\t\n", km.LogRank.ChiSq, km.LogRank.DF, plainP(km.LogRank.P)) //nolint:errcheck // standard output
		}
	})
}

func (c statsKMCmd) follow() (*stats.Survival, error) {
	spell, by := c.spell(), c.Strata
	if c.Formula != "" {
		f, err := stats.ParseFormula(c.Formula)
		if err != nil {
			return nil, err
		}
		if spell, by, err = f.Groups(spell, by); err != nil {
			return nil, err
		}
	}
	d, err := c.read(spell.Start, spell.Time, spell.Event, by)
	if err != nil {
		return nil, err
	}
	return stats.KaplanMeier(d, stats.KM{Spell: spell, By: by, Times: c.Times, Tau: c.Tau})
}

type statsWeightsCmd struct {
	statsFile
	Formula  string `help:"Propensity model \"treated ~ age + prior\"; with --treat, the left side may be the outcome instead." required:"" placeholder:"FORMULA"`
	Treat    string `help:"Column of who was treated, 1 or 0." placeholder:"COL"`
	Outcome  string `help:"Column to compare under the weights." placeholder:"COL"`
	Estimand string `help:"Whom the effect is about: ate, att, ate_stabilised or ato." enum:"ate,att,ate_stabilised,ato" default:"ate"`
	Truncate bool   `help:"Cut weights at their 1st and 99th percentile."`
}

func (c statsWeightsCmd) Run() error {
	b, err := c.weigh()
	return done(c.JSON, b, err, func(w *tabwriter.Writer) {
		fmt.Fprintln(w, "column\ttreated\tothers\tdifference\tweighted treated\tweighted others\tweighted difference\t") //nolint:errcheck // standard output
		for _, x := range b.Columns {
			fmt.Fprintf(w, "%s\t%.4g\t%.4g\t%.3f\t%.4g\t%.4g\t%.3f\t\n", x.Name, x.MeanTreated, x.MeanOthers, x.SMD, x.WMeanTreated, x.WMeanOthers, x.WSMD) //nolint:errcheck // standard output
		}
		fmt.Fprintf(w, "people\t%d\t%d\t\t%.1f\t%.1f\t(effective)\t\n", b.Treated, b.Others, b.ESSTreated, b.ESSOthers) //nolint:errcheck // standard output
		if o := b.Outcome; o != nil {
			fmt.Fprintf(w, "%s\t\t\t\t%.4g\t%.4g\t%.4g (%.4g to %.4g)\t\n", o.Name, o.MeanTreated, o.MeanOthers, o.Difference, o.Lo, o.Hi) //nolint:errcheck // standard output
		}
		warn(w, b.Warnings)
	})
}

func (c statsWeightsCmd) weigh() (*stats.Balance, error) {
	f, err := stats.ParseFormula(c.Formula)
	if err != nil {
		return nil, err
	}
	outcome := c.Outcome
	if c.Treat != "" && f.Response() != c.Treat {
		if outcome == "" {
			outcome = f.Response()
		}
		_, right, _ := strings.Cut(c.Formula, "~")
		if f, err = stats.ParseFormula("`" + c.Treat + "` ~ " + right); err != nil {
			return nil, err
		}
	}
	d, err := c.read(append(f.Columns(), outcome)...)
	if err != nil {
		return nil, err
	}
	return stats.Weigh(d, stats.Propensity{Formula: f, Estimand: stats.Estimand(c.Estimand), Truncate: c.Truncate, Outcome: outcome})
}

type statsCICmd struct {
	CSV     string  `name:"csv" help:"CSV file with an outcome of 0 and 1, instead of counts." type:"existingfile" placeholder:"FILE"`
	JSON    bool    `name:"json" help:"Write the result as JSON."`
	Formula string  `help:"With --csv: \"outcome ~ group\" or \"outcome ~ 1\"." placeholder:"FORMULA"`
	X       int     `help:"Events." default:"-1"`
	N       int     `help:"People, for a proportion." default:"-1"`
	Time    float64 `help:"Person-time, for a rate."`
	X2      int     `name:"x2" help:"Events of the second group." default:"-1"`
	N2      int     `name:"n2" help:"People of the second group." default:"-1"`
	Time2   float64 `name:"time2" help:"Person-time of the second group."`
}

// intervals is what the command gives back.
type intervals struct {
	Proportions []namedProportion     `json:"proportions,omitempty"`
	Rates       []stats.Rate          `json:"rates,omitempty"`
	Compared    *stats.TwoProportions `json:"compared,omitempty"`
	Ratio       *stats.TwoRates       `json:"rate_ratio,omitempty"`
	Missing     int                   `json:"missing"`
}

type namedProportion struct {
	Name string `json:"name,omitempty"`
	stats.Proportion
}

func (c statsCICmd) Run() error {
	out, err := c.work()
	return done(c.JSON, out, err, func(w *tabwriter.Writer) {
		for _, p := range out.Proportions {
			fmt.Fprintf(w, "%s\t%d of %d\t%.4f\tWilson %.4f to %.4f\texact %.4f to %.4f\t\n", p.Name, p.X, p.N, p.P, p.Wilson.Lo, p.Wilson.Hi, p.ClopperPearson.Lo, p.ClopperPearson.Hi) //nolint:errcheck // standard output
		}
		for _, r := range out.Rates {
			fmt.Fprintf(w, "\t%d in %g\t%.6g\texact %.6g to %.6g\t\n", r.X, r.Time, r.Rate, r.Exact.Lo, r.Exact.Hi) //nolint:errcheck // standard output
		}
		if t := out.Compared; t != nil {
			fmt.Fprintf(w, "difference\t%.4f\t%.4f to %.4f\tFisher p %s\t\n", t.Difference, t.Newcombe.Lo, t.Newcombe.Hi, plainP(t.FisherP)) //nolint:errcheck // standard output
			if t.RR != nil {
				ci, by := t.RatioInterval()
				fmt.Fprintf(w, "risk ratio\t%.4f\t%.4f to %.4f\t%s\t\n", *t.RR, ci.Lo, ci.Hi, by) //nolint:errcheck // standard output
			}
			if t.OR != nil {
				fmt.Fprintf(w, "odds ratio (odds are not risk)\t%.4f\t%.4f to %.4f\t\t\n", *t.OR, t.Woolf.Lo, t.Woolf.Hi) //nolint:errcheck // standard output
			}
		}
		if r := out.Ratio; r != nil {
			fmt.Fprintf(w, "rate ratio\t%.4f\t%.4f to %.4f\texact p %s\t\n", r.Ratio, r.Exact.Lo, r.Exact.Hi, plainP(r.P)) //nolint:errcheck // standard output
		}
	})
}

func (c statsCICmd) work() (*intervals, error) {
	out := &intervals{}
	if c.CSV != "" {
		return out, c.fromFile(out)
	}
	if c.Time > 0 {
		for _, r := range []struct {
			x    int
			time float64
		}{{c.X, c.Time}, {c.X2, c.Time2}} {
			if r.x < 0 && len(out.Rates) > 0 {
				continue
			}
			rate, err := stats.NewRate(r.x, r.time)
			if err != nil {
				return nil, err
			}
			out.Rates = append(out.Rates, rate)
		}
		if len(out.Rates) == 2 {
			ratio, err := stats.CompareRates(c.X, c.Time, c.X2, c.Time2)
			if err != nil {
				return nil, err
			}
			out.Ratio = &ratio
		}
		return out, nil
	}
	first, err := stats.NewProportion(c.X, c.N)
	if err != nil {
		return nil, err
	}
	out.Proportions = []namedProportion{{"", first}}
	if c.X2 >= 0 || c.N2 >= 0 {
		two, err := stats.CompareProportions(c.X, c.N, c.X2, c.N2)
		if err != nil {
			return nil, err
		}
		out.Proportions, out.Compared = append(out.Proportions, namedProportion{"", two.Second}), &two
	}
	return out, nil
}

func (c statsCICmd) fromFile(out *intervals) error {
	f, err := stats.ParseFormula(c.Formula)
	if err != nil {
		return err
	}
	d, err := readTable(c.CSV, f.Columns())
	if err != nil {
		return err
	}
	groups, missing, err := stats.CountOutcome(d, f)
	if err != nil {
		return err
	}
	out.Missing = missing
	for _, g := range groups {
		p, err := stats.NewProportion(g.X, g.N)
		if err != nil {
			return err
		}
		out.Proportions = append(out.Proportions, namedProportion{g.Name, p})
	}
	if len(groups) == 2 { // the second against the first, as a model would
		two, err := stats.CompareProportions(groups[1].X, groups[1].N, groups[0].X, groups[0].N)
		if err != nil {
			return err
		}
		out.Compared = &two
	}
	return nil
}

func writeFit(w *tabwriter.Writer, f *stats.Fit) {
	ratio := len(f.Terms) > 0 && f.Terms[0].Exp != nil
	head := "term\tcoefficient\tse\trobust se\tz\tp\tlo\thi\t"
	if ratio {
		head += "exp\tlo\thi\t"
	}
	fmt.Fprintln(w, head) //nolint:errcheck // standard output
	for _, t := range f.Terms {
		fmt.Fprintf(w, "%s\t%.5f\t%.5f\t%s\t%.2f\t%s\t%.5f\t%.5f\t", t.Name, t.Coef, t.ModelSE, orDash(t.RobustSE), t.Z, plainP(t.P), t.Lo, t.Hi) //nolint:errcheck // standard output
		if ratio {
			fmt.Fprintf(w, "%s\t%s\t%s\t", orDash(t.Exp), orDash(t.ExpLo), orDash(t.ExpHi)) //nolint:errcheck // standard output
		}
		fmt.Fprintln(w) //nolint:errcheck // standard output
	}
	fmt.Fprintf(w, "\nrows %d, left out %d, clusters %d, errors %s, dispersion %.4g, correlation %s\n", f.N, f.Missing, f.Clusters, f.Errors, f.Scale, orDash(f.Alpha)) //nolint:errcheck // standard output
	warn(w, f.Warnings)
}

func warn(w *tabwriter.Writer, warnings []string) {
	for _, s := range warnings {
		fmt.Fprintln(w, s) //nolint:errcheck // standard output
	}
}

func orDash(v *float64) string {
	if v == nil {
		return "-"
	}
	return strconv.FormatFloat(*v, 'f', 4, 64)
}

// plainP writes a p-value that is never 0.
func plainP(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return strconv.FormatFloat(p, 'f', 3, 64)
}
