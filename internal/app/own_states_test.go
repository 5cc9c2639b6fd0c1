package app_test

import (
	"net/url"
	"strings"

	"waymark.example/internal/webtest"
)

// ownStates lists a participant's own pages, the desk that makes codes, and the
// same pages on paper.
func ownStates(site *webtest.Site) []state {
	person := func(name, part string) string { return "/care/people/" + site.Area.People[name] + part }
	bad := func(name, path string, form url.Values) page {
		return page{name: name, path: path, form: form, want: 422}
	}
	none := url.Values{"nothing": {"chosen"}}
	long := strings.Repeat("word ", 1000)
	return []state{
		{site, "", []page{
			{name: "own-start", path: "/me/start"},
			{name: "own-start-closed", path: "/me/start?closed=yes"},
			bad("own-start-wrong", "/me/start", url.Values{"code": {"0000-0000-0000"}}),
		}},
		{site, "manager", []page{
			{name: "own-desk-first", path: person("Linnet", "/code")},
			{name: "own-desk-code", path: person("Linnet", "/code"), form: url.Values{"form_key": {"frm_desk"}}},
			{name: "own-desk-code-again", path: person("Linnet", "/code"), form: url.Values{"form_key": {"frm_desk"}}},
			{name: "own-desk-waiting", path: person("Linnet", "/code")},
			{name: "own-paper", path: person("Kestrel", "/paper")},
			{name: "own-paper-nothing", path: person("Kestrel", "/paper?print=yes")},
			{name: "own-paper-no-plan", path: person("Finch", "/paper?print=yes&sheet=plan&sheet=sharing")},
		}},
		{site, "own:Kestrel", []page{
			{name: "own-home", path: "/me"},
			{name: "own-plan", path: "/me/plan"},
			{name: "own-sharing", path: "/me/sharing"},
			{name: "own-sharing-stop", path: firstOwn(site, "Kestrel", "/me/sharing", "/me/sharing/")},
			bad("own-sharing-stop-mistakes", firstOwn(site, "Kestrel", "/me/sharing", "/me/sharing/"), url.Values{"what": {"the moon"}}),
			{name: "own-sharing-stopped", path: "/me/sharing?done=stopped"},
			{name: "own-looked", path: "/me/looked"},
			{name: "own-ask", path: "/me/ask"},
			{name: "own-ask-copy", path: "/me/ask/copy"},
			{name: "own-ask-correct", path: "/me/ask/correct"},
			bad("own-ask-correct-nothing", "/me/ask/correct", none),
			{name: "own-ask-remove", path: "/me/ask/remove"},
			{name: "own-ask-treated", path: "/me/ask/treated"},
			bad("own-ask-treated-long", "/me/ask/treated", url.Values{"words": {long}}),
			{name: "own-ask-look", path: firstOwn(site, "Kestrel", "/me/looked", "/me/ask/look?entry=")},
			{name: "own-sent", path: "/me/sent?done=sent"},
			{name: "own-support", path: "/me/support"},
			{name: "own-break", path: "/me/support/break"},
			{name: "own-stop", path: "/me/support/stop"},
			bad("own-stop-long", "/me/support/stop", url.Values{"words": {long}}),
			{name: "own-not-found", path: "/me/nothing", want: 404},
		}},
		{site, "own:Wren", []page{
			{name: "own-home-break", path: "/me"},
			{name: "own-plan-none", path: "/me/plan"},
			{name: "own-sharing-none", path: "/me/sharing"},
			{name: "own-sent-none", path: "/me/sent"},
			{name: "own-support-break", path: "/me/support"},
			{name: "own-carry-on", path: "/me/support/carry-on"},
		}},
		{site, "own:Plover", []page{
			{name: "own-home-stopped", path: "/me"},
			{name: "own-support-stopped", path: "/me/support"},
			{name: "own-come-back", path: "/me/support/come-back"},
			{name: "own-conflict", path: "/me/support/come-back", to: "/me/support/stop", form: none, want: 409},
		}},
	}
}

// firstOwn returns the first link of somebody's own page that starts with prefix.
func firstOwn(site *webtest.Site, name, path, prefix string) string {
	for _, link := range openOwn(site.T, site, name).Get(path).Links() {
		if strings.HasPrefix(link, prefix) {
			return link
		}
	}
	panic("no link to " + prefix + " on " + path)
}
