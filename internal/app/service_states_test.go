package app_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/reference/service"
	"waymark.example/internal/webtest"
)

// serviceStates are the directory's pages.
func serviceStates(site, empty *webtest.Site) []state {
	at := func(name string) string { return "/services/" + site.Area.Services[name] }
	person := site.Area.People["Linnet"]
	home := site.Area.Services["Lantern night shelter"]
	to := "/care/people/" + person + "/services"
	choose := func(how string) url.Values {
		return url.Values{"then": {"preview"}, "service": {home}, "domain": {"housing"}, "facts": {"name", "need"}, "own": {"I have a small dog."}, "how": {how}, "door": {"same"}, "list": {"yes"}, "others_days": {"14"}}
	}
	ask := "/care/people/" + person + "/fund"
	full := url.Values{"from_version": {"9"}, "name": {"Harbour Kitchen"}, "organisation": {"Harbour Kitchen Trust"}, "status": {"active"}, "needs": {"survival"}}
	return []state{
		{empty, "manager", []page{{name: "services-empty", path: "/services"}}},
		{site, "manager", []page{
			{name: "services", path: "/services"},
			{name: "services-for-somebody", path: "/services?for=" + person},
			{name: "services-found", path: "/services?what=bed&where=northmoor&need=housing&way=dogs"},
			{name: "services-none-found", path: "/services?what=zebra&for=" + person},
			{name: "service", path: at("Harbour Kitchen")},
			{name: "service-for-somebody", path: at("Lantern night shelter") + "?for=" + person + "&done=verified"},
			{name: "service-secret-address", path: at("Anchor House")},
			{name: "service-never-verified", path: at("Quiet Minds")},
		}},
		{empty, "manager", []page{{name: "services-silent-none", path: "/care/services"}}},
		{site, "manager", []page{
			{name: "services-silent", path: "/care/services"},
			{name: "services-of-somebody", path: to},
			{name: "services-of-somebody-none", path: "/care/people/" + site.Area.People["Tern"] + "/services"},
			{name: "services-refer", path: to + "/new?service=" + home},
			{name: "services-refer-mistakes", path: to + "/new?service=" + home, to: to + "/new", form: url.Values{"service": {home}, "how": {"sent"}, "others_days": {"long"}}, want: http.StatusUnprocessableEntity},
			{name: "services-refer-sees", path: to + "/new?service=" + home, to: to + "/new", form: choose("sent"), want: http.StatusOK},
			{name: "services-refer-paper", path: to + "/new?service=" + home, to: to + "/new", form: choose("paper"), want: http.StatusOK},
			{name: "services-refer-not-agreed", path: to + "/new?service=" + home, to: to + "/new", form: with(with(choose("sent"), "then", "save"), "shown", "other words"), want: http.StatusUnprocessableEntity},
			{name: "services-warm-sent", path: to + "/" + site.Area.Warm["sent"]},
			{name: "services-warm-silent", path: to + "/" + site.Area.Warm["silent"]},
			{name: "services-warm-paper", path: to + "/" + site.Area.Warm["paper"]},
			{name: "services-warm-mistakes", path: to + "/" + site.Area.Warm["silent"], form: url.Values{"on": {"2099-01-01"}}, want: http.StatusUnprocessableEntity},
			{name: "services-unmet", path: to + "/unmet"},
			{name: "services-unmet-mistakes", path: to + "/unmet", form: url.Values{"on": {""}}, want: http.StatusUnprocessableEntity},
		}},
		{empty, "manager", []page{{name: "service-fund-empty", path: "/care/fund"}}},
		{site, "manager", []page{
			{name: "service-fund", path: "/care/fund"},
			{name: "service-fund-ask", path: ask},
			{name: "service-fund-ask-mistakes", path: ask, form: url.Values{"pence": {"900"}}, want: http.StatusUnprocessableEntity},
			{name: "service-fund-asked-mine", path: ask + "/" + site.Area.Fund["asked"]},
			{name: "service-fund-approved", path: ask + "/" + site.Area.Fund["approved"]},
			{name: "service-fund-pay-mistakes", path: ask + "/" + site.Area.Fund["approved"], to: ask + "/" + site.Area.Fund["approved"] + "/pay", form: url.Values{"pence": {"99"}, "way": {"cash"}}, want: http.StatusUnprocessableEntity},
			{name: "service-fund-paid", path: ask + "/" + site.Area.Fund["paid"]},
		}},
		{site, "supervisor", []page{
			{name: "service-fund-supervisor", path: "/care/fund"},
			{name: "service-fund-second", path: ask + "/" + site.Area.Fund["asked"]},
			{name: "service-fund-second-mistakes", path: ask + "/" + site.Area.Fund["asked"], to: ask + "/" + site.Area.Fund["asked"] + "/answer", form: url.Values{"answer": {"no"}}, want: http.StatusUnprocessableEntity},
			{name: "service-fund-money", path: "/care/fund/money"},
			{name: "service-fund-money-mistakes", path: "/care/fund/money", form: url.Values{"pence": {"x"}}, want: http.StatusUnprocessableEntity},
		}},
		{empty, "supervisor", []page{{name: "services-report-empty", path: "/care/services/report"}}},
		{site, "supervisor", []page{
			{name: "services-report", path: "/care/services/report"},
			{name: "service-supervisor", path: at("Money and papers desk")},
			{name: "service-new", path: "/services/new"},
			{name: "service-new-mistakes", path: "/services/new", form: url.Values{"name": {""}, "email": {"x"}, "url": {"javascript:alert(1)"}, "hours_1": {"late"}, "exceptions": {"Christmas"}, "ways": {"address_withheld"}, "street": {"1 Secret Street"}}, want: http.StatusUnprocessableEntity},
			{name: "service-change", path: at("Harbour Kitchen") + "/change"},
			{name: "service-change-both", path: at("Harbour Kitchen") + "/change", form: full, want: http.StatusConflict},
		}},
	}
}

// A site says for itself whether anybody may fetch its directory; nobody who
// fetches it needs an account or learns of anybody.
func TestTheDirectoryIsOfferedOnlyWhereASiteDecidedSo(t *testing.T) {
	t.Parallel()
	for _, offered := range []bool{false, true} {
		site := webtest.StartWith(t, app.Config{Database: "sqlite:" + filepath.Join(t.TempDir(), "waymark.db"), OpenReferral: offered})
		feed, err := service.ReadFeed([]byte(`[{"id":"ac148810-d857-441c-9679-408f346de14b","name":"Harbour Kitchen","status":"active"},{"id":"bc148810-d857-441c-9679-408f346de14b","name":"Gone","status":"defunct"}]`))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := site.App.Directory.Import(t.Context(), "feed", feed.Services); err != nil {
			t.Fatal(err)
		}
		got := site.Visitor(t).Get("/open-referral/services?page=1&per_page=10")
		if !offered {
			if got.Status == http.StatusOK {
				t.Errorf("the directory is open: %s", got.Body)
			}
			continue
		}
		var page service.PageOf
		if err := json.Unmarshal([]byte(got.Body), &page); err != nil || got.Status != http.StatusOK || page.TotalItems != 1 || len(page.Contents) != 1 || !page.First || !page.Last {
			t.Errorf("%d %v %s", got.Status, err, got.Body)
		}
		if got.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/json") {
			t.Errorf("headers %v", got.Header)
		}
		for path, want := range map[string]int{"/open-referral/": 200, "/open-referral/services/ac148810-d857-441c-9679-408f346de14b": 200, "/open-referral/services/bc148810-d857-441c-9679-408f346de14b": 404,
			"/open-referral/services/x": 404, "/open-referral/services?page=0": 400, "/open-referral/services?page=x": 400, "/open-referral/services?page=9": 200,
			"/open-referral/service_at_locations": 200, "/open-referral/taxonomies": 200, "/open-referral/taxonomy_terms": 200, "/open-referral/service_at_locations/x": 404, "/open-referral/taxonomies/x": 404,
			"/open-referral/taxonomy_terms/x": 404, "/open-referral/services?search=kitchen&taxonomy_id=x": 200, "/open-referral/services?postcode=NM1": 400} {
			if got := site.Visitor(t).Get(path); got.Status != want {
				t.Errorf("%s: %d, want %d", path, got.Status, want)
			}
		}
	}
}
