package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"

	"waymark.example/internal/evidence/study"
)

const (
	perOfficer = 20 // people to an officer
	perTeam    = 8  // officers to a team
	mostAreas  = 4
	before     = 24 // months of records before the contact
	most       = 24 // months after it of which the truth is told
	after      = 60 // months after it that are made up at most
)

// area is what all its people share.
type area struct {
	Effect
	seed        uint64
	from, until study.Day
	officers    []officer
	areas       int
}

type officer struct {
	id, team, area string
	threshold      float64
}

// mix spreads a number over all bits (Steele, Lea, Flood: SplitMix64), so that neighbours have nothing in common.
func mix(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// random is the chance of one thing of an area: of person 7, say. It depends on nothing else, so any number of processors makes the same area.
func (a *area) random(of string, i int) *rand.Rand {
	h := a.seed
	for _, c := range of {
		h = mix(h ^ uint64(c)) // #nosec G115 -- a letter
	}
	return rand.New(rand.NewPCG(h, mix(h^uint64(i)))) // #nosec G115 G404 -- made-up people, which must be the same every time
}

func newArea(people int, seed uint64, e Effect) (*area, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	if people < 1 || people > 9_999_999 {
		return nil, fmt.Errorf("an area has from 1 to 9999999 people")
	}
	from, err := study.ParseDay(e.From)
	if err != nil {
		return nil, err
	}
	a := &area{Effect: e, seed: seed, from: from, until: e.until()}
	n := max(4, (people+perOfficer-1)/perOfficer)
	teams := (n + perTeam - 1) / perTeam
	a.areas = min(mostAreas, teams)
	a.officers = make([]officer, n)
	for i := range a.officers {
		team := i / perTeam
		a.officers[i] = officer{fmt.Sprintf("o%06d", i+1), fmt.Sprintf("t%05d", team+1), fmt.Sprintf("area %d", team%a.areas+1), e.Threshold * a.random("officer", i).NormFloat64()}
	}
	return a, nil
}

// shift is what was drawn for a team's half day.
func (a *area) shift(team string, day study.Day, minute int) string {
	n, err := strconv.Atoi(team[1:])
	if err != nil {
		panic(err)
	}
	if a.random("shift", n<<20|int(day)<<1|minute/720).Float64() < a.Shifts {
		return "lead"
	}
	return "usual"
}

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
func logit(p float64) float64 { return math.Log(p / (1 - p)) }

// pick draws one of a few with their weights.
func pick(r *rand.Rand, names []string, weights ...float64) string {
	u := r.Float64()
	for i, w := range weights {
		if u -= w; u < 0 {
			return names[i]
		}
	}
	return names[len(names)-1]
}

func yes(r *rand.Rand, p float64) bool { return r.Float64() < p }

func poisson(r *rand.Rand, mean float64) int {
	n, p := 0, r.Float64()
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

// someone is a person while they are made up.
type someone struct {
	study.Person     // as they are; what is missing in the records is taken away at the end
	i            int // number
	own          float64
	young        bool
	eta          float64 // log-odds of an arrest in a month
	ratio        float64 // odds ratio once engaged

	start   study.Day // of the first eligible contact, or of the first contact where none is
	leaves  int       // day after the start on which they die or move, or the records end
	how     study.Kind
	arrests int // in the 12 months before
	officer *officer

	counts   bool    // with an eligible first contact that an officer decided about
	known    bool    // in an arm
	lead     bool    // their arm
	engaging float64 // chance of engaging, had they been in LEAD
	engaged  bool
	handed   bool
}

// maker makes people up and keeps the rows.
type maker struct {
	*area
	out       study.Study
	text      [5][]byte // the rows as CSV, where they go to files
	sum       sums
	supported int            // months of support given
	months    [after]float64 // chances of an arrest, for the truth
	other     [after]float64
}

// makePerson makes person i up, from 0.
func (m *maker) makePerson(i int) {
	r := m.random("person", i)
	o := &m.officers[r.IntN(len(m.officers))]
	p := &someone{i: i, officer: o}
	p.ID = fmt.Sprintf("p%07d", i+1)
	age := int(math.Round(min(75, max(18, 36+11*r.NormFloat64()))))
	p.young = age < 26
	p.Sex = pick(r, groups()["sex"], 0.74, 0.25)
	p.Ethnicity = pick(r, groups()["ethnicity"], 0.68, 0.14, 0.09, 0.06)
	p.Perceived = p.Ethnicity
	if yes(r, 0.08) {
		p.Perceived = pick(r, []string{"white", "black", "asian", "other"}, 0.4, 0.25, 0.25)
	}
	p.Housing = pick(r, groups()["housing"], 0.45, 0.33)
	p.Area = o.area
	p.Linked = !yes(r, m.Missing.Linkage)
	p.own = m.Spread * r.NormFloat64()
	p.eta = m.Base + p.own
	if p.young {
		p.eta += m.Young
	}
	if p.Sex == "F" {
		p.eta += m.Female
	}
	if p.Housing == "rough" {
		p.eta += m.Rough
	}
	p.ratio = m.ratioOf(p.Sex, p.Ethnicity, p.Housing)
	m.contacts(r, p, o)
	p.Born = p.start.Time().Year() - age
	m.leaving(r, p)
	m.past(r, p)
	m.decide(r, p)
	m.future(r, p)
	m.support(r, p)
	m.truth(p)

	row := p.Person
	if yes(r, m.Missing.Ethnicity) {
		row.Ethnicity = ""
	}
	if yes(r, m.Missing.Born) {
		row.Born = 0
	}
	if yes(r, m.Missing.Housing) {
		row.Housing = ""
	}
	m.out.People = append(m.out.People, row)
}

// contacts makes the contacts up to the first eligible one; what is decided there follows in decide.
func (m *maker) contacts(r *rand.Rand, p *someone, o *officer) {
	window := 30 * m.Recruit
	at := r.IntN(window)
	chance := min(1, m.Eligible) * m.bias("eligible", p.Sex, p.Ethnicity)
	door := pick(r, []string{"community", "arrest_diversion", "social_contact"}, m.Community, (1-m.Community)*0.65)
	for n := 1; ; n++ {
		m.sum.stage(p, "eligible", chance, door != "community")
		c := study.Contact{ID: fmt.Sprintf("c%07d-%d", p.i+1, n), PersonID: p.ID, On: m.from + study.Day(at), Minute: r.IntN(1440), Door: door, Area: o.area, Team: o.team, Officer: o.id, // #nosec G115 -- days are few
			Offence: pick(r, []string{"theft", "public_order", "drugs", "begging", "other"}, 0.46, 0.2, 0.16, 0.08), Policy: 1 + at/365, Incident: fmt.Sprintf("i%07d-%d", p.i+1, n)}
		eligible := yes(r, chance)
		p.start, p.counts = c.On, eligible && door != "community"
		if door == "community" {
			c.Team, c.Officer, c.Incident, c.Offence = "", "", "", ""
		}
		if !eligible {
			c.Exclusion = pick(r, []string{"serious_violence", "intimate_partner_violence", "outstanding_warrant", "other"}, 0.25, 0.25, 0.3)
			c.Decision = "not_eligible"
		}
		m.out.Contacts = append(m.out.Contacts, c)
		if at += 30 + r.IntN(90); eligible || n == 2 || at >= window || yes(r, 0.5) {
			return
		}
	}
}

// leaving draws when somebody dies or moves, which LEAD does not change here, so that the truth stays a matter of averaging.
func (m *maker) leaving(r *rand.Rand, p *someone) {
	p.leaves = int(m.until - p.start)
	day := func(chance float64) int {
		if chance <= 0 {
			return math.MaxInt
		}
		return 1 + int(min(1e6, -math.Log(1-r.Float64())/-math.Log1p(-min(chance, 0.999))*30))
	}
	if d := day(m.Deaths); d < p.leaves {
		p.leaves, p.how = d, study.Death
	}
	if d := day(m.Moves); d < p.leaves {
		p.leaves, p.how = d, study.Moved
	}
	if p.how != "" {
		m.event(p, study.Outcome{Kind: p.how, On: p.start + study.Day(p.leaves)}) // #nosec G115 -- days are few
	}
}

// event adds a row of what happened.
func (m *maker) event(p *someone, o study.Outcome) {
	if o.On > m.until || !p.Linked {
		return
	}
	o.PersonID = p.ID
	m.sum.rows++
	o.ID = "e" + p.ID[1:] + "-" + strconv.Itoa(m.sum.rows)
	m.out.Outcomes = append(m.out.Outcomes, o)
}

const fresh = 0.8 // share of arrests that are neither on a warrant nor for breach

// arrest adds an arrest on a day counted from the start with what follows from it, for an offence not before first.
func (m *maker) arrest(r *rand.Rand, p *someone, day, first int, incident string) {
	on := p.start + study.Day(day) // #nosec G115 -- days are few
	lag := 0
	if yes(r, 0.3) {
		lag = r.IntN(10)
	}
	committed := p.start + study.Day(max(day-lag, first)) // #nosec G115 -- days are few
	if incident == "" {
		incident = "x" + p.ID[1:] + "-" + strconv.Itoa(m.sum.rows)
	}
	m.event(p, study.Outcome{Kind: study.Arrest, Sort: pick(r, []string{"non_warrant", "warrant", "breach"}, fresh, 0.12), On: on, Committed: committed, Incident: incident, Force: "force 1"})
	m.event(p, study.Outcome{Kind: study.Custody, Sort: "police", On: on, Until: on, Hours: float64(4+r.IntN(40)) / 2})
	if !yes(r, 0.5) {
		return
	}
	sort := pick(r, []string{"summary", "either_way", "indictable"}, 0.52, 0.42)
	charged := on + study.Day(r.IntN(20)) // #nosec G115 -- days are few
	if day < 0 {
		charged = min(charged, p.start-1)
	}
	m.follows(p, study.Outcome{Kind: study.Charge, Sort: sort, On: charged, Committed: committed, Incident: incident, Force: "force 1"})
	if yes(r, 0.7) {
		m.follows(p, study.Outcome{Kind: study.Proven, On: charged + study.Day(20+r.IntN(120)), Committed: committed, Incident: incident}) // #nosec G115 -- days are few
	}
}

// follows adds what follows from an arrest, if the person is still within reach.
func (m *maker) follows(p *someone, o study.Outcome) {
	if int(o.On-p.start) <= p.leaves {
		m.event(p, o)
	}
}

// month makes one month's arrests up, which begins after day from (counted from the start), and says for how many months the person then is in prison.
func (m *maker) month(r *rand.Rand, p *someone, chance float64, from int) (arrests, prison int) {
	if !yes(r, chance) {
		return 0, 0
	}
	first := -1 << 20
	if from >= 0 {
		first = 1
	}
	for {
		if day := from + 1 + r.IntN(30); day <= p.leaves {
			m.arrest(r, p, day, first, "")
			arrests++
		}
		if !yes(r, m.Again) {
			break
		}
	}
	if yes(r, m.Prison) {
		prison = []int{1, 2, 3, 6}[r.IntN(4)]
	}
	return arrests, prison
}

// stays is the chance that a spell in prison is at least so many months long.
func stays(months int) float64 {
	switch {
	case months <= 1:
		return 1
	case months == 2:
		return 0.75
	case months == 3:
		return 0.5
	case months <= 6:
		return 0.25
	}
	return 0
}

// prison adds a spell from the last day of a month on.
func (m *maker) prison(r *rand.Rand, p *someone, on, months int) {
	sort := pick(r, []string{"remand", "sentenced", "recall"}, 0.4, 0.4)
	if until := on + 30*months; on <= p.leaves {
		o := study.Outcome{Kind: study.Custody, Sort: sort, On: p.start + study.Day(on)} // #nosec G115 -- days are few
		if end := p.start + study.Day(until); end <= m.until {                           // #nosec G115 -- days are few
			o.Until = end
		}
		m.event(p, o)
	}
}

// past makes the two years before the contact up. Whoever is met is at liberty.
func (m *maker) past(r *rand.Rand, p *someone) {
	for k := -before; k < 0; {
		eta := p.eta
		if k >= -3 {
			eta += m.Crisis * float64(4+k) / 3
		}
		last := len(m.out.Outcomes)
		n, prison := m.month(r, p, expit(eta), 30*k-1)
		if k >= -12 { // 360 of the 365 days: the other five are in the month before
			p.arrests += n
		}
		if k == -13 {
			for _, o := range m.out.Outcomes[last:] {
				if o.Kind == study.Arrest && o.On >= p.start-365 {
					p.arrests++
				}
			}
		}
		k++
		if prison = min(prison, -k-1); prison > 0 {
			m.prison(r, p, 30*k-1, prison)
			k += prison
		}
	}
}

// decide fills in what was decided at the first eligible contact.
func (m *maker) decide(r *rand.Rand, p *someone) {
	accept, engage := m.Accept*m.bias("accepted", p.Sex, p.Ethnicity), m.Engage*m.bias("engaged", p.Sex, p.Ethnicity)
	c := &m.out.Contacts[len(m.out.Contacts)-1]
	if !c.Eligible() {
		return
	}
	if c.Door == "community" {
		c.Offered = true
		if c.Decision, c.Reason = "diverted", "community_referral"; !yes(r, accept) {
			c.Decision, c.Reason = "declined", "not_now"
			return
		}
		p.handed, p.engaged = true, yes(r, engage)
		return
	}
	lot := ""
	if m.Design == Lot {
		lot = m.shift(c.Team, c.On, c.Minute)
		c.Shift = lot
	}
	eta := math.Inf(1)
	if m.Divert < 1 {
		eta = logit(m.Divert) + p.officer.threshold + m.Lean.Arrests*float64(p.arrests) + m.Lean.Hidden*p.own
		if p.young {
			eta += m.Lean.Young
		}
		if p.Sex == "F" {
			eta += m.Lean.Female
		}
		if p.Housing == "rough" {
			eta += m.Lean.Rough
		}
	}
	divert := expit(eta) * m.bias("diverted", p.Sex, p.Ethnicity)
	p.engaging = m.Capacity * accept * engage
	if m.Design == Lot { // the lot, not the officer, puts somebody into LEAD
		p.engaging *= divert * (1 - m.Missing.Decision)
	}
	p.known, p.lead = m.Design == Lot, lot == "lead"
	if yes(r, m.Missing.Decision) { // nothing was recorded, and nothing was done
		return
	}
	p.known = true
	if lot == "usual" {
		c.Decision, c.Reason = "not_diverted", "usual_shift"
		return
	}
	m.sum.stage(p, "diverted", divert, true)
	if !yes(r, divert) {
		if c.Decision, c.Reason = "not_diverted", pick(r, []string{"history", "victim_wish", "seriousness", "other"}, 0.35, 0.2, 0.25); yes(r, 0.05) {
			c.Decision, c.Reason = "not_fit", "intoxicated"
		}
		return
	}
	p.lead = true
	if !yes(r, m.Capacity) {
		c.Decision, c.Reason = "no_capacity", "nobody_on_call"
		return
	}
	c.Offered = true
	m.sum.stage(p, "accepted", accept, true)
	if !yes(r, accept) {
		c.Decision, c.Reason = "declined", "not_now"
		return
	}
	c.Decision, c.Reason = "diverted", "needs_support"
	m.sum.stage(p, "engaged", engage, true)
	p.handed, p.engaged = true, yes(r, engage)
}

// future makes what happens after the contact up.
func (m *maker) future(r *rand.Rand, p *someone) {
	chance := expit(p.eta)
	if p.engaged {
		chance = expit(p.eta + math.Log(p.ratio))
	}
	if c := &m.out.Contacts[len(m.out.Contacts)-1]; c.Door == "arrest_diversion" && c.Decision != "diverted" {
		m.arrest(r, p, 0, 0, c.Incident) // the arrest of the contact itself, which is no new offence
	}
	for k := 0; 30*k < p.leaves && k < after; {
		_, prison := m.month(r, p, chance, 30*k)
		if yes(r, m.Warrants) {
			if day := 30*k + 1 + r.IntN(30); day <= p.leaves {
				m.event(p, study.Outcome{Kind: study.Arrest, Sort: "warrant", On: p.start + study.Day(day), Committed: p.start - 1 - study.Day(r.IntN(200)), Force: "force 1"}) // #nosec G115 -- days are few
			}
		}
		k++
		if prison > 0 {
			m.prison(r, p, 30*k, prison)
			k += prison
		}
	}
}

// support makes up how somebody was helped who said yes. Of who did not agree to be studied no row is kept: the case team hands none out.
func (m *maker) support(r *rand.Rand, p *someone) {
	if !p.handed {
		return
	}
	s, before := study.Support{PersonID: p.ID, Referred: p.start, Minutes: -1, Research: yes(r, 0.8)}, len(m.out.Months)
	if p.engaged {
		s.Minutes = 5 + int(min(600, 25*math.Exp(0.6*r.NormFloat64())))
		s.Met = p.start
		if yes(r, 0.15) {
			s.Minutes, s.Met = 1440*(1+r.IntN(3)), p.start+study.Day(1+r.IntN(3)) // #nosec G115 -- days are few
		}
		if yes(r, 0.9) {
			s.Intake = s.Met + study.Day(r.IntN(28)) // #nosec G115 -- days are few
			if yes(r, 0.92) {
				s.Consent = s.Intake
			}
		}
		last := p.start + study.Day(min(p.leaves, 30*(6+r.IntN(40))))                     // #nosec G115 -- days are few
		if closed := p.start + study.Day(90+r.IntN(900)); yes(r, 0.12) && closed < last { // #nosec G115 -- days are few
			s.Closed, last = closed, closed
		}
		m.dose(r, p, last)
	}
	m.supported += len(m.out.Months) - before
	if !s.Research {
		m.out.Months = m.out.Months[:before]
		return
	}
	m.out.Support = append(m.out.Support, s)
}

// dose makes the months of support up.
func (m *maker) dose(r *rand.Rand, p *someone, last study.Day) {
	homes, work, income := []string{"rough", "temporary", "settled"}, []string{"unable", "looking", "training", "employed"}, []string{"none", "benefits", "wages"}
	home := 1
	for i, h := range homes {
		if h == p.Housing {
			home = i
		}
	}
	job, money := r.IntN(2), r.IntN(2)
	t := p.start.Time()
	month := study.DayOf(t.AddDate(0, 0, 1-t.Day()))
	for k := 0; month <= last && k < after; k++ {
		row := study.Month{PersonID: p.ID, Month: month, Contacts: poisson(r, 5*math.Exp(-float64(k)/14)), NeedsMet: poisson(r, 0.5)}
		if k == 0 {
			row.Contacts++
		}
		if yes(r, 0.07) {
			home = min(home+1, 2)
		}
		if yes(r, 0.05) {
			job = min(job+1, 3)
		}
		if yes(r, 0.06) {
			money = min(money+1, 2)
		}
		row.Housing, row.Employment, row.Income = homes[home], work[job], income[money]
		m.out.Months = append(m.out.Months, row)
		month = study.DayOf(month.Time().AddDate(0, 1, 0))
	}
}
