package app

import (
	"net/http"

	outcomes "waymark.example/internal/evidence/outcome"
	outcomesweb "waymark.example/internal/evidence/outcome/web"
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
}
