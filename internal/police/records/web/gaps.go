package web

import (
	"net/http"
	"strconv"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/compliance"
)

type gapsPage struct {
	ui.Page
	compliance.Latest
	Team string
	None bool // no comparison yet
	More string
}

func (s *Site) gaps(w http.ResponseWriter, r *http.Request) error {
	actor := web.Actor(r)
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || after < 0 {
		after = 0
	}
	latest, err := s.compliance.Gaps(r.Context(), actor, after, perPage+1)
	if err != nil {
		return err
	}
	v := gapsPage{Page: web.Page(r, "Gaps"), Latest: latest, Team: actor.Team, None: latest.RunAt.IsZero()}
	if len(latest.Gaps) > perPage {
		v.Gaps = latest.Gaps[:perPage]
		v.More = "/police/gaps?after=" + strconv.FormatInt(v.Gaps[perPage-1].Position, 10)
	}
	return s.pages.Render(w, http.StatusOK, "gaps.html", v)
}
