package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
)

const perPage = 30

type listPage struct {
	ui.Page
	Intro string
	Team  bool
	Rows  []contact.Row
	More  string
	Find  ui.Field // a reference
	Asked string   // the one looked for
	Older string   // where those are that were recorded more than a month ago

	Waiting  int    // entries that wait for a second look
	WaitHref string // where they are
}

// recent is how far back one's own entries go until somebody asks for more.
const recent = 30 * 24 * time.Hour

func (s *Site) mine(w http.ResponseWriter, r *http.Request) error {
	asked := r.URL.Query()
	v := listPage{Page: web.Page(r, "My entries"), Intro: "What you recorded in the last 30 days, newest first. Open one to correct it."}
	var err error
	if v.Waiting, err = s.contacts.CountWaiting(r.Context(), web.Actor(r), false); err != nil {
		return err
	}
	v.WaitHref = "/police/review"
	v.Find = ui.NewForm(asked, nil).Text("reference", "Find a reference", "")
	v.Find.Short, v.Find.Max, v.Find.Autocomplete = true, 20, "off"
	if v.Asked = strings.TrimSpace(asked.Get("reference")); v.Asked != "" {
		row, err := s.contacts.ByReference(r.Context(), web.Actor(r), v.Asked)
		if err != nil && !errors.Is(err, lead.ErrNotFound) {
			return err
		}
		v.Intro = "The entry you asked for."
		if err == nil {
			v.Rows = []contact.Row{row}
		}
		return s.pages.Render(w, http.StatusOK, "contacts.html", v)
	}
	rows, err := s.contacts.Mine(r.Context(), web.Actor(r), asked.Get("before"), perPage+1)
	if err != nil {
		return err
	}
	path := "/police/contacts"
	if asked.Get("older") == "yes" {
		v.Intro, path = "What you recorded, newest first. Open one to correct it.", "/police/contacts?older=yes"
	} else {
		since := s.contacts.Book.Now().Add(-recent)
		if i := slices.IndexFunc(rows, func(row contact.Row) bool { return row.RecordedAt.Before(since) }); i >= 0 {
			before := asked.Get("before")
			if i > 0 {
				before = rows[i-1].ID
			}
			rows, v.Older = rows[:i], "/police/contacts?older=yes&before="+url.QueryEscape(before)
		}
	}
	return s.showList(w, v, rows, path)
}

func (s *Site) team(w http.ResponseWriter, r *http.Request) error {
	actor := web.Actor(r)
	rows, err := s.contacts.Team(r.Context(), actor, r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Team"), Intro: "What " + actor.Team + " recorded, newest first. Nobody is ranked.", Team: true, WaitHref: "/police/team/review"}
	if v.Waiting, err = s.contacts.CountWaiting(r.Context(), actor, true); err != nil {
		return err
	}
	return s.showList(w, v, rows, "/police/team")
}

func (s *Site) showList(w http.ResponseWriter, v listPage, rows []contact.Row, path string) error {
	v.Rows = rows
	if len(rows) > perPage {
		v.Rows = rows[:perPage]
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		v.More = path + sign + "before=" + url.QueryEscape(rows[perPage-1].ID)
	}
	return s.pages.Render(w, http.StatusOK, "contacts.html", v)
}

type entryPage struct {
	ui.Page
	Entry    contact.Entry
	Saved    bool // just now: show what to do next
	Next     bool // the next on call was just asked for
	Called   bool // the officer just said that they rang
	Team     bool // somebody else's, read by their sergeant
	OnTheWay bool // the officer knows that the case team has it, so it cannot be taken back
	Custody  bool // whoever reads it works in custody, and has no entries of their own
	CanUndo  bool
	UndoKey  string
	NotBack  string // why it could not be taken back: "late" or "taken"
	Cards    []card
	Versions []versionView
	Copy     string // for the force's record system
}

type versionView struct {
	contact.Decision
	ReasonWords string
	Offences    []string
	Exclusions  []string
}

func (s *Site) readContact(w http.ResponseWriter, r *http.Request) error {
	e, err := s.contacts.Read(r.Context(), web.Actor(r), r.PathValue("contact"))
	if err != nil {
		return err
	}
	v := entryPage{Page: web.Page(r, e.Reference), Entry: e, Saved: r.URL.Query().Get("saved") == "yes", Next: r.URL.Query().Get("saved") == "next",
		CanUndo: e.Taken == nil && s.contacts.CanUndo(web.Actor(r), e.Contact), NotBack: r.URL.Query().Get("undo"), Cards: cards(), UndoKey: lead.NewID("frm")}
	v.Custody = s.contacts.Access.Check(web.Actor(r), "contact.list", access.Screen{}) != nil
	v.Called = r.URL.Query().Get("saved") == "called"
	v.Team = e.OfficerID != web.Actor(r).ID
	v.OnTheWay = e.HandOff != nil && (e.HandOff.Met || e.Estimate != nil)
	v.Phone = true
	for i := len(e.Versions) - 1; i >= 0; i-- {
		v.Versions = append(v.Versions, describe(e, e.Versions[i]))
	}
	v.Copy = copyBlock(e, v.Versions[0], s.zone)
	return s.pages.Render(w, http.StatusOK, "contact.html", v)
}

// copyBlock says what was decided in fixed lines, to be put into the record that
// the force keeps anyway. It holds nothing of health and nothing of a hand-off.
func copyBlock(e contact.Entry, v versionView, zone *time.Location) string {
	lines := []string{
		"LEAD reference: " + e.Reference,
		"Decision: " + v.Outcome.Words(),
		"Reason: " + v.ReasonWords,
		"Offence codes: " + strings.Join(v.Decision.Offences, ", "),
		"Policy version: " + strconv.FormatInt(v.PolicyVersion, 10),
		"Decided: " + v.HappenedAt.In(zone).Format("2006-01-02 15:04 MST"),
	}
	if len(v.Decision.Offences) == 0 {
		lines = slices.Delete(lines, 3, 4)
	}
	if name := v.PathwayName(); name != "" {
		lines = slices.Insert(lines, 3, "Pathway: "+name)
	}
	return strings.Join(lines, "\n")
}

func describe(e contact.Entry, d contact.Decision) versionView {
	v := versionView{Decision: d, ReasonWords: d.Reason}
	if reason, ok := e.Policy.Reason(string(d.Outcome), d.Reason); ok {
		v.ReasonWords = reason.Words
	}
	for _, code := range d.Offences {
		label := code
		if o, ok := e.Policy.Offence(code); ok {
			label = o.Label
		}
		v.Offences = append(v.Offences, label)
	}
	for _, code := range d.Exclusions {
		if c, ok := e.Policy.Criterion(code); ok {
			v.Exclusions = append(v.Exclusions, c.Words)
		}
	}
	return v
}

func (s *Site) call(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("contact")
	if err := s.contacts.Call(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+url.PathEscape(id)+"?saved=called")
}

func (s *Site) noAnswer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("contact")
	if err := s.contacts.NoAnswer(r.Context(), web.Actor(r), web.Form(r), id); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/police/contacts/"+url.PathEscape(id)+"?saved=next")
}

// undo takes back what was recorded by mistake and leads to a fresh page.
func (s *Site) undo(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("contact")
	back := "/police/contacts/" + url.PathEscape(id)
	err := s.contacts.Undo(r.Context(), web.Actor(r), web.Form(r), id)
	switch {
	case errors.Is(err, contact.ErrUndoLate):
		return web.SeeOther(w, r, back+"?undo=late")
	case errors.Is(err, contact.ErrUndoTaken):
		return web.SeeOther(w, r, back+"?undo=taken")
	case err != nil:
		return err
	}
	return web.SeeOther(w, r, back)
}

type approvalsPage struct {
	ui.Page
	Sent    bool // just now
	Waiting []approvalView
}

type approvalView struct {
	referral.Approval
	Key     string
	Meeting string
	Mine    bool
	Waited  int // whole hours
	Reason  ui.Field
}

func (s *Site) approvals(w http.ResponseWriter, r *http.Request) error {
	return s.showApprovals(w, r, http.StatusOK, "", nil)
}

func (s *Site) showApprovals(w http.ResponseWriter, r *http.Request, status int, wrong string, bad lead.Invalid) error {
	actor := web.Actor(r)
	waiting, err := s.contacts.ToApprove(r.Context(), actor)
	if err != nil {
		return err
	}
	v := approvalsPage{Page: web.Page(r, "Approvals"), Sent: r.URL.Query().Get("sent") == "yes"}
	for _, a := range waiting {
		form := ui.NewForm(nil, nil)
		if a.ID == wrong {
			form = ui.NewForm(r.PostForm, bad)
		}
		reason := form.Text("reason", "If not: why?", "The officer sees this.")
		reason.ID = "reason-" + a.ID // a form each, so the ids must differ
		for _, e := range form.Errors() {
			v.Errors = append(v.Errors, ui.FieldError{ID: reason.ID, Text: e.Text})
		}
		view := approvalView{Approval: a, Key: lead.NewID("frm"), Mine: a.Own, Reason: reason,
			Waited: int(s.contacts.Book.Now().Sub(a.MadeAt).Hours())}
		for _, m := range referral.Meetings() {
			if m.Code == string(a.Referral.Meeting) {
				view.Meeting = m.Words
			}
		}
		v.Waiting = append(v.Waiting, view)
	}
	return s.pages.Render(w, status, "approvals.html", v)
}

func (s *Site) approve(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("referral")
	err := s.contacts.Approve(r.Context(), web.Actor(r), web.Form(r), id, r.PostFormValue("answer") == "yes", web.Line(r, "reason"))
	if bad, ok := web.Invalid(err); ok {
		return s.showApprovals(w, r, http.StatusUnprocessableEntity, id, bad)
	}
	if err != nil && !errors.Is(err, lead.ErrConflict) {
		return err
	}
	if err == nil && r.PostFormValue("answer") == "yes" {
		return web.SeeOther(w, r, "/police/approvals?sent=yes")
	}
	return web.SeeOther(w, r, "/police/approvals")
}
