package app_test

import (
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// lastMileStates are the pages of an erasure, from the proposal to the day on
// which the log forgets, and of referrals that nobody took up. Each depends on
// the page before.
func lastMileStates(t *testing.T, save func(string, webtest.Answer, int)) {
	t.Helper()
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	dpo := site.SignIn(t, "dpo")
	erase(t, site, "Teal")
	path := "/oversight/files/" + site.Area.People["Teal"]
	save("oversight-file-erased", dpo.Get(path), 200)
	save("oversight-file-erased-mistakes", dpo.Post(path+"/forget", url.Values{"form_key": {"frm_not_sure"}}), 422)
	dpo.Post(path+"/forget", url.Values{"form_key": {"frm_sure"}, "sure": {"yes"}})
	save("oversight-file-forgotten", dpo.Get(path), 200)
	save("oversight-trail-forgotten", dpo.Get("/oversight/trail?subject="+site.Area.People["Teal"]), 200)

	if _, err := site.App.Accounts.OpenPractice(t.Context(), []identity.Account{{Email: "dpo2@practice.example", Name: "Oda Lund", Organisation: site.Area.Actors["officer"].Organisation, Roles: []lead.Role{lead.DPO}}}, practice.Password); err != nil {
		t.Fatal(err)
	}
	other := site.SignIn(t, "dpo2")
	save("oversight-home-of-a-force", other.Get("/oversight"), 200)
	save("oversight-crossings-of-a-force", other.Get("/oversight/trail/crossings"), 200)

	site.Clock.Set(time.Now().AddDate(0, 4, 0))
	supervisor := site.SignIn(t, "supervisor")
	untaken := supervisor.Get("/care/keeping")
	save("care-keeping-untaken", untaken, 200)
	dpo = site.SignIn(t, "dpo")
	save("oversight-files-untaken", dpo.Get("/oversight/files"), 200)
	waiting, err := site.App.Care.People.HandOffs(t.Context(), site.Area.Actors["manager"])
	if err != nil || len(waiting.Waiting) == 0 {
		t.Fatalf("nothing waits: %v", err)
	}
	supervisor.Post("/care/let-go/"+waiting.Waiting[0].ID, url.Values{"form_key": {"frm_go"}})
	save("oversight-files-let-go", dpo.Get("/oversight/files"), 200)
}
