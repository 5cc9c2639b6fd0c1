package ui

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A page is written once, in English. For another language its source is read
// into pieces, the runs of words among them are looked up, and the source comes
// out again with other words in it. It is parsed only then, so that html/template
// escapes what it shows in every language alike, and a translation is never more
// than text.

// A message is a run of words as translators see it: values stand as {1}, {2},
// marks within the sentence as <1>...</1>, so that their order may change.
type pieceKind int

const (
	textPiece  pieceKind = iota
	printPiece           // an action that shows a value
	openPiece            // a tag within a sentence
	closePiece
	wallPiece // what no sentence goes across
)

type piece struct {
	kind pieceKind
	raw  string
	name string // of a tag, or the first word of an action
}

// inlineTags may stand within a sentence.
func inlineTags() []string {
	return []string{"a", "abbr", "b", "code", "em", "i", "kbd", "q", "small", "span", "strong", "time"}
}

// wordAttributes hold words.
func wordAttributes() []string { return []string{"alt", "aria-label", "placeholder", "title"} }

// rewriter reads the source of a template and writes it again with other words.
type rewriter struct {
	said  []string                            // the fields that hold words of ours
	words func(message string) (string, bool) // a translation that fits, if there is one
	scope []scope
	vars  map[string]string // what a variable holds: the last name of its expression
	err   error
}

// scope is one open control action, and what the dot is within it.
type scope struct{ dot string }

// rewrite returns the source of file with every message put through words.
func rewrite(file, source string, words func(string) (string, bool)) (string, error) {
	pieces, err := cut(source)
	if err != nil {
		return "", err
	}
	r := &rewriter{said: oursOn(file), words: words, vars: map[string]string{}}
	var out strings.Builder
	var run []piece
	for _, p := range pieces {
		if p.kind != wallPiece {
			run = append(run, p)
			continue
		}
		r.runs(&out, run)
		run = run[:0]
		r.wall(&out, p)
	}
	r.runs(&out, run)
	return out.String(), r.err
}

// cut cuts source into pieces.
func cut(source string) ([]piece, error) {
	var out []piece
	for i := 0; i < len(source); {
		rest := source[i:]
		switch {
		case strings.HasPrefix(rest, "{{"):
			n, err := actionEnd(rest)
			if err != nil {
				return nil, err
			}
			out = append(out, actionPiece(rest[:n]))
			i += n
		case tagStart(rest):
			n, err := tagEnd(rest)
			if err != nil {
				return nil, err
			}
			p := tagPiece(rest[:n])
			if slices.Contains([]string{"script", "style", "svg"}, p.name) && !strings.HasPrefix(p.raw, "</") {
				end := strings.Index(rest, "</"+p.name+">")
				if end < 0 {
					return nil, fmt.Errorf("template: <%s> never ends", p.name)
				}
				n = end + len(p.name) + 3
				p = piece{wallPiece, rest[:n], "raw"}
			}
			out = append(out, p)
			i += n
		default:
			n := 1
			for n < len(rest) && !strings.HasPrefix(rest[n:], "{{") && !tagStart(rest[n:]) {
				n++
			}
			out = append(out, piece{textPiece, rest[:n], ""})
			i += n
		}
	}
	return out, nil
}

func tagStart(s string) bool {
	return len(s) > 1 && s[0] == '<' && (s[1] == '/' || s[1] == '!' || s[1] >= 'a' && s[1] <= 'z' || s[1] >= 'A' && s[1] <= 'Z')
}

// actionEnd returns the length of the action that s begins with.
func actionEnd(s string) (int, error) {
	if strings.HasPrefix(s, "{{/*") {
		if end := strings.Index(s, "*/}}"); end > 0 {
			return end + 4, nil
		}
	}
	for i := 2; i < len(s); i++ {
		switch {
		case s[i] == '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case s[i] == '`':
			for i++; i < len(s) && s[i] != '`'; i++ {
			}
		case strings.HasPrefix(s[i:], "}}"):
			return i + 2, nil
		}
	}
	return 0, fmt.Errorf("template: an action never ends: %.60s", s)
}

// tagEnd returns the length of the tag that s begins with. What stands within an
// action, or within quotes, does not end it.
func tagEnd(s string) (int, error) {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s, "-->"); end > 0 {
			return end + 3, nil
		}
	}
	quoted := false
	for i := 1; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "{{"):
			n, err := actionEnd(s[i:])
			if err != nil {
				return 0, err
			}
			i += n - 1
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '>' && !quoted:
			return i + 1, nil
		}
	}
	return 0, fmt.Errorf("template: a tag never ends: %.60s", s)
}

var (
	assignment = regexp.MustCompile(`^(\$\w+)(?:\s*,\s*(\$\w+))?\s*:?=\s*(.*)$`)
	tagName    = regexp.MustCompile(`^</?([A-Za-z0-9]+)`)
)

func inside(action string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(action, "{{"), "}}"), "- "), " -"))
}

func actionPiece(raw string) piece {
	text := inside(raw)
	word, _, _ := strings.Cut(text, " ")
	switch {
	case slices.Contains([]string{"if", "else", "end", "range", "with", "define", "block", "template", "break", "continue"}, word), strings.HasPrefix(text, "/*"):
		return piece{wallPiece, raw, word}
	case assignment.MatchString(text):
		return piece{wallPiece, raw, "assign"}
	}
	return piece{printPiece, raw, word}
}

func tagPiece(raw string) piece {
	m := tagName.FindStringSubmatch(raw)
	if m == nil {
		return piece{wallPiece, raw, "markup"}
	}
	name := strings.ToLower(m[1])
	switch {
	case !slices.Contains(inlineTags(), name):
		return piece{wallPiece, raw, name}
	case strings.HasPrefix(raw, "</"):
		return piece{closePiece, raw, name}
	}
	return piece{openPiece, raw, name}
}

// --- control actions ---

// wall writes a piece that ends a sentence: a block's tag, whose attributes may
// hold words, or a control action.
func (r *rewriter) wall(out *strings.Builder, p piece) {
	if !strings.HasPrefix(p.raw, "{{") {
		if p.name == "raw" || p.name == "markup" {
			out.WriteString(p.raw)
			return
		}
		out.WriteString(r.tag(p.raw))
		return
	}
	r.control(p)
	if p.name == "template" {
		out.WriteString(r.arguments(p.raw))
		return
	}
	out.WriteString(p.raw)
}

// control follows what the dot and the variables hold.
func (r *rewriter) control(p piece) {
	text := inside(p.raw)
	switch p.name {
	case "if", "range", "with", "define", "block":
		r.scope = append(r.scope, scope{r.dot()})
		r.enter(p.name, strings.TrimSpace(strings.TrimPrefix(text, p.name)))
	case "else":
		if len(r.scope) == 0 {
			r.err = errors.New("template: an else too many")
			return
		}
		rest := strings.TrimSpace(strings.TrimPrefix(text, "else"))
		r.scope[len(r.scope)-1].dot = r.outer()
		if word, expr, ok := strings.Cut(rest, " "); ok {
			r.enter(word, expr)
		}
	case "end":
		if len(r.scope) == 0 {
			r.err = errors.New("template: an end too many")
			return
		}
		r.scope = r.scope[:len(r.scope)-1]
	case "assign":
		if m := assignment.FindStringSubmatch(text); m != nil {
			r.vars[m[1]] = r.holds(m[3])
		}
	}
}

func (r *rewriter) dot() string {
	if len(r.scope) == 0 {
		return ""
	}
	return r.scope[len(r.scope)-1].dot
}

func (r *rewriter) outer() string {
	if len(r.scope) < 2 {
		return ""
	}
	return r.scope[len(r.scope)-2].dot
}

// enter notes what the dot becomes.
func (r *rewriter) enter(word, expr string) {
	if word == "if" {
		return
	}
	if m := assignment.FindStringSubmatch(expr); m != nil {
		expr = m[3]
		r.vars[m[1]] = r.holds(expr)
		if m[2] != "" {
			r.vars[m[1]], r.vars[m[2]] = "", r.holds(expr)
		}
	}
	r.scope[len(r.scope)-1].dot = r.holds(expr)
}

var chain = regexp.MustCompile(`^(\$\w*)?((?:\.\w+)*)$`)

// holds returns the name by which a value goes: the last of a chain of fields.
func (r *rewriter) holds(expr string) string {
	expr = strings.TrimSpace(expr)
	switch {
	case expr == ".":
		return r.dot()
	case !chain.MatchString(expr):
		return ""
	}
	if i := strings.LastIndex(expr, "."); i >= 0 {
		return expr[i+1:]
	}
	return r.vars[expr]
}

// shown rewrites an action that shows a value: words of ours are looked up when
// the page is made, words of people never are. See own and ours.
func (r *rewriter) shown(raw string) string {
	expr := inside(raw)
	switch {
	case expr == "." || strings.HasPrefix(expr, "$") && chain.MatchString(expr) && !strings.Contains(expr, "."):
		if r.ours(r.holds(expr)) {
			return "{{say " + expr + "}}"
		}
	case expr != "" && chain.MatchString(expr):
		last := strings.LastIndex(expr, ".")
		if r.ours(expr[last+1:]) {
			return "{{say " + expr + "}}"
		}
		holder := expr[:last]
		if holder == "" {
			holder = "."
		}
		return "{{own " + holder + " " + expr + "}}"
	case strings.Contains(expr, ".Label ") && !strings.Contains(expr, "|"):
		return "{{say (" + expr + ")}}" // the label of a code
	}
	return raw
}

// ours reports whether a field of this name holds words that stand in the
// program, in every view: headings, buttons, what was done. A field that may hold
// what a person wrote must not be among them; a page that knows better says so
// with say.
func (r *rewriter) ours(name string) bool {
	return slices.Contains(r.said, name)
}

// oursOn lists those fields for the page of a file.
func oursOn(file string) []string {
	everywhere := []string{"Heading", "Button", "Says", "Intro", "Legend", "Label", "Text", "Term", "Tag", "Empty", "KindWords", "BasisWords", "WhyWords", "ByWords", "ToWords",
		"SecondWords", "RiskWords", "DecisionWords", "StandingWords", "ReasonWords", "LinesHeading", "FormHeading", "Warning", "Hours", "Fits"}
	return append(everywhere, oursIn()[file]...)
}

// oursIn lists more such fields by page, where a name elsewhere holds a person's
// words.
func oursIn() map[string][]string {
	return map[string][]string{
		"_parts.html":          {"Mine", "For"},
		"about.html":           {"Title"},
		"ask-form.html":        {"Lines"},
		"ask.html":             {"Door"},
		"approvals.html":       {"Meeting"},
		"contact.html":         {"Reasons"},
		"contacts.html":        {"Title"},
		"crossings.html":       {"About", "BasisSource"},
		"decide.html":          {"Asks"},
		"failure.html":         {"Title", "Words"},
		"form.html":            {"Second"},
		"fund-request.html":    {"Title"},
		"gaps.html":            {"Offence"},
		"hand-off.html":        {"Safety", "Talk", "Meeting"},
		"home.html":            {"Done"},
		"letter.html":          {"About", "Topics", "Title"},
		"list.html":            {"When", "Title", "What"},
		"looked.html":          {"What", "Why", "Who"},
		"needs.html":           {"Own", "Worker"},
		"outcome.html":         {"Offences"},
		"outcomes.html":        {"Offences"},
		"own.html":             {"Device"},
		"person-services.html": {"Standing"},
		"person.html":          {"Title", "Seen", "Meta"},
		"policy.html":          {"Words", "Help", "Name", "Outcome"},
		"policy-new.html":      {"Wrong"},
		"processing.html":      {"Title", "Head", "Rows"},
		"received.html":        {"Topics"},
		"resume.html":          {"Title"},
		"review.html":          {"Title"},
		"service.html":         {"Way", "Ways", "Day"},
		"services.html":        {"Way"},
		"sharing-copy.html":    {"Mine", "For"},
		"sharing.html":         {"Mine", "For"},
		"sharing-stop.html":    {"Mine"},
		"today.html":           {"Title", "Lead"},
		"trail.html":           {"Day"},
		"warm.html":            {"Standing"},
		"why.html":             {"What", "Is"},
		"wish.html":            {"Lines"},
	}
}

var literal = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// arguments translates the words that are handed to a component.
func (r *rewriter) arguments(raw string) string {
	first := true
	return literal.ReplaceAllStringFunc(raw, func(quoted string) string {
		if first { // the template's name
			first = false
			return quoted
		}
		text, err := strconv.Unquote(quoted)
		if err != nil || !sentence(text) {
			return quoted
		}
		if said, ok := r.words(text); ok {
			return strconv.Quote(said)
		}
		return quoted
	})
}

// sentence tells words for people from a key of the program.
func sentence(text string) bool {
	return strings.ContainsFunc(text, unicode.IsLetter) && (strings.Contains(text, " ") || unicode.IsUpper([]rune(text)[0])) && !strings.Contains(text, "%") && !strings.Contains(text, "/")
}

// --- tags ---

var attribute = regexp.MustCompile(`\s([a-z-]+)="`)

// tag translates the attributes of a tag that hold words.
func (r *rewriter) tag(raw string) string {
	var out strings.Builder
	for {
		at := attribute.FindStringSubmatchIndex(raw)
		if at == nil {
			break
		}
		name, start := raw[at[2]:at[3]], at[1]
		end := start
		for end < len(raw) && raw[end] != '"' {
			if strings.HasPrefix(raw[end:], "{{") {
				n, err := actionEnd(raw[end:])
				if err != nil {
					r.err = err
					return raw
				}
				end += n
				continue
			}
			end++
		}
		out.WriteString(raw[:start])
		value := raw[start:end]
		if slices.Contains(wordAttributes(), name) {
			value = r.value(value)
		}
		out.WriteString(value)
		raw = raw[end:]
	}
	out.WriteString(raw)
	return out.String()
}

func (r *rewriter) value(text string) string {
	pieces, err := cut(text)
	if err != nil {
		r.err = err
		return text
	}
	var out strings.Builder
	var run []piece
	flush := func() {
		r.run(&out, run, true)
		run = run[:0]
	}
	for _, p := range pieces {
		if p.kind == textPiece || p.kind == printPiece {
			run = append(run, p)
			continue
		}
		flush()
		if strings.HasPrefix(p.raw, "{{") {
			r.control(p)
		}
		out.WriteString(p.raw)
	}
	flush()
	return out.String()
}

// --- sentences ---

// runs writes what stands between two walls. A tag whose other half is beyond one
// of them is a wall itself.
func (r *rewriter) runs(out *strings.Builder, pieces []piece) {
	match := matches(pieces)
	start := 0
	for i, p := range pieces {
		if (p.kind == openPiece || p.kind == closePiece) && match[i] < 0 {
			r.run(out, pieces[start:i], false)
			out.WriteString(r.tag(p.raw))
			start = i + 1
		}
	}
	r.run(out, pieces[start:], false)
}

// matches returns for each tag where its other half is, -1 where there is none.
func matches(pieces []piece) []int {
	match := make([]int, len(pieces))
	var open []int
	for i, p := range pieces {
		match[i] = -1
		switch p.kind {
		case openPiece:
			open = append(open, i)
		case closePiece:
			if n := len(open); n > 0 && pieces[open[n-1]].name == p.name {
				match[i], match[open[n-1]] = open[n-1], i
				open = open[:n-1]
			}
		}
	}
	return match
}

func lettered(text string) bool {
	return strings.ContainsFunc(html.UnescapeString(text), unicode.IsLetter)
}

// run writes one run of words. Marks at its ends that hold no words of it, or all
// of it, are no part of the message.
func (r *rewriter) run(out *strings.Builder, pieces []piece, quoted bool) {
	for n := silent(pieces); n > 0; n = silent(pieces) {
		for _, p := range pieces[:n] {
			out.WriteString(r.tag(p.raw))
		}
		pieces = pieces[n:]
	}
	after := ""
	for n := len(pieces); n > 0 && pieces[n-1].kind == textPiece && strings.TrimSpace(pieces[n-1].raw) == ""; n-- {
		after = pieces[n-1].raw + after
		pieces = pieces[:n-1]
	}
	defer func() { out.WriteString(after) }()
	match := matches(pieces)
	top := false // words outside every mark
	for i := 0; i < len(pieces); i++ {
		if pieces[i].kind == openPiece {
			i = match[i]
			continue
		}
		top = top || pieces[i].kind == textPiece && lettered(pieces[i].raw)
	}
	if !top {
		for i := 0; i < len(pieces); i++ {
			p := pieces[i]
			switch p.kind {
			case openPiece:
				out.WriteString(r.tag(p.raw))
				r.run(out, pieces[i+1:match[i]], quoted)
				out.WriteString(pieces[match[i]].raw)
				i = match[i]
			case printPiece:
				out.WriteString(r.shown(p.raw))
			default:
				out.WriteString(p.raw)
			}
		}
		return
	}
	r.message(out, pieces, match, quoted)
}

// silent returns how many pieces at the start hold no word: space, or a mark with
// nothing in it.
func silent(pieces []piece) int {
	switch {
	case len(pieces) > 0 && pieces[0].kind == textPiece && strings.TrimSpace(pieces[0].raw) == "":
		return 1
	case len(pieces) > 1 && pieces[0].kind == openPiece && pieces[1].kind == closePiece:
		return 2
	}
	return 0
}

var spaces = regexp.MustCompile(`[ \t\r\n]+`)

// message looks up one message and writes it.
func (r *rewriter) message(out *strings.Builder, pieces []piece, match []int, quoted bool) {
	var key strings.Builder
	var values, opens, closes []string
	number := map[int]int{}
	for i, p := range pieces {
		switch p.kind {
		case textPiece:
			text := html.UnescapeString(p.raw)
			if strings.ContainsAny(text, "{}<>") {
				r.err = fmt.Errorf("template: a message with a brace or an angle: %q", text)
				return
			}
			key.WriteString(text)
		case printPiece:
			values = append(values, r.shown(p.raw))
			fmt.Fprintf(&key, "{%d}", len(values))
		case openPiece:
			opens, closes = append(opens, r.tag(p.raw)), append(closes, pieces[match[i]].raw)
			number[match[i]] = len(opens)
			fmt.Fprintf(&key, "<%d>", len(opens))
		case closePiece:
			fmt.Fprintf(&key, "</%d>", number[i])
		}
	}
	text := spaces.ReplaceAllString(key.String(), " ")
	trimmed := strings.TrimSpace(text)
	before, after := text[:len(text)-len(strings.TrimLeft(text, " "))], text[len(strings.TrimRight(text, " ")):]
	said, ok := r.words(trimmed)
	if !ok || Fits(trimmed, said) != nil {
		said = trimmed
	}
	out.WriteString(before)
	for _, t := range tokens.FindAllStringIndex(said+"\x00", -1) {
		part := (said + "\x00")[t[0]:t[1]]
		switch {
		case part == "\x00":
		case strings.HasPrefix(part, "{"):
			out.WriteString(pick(values, part[1:len(part)-1]))
		case strings.HasPrefix(part, "</"):
			out.WriteString(pick(closes, part[2:len(part)-1]))
		case strings.HasPrefix(part, "<"):
			out.WriteString(pick(opens, part[1:len(part)-1]))
		default:
			out.WriteString(escaped(part, quoted))
		}
	}
	out.WriteString(after)
}

func pick(from []string, number string) string {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(from) { // Fits has counted them
		return ""
	}
	return from[n-1]
}

func escaped(text string, quoted bool) string {
	text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
	if quoted {
		text = strings.ReplaceAll(text, `"`, "&#34;")
	}
	return text
}

// tokens are the parts of a message: {1}, <1>, </1> and the text between.
var tokens = regexp.MustCompile(`\{\d+\}|</?\d+>|[^{<\x00]+|[{<\x00]`)

// Fits reports why a translation cannot stand in for a message: it has to show
// the same values and marks, each once, and nothing else that could be markup.
func Fits(message, translation string) error {
	want, err := parts(message)
	if err != nil {
		return err
	}
	got, err := parts(translation)
	if err != nil {
		return err
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return fmt.Errorf("has %q, should have %q", got, want)
	}
	return nil
}

// parts lists the values and marks of a message, which are numbered from 1 and
// well nested.
func parts(message string) ([]string, error) {
	var out, open []string
	for _, part := range tokens.FindAllString(message, -1) {
		switch {
		case part == "\x00" || part == "{" || part == "<" || !strings.ContainsAny(part[:1], "{<") && strings.ContainsAny(part, "}>"):
			return nil, fmt.Errorf("has a stray brace or angle: %q", message)
		case strings.HasPrefix(part, "</"):
			if len(open) == 0 || open[len(open)-1] != "<"+part[2:] {
				return nil, fmt.Errorf("has marks that cross: %q", message)
			}
			open = open[:len(open)-1]
			out = append(out, part)
		case strings.HasPrefix(part, "<"):
			open = append(open, part)
			out = append(out, part)
		case strings.HasPrefix(part, "{"):
			out = append(out, part)
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("has a mark that never ends: %q", message)
	}
	return out, nil
}

var pluralCall = regexp.MustCompile(`\bplural\s+(?:\([^)]*\)|\S+)\s+("(?:[^"\\]|\\.)*")\s+("(?:[^"\\]|\\.)*")`)

// Messages lists the messages of a template's source, and those of counting as
// "one|many".
func Messages(source string) ([]string, error) {
	var out []string
	if _, err := rewrite("", source, func(message string) (string, bool) {
		out = append(out, message)
		return "", false
	}); err != nil {
		return nil, err
	}
	for _, m := range pluralCall.FindAllStringSubmatch(source, -1) {
		one, err := strconv.Unquote(m[1])
		if err != nil {
			return nil, fmt.Errorf("plural: %w", err)
		}
		many, err := strconv.Unquote(m[2])
		if err != nil {
			return nil, fmt.Errorf("plural: %w", err)
		}
		out = append(out, one+"|"+many)
	}
	return out, nil
}
