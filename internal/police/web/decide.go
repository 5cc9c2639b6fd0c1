package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/reference/policy"
)

// reasonGroup is the reasons of one decision, shown with it.
type reasonGroup struct {
	Outcome string
	Choices ui.Choices
}

type decidePage struct {
	ui.Page
	Action     string // where the form goes
	Door       contact.Door
	Correcting *contact.Contact
	Held       *contact.Held // what a phone delivered, to be looked at
	HeldOfTeam bool          // somebody else's, looked at by their sergeant
	HandedOver bool          // what crossed the bridge stays with the case team
	Device     *device       // what a script needs to keep it on the phone; nil where the page only sends
	Cards      []card        // to read to the person
	Asks       string        // whose yes a social contact waits for; "" for nobody's

	Outcome, MoreOutcomes ui.Choices
	Frequent              ui.Choices
	Offences              []ui.Choices
	Excluded              ui.Choices
	Reasons               []reasonGroup
	Pathway               ui.Select // which other pathway; without options where there is none
	Words                 ui.Field
	Exclusions            ui.Choices
	OverrideBy            ui.Field
	Override              ui.Field

	AgeBand, Sex, Group  ui.Choices
	Ethnicity, Perceived ui.Select

	Voluntary     ui.Choices
	Meeting       ui.Choices
	Nickname      ui.Field
	FindWords     ui.Field
	MeetWords     ui.Field
	Safety        ui.Choices
	Needs         ui.Choices
	Communication ui.Field
	MayTell       ui.Choices

	HappenedAt, Place, ForceReference ui.Field
	Correction                        ui.Field
	Aside                             ui.Field // why what waited need not be recorded
	AsideKey                          string
	PolicyVersion                     int64
	FromVersion                       int64
}

// Social reports whether nobody is arrested: a referral after a social contact.
func (v decidePage) Social() bool { return v.Door == contact.SocialContact }

// device is what a script on the page needs to seal a decision and keep it.
type device struct {
	Site, Signer string // of the key that decisions are sealed with
	Zone         string // in which officers read the clock
}

func (s *Site) decidePage(w http.ResponseWriter, r *http.Request) error {
	return s.showDecide(w, r, http.StatusOK, contact.ArrestDiversion, ui.NewForm(s.now(), nil))
}

func (s *Site) socialPage(w http.ResponseWriter, r *http.Request) error {
	return s.showDecide(w, r, http.StatusOK, contact.SocialContact, ui.NewForm(s.now(), nil))
}

// now fills in when it happened.
func (s *Site) now() url.Values {
	return url.Values{"happened_at": {s.contacts.Book.Now().In(s.zone).Format(web.MomentLayout)}}
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	door, d := s.read(r.PostForm)
	id, err := s.contacts.Decide(r.Context(), web.Actor(r), web.Form(r), door, d)
	if bad, ok := web.Invalid(err); ok {
		return s.showDecide(w, r, http.StatusUnprocessableEntity, door, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+id+"?saved=yes")
}

// read reads the answers of the form.
func (s *Site) read(answers url.Values) (contact.Door, contact.Decision) {
	return contact.Read(answers, s.zone)
}

func (s *Site) showDecide(w http.ResponseWriter, r *http.Request, status int, door contact.Door, form *ui.Form) error {
	v, err := s.decideView(r, door, form)
	if err != nil {
		return err
	}
	return s.pages.Render(w, status, "decide.html", v)
}

// decideView is the page on which a new contact is recorded.
func (s *Site) decideView(r *http.Request, door contact.Door, form *ui.Form) (decidePage, error) {
	v := decidePage{Page: web.Page(r, "What did you decide?"), Action: "/police/decide", Door: door}
	if v.Social() {
		v.Title = "Social contact"
	}
	signer, err := s.contacts.Slot.Signer(r.Context())
	if err != nil {
		return decidePage{}, err
	}
	v.Device = &device{Site: s.contacts.Slot.Site(), Signer: signer, Zone: s.zone.String()}
	v.Page.Scripts, v.Page.App = []string{"hpke.js", "outbox.js", "decide.js"}, true
	return v, s.fillDecide(r.Context(), &v, form)
}

// fillDecide builds the fields in the order of the page, which is the order of
// the error summary.
func (s *Site) fillDecide(ctx context.Context, v *decidePage, form *ui.Form) error {
	p, lists, err := s.contacts.Choices(ctx)
	if err != nil {
		return err
	}
	if v.Social() && p.ApproveSocial {
		v.Asks = "your sergeant's"
		if p.ApproveBy == policy.ByCoordinator {
			v.Asks = "the coordinator's"
		}
	}
	first, err := s.contacts.Frequent(ctx, p)
	if err != nil {
		return err
	}
	if err := s.fillPathways(ctx, v, form, p); err != nil {
		return err
	}
	v.Page.Phone, v.PolicyVersion, v.Cards = true, p.Version, cards()
	v.Outcome = form.One("outcome", "Your decision", "", outcomeOptions()[:2]...)
	v.MoreOutcomes = form.One("outcome", "Or", "", outcomeOptions()[2:]...)
	v.MoreOutcomes.Small, v.MoreOutcomes.Half, v.MoreOutcomes.Error = true, true, ""
	for i := range v.MoreOutcomes.Options { // the first of them would have the id of the question
		v.MoreOutcomes.Options[i].ID = ui.OptionID("outcome", v.MoreOutcomes.Options[i].Value)
	}
	fillOffences(v, form, p, first)
	for _, o := range contact.Outcomes() {
		var options []ui.Option
		for _, reason := range p.ReasonsFor(string(o)) {
			option := ui.Option{Value: reason.Code, Label: reason.Words}
			if reason.Explain || reason.Code == pathway.Reason && o == contact.NotDiverted && len(v.Pathway.Groups) == 0 {
				option.Hint = "Add a few words"
			}
			options = append(options, option)
		}
		c := form.One(contact.ReasonField(o), reasonLegend(o), "", options...)
		v.Reasons = append(v.Reasons, reasonGroup{string(o), c})
	}
	v.Words = form.Area("words", "A few words about the decision", "Not about their health. Up to 500 characters.", 2)
	v.Words.Max = 500
	fillExclusions(v, form, p)
	fillPerson(v, form, lists)
	fillHandOff(v, form)
	v.HappenedAt = form.Typed("datetime-local", "happened_at", "When", "")
	v.Place = form.Text("place", "Where", "A street, place or area.")
	v.ForceReference = form.Text("force_reference", "Your force's record number", "It stays with the police.")
	v.ForceReference.Short, v.ForceReference.Max = true, 40
	if v.Correcting != nil {
		v.Correction = form.Area("correction", "Why are you correcting this?", "The earlier version stays beside it.", 2)
		v.Correction.Max = 500
	}
	v.Errors = form.Errors()
	return nil
}

// fillPathways offers the other pathways of the day on which it happened, where the
// policy has the reason that asks for one. With none, a few words are asked for.
func (s *Site) fillPathways(ctx context.Context, v *decidePage, form *ui.Form, p policy.Policy) error {
	if _, asks := p.Reason(string(contact.NotDiverted), pathway.Reason); !asks {
		return nil
	}
	all, err := s.contacts.Pathways(ctx)
	if err != nil {
		return err
	}
	day, _, _ := strings.Cut(form.Values.Get("happened_at"), "T")
	var options []ui.Option
	for _, w := range pathway.OnDay(all, day) {
		options = append(options, ui.Option{Value: w.Code, Label: w.Name})
	}
	if len(options) > 0 {
		v.Pathway = form.Pick("pathway", "Which pathway?", "", ui.Options(append([]ui.Option{{Label: "Choose one"}}, options...)...))
	}
	return nil
}

func outcomeOptions() []ui.Option {
	return []ui.Option{
		{Value: string(contact.Diverted), Label: "Divert", Hint: "They said yes to talking to someone"},
		{Value: string(contact.NotDiverted), Label: "Not divert", Hint: "No name needed"},
		{Value: string(contact.Declined), Label: "Offered, and they said no"},
		{Value: string(contact.NotEligible), Label: "Not eligible under the policy"},
		{Value: string(contact.NoCapacity), Label: "Nobody could come"},
		{Value: string(contact.NotFit), Label: "Not fit to decide now"},
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

// fillOffences shows what this site needs most as tiles, the rest under their
// headings, and those the policy usually leaves out last: no dead end, since a
// sergeant can say yes.
func fillOffences(v *decidePage, form *ui.Form, p policy.Policy, first []policy.Offence) {
	var tiles []ui.Option
	for _, o := range first {
		label, _, _ := strings.Cut(o.Label, " (may be recorded") // a note for whoever codes crimes
		tiles = append(tiles, ui.Option{Value: o.Code, Label: label})
	}
	hint := "More than one is fine."
	if v.Social() {
		hint = "What you saw or know of. Leave it empty if there is none."
	}
	v.Frequent = form.Many("offence", "Offence", hint, tiles...)
	v.Frequent.Half = true
	var order []string
	groups := map[string][]ui.Option{}
	const excluded = "Usually not divertible"
	for _, o := range p.Offences {
		if slices.Contains(first, o) {
			continue
		}
		option, group := ui.Option{Value: o.Code, Label: o.Label}, o.Group
		if o.Standing == policy.Excluded {
			group = excluded
		}
		if !slices.Contains(order, group) {
			order = append(order, group)
		}
		groups[group] = append(groups[group], option)
	}
	for i, name := range order {
		c := ui.Choices{Name: "offence", Legend: name, Multi: true, Small: true}
		for _, o := range groups[name] {
			c.Options = append(c.Options, ui.Choice{Option: o, ID: ui.OptionID("offence-"+strconv.Itoa(i), o.Value), Checked: slices.Contains(form.Values["offence"], o.Value)})
		}
		if name == excluded {
			v.Excluded = c
		} else {
			v.Offences = append(v.Offences, c)
		}
	}
}

// AnyOffence reports whether one of those that are not tiles is chosen.
func (v decidePage) AnyOffence() bool {
	for _, c := range append(slices.Clone(v.Offences), v.Excluded) {
		if slices.ContainsFunc(c.Options, func(o ui.Choice) bool { return o.Checked }) {
			return true
		}
	}
	return false
}

func fillExclusions(v *decidePage, form *ui.Form, p policy.Policy) {
	var options []ui.Option
	for _, c := range p.Criteria {
		if c.Kind == policy.Presumptive {
			options = append(options, ui.Option{Value: c.Code, Label: c.Words, Hint: c.Help})
		}
	}
	v.Exclusions = form.Many("exclusions", "Does any of this hold?", "Leave all empty if none does. If one holds you can still divert, when somebody named says yes.", options...)
	v.Exclusions.Small = true
	v.OverrideBy = form.Text("override_by", "Who said yes all the same?", "Name and rank.")
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
	v.Sex.Small, v.Sex.Half = true, true
	var broad []ui.Option
	for _, c := range lists.Codes("ethnicity_broad") {
		broad = append(broad, ui.Option{Value: c.Code, Label: c.Label})
	}
	broad = append(broad,
		ui.Option{Value: string(contact.SaidNo), Label: "They said no to the question"},
		ui.Option{Value: string(contact.NotAsked), Label: "I did not ask"})
	v.Group = form.One("ethnic_group", "Ethnic group, in their own words", "Ask: \"How would you describe your ethnic group?\" It changes nothing for them.", broad...)
	v.Group.Half, v.Group.Small = true, true
	groups := []ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Only the broad group"})}
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
	v.Ethnicity = form.Pick("ethnicity", "Exact group, if they said it", "", groups...)
	seen := []ui.Option{{Value: "", Label: "No view"}}
	for _, c := range lists.Codes("ethnicity_officer_defined") {
		seen = append(seen, ui.Option{Value: c.Code, Label: c.Label})
	}
	v.Perceived = form.Pick("perceived", "Your own perception", "Kept apart from what they said.", ui.Options(seen...))
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
	var needs []ui.Option
	for _, c := range referral.TalkNeeds() {
		needs = append(needs, ui.Option{Value: c.Code, Label: c.Words})
	}
	v.Needs = form.Many("needs", "What helps to talk with them?", "", needs...)
	v.Needs.Small = true
	v.Communication = form.Text("communication", "Language, or anything else that helps to talk", "")
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
		"offence": d.Offences, "place": {d.Place}, "force_reference": {d.ForceReference}, "pathway": {d.Pathway}, "happened_at": {d.HappenedAt.In(s.zone).Format(web.MomentLayout)},
		"exclusions": d.Exclusions, "override_by": {d.OverrideBy}, "override_why": {d.OverrideWhy},
	}
	if d.Voluntary {
		values.Set("voluntary", "yes")
	}
	return s.showCorrect(w, r, http.StatusOK, ui.NewForm(values, nil), e)
}

func (s *Site) showCorrect(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, e contact.Entry) error {
	v := decidePage{Page: web.Page(r, "Correct "+e.Reference), Action: "/police/contacts/" + e.ID + "/correct", Door: e.Door, Correcting: &e.Contact, HandedOver: e.HandOff != nil || e.Taken != nil && e.Decision.Outcome == contact.Diverted, FromVersion: e.Decision.Version}
	if from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		v.FromVersion = from
	}
	if err := s.fillDecide(r.Context(), &v, form); err != nil {
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
	_, d := s.read(r.PostForm)
	_, err = s.contacts.Correct(r.Context(), web.Actor(r), web.Form(r), id, from, d)
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
