package ui

import (
	"html"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

type kind string

func (k kind) Words() string { return "Food or drink" }

type fact struct {
	Name, Words string
	Kind        kind
}

type record struct {
	Page
	fact
	Heading string
	People  []fact
	At      time.Time
	N       int
	Ask     Field
}

func one(text string) Forms { return Forms{"": text} }

// speaking is a book with these messages, as if they stood in Go code too.
func speaking(t *testing.T, said map[string]Forms, ours map[string][]int) *book {
	t.Helper()
	b := &book{exact: map[string]Entry{}}
	for en, cy := range said {
		e := Entry{EN: en, CY: cy, Ours: ours[en], Where: []string{"x.go"}}
		if err := e.Wrong(); err != nil {
			t.Fatal(err)
		}
		b.add(e)
	}
	b.sort()
	return b
}

func render(t *testing.T, b *book, page string, view record) string {
	t.Helper()
	pages, err := parse(fstest.MapFS{"page.html": {Data: []byte(`{{define "main"}}` + page + `{{end}}`)}}, Welsh, b)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := pages["page.html"].ExecuteTemplate(&out, "main", view); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPageIsSaidInWelshAndPeoplesOwnWordsStayTheirs(t *testing.T) {
	b := speaking(t, map[string]Forms{
		"Hello, {1}": one("Helo {1}"), "Food or drink": one("Bwyd neu ddiod"), "Quiet": one("Tawel"), "Your name": one("Eich enw"), "Optional.": one("Dewisol."),
		`On {1} <1>{2}</1> came & said <2>"yes"</2>.`: one(`Daeth <1>{2}</1> a dweud <2>"ie"</2> & {1}.`),
		"person|people":       {"two": "{n} berson", "few": "{n} pherson", "other": "{n} o bobl", "one": "{n} person", "many": "{n} pherson", "zero": "{n} o bobl"},
		"{1} wait":            one("Mae {1} yn aros"),
		"Only you see this":   one(`Dim ond chi sy'n "gweld" hyn`),
		"About {1}":           one("Am {1}"),
		"Needed now: {1}":     one("Angen nawr: {1}"),
		"Said by {1}":         one("Dywedwyd gan {1}"),
		"The last day is {1}": one("Y diwrnod olaf yw {1}"),
	}, map[string][]int{"Needed now: {1}": {1}})
	view := record{Page: Page{Lang: Welsh}, fact: fact{Name: "Quiet", Words: "Food or drink", Kind: "food"}, Heading: "Quiet", At: time.Date(2026, 11, 26, 9, 5, 0, 0, time.UTC), N: 2,
		People: []fact{{Name: "Food or drink", Words: "Quiet"}}, Ask: NewForm(nil, nil).Text("name", "Your name", "Optional.")}
	for page, want := range map[string]string{
		`<p>Hello, {{.Name}}</p>`:                                      `<p>Helo Quiet</p>`, // a name that happens to be one of our words
		`<p>{{.Name}}</p><p>{{.Words}}</p>`:                            `<p>Quiet</p><p>Food or drink</p>`,
		`<p>{{.Kind.Words}}</p>`:                                       `<p>Bwyd neu ddiod</p>`,
		`{{with .Kind}}{{.Words}}{{end}}`:                              `Bwyd neu ddiod`,
		`<h1>{{.Heading}}</h1>`:                                        `<h1>Tawel</h1>`,
		`{{with .Heading}}<p>{{.}}</p>{{end}}{{$h := .Heading}}{{$h}}`: `<p>Tawel</p>Tawel`,
		`{{range .People}}{{.Name}}: {{.Words}}{{end}}`:                `Food or drink: Quiet`,
		`<p>On {{day .Page .At}} <a href="/x?y={{.N}}">{{.Name}}</a> came &amp; said <b>"yes"</b>.</p>`:                                                             `<p>Daeth <a href="/x?y=2">Quiet</a> a dweud <b>"ie"</b> &amp; 26 Tachwedd 2026.</p>`,
		"<p>On\n {{day .Page .At}} <a class=\"{{if .N}}b{{end}}\">x</a>  came &amp; said <i>\"yes\"</i>.</p>":                                                       `came`,
		`<p>{{plural .N "person" "people"}} wait</p>`:                                                                                                               `<p>Mae 2 berson yn aros</p>`,
		`{{plural 0 "person" "people"}}, {{plural 3 "person" "people"}}, {{plural 6 "person" "people"}}, {{plural 7 "person" "people"}}, {{plural 3 "cat" "cats"}}`: `0 o bobl, 3 pherson, 6 pherson, 7 o bobl, 3 cats`,
		`{{template "eye" "Only you see this"}}`:                                                                                                                    `<span>Dim ond chi sy&#39;n &#34;gweld&#34; hyn</span>`,
		`<nav aria-label="Only you see this"></nav>`:                                                                                                                `<nav aria-label="Dim ond chi sy'n &#34;gweld&#34; hyn"></nav>`,
		`<nav aria-label="About {{.Name}}"></nav>`:                                                                                                                  `<nav aria-label="Am Quiet"></nav>`,
		`{{template "field" .Ask}}`:                                                                                                                                 `<label for="name">Eich enw</label>`,
		`{{say "Needed now: food or drink"}}`:                                                                                                                       `Angen nawr: bwyd neu ddiod`,
		`{{say "Said by Quiet"}}`:                                                                                                                                   `Dywedwyd gan Quiet`, // a name within a sentence of ours
		`{{say "The last day is 3 March 2027"}}`:                                                                                                                    `Y diwrnod olaf yw 3 Mawrth 2027`,
		`{{say "quiet"}} {{say "Nothing of the kind"}}`:                                                                                                             `tawel Nothing of the kind`,
		`{{when .Page .At}} {{short .Page .At}} {{clock .Page .At}} {{date "2026-02-01"}} {{shortdate "2026-08-01"}}`:                                               `26 Tachwedd 2026, 09:05 26 Tach 09:05 1 Chwefror 2026 1 Awst`,
		`<textarea>{{.Heading}} Quiet</textarea>`:                                                                                                                   `Quiet`,
		`<script>let a = "Quiet";</script>`:                                                                                                                         `<script>let a = "Quiet";</script>`,
		`<svg><title>Quiet</title></svg>`:                                                                                                                           `<svg><title>Quiet</title></svg>`,
	} {
		if got := render(t, b, page, view); !strings.Contains(html.UnescapeString(got), html.UnescapeString(want)) {
			t.Errorf("%s\n got %s\nwant %s", page, got, want)
		}
	}
}

// What html/template would escape in English it escapes in Welsh, and a
// translation is text wherever it stands.
func TestATranslationIsOnlyEverText(t *testing.T) {
	for message, translation := range map[string]string{
		"Hello": "<b>Helo</b>", "Bye": "{{.Name}}", "Hello, {1}": "Helo", "Dear {1}": "{1} {1}", "A {1}": "{2}", "See <1>it</1>": "Gweld <1>hyn", "Look <1>at</1>": "<1>Gweld</1> </1>",
		"So": "{1}", "Then": "<script>", "If": "a > b", "When": "}}", "Where": "<1>Ble</1>", "Both <1>a</1> <2>b</2>": "<1>a <2>b</1></2>",
	} {
		if Fits(message, translation) == nil {
			t.Errorf("%q was taken for %q", translation, message)
		}
		b := &book{exact: map[string]Entry{message: {EN: message, CY: one(translation)}}}
		english := regexp.MustCompile(`<(/?)\d+>`).ReplaceAllString(strings.ReplaceAll(message, "{1}", "{{.Name}}"), "<${1}b>")
		got := render(t, b, "<p>"+english+"</p>", record{fact: fact{Name: "<i>x</i>"}})
		want := "<p>" + strings.ReplaceAll(english, "{{.Name}}", "&lt;i&gt;x&lt;/i&gt;") + "</p>"
		if got != want {
			t.Errorf("%q: got %s, want %s", translation, got, want)
		}
	}
	if err := Fits("On {1} see <1>{2}</1>", "Gweler <1>{2}</1> ar {1}"); err != nil {
		t.Error(err)
	}
	for _, e := range []Entry{{EN: "a|b", CY: Forms{"other": "lots"}}, {EN: "a|b", CY: Forms{"other": "{n} <b>"}}, {EN: "a|b", CY: Forms{"other": "{n}", "dual": "{n}"}}} {
		if e.Wrong() == nil {
			t.Errorf("%v was taken", e.CY)
		}
	}
}

// Unicode CLDR: common/supplemental/plurals.xml, locale cy.
func TestWelshCountsInSixForms(t *testing.T) {
	for n, want := range map[int]string{0: "zero", 1: "one", 2: "two", 3: "few", 4: "other", 5: "other", 6: "many", 7: "other", 11: "other", 16: "other", 100: "other"} {
		if got := Welsh.pluralForm(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func TestAScriptsWordsStayOneText(t *testing.T) {
	b := &book{exact: map[string]Entry{"{1} wait": {EN: "{1} wait", CY: one(`Mae {1} yn "aros"` + "\n</script>\\")}, "Quiet": {EN: "Quiet", CY: one("Tawel")}}}
	got := string(translated([]byte(`x(tell("{1} wait", n), "Quiet", tell("No word"))`), b))
	if want := `x(tell("Mae {1} yn \"aros\"\n\u003c/script\u003e\\", n), "Quiet", tell("No word"))`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every translation in the catalogue can be shown.
func TestEveryTranslationFitsItsMessage(t *testing.T) {
	files, err := Catalogue()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for area, entries := range files {
		for _, e := range entries {
			if err := e.Wrong(); err != nil {
				t.Errorf("%s: %q: %v", area, e.EN, err)
			}
			if other, ok := seen[e.EN]; ok {
				t.Errorf("%q stands in %s and in %s", e.EN, other, area)
			}
			seen[e.EN] = area
		}
	}
}

func FuzzATranslatedPageHoldsNoMarkupButItsOwn(f *testing.F) {
	for _, seed := range []string{"Helo {1} <1>x</1>", "<1>{1}</1>", "{{.Name}}", "<script>", "{1}<1></1>&lt;", "{1}{", "</1>{1}<1>", "\x00{1}<1></1>", `"{1}'<1></1>`} {
		f.Add(seed)
	}
	tags := regexp.MustCompile(`<[^>]*>`)
	f.Fuzz(func(t *testing.T, translation string) {
		const message = "Hello {1} <1>x</1>"
		if Fits(message, translation) != nil {
			return
		}
		b := &book{exact: map[string]Entry{message: {EN: message, CY: one(translation)}}}
		got := render(t, b, `<p title="Hello {{.Name}}">Hello {{.Name}} <b>x</b></p>`, record{fact: fact{Name: "N"}})
		if found := strings.Join(tags.FindAllString(got, -1), ""); found != `<p title="Hello N"><b></b></p>` {
			t.Errorf("%q became %s", translation, got)
		}
	})
}

// Each page of the product, read into pieces and written again without a word
// looked up, says what it said.
func TestEveryTemplateComesOutAsItWentIn(t *testing.T) {
	plain := func(s string) string {
		s = regexp.MustCompile(`\{\{say \((.*?)\)\}\}`).ReplaceAllString(s, "{{$1}}")
		s = regexp.MustCompile(`\{\{own \S+ (\S+)\}\}`).ReplaceAllString(s, "{{$1}}")
		s = regexp.MustCompile(`\{\{say (\S+)\}\}`).ReplaceAllString(s, "{{$1}}")
		return strings.Join(strings.Fields(html.UnescapeString(s)), " ")
	}
	pages := 0
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		source, err := os.ReadFile(path) //nolint:gosec // a page of ours
		if err != nil {
			return err
		}
		pages++
		got, err := rewrite(filepath.Base(path), string(source), func(string) (string, bool) { return "", false })
		if err != nil || plain(got) != plain(string(source)) {
			t.Errorf("%s: %v\n%s", path, err, got)
		}
		return nil
	})
	if err != nil || pages < 100 {
		t.Fatalf("%d pages: %v", pages, err)
	}
}

func TestALanguageIsAskedForByWeight(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil)
	r.Header["Accept-Language"] = []string{"fr", "en;q=0.4,cy;q=0.5"}
	if got := AcceptedLang(r); got != Welsh {
		t.Errorf("got %s", got)
	}
}
