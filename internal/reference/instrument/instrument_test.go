package instrument_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"waymark.example/internal/reference/instrument"
)

func shipped(t testing.TB) map[string]instrument.Definition {
	t.Helper()
	texts, err := instrument.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]instrument.Definition{}
	for _, text := range texts {
		d, err := instrument.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out[d.ID] = d
	}
	return out
}

// alike answers the items 1 to n so that the sum is total, as evenly as it goes.
func alike(n, total int) instrument.Answers {
	a := instrument.Answers{}
	for i := range n {
		v := total / n
		if i < total%n {
			v++
		}
		a[fmt.Sprint(i+1)] = fmt.Sprint(v)
	}
	return a
}

// The ranges as they were published: PHQ-9 0-4, 5-9, 10-14, 15-19, 20-27 and
// GAD-7 0-4, 5-9, 10-14, 15-21.
func TestC18_EveryScoreFallsIntoThePublishedRange(t *testing.T) {
	t.Parallel()
	for id, c := range map[string]struct {
		items, highest int
		from           []int
		words          []string
	}{
		"phq-9": {9, 27, []int{0, 5, 10, 15, 20}, []string{"minimal", "mild", "moderate", "moderately severe", "severe"}},
		"gad-7": {7, 21, []int{0, 5, 10, 15}, []string{"minimal", "mild", "moderate", "severe"}},
	} {
		d := shipped(t)[id]
		for total := range c.highest + 1 {
			want := ""
			for i, from := range c.from {
				if total >= from {
					want = c.words[i]
				}
			}
			a := alike(c.items, total)
			a["difficulty"] = "3" // counts for nothing
			got := d.Score(a)[0]
			if !got.Scored || got.Value != float64(total) || got.Words != want || got.High != float64(c.highest) {
				t.Errorf("%s %d: %+v, not %q", id, total, got, want)
			}
		}
		a := alike(c.items, 8)
		delete(a, "3")
		if got := d.Score(a)[0]; got.Scored || got.Missing != 1 {
			t.Errorf("%s with a question passed over: %+v", id, got)
		}
		if !strings.Contains(d.Licence.Attribution, "No permission required") || d.Licence.Source == "" || d.Licence.ToVerify == "" {
			t.Errorf("%s: %+v", id, d.Licence)
		}
	}
	phq := shipped(t)["phq-9"]
	for _, value := range []string{"0", "1", "3"} {
		if got := len(phq.Warnings(instrument.Answers{"9": value})); got == 0 && value != "0" || got != 0 && value == "0" {
			t.Errorf("question 9 answered %s: %d warnings", value, got)
		}
	}
	if len(phq.Warnings(instrument.Answers{"1": "3"})) != 0 {
		t.Error("warned of another question")
	}
}

func TestAScoreStandsForWhatWasPassedOverOnlyAsFarAsItsRuleSays(t *testing.T) {
	t.Parallel()
	d := shipped(t)["this-week"]
	for _, c := range []struct {
		a      instrument.Answers
		scored bool
		value  float64
	}{
		{instrument.Answers{"sleep": "3", "eat": "2", "safe": "1", "people": "0", "own": "2"}, true, 1.6},
		{instrument.Answers{"sleep": "3", "eat": "2", "safe": "3"}, true, 2.7},
		{instrument.Answers{"sleep": "3", "eat": "2"}, false, 0},
		{instrument.Answers{}, false, 0},
	} {
		if got := d.Score(c.a)[0]; got.Scored != c.scored || got.Value != c.value {
			t.Errorf("%v: %+v", c.a, got)
		}
	}
	d.Scales[0].Rule = "sum"
	if got := d.Score(instrument.Answers{"sleep": "3", "eat": "2", "safe": "3"})[0]; got.Value != 13 { // 8/3 each, for five
		t.Errorf("%+v", got)
	}
	if wrong := d.Check(instrument.Answers{"sleep": "9", "moon": "1", "eat": "1"}); fmt.Sprint(wrong) != "[moon sleep]" {
		t.Errorf("%v", wrong)
	}
}

func TestEveryMistakeOfADefinitionIsToldByItsField(t *testing.T) {
	t.Parallel()
	texts, err := instrument.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var good string
	for _, text := range texts {
		if strings.Contains(string(text), `"phq-9"`) {
			good = string(text)
		}
	}
	for _, c := range []struct{ old, replaced, field string }{
		{`"id": "phq-9"`, `"id": "PHQ 9"`, "id"}, {`"language": "en"`, `"language": "e!"`, "language"}, {`"seen_by": "team"`, `"seen_by": "police"`, "seen_by"},
		{`"rule": "sum"`, `"rule": "risk"`, "scales[0].rule"}, {`"missing_allowed": 0`, `"missing_allowed": 9`, "scales[0].missing_allowed"}, {`"from": 5,`, `"from": 6,`, "scales[0].ranges[1].from"},
		{`"to": 27`, `"to": 28`, "scales[0].ranges[4].to"}, {`"item": "9"`, `"item": "90"`, "watch[0].item"}, {`"id": "2"`, `"id": "1"`, "items[1].id"}, {`"score": 3`, `"score": 30000`, "options[3].score"},
		{`"title": "PHQ-9"`, `"title": 9`, "title"}, {`"title": "PHQ-9"`, `"title": ""`, "title"}, {`"electronic"`, `"electronick"`, "electronick"}, {`"score": 2`, `"score": 2.5`, "score"},
		{`"source": "`, `"source": "", "risk": "`, "risk"}, {`{`, `[`, "file"},
	} {
		_, err := instrument.Parse([]byte(strings.Replace(good, c.old, c.replaced, 1)))
		all, _ := errors.AsType[instrument.Problems](err)
		found := false
		for _, p := range all {
			found = found || p.Field == c.field || strings.HasSuffix(p.Field, "."+c.field)
		}
		if !found {
			t.Errorf("%s: %v", c.replaced, err)
		}
	}
	if _, err := instrument.Parse([]byte(good + "{}")); err == nil {
		t.Error("two definitions in one file")
	}
}

func FuzzParse(f *testing.F) {
	texts, err := instrument.Shipped()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range texts {
		f.Add(text)
	}
	f.Add([]byte(`{"items":[{"id":"1"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := instrument.Parse(text)
		if err != nil {
			return
		}
		for _, r := range d.Score(instrument.Answers{}) {
			if r.Scored {
				t.Fatal("a score of nothing")
			}
		}
		all := instrument.Answers{}
		for _, i := range d.Items {
			all[i.ID] = d.OptionsOf(i)[0].Value
		}
		for _, r := range d.Score(all) {
			if !r.Scored || r.Value < r.Low-0.06 || r.Value > r.High+0.06 || len(r.Scale.Ranges) > 0 && r.Words == "" {
				t.Fatalf("%+v", r)
			}
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := instrument.Parse(again); err != nil && len(again) <= instrument.MaxSize {
			t.Fatalf("what was read cannot be read again: %v", err)
		}
	})
}
