// Package web serves the eligibility policy to everybody, its recording to the
// coordinator, and the code lists to the administrator. It imports reference
// and platform.
package web

import (
	"context"
	"embed"
	"net/http"
	"net/url"
	"strconv"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/reference/policy"
)

//go:embed *.html
var files embed.FS

// Site is the pages of the reference data.
type Site struct {
	policies *policy.Service
	codes    *codelist.Service
	pages    *ui.Set
	behind   func(context.Context) (map[int64]Behind, error)
}

// Behind is the decision that a version of the policy came of.
type Behind struct {
	Href     string
	Body     string
	MetOn    string // YYYY-MM-DD
	Way      string // by consensus, or with dissent
	Dissent  int    // how many organisations did not agree
	Lived    bool   // somebody with lived experience took part (R53)
	Restores int64  // the version that it brought back, or 0
}

// New returns the pages. behind returns the decision behind each version that came
// of one.
func New(policies *policy.Service, codes *codelist.Service, behind func(context.Context) (map[int64]Behind, error)) *Site {
	return &Site{policies, codes, ui.Must(files), behind}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/policy", "policy.read", s.policyNow),
		web.Get("/policy/{version}", "policy.read", s.policyVersion),
		web.Get("/policy/new", "policy.record", s.newPolicy),
		web.Post("/policy/new", "policy.record", s.recordPolicy),
		web.Get("/code-lists", "codelist.manage", s.lists),
		web.Get("/code-lists/{list}", "codelist.manage", s.list),
		web.Get("/code-lists/{list}/{code}", "codelist.manage", s.code),
		web.Post("/code-lists/{list}/{code}", "codelist.manage", s.verify),
	}
}

type policyPage struct {
	ui.Page
	Policy  policy.Policy
	InForce bool
	All     []versionView
	Mine    bool // the actor drafts the next version
	Newest  int64
	Settled bool // the partnership has decided a version of its own: from then on, each comes of a decision
	Behind  *Behind
	Groups  []offenceGroup
	Reasons []reasonGroup
}

type versionView struct {
	policy.Policy
	Behind *Behind
}

type offenceGroup struct {
	Name     string
	Offences []policy.Offence
}

type reasonGroup struct {
	Outcome string
	Reasons []policy.Reason
}

func (s *Site) policyNow(w http.ResponseWriter, r *http.Request) error { return s.showPolicy(w, r, 0) }

func (s *Site) policyVersion(w http.ResponseWriter, r *http.Request) error {
	version, err := strconv.ParseInt(r.PathValue("version"), 10, 64)
	if err != nil {
		return lead.ErrNotFound
	}
	return s.showPolicy(w, r, version)
}

func (s *Site) showPolicy(w http.ResponseWriter, r *http.Request, version int64) error {
	v := policyPage{Page: web.Page(r, "Policy"), Mine: web.Actor(r).Has(lead.Coordinator)}
	var all []policy.Policy
	err := s.policies.Book.Look(r.Context(), func(tx *db.Tx) error {
		now, err := policy.InForce(r.Context(), tx, db.Day(s.policies.Book.Now()))
		if err != nil {
			return err
		}
		v.Policy = now
		if version != 0 {
			if v.Policy, err = policy.Version(r.Context(), tx, version); err != nil {
				return err
			}
		}
		v.InForce = v.Policy.Version == now.Version
		if all, err = policy.All(r.Context(), tx); err != nil {
			return err
		}
		v.Settled, err = policy.Settled(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	behind, err := s.behind(r.Context())
	if err != nil {
		return err
	}
	for _, p := range all {
		one := versionView{Policy: p}
		if b, ok := behind[p.Version]; ok {
			one.Behind = &b
		}
		if p.Version == v.Policy.Version {
			v.Behind = one.Behind
		}
		v.All = append(v.All, one)
	}
	if len(all) > 0 {
		v.Newest = all[0].Version
	}
	v.Groups, v.Reasons = groupOffences(v.Policy), groupReasons(v.Policy)
	return s.pages.Render(w, http.StatusOK, "policy.html", v)
}

func groupOffences(p policy.Policy) []offenceGroup {
	var out []offenceGroup
	at := map[string]int{}
	for _, o := range p.Offences {
		i, ok := at[o.Group]
		if !ok {
			i = len(out)
			at[o.Group] = i
			out = append(out, offenceGroup{Name: o.Group})
		}
		out[i].Offences = append(out[i].Offences, o)
	}
	return out
}

func groupReasons(p policy.Policy) []reasonGroup {
	names := map[string]string{"diverted": "Diverted", "not_diverted": "Not diverted", "declined": "Offered, and they said no",
		"not_eligible": "Not eligible", "no_capacity": "Nobody could come", "not_fit": "Not fit to decide now"}
	var out []reasonGroup
	at := map[string]int{} // reasons of one outcome need not stand beside each other
	for _, reason := range p.Reasons {
		i, ok := at[reason.Outcome]
		if !ok {
			i = len(out)
			at[reason.Outcome] = i
			out = append(out, reasonGroup{Outcome: names[reason.Outcome]})
		}
		out[i].Reasons = append(out[i].Reasons, reason)
	}
	return out
}

type newPolicyPage struct {
	ui.Page
	From      int64
	InForce   ui.Field
	Window    ui.Field
	Minutes   ui.Field
	Soft      ui.Field
	Hard      ui.Field
	Social    ui.Choices
	Offences  []ui.Choices
	Wrong     string
	DecidedBy ui.Field
}

// draftsPath is where a version begins once the partnership has decided one.
const draftsPath = "/partnership/policy"

func (s *Site) newPolicy(w http.ResponseWriter, r *http.Request) error {
	var settled bool
	if err := s.policies.Book.Look(r.Context(), func(tx *db.Tx) error {
		var err error
		settled, err = policy.Settled(r.Context(), tx)
		return err
	}); err != nil {
		return err
	}
	if settled {
		return web.SeeOther(w, r, draftsPath)
	}
	p, err := s.current(r)
	if err != nil {
		return err
	}
	values := url.Values{
		"in_force_from": {db.Day(s.policies.Book.Now())}, "window_days": {strconv.Itoa(p.WindowDays)}, "handoff_minutes": {strconv.Itoa(p.HandoffMinutes)},
		"caseload_soft": {strconv.Itoa(p.CaseloadSoft)}, "caseload_hard": {strconv.Itoa(p.CaseloadHard)},
	}
	values.Set("approve_by", p.ApproveBy)
	for _, o := range p.Offences {
		if o.Standing != policy.Excluded {
			values.Add("offences", o.Code)
		}
	}
	return s.showNewPolicy(w, r, http.StatusOK, ui.NewForm(values, nil), p)
}

func (s *Site) current(r *http.Request) (policy.Policy, error) {
	var p policy.Policy
	err := s.policies.Book.Look(r.Context(), func(tx *db.Tx) error {
		var err error
		p, err = policy.InForce(r.Context(), tx, db.Day(s.policies.Book.Now()))
		return err
	})
	return p, err
}

func (s *Site) showNewPolicy(w http.ResponseWriter, r *http.Request, status int, form *ui.Form, p policy.Policy) error {
	v := newPolicyPage{Page: web.Page(r, "First version of the policy"), From: p.Version}
	number := func(name, label, hint string) ui.Field {
		f := form.Text(name, label, hint)
		f.Numeric, f.Short, f.Max = true, true, 4
		return f
	}
	v.InForce = form.Typed("date", "in_force_from", "In force from", "Contacts before that day keep the version they were decided under.")
	v.InForce.Short = true
	v.Window = number("window_days", "Days from hand-off to intake", "After that, outreach goes on. Nobody loses their place.")
	v.Minutes = number("handoff_minutes", "Minutes for a warm hand-off", "A promise to measure, never to punish.")
	v.Soft = number("caseload_soft", "People on a caseload: warn above", "")
	v.Hard = number("caseload_hard", "People on a caseload: limit", "Only a supervisor's emergency cover goes above it.")
	v.Social = form.One("approve_by", "Who says yes to a social contact referral?", "It goes to the case team when they do.",
		ui.Option{Value: policy.BySergeant, Label: "A sergeant of the team", Hint: "Reads what the person agreed to pass on"},
		ui.Option{Value: policy.ByCoordinator, Label: "The partnership's coordinator", Hint: "Sees a reference and how long it waits, and nobody's name"},
		ui.Option{Value: policy.Nobody, Label: "Nobody", Hint: "It goes at once"})
	v.Social.Small = true
	bad := form.Values["offences"]
	for _, g := range groupOffences(p) {
		c := ui.Choices{Name: "offences", Legend: g.Name, Multi: true, Small: true}
		for _, o := range g.Offences {
			id := ui.OptionID("offences", o.Code)
			if len(v.Offences) == 0 && len(c.Options) == 0 {
				id = "offences"
			}
			checked := false
			for _, code := range bad {
				checked = checked || code == o.Code
			}
			c.Options = append(c.Options, ui.Choice{Option: ui.Option{Value: o.Code, Label: o.Label}, ID: id, Checked: checked})
		}
		v.Offences = append(v.Offences, c)
	}
	v.DecidedBy = form.Area("decided_by", "Who decided this, and when?", "The body and its meeting, such as: Policy Coordinating Group, 3 March. Decisions are by consensus.", 2)
	v.DecidedBy.Max = 300
	v.Errors = form.Errors()
	for _, e := range v.Errors {
		if e.ID == "offences" {
			v.Wrong = e.Text
		}
	}
	return s.pages.Render(w, status, "policy-new.html", v)
}

func (s *Site) recordPolicy(w http.ResponseWriter, r *http.Request) error {
	base, err := s.current(r)
	if err != nil {
		return err
	}
	p := base
	p.InForceFrom, p.DecidedBy, p.ApproveBy = r.PostFormValue("in_force_from"), web.Line(r, "decided_by"), r.PostFormValue("approve_by")
	p.ApproveSocial = p.ApproveBy != policy.Nobody
	for field, into := range map[string]*int{"window_days": &p.WindowDays, "handoff_minutes": &p.HandoffMinutes, "caseload_soft": &p.CaseloadSoft, "caseload_hard": &p.CaseloadHard} {
		n, err := strconv.Atoi(web.Line(r, field))
		if err != nil {
			n = -1 // the check says what to enter
		}
		*into = n
	}
	p.Offences = nil
	for _, o := range base.Offences {
		o.Standing = standing(o, r.PostForm["offences"])
		p.Offences = append(p.Offences, o)
	}
	version, err := s.policies.Record(r.Context(), web.Actor(r), web.Form(r), p)
	if bad, ok := web.Invalid(err); ok {
		return s.showNewPolicy(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad), base)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/policy/"+strconv.FormatInt(version, 10))
}

// standing keeps an offence conditional when it was; a ticked excluded one
// becomes divertible, an unticked one excluded.
func standing(o policy.Offence, ticked []string) policy.Standing {
	for _, code := range ticked {
		if code == o.Code {
			if o.Standing == policy.Excluded {
				return policy.Divertible
			}
			return o.Standing
		}
	}
	return policy.Excluded
}

type listsPage struct {
	ui.Page
	Lists    []codelist.Summary
	ToVerify int
}

func (s *Site) lists(w http.ResponseWriter, r *http.Request) error {
	lists, err := s.codes.Summaries(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := listsPage{Page: web.Page(r, "Code lists"), Lists: lists}
	for _, l := range lists {
		v.ToVerify += l.ToVerify
	}
	return s.pages.Render(w, http.StatusOK, "code-lists.html", v)
}

type listPage struct {
	ui.Page
	List  string
	Codes []codelist.Code
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	codes, err := s.codes.List(r.Context(), web.Actor(r), r.PathValue("list"))
	if err != nil {
		return err
	}
	v := listPage{web.Page(r, "Code list "+r.PathValue("list")), r.PathValue("list"), codes}
	return s.pages.Render(w, http.StatusOK, "code-list.html", v)
}

type codePage struct {
	ui.Page
	Code     codelist.Code
	Evidence ui.Field
}

func (s *Site) code(w http.ResponseWriter, r *http.Request) error {
	return s.showCode(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showCode(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	codes, err := s.codes.List(r.Context(), web.Actor(r), r.PathValue("list"))
	if err != nil {
		return err
	}
	for _, c := range codes {
		if c.Code != r.PathValue("code") {
			continue
		}
		v := codePage{Page: web.Page(r, c.Code+", "+c.Label), Code: c}
		v.Evidence = form.Text("evidence", "Where did you look it up?", "A title and date, or an address, so that anybody can look again.")
		v.Evidence.Max = 300
		v.Errors = form.Errors()
		return s.pages.Render(w, status, "code.html", v)
	}
	return lead.ErrNotFound
}

func (s *Site) verify(w http.ResponseWriter, r *http.Request) error {
	list, code := r.PathValue("list"), r.PathValue("code")
	err := s.codes.Verify(r.Context(), web.Actor(r), web.Form(r), list, code, web.Line(r, "evidence"))
	if bad, ok := web.Invalid(err); ok {
		return s.showCode(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/code-lists/"+url.PathEscape(list))
}
