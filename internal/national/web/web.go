// Package web serves the national view to anybody: no account, no session, and no
// way to any area's own pages. It imports national and platform.
package web

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"waymark.example/internal/national"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

//go:embed *.html
var files embed.FS

// Site is the national view.
type Site struct {
	areas  []national.Source
	secure bool
	pages  *ui.Set
}

// New returns the view of some areas.
func New(areas []national.Source, secure bool) *Site { return &Site{areas, secure, ui.Must(files)} }

// Handler answers the national view's host; absent answers what is not there.
func (s *Site) Handler(absent http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /assets/", ui.Assets())
	mux.HandleFunc("GET /{$}", s.page)
	mux.HandleFunc("GET /figures.csv", s.file)
	mux.HandleFunc("POST /language", s.chooseLanguage)
	mux.Handle("/", absent)
	return http.NewCrossOriginProtection().Handler(mux)
}

type page struct {
	ui.Page
	national.All
}

// within is how long the areas may take to answer.
const within = 20 * time.Second

func (s *Site) page(w http.ResponseWriter, r *http.Request) {
	v := page{ui.Page{Title: "LEAD, area by area", Lang: s.language(r), Here: "/"}, s.read(r)}
	if err := s.pages.Render(w, http.StatusOK, "view.html", v); err != nil {
		slog.ErrorContext(r.Context(), "national view", "err", err)
	}
}

func (s *Site) read(r *http.Request) national.All {
	ctx, cancel := context.WithTimeout(r.Context(), within)
	defer cancel()
	return national.Read(ctx, s.areas)
}

// file is the same figures as open data.
func (s *Site) file(w http.ResponseWriter, r *http.Request) {
	all := s.read(r)
	out := web.DownloadCSV(w, "lead-areas.csv")
	err := out.Row(append([]string{"area", "from_month", "until_month", "published_at"}, national.Measures()...)...)
	for _, a := range all.Areas {
		if a.Sets == 0 || err != nil {
			continue
		}
		row := []string{a.Title, a.From, a.Until, a.PublishedAt.UTC().Format(time.RFC3339)}
		for _, n := range a.Numbers {
			row = append(row, cell(n))
		}
		err = out.Row(row...)
	}
	if err := errors.Join(err, out.End()); err != nil {
		slog.WarnContext(r.Context(), "national figures", "err", err)
	}
}

// cell is a number as a file has it: at least 40 is "40+", and what is hidden is "".
func cell(n national.Number) string {
	switch {
	case !n.Shown:
		return ""
	case n.AtLeast:
		return strconv.Itoa(n.Value) + "+"
	}
	return strconv.Itoa(n.Value)
}

func (s *Site) cookie() string {
	if s.secure {
		return "__Host-national-language"
	}
	return "national-language"
}

func (s *Site) language(r *http.Request) ui.Lang {
	if c, err := r.Cookie(s.cookie()); err == nil {
		if l := ui.ParseLang(c.Value); l != "" {
			return l
		}
	}
	return ui.AcceptedLang(r)
}

func (s *Site) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	if l := ui.ParseLang(r.PostFormValue("to")); l != "" {
		http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: string(l), Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
