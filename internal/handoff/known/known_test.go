package known

import (
	"strings"
	"testing"
)

func TestACodeIsReadAsPeopleTypeIt(t *testing.T) {
	for typed, want := range map[string]string{
		"WAY-4KD9-7H2M-QX5T": "4KD97H2MQX5T", "way 4kd9 7h2m qx5t": "4KD97H2MQX5T", "4KD97H2MQX5T": "4KD97H2MQX5T", "WAY4KD97H2MQX5T": "4KD97H2MQX5T",
		"WAY-oil9-7h2m-qx5u": "01197H2MQX5V", "WAYWAYWAYWAY": "WAYWAYWAYWAY", "WAY-WAYW-AYWA-YWAY": "WAYWAYWAYWAY",
		"": "", "Kestrel": "", "WAY-4KD9-7H2M-QX5": "", "WAY-4KD9-7H2M-QX5TT": "", "WAY-4KD9-7H2M-QX5*": "", strings.Repeat("A", 200): "",
	} {
		if got := Clean(typed); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

func TestAFreshCodeReadsBackAndIsNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		code := newCode()
		if len(code) != len("WAY-4KD9-7H2M-QX5T") || Clean(code) == "" || seen[code] {
			t.Fatalf("%q", code)
		}
		seen[code] = true
	}
}

func TestWithoutTheKeyACodeCannotBeFound(t *testing.T) {
	one, two := Key(strings.Repeat("a", 32)), Key(strings.Repeat("b", 32))
	if one.hash("4KD97H2MQX5T") == two.hash("4KD97H2MQX5T") || strings.Contains(one.hash("4KD97H2MQX5T"), "4KD9") {
		t.Error("the hash of a code does not depend on the key")
	}
	if _, err := NewKey("0011"); err == nil {
		t.Error("a short key was taken")
	}
}

func FuzzATypedCode(f *testing.F) {
	for _, seed := range []string{"WAY-4KD9-7H2M-QX5T", "way4kd97h2mqx5t", "", "\xff", "ſſſſſſſſſſſſ", "WAY", "WAYWAYWAYWAYWAY", strings.Repeat("-", 99)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code := Clean(typed)
		if code != "" && (len(code) != length || strings.Trim(code, alphabet) != "") {
			t.Errorf("%q is read as %q", typed, code)
		}
		if code != "" && Clean("WAY-"+code) != code {
			t.Errorf("%q does not read back", code)
		}
	})
}
