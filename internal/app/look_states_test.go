package app_test

import (
	"net/url"
	"strings"
	"testing"

	"waymark.example/internal/webtest"
)

// lookStates are how things were over time, questionnaires and papers.
func lookStates(t *testing.T, site *webtest.Site, save func(string, webtest.Answer, int)) {
	t.Helper()
	manager, kestrel, tern := site.SignIn(t, "manager"), "/care/people/"+site.Area.People["Kestrel"], "/care/people/"+site.Area.People["Tern"]
	save("look-needs", manager.Get(kestrel+"/needs"), 200)
	save("look-needs-nothing", manager.Get(tern+"/needs"), 200)
	save("look-person", manager.Get(kestrel), 200)
	save("look-months", manager.Get(kestrel+"/months"), 200)
	save("look-months-nothing", manager.Get(tern+"/months"), 200)
	save("look-month", manager.Get(kestrel+"/months/ask"), 200)
	save("look-month-mistakes", manager.Post(kestrel+"/months/ask", url.Values{"month": {"2999-01"}, "housing": {"the moon"}, "words": {strings.Repeat("word ", 300)}}), 422)
}
