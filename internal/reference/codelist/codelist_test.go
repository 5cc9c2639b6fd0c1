package codelist_test

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/codelist"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

func shipped(t *testing.T) codelist.Lists {
	t.Helper()
	codes, err := codelist.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return codelist.Of(codes)
}

// Every code of the published lists is here under the same label, and what was
// from somebody's memory there keeps its mark here.
func TestShippedListsHoldThePublishedOnes(t *testing.T) {
	const folder = "../../../../shared/reference/codelists/"
	lists := shipped(t)
	for _, l := range []struct{ file, list, code, label string }{
		{"offences", "offences", "ho_code", "offence"}, {"non_notifiable_low_level", "offences", "local_code", "offence"}, {"crime_outcomes", "crime_outcomes", "code", "label"},
		{"ethnicity_self_defined", "ethnicity_self_defined", "code", "label"}, {"ethnicity_officer_defined", "ethnicity_officer_defined", "code", "label"},
		{"police_forces", "police_forces", "data_police_uk_id", "name"}, {"accommodation_san", "accommodation_san", "code", "label"}, {"employment_san", "employment_san", "code", "label"}, {"sex_hmpps", "sex", "code", "label"},
	} {
		f, err := os.Open(folder + l.file + ".csv")
		if err != nil {
			t.Skipf("the published lists are not here (%s)", folder)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		column := map[string]int{}
		for i, name := range rows[0] {
			column[name] = i
		}
		for _, row := range rows[1:] {
			code := row[column[l.code]]
			if !lists.Has(l.list, code) || lists.Label(l.list, code) != row[column[l.label]] {
				t.Errorf("%s: %s is %q, want %q", l.list, code, lists.Label(l.list, code), row[column[l.label]])
			}
			for _, c := range lists.Codes(l.list) {
				if c.Code == code && strings.Contains(row[column["source"]], "VERIFY") && !c.ToVerify {
					t.Errorf("%s: %s lost its mark", l.list, code)
				}
			}
		}
	}
}

func TestARowFromMemoryKeepsItsMarkUntilSomebodyLooksItUp(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		admin := staff.Actors["administrator"]
		marked := func() bool {
			codes, err := a.Codes.List(t.Context(), admin, "ethnicity_officer_defined")
			if err != nil {
				t.Fatal(err)
			}
			return codes[0].ToVerify
		}
		if !marked() {
			t.Fatal("the first row has no mark")
		}
		if err := a.Codes.Verify(t.Context(), staff.Actors["officer"], ledger.Form{}, "ethnicity_officer_defined", "IC1", "x"); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("an officer verified: %v", err)
		}
		if err := a.Codes.Verify(t.Context(), admin, ledger.Form{}, "ethnicity_officer_defined", "IC1", " "); err == nil {
			t.Error("verified without saying where")
		}
		if err := a.Codes.Verify(t.Context(), admin, ledger.Form{}, "ethnicity_officer_defined", "IC1", "Force data standard, 3 March"); err != nil || marked() {
			t.Errorf("after looking it up: %v, still marked: %v", err, marked())
		}
		for _, q := range []db.Query{`DELETE FROM reference_code`, `UPDATE reference_code SET label = 'x'`} {
			err := a.Store.Handle(schema.Reference).Transact(t.Context(), func(tx *db.Tx) error { _, err := tx.Exec(t.Context(), q); return err })
			if err == nil {
				t.Errorf("a code can be lost: %s", q)
			}
		}
	})
}

func TestMalformedListsAreRefusedWithTheirLine(t *testing.T) {
	const header = "code,label,group,attributes,valid_from,valid_to,source,to_verify\n"
	for name, text := range map[string]string{
		"no header": "a,b\n", "twice": header + "A,a,,,2026-01-01,,s,no\nA,b,,,2026-01-01,,s,no\n", "no label": header + "A,,,,2026-01-01,,s,no\n",
		"bad day": header + "A,a,,,soon,,s,no\n", "bad attributes": header + "A,a,,{,2026-01-01,,s,no\n", "no source": header + "A,a,,,2026-01-01,,,no\n", "bad mark": header + "A,a,,,2026-01-01,,s,maybe\n",
	} {
		if _, err := codelist.Parse("x", strings.NewReader(text)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("code,label,group,attributes,valid_from,valid_to,source,to_verify\nA,a,,{},2026-01-01,,s,no\n")
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := codelist.Parse("x", strings.NewReader(text))
		for _, c := range codes {
			if err == nil && (c.Code == "" || c.Label == "" || c.Source == "") {
				t.Errorf("taken: %+v", c)
			}
		}
	})
}
