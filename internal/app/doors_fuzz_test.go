package app_test

import (
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/webtest"
)

// Whatever anybody sends to a door, the answer is a page of ours, and nothing that
// breaks a rule is kept.
func FuzzWhateverAnybodySendsHasAnAnswer(f *testing.F) {
	site := webtest.Start(f, "sqlite:"+filepath.Join(f.TempDir(), "waymark.db"), nil)
	b := site.Visitor(f)
	paths := []string{"/refer", "/feedback", "/complain", "/refer/status", "/complain/status"}
	f.Add(uint8(0), goodReferral("Linnet").Encode(), true)
	f.Add(uint8(1), url.Values{"topic": {"idea"}, "words": {"More light"}}.Encode(), true)
	f.Add(uint8(2), "kind=complaint&about=coordinator&route=scheme&words=%00%ff", true)
	f.Add(uint8(3), "code=AAAA&code=BBBB", false)
	f.Add(uint8(0), "asked_by=self&asked_by=partner&agreed=said_no&helps=x&helps=", true)
	f.Fuzz(func(t *testing.T, which uint8, body string, token bool) {
		path := paths[int(which)%len(paths)]
		answers, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		if token {
			answers.Set("form_key", site.App.Doors.Guard.Token(path, "127.0.0.1"))
			site.Clock.Set(site.Clock.Now().Add(time.Minute))
		}
		a := b.In(t).Post(path, answers)
		switch a.Status {
		case http.StatusOK, http.StatusUnprocessableEntity, http.StatusTooManyRequests, http.StatusRequestEntityTooLarge, http.StatusBadRequest, http.StatusConflict:
		default:
			t.Errorf("%s %q: %d", path, body, a.Status)
		}
	})
}
