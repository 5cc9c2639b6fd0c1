package web

import (
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

const perPage = 25

// row is a person in a list: a sentence about what comes next.
type row struct {
	participant.Now
	Quiet int
	Late  bool
}

func (s *Site) rows(people []participant.Now) []row {
	out := make([]row, len(people))
	for i, n := range people {
		out[i] = row{n, n.Quiet(s.People.Book.Now()), n.Late(s.today())}
	}
	return out
}

type caseloadPage struct {
	ui.Page
	Promised []row // promised next, soonest first
	Others   []row
	Room     participant.Room
	Today    time.Time
}

func (s *Site) caseload(w http.ResponseWriter, r *http.Request) error {
	c, err := s.People.MyCaseload(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := caseloadPage{Page: web.Page(r, "Caseload"), Room: c.Room, Today: s.People.Book.Now()}
	end := s.endOfDay()
	for _, p := range s.rows(c.People) {
		if !p.NextAt.IsZero() && p.NextAt.Before(end) {
			v.Promised = insertByTime(v.Promised, p)
			continue
		}
		v.Others = append(v.Others, p)
	}
	return s.pages.Render(w, http.StatusOK, "caseload.html", v)
}

// endOfDay is the midnight that ends today where the team works.
func (s *Site) endOfDay() time.Time {
	now := s.People.Book.Now().In(s.zone)
	return time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, s.zone)
}

func insertByTime(rows []row, r row) []row {
	i := len(rows)
	for i > 0 && r.NextAt.Before(rows[i-1].NextAt) {
		i--
	}
	return append(rows[:i], append([]row{r}, rows[i:]...)...)
}

type peoplePage struct {
	ui.Page
	Search ui.Field
	Team   bool
	People []row
	More   string // where the next page of everybody is
	Alike  bool   // nobody's name starts so: these are spelt like it
	After  string // from whom on the next page of who was found begins
}

func (s *Site) people(w http.ResponseWriter, r *http.Request) error {
	return s.showPeople(w, r, "", r.URL.Query().Get("after"))
}

// find takes the name from a form: in an address it would stay in the history of
// a shared browser, and in the logs of whatever stands in front.
func (s *Site) find(w http.ResponseWriter, r *http.Request) error {
	return s.showPeople(w, r, web.Line(r, "name"), r.PostFormValue("after"))
}

func (s *Site) showPeople(w http.ResponseWriter, r *http.Request, name, after string) error {
	found, err := s.People.People(r.Context(), web.Actor(r), name, after, perPage)
	if err != nil {
		return err
	}
	v := peoplePage{Page: web.Page(r, "People"), People: s.rows(found.People), Alike: found.Alike, Team: web.Actor(r).Has(lead.Supervisor)}
	v.Search = ui.NewForm(url.Values{"name": {name}}, nil).Typed("search", "name", "Name, place or last four digits", "The start of a name they use, of a place, or how their number ends")
	switch {
	case found.More != "" && name != "":
		v.After = found.More
	case found.More != "":
		v.More = "/care/people?" + url.Values{"after": {found.More}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "people.html", v)
}

type toFindPage struct {
	ui.Page
	People []row
	More   string
}

func (s *Site) toFind(w http.ResponseWriter, r *http.Request) error {
	found, err := s.People.ToFind(r.Context(), web.Actor(r), r.URL.Query().Get("after"), perPage)
	if err != nil {
		return err
	}
	v := toFindPage{Page: web.Page(r, "Outreach"), People: s.rows(found.People)}
	if found.More != "" {
		v.More = "/care/outreach?" + url.Values{"after": {found.More}}.Encode()
	}
	return s.pages.Render(w, http.StatusOK, "outreach.html", v)
}

type allocatePage struct {
	ui.Page
	Now    participant.Now
	Known  bool // somebody walks with them already
	Worker ui.Choices
	Wish   ui.Field
	Cover  ui.Field

	Gone         ui.Choices // their worker is gone
	Reason, Told ui.Field
	GoneOpen     bool
}

func (s *Site) allocatePage(w http.ResponseWriter, r *http.Request) error {
	return s.showAllocate(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showAllocate(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	a, err := s.People.Allocating(r.Context(), web.Actor(r), r.PathValue("person"))
	if err != nil {
		return err
	}
	v := allocatePage{Page: web.Page(r, "Who walks with "+a.Now.Name), Now: a.Now, Known: a.Now.Hold == participant.Caseload}
	var workers []ui.Option
	for _, room := range a.Rooms {
		workers = append(workers, ui.Option{Value: room.WorkerID, Label: room.Name, Hint: roomHint(room)})
	}
	v.Worker = form.One("worker", "Case manager", "", workers...)
	v.Wish = form.Area("wish", "What do they want?", "In their own words: who they would like to work with, or would not, and why if they say.", 2)
	if v.Known {
		v.Gone = form.Many("gone", "Only when nobody could ask", "", ui.Option{Value: "yes", Label: "Their worker has left the team"})
		v.Gone.Small = true
		v.Reason = form.Area("reason", "Why could they not be asked first?", "It is kept with your name.", 2)
		v.Told = form.Area("told", "They were told: what did they say?", "Empty: not told yet. It stays on the board until they are.", 2)
		v.GoneOpen = v.Gone.Error+v.Reason.Error+v.Told.Error != "" || form.Values.Get("gone") != ""
	}
	v.Cover = form.Text("cover", "If the caseload is full: what emergency does this cover?", "Kept with your name. Leave it empty otherwise.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "allocate.html", v)
}

func roomHint(r participant.Room) string {
	switch {
	case r.Full():
		return "Walks with " + itoa(r.Held) + ", " + itoa(r.Quiet) + " quiet. Full: the limit is " + itoa(r.Hard)
	case r.Held >= r.Soft:
		return "Walks with " + itoa(r.Held) + ", " + itoa(r.Quiet) + " quiet. Near the limit of " + itoa(r.Hard)
	}
	return "Walks with " + itoa(r.Held) + ", " + itoa(r.Quiet) + " quiet"
}

func (s *Site) allocate(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	a := participant.Allocation{WorkerID: r.PostFormValue("worker"), Wish: web.Line(r, "wish"), Cover: web.Line(r, "cover"),
		Gone: r.PostFormValue("gone") == "yes", Reason: web.Line(r, "reason"), Told: web.Line(r, "told")}
	err := s.People.Allocate(r.Context(), web.Actor(r), web.Form(r), id, a)
	if bad, ok := web.Invalid(err); ok {
		return s.showAllocate(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/board")
}
