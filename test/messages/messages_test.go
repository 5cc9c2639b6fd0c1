package main

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

const dir = "../../internal/platform/ui/words/cy"

// Every message that a page can show stands in the catalogue, nothing else does,
// and how many have no Welsh may only go down: the number stands beside the files.
func TestTheCatalogueHoldsEveryMessageAndNothingStale(t *testing.T) {
	of, err := collect("../..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := read(dir)
	if err != nil {
		t.Fatal(err)
	}
	have, missing := map[string]bool{}, 0
	for area, entries := range files {
		for _, e := range entries {
			have[e.EN] = e.Done()
			if _, ok := of[e.EN]; !ok {
				t.Logf("%s: no page shows %q any more: run make messages", area, e.EN)
			}
			if e.Checked && !e.Done() {
				t.Errorf("%s: %q is checked and has no Welsh", area, e.EN)
			}
		}
	}
	var without []string
	for message := range of {
		if !have[message] {
			missing++
			without = append(without, message)
		}
	}
	text, err := os.ReadFile(dir + "/../cy-missing")
	if err != nil {
		t.Fatal(err)
	}
	most, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	if missing > most {
		t.Errorf("%d messages have no Welsh, %d more than before: run make messages, and translate:\n%.4000s", missing, missing-most, strings.Join(without, "\n"))
	}
	t.Logf("%d messages, %d without Welsh", len(of), missing)
}

func TestWordsAreToldFromKeys(t *testing.T) {
	for text, want := range map[string]bool{
		"Choose the offence": true, "Hand-off: {1}": true, "Today": true, "they asked for help": true, "Shorten this to {1} characters": true, "{1} asked": true,
		"/care/people": false, "SELECT a FROM b": false, "care_need": false, "text/html; charset=utf-8": false, "GET": false, "2 January 2006": false, "": false, "form_key": false, "https://example.org/a b": false, "X-Frame-Options": false,
	} {
		if words(text, false) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	for format, want := range map[string]string{"%d of %s": "{1} of {2}", "%.0f%%": "{1}%", "none": "none"} {
		if got := holes(format); got != want {
			t.Errorf("%q became %q", format, got)
		}
	}
}

func TestUpdatingKeepsWhatIsTranslatedAndAddsWhatIsNew(t *testing.T) {
	at := t.TempDir()
	of := found{}
	of.add("About {1}", "care/web/about.html")
	of.add("person|people", "care/web/board.html")
	if _, err := update(at, of, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(at + "/care-a-m.json")
	if err != nil {
		t.Fatal(err)
	}
	done := strings.Replace(string(text), `"cy":"","checked":false,"where":["care/web/about.html"]`, `"cy":"Am {1}","checked":true,"where":["old.html"]`, 1)
	if err := os.WriteFile(at+"/care-a-m.json", []byte(done), 0o600); err != nil {
		t.Fatal(err)
	}
	of.add("About {1}", "police/web/x.go", 1)
	delete(of, "person|people")
	report, err := update(at, of, false)
	if err != nil {
		t.Fatal(err)
	}
	text, err = os.ReadFile(at + "/care-a-m.json")
	if err != nil {
		t.Fatal(err)
	}
	if want := "[\n{\"en\":\"About {1}\",\"cy\":\"Am {1}\",\"checked\":true,\"ours\":[1],\"where\":[\"care/web/about.html\",\"police/web/x.go\"]}\n]\n"; string(text) != want {
		t.Errorf("got %s", text)
	}
	if !strings.Contains(report, "0 added, 1 taken out, 0 without Welsh") {
		t.Error(report)
	}
}
