package web

import (
	"net/http"
	"slices"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/oversight/why"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// accessRoutes lists the pages that make the access policies checkable.
func (s *Site) accessRoutes() []web.Route {
	return []web.Route{
		web.Get("/audit/access", "access.explain", s.matrix),
		web.Get("/audit/why", "access.explain", s.why),
	}
}

type matrixPage struct {
	ui.Page
	Classes  []access.Class
	Rows     []matrixRow
	Details  []classDetail
	Policies []policyFile
}

// classDetail is who may use one class, and what for.
type classDetail struct {
	Class access.Class
	Rows  []detailRow
}

type detailRow struct {
	Role    lead.Role
	Purpose access.Purpose
	Answer  access.Answer
}

type matrixRow struct {
	Role  lead.Role
	Cells []access.Answer
}

type policyFile struct {
	File     string
	Policies []access.Policy
}

func (s *Site) matrix(w http.ResponseWriter, r *http.Request) error {
	m := s.Access.Matrix()
	v := matrixPage{Page: web.Page(r, "Who may see what"), Classes: access.Classes()}
	for _, role := range lead.Everyone() {
		row := matrixRow{Role: role}
		for _, c := range v.Classes {
			row.Cells = append(row.Cells, m.Best(role, c))
		}
		v.Rows = append(v.Rows, row)
	}
	for _, c := range v.Classes {
		d := classDetail{Class: c}
		for _, role := range lead.Everyone() {
			for _, p := range access.Purposes() {
				if a := m[role][c][p]; a != access.Never {
					d.Rows = append(d.Rows, detailRow{role, p, a})
				}
			}
		}
		v.Details = append(v.Details, d)
	}
	for _, p := range s.Access.Policies() {
		if n := len(v.Policies); n == 0 || v.Policies[n-1].File != p.File {
			v.Policies = append(v.Policies, policyFile{File: p.File})
		}
		last := &v.Policies[len(v.Policies)-1]
		last.Policies = append(last.Policies, p)
	}
	return s.pages.Render(w, http.StatusOK, "access.html", v)
}

type whyPage struct {
	ui.Page
	Actor, Record ui.Field
	Action        ui.Select
	Answer        *why.Explanation
}

func (s *Site) why(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	v := whyPage{Page: web.Page(r, "Why can they see this?")}
	status := http.StatusOK
	var bad lead.Invalid
	if len(q) > 0 {
		service := why.Service{Book: s.Book, Access: s.Access}
		answer, err := service.Explain(r.Context(), web.Actor(r), why.Question{AccountID: q.Get("actor"), Action: access.Action(q.Get("action")), RecordID: q.Get("record")})
		var invalid bool
		if bad, invalid = web.Invalid(err); invalid {
			status = http.StatusUnprocessableEntity
		} else if err != nil {
			return err
		} else {
			v.Answer = &answer
		}
	}
	form := ui.NewForm(q, bad)
	v.Actor = form.Text("actor", "Who asks", "An account's id, from an entry of the log")
	v.Action = form.Pick("action", "To do what", "", actionGroups()...)
	v.Record = form.Text("record", "Whose record", "The id of a participant, contact or referral. Empty: the page before it is about anybody.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "why.html", v)
}

// actionGroups lists every action under its class of data.
func actionGroups() []ui.OptionGroup {
	meanings := access.Meanings()
	groups := []ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Choose"})}
	for _, c := range access.Classes() {
		var options []ui.Option
		for action, m := range meanings {
			if m.Class == c {
				options = append(options, ui.Option{Value: string(action), Label: m.Words})
			}
		}
		slices.SortFunc(options, func(a, b ui.Option) int { return strings.Compare(a.Label, b.Label) })
		if len(options) > 0 {
			groups = append(groups, ui.Group(c.Words(), options...))
		}
	}
	return groups
}
