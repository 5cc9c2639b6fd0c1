package app

import (
	outcomes "waymark.example/internal/evidence/outcome"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

// wireEvidence wires the evaluators' side. It reads no other side's table: what it knows comes in files, under pseudonyms.
func (a *App) wireEvidence(book func(string) *ledger.Book) {
	a.Evidence = &outcomes.Service{Book: book(schema.Evidence), Access: a.Access}
}
