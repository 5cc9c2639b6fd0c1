package ui

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed words/cy/*.json
var words embed.FS

// Entry is one message of the catalogue. CY holds the Welsh under "": a message
// that counts has a form for each of CLDR's words zero, one, two, few, many, other.
type Entry struct {
	EN      string   `json:"en"`
	CY      Forms    `json:"cy"`
	Checked bool     `json:"checked"`         // by a translator; what is not was made by a machine
	Ours    []int    `json:"ours,omitempty"`  // which of its values are words of ours, which are looked up too
	Where   []string `json:"where,omitempty"` // the files that it stands in
}

// Forms is a translation: one text, or one for each form of counting.
type Forms map[string]string

// UnmarshalJSON takes a text, or an object of forms.
func (f *Forms) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*f = Forms{"": one}
		return nil
	}
	var many map[string]string
	if err := json.Unmarshal(text, &many); err != nil {
		return fmt.Errorf("translation: %w", err)
	}
	*f = many
	return nil
}

// MarshalJSON gives back what UnmarshalJSON takes.
func (f Forms) MarshalJSON() ([]byte, error) {
	if len(f) == 0 {
		return []byte(`""`), nil
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // it is read by people
	var err error
	if one, ok := f[""]; ok {
		err = e.Encode(one)
	} else {
		err = e.Encode(map[string]string(f))
	}
	return bytes.TrimSpace(out.Bytes()), err
}

// Plural reports whether the entry counts something: "person|people".
func (e Entry) Plural() bool { return strings.Contains(e.EN, "|") }

// Done reports whether the entry has a translation.
func (e Entry) Done() bool { return e.CY[""] != "" || e.Plural() && e.CY["other"] != "" }

// Wrong says why the entry's translation cannot be shown, nil if it can, or if
// there is none yet.
func (e Entry) Wrong() error {
	if !e.Done() {
		return nil
	}
	if !e.Plural() {
		return Fits(e.EN, e.CY[""])
	}
	for form, text := range e.CY {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, form) {
			return fmt.Errorf("%q has a form %q that Welsh does not have", e.EN, form)
		}
		if form == "other" && !strings.Contains(text, "{n}") || strings.ContainsAny(strings.ReplaceAll(text, "{n}", ""), "{}<>") {
			return fmt.Errorf("%q: %q has to hold {n} and no mark", e.EN, text)
		}
	}
	return nil
}

// Catalogue returns every entry by the file that it stands in.
func Catalogue() (map[string][]Entry, error) {
	out := map[string][]Entry{}
	names, err := fs.Glob(words, "words/cy/*.json")
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	for _, name := range names {
		text, err := words.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		var entries []Entry
		if err := json.Unmarshal(text, &entries); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", name, err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(name, "words/cy/"), ".json")] = entries
	}
	return out, nil
}

// book is the catalogue as pages look things up in it.
type book struct {
	exact    map[string]Entry
	patterns []pattern
	raw      bool // some of what Go code says was made by a machine
}

// pattern is a message with values in it that Go code puts together.
type pattern struct {
	between []string // what stands before, between and after the values
	letters int
	said    string
	ours    []int
	plain   bool // it says so little that only numbers, times and dates may stand in it
}

// theBook reads the catalogue once. A broken one is a mistake in the program.
var theBook = sync.OnceValue(func() *book {
	b, err := newBook()
	if err != nil {
		panic(err)
	}
	return b
})

func newBook() (*book, error) {
	files, err := Catalogue()
	if err != nil {
		return nil, err
	}
	b := &book{exact: map[string]Entry{}}
	for _, entries := range files {
		for _, e := range entries {
			if !e.Done() || e.Wrong() != nil { // a test finds those
				continue
			}
			b.add(e)
		}
	}
	b.sort()
	return b, nil
}

func (b *book) add(e Entry) {
	b.exact[e.EN] = e
	fromGo := slices.ContainsFunc(e.Where, func(w string) bool { return strings.HasSuffix(w, ".go") || strings.HasSuffix(w, ".csv") })
	b.raw = b.raw || fromGo && !e.Checked
	if p := newPattern(e); fromGo && strings.Contains(e.EN, "{1}") {
		b.patterns = append(b.patterns, p)
	}
}

// sort puts the patterns that say most first: "The last day is {1}" before "The {1}".
func (b *book) sort() {
	slices.SortFunc(b.patterns, func(x, y pattern) int {
		return cmp.Or(y.letters-x.letters, slices.Compare(x.between, y.between))
	})
}

var hole = regexp.MustCompile(`\{\d+\}`)

func newPattern(e Entry) pattern {
	p := pattern{between: hole.Split(e.EN, -1), said: e.CY[""], ours: e.Ours}
	for _, text := range p.between {
		p.letters += len(text)
	}
	p.plain = !p.telling()
	return p
}

// values returns what stands where the pattern has values, nil where text is not
// such a sentence.
func (p pattern) values(text string) []string {
	last := len(p.between) - 1
	rest, ok := strings.CutPrefix(text, p.between[0])
	if !ok || !strings.HasSuffix(rest, p.between[last]) {
		return nil
	}
	rest = rest[:len(rest)-len(p.between[last])]
	var out []string
	for _, literal := range p.between[1:last] {
		value, after, ok := strings.Cut(rest, literal)
		if !ok || value == "" {
			return nil
		}
		out, rest = append(out, value), after
	}
	if rest == "" {
		return nil
	}
	out = append(out, rest)
	if p.plain && slices.ContainsFunc(out, func(v string) bool { return !figures.MatchString(v) && !isDate(v) }) {
		return nil
	}
	return out
}

// figures are a number or a time of day.
var figures = regexp.MustCompile(`^[\d.,:%£]+$`)

// telling reports whether the pattern says enough to be known again: "{1} on {2}"
// would fit what anybody wrote.
func (p pattern) telling() bool {
	before, after := len(p.between[0]), len(p.between[len(p.between)-1])
	return before+after >= 6 && p.letters >= 7 || before >= 5
}

// word returns what the catalogue has for a message.
func (b *book) word(message string) (string, bool) {
	e, ok := b.exact[message]
	return e.CY[""], ok && e.CY[""] != ""
}

// cased is word for text that Go code may have begun with another case.
func (b *book) cased(text string) string {
	if said, ok := b.word(text); ok {
		return said
	}
	first, size := utf8.DecodeRuneInString(text)
	other, recase := unicode.ToLower(first), unicode.ToUpper
	if other == first {
		other, recase = unicode.ToUpper(first), unicode.ToLower
	}
	if said, ok := b.word(string(other) + text[size:]); ok {
		r, n := utf8.DecodeRuneInString(said)
		return string(recase(r)) + said[n:]
	}
	return text
}

// say returns words of ours in Welsh: as they stand, or as a sentence that Go
// code put values into. A value stays as it is, but for the names of a date.
func (b *book) say(text string) string {
	if bare := strings.TrimSpace(text); bare != text && bare != "" {
		return strings.Replace(text, bare, b.say(bare), 1)
	}
	if said := b.cased(text); said != text {
		return said
	}
	for _, p := range b.patterns {
		if m := p.values(text); m != nil {
			return hole.ReplaceAllStringFunc(p.said, func(h string) string {
				value := pick(m, h[1:len(h)-1])
				if n, err := strconv.Atoi(h[1 : len(h)-1]); err == nil && slices.Contains(p.ours, n) {
					return b.say(value)
				}
				if isDate(value) {
					return Welsh.DateWords(value)
				}
				return value
			})
		}
	}
	if isDate(text) {
		return Welsh.DateWords(text)
	}
	for _, by := range []string{"; ", ", "} {
		if said, ok := b.each(text, by); ok {
			return said
		}
	}
	return text
}

// each is say for a list in which every part is words of ours.
func (b *book) each(text, by string) (string, bool) {
	parts := strings.Split(text, by)
	if len(parts) < 2 {
		return "", false
	}
	for i, part := range parts {
		parts[i] = b.say(part)
		if parts[i] == part {
			return "", false
		}
		if first, _ := utf8.DecodeRuneInString(part); i > 0 && unicode.IsLower(first) {
			r, n := utf8.DecodeRuneInString(parts[i])
			parts[i] = string(unicode.ToLower(r)) + parts[i][n:]
		}
	}
	return strings.Join(parts, by), true
}

// sayAny is say for a value that a template shows.
func (b *book) sayAny(v any) any {
	if v == nil {
		return v
	}
	if of := reflect.ValueOf(v); of.Kind() == reflect.String && of.Type().PkgPath() == "" {
		return b.say(of.String())
	}
	return v
}

// own is say for what a value says of itself: the words of one of a fixed number
// of kinds are ours. What stands in a record, which is a struct, is not.
func (b *book) own(holder, v any) any {
	if s, ok := v.(fmt.Stringer); ok { // a number that may be too small to show
		if text := s.String(); b.cased(text) != text {
			return b.cased(text)
		}
	}
	of := reflect.ValueOf(holder)
	if !of.IsValid() || of.Type().PkgPath() == "" {
		return v
	}
	if k := of.Kind(); k == reflect.String || k >= reflect.Int && k <= reflect.Uint64 {
		return b.sayAny(v)
	}
	return v
}
