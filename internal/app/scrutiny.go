package app

import (
	"context"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/scrutiny"
	scrutinyweb "waymark.example/internal/partnership/scrutiny/web"
	"waymark.example/internal/police/decided"
	policescrutiny "waymark.example/internal/police/scrutiny"
	policetally "waymark.example/internal/police/tally"
	policeweb "waymark.example/internal/police/web"
)

// wireScrutiny wires what officers see of their own decisions, and the packs that a panel looks at: the police side draws them and takes out who it was, and nothing
// else reaches the partnership.
func (a *App) wireScrutiny() {
	a.Decided = &decided.Service{Book: a.Contacts.Book, Access: a.Access, Zone: a.Zone}
	a.routes = append(a.routes, policeweb.NewDecided(a.Decided).Routes()...)
	lot := &policescrutiny.Service{Book: a.Contacts.Book, Access: a.Access}
	a.Scrutiny = &scrutiny.Service{Book: a.Policies.Book, Access: a.Access, First: (&policetally.Service{Book: a.Contacts.Book}).First,
		Draw: func(ctx context.Context, actor lead.Actor, from, until string, pack int64, size int) (int, []scrutiny.Item, error) {
			drawn, err := lot.Draw(ctx, actor, from, until, pack, size)
			var out []scrutiny.Item
			for _, i := range drawn.Items {
				out = append(out, scrutiny.Item(i))
			}
			return drawn.Of, out, err
		}}
	a.routes = append(a.routes, scrutinyweb.New(a.Scrutiny).Routes()...)
}
