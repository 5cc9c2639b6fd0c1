package analysis_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"waymark.example/internal/evidence/analysis"
	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/stats"
)

// byHand is 40 people that can be worked out by hand, and three without linked records. All are watched for 730 days, none is ever in prison, none dies.
//
//	LEAD:       20 people (8 women, 12 men); 5 arrested 15 days before; 12 arrested on day 100 (4 women, 8 men, those 5 among them); 16 met a case manager
//	comparison: 20 people (10, 10); 2 arrested 15 days before; 15 arrested on day 100 (8 women, 7 men, those 2 among them)
//	not linked: one man of LEAD, two men of the comparison
func byHand() *study.Study {
	s := &study.Study{From: 19000, Until: 19830}
	t0 := s.From + 100
	person := func(id, decision, sex string, linked bool) {
		s.People = append(s.People, study.Person{ID: id, Born: 1980, Sex: sex, Ethnicity: "white", Housing: "settled", Area: "north", Linked: linked})
		s.Contacts = append(s.Contacts, study.Contact{ID: "c" + id, PersonID: id, On: t0, Door: "arrest_diversion", Area: "north", Offence: "theft", Decision: decision, Reason: "r", Offered: decision == "diverted", Incident: "i" + id})
	}
	arrest := func(id string, day int) {
		on := t0 + study.Day(day)
		s.Outcomes = append(s.Outcomes, study.Outcome{ID: fmt.Sprint("e", len(s.Outcomes)), PersonID: id, Kind: study.Arrest, Sort: "non_warrant", On: on, Committed: on, Incident: fmt.Sprint("o", len(s.Outcomes))})
	}
	for i := range 20 {
		id := fmt.Sprint("lead", i)
		sex := "M"
		if i < 4 || i >= 12 && i < 16 { // 4 of the 12 who are arrested, 4 of the others
			sex = "F"
		}
		person(id, "diverted", sex, true)
		if i < 5 {
			arrest(id, -15)
		}
		if i < 12 {
			arrest(id, 100)
		}
		p := study.Support{PersonID: id, Referred: t0, Minutes: -1, Research: i < 18}
		if i < 16 {
			p.Minutes, p.Met = 20+i, t0
		}
		s.Support = append(s.Support, p)

		id = fmt.Sprint("usual", i)
		sex = "M"
		if i < 8 || i >= 15 && i < 17 {
			sex = "F"
		}
		person(id, "not_diverted", sex, true)
		if i < 2 {
			arrest(id, -15)
		}
		if i < 15 {
			arrest(id, 100)
		}
	}
	person("unlinked1", "diverted", "M", false)
	person("unlinked2", "not_diverted", "M", false)
	person("unlinked3", "not_diverted", "M", false)
	return s
}

func small() cohort.Definition {
	def := cohort.Default()
	def.Covariates, def.Subgroups, def.Draws = []string{"sex"}, []string{"sex"}, 0
	return def
}

func run(t testing.TB, s *study.Study, def cohort.Definition) *analysis.Result {
	t.Helper()
	r, err := analysis.Run(context.Background(), s, def)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type expect struct {
	*testing.T
}

func (t expect) near(what string, got *float64, want float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is not there, and should be %v", what, want)
	} else if math.Abs(*got-want) > 1e-9*max(1, math.Abs(want)) {
		t.Errorf("%s is %.12g and not %.12g", what, *got, want)
	}
}

// How many errors an interval goes to each side an interval goes to each side, by people less terms.
const t38, t36 = 2.0243941639119702, 2.0280940009804502

// estimate compares a value with its error, on the log scale of ratios.
func (t expect) estimate(what string, e analysis.Estimate, value, se, quantile float64) {
	t.Helper()
	t.near(what, e.Value, value)
	if e.Value == nil || e.Lo == nil || e.Hi == nil {
		return
	}
	half := (*e.Hi - *e.Lo) / 2
	switch e.Measure {
	case analysis.OddsRatio, analysis.RiskRatio, analysis.RateRatio, analysis.HazardRatio:
		half = (math.Log(*e.Hi) - math.Log(*e.Lo)) / 2
	}
	if got := half / quantile; math.Abs(got-se) > 1e-8*se {
		t.Errorf("the error of %s is %.10g and not %.10g", what, got, se)
	}
}

func TestEveryNumberOfASmallStudyIsWhatItIsByHand(t *testing.T) {
	r := run(t, byHand(), small())
	is := expect{t}
	if r.People != [3]int{21, 22, 0} || r.Linkage[0].X != 20 || r.Linkage[1].X != 20 || r.Linkage[1].N != 22 || r.Design.Grade != 2 {
		t.Errorf("%v, %v, grade %d", r.People, r.Linkage, r.Design.Grade)
	}

	// T1.
	for _, row := range r.Baseline.Rows {
		switch row.Covariate + " " + row.Level {
		case "sex F":
			p, q := 8.0/21, 10.0/22
			is.near("difference of women", row.SMD, (p-q)/math.Sqrt((p*(1-p)+q*(1-q))/2))
			if row.Count[0].X != 8 || row.Count[1].X != 10 || row.Missing != [2]int{} {
				t.Errorf("%+v", row)
			}
			// Weighted to LEAD, 8 of 20 of the comparison are women as well.
			if w := row.Weighted[0]; math.Abs(w.Mean[0]-.4) > 1e-9 || math.Abs(w.Mean[1]-.4) > 1e-9 || math.Abs(w.SMD) > 1e-9 || w.Above10 {
				t.Errorf("%+v", w)
			}
		case "arrests_24 ":
			is.near("mean of arrests before", row.Mean[0], 5.0/20)
			is.near("deviation", row.SD[1], math.Sqrt((2*.9*.9+18*.1*.1)/19))
			if row.Missing != [2]int{1, 2} {
				t.Errorf("%+v", row)
			}
		}
	}
	// In LEAD everybody weighs 1; in the comparison women weigh 8/10 and men 12/10.
	w := r.Baseline.Weights[0]
	is.near("people's worth in LEAD", &w.ESS[0], 20)
	is.near("people's worth in the comparison", &w.ESS[1], 400/(10*.64+10*1.44))
	is.near("largest weight", &w.Max, 1.2)

	// T2.
	o := &r.Primary
	if o.Risk[0].X != 12 || o.Risk[0].N != 20 || o.Risk[1].X != 15 || o.Risk[1].N != 20 || o.Unlinked != [2]int{1, 2} || o.TooRecent != [2]int{} || o.Moved != [2]int{} {
		t.Errorf("%+v", o)
	}
	get := func(m analysis.Method, of analysis.Measure) analysis.Estimate {
		e, ok := o.Find(m, of)
		if !ok {
			t.Errorf("there is no %s %s", m, of)
		}
		return e
	}
	rd := get(analysis.Crude, analysis.RiskDifference)
	is.near("difference", rd.Value, -.15)
	is.near("its lower end (Newcombe)", rd.Lo, -0.404223612898)
	is.near("its upper end", rd.Hi, 0.134009060739)
	is.near("its p (Pearson)", rd.P, 0.311184668823)
	rr := get(analysis.Crude, analysis.RiskRatio)
	is.near("ratio", rr.Value, .8)
	is.near("its lower end (Katz)", rr.Lo, 0.516125760342)
	is.near("its upper end", rr.Hi, 1.24000786083)
	// 1/12 + 1/8 + 1/15 + 1/5 = 0.475, and 20/19 because each of 20 has a twentieth of the say: 0.5.
	is.estimate("odds ratio", get(analysis.Crude, analysis.OddsRatio), .5, math.Sqrt(.5), t38)
	// Changes: 12 of whom 5 before, 15 of whom 2 before; mean .35 with variance .2275, mean .65 with variance .2275.
	is.estimate("change against change", get(analysis.Period, analysis.RiskDifference), (12.0/20-5.0/20)-(15.0/20-2.0/20), math.Sqrt(2*.2275/20*20/19), t36)
	is.near("change of odds", get(analysis.Period, analysis.OddsRatio).Value, (12.0/8)/(5.0/15)/((15.0/5)/(2.0/18)))
	is.near("weighted to LEAD", get(analysis.WeighATT, analysis.RiskDifference).Value, .6-(8*.8+7*1.2)/20)
	is.near("weighted to everybody", get(analysis.WeighATE, analysis.RiskDifference).Value, (18*.5+22*8.0/12)/40-(18*.8+22*.7)/40)
	is.near("ratio of odds, weighted to LEAD", get(analysis.WeighATT, analysis.OddsRatio).Value, (.6/.4)/(.74/.26))
	// Overlap: women weigh 10/18 in LEAD and 8/18 in the comparison, men 10/22 and 12/22.
	wf, wm := 80.0/18, 120.0/22
	is.near("weighted to overlap", get(analysis.WeighATO, analysis.RiskDifference).Value, (wf*.5+wm*8/12-wf*.8-wm*.7)/(wf+wm))
	if e := o.Estimates[o.Headline]; e.Method != analysis.WeighATT || e.Measure != analysis.RiskDifference {
		t.Errorf("the headline is %s %s", e.Method, e.Measure)
	}
	// The same by months of 30 days: 24 before and 24 after.
	m := r.Monthly
	if m.Months != 40*48 || m.Risk[0][0].X != 5 || m.Risk[0][1].X != 12 || m.Risk[1][0].N != 480 {
		t.Errorf("%+v", m)
	}
	is.near("odds by month", m.Estimates[0].Value, 0.315953223903)

	// T4: 730 days each, or 365, all at liberty.
	for _, rate := range r.Rates {
		if rate.Key != cohort.Rearrest || rate.Window != 365 {
			continue
		}
		is.near("years", &rate.Years[0], 20*365/365.25)
		is.near("rate", rate.Rate[1], 15/(20*365/365.25))
		// Squares of 12 times .4 and 8 times .6, each over (1 - 1/20), over 12 squared.
		is.estimate("ratio of rates", rate.Ratio, .8, math.Sqrt(4.8/.9025/144+3.75/.9025/225), t38)
	}

	// F2.
	v := r.Survival
	if v.Tau != 730 || v.Free[0].Points[2].Day != 90 || v.Free[0].Points[2].Value != 1 || v.Free[0].Points[2].AtRisk != 20 || v.Free[0].Points[3].AtRisk != 8 {
		t.Errorf("%+v", v.Free)
	}
	is.near("not arrested by day 120", &v.Free[0].Points[3].Value, .4)
	is.near("arrested by day 120", &v.Incidence[1].Points[3].Value, .75)
	is.near("days without arrest", v.RMST[0], 100+630*.4)
	is.estimate("more days without arrest", v.RMSTDiff, 94.5, math.Sqrt(math.Pow(630*.4, 2)*12/(20*8)+math.Pow(630*.25, 2)*15/(20*5)), t38)
	is.near("arrests a person by day 120", &v.Mean[1].Points[3].Value, .75)
	is.estimate("fewer arrests a person", v.MeanDiff, -.15, math.Sqrt((12*.16+8*.36)/400+(15*.0625+5*.5625)/400), t38)

	// Of the comparison weighted to LEAD, .74 are arrested on day 100.
	is.near("weighted, not arrested by day 120", &v.Weighted[1].Points[3].Value, 1-.74)
	is.near("more days without arrest, weighted", v.WeightedDiff.Value, 630*(.4-.26))

	// F3: day 100 is in month 3. Of a person, arrested then less arrested in month -1.
	e := r.Event.Points[24+3]
	is.near("difference in month 3", e.Value, (12.0/20-5.0/20)-(15.0/20-2.0/20))
	is.near("its upper end", e.Hi, -.3+t38*math.Sqrt(2*.2275/20))
	if p := r.Event.Points[23]; p.Month != -1 || p.Value != nil || *p.Share[0] != .25 || *p.Share[1] != .1 {
		t.Errorf("%+v", p)
	}

	// T5: no group has 20 people in both arms.
	if g := r.Subgroups[0]; g.Problem == "" || g.Joint != nil || g.Levels[0].Interaction.Value != nil || g.Levels[0].Risk[0].X != 4 || g.Levels[0].Risk[0].N != 8 {
		t.Errorf("%+v", g)
	}
	// T6: who agreed and never met a case manager is in every share; who did not agree is in none.
	if c := r.Care; c.People != 20 || c.Agreed != 18 || c.Met.X != 16 || c.Met.N != 18 || c.Within30.X != 11 || c.Within30.N != 18 || c.Engaged.X != 0 || c.Engaged.N != 18 || c.Minutes != nil {
		t.Errorf("%+v", c)
	}
	// T8.
	is.near("best case", r.Bounds.Best.Value, 12.0/21-17.0/22)
	is.near("worst case", r.Bounds.Worst.Value, 13.0/21-15.0/22)
	x := .74 / .6
	is.near("e-value", &r.EValue.Point, x+math.Sqrt(x*(x-1)))
	if r.EValue.Limit != 1 {
		t.Errorf("%+v", r.EValue)
	}
}

const reference = "../../../../shared/reference/evaluation/"

// byMonth is the person-months of lead_panel_a as a study.
func byMonth(t *testing.T) *study.Study {
	t.Helper()
	f, err := os.Open(reference + "lead_panel_a.csv")
	if err != nil {
		t.Skip("R's data are not at ../shared/reference/evaluation: nothing was compared")
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	s := &study.Study{From: 19000, Until: 19000 + 360}
	for i, row := range rows[1:] {
		id, lead, arrest := row[0], row[3], row[9]
		month, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		if month == -12 {
			s.People = append(s.People, study.Person{ID: id, Linked: true})
			s.Contacts = append(s.Contacts, study.Contact{ID: id, PersonID: id, On: s.From, Door: "arrest_diversion", Decision: map[string]string{"1": "diverted", "0": "not_diverted"}[lead]})
		}
		if arrest == "1" {
			s.Outcomes = append(s.Outcomes, study.Outcome{ID: fmt.Sprint(i), PersonID: id, Kind: study.Arrest, Sort: "non_warrant", On: s.From + study.Day(30*month) + 15})
		}
	}
	return s
}

// The primary model comes to R's numbers (geepack 1.3.9).
func TestThePrimaryModelIsRs(t *testing.T) {
	s := byMonth(t)
	def := cohort.Default()
	def.Months, def.Back, def.Window, def.PrimaryWindow, def.Draws = 12, 360, []int{180, 360}, 360, 0
	r := run(t, s, def)
	b, err := os.ReadFile(reference + "gee_lead_panel_a.json")
	if err != nil {
		t.Fatal(err)
	}
	type fit struct {
		Clusters int
		N        int
		Alpha    any // a number, or none
		Fit      struct {
			Exp   []float64
			ExpLo []float64 `json:"exp_lo"`
			ExpHi []float64 `json:"exp_hi"`
			P     []float64
		}
	}
	var want struct {
		Unweighted struct{ Independence, Exchangeable fit }
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	u := want.Unweighted.Independence
	alpha, ok := want.Unweighted.Exchangeable.Alpha.(float64)
	if !ok {
		t.Fatal("R's correlation is not there")
	}
	got := r.Monthly.Estimates[0]
	is := expect{t}
	for _, v := range []struct {
		what string
		got  *float64
		want float64
	}{{"odds ratio", got.Value, u.Fit.Exp[3]}, {"its lower end", got.Lo, u.Fit.ExpLo[3]}, {"its upper end", got.Hi, u.Fit.ExpHi[3]}, {"its p", got.P, u.Fit.P[3]}, {"correlation", r.Monthly.Alpha, alpha}} {
		if v.got == nil || math.Abs(*v.got-v.want) > 1e-7*max(1e-3, v.want) {
			t.Errorf("%s is %v and not R's %v", v.what, v.got, v.want)
			continue
		}
		is.Logf("%s: %.12g, R %.12g", v.what, *v.got, v.want)
	}
	if u.N != r.Monthly.Months || u.Clusters != r.People[0]+r.People[1] {
		t.Errorf("%d person-months of %v", r.Monthly.Months, r.People)
	}
}

// The closed form of the event study is the saturated model of group and month, with its sandwich by person.
func TestTheEventStudyIsTheSaturatedModel(t *testing.T) {
	s := byMonth(t)
	def := cohort.Default()
	def.Months, def.Back, def.Window, def.PrimaryWindow, def.Draws = 12, 360, []int{180, 360}, 360, 0
	r := run(t, s, def)
	f, err := os.Open(reference + "lead_panel_a.csv")
	if err != nil {
		t.Skip("the panel is not at ../shared/reference/evaluation: the event study was not compared")
	}
	defer f.Close()
	d, err := stats.ReadCSV(f, []string{"id", "month", "lead", "arrest"})
	if err != nil {
		t.Fatal(err)
	}
	formula, err := stats.ParseFormula("arrest ~ lead*factor(month, ref=-1)")
	if err != nil {
		t.Fatal(err)
	}
	fit, err := stats.FitGEE(d, stats.GEE{Formula: formula, Family: stats.Linear, Cluster: "id"})
	if err != nil {
		t.Fatal(err)
	}
	is := expect{t}
	var pre []string
	for _, p := range r.Event.Points {
		if p.Month == -1 {
			continue
		}
		name := fmt.Sprintf("lead:factor(month)%d", p.Month)
		if p.Month < -1 {
			pre = append(pre, name)
		}
		i := slices.IndexFunc(fit.Terms, func(t stats.Term) bool { return t.Name == name })
		is.near(name, p.Value, fit.Terms[i].Coef)
		is.near("its lower end", p.Lo, fit.Terms[i].Lo)
	}
	test, err := fit.Wald(pre...)
	if err != nil {
		t.Fatal(err)
	}
	is.near("the test of the months before", &r.Event.PreTrend.ChiSq, test.ChiSq)
	if r.Event.PreTrend.DF != 11 {
		t.Errorf("%d months before", r.Event.PreTrend.DF)
	}
}

// drawn is the same people by lot: every LEAD shift led to a diversion, and all agreed to be studied.
func drawn() *study.Study {
	s := byHand()
	for i := range s.Contacts {
		c := &s.Contacts[i]
		c.Shift = "usual"
		if c.Decision == "diverted" {
			c.Shift = "lead"
		}
	}
	for i := range s.Support {
		s.Support[i].Research = true
	}
	return s
}

// Being assigned is an instrument where a lot assigned, and only there.
func TestR46_TheEffectAmongThoseWhoMetIsGivenByLotOnly(t *testing.T) {
	is := expect{t}
	if r := run(t, drawn(), small()); r.Design.Grade != 1 {
		t.Errorf("grade %d", r.Design.Grade)
	} else {
		is.estimate("among those who met", *r.Primary.CACE, -.15/.8, 0.193270576201, t38)
	}
	if r := run(t, byHand(), small()); r.Design.Grade != 2 || r.Primary.CACE.Value != nil || !strings.HasPrefix(r.Primary.CACE.Problem, "Not given: ") {
		t.Errorf("%+v", r.Primary.CACE)
	}
}

// Only the support of those who agreed to be studied is on record: of the others it is not known whether they met a case manager, which is not the same as
// that they did not.
func TestR41_WhoseSupportIsNotOnRecordIsNotCountedAsNeverMet(t *testing.T) {
	s := drawn()
	without := func(n int) *analysis.Result { // n of those who met are not on record
		c := *s
		c.Support = slices.DeleteFunc(slices.Clone(s.Support), func(v study.Support) bool {
			n--
			return v.Met != 0 && n >= 0
		})
		return run(t, &c, small())
	}
	is := expect{t}
	all, some := without(0), without(4)
	if strings.Contains(all.Primary.CACE.Caveat, "known only") {
		t.Error(all.Primary.CACE.Caveat)
	}
	is.near("among those who met, 4 of 20 not known", some.Primary.CACE.Value, -.15/(12.0/16))
	if e := some.Primary.CACE; !strings.Contains(e.Caveat, "known only of those who agreed to be studied") || *e.Hi-*e.Lo <= *all.Primary.CACE.Hi-*all.Primary.CACE.Lo {
		t.Errorf("%+v", e)
	}
	for _, m := range some.Missing {
		if m.Key == "support" && (m.Arms[0].X != 5 || m.Arms[0].N != 21 || m.Arms[1].N != 0) {
			t.Errorf("%+v", m)
		}
	}
	if e := without(11).Primary.CACE; e.Value != nil || !strings.Contains(e.Problem, "it is not known whether they met") {
		t.Errorf("%+v", e)
	}
}
