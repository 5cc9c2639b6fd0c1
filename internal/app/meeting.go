package app

import (
	"context"

	"waymark.example/internal/care/agenda"
	"waymark.example/internal/partnership/meeting"
	meetingweb "waymark.example/internal/partnership/meeting/web"
	"waymark.example/internal/partnership/voice"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
)

// wireMeetings sets up the table at which people of every side sit, and lets the
// case team know which meetings are ahead: facts about nobody.
func (a *App) wireMeetings() {
	book := ledger.New(a.Store.Handle(schema.Meeting), a.Now)
	a.Meetings = &meeting.Service{Book: book, Access: a.Access, Keys: a.ring(schema.Meeting), Zone: a.Zone}
	a.Voices = &voice.Service{Book: book, Access: a.Access}
	a.Care.Agenda.Ahead = func(ctx context.Context) ([]agenda.Meeting, error) {
		ahead, seats, err := a.Meetings.Ahead(ctx)
		if err != nil {
			return nil, err
		}
		var out []agenda.Meeting
		for _, m := range ahead {
			one := agenda.Meeting{ID: m.ID, Body: m.Body, At: m.StartsAt, Place: m.Place}
			seen := map[string]bool{}
			for _, seat := range seats[m.BodyID] {
				if !seen[seat.OrganisationID] {
					seen[seat.OrganisationID] = true
					one.Sit = append(one.Sit, agenda.Sitting{ID: seat.OrganisationID, Name: seat.Organisation, Kind: seat.OrganisationKind})
				}
			}
			out = append(out, one)
		}
		return out, nil
	}
	a.routes = append(a.routes, meetingweb.New(a.Meetings, a.Voices, a.Zone).Routes()...)
}
