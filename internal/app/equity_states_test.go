package app_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"waymark.example/internal/partnership/scrutiny"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// equityStates lists the pages of fairness, of what officers decided, and of the packs, as each role meets them.
func equityStates(site, empty *webtest.Site) []state {
	return []state{
		{empty, "coordinator", []page{{name: "equity-empty", path: "/partnership/equity"}, {name: "equity-packs-empty", path: "/partnership/scrutiny"}}},
		{empty, "officer", []page{{name: "equity-decisions-few", path: "/police/decisions"}}},
		{site, "evaluator", []page{{name: "equity-state", path: "/partnership/equity"}}},
		{site, "officer", []page{{name: "equity-decisions", path: "/police/decisions"}}},
		{site, "sergeant", []page{{name: "equity-team", path: "/police/team/decisions"}, {name: "equity-talk", path: "/police/team/decisions/" + site.Area.Actors["officer"].ID}}},
		{site, "coordinator", []page{{name: "equity-packs-mistake", path: "/partnership/scrutiny", form: url.Values{"size": {"7"}}, want: 422}}},
		{site, "panel", []page{{name: "equity-packs", path: "/partnership/scrutiny"}, {name: "equity-pack", path: ownCopy(site)}}},
	}
}

// ownCopy is a numbered copy of the first pack, for the member of the panel.
func ownCopy(site *webtest.Site) string {
	a := site.Area.Actors["panel"]
	if _, err := site.App.Scrutiny.Take(context.Background(), a, ledger.Form{}, 1); err != nil {
		return "/partnership/scrutiny/none"
	}
	return "/partnership/scrutiny/1/copy/1"
}

// What an officer decided is for the officer and the own sergeant, from twenty decisions on, never ranked and never by who was met. A pack is drawn by lot,
// holds nobody, and each copy is numbered and in the log (P21). The page of fairness is for those who govern, with a file for each picture.
func TestR42_P21_FairnessIsReadByThoseWhoMayAndHoldsNobody(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site) {
		officer, sergeant, coordinator, panel, evaluator := site.SignIn(t, "officer"), site.SignIn(t, "sergeant"), site.SignIn(t, "coordinator"), site.SignIn(t, "panel"), site.SignIn(t, "evaluator")

		own := officer.Get("/police/decisions")
		if own.Status != http.StatusOK || !strings.Contains(own.Body, "people were asked") && !strings.Contains(own.Body, "fewer than 20 decisions") {
			t.Errorf("own decisions: %d %.300s", own.Status, own.Body)
		}
		talk := sergeant.Get("/police/team/decisions/" + site.Area.Actors["officer"].ID)
		if talk.Status != http.StatusOK || !strings.Contains(talk.Body, "to talk about") {
			t.Errorf("the sergeant: %d", talk.Status)
		}
		for _, body := range []string{own.Body, talk.Body, sergeant.Get("/police/team/decisions").Body} {
			if regexp.MustCompile(`(?i)ethnic|black|asian|rank \d`).MatchString(regexp.MustCompile(`(?s)<main.*</main>`).FindString(body)) {
				t.Error("an officer's decisions are split by who was met")
			}
		}
		for _, closed := range []struct {
			who  *webtest.Browser
			path string
		}{
			{officer, "/police/team/decisions"}, {officer, "/police/team/decisions/" + site.Area.Actors["officer2"].ID}, {sergeant, "/police/team/decisions/" + site.Area.Actors["custody"].ID},
			{sergeant, "/police/team/decisions/" + site.Area.Actors["manager"].ID}, {officer, "/partnership/equity"}, {officer, "/partnership/scrutiny"}, {evaluator, "/partnership/scrutiny"}, {panel, "/police/decisions"},
			{panel, "/partnership/equity/99"}, {panel, "/partnership/equity/1/csv?of=nothing"}, {panel, "/partnership/scrutiny/1/copy/99"},
		} {
			if a := closed.who.Get(closed.path); a.Status != http.StatusNotFound {
				t.Errorf("%s is open: %d", closed.path, a.Status)
			}
		}

		for _, who := range []*webtest.Browser{coordinator, panel, evaluator, site.SignIn(t, "commissioner")} {
			a := who.Get("/partnership/equity")
			at := 0
			for _, want := range []string{"1. How far people come", "2. Step by step", "3. Teams", "4. Reasons", "5. What is not recorded"} {
				next := strings.Index(a.Body, want)
				if a.Status != http.StatusOK || next < at {
					t.Fatalf("%q is missing or out of order: %d", want, a.Status)
				}
				at = next
			}
		}
		for _, of := range []string{"steps", "reasons"} {
			file := panel.Get("/partnership/equity/1/csv?of=" + of)
			if file.Status != http.StatusOK || !strings.Contains(file.Body, "definitions") {
				t.Errorf("the file of %s: %d %.200s", of, file.Status, file.Body)
			}
			if of == "steps" && regexp.MustCompile(`(?m),[1-9],`).MatchString(regexp.MustCompile(`,\d+,\d+\r`).ReplaceAllString(file.Body, "")) {
				t.Error("R44: a number below ten is in the file")
			}
		}
		// What is by team is in no file for everybody.
		if a := panel.Get("/partnership/figures/1/csv"); strings.Contains(a.Body, "team: ") {
			t.Error("teams are in the file of the state of the scheme")
		}

		packs, err := site.App.Scrutiny.Packs(t.Context(), site.Area.Actors["panel"])
		if err != nil || len(packs) == 0 {
			t.Fatalf("no pack: %v", err)
		}
		p := packs[0]
		if len(p.Items) == 0 || p.Of < 20 || len(p.Items) > p.Of/2+3 {
			t.Errorf("%d drawn of %d", len(p.Items), p.Of)
		}
		again := drawAgain(t, site, p)
		if len(again) != len(p.Items) || again[0] != p.Items[0] || again[len(again)-1] != p.Items[len(p.Items)-1] {
			t.Error("drawn again, the sample is another one")
		}
		list := panel.Get("/partnership/scrutiny")
		took := panel.Post("/partnership/scrutiny/1/copy", url.Values{"form_key": {list.Hidden("form_key")}})
		if took.Status != http.StatusSeeOther {
			t.Fatalf("a copy: %d", took.Status)
		}
		mine := took.Location
		a := panel.Get(mine)
		if a.Status != http.StatusOK || !strings.Contains(a.Body, "Pack 1, copy ") {
			t.Errorf("the copy: %d", a.Status)
		}
		for _, name := range []string{"Robin Hale", "Dana Wells", "Quayside response", "LD-"} {
			if strings.Contains(a.Body, name) {
				t.Errorf("the pack tells %s", name)
			}
		}
		if other := coordinator.Get(mine); other.Status != http.StatusNotFound {
			t.Errorf("a copy is opened by somebody else: %d", other.Status)
		}
		if a := coordinator.Post("/partnership/scrutiny", url.Values{"form_key": {coordinator.Get("/partnership/scrutiny").Hidden("form_key")}, "size": {"20"}}); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("the same months are drawn twice: %d", a.Status)
		}
	})
}

// drawAgain draws the months of a pack once more, as somebody who checks the lot would.
func drawAgain(t *testing.T, site *webtest.Site, p scrutiny.Pack) []scrutiny.Item {
	t.Helper()
	_, items, err := site.App.Scrutiny.Draw(t.Context(), site.Area.Actors["coordinator"], p.From, p.Until, p.Number, len(p.Items))
	if err != nil {
		t.Fatal(err)
	}
	return items
}
