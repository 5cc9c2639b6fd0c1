package portal_test

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/portal"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// Each runs test on a filled practice area of each engine.
func each(t *testing.T, test func(*testing.T, *webtest.Site, *portal.Service)) {
	t.Helper()
	run := func(t *testing.T, address string) {
		site := webtest.Start(t, address, nil)
		site.Clock.Set(time.Now())
		test(t, site, &portal.Service{Book: ledger.New(site.App.Store.Handle(schema.Participant), site.Clock.Now), Key: site.App.Desk.Key})
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, webtest.Postgres) })
}

func give(t *testing.T, site *webtest.Site, name string) string {
	t.Helper()
	code, err := site.App.Desk.Give(t.Context(), site.Area.Actors["manager"], ledger.Form{}, site.Area.People[name])
	if err != nil || len(code) != len("ABCD-EFGH-JKMN") {
		t.Fatalf("give %s a code: %q %v", name, code, err)
	}
	return code
}

var here = portal.Visitor{Address: "192.0.2.7", Browser: "a phone"}

func TestACodeOpensOnePageOnceAndOnlyForSevenDays(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		code := give(t, site, "Kestrel")
		token, id, err := s.Begin(t.Context(), " "+strings.ToLower(strings.ReplaceAll(code, "-", " ")), here)
		if err != nil || id != site.Area.People["Kestrel"] {
			t.Fatalf("open: %s %v", id, err)
		}
		if who, err := s.Who(t.Context(), token, here); err != nil || who != id {
			t.Errorf("who: %s %v", who, err)
		}
		if _, _, err := s.Begin(t.Context(), code, here); !errors.Is(err, portal.ErrCode) {
			t.Errorf("used twice: %v", err)
		}
		late := give(t, site, "Kestrel")
		site.Clock.Set(site.Clock.Now().Add(7 * 24 * time.Hour))
		if _, _, err := s.Begin(t.Context(), late, here); !errors.Is(err, portal.ErrCode) {
			t.Errorf("after seven days: %v", err)
		}
	})
}

func TestANewCodeEndsTheOneBeforeAndThePageItOpened(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		first, second := give(t, site, "Kestrel"), give(t, site, "Kestrel")
		if _, _, err := s.Begin(t.Context(), first, here); !errors.Is(err, portal.ErrCode) {
			t.Errorf("a replaced code: %v", err)
		}
		token, _, err := s.Begin(t.Context(), second, here)
		if err != nil {
			t.Fatal(err)
		}
		give(t, site, "Kestrel")
		if _, err := s.Who(t.Context(), token, here); !errors.Is(err, portal.ErrEnded) {
			t.Errorf("the page of a replaced code: %v", err)
		}
		third := give(t, site, "Kestrel")
		if err := site.App.Desk.TakeBack(t.Context(), site.Area.Actors["manager"], ledger.Form{}, site.Area.People["Kestrel"]); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Begin(t.Context(), third, here); !errors.Is(err, portal.ErrCode) {
			t.Errorf("a code taken back: %v", err)
		}
	})
}

// Twenty phones type the same code at once: one page opens.
func TestOfManyUsesAtOnceOneWins(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		code := give(t, site, "Kestrel")
		var wait sync.WaitGroup
		var mu sync.Mutex
		opened := 0
		for range 20 {
			wait.Go(func() {
				_, _, err := s.Begin(t.Context(), code, here)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					opened++
				case !errors.Is(err, portal.ErrCode) && !errors.Is(err, portal.ErrMany):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if opened != 1 {
			t.Errorf("%d pages opened, want 1", opened)
		}
	})
}

// Wrong codes are told to wait, and fill the ledger only so far; a right code
// from the same hostel still opens its page, so nobody can lock anybody out.
func TestGuessersWaitAndLockNobodyOut(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		code := give(t, site, "Kestrel")
		wrong, many := 0, 0
		for range 40 {
			_, _, err := s.Begin(t.Context(), "0000-0000-0000", here)
			switch {
			case errors.Is(err, portal.ErrCode):
				wrong++
			case errors.Is(err, portal.ErrMany):
				many++
			default:
				t.Fatal(err)
			}
		}
		if wrong != 10 || many != 30 {
			t.Errorf("%d wrong and %d asked to wait, want 10 and 30", wrong, many)
		}
		if n := denied(t, site); n != 10 {
			t.Errorf("%d entries of wrong codes, want 10", n)
		}
		if _, _, err := s.Begin(t.Context(), code, here); err != nil {
			t.Errorf("a right code after many wrong ones: %v", err)
		}
		site.Clock.Set(site.Clock.Now().Add(11 * time.Minute))
		if _, _, err := s.Begin(t.Context(), "0000-0000-0000", here); !errors.Is(err, portal.ErrCode) {
			t.Errorf("after eleven minutes: %v", err)
		}
	})
}

func denied(t *testing.T, site *webtest.Site) int {
	t.Helper()
	var found []ledger.Recorded
	err := site.App.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		var err error
		found, err = ledger.Find(t.Context(), tx, ledger.Search{Act: "own.begin", Verb: ledger.Denied}, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

func TestAPageClosesAfterRestAndAfterTwoHours(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		open := func() string {
			token, _, err := s.Begin(t.Context(), give(t, site, "Kestrel"), here)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		pass := func(d time.Duration) { site.Clock.Set(site.Clock.Now().Add(d)) }
		token := open()
		for range 8 { // busy, but two hours are two hours
			pass(14 * time.Minute)
			if _, err := s.Who(t.Context(), token, here); err != nil {
				t.Fatalf("while busy: %v", err)
			}
		}
		pass(9 * time.Minute)
		if id, err := s.Who(t.Context(), token, here); !errors.Is(err, portal.ErrEnded) || id != site.Area.People["Kestrel"] {
			t.Errorf("after two hours: %s %v", id, err)
		}
		token = open()
		pass(16 * time.Minute)
		if _, err := s.Who(t.Context(), token, here); !errors.Is(err, portal.ErrEnded) {
			t.Errorf("after resting: %v", err)
		}
		token = open()
		if err := s.Leave(t.Context(), token); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Who(t.Context(), token, here); !errors.Is(err, portal.ErrEnded) {
			t.Errorf("after leaving: %v", err)
		}
	})
}

// A token that turns up in another browser closes the page for both.
func TestAStolenTokenClosesThePage(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, s *portal.Service) {
		token, _, err := s.Begin(t.Context(), give(t, site, "Kestrel"), here)
		if err != nil {
			t.Fatal(err)
		}
		thief := portal.Visitor{Address: here.Address, Browser: "another phone"}
		if id, err := s.Who(t.Context(), token, thief); !errors.Is(err, portal.ErrEnded) || id != "" {
			t.Errorf("the thief: %q %v", id, err)
		}
		if _, err := s.Who(t.Context(), token, here); !errors.Is(err, portal.ErrEnded) {
			t.Errorf("the owner afterwards: %v", err)
		}
	})
}

func TestOnlyWhoWalksWithThePersonGivesACode(t *testing.T) {
	each(t, func(t *testing.T, site *webtest.Site, _ *portal.Service) {
		for _, as := range []string{"manager2", "oncall", "officer", "dpo", "administrator", "housing"} {
			if _, err := site.App.Desk.Give(t.Context(), site.Area.Actors[as], ledger.Form{}, site.Area.People["Kestrel"]); !errors.Is(err, lead.ErrForbidden) {
				t.Errorf("%s: %v", as, err)
			}
		}
		if _, err := site.App.Desk.Give(t.Context(), site.Area.Actors["supervisor"], ledger.Form{}, site.Area.People["Kestrel"]); err != nil {
			t.Errorf("the supervisor: %v", err)
		}
		form := ledger.Form{Key: "frm_once", Hash: "x"}
		first, err := site.App.Desk.Give(t.Context(), site.Area.Actors["manager"], form, site.Area.People["Kestrel"])
		again, err2 := site.App.Desk.Give(t.Context(), site.Area.Actors["manager"], form, site.Area.People["Kestrel"])
		if first == "" || again != "" || errors.Join(err, err2) != nil {
			t.Errorf("the same form twice shows %q and %q: %v %v", first, again, err, err2)
		}
	})
}

func FuzzBegin(f *testing.F) {
	site := webtest.StartEmpty(f, "sqlite:"+filepath.Join(f.TempDir(), "waymark.db"))
	s := &portal.Service{Book: ledger.New(site.App.Store.Handle(schema.Participant), site.Clock.Now), Key: site.App.Desk.Key}
	for _, seed := range []string{"", "ABCD-EFGH-JKMN", "abcd efgh jkmn", "OIL0-1111-0000", strings.Repeat("A", 1000), "ÄÖÜ", "'; --", "\x00", "abcdefghjkm–"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		_, _, err := s.Begin(t.Context(), typed, here)
		if !errors.Is(err, portal.ErrCode) && !errors.Is(err, portal.ErrMany) {
			t.Errorf("%q: %v", typed, err)
		}
	})
}

// However a code is typed, with small letters, gaps or look-alikes, it is the
// same code.
func TestACodeIsReadAsPeopleWriteIt(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	s := &portal.Service{Book: ledger.New(site.App.Store.Handle(schema.Participant), site.Clock.Now), Key: site.App.Desk.Key}
	rapid.Check(t, func(rt *rapid.T) {
		code := give(t, site, "Kestrel")
		var typed strings.Builder
		for _, r := range code {
			switch {
			case r == '-':
				typed.WriteString(rapid.SampledFrom([]string{"", "-", " ", " - "}).Draw(rt, "gap"))
				continue
			case r == '0':
				typed.WriteString(rapid.SampledFrom([]string{"0", "O", "o"}).Draw(rt, "nought"))
				continue
			case r == '1':
				typed.WriteString(rapid.SampledFrom([]string{"1", "I", "l"}).Draw(rt, "one"))
				continue
			}
			if rapid.Bool().Draw(rt, "small") {
				r = []rune(strings.ToLower(string(r)))[0]
			}
			typed.WriteRune(r)
		}
		if _, _, err := s.Begin(t.Context(), typed.String(), here); err != nil {
			rt.Fatalf("%s typed as %q: %v", code, typed.String(), err)
		}
	})
}
