package app_test

import (
	"net/url"
	"strings"
	"testing"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// nationalStates are a partnership's decision about the national view, and the view.
func nationalStates(t *testing.T, site *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	areas := webtest.StartAreas(t, "sqlite:"+t.TempDir()+"/waymark.db", false)
	anybody := areas.National.Visitor(t)
	save("national-view-nothing", anybody.Get("/"), 200)
	coordinator := areas.A.SignIn(t, "coordinator")
	if err := areas.B.App.Store.Handle(schema.Partnership).Transact(t.Context(), func(tx *db.Tx) error { // the other is a whole practice area
		_, err := tx.Exec(t.Context(), `INSERT INTO partnership_set (set_no, from_month, until_month, kept, shown, published_by, published_at) VALUES (1, '2026-07', '2026-10', '{}',
			'{"definitions": 1, "months": ["2026-07", "2026-10"], "shown": {"contacts/2026-07:2026-10": 135, "eligible/2026-07:2026-10": 90, "offered/2026-07:2026-10": 75, "yes/2026-07:2026-10": 40}}', 'acc_x', '2026-11-02T00:00:00.000000Z')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*webtest.Site{areas.A, areas.B} {
		c := s.SignIn(t, "coordinator")
		page := c.Get("/partnership/national")
		c.Post("/partnership/national", url.Values{"form_key": {page.Hidden("form_key")}, "from_version": {page.Hidden("from_version")}, "joined": {"yes"}, "words": {"The Policy Coordinating Group agreed to show what it publishes."}})
	}
	save("national-view", anybody.Get("/"), 200)
	save("national-decision", coordinator.Get("/partnership/national?saved=yes"), 200)
	save("national-decision-member", areas.A.SignIn(t, "panel").Get("/partnership/national"), 200)
	save("national-decision-mistakes", coordinator.Post("/partnership/national", url.Values{"words": {strings.Repeat("word ", 200)}}), 422)
	save("national-decision-none", site.SignIn(t, "coordinator").Get("/partnership/national"), 200)
}
