package app

import (
	"cmp"
	"context"
	"net/http"
	"runtime/debug"

	outcomes "waymark.example/internal/evidence/outcome"
	outcomesweb "waymark.example/internal/evidence/outcome/web"
	"waymark.example/internal/evidence/release"
	releaseweb "waymark.example/internal/evidence/release/web"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

// wireEvidence wires the evaluators' side. It reads no other side's table: what it knows comes in files, under pseudonyms.
func (a *App) wireEvidence(book func(string) *ledger.Book) {
	a.Evidence = &outcomes.Service{Book: book(schema.Evidence), Access: a.Access}
	name := func(r *http.Request, accountID string) string {
		names, err := a.Accounts.Names(r.Context(), []string{accountID})
		if err != nil {
			return "" // the page is whole without it
		}
		return names[accountID]
	}
	a.routes = append(a.routes, outcomesweb.New(a.Evidence, name).Routes()...)
	a.Releases = &release.Service{Book: book(schema.Evidence), Access: a.Access, Practice: a.Practice, Software: Software(),
		Study: func(ctx context.Context, extractID string) (*study.Study, error) {
			s, _, err := a.Evidence.Study(ctx, lead.System(), extractID)
			return s, err
		}}
	a.routes = append(a.routes, releaseweb.New(a.Releases, a.Evidence).Routes()...)
}

// Software is which program this is, by the commit that it was built from: as a report prints it, and the command.
func Software() string { return "Waymark development " + cmp.Or(revision(), "of an unknown commit") }

// revision is the commit that the program was built from, "" where it is not known.
func revision() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return ""
}
