package app_test

import (
	"net/http"
	"net/url"

	"waymark.example/internal/webtest"
)

// evidenceStates are the evaluators' pages.
func evidenceStates(site, empty *webtest.Site) []state {
	mistakes := http.StatusUnprocessableEntity
	extract := first(site, "evaluator", "/evidence", "/evidence/extracts/evx_")
	return []state{
		{empty, "evaluator", []page{
			{name: "evidence-home-empty", path: "/evidence"},
			{name: "evidence-freeze-empty", path: "/evidence/freeze"},
		}},
		{empty, "registrar", []page{{name: "evidence-contacts-no-agreement", path: "/police/study"}}},
		{site, "registrar", []page{{name: "evidence-contacts", path: "/police/study"}, {name: "evidence-contacts-mistakes", path: "/police/study", form: url.Values{}, want: mistakes}}},
		{site, "supervisor", []page{{name: "evidence-support", path: "/care/study"}}},
		{site, "manager", []page{
			{name: "evidence-research-asked", path: "/care/people/" + site.Area.People["Linnet"] + "/sharing"},
			{name: "evidence-research-no", path: "/care/people/" + site.Area.People["Kestrel"] + "/sharing"},
		}},
		{site, "own:Linnet", []page{{name: "evidence-own-research", path: "/me/sharing"}}},
		{site, "evaluator", []page{
			{name: "evidence-home", path: "/evidence"},
			{name: "evidence-imports", path: "/evidence/imports"},
			{name: "evidence-import-wrong", path: wrongImport(site)},
			{name: "evidence-codebook", path: "/evidence/codebook"},
			{name: "evidence-freeze-mistakes", path: "/evidence/freeze", form: url.Values{}, want: mistakes},
			{name: "evidence-extract", path: extract},
			{name: "evidence-extract-mistakes", path: extract, to: extract + "/copy", form: url.Values{}, want: mistakes},
		}},
	}
}

// wrongImport is the file of the practice area that has a row that is wrong.
func wrongImport(site *webtest.Site) string {
	imports, err := site.App.Evidence.Imports(site.T.Context(), site.Area.Actors["evaluator"], "", 20)
	if err != nil {
		panic(err)
	}
	for _, i := range imports {
		if i.Wrong > 0 {
			return "/evidence/imports/" + i.ID
		}
	}
	panic("every row of the practice area is right")
}
