package app_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"waymark.example/internal/webtest"
)

// lookStates are how things were over time, questionnaires and papers.
func lookStates(t *testing.T, site *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	manager, kestrel, tern := site.SignIn(t, "manager"), "/care/people/"+site.Area.People["Kestrel"], "/care/people/"+site.Area.People["Tern"]
	save("look-needs", manager.Get(kestrel+"/needs"), 200)
	save("look-needs-nothing", manager.Get(tern+"/needs"), 200)
	save("look-person", manager.Get(kestrel), 200)
	save("look-months", manager.Get(kestrel+"/months"), 200)
	save("look-months-nothing", manager.Get(tern+"/months"), 200)
	save("look-month", manager.Get(kestrel+"/months/ask"), 200)
	save("look-month-mistakes", manager.Post(kestrel+"/months/ask", url.Values{"month": {"2999-01"}, "housing": {"the moon"}, "words": {strings.Repeat("word ", 300)}}), 422)

	save("look-papers", manager.Get(kestrel+"/papers"), 200)
	save("look-papers-nothing", manager.Get(tern+"/papers"), 200)
	save("look-paper-new", manager.Get(kestrel+"/papers/new"), 200)
	save("look-paper-new-mistakes", manager.Do(upload(t, site, kestrel+"/papers/new", url.Values{"kind": {"moon"}, "name": {""}}, "page.pdf", "<script>alert(1)</script>")), 422)
	at := linkWith(t, manager.Get(kestrel+"/papers"), "/papers/doc_")
	save("look-paper", manager.Get(at), 200)
	save("look-paper-mistakes", manager.Post(at+"/take-away", url.Values{"why": {""}}), 422)
	manager.Post(at+"/take-away", url.Values{"why": {"They asked"}})
	save("look-paper-taken-away", manager.Get(at), 200)

	save("look-questionnaires", manager.Get(kestrel+"/questionnaires"), 200)
	save("look-questionnaires-nothing", manager.Get(tern+"/questionnaires"), 200)
	save("look-questionnaires-supervisor", site.SignIn(t, "supervisor").Get(kestrel+"/questionnaires"), 200)
	save("look-questionnaire", manager.Get(kestrel+"/questionnaires/phq-9"), 200)
	save("look-questionnaire-mistakes", manager.Post(kestrel+"/questionnaires/phq-9", url.Values{"version": {"1"}, "item_1": {"9"}, "on": {"2999-01-01"}}), 422)
	safety := manager.Post(kestrel+"/questionnaires/phq-9", url.Values{"version": {"1"}, "item_1": {"1"}, "item_9": {"2"}, "on": {"2026-11-20"}})
	save("look-answered-safety", manager.Get(safety.Location), 200)
	save("look-answered-mistakes", manager.Post(safety.Location+"/wrong", url.Values{"why": {""}}), 422)
	manager.Post(safety.Location+"/wrong", url.Values{"why": {"Asked twice"}})
	save("look-answered-wrong", manager.Get(safety.Location), 200)
	admin := site.SignIn(t, "administrator")
	save("look-instruments", admin.Get("/questionnaires"), 200)
	save("look-instrument-in-use", admin.Get("/questionnaires/phq-9/1"), 200)
	save("look-instrument", admin.Get("/questionnaires/gad-7/1"), 200)
	save("look-instrument-mistakes", admin.Post("/questionnaires/gad-7/1/attest", url.Values{"licence": {""}}), 422)
}

// upload returns a form with a file.
func upload(t *testing.T, site *webtest.Site, path string, answers url.Values, name, content string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, values := range answers {
		for _, v := range values {
			if err := form.WriteField(field, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	if name != "" {
		part, err := form.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+path, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	return r
}
