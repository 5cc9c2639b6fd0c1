package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"waymark.example/internal/app"
	bridge "waymark.example/internal/handoff/door"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/webtest"
)

// flood is junk against a public form from as many addresses as there are posts,
// and people who use the form meanwhile.
type flood struct {
	t      *testing.T
	site   *webtest.Site
	client *http.Client

	posts, failed, busy atomic.Int64
}

// send sends one request as if it came from an address: the site believes its
// proxy.
func (f *flood) send(method, from string, form url.Values) (int, string) {
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.site.URL+"/refer", strings.NewReader(form.Encode()))
	if err != nil {
		f.t.Error(err)
		return 0, ""
	}
	r.Header.Set("X-Forwarded-For", from)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := f.client.Do(r)
	if err != nil {
		f.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Error(err)
	}
	return resp.StatusCode, string(body)
}

func (f *flood) token(from string) string {
	_, body := f.send(http.MethodGet, from, nil)
	return webtest.Answer{Body: body}.Hidden("form_key")
}

func address(i int) string { return fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255) }

// junk is one post of the flood: without a token, with a forged one, with a token
// of another address, at once, with the trap filled in, the same words again, or
// from an address that did load the form some seconds ago.
func (f *flood) junk(i int, harvest []string) {
	form := goodReferral(fmt.Sprint("Junk ", i))
	from := address(i)
	switch i % 8 {
	case 0, 1:
	case 2:
		form.Set("form_key", strings.Repeat("A", 43))
	case 3:
		form.Set("form_key", harvest[i%len(harvest)]) // of another address
	case 4:
		form.Set("form_key", f.token(from)) // and sent at once
	case 5, 6:
		from = address(1<<22 + i%len(harvest))
		form.Set("form_key", harvest[i%len(harvest)])
		if i%8 == 5 {
			form.Set("website", "http://junk.example")
		}
	case 7:
		from = address(1<<22 + i%len(harvest))
		form.Set("form_key", harvest[i%len(harvest)])
		form.Set("called", "Junk") // the same words again
	}
	status, _ := f.send(http.MethodPost, from, form)
	f.posts.Add(1)
	switch {
	case status >= 500 || status == 0:
		f.failed.Add(1)
	case status == http.StatusTooManyRequests:
		f.busy.Add(1)
	}
}

// Ten thousand junk posts in a minute, from as many addresses, leave what waits
// clean and the site answering; whoever loads the form and takes their time gets
// through. A short form of it runs every time; make flood runs the whole.
func TestAFloodOfJunkLeavesWhatWaitsCleanAndTheSiteAnswering(t *testing.T) {
	whole := os.Getenv("WAYMARK_FLOOD") != ""
	posts, harvests, people := 1500, 120, 6
	if whole {
		posts, harvests, people = 10_000, 400, 12
	}
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + t.TempDir() + "/waymark.db", TrustProxy: true})
	coordinator := site.Area.Actors["coordinator"]
	if err := site.App.Doors.Desk.Set(t.Context(), coordinator, ledger.Form{}, 0, bridge.Setting{Refer: true, Phone: "01632 960 111", PromiseDays: 3, AcknowledgeDays: 5, AnswerDays: 28}); err != nil {
		t.Fatal(err)
	}
	signedIn := site.SignIn(t, "supervisor")
	f := &flood{t: t, site: site, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}

	pass := func(d time.Duration) { // time goes by: really in the whole, by the site's clock in the short form
		if whole {
			time.Sleep(d)
		} else {
			site.Clock.Set(site.Clock.Now().Add(d))
		}
	}
	genuine := map[string]string{} // tokens by address
	for i := range people {
		from := fmt.Sprintf("198.51.100.%d", i+1)
		genuine[from] = f.token(from)
	}
	pass(21 * time.Second)
	gather := func() []string {
		out := make([]string, harvests)
		for i := range out {
			out[i] = f.token(address(1<<22 + i))
		}
		return out
	}
	harvest := gather()
	pass(5 * time.Second)

	started, took := time.Now(), []time.Duration{}
	var reading, sending sync.WaitGroup
	done := make(chan struct{})
	reading.Go(func() { // somebody of the team works meanwhile
		for {
			select {
			case <-done:
				return
			case <-time.After(40 * time.Millisecond):
			}
			at := time.Now()
			if a := signedIn.Get("/care/community"); a.Status != http.StatusOK {
				t.Errorf("a signed-in page: %d", a.Status)
			}
			took = append(took, time.Since(at))
		}
	})
	work := make(chan int)
	var mu sync.RWMutex
	for range 12 {
		sending.Go(func() {
			for i := range work {
				mu.RLock()
				h := harvest
				mu.RUnlock()
				f.junk(i, h)
			}
		})
	}
	sendGenuine := func(from, token string) {
		form := goodReferral("Person " + from)
		form.Set("form_key", token)
		if status, body := f.send(http.MethodPost, from, form); status != http.StatusOK || doorCode(webtest.Answer{Body: body}) == "" {
			t.Errorf("somebody who took their time: %d", status)
		}
	}
	addresses := make([]string, 0, len(genuine))
	for from := range genuine {
		addresses = append(addresses, from)
	}
	for i := range posts {
		if whole {
			time.Sleep(time.Until(started.Add(time.Duration(i) * time.Minute / time.Duration(posts))))
			if i%1500 == 1499 { // the tokens grow old: the flood loads the form anew
				fresh := gather()
				go func() {
					time.Sleep(5 * time.Second)
					mu.Lock()
					harvest = fresh
					mu.Unlock()
				}()
			}
		}
		work <- i
		if n := posts / (len(addresses) + 1); i%n == n-1 && i/n < len(addresses) && i > 200 {
			sending.Go(func() { sendGenuine(addresses[i/n], genuine[addresses[i/n]]) })
			genuine[addresses[i/n]+" sent"] = ""
		}
	}
	close(work)
	sending.Wait()
	lasted := time.Since(started)
	close(done)
	reading.Wait()

	supervisor := site.Area.Actors["supervisor"]
	queue, err := site.App.Doors.Community.List(t.Context(), supervisor, false)
	if err != nil {
		t.Fatal(err)
	}
	junk, real := 0, 0
	for _, w := range queue.Waiting {
		if strings.HasPrefix(w.Handoff.Nickname, "Junk") {
			junk++
		} else {
			real++
		}
	}
	sent := len(genuine) - people
	if junk > 0 || real != sent || sent == 0 || f.failed.Load() > 0 || queue.Held > 300 {
		t.Errorf("%d junk and %d of %d genuine wait, %d are held back, %d answers failed", junk, real, sent, queue.Held, f.failed.Load())
	}
	slices.Sort(took)
	if len(took) > 0 {
		t.Logf("flood: %d posts in %.1f s (%.0f a second) from as many addresses; in what waits: %d junk, %d of %d genuine; held back %d; told to ring %d; a signed-in page meanwhile: %d times, p95 %d ms",
			f.posts.Load(), lasted.Seconds(), float64(f.posts.Load())/lasted.Seconds(), junk, real, sent, queue.Held, f.busy.Load(), len(took), took[len(took)*95/100].Milliseconds())
	}
}
