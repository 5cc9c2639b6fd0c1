package web

import (
	"net/http"
	"time"

	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type awayPage struct {
	ui.Page
	Tabs []ui.Link
	Rows []oversight.Away
	Now  time.Time
	More string
}

func (s *Site) takenAlong(w http.ResponseWriter, r *http.Request) error {
	list, err := s.TakenAlong(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := awayPage{Page: web.Page(r, "Taken along"), Tabs: registerTabs(r.URL.Path), Rows: list, Now: s.Book.Now()}
	if len(list) > perPage {
		v.Rows, v.More = list[:perPage], more("/oversight/away", list[perPage-1].ID)
	}
	return s.pages.Render(w, http.StatusOK, "away.html", v)
}
