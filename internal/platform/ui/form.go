package ui

import (
	"net/url"
	"slices"
	"strings"

	"waymark.example/internal/lead"
)

// Form builds fields that keep what was typed and show what is wrong with it.
// It notes each field in the order of the page, so that the error summary has
// the same order.
type Form struct {
	Values  url.Values
	invalid lead.Invalid
	errors  []FieldError
}

// NewForm returns a form filled with values, with errors beside their fields.
func NewForm(values url.Values, invalid lead.Invalid) *Form {
	if values == nil {
		values = url.Values{}
	}
	return &Form{Values: values, invalid: invalid}
}

// Errors returns the error summary: one line per field built so far, then any
// error that belongs to no field.
func (f *Form) Errors() []FieldError {
	out := slices.Clone(f.errors)
	for field, text := range f.invalid {
		if !slices.ContainsFunc(f.errors, func(e FieldError) bool { return e.Text == text }) {
			out = append(out, FieldError{field, text})
		}
	}
	return out
}

// Error returns what is wrong with an answer that no single field asks for, for a
// page that shows it itself, under an element of that id.
func (f *Form) Error(name string) string { return f.errorOf(name) }

func (f *Form) errorOf(name string) string {
	text, ok := f.invalid[name]
	if e := (FieldError{name, text}); ok && !slices.Contains(f.errors, e) { // one question may be asked in two parts
		f.errors = append(f.errors, e)
	}
	return text
}

// Field is one answer typed by a person.
type Field struct {
	ID           string // the name, unless one page has several forms
	Name         string
	Label        string
	Hint         string
	Value        string
	Error        string
	Type         string // of the input: text, tel, date, datetime-local, email, password
	Rows         int    // more than 0: a text area
	Max          int    // characters; 0: the server's own limit
	Min          string // of a number or date
	MaxValue     string
	Autocomplete string
	Numeric      bool // show the number keys
	Short        bool // a narrow box: the width says how much is expected
}

// Describes returns the ids that describe the field, for aria-describedby.
func (f Field) Describes() string { return describes(f.ID, f.Hint, f.Error) }

func describes(id, hint, err string) string {
	switch {
	case hint != "" && err != "":
		return id + "-hint " + id + "-error"
	case hint != "":
		return id + "-hint"
	case err != "":
		return id + "-error"
	}
	return ""
}

// Text returns a one-line field.
func (f *Form) Text(name, label, hint string) Field {
	return Field{ID: name, Name: name, Label: label, Hint: hint, Value: f.Values.Get(name), Error: f.errorOf(name), Type: "text", Max: 200}
}

// Typed returns a one-line field of an input type such as tel or date.
func (f *Form) Typed(kind, name, label, hint string) Field {
	out := f.Text(name, label, hint)
	out.Type = kind
	return out
}

// Area returns a field of several lines.
func (f *Form) Area(name, label, hint string, rows int) Field {
	out := f.Text(name, label, hint)
	out.Rows, out.Max = rows, 4000
	return out
}

// Option is one answer to choose.
type Option struct {
	Value, Label, Hint string
}

// Choice is an option as it stands on the page.
type Choice struct {
	Option
	ID      string
	Checked bool
}

// Choices is a question answered by choosing.
type Choices struct {
	Name    string
	Legend  string
	Hint    string
	Error   string
	Multi   bool // checkboxes
	Half    bool // two beside each other on a phone
	Small   bool // plain radios instead of tiles
	Options []Choice
}

// Describes returns the ids that describe the group, for aria-describedby.
func (c Choices) Describes() string { return describes(c.Name, c.Hint, c.Error) }

// One returns radios. The first has the question's name as its id, so that the
// error summary can link to it.
func (f *Form) One(name, legend, hint string, options ...Option) Choices {
	return f.choices(name, legend, hint, false, options)
}

// Many returns checkboxes.
func (f *Form) Many(name, legend, hint string, options ...Option) Choices {
	return f.choices(name, legend, hint, true, options)
}

func (f *Form) choices(name, legend, hint string, multi bool, options []Option) Choices {
	out := Choices{Name: name, Legend: legend, Hint: hint, Error: f.errorOf(name), Multi: multi}
	for i, o := range options {
		id := name
		if i > 0 {
			id = OptionID(name, o.Value)
		}
		out.Options = append(out.Options, Choice{o, id, slices.Contains(f.Values[name], o.Value)})
	}
	return out
}

// OptionID names the input of one answer: letters, digits and dashes only.
func OptionID(name, value string) string {
	return name + "-" + strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '-'
	}, value)
}

// Select is a question answered from a list too long for radios.
type Select struct {
	Field
	Groups []OptionGroup
}

// OptionGroup is a headed part of a list; without a heading the options stand alone.
type OptionGroup struct {
	Label   string
	Options []Choice
}

// Pick returns a drop-down list. Options with the same group stand together.
func (f *Form) Pick(name, label, hint string, groups ...OptionGroup) Select {
	out := Select{Field: f.Text(name, label, hint)}
	for _, g := range groups {
		kept := OptionGroup{Label: g.Label}
		for _, o := range g.Options {
			o.Checked = o.Value == out.Value
			kept.Options = append(kept.Options, o)
		}
		out.Groups = append(out.Groups, kept)
	}
	return out
}

// Options wraps options for Pick, without a heading.
func Options(options ...Option) OptionGroup { return Group("", options...) }

// Group wraps options for Pick under a heading.
func Group(label string, options ...Option) OptionGroup {
	g := OptionGroup{Label: label}
	for _, o := range options {
		g.Options = append(g.Options, Choice{Option: o})
	}
	return g
}
