package identifier_test

import (
	"encoding/csv"
	"os"
	"testing"
	"time"

	"waymark.example/internal/reference/identifier"
)

var now = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func valid(kind, value string) bool {
	var err error
	switch kind {
	case "NHS":
		_, err = identifier.ParseNHSNumber(value)
	case "PNC":
		_, err = identifier.ParsePNC(value, now)
	case "CRO":
		_, err = identifier.ParseCRO(value)
	default:
		return false
	}
	return err == nil
}

func TestPublishedCheckVectorsGiveTheSameVerdict(t *testing.T) {
	const path = "../../../../shared/reference/codelists/check_vectors.csv"
	f, err := os.Open(path)
	if err != nil {
		t.Skipf("the published vectors are not here (%s)", path)
	}
	defer f.Close() //nolint:errcheck // it was only read
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 10 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows[1:] {
		if want := row[2] == "True"; valid(row[0], row[1]) != want {
			t.Errorf("%s %s: got %v, want %v", row[0], row[1], !want, want)
		}
	}
}

func TestOneFormForEachNumber(t *testing.T) {
	for in, want := range map[string]string{"943 476 5919": "9434765919", "401-023-2137": "4010232137"} {
		if got, err := identifier.ParseNHSNumber(in); string(got) != want || err != nil {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"02/73319Z": "2002/0073319Z", "81/34U": "1981/0000034U", "2002/0073319z": "2002/0073319Z", "0273319Z": "2002/0073319Z", "20020073319Z": "2002/0073319Z"} {
		if got, err := identifier.ParsePNC(in, now); string(got) != want || err != nil {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
	for in, want := range map[string]string{"65656/91H": "065656/91H", "sf83/50058z": "SF83/50058Z"} {
		if got, err := identifier.ParseCRO(in); string(got) != want || err != nil {
			t.Errorf("%s: %s %v", in, got, err)
		}
	}
	for _, bad := range []string{"", "9434765918", "943476591", "94347659190", "abcdefghij"} {
		if valid("NHS", bad) {
			t.Errorf("%q is an NHS number", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"9434765919", "2002/0073319Z", "065656/91H", "SF05/482703J", "", "/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := identifier.ParseNHSNumber(s); err == nil {
			if again, err := identifier.ParseNHSNumber(string(n)); again != n || err != nil {
				t.Errorf("NHS %q: %q then %q %v", s, n, again, err)
			}
		}
		if n, err := identifier.ParsePNC(s, now); err == nil {
			if again, err := identifier.ParsePNC(string(n), now); again != n || err != nil {
				t.Errorf("PNC %q: %q then %q %v", s, n, again, err)
			}
		}
		if n, err := identifier.ParseCRO(s); err == nil {
			if again, err := identifier.ParseCRO(string(n)); again != n || err != nil {
				t.Errorf("CRO %q: %q then %q %v", s, n, again, err)
			}
		}
	})
}
