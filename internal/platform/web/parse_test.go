package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestALocalPathNeverLeavesTheSite(t *testing.T) {
	for _, path := range []string{"", "x", "//elsewhere.example", "https://elsewhere.example", "https:elsewhere.example", `/\elsewhere.example`, "/\t/elsewhere.example", "/\n/elsewhere.example",
		"/x\r\nSet-Cookie: a=b", "/\x00", " //elsewhere.example", "javascript:alert(1)", "/a b", "/%zz"} {
		if got := LocalPath(path); got != "" {
			t.Errorf("%q became %q", path, got)
		}
	}
	for _, path := range []string{"/", "/care/people/par_1/plan", "/audit?from=2026-01-01", "/a/../b"} {
		if got := LocalPath(path); got != path {
			t.Errorf("%q became %q", path, got)
		}
	}
}

func FuzzALocalPathNeverLeavesTheSite(f *testing.F) {
	for _, seed := range []string{"/", "//x", `/\x`, "/\t/x", "/%2f/x", "/.//x", "/..//x", "/?a=//x", "http:/x", "/#//x"} {
		f.Add(seed)
	}
	site, err := url.Parse("https://site.example/sign-in")
	if err != nil {
		f.Fatal(err)
	}
	browser := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/") // what a browser makes of an address
	f.Fuzz(func(t *testing.T, path string) {
		got := LocalPath(path)
		if got == "" {
			return
		}
		to, err := url.Parse(browser.Replace(strings.TrimSpace(got)))
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if to = site.ResolveReference(to); to.Host != site.Host || to.Scheme != site.Scheme {
			t.Errorf("%q leads to %s", path, to)
		}
	})
}

func FuzzACarriedFormOpensOnlyAsItWasSealed(f *testing.F) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	k, err := NewCarrier(strings.Repeat("5a", 32), func() time.Time { return now })
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := k.Seal(Carried{AccountID: "acc_1", Path: "/care", Answers: url.Values{"narrative": {"words"}}})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{sealed, sealed[:len(sealed)-1], "", "AAAA", strings.ToUpper(sealed), sealed + "A", "=\n" + sealed} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := k.Open(text)
		if err == nil && (c.AccountID != "acc_1" || c.Path != "/care" || c.Answers.Get("narrative") != "words") {
			t.Errorf("%q opened as %+v", text, c)
		}
	})
}

func TestACarriedFormIsGoodForTwelveHoursAndOneKey(t *testing.T) {
	now := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	k, err := NewCarrier(strings.Repeat("5a", 32), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	other, err := NewCarrier(strings.Repeat("5b", 32), func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(Carried{Path: "/care"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Open(sealed); err != nil {
		t.Error(err)
	}
	if _, err := other.Open(sealed); err == nil {
		t.Error("another key opened it")
	}
	now = now.Add(12*time.Hour + time.Second)
	if _, err := k.Open(sealed); err == nil {
		t.Error("it opened after a shift")
	}
	for _, key := range []string{"", "5a", "zz", strings.Repeat("5a", 31)} {
		if _, err := NewCarrier(key, time.Now); err == nil {
			t.Errorf("a key of %d letters was taken", len(key))
		}
	}
}

func FuzzAnyAnswersMakeAFormKey(f *testing.F) {
	f.Add("form_key=frm_1&a=1&a=2")
	f.Add("form_key=" + strings.Repeat("k", 200))
	f.Add("%ff=%00")
	f.Fuzz(func(t *testing.T, body string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/x", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if err := r.ParseForm(); err != nil {
			return
		}
		form := Form(r)
		if len(form.Key) > 100 || len(form.Hash) != 64 {
			t.Errorf("%q: %+v", body, form)
		}
		if at := Moment(r, "a", time.UTC); !at.IsZero() && at.Format(MomentLayout) == "" {
			t.Errorf("%q: %v", body, at)
		}
	})
}
