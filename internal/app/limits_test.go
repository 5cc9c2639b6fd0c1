package app

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestASiteOverTLSTellsBrowsersToStayThere(t *testing.T) {
	site := func(secure bool) http.Header {
		w := httptest.NewRecorder()
		headers(secure, http.NotFoundHandler()).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
		return w.Header()
	}
	if h := site(true); h.Get("Strict-Transport-Security") != "max-age=63072000; includeSubDomains" || !strings.Contains(h.Get("Content-Security-Policy"), "upgrade-insecure-requests") {
		t.Errorf("over TLS: %v", h)
	}
	if h := site(false); h.Get("Strict-Transport-Security") != "" || strings.Contains(h.Get("Content-Security-Policy"), "upgrade-insecure-requests") {
		t.Errorf("without: %v", h)
	}
}

func TestAPanicIsAnAnswerWithItsHeaders(t *testing.T) {
	w := httptest.NewRecorder()
	broken := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary0000x") })
	headers(true, recovered(bounded(broken))).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "canary0000x") || strings.Contains(w.Body.String(), ".go:") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security", "Cache-Control"} {
		if w.Header().Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}
