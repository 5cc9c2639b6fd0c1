package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/policy"
)

type reasonGroup struct {
	Outcome string
	Choices ui.Choices
}

type decidePage struct {
	ui.Page
	Action     string // where the form goes
	Correcting *contact.Contact
	HandedOver bool // what crossed the bridge stays with the case team

	Door       ui.Choices
	Outcome    ui.Choices
	Frequent   ui.Choices
	Offences   []ui.Choices
	Reasons    []reasonGroup
	Words      ui.Field
	Exclusions ui.Choices
	OverrideBy ui.Field
	Override   ui.Field

	AgeBand, Sex, NotRecorded ui.Choices
	Ethnicity, Perceived      ui.Select

	Voluntary     ui.Choices
	Meeting       ui.Choices
	Nickname      ui.Field
	FindWords     ui.Field
	MeetWords     ui.Field
	Safety        ui.Choices
	Communication ui.Field
	MayTell       ui.Choices

	HappenedAt, Place, ForceReference ui.Field
	Correction                        ui.Field
	PolicyVersion                     int64
	FromVersion                       int64
}

func (s *Site) decidePage(w http.ResponseWriter, r *http.Request) error {
	door := r.URL.Query().Get("door")
	if door == "" {
		door = string(contact.ArrestDiversion)
	}
	values := url.Values{"door": {door}, "happened_at": {s.contacts.Book.Now().In(s.zone).Format(web.MomentLayout)}}
	return s.showDecide(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	d := s.decisionIn(r)
	id, err := s.contacts.Decide(r.Context(), web.Actor(r), web.Form(r), contact.Door(r.PostFormValue("door")), d)
	if bad, ok := web.Invalid(err); ok {
		return s.showDecide(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+id+"?saved=yes")
}

// decisionIn reads the form. Only the answers that go with the outcome count:
// what was chosen before a change of mind is left behind.
func (s *Site) decisionIn(r *http.Request) contact.Decision {
	outcome := contact.Outcome(r.PostFormValue("outcome"))
	d := contact.Decision{
		HappenedAt: web.Moment(r, "happened_at", s.zone), Place: web.Line(r, "place"), ForceReference: web.Line(r, "force_reference"),
		Outcome: outcome, Reason: r.PostFormValue(contact.ReasonField(outcome)), Words: web.Line(r, "words"),
		Offences: slices.Compact(slices.Sorted(slices.Values(r.PostForm["offence"]))),
		Equality: contact.Equality{
			AgeBand: r.PostFormValue("age_band"), Sex: r.PostFormValue("sex"),
			Ethnicity: r.PostFormValue("ethnicity"), NotRecorded: contact.NotRecorded(r.PostFormValue("not_recorded")),
		},
		Perceived:  r.PostFormValue("perceived"),
		Exclusions: r.PostForm["exclusions"], OverrideBy: web.Line(r, "override_by"), OverrideWhy: web.Line(r, "override_why"),
		Voluntary:  r.PostFormValue("voluntary") == "yes",
		Correction: web.Line(r, "correction"),
	}
	if outcome == contact.Diverted {
		d.HandOff = referral.Referral{
			Nickname: web.Line(r, "nickname"), FindWords: web.Line(r, "find_words"), Meeting: referral.Meeting(r.PostFormValue("meeting")),
			MeetWords: web.Line(r, "meet_words"), Safety: r.PostForm["safety"], Communication: web.Line(r, "communication"),
			MayTell: r.PostFormValue("may_tell") == "yes",
		}
	}
	return d
}

func (s *Site) showDecide(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := decidePage{Page: web.Page(r, "What did you decide?"), Action: "/police/decide"}
	if err := s.fillDecide(r, &v, form); err != nil {
		return err
	}
	return s.pages.Render(w, status, "decide.html", v)
}

// fillDecide builds the fields in the order of the page, which is the order of
// the error summary.
func (s *Site) fillDecide(r *http.Request, v *decidePage, form *ui.Form) error {
	p, lists, err := s.contacts.Choices(r.Context())
	if err != nil {
		return err
	}
	v.Phone, v.PolicyVersion = true, p.Version
	v.Door = form.One("door", "How did this come about?", "",
		ui.Option{Value: string(contact.ArrestDiversion), Label: "Instead of an arrest or charge"},
		ui.Option{Value: string(contact.SocialContact), Label: "Social contact, no arrest in view", Hint: "Law-breaking you saw or know of, tied to need"})
	v.Outcome = form.One("outcome", "Your decision", "", outcomeOptions()...)
	v.Frequent, v.Offences = offenceChoices(form, p)
	for _, o := range contact.Outcomes() {
		var options []ui.Option
		for _, reason := range p.ReasonsFor(string(o)) {
			options = append(options, ui.Option{Value: reason.Code, Label: reason.Words})
		}
		c := form.One(contact.ReasonField(o), reasonLegend(o), "", options...)
		v.Reasons = append(v.Reasons, reasonGroup{string(o), c})
	}
	v.Words = form.Area("words", "Anything to add about the decision?", "Optional. About your decision, not about their health. Up to 500 characters.", 2)
	v.Words.Max = 500
	fillExclusions(v, form, p)
	fillPerson(v, form, lists)
	fillHandOff(v, form)
	v.HappenedAt = form.Typed("datetime-local", "happened_at", "When", "")
	v.HappenedAt.MaxValue = s.contacts.Book.Now().In(s.zone).Add(5 * time.Minute).Format(web.MomentLayout)
	v.Place = form.Text("place", "Where", "A street, place or area")
	v.ForceReference = form.Text("force_reference", "Your force's record number", "Optional. It stays with the police.")
	v.ForceReference.Short, v.ForceReference.Max = true, 40
	if v.Correcting != nil {
		v.Correction = form.Area("correction", "Why are you correcting this?", "The earlier version stays beside it.", 2)
		v.Correction.Max = 500
	}
	v.Errors = form.Errors()
	return nil
}

func outcomeOptions() []ui.Option {
	return []ui.Option{
		{Value: string(contact.Diverted), Label: "Divert", Hint: "They said yes to talking to someone"},
		{Value: string(contact.NotDiverted), Label: "Not divert", Hint: "No name needed"},
		{Value: string(contact.Declined), Label: "Offered, and they said no", Hint: "It costs them nothing"},
		{Value: string(contact.NotEligible), Label: "Not eligible under the policy"},
		{Value: string(contact.NoCapacity), Label: "Nobody could come"},
		{Value: string(contact.NotFit), Label: "Not fit to decide now", Hint: "They can be asked another day"},
	}
}

func reasonLegend(o contact.Outcome) string {
	switch o {
	case contact.Diverted:
		return "Why LEAD?"
	case contact.Declined:
		return "Did they say why?"
	case contact.NoCapacity:
		return "What happened?"
	}
	return "Why?"
}

// offenceChoices shows the first six divertible offences as tiles and the rest
// under their headings. An excluded one says so, and is no dead end.
func offenceChoices(form *ui.Form, p policy.Policy) (ui.Choices, []ui.Choices) {
	const tiles = 6
	var first []ui.Option
	var order []string
	groups := map[string][]ui.Option{}
	for _, o := range p.Offences {
		option := ui.Option{Value: o.Code, Label: o.Label}
		if o.Standing == policy.Divertible && len(first) < tiles && slices.Contains(frequent(), o.Code) {
			first = append(first, option)
			continue
		}
		if o.Standing == policy.Excluded {
			option.Hint = "Usually not divertible: a sergeant can say yes"
		}
		if !slices.Contains(order, o.Group) {
			order = append(order, o.Group)
		}
		groups[o.Group] = append(groups[o.Group], option)
	}
	frequentChoices := form.Many("offence", "Offence", "More than one is fine.", first...)
	frequentChoices.Half = true
	var rest []ui.Choices
	for i, name := range order {
		c := ui.Choices{Name: "offence", Legend: name, Multi: true, Small: true}
		for _, o := range groups[name] {
			c.Options = append(c.Options, ui.Choice{Option: o, ID: ui.OptionID("offence-"+strconv.Itoa(i), o.Value), Checked: slices.Contains(form.Values["offence"], o.Value)})
		}
		rest = append(rest, c)
	}
	return frequentChoices, rest
}

// frequent names the offences that stand first on the page until a site's own
// use is known.
func frequent() []string { return []string{"46", "92D", "92E", "X-BEG", "X-DD", "X-S5"} }

func fillExclusions(v *decidePage, form *ui.Form, p policy.Policy) {
	var options []ui.Option
	for _, c := range p.Criteria {
		if c.Kind == policy.Presumptive {
			options = append(options, ui.Option{Value: c.Code, Label: c.Words, Hint: c.Help})
		}
	}
	v.Exclusions = form.Many("exclusions", "Does any of this hold?", "Leave all empty if none does. If one holds you can still divert, when somebody named says yes.", options...)
	v.Exclusions.Small = true
	v.OverrideBy = form.Text("override_by", "Who said yes all the same?", "Name and rank. Needed when something above holds or the offence is usually not divertible.")
	v.Override = form.Text("override_why", "Why did they say yes?", "")
}

func fillPerson(v *decidePage, form *ui.Form, lists codelist.Lists) {
	var ages []ui.Option
	for _, band := range contact.AgeBands() {
		ages = append(ages, ui.Option{Value: band, Label: contact.AgeWords(band)})
	}
	v.AgeBand = form.One("age_band", "Age", "Your best guess is fine.", ages...)
	v.AgeBand.Half, v.AgeBand.Small = true, true
	var sexes []ui.Option
	for _, c := range lists.Codes("sex") {
		if c.Code != "NS" { // two ways of not knowing would be one too many
			sexes = append(sexes, ui.Option{Value: c.Code, Label: c.Label})
		}
	}
	v.Sex = form.One("sex", "Sex", "", sexes...)
	v.Sex.Small = true
	groups := []ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Choose what they said"})}
	var order []string
	byGroup := map[string][]ui.Option{}
	for _, c := range lists.Codes("ethnicity_self_defined") {
		if c.Attributes["in_18plus1"] != "yes" || c.Group == "Not stated" {
			continue
		}
		if !slices.Contains(order, c.Group) {
			order = append(order, c.Group)
		}
		byGroup[c.Group] = append(byGroup[c.Group], ui.Option{Value: c.Code, Label: c.Label})
	}
	for _, g := range order {
		groups = append(groups, ui.Group(g, byGroup[g]...))
	}
	v.Ethnicity = form.Pick("ethnicity", "Ethnic group, in their own words", "Ask: \"How would you describe your ethnic group?\" It is asked for fairness and changes nothing for them.", groups...)
	v.NotRecorded = form.One("not_recorded", "If there is no answer", "",
		ui.Option{Value: string(contact.SaidNo), Label: "They said no to the question"},
		ui.Option{Value: string(contact.NotAsked), Label: "I did not ask"})
	v.NotRecorded.Small = true
	seen := []ui.Option{{Value: "", Label: "No view"}}
	for _, c := range lists.Codes("ethnicity_officer_defined") {
		seen = append(seen, ui.Option{Value: c.Code, Label: c.Label})
	}
	v.Perceived = form.Pick("perceived", "Your own perception", "Optional. Kept apart from what they said.", ui.Options(seen...))
}

func fillHandOff(v *decidePage, form *ui.Form) {
	v.Voluntary = form.Many("voluntary", "They know it is their choice", "", ui.Option{Value: "yes", Label: "I told them they can say no, now or later, and nothing happens to them for it"})
	var meetings []ui.Option
	for _, m := range referral.Meetings() {
		meetings = append(meetings, ui.Option{Value: m.Code, Label: m.Words, Hint: m.Hint})
	}
	v.Meeting = form.One("meeting", "How will they meet?", "", meetings...)
	v.Nickname = form.Text("nickname", "What do they like to be called?", "A first name or nickname is enough.")
	v.Nickname.Autocomplete = "off"
	v.MeetWords = form.Text("meet_words", "Place and time they chose", "")
	v.FindWords = form.Text("find_words", "How to find them", "Where they often are, or a number they gave you to pass on.")
	var safety []ui.Option
	for _, c := range referral.Safety() {
		safety = append(safety, ui.Option{Value: c.Code, Label: c.Words})
	}
	v.Safety = form.Many("safety", "What should the case manager know before walking up?", "Only what is true right now.", safety...)
	v.Safety.Small = true
	v.Communication = form.Text("communication", "Language, interpreter, anything that helps to talk", "Optional.")
	v.MayTell = form.One("may_tell", "May you hear that they met?", "Ask them. You would hear that one word and nothing else.",
		ui.Option{Value: "yes", Label: "Yes, they are fine with that"},
		ui.Option{Value: "no", Label: "No, or I did not ask"})
	v.MayTell.Small = true
}

func (s *Site) correctPage(w http.ResponseWriter, r *http.Request) error {
	e, err := s.contacts.Read(r.Context(), web.Actor(r), r.PathValue("contact"))
	if err != nil {
		return err
	}
	d := e.Decision
	values := url.Values{
		"door": {string(e.Door)}, "outcome": {string(d.Outcome)}, contact.ReasonField(d.Outcome): {d.Reason}, "words": {d.Words},
		"offence": d.Offences, "place": {d.Place}, "force_reference": {d.ForceReference}, "happened_at": {d.HappenedAt.In(s.zone).Format(web.MomentLayout)},
		"exclusions": d.Exclusions, "override_by": {d.OverrideBy}, "override_why": {d.OverrideWhy},
	}
	if d.Voluntary {
		values.Set("voluntary", "yes")
	}
	return s.showCorrect(w, r, http.StatusOK, ui.NewForm(values, nil), e)
}

func (s *Site) showCorrect(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, e contact.Entry) error {
	v := decidePage{Page: web.Page(r, "Correct "+e.Reference), Action: "/police/contacts/" + e.ID + "/correct", Correcting: &e.Contact, HandedOver: e.HandOff != nil, FromVersion: e.Decision.Version}
	if from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		v.FromVersion = from
	}
	if err := s.fillDecide(r, &v, form); err != nil {
		return err
	}
	return s.pages.Render(w, status, "decide.html", v)
}

func (s *Site) correct(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("contact")
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	_, err = s.contacts.Correct(r.Context(), web.Actor(r), web.Form(r), id, from, s.decisionIn(r))
	if bad, ok := web.Invalid(err); ok {
		e, err := s.contacts.Read(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		return s.showCorrect(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), e)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+id)
}
