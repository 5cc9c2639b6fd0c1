package main

import (
	"context"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/schema"
)

// parts is what protection costs within one page: deciding who may, writing the
// entry (with the transaction that it needs), and opening what is sealed.
type parts struct{ access, entry, open []time.Duration }

// caseloadParts does once what the caseload page does of each part.
func caseloadParts(ctx context.Context, a *app.App, actor lead.Actor, people []string, into *parts) error {
	decide := func() {
		a.Access.Decide(actor, "case.caseload", access.Screen{}) // at the door
		a.Access.Decide(actor, "case.caseload", access.Screen{}) // with the list
	}
	keys := secret.NewRing(a.Keys, schema.Care, a.Keeper)
	open := func() error {
		boxes, err := keys.All(ctx, people)
		if err != nil {
			return err
		}
		for _, id := range people {
			sealed := boxes[id].Seal("care_now.name", "Person 000001")
			if _, err := boxes[id].Open("care_now.name", sealed); err != nil {
				return err
			}
		}
		return nil
	}
	return into.add(ctx, a, ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.caseload", Subjects: people}, decide, open)
}

// personParts does once what a person's page does of each part: their details
// and twelve notes of two texts.
func personParts(ctx context.Context, a *app.App, actor lead.Actor, id string, into *parts) error {
	decide := func() {
		a.Access.Decide(actor, "case.read", access.Screen{})
		a.Access.Decide(actor, "case.read", access.Case{ID: id, Worker: actor.ID, Team: actor.Team, State: "active"})
	}
	keys := secret.NewRing(a.Keys, schema.Care, a.Keeper)
	const texts = 4 + 2*12
	open := func() error {
		box, err := keys.Of(ctx, id)
		if err != nil {
			return err
		}
		sealed := box.Seal("care_note.narrative", "Went along to the appointment and waited together.")
		for range texts {
			if _, err := box.Open("care_note.narrative", sealed); err != nil {
				return err
			}
		}
		return nil
	}
	return into.add(ctx, a, ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "case.read", Subjects: []string{id}}, decide, open)
}

func (p *parts) add(ctx context.Context, a *app.App, e ledger.Entry, decide func(), open func() error) error {
	start := time.Now()
	decide()
	decided := time.Now()
	book := ledger.New(a.Store.Handle(schema.Care), a.Now)
	if err := book.Record(ctx, e, func(*db.Tx, *ledger.Entry) error { return nil }); err != nil {
		return err
	}
	entered := time.Now()
	if err := open(); err != nil {
		return err
	}
	p.access, p.entry, p.open = append(p.access, decided.Sub(start)), append(p.entry, entered.Sub(decided)), append(p.open, time.Since(entered))
	return nil
}
