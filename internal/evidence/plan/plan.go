// Package plan is the plan of an evaluation: what is asked, of whom, over which time and how it will be worked out, agreed and frozen before anybody
// reads an outcome. It imports cohort and suppress.
package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/evidence/cohort"
	"waymark.example/internal/suppress"
)

// Form is the version of how a plan is written down.
const Form = 1

// Plan is what is agreed before the data are read. There is one primary outcome over one window: both stand in the definition.
type Plan struct {
	Form       int               `json:"form"`
	Title      string            `json:"title"`
	Hypothesis string            `json:"hypothesis"` // in plain words: what is expected, of whom, compared with whom
	Definition cohort.Definition `json:"definition"`
	Grade      int               `json:"design_grade"` // the weakest design that the claim may rest on: 1 by lot, 2 with a comparison, 3 areas over time, 4 before and after
	Profile    string            `json:"profile"`      // how small numbers are kept when it is published: ten or nhs
	Agreed     []Agreed          `json:"agreed"`
	Outside    *Outside          `json:"outside,omitempty"` // where it is on record outside; nil where it is not
}

// Outside is where a plan stands that nobody who evaluates can change, such as a public register of studies, and since when.
type Outside struct {
	Where string `json:"where"` // an address
	On    string `json:"on"`    // YYYY-MM-DD
}

// Agreed is who agreed to the plan, for whom, and when.
type Agreed struct {
	Name string `json:"name"`
	For  string `json:"for"` // their organisation or group
	On   string `json:"on"`  // YYYY-MM-DD
}

// Draft is a plan to begin with: the default definition, and nobody who agreed yet.
func Draft() Plan {
	return Plan{Form: Form, Definition: cohort.Default(), Grade: 2, Profile: "ten"}
}

// Profile of publication by its name in a plan.
func (p Plan) Suppression() suppress.Profile {
	if p.Profile == "nhs" {
		return suppress.NHS
	}
	return suppress.Ten
}

const (
	longest = 2000 // of a text
	most    = 40   // of a list
)

// Check says everything that keeps a plan from being frozen now, in plain words. Nobody can have agreed to it later than that.
func (p Plan) Check(now time.Time) error {
	var bad []string
	say := func(words string) { bad = append(bad, words) }
	tomorrow := now.UTC().AddDate(0, 0, 1).Format(time.DateOnly) // a day of the area may have begun before that of UTC
	if p.Form != Form {
		say(fmt.Sprintf("form is %d, and this version reads %d", p.Form, Form))
	}
	if strings.TrimSpace(p.Title) == "" || len(p.Title) > 200 {
		say("title is missing, or longer than 200 characters")
	}
	if len(strings.TrimSpace(p.Hypothesis)) < 20 || len(p.Hypothesis) > longest {
		say("hypothesis says in a sentence what is expected, of whom, compared with whom")
	}
	if err := intended(p.Definition); err != nil {
		say(err.Error())
	}
	if p.Grade < 1 || p.Grade > 4 {
		say("design_grade is 1, 2, 3 or 4")
	}
	if p.Profile != "ten" && p.Profile != "nhs" {
		say("profile is ten or nhs")
	}
	if len(p.Agreed) == 0 || len(p.Agreed) > most {
		say("agreed names who agreed: one person at least")
	}
	for i, a := range p.Agreed {
		if strings.TrimSpace(a.Name) == "" || strings.TrimSpace(a.For) == "" || len(a.Name)+len(a.For) > 300 {
			say(fmt.Sprintf("agreed %d lacks a name, or whom they agreed for", i+1))
		}
		if _, err := time.Parse(time.DateOnly, a.On); err != nil {
			say(fmt.Sprintf("agreed %d: on is a day such as 2026-03-31", i+1))
		} else if a.On > tomorrow {
			say(fmt.Sprintf("%s agrees on %s, and that is still to come", a.Name, a.On))
		}
	}
	if o := p.Outside; o != nil && *o != (Outside{}) {
		if at, err := url.Parse(o.Where); err != nil || at.Scheme != "https" && at.Scheme != "http" || at.Host == "" || len(o.Where) > 300 {
			say("outside: where is an address such as https://osf.io/abcde")
		}
		if _, err := time.Parse(time.DateOnly, o.On); err != nil {
			say("outside: on is a day such as 2026-03-31")
		} else if o.On > tomorrow {
			say(fmt.Sprintf("it is on record outside on %s, and that is still to come", o.On))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("the plan cannot be frozen: %s", strings.Join(bad, "; "))
	}
	return nil
}

// intended refuses a definition that does not hold everybody in the group of their decision, of a plan and of what departs from it alike (intention to
// treat).
func intended(d cohort.Definition) error {
	if err := d.Check(); err != nil {
		return err
	}
	if d.Start == cohort.FromIntake {
		return errors.New("the clock of a plan starts at the decision: starting at the intake favours LEAD whatever it does, and is shown as a sensitivity only")
	}
	for _, v := range []string{"diverted", "declined", "no_capacity"} {
		if !slices.Contains(d.Lead, v) {
			return fmt.Errorf("lead_decisions lacks %s: whoever an officer decided to divert counts with LEAD, whatever came of it. Leaving out who said no, or for whom there was no room, favours LEAD", v)
		}
	}
	return nil
}

// Deviation is a departure from the frozen plan: said, dated and reasoned, never silent. It may carry the definition that is used from then on.
type Deviation struct {
	At         time.Time          `json:"at"`
	Kind       string             `json:"kind"` // opened: outcomes were here before the plan was frozen; change: the definition changed; other
	What       string             `json:"what"`
	Why        string             `json:"why"`
	By         string             `json:"by"`
	Definition *cohort.Definition `json:"definition,omitempty"`
	Hash       string             `json:"sha256"` // of this deviation and everything before it
}

// Frozen is a plan that can no longer be changed, with what was departed from since.
type Frozen struct {
	Plan       Plan        `json:"plan"`
	At         time.Time   `json:"frozen_at"`
	Hash       string      `json:"sha256"` // of the plan and the moment
	Deviations []Deviation `json:"deviations,omitempty"`
}

// hash is the SHA-256 of what came before and the canonical JSON of the parts.
func hash(parts ...any) string {
	sum := sha256.New()
	for _, p := range parts {
		b, err := json.Marshal(p)
		if err != nil {
			panic(err) // plain fields cannot fail
		}
		sum.Write(b)
		sum.Write([]byte{'\n'})
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Freeze freezes a plan.
func Freeze(p Plan, now time.Time) (Frozen, error) {
	if err := p.Check(now); err != nil {
		return Frozen{}, err
	}
	now = now.UTC().Truncate(time.Second)
	if p.Outside != nil && *p.Outside == (Outside{}) { // as a draft begins
		p.Outside = nil
	}
	return Frozen{Plan: p, At: now, Hash: hash(p, now)}, nil
}

var errCarries = errors.New("a deviation of the kind change, and no other, carries the new definition")

// Deviate adds a departure.
func (f Frozen) Deviate(d Deviation, now time.Time) (Frozen, error) {
	d.At, d.What, d.Why, d.By = now.UTC().Truncate(time.Second), strings.TrimSpace(d.What), strings.TrimSpace(d.Why), strings.TrimSpace(d.By)
	if d.Kind == "" {
		d.Kind = "other"
	}
	switch {
	case !slices.Contains([]string{"opened", "change", "other"}, d.Kind):
		return f, errors.New("a deviation is of the kind opened, change or other")
	case len(d.What) < 5 || len(d.Why) < 5:
		return f, errors.New("a deviation says what is done otherwise, and why, in a sentence each")
	case d.By == "":
		return f, errors.New("a deviation says who says so")
	case len(d.What)+len(d.Why)+len(d.By) > longest:
		return f, fmt.Errorf("a deviation has at most %d characters: what, why and who together", longest)
	case (d.Kind == "change") != (d.Definition != nil):
		return f, errCarries
	case d.Definition != nil && reflect.DeepEqual(*d.Definition, f.Definition()):
		return f, errors.New("the definition is the one that holds already: nothing would change")
	case len(f.Deviations) >= most:
		return f, errors.New("a plan with so many deviations is none: freeze another one")
	case d.At.Before(f.last()):
		return f, errors.New("a deviation cannot be older than what it departs from")
	}
	if d.Definition != nil {
		if err := intended(*d.Definition); err != nil {
			return f, err
		}
	}
	d.Hash = hash(f.Head(), unsigned(d))
	f.Deviations = append(slices.Clone(f.Deviations), d)
	return f, nil
}

func unsigned(d Deviation) Deviation {
	d.Hash = ""
	return d
}

func (f Frozen) last() time.Time {
	if n := len(f.Deviations); n > 0 {
		return f.Deviations[n-1].At
	}
	return f.At
}

// Head is the hash of the plan with all its deviations: what a report prints.
func (f Frozen) Head() string {
	if n := len(f.Deviations); n > 0 {
		return f.Deviations[n-1].Hash
	}
	return f.Hash
}

// Definition is the one that holds: of the plan, or of the latest deviation that changed it.
func (f Frozen) Definition() cohort.Definition {
	def := f.Plan.Definition
	for _, d := range f.Deviations {
		if d.Definition != nil {
			def = *d.Definition
		}
	}
	return def
}

// Change is a field of the definition that a deviation set otherwise.
type Change struct {
	Field, From, To string
}

// names of the fields of a definition in words; one that is not here stands by its own name.
var names = map[string]string{
	"start": "start of the clock", "doors": "doors", "lead_decisions": "decisions for LEAD", "usual_decisions": "decisions for process as usual", "excluded_decisions": "decisions left out",
	"windows": "windows in days", "look_back": "days looked back", "primary": "primary outcome", "primary_window": "window of the primary outcome in days", "subgroups": "groups by which the effect is looked at",
	"draws": "draws of the bootstrap", "seed": "seed of the bootstrap",
}

// Changes says what the deviation of that number sets otherwise than the definition that held before it.
func (f Frozen) Changes(i int) []Change {
	next := f.Deviations[i].Definition
	if next == nil {
		return nil
	}
	f.Deviations = f.Deviations[:i]
	was, now := reflect.ValueOf(f.Definition()), reflect.ValueOf(*next)
	var out []Change
	for k := range was.NumField() {
		if reflect.DeepEqual(was.Field(k).Interface(), now.Field(k).Interface()) {
			continue
		}
		field := was.Type().Field(k).Tag.Get("json")
		if words, ok := names[field]; ok {
			field = words
		}
		out = append(out, Change{field, said(was.Field(k)), said(now.Field(k))})
	}
	return out
}

// said is a value of a definition as it is written.
func said(v reflect.Value) string {
	if v.Kind() != reflect.Slice {
		return fmt.Sprint(v.Interface())
	}
	if v.Len() == 0 {
		return "none"
	}
	var all []string
	for i := range v.Len() {
		all = append(all, fmt.Sprint(v.Index(i).Interface()))
	}
	return strings.Join(all, ", ")
}

// Bytes is the file of a frozen plan: the same plan is the same bytes.
func (f Frozen) Bytes() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", "  ")
	if err := e.Encode(f); err != nil {
		panic(err) // plain fields cannot fail
	}
	return out.Bytes()
}

// ReadDraft reads a plan that is not frozen yet. A field that it does not know is an error, for it may be one that was meant.
func ReadDraft(text []byte) (Plan, error) {
	var p Plan
	if has(text, "frozen_at") {
		return Plan{}, ErrFrozen
	}
	if err := strictly(text, &p); err != nil {
		return Plan{}, fmt.Errorf("read plan: %w", err)
	}
	return p, nil
}

// ReadDefinition reads the definition that holds from a deviation on: the part of a plan that is called so.
func ReadDefinition(text []byte) (cohort.Definition, error) {
	var d cohort.Definition
	if has(text, "definition") {
		return d, errors.New("this is a whole plan: the file holds only what stands in its definition")
	}
	if err := strictly(text, &d); err != nil {
		return d, fmt.Errorf("read definition: %w", err)
	}
	return d, nil
}

// ErrFrozen is a frozen plan where a draft belongs, ErrDraft the other way round.
var (
	ErrFrozen = errors.New("this plan is frozen already: what is done otherwise is recorded with waymark evidence plan deviate")
	ErrDraft  = errors.New("this plan is not frozen, it is a draft: waymark evidence plan freeze freezes it, before anybody reads an outcome")
)

// has reports whether a file is JSON with a field of that name at the top.
func has(text []byte, field string) bool {
	var top map[string]json.RawMessage
	err := json.Unmarshal(bare(text), &top)
	return err == nil && top[field] != nil
}

// bare is a text without the mark that some editors put before it.
func bare(text []byte) []byte { return bytes.TrimPrefix(text, []byte("\ufeff")) }

// ErrUntrue is a frozen plan that is not as it was frozen.
var ErrUntrue = errors.New("the plan is not as it was frozen: its hash is another")

// Read reads a frozen plan and checks every hash in it.
func Read(text []byte) (Frozen, error) {
	var f Frozen
	if has(text, "definition") {
		return Frozen{}, ErrDraft
	}
	if err := strictly(text, &f); err != nil {
		return Frozen{}, fmt.Errorf("read plan: %w", err)
	}
	if f.At.IsZero() || f.Hash == "" {
		return Frozen{}, ErrDraft
	}
	if f.Hash != hash(f.Plan, f.At) {
		return Frozen{}, ErrUntrue
	}
	if err := f.Plan.Check(f.At); err != nil {
		return Frozen{}, err
	}
	head, at := f.Hash, f.At
	for _, d := range f.Deviations {
		if d.Hash != hash(head, unsigned(d)) || d.At.Before(at) {
			return Frozen{}, ErrUntrue
		}
		if (d.Kind == "change") != (d.Definition != nil) {
			return Frozen{}, fmt.Errorf("read plan: %w", errCarries)
		}
		if d.Definition != nil {
			if err := intended(*d.Definition); err != nil {
				return Frozen{}, err
			}
		}
		head, at = d.Hash, d.At
	}
	return f, nil
}

func strictly(text []byte, v any) error {
	const shown = "waymark evidence plan draft shows how a plan is written"
	text = bare(text)
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("the file is empty: " + shown)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if e.Field == "" {
			return fmt.Errorf("it cannot be a %s: %s", e.Value, shown)
		}
		return fmt.Errorf("%s cannot be a %s: %s", e.Field, e.Value, shown)
	}
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d is no JSON: %s", 1+bytes.Count(text[:min(int(e.Offset), len(text))], []byte("\n")), shown)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends in the middle: " + shown)
	}
	if err != nil { // a field that is not known, or a time that is none
		return fmt.Errorf("%s: %s", strings.TrimPrefix(err.Error(), "json: "), shown)
	}
	if d.More() {
		return errors.New("something stands after the plan")
	}
	return nil
}

// ErrOpened is a plan that was frozen when the outcomes were there already, and does not say so.
var ErrOpened = errors.New("the outcomes were here before the plan was frozen")

// Before checks that the plan was frozen before the outcomes were there. Where it was not, a deviation of the kind opened has to say so.
func (f Frozen) Before(opened time.Time) error {
	if opened.IsZero() || !f.At.After(opened) || slices.ContainsFunc(f.Deviations, func(d Deviation) bool { return d.Kind == "opened" }) {
		return nil
	}
	return fmt.Errorf("%w: they are from %s, and the plan from %s. Record it as a deviation of the kind opened, with the reason (waymark evidence plan deviate --kind opened); the report then says so", ErrOpened, opened.UTC().Format("2 January 2006, 15:04"), f.At.Format("2 January 2006, 15:04"))
}
