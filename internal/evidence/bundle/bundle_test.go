package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/plan"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
)

func made(t *testing.T, people int) Input {
	t.Helper()
	s, _, err := simulate.Make(people, 11, simulate.Default())
	if err != nil {
		t.Fatal(err)
	}
	d := plan.Draft()
	d.Title, d.Hypothesis, d.Definition.Draws = "Two years", "Fewer people are arrested again than would have been otherwise.", 0
	d.Agreed = []plan.Agreed{{Name: "A", For: "B", On: "2026-01-10"}}
	f, err := plan.Freeze(d, time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	r, err := analysis.Run(t.Context(), s, f.Definition())
	if err != nil {
		t.Fatal(err)
	}
	return Input{Plan: f, Study: s, Result: r}
}

// The same study and plan are the same bundle, bit for bit, also on one processor and with the rows of the study the other way round.
func TestABundleComesAgainBitForBit(t *testing.T) {
	in := made(t, 500)
	first, err := Files(in)
	if err != nil {
		t.Fatal(err)
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	in2 := made(t, 500)
	second, err := Files(in2)
	if err != nil || len(first) != len(second) {
		t.Fatalf("%d and %d files, %v", len(first), len(second), err)
	}
	for i := range first {
		if first[i].Name != second[i].Name || !bytes.Equal(first[i].Text, second[i].Text) {
			t.Errorf("%s is another one", first[i].Name)
		}
	}
	sums := string(first[len(first)-1].Text)
	for _, f := range first[:len(first)-1] {
		sum := sha256.Sum256(f.Text)
		if !strings.Contains(sums, hex.EncodeToString(sum[:])+"  "+f.Name+"\n") {
			t.Errorf("SHA256SUMS does not hold %s", f.Name)
		}
	}
}

// Nothing in a bundle leads back: no pseudonym of a person, a contact, an officer, an event or an occurrence, and no day of a first contact.
func TestR45_ABundleHoldsNoPseudonym(t *testing.T) {
	in := made(t, 300)
	// Names that stand nowhere else, so that finding one is finding it.
	mark := func(s string) string {
		if s == "" {
			return ""
		}
		return "canary-" + s
	}
	st := *in.Study
	st.People, st.Contacts, st.Outcomes, st.Support, st.Months = append([]study.Person(nil), st.People...), append([]study.Contact(nil), st.Contacts...), append([]study.Outcome(nil), st.Outcomes...), append([]study.Support(nil), st.Support...), append([]study.Month(nil), st.Months...)
	for i := range st.People {
		st.People[i].ID = mark(st.People[i].ID)
	}
	for i := range st.Contacts {
		c := &st.Contacts[i]
		c.ID, c.PersonID, c.Officer, c.Incident = mark(c.ID), mark(c.PersonID), mark(c.Officer), mark(c.Incident)
	}
	for i := range st.Outcomes {
		o := &st.Outcomes[i]
		o.ID, o.PersonID, o.Incident = mark(o.ID), mark(o.PersonID), mark(o.Incident)
	}
	for i := range st.Support {
		st.Support[i].PersonID = mark(st.Support[i].PersonID)
	}
	for i := range st.Months {
		st.Months[i].PersonID = mark(st.Months[i].PersonID)
	}
	r, err := analysis.Run(t.Context(), &st, in.Plan.Definition())
	if err != nil {
		t.Fatal(err)
	}
	all, err := Files(Input{Plan: in.Plan, Study: &st, Result: r})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := Files(in)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range all {
		if bytes.Contains(f.Text, []byte("canary-")) {
			t.Errorf("%s holds a pseudonym", f.Name)
		}
		// Another run of pseudonyms is the same rows in the same order.
		if strings.HasPrefix(f.Name, "people") && !bytes.Equal(f.Text, plain[i].Text) {
			t.Errorf("%s follows the pseudonyms", f.Name)
		}
		if f.Name != "people.csv" {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(f.Text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for j, name := range rows[0] {
			if name == "month_start" && len(rows[1][j]) != len("2024-01") {
				t.Errorf("the first contact is told as %q", rows[1][j])
			}
		}
	}
}

// Every column of a table that leaves the house is explained.
func TestTheCodebookExplainsEveryColumn(t *testing.T) {
	all, err := Files(made(t, 200))
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, f := range all {
		text[f.Name] = string(f.Text)
	}
	for _, table := range []string{"people", "months"} {
		head, _, _ := strings.Cut(text[table+".csv"], "\n")
		for name := range strings.SplitSeq(head, ",") {
			if !strings.Contains(text["codebook.csv"], "\n"+table+","+name+",") {
				t.Errorf("%s.%s is not explained", table, name)
			}
		}
	}
}

// R finds the same numbers from the rows: shares, models of repeated outcomes, weights, rates, curves and hazards.
func TestRFindsTheSameNumbers(t *testing.T) {
	if testing.Short() {
		t.Skip("starts R")
	}
	r, err := exec.LookPath("Rscript")
	if err != nil {
		t.Skip("there is no R on this machine: apt-get install r-base-core r-cran-geepack r-cran-jsonlite r-recommended")
	}
	if err := exec.CommandContext(t.Context(), r, "-e", `for (p in c("jsonlite", "geepack", "survival")) library(p, character.only = TRUE)`).Run(); err != nil {
		t.Skip("R lacks jsonlite, geepack or survival")
	}
	dir := t.TempDir()
	if err := Write(dir, made(t, 900)); err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), r, "reproduce.R")
	check.Dir = dir
	out, err := check.CombinedOutput()
	if err != nil || strings.Count(string(out), " ok\n") < 40 {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// Days of support leave only of those who agreed that it is studied.
func TestTheBundleHasNoSupportOfWhoDidNotAgree(t *testing.T) {
	in := made(t, 300)
	days := func() int {
		t.Helper()
		all, err := Files(in)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range all {
			if f.Name != "people.csv" {
				continue
			}
			rows, err := csv.NewReader(bytes.NewReader(f.Text)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for i, name := range rows[0] {
				for _, row := range rows[1:] {
					if (name == "met_day" || name == "intake_day") && row[i] != "" {
						n++
					}
				}
			}
		}
		return n
	}
	if days() == 0 {
		t.Error("those who agreed have no days")
	}
	for i := range in.Study.Support {
		in.Study.Support[i].Research = false
	}
	if n := days(); n > 0 {
		t.Errorf("nobody agreed, and there are %d days", n)
	}
}

// A spreadsheet that opens the rows computes nothing.
func TestNoCellOfABundleIsAFormula(t *testing.T) {
	in := made(t, 200)
	for i := range in.Study.Contacts {
		in.Study.Contacts[i].Area, in.Study.Contacts[i].Offence, in.Study.Contacts[i].Reason = "=cmd|' /C calc'!A0", "@SUM(A1)", "+1"
	}
	all, err := Files(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		if f.Name != "people.csv" {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(f.Text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
					t.Fatalf("%q is a formula", cell)
				}
			}
		}
	}
}
