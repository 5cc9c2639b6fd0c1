package app_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
	"waymark.example/internal/police/contact"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// Whatever is in a hand-off, a notice of it is the one sentence: in a file, in
// what a push service gets, and in every table that the partnership and the
// sender read.
func TestNoWordOfAHandOffIsInAnyNotice(t *testing.T) {
	t.Parallel()
	const canary = "canaryword"
	path := filepath.Join(t.TempDir(), "notices.txt")
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), Notices: notice.Config{File: path}})
	var mu sync.Mutex
	var sizes []int64
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		sizes = append(sizes, r.ContentLength)
		for name, values := range r.Header {
			if strings.Contains(strings.Join(values, " "), canary) {
				t.Errorf("the header %s holds a word of a hand-off", name)
			}
		}
		w.WriteHeader(http.StatusCreated)
	}))
	defer service.Close()
	push := &notice.WebPush{Signer: site.App.Alerts.Push, Now: site.Clock.Now, Client: service.Client(), AnyHost: true}
	site.App.Alerts.Providers[notice.Push] = push
	ctx := t.Context()
	for _, who := range []string{"manager", "supervisor", "coordinator"} {
		to := notice.To{Address: service.URL + "/" + who, PublicKey: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", Auth: "BTBZMqHH6r4Tts7J_aSIgg"}
		if err := site.App.Alerts.AddPush(ctx, site.Area.Actors[who], ledger.Form{}, to, "Chrome"); err != nil {
			t.Fatal(err)
		}
	}
	number := site.SignIn(t, "manager")
	number.Post("/account/notices-to-me/number", map[string][]string{"number": {"+447700900123"}})
	text, err := os.ReadFile(path) //nolint:gosec // a file of this test
	if err != nil {
		t.Fatal(err)
	}
	own, err := site.App.Alerts.Own(ctx, site.Area.Actors["manager"])
	if err != nil {
		t.Fatal(err)
	}
	code := strings.TrimSpace(string(text))
	if err := site.App.Alerts.Prove(ctx, site.Area.Actors["manager"], ledger.Form{}, own.Channels[1].ID, code[len(code)-6:]); err != nil {
		t.Fatal(err)
	}
	if err := site.App.Care.Duty.TakePhone(ctx, site.Area.Actors["manager"], ledger.Form{}, "07700 900142"); err != nil {
		t.Fatal(err)
	}
	d := contact.Decision{HappenedAt: site.Clock.Now().Add(-5 * time.Minute), Place: "Fish Quay " + canary, Words: canary, Outcome: contact.Diverted, Reason: "needs_seen", Offences: []string{"46"}, Voluntary: true,
		Equality: contact.Equality{AgeBand: "26_35", Sex: "F", NotRecorded: contact.SaidNo},
		HandOff:  referral.Referral{Nickname: "Kestrel" + canary, Meeting: referral.MeetAt, MeetWords: "By the " + canary, FindWords: canary, Communication: canary}}
	id, err := site.App.Contacts.Decide(ctx, site.Area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // the first, the alarm, and nothing more
		if _, err := site.App.Care.Duty.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if err := site.App.Contacts.NoAnswer(ctx, site.Area.Actors["officer"], ledger.Form{}, id); err != nil {
			t.Fatal(err)
		}
		if _, err := site.App.Alerts.Deliver(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if text, err = os.ReadFile(path); err != nil { //nolint:gosec // a file of this test
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(string(text)), "\n"); len(lines) != 2 || !strings.HasSuffix(lines[1], "sms +447700900123 Waymark: something waits for you") {
		t.Errorf("sent: %q", lines)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(sizes) != 3 {
		t.Errorf("%d pushes", len(sizes))
	}
	for _, n := range sizes { // header, key, the sentence, its end, its seal
		if want := int64(16 + 4 + 1 + 65 + len("Waymark: something waits for you") + 1 + 16); n != want {
			t.Errorf("a push of %d bytes, not %d", n, want)
		}
	}
	for table, q := range map[string]db.Query{
		"handoff_notice":       `SELECT notice_id || account_id || why || made_at FROM handoff_notice`,
		"identity_sending_try": `SELECT notice_id || account_id || kind || outcome || answer FROM identity_sending_try`,
	} {
		seen := 0
		err := site.App.Store.Handle(schema.Identity).Look(ctx, func(tx *db.Tx) error {
			_, err := db.All(ctx, tx, func(row db.Row) (string, error) {
				var all string
				err := row.Scan(&all)
				seen++
				if strings.Contains(all, canary) || strings.Contains(all, "ref_") || strings.Contains(all, "LD-") {
					t.Errorf("%s holds %s", table, all)
				}
				return all, err
			}, q)
			return err
		})
		if err != nil || seen == 0 {
			t.Errorf("%s: %d rows, %v", table, seen, err)
		}
	}
	page := site.SignIn(t, "coordinator").Get("/missed-calls")
	if page.Status != http.StatusOK || strings.Contains(page.Body, canary) || strings.Contains(page.Body, "Asha Fern") || !strings.Contains(page.Body, "LD-") {
		t.Errorf("the coordinator sees %d\n%.2000s", page.Status, page.Body)
	}
}

// The worker is asked for anew by every browser and reaches no page.
func TestTheWorkerThatShowsNoticesLooksAfterNoPage(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	a := site.Visitor(t).Get("/notify-worker.js")
	if a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/javascript") || a.Header.Get("Cache-Control") != "no-cache" || a.Header.Get("Service-Worker-Allowed") != "" {
		t.Errorf("%d %v", a.Status, a.Header)
	}
	for _, word := range []string{"fetch", "caches", "indexedDB", "event.data"} {
		if strings.Contains(a.Body, word) {
			t.Errorf("it uses %s", word)
		}
	}
}
