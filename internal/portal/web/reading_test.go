package web_test

import (
	"html"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// ease is a text's length in sentences, words and syllables.
type ease struct{ sentences, words, syllables int }

// grade is the Flesch-Kincaid grade: the school year in which a text is read
// with ease. Year 5 of the formula is about ten years old.
func (e ease) grade() float64 {
	return 0.39*float64(e.words)/float64(e.sentences) + 11.8*float64(e.syllables)/float64(e.words) - 15.59
}

var (
	blockEnd = regexp.MustCompile(`(?i)</?(h\d|p|li|ul|ol|button|label|legend|div|section|blockquote|summary|br|dt|dd|header|main)\b[^>]*>`)
	stop     = regexp.MustCompile(`[.!?:;]+(\s|$)`)
	word     = regexp.MustCompile(`[A-Za-z][A-Za-z']*`)
	vowels   = regexp.MustCompile(`[aeiouy]+`)
)

// read measures what a page says. Names, dates and numbers are left out: they
// are as long as they are. A fragment of one or two words, such as a button, is
// no sentence, so that short labels do not make long sentences look easy.
func read(body string, names []string) ease {
	for _, n := range names {
		body = strings.ReplaceAll(body, n, "Sam")
	}
	body = blockEnd.ReplaceAllString(tagScript.ReplaceAllString(body, " "), ". ")
	text := html.UnescapeString(tag.ReplaceAllString(body, " "))
	var e ease
	for _, sentence := range stop.Split(text, -1) {
		words := word.FindAllString(sentence, -1)
		if len(words) < 3 {
			continue
		}
		e.sentences++
		for _, w := range words {
			if w == "Sam" || months[w] {
				continue
			}
			e.words++
			e.syllables += syllables(w)
		}
	}
	return e
}

var (
	tagScript = regexp.MustCompile(`(?s)<head>.*?</head>|<script.*?</script>|<header.*?</header>|<aside.*?</aside>`)
	months    = map[string]bool{"January": true, "February": true, "September": true, "October": true, "November": true, "December": true, "August": true}
)

// syllables counts the vowel groups of a word, less a silent e.
func syllables(w string) int {
	w = strings.ToLower(strings.TrimRightFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }))
	n := len(vowels.FindAllString(w, -1))
	silent := strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "le") || strings.HasSuffix(w, "es") && !strings.HasSuffix(w, "ses") || strings.HasSuffix(w, "ed") && !strings.HasSuffix(w, "ted") && !strings.HasSuffix(w, "ded")
	if n > 1 && silent {
		n--
	}
	return max(n, 1)
}

// hardest is the most that a page may ask of its reader.
const hardest = 5.0

// Every page that a participant meets, in each state of their support, reads at
// about nine years of age.
func TestEveryPageIsPlain(t *testing.T) {
	a := start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	names := []string{"Kestrel", "Wren", "Plover", "Tern", "Asha Fern", "Sam Okoro", "Harbour Support", "Harbour Health Trust", "Lantern Housing", "Northmoor Police", "Northmoor Audit", "Information Commissioner's Office (ICO)"}
	worst, where, pages := 0.0, "", 0
	look := func(path, body string) {
		e := read(body, names)
		if e.words == 0 {
			return
		}
		pages++
		if g := e.grade(); g > worst {
			worst, where = g, path
		}
		if g := e.grade(); g > hardest {
			t.Errorf("%s: grade %.1f (%+v), want %.0f or less:\n%s", path, g, e, hardest, visible(body))
		}
	}
	look("/me/start", a.Visitor(t).Get("/me/start?closed=yes").Body)
	for _, name := range []string{"Kestrel", "Wren", "Plover", "Tern"} {
		b := a.open(name)
		for path, page := range crawl(b) {
			look(name+" "+path, page.Body)
		}
		look(name+" error", b.Post("/me/ask/correct", nil).Body)
		look(name+" not found", b.Get("/me/nothing").Body)
		look(name+" conflict", b.Post("/me/support/come-back", nil).Body)
	}
	if pages < 40 {
		t.Fatalf("only %d pages: the test looks in the wrong place", pages)
	}
	t.Logf("%d pages; the hardest is grade %.1f (%s)", pages, worst, where)
}

func TestTheMeasureOfPlainnessCanTell(t *testing.T) {
	hard := "<p>Pursuant to applicable data-protection legislation, individuals may exercise rights of access regarding information concerning themselves.</p>"
	if g := read(hard, nil).grade(); g < 12 {
		t.Errorf("a hard sentence is grade %.1f", g)
	}
	if g := read("<p>You can come back any time. Your worker will help you.</p>", nil).grade(); g > 3 {
		t.Errorf("an easy sentence is grade %.1f", g)
	}
}
