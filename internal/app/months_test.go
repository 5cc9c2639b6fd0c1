package app_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"waymark.example/internal/webtest"
)

// One person's months in a real browser: the site's clock moves from the night of
// the hand-off to the day when they come back. WAYMARK_SCREENS is where pictures
// of it go, if anywhere.
func TestOnePersonsMonthsFromTheHandOffToComingBack(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	now := time.Now()
	clock := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hours, err := strconv.Atoi(r.URL.Query().Get("hours"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		now = now.Add(time.Duration(hours) * time.Hour)
		site.Clock.Set(now)
		_, _ = w.Write([]byte(now.UTC().Format(time.RFC3339)))
	}))
	defer clock.Close()
	site.Clock.Set(now)
	story := exec.CommandContext(t.Context(), "node", "../../test/browser/months.mjs", site.URL, clock.URL)
	story.Env = append(os.Environ(), "WAYMARK_SCREENS="+os.Getenv("WAYMARK_SCREENS"))
	out, err := story.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatal(err)
	}
}
