package ui_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"waymark.example/internal/platform/ui"
)

// A view may call a field of its own as the shell calls one of the page's: the shell
// still says who is signed in, and whether the page is narrow.
func TestTheShellReadsThePageWhateverAViewCallsItsFields(t *testing.T) {
	set := ui.Must(fstest.MapFS{"x.html": {Data: []byte(`{{define "main"}}<h1>{{.Who}}</h1>{{end}}`)}})
	text, err := set.Bytes("x.html", struct {
		ui.Page
		Who, Phone, Area string
	}{ui.Page{Title: "X", Who: "Asha Fern"}, "Who takes complaints?", "01632 960 111", "Northmoor"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<a href="/account">Asha Fern</a>`, `<main id="main" class="page"`, `<h1>Who takes complaints?</h1>`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the page does not hold %s:\n%s", want, text)
		}
	}
}
