// Package ui holds the pieces that every page is made of: the shell, fields,
// choices, the error summary, and the style sheet. Each piece is a template
// with a typed struct. It imports the standard library and lead.
package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed components/*.html
var components embed.FS

// Link is a place to go.
type Link struct {
	Text    string
	Href    string
	Current bool
}

// Page is what the shell of every page needs. Every view struct embeds it.
type Page struct {
	Title    string // as the tab shows it, without the product's name
	Nav      []Link
	Who      string // the account's name and team, "" when nobody is signed in
	Practice bool   // made-up people: the page says so
	Phone    bool   // a narrow page for one hand
	Errors   []FieldError
	Key      string // the form's key: the same form sent twice makes one record
	Zone     *time.Location
	Scripts  []string // assets that this page runs besides the usual one
	App      bool     // can be put on a phone's home screen

	// A participant's own page shows nothing of the service around it: no name,
	// no navigation, but a way back and a way out.
	Home  string // the way back to their first page, "" on it
	Leave string // the way out; when set, the page is a participant's own
}

// How many places a bar holds before some of them stand under More, and how many
// then stay: a phone's screen is for the work.
const (
	barMost = 6
	barKeep = 4
)

// Bar is what of the navigation is always in sight: the first places, and the
// one that somebody is at.
func (p Page) Bar() []Link {
	if len(p.Nav) <= barMost {
		return p.Nav
	}
	bar := slices.Clone(p.Nav[:barKeep])
	for _, l := range p.Nav[barKeep:] {
		if l.Current {
			bar = append(bar, l)
		}
	}
	return bar
}

// Rest is what stands under More; empty where the bar holds everything.
func (p Page) Rest() []Link {
	if len(p.Nav) <= barMost {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.Nav[barKeep:]), func(l Link) bool { return l.Current })
}

// FieldError is one line of the error summary; it links to the field.
type FieldError struct{ ID, Text string }

// Set is a folder of pages, parsed once, each with the shell and components.
type Set struct{ pages map[string]*template.Template }

// Must parses every .html file of files as a page. A page defines "main"; a
// mistake in one is a mistake in the program, so it panics at start.
func Must(files fs.FS) *Set {
	base := template.Must(template.New("base").Funcs(functions()).ParseFS(components, "components/*.html"))
	names, err := fs.Glob(files, "*.html")
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("ui: no pages found: %v", err))
	}
	var partials []string
	s := &Set{pages: map[string]*template.Template{}}
	for _, name := range names {
		if strings.HasPrefix(name, "_") { // shared by the pages of this folder
			partials = append(partials, name)
		}
	}
	for _, name := range names {
		if slices.Contains(partials, name) {
			continue
		}
		page := template.Must(base.Clone())
		template.Must(page.ParseFS(files, append([]string{name}, partials...)...))
		s.pages[name] = page
	}
	return s
}

// Render writes the page called name with view as its data. The page is made
// whole before anything is sent, so a failure sends no half page.
func (s *Set) Render(w http.ResponseWriter, status int, name string, view any) error {
	text, err := s.Bytes(name, view)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, err = w.Write(text)
	return err
}

// Bytes returns the page called name with view as its data.
func (s *Set) Bytes(name string, view any) ([]byte, error) {
	page, ok := s.pages[name]
	if !ok {
		return nil, fmt.Errorf("render: no page called %s", name)
	}
	var out bytes.Buffer
	if err := page.ExecuteTemplate(&out, "shell", view); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// functions are what templates may call. Dates are shown in the page's zone.
func functions() template.FuncMap {
	return template.FuncMap{
		"asset": addresses(),
		"day":   func(p Page, t time.Time) string { return local(p, t, "2 January 2006") },
		"short": func(p Page, t time.Time) string { return local(p, t, "2 Jan") },
		"clock": func(p Page, t time.Time) string { return local(p, t, "15:04") },
		"when":  func(p Page, t time.Time) string { return local(p, t, "2 January 2006, 15:04") },
		"date":  date,
		"shortdate": func(day string) string {
			long := strings.Split(date(day), " ")
			return strings.Join(long[:len(long)-1], " ")
		},
		"month":      func(month string) string { return inMonth(month, "January 2006") },
		"shortmonth": func(month string) string { return inMonth(month, "Jan") },
		"stamp":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"plural": func(n int, one, many string) string {
			if n == 1 {
				return "1 " + one
			}
			return fmt.Sprintf("%d %s", n, many)
		},
		"minutes": func(d time.Duration) string {
			d = d.Abs().Round(time.Minute)
			if d >= 48*time.Hour {
				return fmt.Sprintf("%d days", int(d.Hours())/24)
			}
			if d >= 2*time.Hour {
				return fmt.Sprintf("%d hours", int(d.Hours()))
			}
			return fmt.Sprintf("%d minutes", int(d.Minutes()))
		},
		"lines": func(s string) []string { return strings.Split(s, "\n") },
		"piece": func(v any) string {
			switch v.(type) {
			case Field:
				return "field"
			case Choices:
				return "choices"
			case Select:
				return "select"
			}
			return ""
		},
		"inc": func(n int) int { return n + 1 },
	}
}

// date shows a stored day, YYYY-MM-DD, as people write it.
func date(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

// inMonth writes a month (YYYY-MM) as people read it.
func inMonth(month, layout string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format(layout)
}

func local(p Page, t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(layout)
}
