package app

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/lead"
	doorweb "waymark.example/internal/partnership/door/web"
	surveyweb "waymark.example/internal/partnership/survey/web"
	"waymark.example/internal/platform/web"
	recordsweb "waymark.example/internal/police/records/web"
)

const (
	maxBody     = 256 << 10        // bytes of a form: the longest note many times over
	maxPublic   = 64 << 10         // bytes of a form that anybody may send: the longest complaint, in a script of which each letter is twelve
	maxAnswers  = 1000             // of a form and its address: the longest page has some two hundred
	requestTime = 20 * time.Second // that one request may take
	uploadTime  = 3 * time.Minute  // that one may take which brings a file over a slow phone
)

// readForm reads the address and the body of r within the limits. A form is the
// only body that is taken: no file, no JSON, nothing that two readers could
// understand in two ways. Where a route takes a file, the body is left until it is
// known who sends it: see readUpload.
func readForm(r *http.Request, route web.Route) error {
	if !typeable(r.URL.Path) {
		return lead.ErrNotFound
	}
	for _, values := range r.URL.Query() {
		if slices.ContainsFunc(values, func(s string) bool { return !typeable(s) }) {
			return lead.ErrNotFound
		}
	}
	if route.Upload && web.IsUpload(r) {
		r.Form, r.PostForm = r.URL.Query(), url.Values{}
		return nil
	}
	if r.ContentLength != 0 { // -1 where it is not told
		kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		charset := parameters["charset"]
		if err != nil || kind != "application/x-www-form-urlencoded" || (charset != "" && !strings.EqualFold(charset, "utf-8")) || r.Header.Get("Content-Encoding") != "" {
			return fmt.Errorf("read form: %w", web.ErrKind)
		}
	}
	if err := r.ParseForm(); err != nil {
		tooBig := &http.MaxBytesError{}
		if errors.As(err, &tooBig) || r.Context().Err() != nil {
			return fmt.Errorf("read form: %w", err)
		}
		return fmt.Errorf("read form: %w", web.ErrUnreadable)
	}
	answers := 0
	for _, form := range []url.Values{r.Form, r.PostForm} {
		for _, values := range form {
			answers += len(values)
			for i := range values { // what no keyboard types, no database should have to keep
				values[i] = strings.ToValidUTF8(strings.ReplaceAll(values[i], "\x00", ""), "")
			}
		}
	}
	if answers > 2*maxAnswers { // the form's are in both
		return fmt.Errorf("read form: %w", &http.MaxBytesError{Limit: maxBody})
	}
	return nil
}

// typeable reports whether s is text that a database can keep.
func typeable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// headers keeps browsers from running, framing or fetching anything that is
// not ours, from telling other sites where somebody came from, and from keeping
// what they were shown. They stand on every answer, whatever made it.
func headers(secure bool, next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "manifest-src 'self'", "form-action 'self'",
		"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
		"require-trusted-types-for 'script'", "trusted-types waymark-worker", // no script may turn text into markup or code; the one policy lets an officer's page name its own worker
	}, "; ")
	if secure {
		policy += "; upgrade-insecure-requests"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY") // for browsers older than frame-ancestors
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()")
		h.Set("Cache-Control", "no-store") // the assets say otherwise of themselves
		if secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// bodyLimit is how many bytes the body of r may have: a form's, but for the one
// address at which a record system sends a file, and those at which a paper is
// kept. That it may is asked there, before any of it is read.
func bodyLimit(r *http.Request) int64 {
	if careweb.TakesFile(r.URL.Path) && web.IsUpload(r) {
		return web.MaxUpload
	}
	if r.Method == http.MethodPost && r.URL.Path == recordsweb.ImportPath && recordsweb.IsCSV(r) {
		return recordsweb.MaxFile
	}
	if doorweb.Doors(r.URL.Path) || surveyweb.Form(r.URL.Path) {
		return maxPublic
	}
	return maxBody
}

// bounded gives every request, whoever answers it, the same limits: a body
// that ends, and a handler that never sees a method it was not made for.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet, http.MethodHead, http.MethodPost:
		default:
			w.Header().Set("Allow", "GET, HEAD, POST")
			http.Error(w, "This is not something that can be asked here.", http.StatusMethodNotAllowed)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r))
		next.ServeHTTP(w, r)
	})
}
