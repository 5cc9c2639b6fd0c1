package alert_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"waymark.example/internal/app"
	"waymark.example/internal/dbtest"
	"waymark.example/internal/identity/alert"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/practice"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

// provider answers as it is told and keeps what it was given.
type provider struct {
	mu     sync.Mutex
	answer notice.Answer
	got    []string
}

func (p *provider) Send(_ context.Context, to notice.To, m notice.Message) notice.Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, to.Address+": "+m.String())
	return p.answer
}

func (p *provider) says(o notice.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = notice.Answer{Outcome: o, Words: "as told"}
}

func (p *provider) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.got)
}

type area struct {
	app   *app.App
	staff practice.Area
	now   *atomic.Int64
	sends *provider
}

func (a area) pass(d time.Duration) { a.now.Add(int64(d / time.Second)) }

func each(t *testing.T, test func(*testing.T, area)) {
	t.Helper()
	run := func(t *testing.T, address string) {
		a := area{now: &atomic.Int64{}, sends: &provider{answer: notice.Answer{Outcome: notice.Sent, Words: "ok"}}}
		a.now.Store(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC).Unix())
		key, err := ledger.NewKeyText("waymark-practice")
		must(t, err)
		a.app, err = app.Open(t.Context(), app.Config{Database: address, Keys: "sqlite:" + filepath.Join(t.TempDir(), "keys.db"), Practice: true, LedgerKey: key,
			Now: func() time.Time { return time.Unix(a.now.Load(), 0) }, Notices: notice.Config{File: filepath.Join(t.TempDir(), "notices.txt")}})
		must(t, err)
		t.Cleanup(func() {
			if err := a.app.Close(); err != nil {
				t.Error(err)
			}
		})
		a.staff, err = practice.Staff(t.Context(), a.app, &practice.Clock{})
		must(t, err)
		a.app.Alerts.Providers = map[notice.Kind]notice.Provider{notice.Push: a.sends, notice.Mail: a.sends, notice.SMS: a.sends}
		test(t, a)
	}
	t.Run("sqlite", func(t *testing.T) { run(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db")) })
	t.Run("postgres", func(t *testing.T) { run(t, dbtest.PostgresAddress(t)) })
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func browser(n int) notice.To {
	return notice.To{Address: fmt.Sprint("https://push.example.org/", n), PublicKey: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", Auth: "BTBZMqHH6r4Tts7J_aSIgg"}
}

func (a area) deliver(t *testing.T, want int) {
	t.Helper()
	n, err := a.app.Alerts.Deliver(t.Context())
	must(t, err)
	if n != want {
		t.Errorf("%d went out, not %d", n, want)
	}
}

func (a area) own(t *testing.T, who string) alert.Own {
	t.Helper()
	own, err := a.app.Alerts.Own(t.Context(), a.staff.Actors[who])
	must(t, err)
	return own
}

func TestANoticeGoesToEveryProvedWayOnce(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		ctx, jo := t.Context(), a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(ctx, jo, none, browser(1), "Chrome on Android"))
		must(t, a.app.Alerts.AddPush(ctx, jo, none, browser(1), "Chrome on Android"))
		must(t, a.app.Alerts.AddPush(ctx, jo, none, browser(2), "Firefox on Linux"))
		must(t, a.app.Alerts.AddMail(ctx, jo, none)) // not proved
		codes := a.sends.count()
		must(t, a.app.Alerts.Test(ctx, jo, none))
		a.deliver(t, 2)
		a.deliver(t, 0)
		if n := a.sends.count() - codes; n != 2 || !strings.HasSuffix(a.sends.got[codes], ": Waymark: something waits for you") {
			t.Errorf("%d sent: %v", n, a.sends.got)
		}
		if own := a.own(t, "oncall"); len(own.Channels) != 3 || len(own.Tries) != 3 {
			t.Errorf("%+v", own)
		}
		if own := a.own(t, "manager"); len(own.Channels) != 0 || len(own.Tries) != 0 {
			t.Errorf("somebody else sees %+v", own)
		}
	})
}

func TestAnAddressIsProvedByTheCodeThatWasSentThere(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		ctx, jo := t.Context(), a.staff.Actors["oncall"]
		prove := func(code string) lead.Invalid {
			bad, _ := errors.AsType[lead.Invalid](a.app.Alerts.Prove(ctx, jo, none, a.own(t, "oncall").Channels[0].ID, code))
			return bad
		}
		if err := a.app.Alerts.AddNumber(ctx, jo, none, "07700 900123"); err == nil {
			t.Error("a number without its country code is taken")
		}
		must(t, a.app.Alerts.AddNumber(ctx, jo, none, "+44 7700 900123"))
		id := a.own(t, "oncall").Channels[0].ID
		code := regexp.MustCompile(`\d{6}$`).FindString(a.sends.got[0])
		if !strings.HasPrefix(a.sends.got[0], "+447700900123: Waymark: your code is ") {
			t.Fatalf("sent %v", a.sends.got)
		}
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		if prove(wrong) == nil {
			t.Error("a wrong code is taken")
		}
		if err := a.app.Alerts.Prove(ctx, a.staff.Actors["manager"], none, id, code); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		if bad := prove(code[:3] + " " + code[3:]); bad != nil {
			t.Error(bad)
		}
		if a.own(t, "oncall").Channels[0].Proved.IsZero() {
			t.Error("it is not proved")
		}
		must(t, a.app.Alerts.Remove(ctx, jo, none, id))
		must(t, a.app.Alerts.AddNumber(ctx, jo, none, "+447700900124"))
		code = regexp.MustCompile(`\d{6}$`).FindString(a.sends.got[1])
		for range 5 {
			prove(wrong)
		}
		if prove(code) == nil {
			t.Error("there is no end to guessing")
		}
		for i := range 6 {
			err := a.app.Alerts.SendCode(ctx, jo, none, a.own(t, "oncall").Channels[0].ID)
			if (err == nil) != (i < 4) {
				t.Errorf("code %d: %v", i+3, err)
			}
		}
		code = regexp.MustCompile(`\d{6}$`).FindString(a.sends.got[len(a.sends.got)-1])
		a.pass(16 * time.Minute)
		if prove(code) == nil {
			t.Error("an old code is taken")
		}
	})
}

func TestWhatDoesNotGoIsTriedAgainAndNotForEver(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		ctx, jo := t.Context(), a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(ctx, jo, none, browser(1), "Chrome"))
		must(t, a.app.Alerts.Test(ctx, jo, none))
		a.sends.says(notice.Later)
		a.deliver(t, 0)
		a.deliver(t, 0)
		if a.sends.count() != 1 {
			t.Errorf("it was sent %d times without a pause", a.sends.count())
		}
		a.pass(11 * time.Second)
		a.sends.says(notice.Sent)
		a.deliver(t, 1)
		must(t, a.app.Alerts.Test(ctx, jo, none))
		a.sends.says(notice.Later)
		before := a.sends.count()
		for range 200 {
			a.deliver(t, 0)
			a.pass(time.Minute)
		}
		if n := a.sends.count() - before; n != 8 {
			t.Errorf("it was tried %d times", n)
		}
	})
}

func TestABrowserThatIsGoneIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		ctx, jo := t.Context(), a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(ctx, jo, none, browser(1), "Chrome"))
		must(t, a.app.Alerts.Test(ctx, jo, none))
		a.sends.says(notice.Gone)
		a.deliver(t, 0)
		if own := a.own(t, "oncall"); len(own.Channels) != 0 || own.Tries[0].Outcome != notice.Gone {
			t.Errorf("%+v", own)
		}
		must(t, a.app.Alerts.Test(ctx, jo, none))
		a.deliver(t, 0)
	})
}

// dying is a provider whose server stops in the middle of a sending.
type dying struct {
	to   *provider
	stop context.CancelFunc
}

func (d dying) Send(ctx context.Context, to notice.To, m notice.Message) notice.Answer {
	d.to.Send(ctx, to, m)
	d.stop()
	return notice.Answer{Outcome: notice.Later, Words: "stopped"}
}

func TestASendingThatWasCutOffIsMadeAgain(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(t.Context(), jo, none, browser(1), "Chrome"))
		must(t, a.app.Alerts.Test(t.Context(), jo, none))
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		a.app.Alerts.Providers[notice.Push] = dying{a.sends, stop}
		if n, err := a.app.Alerts.Deliver(ctx); n != 0 {
			t.Errorf("%d, %v", n, err)
		}
		a.app.Alerts.Providers[notice.Push] = a.sends
		a.deliver(t, 0) // it is claimed: the one that died may still be alive
		a.pass(61 * time.Second)
		a.deliver(t, 1)
		if a.sends.count() != 2 {
			t.Errorf("sent %d times", a.sends.count())
		}
	})
}

func TestManyServersSendEachNoticeOnce(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		must(t, a.app.Alerts.AddPush(t.Context(), jo, none, browser(1), "Chrome"))
		for range 6 { // as many as an hour takes
			must(t, a.app.Alerts.Test(t.Context(), jo, none))
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if _, err := a.app.Alerts.Deliver(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if a.sends.count() != 6 {
			t.Errorf("sent %d times", a.sends.count())
		}
	})
}

func TestQuietHoursEndWhereTheyEndAndHoldNothingLonger(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		q := alert.Quiet{From: rapid.IntRange(0, 1439).Draw(t, "from"), Till: rapid.IntRange(0, 1439).Draw(t, "till")}
		if (q.Till-q.From+1440)%1440 > 22*60 { // the hour that summer skips may be all that is not quiet
			t.Skip()
		}
		at := time.Date(2026, 3, 25, 0, rapid.IntRange(0, 8*1440).Draw(t, "minute"), 0, 0, zone)
		over := q.Over(at, zone)
		if over.Before(at) || over.Sub(at) > 25*time.Hour {
			t.Fatalf("%v is held until %v", at, over)
		}
		if q.None() && !over.Equal(at) {
			t.Fatal("no hours hold something back")
		}
		if !over.Equal(at) && !q.Over(over, zone).Equal(over) {
			t.Fatalf("%+v: at %v it is still quiet", q, over)
		}
	})
}

func TestQuietHoursAreOnesOwnAndTakeTimesOnly(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		must(t, a.app.Alerts.SetQuiet(t.Context(), jo, none, alert.Quiet{From: 22 * 60, Till: 7 * 60}))
		must(t, a.app.Alerts.SetQuiet(t.Context(), jo, none, alert.Quiet{From: 23 * 60, Till: 7 * 60}))
		if err := a.app.Alerts.SetQuiet(t.Context(), jo, none, alert.Quiet{From: 1440}); err == nil {
			t.Error("a minute that is not there is taken")
		}
		if a.own(t, "oncall").Quiet.From != 23*60 || !a.own(t, "manager").Quiet.None() {
			t.Error("the wrong hours")
		}
	})
}

func TestOnlyABrowsersPlaceAtAPublicServiceIsTaken(t *testing.T) {
	each(t, func(t *testing.T, a area) {
		jo := a.staff.Actors["oncall"]
		for _, address := range []string{"http://push.example.org/1", "https://127.0.0.1/1", "https://db.internal/1", ""} {
			to := browser(1)
			to.Address = address
			if bad, _ := errors.AsType[lead.Invalid](a.app.Alerts.AddPush(t.Context(), jo, none, to, "")); bad["push"] == "" {
				t.Errorf("%q is taken", address)
			}
		}
		for i := range 11 {
			if err := a.app.Alerts.AddPush(t.Context(), jo, none, browser(i), ""); (err == nil) != (i < 10) {
				t.Errorf("browser %d: %v", i, err)
			}
		}
		if err := a.app.Alerts.AddPush(t.Context(), lead.Actor{ID: "par_1", Side: lead.Subject, Roles: []lead.Role{lead.Participant}}, none, browser(1), ""); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a participant: %v", err)
		}
	})
}
