package practice

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/police/contact"
)

// Demo fills an area to show: all that Fill makes, and so many contacts in the months
// that ended that shares, intervals and groups can be shown; and partners of more
// kinds, to whom those belong who sit at the table for them.
func Demo(ctx context.Context, a *app.App, clock *Clock) (Area, error) {
	people := append(staff(), member{identity.Account{Email: "officer3@practice.example", Name: "PC Ines Ford", Team: "Moorside response", Roles: []lead.Role{lead.Officer}}, "see a team of its own"})
	area, err := open(ctx, a, clock, people, func(of identity.Account) (string, identity.Kind) {
		switch of.Name {
		case "Mo Lane":
			return "Northmoor Voices", identity.PartnershipOffice
		case "Hester Boyle":
			return "Northmoor Police and Crime Commissioner", identity.PartnershipOffice
		}
		return employer(of)
	})
	if err != nil {
		return Area{}, err
	}
	return fill(ctx, a, clock, area, func(_ access.Class, text string) string { return text }, true)
}

// council tells of partners who are of other kinds.
func (w *writer) council() {
	coordinator := w.area.Actors["coordinator"]
	w.do("more partners", func() error {
		for local, p := range map[string]partner.Partner{
			"panel":        {Sort: "lived_experience_group", About: "People who have been through it themselves. They are paid for their time.", Places: []string{"Northmoor"}},
			"commissioner": {Sort: "commissioner", About: "Pays for two of the case managers.", Places: []string{"Northmoor"}},
		} {
			p.ID = w.area.Actors[local].Organisation
			if _, err := w.app.Partners.Describe(w.ctx, coordinator, ledger.Form{}, p); err != nil {
				return err
			}
		}
		council, err := w.app.Partners.Describe(w.ctx, coordinator, ledger.Form{}, partner.Partner{Name: "Northmoor Council", Sort: "council", About: "Housing, public health and community safety.", Places: []string{"Northmoor", "Harbourside"}})
		if err != nil {
			return err
		}
		return w.app.Partners.AddSeat(w.ctx, coordinator, ledger.Form{}, partner.Seat{BodyID: partner.PolicyGroup, OrganisationID: council, Name: "Gwen Prosser", From: w.app.Now().UTC().Format(time.DateOnly)})
	})
}

// contacts writes what officers of two teams met in the months that ended.
func (w *writer) contacts(now time.Time) {
	const count = 240
	chance := rand.New(rand.NewPCG(7, 11)) // #nosec G404 -- the same made-up area every time
	first := now.AddDate(0, 0, -Days+2)
	last := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	if end := now.AddDate(0, 0, -14); last.After(end) { // what follows a contact has happened, too
		last = end
	}
	ways := []struct {
		outcome contact.Outcome
		reasons []string
	}{
		{contact.Diverted, []string{"needs_seen", "asked_for_help", "met_often"}}, {contact.Declined, []string{"already_tried", "no_trust", "would_not_say"}},
		{contact.Diverted, []string{"asked_for_help", "needs_seen"}}, {contact.NotDiverted, []string{"victim_wish", "risk_of_harm", "no_needs_seen"}},
		{contact.Declined, []string{"penalty_small", "no_trust"}}, {contact.NotEligible, []string{"criterion", "offence"}},
		{contact.Diverted, []string{"met_often", "needs_seen"}}, {contact.Declined, []string{"would_not_say", "already_tried"}},
		{contact.NotDiverted, []string{"other_pathway", "no_needs_seen"}}, {contact.NoCapacity, []string{"nobody_could_come", "no_answer"}},
	}
	for i := range count {
		at := first.Add(time.Duration(i) * (last.Sub(first) / count)).Truncate(24 * time.Hour).Add(time.Duration(9+chance.IntN(13))*time.Hour + time.Duration(chance.IntN(60))*time.Minute)
		way := ways[i%len(ways)]
		door, offence := contact.ArrestDiversion, []string{"46", "92D", "92E", "49A"}[chance.IntN(4)]
		officer := []string{"officer", "officer2", "officer3"}[chance.IntN(3)]
		if (way.outcome == contact.Diverted || way.outcome == contact.Declined) && i%4 == 0 {
			door, offence, officer = contact.SocialContact, "X-SOC", "officer2" // of a team that has a sergeant
		}
		w.at(at)
		d := decision(w, []string{"Fish Quay", "Bus station", "Market street", "Moorside precinct", "High street"}[chance.IntN(5)], offence, way.outcome, way.reasons[chance.IntN(len(way.reasons))])
		d.Equality = saidOfThemselves(chance)
		if d.OtherPathway() {
			d.Pathway = "second_course"
		}
		if d.Outcome == contact.Diverted {
			d.HandOff = referral.Referral{Nickname: fmt.Sprintf("%s %d", []string{"Robin", "Lark", "Martin", "Jay", "Rook", "Starling"}[i%6], i+1), Meeting: referral.HereNow}
			if door == contact.SocialContact {
				d.HandOff.Meeting, d.HandOff.FindWords = referral.FindLater, "Often near "+d.Place
			}
		}
		w.do("a contact", func() error {
			_, err := w.app.Contacts.Decide(w.ctx, w.area.Actors[officer], ledger.Form{}, door, d)
			return err
		})
		if d.Outcome == contact.Diverted {
			w.walked(door, at, i, chance)
		}
	}
}

// saidOfThemselves is what somebody told an officer of themselves: most do.
func saidOfThemselves(chance *rand.Rand) contact.Equality {
	e := contact.Equality{AgeBand: []string{"18_25", "26_35", "26_35", "36_45", "46_55"}[chance.IntN(5)], Sex: []string{"M", "M", "M", "F"}[chance.IntN(4)]}
	switch n := chance.IntN(100); {
	case n < 52:
		e.Ethnicity = []string{"W1", "W1", "W1", "W2", "W9"}[chance.IntN(5)]
	case n < 70:
		e.Ethnicity = []string{"A1", "A2", "A3"}[chance.IntN(3)]
	case n < 85:
		e.Ethnicity = []string{"B1", "B2"}[chance.IntN(2)]
	case n < 92:
		e.Ethnicity = "M1"
	case n < 96:
		e.NotRecorded = contact.SaidNo
	default:
		e.NotRecorded = contact.NotAsked
	}
	return e
}

// walked is what came of somebody who said yes: met, mostly within the promise, and
// after a while most said that they were good now.
func (w *writer) walked(door contact.Door, at time.Time, i int, chance *rand.Rand) {
	on := w.area.Actors["manager"]
	var id, referralID string
	if door == contact.SocialContact {
		w.at(at.Add(3 * time.Minute))
		w.do("approve", func() error {
			sergeant := w.area.Actors["sergeant"]
			all, err := w.app.Contacts.ToApprove(w.ctx, sergeant)
			if err != nil || len(all) == 0 {
				return err
			}
			return w.app.Contacts.Approve(w.ctx, sergeant, ledger.Form{}, all[len(all)-1].ID, true, "")
		})
	}
	w.at(at.Add(6 * time.Minute))
	w.do("accept", func() error {
		h, err := w.app.Care.People.HandOffs(w.ctx, on)
		if err != nil || len(h.Waiting) == 0 {
			return err
		}
		referralID = h.Waiting[len(h.Waiting)-1].ID
		id, err = w.app.Care.People.Accept(w.ctx, on, ledger.Form{}, referralID)
		return err
	})
	met := at.Add(time.Duration(18+chance.IntN(20)) * time.Minute)
	if i%5 == 0 {
		met = met.Add(time.Hour)
	}
	for _, step := range []struct {
		kind referral.EventKind
		at   time.Time
	}{{referral.Arrived, met.Add(-4 * time.Minute)}, {referral.Met, met}} {
		w.at(step.at)
		w.do("meet", func() error {
			return w.app.Care.People.Log(w.ctx, on, ledger.Form{}, referralID, step.kind, "", step.at)
		})
	}
	if i%3 != 0 {
		w.intake(id, on, at.Add(26*time.Hour))
	}
	w.at(at.Add(10 * day))
	w.do("close", func() error {
		words := []string{"I am good now. I know where you are.", "That was enough for me, thank you.", "My sister helps me now."}[i%3]
		return w.app.Care.People.AskToClose(w.ctx, on, ledger.Form{}, id, participant.ClosureRequest{AskedOn: w.clock.Now().Format(time.DateOnly), How: "in_person", Words: words})
	})
}
