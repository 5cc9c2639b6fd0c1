package practice

import (
	"time"

	"waymark.example/internal/handoff/complaint"
	"waymark.example/internal/handoff/door"
	"waymark.example/internal/lead"
	pub "waymark.example/internal/partnership/door"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
)

// doors opens the doors and leaves something behind each: referrals that wait, one
// that was accepted, one held back, feedback and complaints.
func (w *writer) doors(now time.Time) {
	coordinator, supervisor := w.area.Actors["coordinator"], w.area.Actors["supervisor"]
	d := w.app.Doors
	w.at(now.AddDate(0, 0, -40))
	w.do("open the doors", func() error {
		return d.Desk.Set(w.ctx, coordinator, ledger.Form{}, 0, door.Setting{Refer: true, Self: true, Feedback: true, Complaint: true, Phone: "01632 960 111", PromiseDays: 3, AcknowledgeDays: 5, AnswerDays: 28,
			Independent: "Northmoor Audit", IndependentAt: "on 01632 960 222", IndependentID: w.area.Actors["auditor"].Organisation})
	})
	set, err := d.Public.Setting(w.ctx)
	if err != nil {
		w.do("doors", func() error { return err })
		return
	}
	refer := func(days int, called, where string, by door.Asking, agreed door.Agreement, held bool) {
		w.at(now.AddDate(0, 0, -days).Add(-2 * time.Hour))
		w.do("refer", func() error {
			r := door.Request{AskedBy: by, Agreed: agreed, Called: w.as(access.ReferralClass, called), Where: w.as(access.ReferralClass, where), Helps: []string{"place", "company"}, Language: "en",
				Referrer: w.as(access.ReferralClass, "Mo at the launderette"), ReferrerReach: w.as(access.ReferralClass, "in the shop, mornings")}
			_, err := d.Public.Refer(w.ctx, ledger.Form{}, set, r, held)
			return err
		})
	}
	refer(9, "Dunnock", "Fish Quay, by the ice house", door.Partner, door.Asked, false)
	w.do("known already", func() error {
		all, err := d.Community.List(w.ctx, supervisor, false)
		if err != nil || len(all.Waiting) == 0 {
			return err
		}
		return d.Community.Decide(w.ctx, supervisor, ledger.Form{}, all.Waiting[0].ID, door.Duplicate, "")
	})
	refer(5, "Pipit", "The library steps, afternoons", door.Community, door.Knows, false)
	refer(1, "Linnet", "Behind the bus station, evenings", door.Partner, door.Asked, false)
	refer(0, "Wheatear", "The churchyard on Hill Street", door.Community, door.NotTold, false)
	refer(0, "Win a prize", "Click here", door.Community, door.Asked, true)
	w.do("somebody who said no", func() error {
		_, err := d.Public.Refer(w.ctx, ledger.Form{}, set, door.Request{AskedBy: door.Family, Agreed: door.SaidNo}, false)
		return err
	})

	w.at(now.AddDate(0, 0, -12))
	for _, f := range []pub.Feedback{ // about nobody: it is asked for so, and carries no class of data
		{Topic: "street", Place: "Fish Quay", Words: "The steps are cleaner since the summer, and it is quieter at night."},
		{Topic: "shop", Place: "Market", Words: "We never know whom to ring when somebody sits in our doorway and is unwell."}} {
		w.do("feedback", func() error { return d.Public.Say(w.ctx, ledger.Form{}, set, f, true) })
	}
	w.do("you said, we did", func() error {
		return d.Desk.Answer(w.ctx, coordinator, ledger.Form{}, pub.Answer{Said: "Shops do not know whom to ring.", Did: "Every shop on the market has the number on a card now.", Published: true})
	})
	complain := func(days int, s complaint.Said) {
		w.at(now.AddDate(0, 0, -days))
		w.do("complain", func() error {
			s.Words = w.as(access.StatusClass, s.Words)
			_, err := d.Public.Complain(w.ctx, ledger.Form{}, set, s)
			return err
		})
	}
	complain(20, complaint.Said{Kind: complaint.Complaint, About: complaint.CaseTeam, Route: complaint.Scheme, Words: "Nobody came on Tuesday and nobody rang.", Wish: "Ring when you cannot come."})
	step := func(s *complaint.Service, actor lead.Actor, to ...complaint.Step) {
		all, err := s.List(w.ctx, actor, "", 1)
		if err != nil || len(all) == 0 {
			return
		}
		for i, t := range to {
			w.do("take a complaint further", func() error { return s.Go(w.ctx, actor, ledger.Form{}, all[0].ID, int64(i), t) })
		}
	}
	w.at(now.AddDate(0, 0, -18))
	step(d.Scheme, coordinator, complaint.Step{Stage: complaint.Acknowledged}, complaint.Step{Stage: complaint.Answered, Outcome: "put_right", Words: w.as(access.StatusClass, "You are right. Whoever cannot come rings now.")})
	complain(3, complaint.Said{Kind: complaint.Compliment, About: complaint.CaseTeam, Route: complaint.Scheme, Words: "She waited with me for two hours."})
	complain(2, complaint.Said{Kind: complaint.Complaint, About: complaint.Coordinator, Route: complaint.Scheme, Words: "The meeting was moved and nobody told us."})
	w.at(now.AddDate(0, 0, -1))
	step(d.Outside, w.area.Actors["auditor"], complaint.Step{Stage: complaint.Acknowledged})
}
