// Command benchstats times the statistics on a million rows of made-up data, beside R
// where R, geepack and survival are installed, each in a process of its own: seconds of
// the fit (reading apart), seconds of processor, and the most memory. Absolute figures
// belong to the machine and to what else it does; the ratios are what to compare. Growth is
// the processor's time over that for a tenth of the rows: 10 where it grows with the rows.
// With "large" it takes ten million rows instead, and ours alone.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"text/tabwriter"
	"time"

	"waymark.example/internal/stats"
)

const (
	people = 41_666 // of 24 months: 999,984 rows
	months = 24
	cohort = 1_000_000
)

// measure is what one process found.
type measure struct {
	Wall float64   `json:"wall"`
	CPU  float64   `json:"cpu"`
	Read float64   `json:"read"`
	Coef []float64 `json:"coef"`
	mb   float64
}

var tasks = []string{"gee independence", "gee exchangeable", "gee ar1", "cox efron", "km and log-rank"}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "benchstats:", err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) == 4 && os.Args[1] == "do" {
		m, err := do(os.Args[2], os.Args[3])
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(m)
	}
	dir, err := os.MkdirTemp("", "benchstats")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if len(os.Args) == 2 && os.Args[1] == "large" {
		return large(dir)
	}
	path := func(kind string, tenth bool) string {
		if tenth {
			kind += "-tenth"
		}
		return filepath.Join(dir, kind+".csv")
	}
	for kind, fill := range map[string]func(*bufio.Writer, int){"panel": makePanel, "survival": makeSurvival} {
		n := people
		if kind == "survival" {
			n = cohort
		}
		for _, tenth := range []bool{false, true} {
			if tenth {
				n /= 10
			}
			if err := write(path(kind, tenth), func(w *bufio.Writer) { fill(w, n) }); err != nil {
				return err
			}
		}
	}
	withR := hasR()
	if !withR {
		fmt.Println("R with geepack, survival and data.table is not here: only ours is measured.")
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "a million rows\tread s\ts\tcpu s\tMB\tgrowth\tR s\tR cpu s\tR MB\ttimes R\tby cpu\tlargest difference\t") //nolint:errcheck // standard output
	for _, task := range tasks {
		kind := "panel"
		if task[0] != 'g' {
			kind = "survival"
		}
		file := path(kind, false)
		ours, err := child(exec.Command(os.Args[0], "do", task, file)) // #nosec G204 -- this very program
		if err != nil {
			return fmt.Errorf("%s: %w", task, err)
		}
		tenth, err := child(exec.Command(os.Args[0], "do", task, path(kind, true))) // #nosec G204 -- this very program
		if err != nil {
			return fmt.Errorf("%s: %w", task, err)
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.2f\t%.2f\t%.0f\t%.1f\t", task, ours.Read, ours.Wall, ours.CPU, ours.mb, ours.CPU/tenth.CPU) //nolint:errcheck // standard output
		if withR {
			r, err := child(exec.Command("Rscript", "-e", scriptR, task, file)) // #nosec G204 -- constants
			if err != nil {
				return fmt.Errorf("%s in R: %w", task, err)
			}
			worst := 0.0
			for i := range min(len(ours.Coef), len(r.Coef)) {
				worst = max(worst, math.Abs(ours.Coef[i]-r.Coef[i])/math.Max(1e-3, math.Abs(r.Coef[i])))
			}
			fmt.Fprintf(w, "%.2f\t%.2f\t%.0f\t%.0f\t%.0f\t%.1g\t", r.Wall, r.CPU, r.mb, r.Wall/ours.Wall, r.CPU/ours.CPU, worst) //nolint:errcheck // standard output
		}
		fmt.Fprintln(w) //nolint:errcheck // standard output
		if err := w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// large reads ten million rows and fits one model, in a process of its own.
func large(dir string) error {
	file := filepath.Join(dir, "large.csv")
	if err := write(file, func(w *bufio.Writer) { makePanel(w, 10*people) }); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	ours, err := child(exec.Command(os.Args[0], "do", "gee exchangeable", file)) // #nosec G204 -- this very program
	if err != nil {
		return err
	}
	fmt.Printf("%d rows (%d MB), logistic estimating equations, exchangeable: read in %.1f s, fitted in %.1f s (%.1f s of processor), %.0f MB of memory at most\n",
		10*people*months, info.Size()>>20, ours.Read, ours.Wall, ours.CPU, ours.mb)
	for i, name := range []string{"intercept", "treat", "post", "age", "prior", "female", "treat x post"} {
		fmt.Printf("  %-12s %9.5f\n", name, ours.Coef[i])
	}
	return nil
}

func child(c *exec.Cmd) (m measure, err error) {
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, os.Stderr
	if err := c.Run(); err != nil {
		return m, err
	}
	if u, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.mb = float64(u.Maxrss) / 1024
	}
	return m, json.Unmarshal(out.Bytes(), &m)
}

func do(task, path string) (m measure, err error) {
	in, err := os.Open(path) // #nosec G304 -- made above
	if err != nil {
		return m, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	text := "y ~ treat*post + age + prior + female"
	more := []string{"id"}
	if task[0] != 'g' {
		text, more = "Surv(time, event) ~ treat + age + prior + female", nil
	}
	f, err := stats.ParseFormula(text)
	if err != nil {
		return m, err
	}
	begun := time.Now()
	d, err := stats.ReadCSV(in, append(f.Columns(), more...))
	m.Read = time.Since(begun).Seconds()
	if err != nil {
		return m, err
	}
	start, before := time.Now(), cpu()
	var fit *stats.Fit
	switch task {
	case "cox efron":
		fit, err = stats.FitCox(d, stats.Cox{Formula: f})
	case "km and log-rank":
		var km *stats.Survival
		if km, err = stats.KaplanMeier(d, stats.KM{Spell: stats.Spell{Time: "time", Event: "event"}, By: "treat", Times: []float64{180}}); err == nil {
			m.Coef = []float64{km.Strata[0].Times[0].Surv, km.Strata[1].Times[0].Surv, km.LogRank.ChiSq}
		}
	default:
		fit, err = stats.FitGEE(d, stats.GEE{Formula: f, Family: stats.Logistic, Cluster: "id", Correlation: stats.Correlation(task[4:])})
	}
	m.Wall, m.CPU = time.Since(start).Seconds(), cpu()-before
	if fit != nil {
		for _, t := range fit.Terms {
			m.Coef = append(m.Coef, t.Coef)
		}
	}
	return m, err
}

func cpu() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func hasR() bool {
	c := exec.Command("Rscript", "-e", "for (p in c('geepack','survival','data.table')) library(p, character.only=TRUE)")
	return c.Run() == nil
}

const scriptR = `a <- commandArgs(TRUE); suppressMessages({library(geepack); library(survival); library(data.table)})
d <- as.data.frame(fread(a[2], nThread=1)); t0 <- proc.time()
if (a[1] == "cox efron") b <- coef(coxph(Surv(time,event) ~ treat+age+prior+female, d, ties="efron")) else
if (a[1] == "km and log-rank") { k <- survfit(Surv(time,event) ~ treat, d); l <- survdiff(Surv(time,event) ~ treat, d); b <- c(summary(k, times=180)$surv, l$chisq) } else
b <- coef(geeglm(y ~ treat*post+age+prior+female, id=id, data=d, family=binomial, corstr=substring(a[1], 5)))
t <- proc.time() - t0; cat(sprintf('{"wall":%.3f,"cpu":%.3f,"coef":[%s]}\n', t[3], t[1]+t[2], paste(sprintf("%.12g", b), collapse=",")))`

func write(path string, fill func(*bufio.Writer)) (err error) {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- in a folder of our own
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(out, 1<<20)
	fill(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return out.Close()
}

func row(w *bufio.Writer, values ...int) {
	for i, v := range values {
		if i > 0 {
			w.WriteByte(',') //nolint:errcheck // Flush tells
		}
		w.WriteString(strconv.Itoa(v)) //nolint:errcheck // Flush tells
	}
	w.WriteByte('\n') //nolint:errcheck // Flush tells
}

func yes(r *rand.Rand, p float64) int {
	if r.Float64() < p {
		return 1
	}
	return 0
}

func poisson(r *rand.Rand, mean float64) int {
	n, p := 0, r.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

func age(r *rand.Rand) int {
	return int(math.Round(min(70, max(18, 38+11*r.NormFloat64()))))
}

func makePanel(w *bufio.Writer, people int) {
	r := rand.New(rand.NewPCG(2026, 11)) // #nosec G404 -- made-up data
	w.WriteString("id,month,treat,post,age,prior,female,y\n")
	for id := range people {
		treat, years, prior, female, u := yes(r, .5), age(r), poisson(r, 4), yes(r, .35), .8*r.NormFloat64()
		for month := range months {
			post := month * 2 / months
			eta := -1.6 + .05*float64(treat) - .1*float64(post) - .45*float64(treat*post) - .015*float64(years-38) + .05*float64(prior) - .1*float64(female) + u
			row(w, id, month, treat, post, years, prior, female, yes(r, 1/(1+math.Exp(-eta))))
		}
	}
}

func makeSurvival(w *bufio.Writer, cohort int) {
	r := rand.New(rand.NewPCG(2026, 12)) // #nosec G404 -- made-up data
	w.WriteString("id,time,event,treat,age,prior,female\n")
	for id := range cohort {
		treat, years, prior, female := yes(r, .5), age(r), poisson(r, 4), yes(r, .35)
		rate := .0012 * math.Exp(-.35*float64(treat)-.02*float64(years-38)+.06*float64(prior)-.15*float64(female))
		t, c := math.Ceil(r.ExpFloat64()/rate), math.Ceil(180+550*r.Float64())
		event := 0
		if t <= c {
			event = 1
		}
		row(w, id, int(min(t, c)), event, treat, years, prior, female)
	}
}
