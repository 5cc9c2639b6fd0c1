// Package ui holds the pieces that every page is made of: the shell, fields,
// choices, the error summary, and the style sheet. Each piece is a template
// with a typed struct. It imports the standard library, lead and the charts.
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
	"sync"
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
	Area     string // which area's site this is, where an installation has several
	Practice bool   // made-up people: the page says so
	Phone    bool   // a narrow page for one hand
	Errors   []FieldError
	Key      string // the form's key: the same form sent twice makes one record
	Lang     Lang   // that the page is shown in
	Here     string // the page's own address, for coming back to it in the other language; "" where that would lose what was typed
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

// Set is a folder of pages, parsed once for each language, each with the shell
// and components.
type Set struct {
	english, welsh func() (map[string]*template.Template, error)
}

// Must makes every .html file of files a page, when the first is asked for in a
// language: a command that shows none does not wait for them. A page defines
// "main".
func Must(files fs.FS) *Set {
	in := func(lang Lang, b func() *book) func() (map[string]*template.Template, error) {
		return sync.OnceValues(func() (map[string]*template.Template, error) { return parse(files, lang, b()) })
	}
	return &Set{in(English, func() *book { return nil }), in(Welsh, theBook)}
}

// parse makes the pages of files in one language.
func parse(files fs.FS, lang Lang, b *book) (map[string]*template.Template, error) {
	shells, err := fs.Sub(components, "components")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	names, err := fs.Glob(files, "*.html")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("ui: no pages found: %w", err)
	}
	var unchecked bool
	sources := map[string]string{} // what pages share is read once
	add := func(t *template.Template, from fs.FS, names ...string) error {
		for _, name := range names {
			source, ok := sources[name]
			if !ok {
				text, err := fs.ReadFile(from, name)
				if err != nil {
					return fmt.Errorf("ui: %w", err)
				}
				source = string(text)
			}
			if lang == Welsh && !ok {
				var err error
				source, err = rewrite(name, source, func(message string) (string, bool) {
					said, ok := b.word(message)
					unchecked = unchecked || !ok || !b.exact[message].Checked
					return said, ok
				})
				if err != nil {
					return fmt.Errorf("ui: %s: %w", name, err)
				}
			}
			if strings.HasPrefix(name, "_") {
				sources[name] = source
			}
			if _, err := t.New(name).Parse(source); err != nil {
				return fmt.Errorf("ui: %w", err)
			}
		}
		return nil
	}
	shell, err := fs.Glob(shells, "*.html")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	machine := false
	functions := functions(lang, b)
	functions["machine"] = func() bool { return machine }
	base := template.New("base").Funcs(functions)
	if err := add(base, shells, shell...); err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	partials := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !strings.HasPrefix(name, "_") }) // shared by the pages of this folder
	for _, name := range names {
		if slices.Contains(partials, name) {
			continue
		}
		page, err := base.Clone()
		if err != nil {
			return nil, fmt.Errorf("ui: %w", err)
		}
		if err := add(page, files, append([]string{name}, partials...)...); err != nil {
			return nil, err
		}
		out[name] = page
	}
	machine = lang == Welsh && (unchecked || b.raw)
	return out, nil
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
	parsed := s.english
	if v, ok := view.(interface{ Tongue() Lang }); ok && v.Tongue() == Welsh {
		parsed = s.welsh
	}
	pages, err := parsed()
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	page, ok := pages[name]
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
func functions(lang Lang, b *book) template.FuncMap {
	local := func(p Page, t time.Time, layout string) string {
		if t.IsZero() {
			return ""
		}
		zone := p.Zone
		if zone == nil {
			zone = time.UTC
		}
		return lang.date(t.In(zone), layout)
	}
	date := func(day string) string { // a stored day, YYYY-MM-DD, as people write it
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return day
		}
		return lang.date(t, "2 January 2006")
	}
	say, own := func(v any) any { return v }, func(_, v any) any { return v }
	if lang == Welsh {
		say, own = b.sayAny, b.own
	}
	return template.FuncMap{
		"asset": addresses(lang),
		"say":   say, // words of ours that Go code chose: say .Heading
		"tongue": func(p Page) string { // the other language, by its own name
			if p.OtherTongue() == Welsh {
				return "Cymraeg"
			}
			return "English"
		},
		"own":   own, // what a value says of itself; put in by the rewriting
		"day":   func(p Page, t time.Time) string { return local(p, t, "2 January 2006") },
		"short": func(p Page, t time.Time) string { return local(p, t, "2 Jan") },
		"clock": func(p Page, t time.Time) string { return local(p, t, "15:04") },
		"when":  func(p Page, t time.Time) string { return local(p, t, "2 January 2006, 15:04") },
		"date":  date,
		"shortdate": func(day string) string {
			long := strings.Split(date(day), " ")
			return strings.Join(long[:len(long)-1], " ")
		},
		"month":      func(month string) string { return lang.inMonth(month, "January 2006") },
		"shortmonth": func(month string) string { return lang.inMonth(month, "Jan") },
		"stamp":      func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"plural":     b.plural,
		"minutes": func(d time.Duration) string {
			d = d.Abs().Round(time.Minute)
			if d >= 48*time.Hour {
				return b.plural(int(d.Hours())/24, "day", "days")
			}
			if d >= 2*time.Hour {
				return b.plural(int(d.Hours()), "hour", "hours")
			}
			return b.plural(int(d.Minutes()), "minute", "minutes")
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

// inMonth writes a month (YYYY-MM) as people read it.
func (l Lang) inMonth(month, layout string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return l.date(t, layout)
}
