package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/pathway"
	"waymark.example/internal/reference/policy"
)

type changePage struct {
	ui.Page
	ID         string
	Wording    int64
	Numbers    []ui.Field
	Approver   ui.Choices
	Criteria   []criterionView
	Reasons    []reasonsView
	Offences   []offencesView
	OffenceErr string
	CriteriaE  string
	ReasonsE   string
}

type criterionView struct {
	Name  string // "" for a new one
	Words ui.Field
	Help  ui.Field
	Kind  ui.Select
}

type reasonsView struct {
	Outcome string
	Rows    []reasonView
}

type reasonView struct {
	Words ui.Field
	Kind  ui.Select
}

type offencesView struct {
	Group string
	Rows  []ui.Select
}

// newRows is how many criteria, and how many reasons of each outcome, can be
// added on one form.
const newRows = 2

const asksPathway = "pathway" // of a reason: it asks which other pathway they go by

const gone = "gone" // in the place of a kind: it is to be taken out

func (s *Site) changeDraft(w http.ResponseWriter, r *http.Request) error {
	d, err := s.deliberation.Draft(r.Context(), r.PathValue("draft"))
	if err != nil {
		return err
	}
	if !d.State().Open() {
		return lead.ErrNotFound
	}
	return s.showChange(w, r, http.StatusOK, ui.NewForm(answersOf(d.Terms), nil), d.Terms, d.Wording)
}

// answersOf fills the form with a policy.
func answersOf(p policy.Policy) url.Values {
	v := url.Values{"window_days": {strconv.Itoa(p.WindowDays)}, "handoff_minutes": {strconv.Itoa(p.HandoffMinutes)},
		"caseload_soft": {strconv.Itoa(p.CaseloadSoft)}, "caseload_hard": {strconv.Itoa(p.CaseloadHard)}, "approve_by": {p.ApproveBy}}
	for _, o := range p.Offences {
		v.Set("offence_"+o.Code, string(o.Standing))
	}
	for _, c := range p.Criteria {
		v.Set("criterion_words_"+c.Code, c.Words)
		v.Set("criterion_help_"+c.Code, c.Help)
		v.Set("criterion_kind_"+c.Code, string(c.Kind))
	}
	for _, x := range p.Reasons {
		v.Set("reason_words_"+x.Outcome+"_"+x.Code, x.Words)
		v.Set("reason_kind_"+x.Outcome+"_"+x.Code, kindOf(x))
	}
	return v
}

func kindOf(r policy.Reason) string {
	if r.Explain {
		return "explain"
	}
	return "plain"
}

func outcomeWords(outcome string) string {
	return map[string]string{"diverted": "Diverted", "not_diverted": "Not diverted", "declined": "Offered, and they said no",
		"not_eligible": "Not eligible", "no_capacity": "Nobody could come", "not_fit": "Not fit to decide now"}[outcome]
}

func (s *Site) showChange(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, p policy.Policy, wording int64) error {
	v := changePage{Page: web.Page(r, "Change the draft"), ID: r.PathValue("draft"), Wording: wording}
	number := func(name, label, hint string) {
		f := form.Text(name, label, hint)
		f.Numeric, f.Short, f.Max = true, true, 4
		v.Numbers = append(v.Numbers, f)
	}
	number("window_days", "Days from hand-off to intake", "After that, outreach goes on. Nobody loses their place.")
	number("handoff_minutes", "Minutes for a warm hand-off", "A promise to measure, never to punish.")
	number("caseload_soft", "People on a caseload: warn above", "")
	number("caseload_hard", "People on a caseload: limit", "Only a supervisor's emergency cover goes above it.")
	v.Approver = form.One("approve_by", "Who says yes to a social contact referral?", "It goes to the case team when they do.",
		ui.Option{Value: policy.BySergeant, Label: "A sergeant of the team", Hint: "Reads what the person agreed to pass on"},
		ui.Option{Value: policy.ByCoordinator, Label: "The partnership's coordinator", Hint: "Sees a reference and how long it waits, and nobody's name"},
		ui.Option{Value: policy.Nobody, Label: "Nobody", Hint: "It goes at once"})
	v.Approver.Small = true
	v.OffenceErr, v.CriteriaE, v.ReasonsE = form.Error("offences"), form.Error("criteria"), form.Error("reasons")
	for i, c := range append(p.Criteria, make([]policy.Criterion, newRows)...) {
		v.Criteria = append(v.Criteria, criterionOf(form, c, i-len(p.Criteria)))
	}
	for _, outcome := range policy.OutcomesWithReasons() {
		of := reasonsView{Outcome: outcomeWords(outcome)}
		_, asked := p.Reason(outcome, pathway.Reason)
		for i, x := range append(p.ReasonsFor(outcome), make([]policy.Reason, newRows)...) {
			of.Rows = append(of.Rows, reasonOf(form, outcome, x, i, !asked && outcome == "not_diverted"))
		}
		v.Reasons = append(v.Reasons, of)
	}
	for _, o := range p.Offences {
		if len(v.Offences) == 0 || v.Offences[len(v.Offences)-1].Group != o.Group {
			v.Offences = append(v.Offences, offencesView{Group: o.Group})
		}
		last := &v.Offences[len(v.Offences)-1]
		row := form.Pick("offence_"+o.Code, o.Label, "", ui.Options(
			ui.Option{Value: string(policy.Divertible), Label: "Divertible"}, ui.Option{Value: string(policy.Conditional), Label: "Look at the circumstances"},
			ui.Option{Value: string(policy.Excluded), Label: "Usually not divertible"}))
		row.ID = ui.OptionID("offence", o.Code) // a code may have a dot
		last.Rows = append(last.Rows, row)
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "draft-change.html", v)
}

func criterionOf(form *ui.Form, c policy.Criterion, fresh int) criterionView {
	code := c.Code
	v := criterionView{Name: c.Words}
	label := "In words"
	kinds := []ui.Option{{Value: string(policy.Presumptive), Label: "Usually not divertible: somebody named can say yes"}, {Value: string(policy.Absolute), Label: "Never divertible"}}
	if code == "" {
		code, label = "new"+strconv.Itoa(fresh), "Another criterion"
	} else {
		kinds = append(kinds, ui.Option{Value: gone, Label: "Take it out"})
	}
	v.Words = form.Text("criterion_words_"+code, label, "")
	v.Help = form.Text("criterion_help_"+code, "What helps to judge it", "")
	v.Help.Max = 300
	v.Kind = form.Pick("criterion_kind_"+code, "How firm it is", "", ui.Options(kinds...))
	return v
}

// reasonOf is one reason on the form; pathways is whether a new one can ask which
// other pathway: one reason of those not diverted does.
func reasonOf(form *ui.Form, outcome string, x policy.Reason, i int, pathways bool) reasonView {
	code, label := x.Code, "Reason"
	kinds := []ui.Option{{Value: "plain", Label: "Needs no more words"}, {Value: "explain", Label: "Asks for a few words"}}
	if code == "" {
		code, label = "new"+strconv.Itoa(i), "Another reason"
		if pathways {
			kinds = append(kinds, ui.Option{Value: asksPathway, Label: "Asks which other pathway"})
		}
	} else {
		kinds = append(kinds, ui.Option{Value: gone, Label: "Take it out"})
	}
	return reasonView{form.Text("reason_words_"+outcome+"_"+code, label, ""), form.Pick("reason_kind_"+outcome+"_"+code, "What it asks", "", ui.Options(kinds...))}
}

func (s *Site) change(w http.ResponseWriter, r *http.Request) error {
	d, err := s.deliberation.Draft(r.Context(), r.PathValue("draft"))
	if err != nil {
		return err
	}
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		from = 0
	}
	err = s.deliberation.Change(r.Context(), web.Actor(r), web.Form(r), d.ID, from, policyOf(r, d.Terms))
	if bad, ok := web.Invalid(err); ok {
		return s.showChange(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), d.Terms, from)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, Drafts+"/"+d.ID)
}

// policyOf reads the form: what it changes of a policy.
func policyOf(r *http.Request, base policy.Policy) policy.Policy {
	p := base
	p.ApproveBy = r.PostFormValue("approve_by")
	for field, into := range map[string]*int{"window_days": &p.WindowDays, "handoff_minutes": &p.HandoffMinutes, "caseload_soft": &p.CaseloadSoft, "caseload_hard": &p.CaseloadHard} {
		n, err := strconv.Atoi(web.Line(r, field))
		if err != nil {
			n = -1 // the check says what to enter
		}
		*into = n
	}
	p.Offences, p.Criteria, p.Reasons = nil, nil, nil
	for _, o := range base.Offences {
		switch st := policy.Standing(r.PostFormValue("offence_" + o.Code)); st {
		case policy.Divertible, policy.Conditional, policy.Excluded:
			o.Standing = st
		}
		p.Offences = append(p.Offences, o)
	}
	for _, c := range base.Criteria {
		kind := r.PostFormValue("criterion_kind_" + c.Code)
		if kind == gone {
			continue
		}
		c.Kind = policy.Kind(kind)
		c.Words, c.Help = web.Line(r, "criterion_words_"+c.Code), web.Line(r, "criterion_help_"+c.Code)
		p.Criteria = append(p.Criteria, c)
	}
	for i := range newRows {
		key := "new" + strconv.Itoa(i)
		words := web.Line(r, "criterion_words_"+key)
		if words == "" {
			continue
		}
		taken := func(code string) bool {
			_, known := base.Criterion(code)
			_, ours := p.Criterion(code)
			return known || ours
		}
		p.Criteria = append(p.Criteria, policy.Criterion{Code: codeOf(words, taken), Words: words, Help: web.Line(r, "criterion_help_"+key), Kind: policy.Kind(r.PostFormValue("criterion_kind_" + key))})
	}
	for _, outcome := range policy.OutcomesWithReasons() {
		old := base.ReasonsFor(outcome)
		for _, x := range old {
			kind := r.PostFormValue("reason_kind_" + outcome + "_" + x.Code)
			if kind == gone {
				continue
			}
			x.Words, x.Explain = web.Line(r, "reason_words_"+outcome+"_"+x.Code), kind == "explain"
			p.Reasons = append(p.Reasons, x)
		}
		for i := range newRows {
			key := outcome + "_new" + strconv.Itoa(i+len(old))
			words := web.Line(r, "reason_words_"+key)
			if words == "" {
				continue
			}
			taken := func(code string) bool {
				_, known := base.Reason(outcome, code)
				_, ours := p.Reason(outcome, code)
				return known || ours
			}
			kind := r.PostFormValue("reason_kind_" + key)
			code := codeOf(words, taken)
			if kind == asksPathway && outcome == "not_diverted" && !taken(pathway.Reason) {
				code = pathway.Reason
			}
			p.Reasons = append(p.Reasons, policy.Reason{Outcome: outcome, Code: code, Words: words, Explain: kind == "explain"})
		}
	}
	return p
}

// codeOf makes a code out of words that no other has: it stays when the words
// change, and contacts keep it.
func codeOf(words string, taken func(string) bool) string {
	code := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.ToLower(words)), "_")
	for strings.Contains(code, "__") {
		code = strings.ReplaceAll(code, "__", "_")
	}
	if len(code) > 40 {
		code = strings.Trim(code[:40], "_")
	}
	if code == "" || strings.HasPrefix(code, "new") { // the form's own names
		code = "x_" + code
	}
	out := code
	for i := 2; taken(out); i++ {
		out = fmt.Sprintf("%s_%d", code, i)
	}
	return out
}
