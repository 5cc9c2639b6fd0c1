package app_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/webtest"
)

// Every page in every state, as valid HTML without an accessibility violation,
// light and dark, narrow and wide. WAYMARK_SHOTS names a folder for screenshots;
// WAYMARK_PAGES limits the browser to pages whose name holds that text.
func TestEveryPageInEveryState(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	empty := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	dir := t.TempDir()
	saveAssets(t, dir)
	seen := map[string]bool{}
	save := func(name string, a webtest.Answer, want int) {
		t.Helper()
		if a.Status != want {
			t.Errorf("%s: got %d, want %d\n%.600s", name, a.Status, want, a.Body)
		}
		if seen[name] {
			t.Errorf("two pages are called %s", name)
		}
		seen[name] = true
		if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(a.Body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signInStates(t, save)
	lastMileStates(t, save)
	callStates(t, site, save)
	stationStates(t, save)
	todayStates(t, site, empty, save)
	lookStates(t, site, save)
	nationalStates(t, site, save)
	awayStates(t, site, empty, save)
	connectorStates(t, save)
	mergeStates(t, site, empty, save)
	joinedStates(t, site, empty, save)
	beginningStates(t, save)
	doorStates(t, site, empty, save)
	surveyStates(t, site, empty, save)
	evaluationStates(t, site, empty, save)
	save("board-cover-day", followed(t, site.SignIn(t, "manager3"), "/care/today", "/care/today/cover/"), 200)
	for _, s := range slices.Concat(states(site, empty), ownStates(site), recordsStates(site, empty), serviceStates(site, empty), boardStates(site, empty), legalStates(site, empty), partnerStates(site), figureStates(site, empty), meetingStates(site, empty), policyStates(t, site, empty), startStates(site, empty), pathwayStates(site, empty), equityStates(site, empty), evidenceStates(site, empty)) {
		b := s.site.Visitor(t)
		if name, own := strings.CutPrefix(s.as, "own:"); own {
			b = openOwn(t, s.site, name)
		} else if s.as != "" {
			b = s.site.SignIn(t, s.as)
		}
		for _, p := range s.pages {
			a := b.Get(p.path)
			if p.form != nil {
				form := p.form
				if key := a.Hidden("form_key"); key != "" && form.Get("form_key") == "" {
					form.Set("form_key", key)
				}
				to := p.path
				if p.to != "" {
					to = p.to
				}
				a = b.Post(to, form)
			}
			if p.want == http.StatusSeeOther {
				if a.Status != p.want {
					t.Errorf("%s: got %d, want %d", p.name, a.Status, p.want)
				}
				continue // nothing to look at
			}
			save(p.name, a, max(p.want, http.StatusOK))
		}
	}
	checkPages(t, dir)
}

// checkPages has a browser look at the pages in dir. WAYMARK_SHOTS is where
// pictures of them go, WAYMARK_PAGES narrows which; WAYMARK_PAGES_ALL asks for
// every rule in both colours and widths.
func checkPages(t *testing.T, dir string, options ...string) {
	t.Helper()
	if os.Getenv("WAYMARK_PAGES_ALL") != "" {
		options = []string{"--all"}
	}
	check := exec.CommandContext(t.Context(), "node", slices.Concat([]string{"../../test/browser/pages.mjs", dir}, options)...)
	if shots := os.Getenv("WAYMARK_SHOTS"); shots != "" {
		check.Args = append(check.Args, "--screenshots", shots)
	}
	if only := os.Getenv("WAYMARK_PAGES"); only != "" {
		check.Args = append(check.Args, "--only", only)
	}
	out, err := check.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

func saveAssets(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, "assets"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"waymark.css", "more.css", "waymark.js", "passkey.js", "notices.js", "icon.svg", "icon-192.png", "hpke.js", "outbox.js", "decide.js", "officer.webmanifest", "away-keep.js", "away.js", "meeting.js"} {
		w := httptest.NewRecorder()
		ui.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/assets/"+name, nil))
		text, err := io.ReadAll(w.Body)
		if err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v", name, w.Code, err)
		}
		if err := os.WriteFile(filepath.Join(dir, "assets", name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

type state struct {
	site  *webtest.Site
	as    string
	pages []page
}

type page struct {
	name, path string
	form       url.Values // when set, it is sent, with the page's own key
	to         string     // where it is sent, when not to path
	want       int
}

// states lists every page as each role meets it: empty, filled, and with every
// kind of mistake.
func states(site, empty *webtest.Site) []state {
	person := func(name, part string) string { return "/care/people/" + site.Area.People[name] + part }
	bad := func(name, path string, form url.Values) page {
		return page{name: name, path: path, form: form, want: http.StatusUnprocessableEntity}
	}
	long := strings.Repeat("word ", 2000)
	none := url.Values{"nothing": {"chosen"}}
	return []state{
		{site, "", []page{
			{name: "sign-in", path: "/sign-in"},
			bad("sign-in-wrong", "/sign-in", url.Values{"email": {"nobody@example.org"}, "password": {"x"}}),
			{name: "sign-in-code", path: "/sign-in", form: url.Values{"email": {"officer@practice.example"}, "password": {"let everyone advance"}}},
			{name: "sign-in-code-wrong", path: "/sign-in", form: url.Values{"code": {"000000"}}, to: "/sign-in/code", want: 422},
			bad("sign-in-passkey-wrong", "/sign-in/passkey", none),
			{name: "enrol", path: "/sign-in/enrol"},
			bad("enrol-wrong-code", "/sign-in/enrol", url.Values{"code": {"AAAAA-AAAAA-AAAAA-AAAAA"}}),
			{name: "session-ended-while-writing", path: "/sign-in", form: url.Values{"narrative": {"a long note"}}, to: person("Kestrel", "/contact"), want: 401},
		}},
		{empty, "officer", []page{{name: "police-contacts-empty", path: "/police/contacts"}}},
		{empty, "sergeant", []page{{name: "police-approvals-empty", path: "/police/approvals"}, {name: "police-team-empty", path: "/police/team"}}},
		{empty, "manager", []page{{name: "care-caseload-empty", path: "/care/caseload"}, {name: "care-people-empty", path: "/care/people"}, {name: "care-outreach-empty", path: "/care/outreach"},
			{name: "care-hand-offs-empty", path: "/care/hand-offs"}, {name: "care-on-call-empty", path: "/care/on-call"}}},
		{empty, "supervisor", []page{{name: "care-board-empty", path: "/care/board"}, {name: "requests-empty", path: "/requests"}}},
		{site, "officer", []page{
			{name: "account-own", path: "/account"},
			{name: "passkey-new", path: "/account/passkeys/new"},
			bad("passkey-new-no-name", "/account/passkeys/new", none),
			{name: "confirm", path: "/confirm"},
			bad("confirm-wrong", "/confirm", url.Values{"password": {"x"}, "code": {"1"}}),
			{name: "notices-none", path: "/account/notices"},
			{name: "police-decide", path: "/police/decide"},
			bad("police-decide-nothing-chosen", "/police/decide", none),
			bad("police-decide-divert-mistakes", "/police/decide", url.Values{"outcome": {"diverted"}, "door": {"arrest_diversion"}, "offence": {"28E"}, "exclusions": {"weapon"}, "age_band": {"under_18"}, "happened_at": {"2099-01-01T10:00"}, "place": {long}}),
			{name: "police-social-contact", path: "/police/social-contact"},
			{name: "police-decide-script-words", path: "/police/decide", form: url.Values{"outcome": {"not_diverted"}, "reason_not_diverted": {"other"}, "ethnic_group": {"B"}, "ethnicity": {"W1"}}, want: 422},
			{name: "police-kept-decide", path: "/police/shell/decide"},
			{name: "police-kept-social-contact", path: "/police/shell/social-contact"},
			{name: "police-say", path: "/police/say"},
			{name: "police-kept-say", path: "/police/shell/say"},
			{name: "police-kept-no-signal", path: "/police/shell/offline"},
			{name: "police-review", path: "/police/review"},
			{name: "police-review-one", path: first(site, "officer", "/police/review", "/police/review/hld_")},
			{name: "police-review-mistakes", path: first(site, "officer", "/police/review", "/police/review/hld_"), form: url.Values{"outcome": {"not_diverted"}}, want: 422},
			{name: "police-review-aside-no-reason", path: first(site, "officer", "/police/review", "/police/review/hld_"), to: first(site, "officer", "/police/review", "/police/review/hld_") + "/aside", form: url.Values{"why": {" "}}, want: 422},
			{name: "police-contact-undo-late", path: first(site, "officer", "/police/contacts", "/police/contacts/con_") + "?undo=late"},
			{name: "police-contact-undo-taken", path: first(site, "officer", "/police/contacts", "/police/contacts/con_") + "?undo=taken"},
			{name: "police-contact-from-a-phone", path: contactSaying(site, "The phone's clock was 12 minutes ahead")},
			{name: "police-contact-taken-back", path: contactSaying(site, "Taken back.")},
			{name: "police-contacts", path: "/police/contacts"},
			{name: "police-contact", path: first(site, "officer", "/police/contacts", "/police/contacts/con_")},
			{name: "police-contact-just-saved", path: first(site, "officer", "/police/contacts", "/police/contacts/con_") + "?saved=yes"},
			{name: "police-correct", path: first(site, "officer", "/police/contacts", "/police/contacts/con_") + "/correct"},
			{name: "police-correct-no-reason", path: first(site, "officer", "/police/contacts", "/police/contacts/con_") + "/correct", form: url.Values{"from_version": {"1"}, "outcome": {"not_diverted"}}, want: 422},
			{name: "policy", path: "/policy"},
			{name: "not-found", path: "/police/contacts/con_unknown", want: 404},
		}},
		{site, "sergeant", []page{
			{name: "police-approvals", path: "/police/approvals"},
			{name: "police-approvals-no-reason", path: "/police/approvals", form: url.Values{"answer": {"no"}}, to: approvalPath(site), want: 422},
			{name: "police-team", path: "/police/team"},
			{name: "police-team-review", path: "/police/team/review"},
			{name: "team-devices", path: "/team/devices"},
		}},
		{site, "manager", []page{
			{name: "care-hand-offs", path: "/care/hand-offs"},
			{name: "care-hand-off-waiting", path: first(site, "manager", "/care/hand-offs", "/care/hand-offs/ref_")},
			{name: "care-hand-off-accepted", path: acceptedPath(site, "Swift")},
			{name: "care-hand-off-log-mistakes", path: acceptedPath(site, "Swift"), to: acceptedPath(site, "Swift") + "/log", form: url.Values{"kind": {"arranged"}, "at": {"2099-01-01T10:00"}}, want: 422},
			{name: "care-on-call", path: "/care/on-call"},
			bad("care-on-call-no-number", "/care/on-call", url.Values{"phone": {"12"}}),
			{name: "care-caseload", path: "/care/caseload"},
			{name: "care-people", path: "/care/people"},
			{name: "care-people-found", path: "/care/people", form: url.Values{"name": {"kes"}}},
			{name: "care-people-not-found", path: "/care/people", form: url.Values{"name": {"zebra"}}},
			{name: "care-outreach", path: "/care/outreach"},
			{name: "care-emergency", path: "/care/emergency"},
			{name: "person-settled", path: person("Kestrel", "")},
			{name: "person-filtered", path: person("Kestrel", "?kind=outreach")},
			{name: "person-acute", path: person("Finch", "")},
			{name: "person-closed", path: person("Plover", "")},
			{name: "person-not-found-yet", path: person("Tern", "")},
			{name: "person-details", path: person("Kestrel", "/details")},
			bad("person-details-mistakes", person("Kestrel", "/details"), url.Values{"name": {""}, "safe_contact": {long}}),
			{name: "person-label", path: person("Kestrel", "/label")},
			bad("person-label-mistakes", person("Kestrel", "/label"), none),
			{name: "person-asks-to-close", path: person("Kestrel", "/asks-to-close")},
			bad("person-asks-to-close-no-words", person("Kestrel", "/asks-to-close"), url.Values{"asked_how": {"phone"}, "asked_on": {"2099-01-01"}}),
			{name: "person-first-check", path: person("Finch", "/first-check")},
			bad("person-first-check-mistakes", person("Finch", "/first-check"), none),
			{name: "person-intake", path: person("Finch", "/intake")},
			bad("person-intake-mistakes", person("Finch", "/intake"), url.Values{"consent_how": {"spoken"}, "consent_language": {""}}),
			{name: "person-acute-new", path: person("Finch", "/acute")},
			bad("person-acute-mistakes", person("Finch", "/acute"), none),
			{name: "person-contact", path: person("Kestrel", "/contact")},
			bad("person-contact-mistakes", person("Kestrel", "/contact"), url.Values{"minutes": {"many"}, "at": {"2099-01-01T10:00"}, "narrative": {long}}),
			{name: "person-note-correct", path: first(site, "manager", person("Kestrel", ""), person("Kestrel", "/notes/"))},
			{name: "conflict", path: person("Kestrel", "/details"), form: url.Values{"from_version": {"1"}, "name": {"Kestrel"}, "safe_contact": {"Ring before noon"}}, want: 409},
			{name: "person-outreach", path: person("Tern", "/outreach")},
			bad("person-outreach-mistakes", person("Tern", "/outreach"), none),
			{name: "needs", path: person("Kestrel", "/needs")},
			{name: "needs-none", path: person("Finch", "/needs")},
			{name: "needs-talk", path: person("Kestrel", "/needs/talk")},
			bad("needs-talk-mistakes", person("Kestrel", "/needs/talk"), url.Values{"talked_on": {"2099-01-01"}, "level_housing": {"splendid"}}),
			{name: "plan", path: person("Kestrel", "/plan")},
			{name: "plan-none", path: person("Finch", "/plan")},
			{name: "plan-version", path: person("Kestrel", "/plan/1")},
			{name: "plan-edit", path: person("Kestrel", "/plan/edit")},
			{name: "plan-edit-new", path: person("Finch", "/plan/edit")},
			bad("plan-edit-mistakes", person("Finch", "/plan/edit"), url.Values{"from_version": {"0"}, "goal_1": {""}, "step_1_1": {"Go there"}, "standing_1": {"active"}, "stands_1_1": {"to_do"}}),
			{name: "plan-edit-both", path: person("Kestrel", "/plan/edit"), form: url.Values{"from_version": {"1"}, "matters": {"My own version"}, "goal_1": {"Something else"}, "standing_1": {"active"}}, want: 409},
			{name: "plan-drafted", path: person("Linnet", "/plan/edit"), form: url.Values{"from_version": {"2"}, "matters": {"Peace and quiet"}, "goal_1": {"Learn to cook"}, "standing_1": {"active"}}, want: 303},
			{name: "plan-with-draft", path: person("Linnet", "/plan")},
			{name: "plan-agree", path: person("Linnet", "/plan/agree")},
			{name: "sharing-just-stopped", path: person("Kestrel", "/sharing?done=stopped")},
			{name: "sharing", path: person("Kestrel", "/sharing")},
			{name: "sharing-none", path: person("Tern", "/sharing")},
			{name: "sharing-copy", path: person("Kestrel", "/sharing/copy")},
			{name: "sharing-yes", path: person("Kestrel", "/sharing/yes")},
			bad("sharing-yes-mistakes", person("Kestrel", "/sharing/yes"), url.Values{"topics": {"everything"}, "until": {"2001-01-01"}, "how": {"spoken"}, "outside": {long}}),
			bad("sharing-yes-police", person("Kestrel", "/sharing/yes"), url.Values{"recipient": {site.Area.Actors["officer"].Organisation}, "topics": {"health"}, "purpose": {"health"}, "until": {time.Now().AddDate(0, 1, 0).Format(time.DateOnly)}, "how": {"signed"}, "language": {"English"}}),
			{name: "sharing-stop", path: person("Kestrel", "/sharing/stop/"+site.Area.Actors["housing"].Organisation)},
			{name: "words-yes", path: person("Kestrel", "/sharing/words?to="+site.Area.Actors["housing"].Organisation)},
			{name: "words-nothing-helpful", path: person("Kestrel", "/sharing/words?words=nothing&to="+site.Area.Actors["housing"].Organisation)},
			{name: "words-mistakes", path: person("Kestrel", "/sharing/words?to="+site.Area.Actors["housing"].Organisation), to: person("Kestrel", "/sharing/words"), form: url.Values{"to": {site.Area.Actors["housing"].Organisation}, "topics": {"health"}, "channel": {"pigeon"}, "words": {""}}, want: 422},
			{name: "words-preview", path: person("Kestrel", "/sharing/words?to="+site.Area.Actors["housing"].Organisation), to: person("Kestrel", "/sharing/words"), form: words(site, "Kestrel would like to hear about ground-floor rooms.")},
			{name: "words-preview-not-agreed", path: person("Kestrel", "/sharing/words?to="+site.Area.Actors["housing"].Organisation), to: person("Kestrel", "/sharing/words"), form: with(words(site, "Kestrel was drunk at the last viewing."), "then", "send"), want: 422},
			{name: "words-legal", path: person("Kestrel", "/sharing/words?legal=yes")},
			{name: "words-legal-mistakes", path: person("Kestrel", "/sharing/words?legal=yes"), to: person("Kestrel", "/sharing/words"), form: url.Values{"legal": {"yes"}, "to": {site.Area.Actors["officer"].Organisation}, "basis": {"adult"}, "channel": {"account"}, "topics": {"plan"}}, want: 422},
			{name: "words-legal-preview", path: person("Kestrel", "/sharing/words?legal=yes"), to: person("Kestrel", "/sharing/words"), form: url.Values{"legal": {"yes"}, "to": {site.Area.Actors["officer"].Organisation}, "basis": {"life"}, "ground": {"Said on the phone that they would jump"}, "channel": {"phone"}, "topics": {"risk"}, "words": {"A person is at the quay wall and may jump."}, "no_time": {"yes"}, "until": {time.Now().Format(time.DateOnly)}}},
			{name: "letter-sent-read", path: letterPath(site, "Kestrel", 2)},
			{name: "letter-link-to-make", path: letterPath(site, "Kestrel", 1)},
			{name: "letter-link-made", path: letterPath(site, "Kestrel", 1), to: letterPath(site, "Kestrel", 1) + "/link", form: url.Values{"form_key": {"frm_made_once"}}},
			{name: "letter-scheduled", path: letterPath(site, "Kestrel", 0)},
			{name: "letter-waits-for-second", path: letterPath(site, "Linnet", 0)},
			{name: "sharing-tasks", path: "/care/sharing"},
			bad("plan-agree-not-chosen", person("Linnet", "/plan/agree"), url.Values{"from_version": {"3"}}),
		}},
		{site, "manager2", []page{{name: "care-caseload-full", path: "/care/caseload"}}},
		{site, "housing", []page{{name: "received", path: "/received"}, {name: "received-letter", path: first(site, "housing", "/received", "/received/dis_")}}},
		{empty, "housing", []page{{name: "received-empty", path: "/received"}}},
		{site, "prosecutor", []page{{name: "received-prosecutor", path: "/received"}}},
		{empty, "prosecutor", []page{{name: "received-prosecutor-empty", path: "/received"}}},
		{site, "", []page{{name: "link", path: "/shared/AAAA"}, {name: "link-gone", path: "/shared/AAAA", form: none, want: 404}}},
		{empty, "manager", []page{{name: "sharing-tasks-empty", path: "/care/sharing"}}},
		{site, "supervisor", []page{
			{name: "letter-to-confirm", path: letterPath(site, "Linnet", 0)},
			{name: "letter-to-review", path: letterPath(site, "Finch", 0)},
			{name: "letter-review-no-words", path: letterPath(site, "Finch", 0), to: letterPath(site, "Finch", 0) + "/review", form: none, want: 422},
			{name: "letter-not-told-no-words", path: letterPath(site, "Finch", 0), to: letterPath(site, "Finch", 0) + "/tell", form: url.Values{"told": {"no"}}, want: 422},
			{name: "care-board", path: "/care/board"},
			{name: "care-allocate", path: person("Finch", "/allocate")},
			{name: "care-allocate-full", path: person("Finch", "/allocate"), form: url.Values{"worker": {site.Area.Actors["manager2"].ID}}, want: 422},
			{name: "care-people-team", path: "/care/people"},
			{name: "person-died", path: person("Avocet", "")},
			{name: "person-moved", path: person("Curlew", "")},
			{name: "person-quiet", path: person("Wren", "")},
			{name: "person-ending", path: person("Kestrel", "/ending")},
			bad("person-ending-mistakes", person("Kestrel", "/ending"), url.Values{"ending": {"transferred"}, "day": {""}}),
		}},
		{site, "coordinator", []page{
			{name: "policy-coordinator", path: "/policy"},
			{name: "policy-version", path: "/policy/1"},
		}},
		{site, "auditor", []page{
			{name: "audit", path: "/audit"},
			{name: "audit-person", path: "/audit?subject=" + site.Area.People["Kestrel"]},
			{name: "audit-nothing", path: "/audit?act=no.such.act"},
			{name: "audit-access", path: "/audit/access"},
			{name: "audit-why", path: "/audit/why"},
			{name: "audit-why-yes", path: "/audit/why?action=case.read&actor=" + site.Area.Actors["manager"].ID + "&record=" + site.Area.People["Kestrel"]},
			{name: "audit-why-no", path: "/audit/why?action=case.read&actor=" + site.Area.Actors["officer"].ID + "&record=" + site.Area.People["Kestrel"]},
			{name: "audit-why-mistakes", path: "/audit/why?action=case.burn&actor=acc_none&record=par_none", want: 422},
			{name: "audit-mistakes", path: "/audit?from=yesterday", want: 422},
		}},
		{empty, "dpo", []page{
			{name: "oversight-home-empty", path: "/oversight"},
			{name: "oversight-requests-empty", path: "/oversight/requests"},
			{name: "oversight-files-empty", path: "/oversight/files"},
			{name: "oversight-legal-empty", path: "/oversight/legal"},
			{name: "oversight-breaches-empty", path: "/oversight/breaches"},
			{name: "oversight-glass-empty", path: "/oversight/glass"},
			{name: "oversight-crossings-empty", path: "/oversight/trail/crossings"},
		}},
		{site, "dpo", []page{
			{name: "oversight-home", path: "/oversight"},
			{name: "oversight-requests", path: "/oversight/requests"},
			{name: "oversight-requests-answered", path: "/oversight/requests?show=answered"},
			{name: "oversight-request-late", path: first(site, "dpo", "/oversight/requests", "/oversight/requests/rqt_")},
			bad("oversight-request-mistakes", first(site, "dpo", "/oversight/requests", "/oversight/requests/rqt_"), url.Values{"from_version": {"2"}, "step": {"answered"}}),
			{name: "oversight-request-answered", path: first(site, "dpo", "/oversight/requests?show=answered", "/oversight/requests/rqt_")},
			{name: "oversight-trail", path: "/oversight/trail"},
			{name: "oversight-trail-person", path: "/oversight/trail?subject=" + site.Area.People["Kestrel"]},
			{name: "oversight-trail-nothing", path: "/oversight/trail?subject=par_none"},
			{name: "oversight-trail-mistakes", path: "/oversight/trail?subject=x&from=yesterday", want: 422},
			{name: "oversight-trail-account", path: "/oversight/trail/account?actor=" + site.Area.Actors["manager"].ID},
			{name: "oversight-crossings", path: "/oversight/trail/crossings"},
			{name: "oversight-crossings-person", path: "/oversight/trail/crossings?subject=" + site.Area.People["Kestrel"]},
			{name: "oversight-crossings-nothing", path: "/oversight/trail/crossings?subject=par_none"},
			{name: "oversight-crossings-mistakes", path: "/oversight/trail/crossings?from=yesterday", want: 422},
			{name: "oversight-files", path: "/oversight/files"},
			{name: "oversight-file", path: "/oversight/files/" + site.Area.People["Kestrel"]},
			{name: "oversight-file-held", path: "/oversight/files/" + site.Area.People["Avocet"]},
			{name: "oversight-file-waits", path: "/oversight/files/" + site.Area.People["Curlew"]},
			bad("oversight-file-mistakes", "/oversight/files/"+site.Area.People["Kestrel"], url.Values{"from_version": {"0"}, "act": {"seal"}}),
			{name: "oversight-registers", path: "/oversight/registers"},
			{name: "oversight-legal", path: "/oversight/legal"},
			{name: "oversight-legal-new", path: "/oversight/legal/new"},
			bad("oversight-legal-mistakes", "/oversight/legal/new", url.Values{"decision": {"given"}, "received_on": {"2099-01-01"}}),
			{name: "oversight-legal-one", path: first(site, "dpo", "/oversight/legal", "/oversight/legal/lgl_")},
			{name: "oversight-not-held", path: "/oversight/legal/not-held"},
			{name: "oversight-breaches", path: "/oversight/breaches"},
			{name: "oversight-breach", path: first(site, "dpo", "/oversight/breaches", "/oversight/breaches/brc_")},
			{name: "oversight-breach-new", path: "/oversight/breaches/new"},
			bad("oversight-breach-mistakes", "/oversight/breaches/new", url.Values{"affected": {"some"}, "risk": {"unlikely"}}),
			{name: "oversight-glass", path: "/oversight/glass"},
			{name: "oversight-glass-review", path: first(site, "dpo", "/oversight/glass", "/oversight/glass/gla_")},
			bad("oversight-glass-mistakes", first(site, "dpo", "/oversight/glass", "/oversight/glass/gla_"), none),
			{name: "oversight-processing", path: "/oversight/processing"},
		}},
		{empty, "supervisor", []page{{name: "care-keeping-empty", path: "/care/keeping"}}},
		{site, "supervisor", []page{
			{name: "care-keeping", path: "/care/keeping"},
			{name: "person-asked", path: person("Kestrel", "")},
			{name: "person-asks", path: person("Kestrel", "/asks")},
			bad("person-asks-mistakes", person("Kestrel", "/asks"), url.Values{"kind": {"complaint"}, "received_on": {"2099-01-01"}}),
		}},
		{site, "administrator", []page{
			{name: "accounts", path: "/accounts"},
			{name: "account-new", path: "/accounts/new"},
			bad("account-new-mistakes", "/accounts/new", url.Values{"email": {"x"}, "roles": {"officer", "case_manager"}}),
			{name: "account-opened", path: "/accounts/new", form: url.Values{"email": {"new@practice.example"}, "name": {"Nell New"}, "team": {"Harbour support team"}, "organisation": {site.Area.Actors["manager"].Organisation}, "roles": {"case_manager"}}},
			{name: "account", path: "/accounts/" + site.Area.Actors["manager"].ID},
			{name: "account-roles-mistakes", path: "/accounts/" + site.Area.Actors["manager"].ID, to: "/accounts/" + site.Area.Actors["manager"].ID + "/roles", form: none, want: 422},
			{name: "account-opened-waits", path: "/accounts/new", form: url.Values{"email": {"newer@practice.example"}, "name": {"Ada Newer"}, "organisation": {site.Area.Actors["administrator"].Organisation}, "roles": {"administrator"}}},
			{name: "account-own-as-administrator", path: "/accounts/" + site.Area.Actors["administrator"].ID},
			{name: "account-recovery-mistakes", path: "/accounts/" + site.Area.Actors["manager3"].ID, to: "/accounts/" + site.Area.Actors["manager3"].ID + "/recovery", form: none, want: 422},
			{name: "account-recovery", path: "/accounts/" + site.Area.Actors["manager3"].ID, to: "/accounts/" + site.Area.Actors["manager3"].ID + "/recovery", form: url.Values{"why": {"left it on the bus"}}, want: 303},
			{name: "requests", path: "/requests"},
			{name: "organisations", path: "/organisations"},
			{name: "organisation-new", path: "/organisations/new"},
			bad("organisation-new-mistakes", "/organisations/new", none),
			{name: "settings", path: "/settings"},
			{name: "settings-saved", path: "/settings?saved=yes"},
			{name: "code-lists", path: "/code-lists"},
			{name: "code-list", path: "/code-lists/ethnicity_self_defined"},
			{name: "code", path: "/code-lists/ethnicity_self_defined/W1"},
			bad("code-no-evidence", "/code-lists/ethnicity_self_defined/W1", none),
		}},
	}
}

// signInStates are the pages on the way to a first key, of a lost device and of
// a proof asked for again, and those of a site that takes the word of another
// organisation. Each depends on the page before.
func signInStates(t *testing.T, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), Providers: []identity.IdentityProvider{
		{Name: "force", Label: "Sign in with Northmoor Police", Issuer: "https://127.0.0.1:1", ClientID: "waymark", Claim: "groups"}}})
	admin, manager := site.Area.Actors["administrator"], site.Area.Actors["manager"]
	visitor := site.Visitor(t)
	save("sign-in-providers", visitor.Get("/sign-in"), 200)
	save("sign-in-provider-away", visitor.Get("/sign-in/with/force"), 422)
	lost := site.SignIn(t, "manager")
	site.AddPasskey(t, lost, "Work phone")
	site.AddPasskey(t, lost, "Blue key on my ring")
	site.SignIn(t, "manager")
	save("account-own-keys", lost.Get("/account"), 200)
	clock := site.Clock.Now()
	site.Clock.Set(clock.Add(6 * time.Minute))
	save("confirm-passkey", lost.Get("/confirm?next=/account/passkeys/new"), 200)
	save("confirm-carried", lost.Post("/account/passkeys/new", url.Values{"name": {"x"}}), 401)
	supervisor := site.SignIn(t, "supervisor")
	if err := site.App.Accounts.AskRecovery(t.Context(), admin, ledger.Form{}, manager.ID, "lost their phone on the bus"); err != nil {
		t.Fatal(err)
	}
	save("team-devices-waiting", supervisor.Get("/team/devices"), 200)
	supervisor.Post("/team/devices/"+manager.ID, url.Values{})
	save("team-devices-revoked", supervisor.Get("/team/devices"), 200)
	requests := supervisor.Get("/requests")
	save("requests-of-team", requests, 200)
	_, rest, _ := strings.Cut(requests.Body, `action="/requests/`)
	id, _, _ := strings.Cut(rest, `"`)
	made := supervisor.Post("/requests/"+id, url.Values{"answer": {"yes"}})
	save("code-made", made, 200)
	_, rest, _ = strings.Cut(made.Body, "<code>")
	code, _, _ := strings.Cut(rest, "</code>")
	visitor.Post("/sign-in/enrol", url.Values{"code": {code}})
	save("first-key", visitor.Get("/sign-in/key"), 200)
	save("first-key-none-made", visitor.Post("/sign-in/key", url.Values{"name": {"Phone"}}), 422)
	password := visitor.Get("/sign-in/password")
	save("first-password", password, 200)
	save("first-password-weak", visitor.Post("/sign-in/password", url.Values{"key": {password.Hidden("key")}, "password": {"short"}, "code": {"1"}}), 422)
	site.Enrol(t, visitor, code, "New phone")
	save("notices", visitor.Get("/account/notices?next=/care/caseload"), 200)
	save("account-own-suspended", visitor.Get("/account"), 200)
}

// first returns the first link of a page that starts with prefix.
func first(site *webtest.Site, as, path, prefix string) string {
	for _, link := range site.SignIn(site.T, as).Get(path).Links() {
		if strings.HasPrefix(link, prefix) {
			return link
		}
	}
	panic(fmt.Sprintf("no link to %s on %s", prefix, path))
}

func approvalPath(site *webtest.Site) string {
	body := site.SignIn(site.T, "sergeant").Get("/police/approvals").Body
	_, rest, _ := strings.Cut(body, `action="/police/approvals/`)
	id, _, _ := strings.Cut(rest, `"`)
	return "/police/approvals/" + id
}

// acceptedPath returns the hand-off that somebody came with.
func acceptedPath(site *webtest.Site, name string) string {
	return "/care/hand-offs/" + site.Area.Referrals[name]
}

// words is the form of a letter to the housing provider.
func words(site *webtest.Site, text string) url.Values {
	return url.Values{"to": {site.Area.Actors["housing"].Organisation}, "topics": {"needs"}, "purpose": {"home"}, "channel": {"account"}, "words": {text}, "until": {time.Now().AddDate(0, 0, 20).Format(time.DateOnly)}}
}

func with(form url.Values, name, value string) url.Values {
	form.Set(name, value)
	return form
}

// letterPath returns the nth letter about somebody, newest first.
func letterPath(site *webtest.Site, name string, n int) string {
	letters, err := site.App.Care.Consents.Letters(site.T.Context(), site.Area.Actors["manager"], site.Area.People[name])
	if err != nil || len(letters) <= n {
		panic(fmt.Sprintf("letter %d about %s: %d, %v", n, name, len(letters), err))
	}
	return "/care/people/" + site.Area.People[name] + "/sharing/words/" + letters[n].ID
}
