package web

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/google/uuid"

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
	a := api{directory}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PublicPath+"/{$}", a.about)
	mux.HandleFunc("GET "+PublicPath+"/services", a.services)
	mux.HandleFunc("GET "+PublicPath+"/services/{id}", a.service)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		mux.ServeHTTP(w, r)
	})
}

type api struct{ directory *service.Service }

func (a api) about(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, map[string]string{
		"version": "HSDS-UK-3.0", "profile": "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md", "openapi_url": "https://docs.openreferraluk.org/en/latest/openapi30.json"})
}

func (a api) services(w http.ResponseWriter, r *http.Request) {
	page, size := number(r, "page", 1), min(number(r, "per_page", usualPage), mostPage)
	if page < 1 || size < 1 || page > 1_000_000 {
		answer(w, r, http.StatusBadRequest, map[string]string{"error": "page and per_page are numbers from 1 on"})
		return
	}
	services, total, err := a.directory.Page(r.Context(), page, size)
	if err != nil {
		failed(w, r, err)
		return
	}
	answer(w, r, http.StatusOK, service.NewPage(services, page, size, total))
}

func (a api) service(w http.ResponseWriter, r *http.Request) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		failed(w, r, lead.ErrNotFound)
		return
	}
	d, err := a.directory.Public(r.Context(), id.String())
	if err != nil {
		failed(w, r, err)
		return
	}
	answer(w, r, http.StatusOK, json.RawMessage(d.JSON()))
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
		answer(w, r, http.StatusNotFound, map[string]string{"error": "there is no such service"})
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
