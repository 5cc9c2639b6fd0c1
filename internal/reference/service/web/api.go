package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"

	"waymark.example/internal/lead"
	"waymark.example/internal/reference/service"
)

// PublicPath is where a site that decided so offers its directory to anybody.
const PublicPath = "/open-referral"

// The size of a page of the directory that is offered to anybody.
const (
	usualPage = 50
	mostPage  = 200
)

// NewAPI returns the directory as the Open Referral UK profile asks for it: read
// only, without a key, from any other site's page. It is about nobody.
func NewAPI(directory *service.Service) http.Handler {
	a := &api{directory: directory}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PublicPath+"/{$}", a.about)
	for path, of := range map[string]func(*service.Catalogue) []service.Entry{
		"/services":             func(c *service.Catalogue) []service.Entry { return c.Services },
		"/service_at_locations": func(c *service.Catalogue) []service.Entry { return c.Places },
		"/taxonomies":           func(c *service.Catalogue) []service.Entry { return c.Taxonomies },
		"/taxonomy_terms":       func(c *service.Catalogue) []service.Entry { return c.Terms },
	} {
		narrows := path == "/services" || path == "/service_at_locations"
		mux.HandleFunc("GET "+PublicPath+path, func(w http.ResponseWriter, r *http.Request) { a.list(w, r, of, narrows) })
		mux.HandleFunc("GET "+PublicPath+path+"/{id}", func(w http.ResponseWriter, r *http.Request) { a.one(w, r, of) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		mux.ServeHTTP(w, r)
	})
}

type api struct {
	directory *service.Service
	mu        sync.Mutex
	last      *service.Catalogue // what was made last, used while nothing changes
}

// catalogue returns what is listed now.
func (a *api) catalogue(r *http.Request) (*service.Catalogue, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	c, err := a.directory.Catalogue(r.Context(), a.last)
	if err == nil {
		a.last = c
	}
	return c, err
}

func (a *api) about(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, map[string]string{
		"version": "HSDS-UK-3.0", "profile": "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md", "openapi_url": "https://docs.openreferraluk.org/en/latest/openapi30.json"})
}

// notOffered are filters of the published model that this directory does not
// answer. An answer that left one out would be a wrong one.
func notOffered() []string {
	return []string{"minimum_age", "maximum_age", "start_time", "end_time", "day", "postcode", "proximity", "modified_after", "organization_id", "minimal"}
}

func (a *api) list(w http.ResponseWriter, r *http.Request, of func(*service.Catalogue) []service.Entry, narrows bool) {
	q := r.URL.Query()
	page, size := number(r, "page", 1), min(number(r, "per_page", usualPage), mostPage)
	if page < 1 || size < 1 || page > 1_000_000 {
		answer(w, r, http.StatusBadRequest, map[string]string{"error": "page and per_page are numbers from 1 on"})
		return
	}
	for _, name := range notOffered() {
		if q.Get(name) != "" {
			answer(w, r, http.StatusBadRequest, map[string]string{"error": "this directory does not filter by " + name})
			return
		}
	}
	c, err := a.catalogue(r)
	if err != nil {
		failed(w, r, err)
		return
	}
	entries := of(c)
	if narrows {
		entries = service.Ask{Search: q.Get("search"), Term: q.Get("taxonomy_term_id"), Taxonomy: q.Get("taxonomy_id")}.Narrow(entries)
	}
	answer(w, r, http.StatusOK, service.NewPage(entries, page, size))
}

func (a *api) one(w http.ResponseWriter, r *http.Request, of func(*service.Catalogue) []service.Entry) {
	c, err := a.catalogue(r)
	if err != nil {
		failed(w, r, err)
		return
	}
	for _, e := range of(c) {
		if e.ID == r.PathValue("id") {
			answer(w, r, http.StatusOK, e.JSON)
			return
		}
	}
	failed(w, r, lead.ErrNotFound)
}

// number reads a number of the address; -1 when it is none.
func number(r *http.Request, name string, usual int) int {
	text := r.URL.Query().Get(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

func failed(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, lead.ErrNotFound) {
		answer(w, r, http.StatusNotFound, map[string]string{"error": "there is no such thing here"})
		return
	}
	slog.ErrorContext(r.Context(), "directory", "route", r.Pattern, "err", err)
	answer(w, r, http.StatusServiceUnavailable, map[string]string{"error": "try again in a moment"})
}

func answer(w http.ResponseWriter, r *http.Request, status int, what any) {
	text, err := json.Marshal(what)
	if err != nil {
		slog.ErrorContext(r.Context(), "directory", "route", r.Pattern, "err", err)
		http.Error(w, "{}", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		slog.WarnContext(r.Context(), "directory", "err", err)
	}
}
