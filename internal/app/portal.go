package app

import (
	"context"
	"errors"
	"net/http"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/portal"
	portalweb "waymark.example/internal/portal/web"
	"waymark.example/internal/schema"
)

// wireOwn wires the participant's own pages: the care side's services again,
// through a handle that sees far less.
func (a *App) wireOwn(ctx context.Context, carrier *web.Carrier) error {
	text, err := a.Accounts.Key(ctx, "participants' codes")
	if err != nil {
		return err
	}
	key, err := portal.NewKey(text)
	if err != nil {
		return err
	}
	book := ledger.New(a.Store.Handle(schema.Participant), a.Now)
	a.Desk = &portal.Desk{People: a.Care.People, Key: key}
	ring := a.ring(schema.Participant)
	people := &participant.Service{Book: book, Access: a.Access, Keys: ring}
	a.own = portalweb.New(portalweb.Site{
		Portal: &portal.Service{Book: book, Key: key}, People: people, Plans: &plan.Service{People: people}, Safety: &safety.Service{People: people},
		Consents: &consent.Service{People: people, Keys: ring},
		Rights:   a.Rights,
		Paper:    portalweb.Paper{Plans: a.Care.Plans, Consents: a.Care.Consents},
		Complaints: func(ctx context.Context) (bool, error) {
			set, err := a.Doors.Public.Setting(ctx)
			return set.Complaint, err
		},
		Desk: a.Desk, Carrier: carrier, Secure: a.Secure, TrustProxy: a.TrustProxy, Origin: a.Origin, Settings: a.Portal, Zone: a.Zone,
	})
	return nil
}

// shell is what a page of route shows before it is known who asks.
func (a *App) shell(r *http.Request, route web.Route) ui.Page {
	own := portalweb.Own(route.Path)
	p := ui.Page{Practice: a.Practice, Area: a.Area.Title, Zone: a.Zone, Lang: a.language(r, own), Here: here(r)}
	if own {
		p.Home, p.Leave = portalweb.Home, portalweb.LeavePath
	}
	return p
}

// answerOwn is answer for a participant's own pages: only a page opened with a
// code lets anybody in, never an account, and it opens nothing else.
func (a *App) answerOwn(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, error) {
	from := a.own.From(r)
	participantID, err := a.own.Portal.Who(r.Context(), a.own.Token(r), from)
	if errors.Is(err, portal.ErrEnded) {
		return r, a.own.AskForCode(w, r, participantID)
	}
	if err != nil {
		return r, err
	}
	actor := portal.Actor(participantID, from.Address)
	r = r.WithContext(web.WithActor(r.Context(), actor))
	if err := a.Access.Check(actor, route.Action, access.Screen{}); err != nil {
		return r, errors.Join(err, a.own.Portal.Book.Deny(r.Context(), ledger.Entry{Actor: actor, Act: string(route.Action), Subjects: []string{actor.ID}}))
	}
	return r, route.Handle(w, r)
}
