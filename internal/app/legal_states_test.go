package app_test

import (
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"waymark.example/internal/webtest"
)

// legalStates are the pages of legal matters, of what is coming up, and of what a
// prosecutor reads.
func legalStates(site, empty *webtest.Site) []state {
	person, id := "/care/people/"+site.Area.People["Linnet"], site.Area.Legal
	none := "/care/people/" + site.Area.People["Tern"]
	matter := person + "/legal/" + id["hearing"]
	see := url.Values{"then": {"see"}, "addressee": {"Northmoor Magistrates' Court"}, "name": {"L. Sand"}, "facts": {"since", "worker"}, "own": {"I would like to keep my room."}}
	mistakes := http.StatusUnprocessableEntity
	return []state{
		{empty, "manager", []page{{name: "legal-coming-none", path: "/care/coming"}}},
		{empty, "prosecutor", []page{{name: "legal-matters-none", path: "/received/matters"}}},
		{site, "manager", []page{
			{name: "legal-today", path: "/care/today"},
			{name: "legal-person", path: person},
			{name: "legal-timeline", path: person + "?kind=legal"},
			{name: "legal-of-somebody", path: person + "/legal"},
			{name: "legal-of-somebody-none", path: none + "/legal"},
			{name: "legal-new", path: person + "/legal/new"},
			{name: "legal-new-mistakes", path: person + "/legal/new", form: url.Values{"kind": {"hearing"}, "on": {"2001-01-01"}, "standing": {"ahead"}, "along": {"yes"}}, want: mistakes},
			{name: "legal-matter", path: matter},
			{name: "legal-matter-change", path: matter + "/change"},
			{name: "legal-matter-changed-twice", path: matter + "/change", form: url.Values{"kind": {"fine"}, "source": {"person"}, "standing": {"done"}, "from_version": {"0"}}, want: http.StatusConflict},
			{name: "legal-letter-draft", path: matter + "/letter"},
			{name: "legal-letter-draft-beyond", path: matter + "/letter", form: url.Values{"addressee": {"A court"}, "name": {"L. Sand"}, "own": {"I attend every week and I am low risk."}}, want: mistakes},
			{name: "legal-letter-sees", path: matter + "/letter", form: see, want: http.StatusOK},
			{name: "legal-letter-not-agreed", path: matter + "/letter", form: with(with(maps.Clone(see), "then", "keep"), "shown", "other words"), want: mistakes},
			{name: "legal-letter", path: person + "/letters/" + id["letter"]},
			{name: "legal-tell", path: matter + "/tell/" + site.Area.Actors["prosecutor"].Organisation},
			{name: "legal-tell-not-agreed", path: matter + "/tell/" + site.Area.Actors["prosecutor"].Organisation, form: url.Values{"shown": {"x"}}, want: mistakes},
			{name: "legal-coming", path: "/care/coming"},
			{name: "legal-coming-for", path: person + "/coming"},
			{name: "legal-coming-for-none", path: none + "/coming"},
			{name: "legal-appointment-new", path: person + "/appointments/new?warm=" + site.Area.Warm["sent"]},
			{name: "legal-appointment-mistakes", path: person + "/appointments/new", form: url.Values{"on": {"2001-01-01"}, "minutes": {"long"}}, want: mistakes},
			{name: "legal-appointment", path: first(site, "manager", person+"/coming", person+"/appointments/apt_")},
			{name: "legal-reminders", path: person + "/reminders"},
			{name: "legal-reminders-none", path: none + "/reminders"},
			{name: "legal-reminders-mistakes", path: none + "/reminders", form: url.Values{"number": {"07700"}, "how": {"spoken"}}, want: mistakes},
			{name: "legal-calendar", path: "/care/calendar"},
			{name: "legal-calendar-made", path: "/care/calendar", form: url.Values{"place": {"yes"}}, want: http.StatusOK},
			{name: "legal-calendar-there", path: "/care/calendar"},
		}},
		{site, "supervisor", []page{{name: "legal-coming-team", path: "/care/coming/team"}}},
		{site, "prosecutor", []page{
			{name: "legal-matters", path: "/received/matters"},
			{name: "legal-decision", path: "/received/matters/" + id["share"]},
			{name: "legal-decision-mistakes", path: "/received/matters/" + id["share"], form: url.Values{"on": {"2999-01-01"}}, want: mistakes},
		}},
	}
}

// R37: nobody is promised anything about what a court or prosecutor will do: the
// words stand on no screen, in no letter and in no message of the product.
func TestR37_NoScreenAndNoLetterPromisesImmunity(t *testing.T) {
	t.Parallel()
	promise := regexp.MustCompile(`(?i)immunity|immune from|(will|would|can|shall)\s+(not|never)\s+be\s+(prosecuted|charged|convicted)|won.t be (prosecuted|charged)`)
	looked := 0
	err := filepath.WalkDir("..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		switch filepath.Ext(path) {
		case ".html", ".go", ".js", ".cedar", ".json", ".csv":
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		looked++
		if found := promise.FindString(string(text)); found != "" {
			t.Errorf("%s promises: %q", path, found)
		}
		return nil
	})
	if err != nil || looked < 200 {
		t.Fatalf("%d files looked at: %v", looked, err)
	}
	if !promise.MatchString("You will not be prosecuted") || !promise.MatchString("grants immunity") {
		t.Error("it would find nothing")
	}
}

// The address of a calendar needs no sign-in, answers as a calendar, and one that
// never was answers like one that was stopped.
func TestC24_TheAddressOfACalendarIsReadWithoutSignInAndStopsAtOnce(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	manager := site.SignIn(t, "manager")
	made := manager.Post("/care/calendar", url.Values{"form_key": {"frm_made"}})
	found := regexp.MustCompile(`/calendar/[a-z2-7]{52}\.ics`).FindString(made.Body)
	if found == "" {
		t.Fatalf("no address: %d %s", made.Status, made.Body)
	}
	if got := manager.Get("/care/calendar"); strings.Contains(got.Body, found) {
		t.Error("the address is shown again")
	}
	got := site.Visitor(t).Get(found)
	if got.Status != http.StatusOK || !strings.HasPrefix(got.Body, "BEGIN:VCALENDAR\r\n") || got.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %q", got.Status, got.Header, got.Body)
	}
	absent := site.Visitor(t).Get("/calendar/" + strings.Repeat("a", 52) + ".ics")
	manager.Post("/care/calendar/stop", url.Values{"form_key": {"frm_stop"}})
	stopped := site.Visitor(t).Get(found)
	if stopped.Status != http.StatusNotFound || absent.Status != http.StatusNotFound || len(stopped.Body) != len(absent.Body) {
		t.Errorf("stopped %d, never there %d", stopped.Status, absent.Status)
	}
}

// A browser sends the lines of a hidden field back with other ends than it got
// them: the words that were seen are still the words that are kept.
func TestL05_ALetterIsMadeInABrowserInTwoSteps(t *testing.T) {
	t.Parallel()
	site := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	person := "/care/people/" + webtest.Received(t, site.App, site.Area)
	b := site.SignIn(t, "manager")
	kept := b.Post(person+"/legal/new", url.Values{"form_key": {"frm_1"}, "kind": {"fine"}, "source": {"person"}, "standing": {"ahead"}, "reference": {"NM-7"}})
	if kept.Status != http.StatusSeeOther && kept.Status != http.StatusOK {
		t.Fatalf("kept: %d", kept.Status)
	}
	matter := ""
	for _, link := range b.Get(person + "/legal").Links() {
		if strings.HasPrefix(link, person+"/legal/leg_") {
			matter = link
		}
	}
	form := url.Values{"form_key": {"frm_2"}, "then": {"see"}, "addressee": {"Northmoor court"}, "name": {"K. Reed"}, "facts": {"since", "worker"}, "own": {"One line.\r\nAnother line."}}
	seen := b.Post(matter+"/letter", form)
	shown := strings.ReplaceAll(seen.Hidden("shown"), "\n", "\r\n")
	if !strings.Contains(shown, "Another line.") || seen.Hidden("facts") != "since worker" {
		t.Fatalf("not seen: %d %s", seen.Status, seen.Body)
	}
	for name, value := range map[string]string{"then": "keep", "shown": shown, "facts": "since worker", "agreed": "yes", "how": "signed", "form_key": "frm_3"} {
		form.Set(name, value)
	}
	if made := b.Post(matter+"/letter", form); made.Status == http.StatusUnprocessableEntity || !strings.Contains(b.Get(matter).Body, "/letters/let_") {
		t.Errorf("not made: %d %s", made.Status, made.Body)
	}
}
