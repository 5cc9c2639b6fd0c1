package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/outcome"
)

const (
	perPage    = 30
	exportRows = 2_000 // the log names each: more asks for a narrower list
)

type outcomesPage struct {
	ui.Page
	Tabs         []ui.Link
	State        outcome.State
	Team, Older  ui.Select
	Items        []outcome.Item
	More, Export string
	Narrowed     bool
}

// searchIn reads the address. What is not one of ours is as if it was not there.
func searchIn(q url.Values) outcome.Search {
	find := outcome.Search{State: outcome.State(q.Get("state")), Team: q.Get("team"), After: outcome.Place{DueOn: q.Get("due"), ContactID: q.Get("after")}}
	if !slices.Contains(outcome.States(), find.State) {
		find.State = outcome.Ready
	}
	if days, err := strconv.Atoi(q.Get("older")); err == nil && days > 0 && days <= 3650 {
		find.Older = days
	}
	return find
}

// addressOf writes a search back into an address.
func addressOf(path string, find outcome.Search) string {
	q := url.Values{"state": {string(find.State)}}
	if find.Team != "" {
		q.Set("team", find.Team)
	}
	if find.Older > 0 {
		q.Set("older", strconv.Itoa(find.Older))
	}
	if find.After.ContactID != "" {
		q.Set("due", find.After.DueOn)
		q.Set("after", find.After.ContactID)
	}
	return path + "?" + q.Encode()
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	find := searchIn(r.URL.Query())
	items, err := s.outcomes.List(r.Context(), web.Actor(r), find, perPage+1)
	if err != nil {
		return err
	}
	teams, err := s.outcomes.Teams(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := outcomesPage{Page: web.Page(r, "Outcomes"), State: find.State, Items: items, Narrowed: find.Team != "" || find.Older > 0}
	first := find
	first.After = outcome.Place{}
	for _, state := range outcome.States() {
		tab := first
		tab.State = state
		v.Tabs = append(v.Tabs, ui.Link{Text: state.Short(), Href: addressOf("/police/outcomes", tab), Current: state == find.State})
	}
	form := ui.NewForm(r.URL.Query(), nil)
	units := []ui.Option{{Value: "", Label: "All units"}}
	for _, team := range teams {
		units = append(units, ui.Option{Value: team, Label: team})
	}
	v.Team = form.Pick("team", "Unit", "", ui.Options(units...))
	v.Older = form.Pick("older", "Decided", "", ui.Options(ui.Option{Value: "", Label: "At any time"},
		ui.Option{Value: "14", Label: "More than 14 days ago"}, ui.Option{Value: "30", Label: "More than 30 days ago"}, ui.Option{Value: "90", Label: "More than 90 days ago"}))
	if len(items) > perPage {
		v.Items = items[:perPage]
		last := v.Items[perPage-1]
		next := find
		next.After = outcome.Place{DueOn: last.DueOn, ContactID: last.ContactID}
		v.More = addressOf("/police/outcomes", next)
	}
	v.Export = addressOf("/police/outcomes.csv", first)
	return s.pages.Render(w, http.StatusOK, "outcomes.html", v)
}

// export gives the same as a file for a spreadsheet.
func (s *Site) export(w http.ResponseWriter, r *http.Request) error {
	find := searchIn(r.URL.Query())
	find.After = outcome.Place{}
	items, err := s.outcomes.Export(r.Context(), web.Actor(r), find, exportRows+1)
	if err != nil {
		return err
	}
	out := web.DownloadCSV(w, "outcomes-"+string(find.State)+".csv")
	rows := [][]string{{"reference", "force reference", "unit", "offences", "decided", "window ends", "state", "intake completed", "finalised as", "finalised on", "finalised by"}}
	for _, i := range items[:min(len(items), exportRows)] {
		row := []string{i.Reference, i.ForceReference, i.Team, strings.Join(i.Offences, "; "), i.DecidedAt.In(s.zone).Format("2006-01-02 15:04"), i.DueOn, i.State.Words(), i.CompletedOn, "", "", ""}
		if i.State == outcome.Finalised {
			row[8], row[9], row[10] = i.Stands.ForceReference, i.Stands.At.In(s.zone).Format("2006-01-02 15:04"), i.Stands.By
		}
		rows = append(rows, row)
	}
	if len(items) > exportRows {
		rows = append(rows, []string{"There are more: the file ends after " + strconv.Itoa(exportRows) + ". Choose a unit or a state."})
	}
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return err
		}
	}
	return out.End()
}

type outcomePage struct {
	ui.Page
	Item           outcome.Item
	Rows           []outcome.Row // newest first
	ForceReference ui.Field
	Reason         ui.Field
	Ready, Over    bool
	Finalised      bool
}

func (s *Site) read(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, nil)
}

func (s *Site) show(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	item, rows, err := s.outcomes.Read(r.Context(), web.Actor(r), r.PathValue("outcome"))
	if err != nil {
		return err
	}
	slices.Reverse(rows)
	v := outcomePage{Page: web.Page(r, item.Reference), Item: item, Rows: rows, Ready: item.State == outcome.Ready, Over: item.State == outcome.Ended, Finalised: item.State == outcome.Finalised}
	values := url.Values{"force_reference": {item.ForceReference}}
	if bad != nil {
		values = r.PostForm
	}
	form := ui.NewForm(values, bad)
	if v.Ready {
		v.ForceReference = form.Text("force_reference", "Record in your force's system", "The reference under which you record outcome 22 there.")
		v.ForceReference.Max = 40
	}
	if v.Finalised {
		v.Reason = form.Area("reason", "Why is it opened again?", "Such as: the intake was another person's. What was finalised stays beside it.", 2)
		v.Reason.Max = 500
	}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "outcome.html", v)
}

func (s *Site) finalise(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.outcomes.Finalise(r.Context(), web.Actor(r), web.Form(r), r.PathValue("outcome"), web.Line(r, "force_reference")))
}

func (s *Site) open(w http.ResponseWriter, r *http.Request) error {
	return s.after(w, r, s.outcomes.Open(r.Context(), web.Actor(r), web.Form(r), r.PathValue("outcome"), web.Line(r, "reason")))
}

func (s *Site) after(w http.ResponseWriter, r *http.Request, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.show(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil && !errors.Is(err, lead.ErrConflict) { // somebody else was first, or the word is gone: the page says how it stands
		return err
	}
	return web.SeeOther(w, r, "/police/outcomes/"+url.PathEscape(r.PathValue("outcome")))
}
