package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/webtest"
)

// A paper comes as the one sort of form that carries a file, through every fence
// that other forms go through.
func TestC22_AFileComesThroughTheSameFencesAsAForm(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	manager := site.SignIn(t, "manager")
	kestrel := "/care/people/" + site.Area.People["Kestrel"]
	to := kestrel + "/papers/new"
	answers := func() url.Values {
		return url.Values{"form_key": {manager.Get(to).Hidden("form_key")}, "kind": {"benefit"}, "name": {"PIP letter"}, "original": {"theirs"}}
	}
	letter := strings.Repeat("Award: 72.65 a week. ", 100_000) // two megabytes
	count := func() int { return strings.Count(manager.Get(kestrel+"/papers").Body, "/papers/doc_") }
	before, form := count(), answers()
	for range 2 { // a double tap is one paper
		if a := manager.Do(upload(t, site, to, form, "C:\\letters\\pip.txt", letter)); a.Status != http.StatusSeeOther || a.Location != kestrel+"/papers" {
			t.Fatalf("%d %s %.400s", a.Status, a.Location, a.Body)
		}
	}
	if a := manager.Do(upload(t, site, to, form, "pip.txt", "another letter")); a.Status != http.StatusConflict {
		t.Errorf("the same form with another file: %d", a.Status)
	}
	if n := count() - before; n != 1 {
		t.Errorf("%d papers were kept", n)
	}
	page := manager.Get(kestrel + "/papers")
	at := linkWith(t, page, "/papers/doc_")
	file := manager.Get(at + "/file")
	if file.Body != letter || file.Header.Get("Content-Disposition") != `attachment; filename="PIP letter.txt"` || !strings.HasPrefix(file.Header.Get("Content-Security-Policy"), "sandbox;") ||
		file.Header.Get("X-Content-Type-Options") != "nosniff" || file.Header.Get("Content-Type") != "text/plain; charset=utf-8" || file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("fetched: %d bytes, %v", len(file.Body), file.Header)
	}

	refused := func(what string, want int, r *http.Request, b *webtest.Browser) {
		t.Helper()
		if a := b.Do(r); a.Status != want {
			t.Errorf("%s: %d, not %d", what, a.Status, want)
		}
	}
	send := func(name, content string) *http.Request { return upload(t, site, to, answers(), name, content) }
	cross := send("a.txt", "words")
	cross.Header.Set("Sec-Fetch-Site", "cross-site")
	refused("from another site", http.StatusForbidden, cross, manager)
	refused("nobody signed in", http.StatusUnauthorized, send("a.txt", "words"), site.Visitor(t))
	refused("somebody else's worker", http.StatusNotFound, send("a.txt", "words"), site.SignIn(t, "manager3"))
	refused("an officer", http.StatusNotFound, send("a.txt", "words"), site.SignIn(t, "officer"))
	refused("whoever is on call", http.StatusNotFound, send("a.txt", "words"), site.SignIn(t, "oncall"))
	refused("no file", http.StatusUnprocessableEntity, upload(t, site, to, answers(), "", ""), manager)
	refused("what it is not", http.StatusUnprocessableEntity, send("letter.pdf", "MZ\x90\x00"), manager)
	refused("too large", http.StatusRequestEntityTooLarge, send("a.txt", strings.Repeat("word ", 3<<20)), manager)
	refused("a little too large", http.StatusUnprocessableEntity, send("a.txt", strings.Repeat("word ", 2_110_000)), manager)
	refused("where no file belongs", http.StatusUnsupportedMediaType, upload(t, site, kestrel+"/contact", url.Values{}, "a.txt", "words"), manager)
	long := answers()
	long.Set("words", strings.Repeat("word ", 10_000))
	refused("a long answer", http.StatusRequestEntityTooLarge, upload(t, site, to, long, "a.txt", "words"), manager)
	many := answers()
	for i := range 30 {
		many.Set(fmt.Sprint("more", i), "x")
	}
	refused("many answers", http.StatusRequestEntityTooLarge, upload(t, site, to, many, "a.txt", "words"), manager)
	torn := send("a.txt", "words")
	torn.Header.Set("Content-Type", "multipart/form-data")
	refused("no boundary", http.StatusUnsupportedMediaType, torn, manager)
	squeezed := send("a.txt", "words")
	squeezed.Header.Set("Content-Encoding", "gzip")
	refused("compressed", http.StatusUnsupportedMediaType, squeezed, manager)
	if n := count() - before; n != 1 {
		t.Errorf("%d papers were kept", n)
	}
	for _, name := range []string{"manager3", "oncall", "officer", "dpo"} {
		if a := site.SignIn(t, name).Get(at + "/file"); a.Status != http.StatusNotFound {
			t.Errorf("%s fetches it: %d", name, a.Status)
		}
	}
	if !manager.Get(kestrel).Says("PIP letter") || site.SignIn(t, "supervisor").Get(kestrel+"/papers").Status != http.StatusOK {
		t.Error("it does not show on the person's page")
	}
}
