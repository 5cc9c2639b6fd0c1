package web

import (
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// boardRoutes are the pages around the board: one worker's people, cover, and
// where a hand may help.
func (s *Site) boardRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/board", "case.board", s.board),
		web.Get("/care/board/{account}", "case.board", s.caseloadOf),
		web.Get("/care/cover", "case.cover", s.coverPage),
		web.Post("/care/cover", "case.cover", s.planCover),
		web.Post("/care/cover/{cover}/end", "case.cover", s.endCover),
		web.Get("/care/today/cover/{cover}", "case.today", s.coverToday),
		web.Get("/care/quality", "case.quality", s.quality),
		web.Post("/care/people/{person}/moved/{move}", "case.note", s.tellMoved),
	}
}

type boardPage struct {
	ui.Page
	Rooms   []roomView
	Waiting []waitingRow
	Broken  []participant.Broken
	Covers  []coverRow
	ToTell  []participant.ToTell
	ToLook  int // what happened and nobody has looked back on yet
}

// waitingRow is somebody without a worker, and for how long.
type waitingRow struct {
	row
	Age time.Duration
}

type coverRow struct {
	participant.Cover
	Key string
}

// roomView is a worker's load as a bar of ten units a person, drawn in SVG so
// that it needs no inline style.
type roomView struct {
	participant.Room
	Width, SoftAt, SoftWide, HeldWide int
}

func viewRoom(r participant.Room) roomView {
	return roomView{Room: r, Width: max(r.Hard+5, r.Held+1) * 10, SoftAt: r.Soft * 10, SoftWide: (r.Hard - r.Soft) * 10, HeldWide: r.Held * 10}
}

func (s *Site) board(w http.ResponseWriter, r *http.Request) error {
	b, err := s.People.Board(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := boardPage{Page: web.Page(r, "Who has room"), Broken: b.Broken, ToTell: b.ToTell}
	if v.ToLook, err = s.Supervision.Waits(r.Context(), web.Actor(r)); err != nil {
		return err
	}
	for _, room := range b.Rooms {
		v.Rooms = append(v.Rooms, viewRoom(room))
	}
	for _, n := range s.rows(b.Waiting) {
		v.Waiting = append(v.Waiting, waitingRow{n, s.People.Book.Now().Sub(n.ReceivedAt)})
	}
	for i, c := range b.Covers {
		v.Covers = append(v.Covers, coverRow{c, v.Key + "-cover-" + itoa(i)})
	}
	return s.pages.Render(w, http.StatusOK, "board.html", v)
}

type caseloadOfPage struct {
	ui.Page
	Name   string
	Room   roomView
	People []row
}

func (s *Site) caseloadOf(w http.ResponseWriter, r *http.Request) error {
	c, err := s.People.CaseloadOf(r.Context(), web.Actor(r), r.PathValue("account"))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "caseload-of.html", caseloadOfPage{web.Page(r, c.Name), c.Name, viewRoom(c.Room), s.rows(c.People)})
}

type coverPage struct {
	ui.Page
	Away, Coverer ui.Choices
	From, Until   ui.Field
}

func (s *Site) coverPage(w http.ResponseWriter, r *http.Request) error {
	return s.showCover(w, r, http.StatusOK, ui.NewForm(url.Values{"from": {s.today()}, "away": {r.URL.Query().Get("away")}}, nil))
}

func (s *Site) showCover(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	b, err := s.People.Board(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := coverPage{Page: web.Page(r, "Plan cover")}
	v.Phone = true
	var away, coverer []ui.Option
	for _, room := range b.Rooms {
		away = append(away, ui.Option{Value: room.WorkerID, Label: room.Name})
		coverer = append(coverer, ui.Option{Value: room.WorkerID, Label: room.Name, Hint: roomHint(room)})
	}
	v.Away = form.One("away", "Who is away?", "", away...)
	v.Away.Small = true
	v.Coverer = form.One("coverer", "Who covers?", "People who are covered do not count towards the caseload.", coverer...)
	v.From = form.Typed("date", "from", "First day", "")
	v.Until = form.Typed("date", "until", "Last day", "It ends by itself when this day is over.")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "cover.html", v)
}

func (s *Site) planCover(w http.ResponseWriter, r *http.Request) error {
	c := participant.Cover{AwayID: r.PostFormValue("away"), CovererID: r.PostFormValue("coverer"), From: r.PostFormValue("from"), Until: r.PostFormValue("until")}
	err := s.People.PlanCover(r.Context(), web.Actor(r), web.Form(r), c)
	return s.afterForm(w, r, err, "/care/board", func(status int, f *ui.Form) error { return s.showCover(w, r, status, f) })
}

func (s *Site) endCover(w http.ResponseWriter, r *http.Request) error {
	if err := s.People.EndCover(r.Context(), web.Actor(r), web.Form(r), r.PathValue("cover")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/board")
}

func (s *Site) coverToday(w http.ResponseWriter, r *http.Request) error {
	return s.showToday(w, r, false)
}

type qualityPage struct {
	ui.Page
	supervision.Quality
}

func (s *Site) quality(w http.ResponseWriter, r *http.Request) error {
	q, err := s.Supervision.Quality(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "quality.html", qualityPage{web.Page(r, "Where a hand may help"), q})
}

func (s *Site) tellMoved(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	err := s.People.TellMoved(r.Context(), web.Actor(r), web.Form(r), id, r.PathValue("move"), web.Line(r, "words"))
	if _, ok := web.Invalid(err); ok { // more than the field lets anybody type
		return web.SeeOther(w, r, pathOf(id, ""))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}
