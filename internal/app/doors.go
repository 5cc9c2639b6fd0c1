package app

import (
	"context"

	"waymark.example/internal/care/community"
	communityweb "waymark.example/internal/care/community/web"
	"waymark.example/internal/handoff/complaint"
	complaintweb "waymark.example/internal/handoff/complaint/web"
	"waymark.example/internal/partnership/door"
	doorweb "waymark.example/internal/partnership/door/web"
	"waymark.example/internal/partnership/survey"
	surveyweb "waymark.example/internal/partnership/survey/web"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/schema"
)

// Doors are the services behind the doors that stand open to anybody.
type Doors struct {
	Public    *door.Public
	Desk      *door.Desk
	Guard     *door.Guard
	Community *community.Service // the case team's end
	Scheme    *complaint.Service // the coordinator's
	Outside   *complaint.Service // the independent body's
	Asked     *survey.Public     // whoever is asked
	Surveys   *survey.Desk       // the partnership, which asks
}

// wireDoors wires them: anybody through a handle that puts in and does not read.
func (a *App) wireDoors(ctx context.Context) ([]web.Route, error) {
	key, err := a.Accounts.Key(ctx, "public forms")
	if err != nil {
		return nil, err
	}
	book := func(handle string) *ledger.Book { return ledger.New(a.Store.Handle(handle), a.Now) }
	post := secret.NewPostbox(a.ring(schema.Care))
	a.Doors = Doors{
		Public:    &door.Public{Book: book(schema.Door), Post: post},
		Desk:      &door.Desk{Book: book(schema.Partnership), Access: a.Access},
		Guard:     door.NewGuard(key, a.Now),
		Community: &community.Service{Book: book(schema.Care), Access: a.Access, Keys: a.ring(schema.Care)},
		Scheme:    &complaint.Service{Book: book(schema.Partnership), Access: a.Access, Post: post, Route: complaint.Scheme},
		Outside:   &complaint.Service{Book: book(schema.Oversight), Access: a.Access, Post: post, Ring: a.ring(schema.Oversight), Route: complaint.Outside},
		Asked:     &survey.Public{Book: book(schema.Door)},
		Surveys:   &survey.Desk{Book: book(schema.Partnership), Access: a.Access},
	}
	routes := doorweb.New(a.Doors.Public, a.Doors.Desk, a.Doors.Guard, a.TrustProxy, func(ctx context.Context) (bool, error) {
		now, err := a.Front.Now(ctx)
		return now.Open, err
	}).Routes()
	routes = append(routes, surveyweb.New(a.Doors.Asked, a.Doors.Surveys, a.Doors.Guard, a.TrustProxy, a.Origin).Routes()...)
	routes = append(routes, communityweb.New(a.Doors.Community).Routes()...)
	routes = append(routes, complaintweb.New(a.Doors.Scheme).Routes()...)
	return append(routes, complaintweb.New(a.Doors.Outside).Routes()...), nil
}

// expireDoors lets go what came through the doors and whose time is over.
func (a *App) expireDoors(ctx context.Context) error {
	for _, expire := range []func(context.Context) (int, error){a.Doors.Community.Expire, a.Doors.Scheme.Expire, a.Doors.Outside.Expire, a.Doors.Desk.Expire, a.Doors.Surveys.Expire} {
		if _, err := expire(ctx); err != nil {
			return err
		}
	}
	return nil
}
