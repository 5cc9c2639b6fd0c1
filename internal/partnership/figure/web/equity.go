package web

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/figure"
	"waymark.example/internal/platform/chart"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/stats"
)

type equityPage struct {
	ui.Page
	Set                                    *figure.Set
	Others                                 []figure.Set
	Steps, Ratios, Teams, Reasons, ByMonth template.HTML
	Handed, Intakes                        figure.Number // of everybody together, in the months in which they happen: no share of a step
	Tested                                 int
	Power                                  []power
}

// power is what the page could show of a group being asked less often.
type power struct {
	Group string
	N, N0 int
	Known bool
	Of100 int // such areas in which a group that is passed over by half as much again is found
	From  int // per cent less often, from which on four of five are found; 0 where none are
}

func (s *Site) equity(w http.ResponseWriter, r *http.Request) error {
	return s.showEquity(w, r, 0)
}

func (s *Site) equityOf(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("set"), 10, 64)
	if err != nil || number < 1 {
		return lead.ErrNotFound
	}
	return s.showEquity(w, r, number)
}

func (s *Site) showEquity(w http.ResponseWriter, r *http.Request, number int64) error {
	all, err := s.figures.Fair(r.Context(), web.Actor(r), number)
	if err != nil {
		return err
	}
	v := equityPage{Page: web.Page(r, "Is it the same for everybody?")}
	if at := chosen(all, number); at >= 0 {
		v.Set, v.Others = &all[at], slices.Delete(slices.Clone(all), at, at+1)
		drawn, fair, err := pictures(v.Tongue(), all, at)
		if err != nil {
			return err
		}
		draw := func(name string) template.HTML {
			if drawn[name] == nil {
				return ""
			}
			return ui.Drawn(drawn[name])
		}
		v.Steps, v.Ratios, v.Teams, v.Reasons, v.ByMonth = draw("steps"), draw("ratios"), draw("teams"), draw("reasons"), draw("months")
		v.Handed, v.Intakes = v.Set.Of("handoffs/%s", v.Set.Span()), v.Set.Of("intakes/%s", v.Set.Span())
		v.Tested, v.Power = fair.Tested, powerOf(fair)
	}
	return s.pages.Render(w, http.StatusOK, "equity.html", v)
}

func powerOf(fair figure.Fairness) []power {
	var out []power
	for _, c := range fair.Comparisons {
		if c.Decision != "offered" {
			continue
		}
		p := power{Group: c.Group, N: c.N, N0: c.N0, Known: c.Found != nil}
		if p.Known {
			p.Of100 = int(math.Round(100 * *c.Found))
		}
		if c.Detectable != nil {
			p.From = int(math.Floor(100 * (1 - *c.Detectable)))
		}
		out = append(out, p)
	}
	return out
}

// chosen is which of the sets is shown: the latest, where none is asked for; -1 where there is none.
func chosen(all []figure.Set, number int64) int {
	if number == 0 && len(all) > 0 {
		return 0
	}
	return slices.IndexFunc(all, func(s figure.Set) bool { return s.Number == number })
}

func (s *Site) equityFile(w http.ResponseWriter, r *http.Request) error {
	number, err := strconv.ParseInt(r.PathValue("set"), 10, 64)
	if err != nil || number < 1 {
		return lead.ErrNotFound
	}
	all, err := s.figures.Fair(r.Context(), web.Actor(r), number)
	if err != nil {
		return err
	}
	at := chosen(all, number)
	if at < 0 {
		return lead.ErrNotFound
	}
	drawn, _, err := pictures(ui.English, all, at)
	if err != nil {
		return err
	}
	of := r.URL.Query().Get("of")
	p := drawn[of]
	if p == nil {
		return lead.ErrNotFound
	}
	set, t := all[at], p.Table()
	file := web.DownloadCSV(w, "fairness-"+of+"-"+set.From()+"-to-"+set.Until()+".csv")
	if err := file.Row(append(slices.Clone(t.Head), "period", "set", "definitions")...); err != nil {
		return err
	}
	for _, row := range t.Rows {
		if err := file.Row(append(slices.Clone(row), set.From()+" to "+set.Until(), strconv.FormatInt(set.Number, 10), strconv.Itoa(set.Definitions))...); err != nil {
			return err
		}
	}
	return file.End()
}

func count(n figure.Number) chart.Count { return chart.Count{N: n.Value, Hidden: !n.Shown} }

func groupWords(name string) string {
	if name == figure.NotRecorded {
		return "Not recorded"
	}
	return name
}

// pictures draws a set, with the months of all that were published.
func pictures(lang ui.Lang, all []figure.Set, at int) (map[string]chart.Picture, figure.Fairness, error) {
	set := all[at]
	fair, err := set.Fairness()
	if err != nil {
		return nil, fair, err
	}
	frame := func(id, title, about string) chart.Frame {
		n := "not shown"
		if e := set.Of("eligible/%s", set.Span()); e.Shown {
			n = strconv.Itoa(e.Value)
		}
		return chart.Frame{ID: id, Title: title, About: about, Say: lang.Say, Rounded: true, CSV: fmt.Sprintf("/partnership/equity/%d/csv?of=%s", set.Number, id),
			Source: fmt.Sprintf("Contacts where LEAD was possible, %s to %s: %s. Set %d, definitions %d. Below ten not shown, the rest rounded to five; shares and intervals hold whatever it may have been before.", monthWords(set.From()), monthWords(set.Until()), n, set.Number, set.Definitions)}
	}
	out := map[string]chart.Picture{"steps": steps(frame, set)}
	if slices.ContainsFunc(fair.Comparisons, func(c stats.Compared) bool { return c.CI != nil }) { // that nothing was found says something only where something was looked at
		out["ratios"] = ratios(frame, fair)
	}
	if len(fair.Teams) > 1 {
		out["teams"] = teams(frame, fair)
	}
	if len(fair.Reasons) > 0 {
		out["reasons"] = reasons(frame, set, fair)
	}
	if p := byMonth(frame, all); len(p.Points) > 2 {
		out["months"] = p
	}
	return out, fair, nil
}

func monthWords(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}

func steps(frame func(id, title, about string) chart.Frame, set figure.Set) chart.Steps {
	way := func(eligible, offered, yes figure.Number) []chart.Step {
		return []chart.Step{{Name: "LEAD was possible", N: count(eligible)}, {Name: "Asked", N: count(offered)}, {Name: "Said yes", N: count(yes)}}
	}
	all := set.Funnel() // contacts, and these three
	c := chart.Steps{Frame: frame("steps", "How far people came, group by group", "Bars for each step from the contact where LEAD was possible to the yes, one panel for each group. A bar's length is the share of those where it was possible."),
		Groups: []chart.StepGroup{{Name: "Everybody", Steps: way(all[1].N, all[2].N, all[3].N)}}}
	for _, g := range set.ByGroup() {
		c.Groups = append(c.Groups, chart.StepGroup{Name: groupWords(g.Name), Steps: way(g.Eligible, g.Offer, g.Yes)})
	}
	return c
}

func ratios(frame func(id, title, about string) chart.Frame, fair figure.Fairness) chart.Ratios {
	title := "No group differs by more than chance explains"
	if fair.Alarms > 0 {
		title = "At least one group differs by more than chance explains"
	}
	c := chart.Ratios{Frame: frame("ratios", title, "A row for each group at each step: its rate over that of the largest group, with its 95 % interval, on an axis where twice is as far as half."), Across: "Less often ← → more often"}
	c.Same = "Same as " + fair.Reference
	c.Notes = []string{fmt.Sprintf("A filled square is a difference that stays when all %d comparisons of the first two steps are taken into account (Holm), and whose interval leaves out 1. A wide interval is no sign that all is well.", fair.Tested),
		"The last part is the two steps together. It is drawn to be seen, and not tested."}
	if fair.Undrawn > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Comparisons that are not drawn, because a number of theirs is not shown: %d.", fair.Undrawn))
	}
	last := ""
	for _, of := range fair.Comparisons {
		row := chart.Ratio{Name: groupWords(of.Group), Within: chart.Interval{Lo: 1}, Alarm: of.Alarm, Untested: of.Holm == nil, Why: of.Problem, N: fmt.Sprintf("%d of %d", of.X, of.N)}
		if of.Ratio != nil {
			row.Value = *of.Ratio
		}
		if of.CI != nil {
			row.Within = chart.Interval{Lo: of.CI.Lo, Hi: of.CI.Hi}
		}
		if of.Decision != last {
			row.Heading = map[string]string{"offered": "Asked, of those where LEAD was possible", "yes": "Said yes, of those asked", "eligible-yes": "Said yes, of those where LEAD was possible"}[of.Decision]
			last = of.Decision
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func teams(frame func(id, title, about string) chart.Frame, fair figure.Fairness) chart.Spread {
	title := "Teams differ no more than chance would let them"
	if slices.ContainsFunc(fair.Teams, func(t figure.TeamLine) bool { return t.Outside > 0 }) {
		title = "Some teams differ by more than chance would let them"
	}
	c := chart.Spread{Frame: frame("teams", title, "Each mark is a team: farther to the right with more contacts, higher where a greater share ended with a yes. The lines show what chance alone would do."),
		Across: "Contacts where LEAD was possible", Up: "Share that ended with a yes", Target: fair.Target, TargetName: "All teams", Over: fair.Spread}
	for _, t := range fair.Teams {
		c.Units = append(c.Units, chart.Unit{Name: t.Name, X: t.X, N: t.N, Outside: t.Outside})
	}
	for _, l := range fair.Limits() {
		c.Limits = append(c.Limits, chart.Limit{N: l.N, W95: chart.Interval(l.Within95), W998: chart.Interval(l.Within99)})
	}
	c.Notes = []string{"Teams stand in no order. A team outside the lines is a reason to ask what is different there, and no more than that."}
	if fair.Unseen > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Teams that are not drawn, because a number of theirs is not shown: %d.", fair.Unseen))
	}
	return c
}

func reasons(frame func(id, title, about string) chart.Frame, set figure.Set, fair figure.Fairness) chart.Dots {
	c := chart.Dots{Frame: frame("reasons", "Why contacts did not end with a yes", "A row for each main reason that was recorded, with its share of all contacts that did not end with a yes."), Across: "Share of contacts that did not end with a yes", Series: []string{"All teams"}}
	for _, r := range fair.Reasons {
		row := chart.DotRow{Name: groupWords(r.Code), Shares: []float64{-1}}
		if words := set.Words[r.Code]; words != "" {
			row.Name = words
		}
		if r.Share.Known {
			row.Shares[0], row.Said = r.Share.P, []string{chart.Share(r.N.Value, fair.Not.Value, true)}
		}
		c.Rows = append(c.Rows, row)
	}
	return c
}

func byMonth(frame func(id, title, about string) chart.Frame, all []figure.Set) chart.Run {
	c := chart.Run{Frame: frame("months", "The share who were asked, month by month", "A point for each month that was published, around the middle of them all."), Up: "Share asked, of those where LEAD was possible"}
	var known []float64
	for i := len(all) - 1; i >= 0; i-- {
		for _, m := range all[i].Months {
			x, n := all[i].Of("offered/%s", m), all[i].Of("eligible/%s", m)
			share := figure.ShareOf(x, n)
			p := chart.RunPoint{Month: m, Hidden: !share.Known}
			if share.Known {
				p.X, p.N, p.Share = x.Value, n.Value, share.P
				known = append(known, p.Share)
			}
			c.Points = append(c.Points, p)
		}
	}
	if len(known) < 3 {
		return chart.Run{}
	}
	slices.Sort(known)
	c.Middle = (known[(len(known)-1)/2] + known[len(known)/2]) / 2
	chart.Shifts(c.Points, c.Middle)
	c.Title = "The share who were asked did not shift by more than chance explains"
	if slices.ContainsFunc(c.Points, func(p chart.RunPoint) bool { return p.Marked }) {
		c.Title = "The share who were asked has shifted: eight months or more lie on one side of the middle"
	}
	return c
}
