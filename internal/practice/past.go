package practice

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"

	"waymark.example/internal/app"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/need"
	"waymark.example/internal/care/outreach"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/plan"
	careweb "waymark.example/internal/care/web"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/police/contact"
)

// writer writes the past, one act after the other; the first error stops it.
type writer struct {
	ctx   context.Context
	app   *app.App
	clock *Clock
	area  Area
	as    Marker
	mark  func(string) string // a text of the case file
	many  bool                // as many contacts as numbers need to be shown
	err   error
}

// person is one made-up story, told by how many days ago it began.
type person struct {
	name, place, offence string
	days                 int
	worker               string // account, "" for nobody yet
	story                func(*writer, string, lead.Actor, time.Time)
}

func people() []person {
	return []person{
		{"Kestrel", "Fish Quay", "46", 84, "manager", settled},
		{"Wren", "East arcade", "X-BEG", 70, "manager", quiet},
		{"Linnet", "Library steps", "92D", 61, "manager", planned},
		{"Plover", "Bus station", "X-DD", 55, "manager", closed},
		{"Dunlin", "Market street", "46", 48, "manager2", planned},
		{"Siskin", "Station road", "92E", 44, "manager2", quiet},
		{"Teal", "Harbour wall", "49A", 40, "manager2", inTouch},
		{"Heron", "Old customs house", "X-FARE", 33, "manager3", planned},
		{"Avocet", "North pier", "46", 30, "manager3", died},
		{"Curlew", "Victoria park", "X-BEG", 27, "manager3", moved},
		{"Tern", "Bridge street", "92D", 21, "manager", notFound},
		{"Merlin", "High street", "X-S5", 9, "manager", inTouch},
		{"Finch", "Cinema corner", "46", 4, "", acuteOnly},
		{"Swift", "Ferry terminal", "X-DD", 1, "", justMet},
	}
}

func (w *writer) past(now time.Time) {
	w.at(now.AddDate(0, 0, -Days))
	w.do("on call", func() error {
		return w.app.Care.Duty.TakePhone(w.ctx, w.area.Actors["manager"], ledger.Form{}, "07700 900142")
	})
	w.pathways(now)
	w.beginning(now)
	w.crowd(now)
	for _, p := range people() {
		w.one(now, p)
	}
	if w.many {
		w.contacts(now)
	}
	w.undiverted(now)
	w.passedOver(now)
	w.oversight(now)
	w.rota(now)
	w.records(now)
	w.fromPhones(now)
	w.tonight(now)
	w.sweep(now.Add(-19 * time.Minute)) // before anything later is written: nobody is told of what has not come yet
	w.station(now)
	w.doors(now)
	w.services(now)
	w.brought(now)
	w.legal(now)
	w.fund(now)
	w.look(now)
	w.figures(now)
	w.surveys(now)
	w.scrutiny(now)
	w.plannedEvaluation(now)
	w.evidence(now)
	w.evaluated(now)
	w.meetings(now)
	w.safety(now)
	w.looked(now)
	w.partners()
	if w.many {
		w.council()
	}
	w.policy(now)
	w.sweep(now.Add(-8 * time.Minute))
}

// at sets the clock; do runs one act unless an earlier one went wrong.
func (w *writer) at(t time.Time) { w.clock.Set(t) }

func (w *writer) do(what string, act func() error) {
	if w.err != nil {
		return
	}
	if err := act(); err != nil {
		w.err = fmt.Errorf("practice: %s: %w", what, err)
	}
}

func decision(w *writer, place, offence string, outcome contact.Outcome, reason string) contact.Decision {
	return contact.Decision{
		HappenedAt: w.clock.Now().Add(-10 * time.Minute), Place: w.as(access.ContactClass, place), Words: w.as(access.ContactClass, ""), Outcome: outcome, Reason: reason, Offences: []string{offence},
		Equality: contact.Equality{AgeBand: "26_35", Sex: "M", Ethnicity: "W1"}, Voluntary: outcome == contact.Diverted,
	}
}

// handOver has an officer divert somebody, and returns the referral's id as the
// case team sees it.
func (w *writer) handOver(p person, tell bool) string {
	var id string
	w.do("divert "+p.name, func() error {
		d := decision(w, p.place, p.offence, contact.Diverted, "needs_seen")
		d.HandOff = referral.Referral{Nickname: p.name, Meeting: referral.HereNow, FindWords: w.as(access.ReferralClass, "Often near "+p.place), MayTell: tell}
		if _, err := w.app.Contacts.Decide(w.ctx, w.area.Actors["officer"], ledger.Form{}, contact.ArrestDiversion, d); err != nil {
			return err
		}
		h, err := w.app.Care.People.HandOffs(w.ctx, w.area.Actors["manager"])
		if err == nil {
			id = h.Waiting[len(h.Waiting)-1].ID
		}
		return err
	})
	return id
}

// receive has the on-call case manager accept and meet somebody.
func (w *writer) receive(p person, referralID string, start time.Time) string {
	on := w.area.Actors["manager"]
	var id string
	w.at(start.Add(6 * time.Minute))
	w.do("accept", func() error {
		var err error
		id, err = w.app.Care.People.Accept(w.ctx, on, ledger.Form{}, referralID)
		w.area.People[p.name], w.area.Referrals[p.name] = id, referralID
		return err
	})
	return id
}

func (w *writer) meet(referralID string, start time.Time) {
	on := w.area.Actors["manager"]
	for i, kind := range []referral.EventKind{referral.Arrived, referral.Met} {
		at := start.Add(time.Duration(24+4*i) * time.Minute)
		w.at(at)
		w.do("meet", func() error {
			return w.app.Care.People.Log(w.ctx, on, ledger.Form{}, referralID, kind, w.mark(""), at)
		})
	}
}

func (w *writer) allocate(id, worker string, start time.Time) lead.Actor {
	w.at(start.Add(14 * time.Hour))
	if worker == "" {
		return w.area.Actors["manager"]
	}
	actor := w.area.Actors[worker]
	w.do("allocate", func() error {
		return w.app.Care.People.Allocate(w.ctx, w.area.Actors["supervisor"], ledger.Form{}, id, participant.Allocation{WorkerID: actor.ID, Wish: w.mark("Happy to meet anybody.")})
	})
	return actor
}

func (w *writer) one(now time.Time, p person) {
	start := now.AddDate(0, 0, -p.days).Truncate(24 * time.Hour).Add(1*time.Hour + 10*time.Minute)
	w.at(start)
	referralID := w.handOver(p, p.days%2 == 0)
	if p.name == "Tern" {
		w.rangInVain(start)
	}
	id := w.receive(p, referralID, start)
	if p.name != "Tern" {
		w.onTheWay(w.area.Actors["manager"], referralID, 20)
		w.meet(referralID, start)
	}
	actor := w.allocate(id, p.worker, start)
	w.do("details", func() error {
		return w.app.Care.People.Describe(w.ctx, actor, ledger.Form{}, id, 1, participant.Person{
			Name: p.name, Pronouns: "they/them", SafeContact: w.mark("Text before noon, no calls."), FindWords: w.mark("Often near " + p.place)})
	})
	if p.story != nil {
		p.story(w, id, actor, start)
	}
}

func (w *writer) intake(id string, actor lead.Actor, at time.Time) {
	w.at(at)
	w.do("first check", func() error {
		return w.app.Care.People.Screen(w.ctx, actor, ledger.Form{}, id, participant.Screening{SafeTonight: "no", Eaten: "no", HasPhone: "yes", Words: w.mark("Tired, glad to sit down.")})
	})
	w.at(at.Add(48 * time.Hour))
	w.do("intake", func() error {
		return w.app.Care.People.TakeIntake(w.ctx, actor, ledger.Form{}, id, 0, participant.Intake{
			Done: true, Accommodation: "SHELTER", Employment: "UNEMPLOYED_NOT_LOOKING_FOR_WORK", Communication: w.mark("Large print helps."), TrustedPerson: w.mark("A sister in the next town."),
			Words: w.mark("Wants a door that locks."), ConsentHow: "spoken", ConsentWitness: w.mark("A volunteer at the drop-in"), ConsentLanguage: "English", CopyGiven: true})
	})
}

func (w *writer) note(id string, actor lead.Actor, at time.Time, outcome outreach.Outcome, text, next string) {
	w.at(at.Add(time.Hour))
	c := careweb.Contact{At: at, Minutes: 40, Place: w.mark("Drop-in"), Outcome: outcome, Narrative: w.mark(text)}
	if next != "" {
		c.Next, c.NextAt = w.mark(next), time.Now().Add(3*time.Hour)
	}
	w.do("note", func() error { return w.app.Care.LogContact(w.ctx, actor, id, c) })
}

func (w *writer) acute(id string, actor lead.Actor, kind, words, how string, met bool) {
	w.do("acute need", func() error {
		return w.app.Care.Needs.Notice(w.ctx, actor, ledger.Form{}, id, need.Acute{Kind: kind, Words: w.mark(words), Met: met, How: w.mark(how)})
	})
}

func (w *writer) needs(id string, actor lead.Actor, at time.Time, levels map[string]need.Level) {
	w.at(at)
	a := need.Assessment{TalkedOn: at.Format(time.DateOnly), Words: w.mark("We talked over tea.")}
	for domain, level := range levels {
		a.Ratings = append(a.Ratings, need.Rating{Domain: domain, View: "own", Level: level}, need.Rating{Domain: domain, View: "worker", Level: need.Managing})
	}
	w.do("needs", func() error { return w.app.Care.Needs.Assess(w.ctx, actor, ledger.Form{}, id, a) })
}

func (w *writer) plan(id string, actor lead.Actor, at time.Time) {
	w.at(at)
	p := plan.Plan{Matters: w.mark("A kettle of my own and somewhere to put it."), Goals: []plan.Goal{
		{Words: w.mark("Get a room where I can shut the door"), Domain: "housing", Standing: plan.Active, Steps: []plan.Step{
			{Words: w.mark("Look at two rooms together"), Who: w.mark("me and my worker"), ByWhen: w.mark("after the weekend"), Standing: "to_do"},
			{Words: w.mark("Bring papers to the housing office"), Who: w.mark("my worker"), Standing: "done"}}},
		{Words: w.mark("See the dentist without being told off"), Domain: "health", Standing: plan.SetAside},
	}}
	w.do("draft", func() error { return w.app.Care.Plans.Draft(w.ctx, actor, ledger.Form{}, id, 0, p) })
	w.at(at.Add(time.Hour))
	w.do("agree", func() error {
		return w.app.Care.Plans.Agree(w.ctx, actor, ledger.Form{}, id, plan.Agreement{Version: 1, How: "said", Words: w.mark("Yes, that is what I said."), CopyGiven: true})
	})
}

// yes records that somebody lets a recipient know something for two months
// from today, whenever they said it.
func (w *writer) yes(id string, actor lead.Actor, g consent.Given) {
	g.Until, g.How, g.Witness, g.Language = time.Now().AddDate(0, 2, 0).Format(time.DateOnly), "spoken", w.as(access.CaseFileClass, "A volunteer at the drop-in"), "English"
	w.do("yes", func() error { return w.app.Care.Consents.Give(w.ctx, actor, ledger.Form{}, id, g) })
}

func (w *writer) letter(id string, actor lead.Actor, l consent.Letter) {
	l.Until = time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	w.do("words for others", func() error {
		_, err := w.app.Care.Consents.Prepare(w.ctx, actor, ledger.Form{}, id, l)
		return err
	})
}

// shared is somebody who lets others know a few things.
func (w *writer) shared(id string, actor lead.Actor, at time.Time) {
	w.at(at)
	housing, clinic := w.area.Actors["housing"].Organisation, w.area.Actors["clinician"].Organisation
	w.yes(id, actor, consent.Given{Recipient: housing, Topics: []disclosure.Topic{disclosure.Reach, disclosure.Needs}, Purpose: "home", CopyGiven: true})
	w.yes(id, actor, consent.Given{Recipient: clinic, Topics: []disclosure.Topic{disclosure.Health}, Purpose: "health"})
	w.yes(id, actor, consent.Given{Recipient: w.area.Actors["officer"].Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "outcome"})
	w.yes(id, actor, consent.Given{Recipient: w.area.Actors["prosecutor"].Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "outcome"})
	w.letter(id, actor, consent.Letter{Recipient: housing, Topics: []disclosure.Topic{disclosure.Needs}, Purpose: "home", Channel: disclosure.Account, Agreed: true,
		Words: w.as(access.CaseFileClass, "Kestrel would like a room on the ground floor, and is glad to view one on any weekday.")})
	w.letter(id, actor, consent.Letter{Recipient: clinic, Topics: []disclosure.Topic{disclosure.Health}, Purpose: "health", Channel: disclosure.Link, Agreed: true,
		Words: w.as(access.HealthClass, "Kestrel would like to see the same person each time.")})
	w.letter(id, actor, consent.Letter{Recipient: housing, Topics: []disclosure.Topic{disclosure.Reach}, Purpose: "home", Channel: disclosure.Account, Agreed: true, SendAt: time.Now().AddDate(0, 0, 2),
		Words: w.as(access.ReferralClass, "Please text before noon; no calls.")})
}

// worried is somebody whose worker asks a second person about a legal basis.
func (w *writer) worried(id string, actor lead.Actor, at time.Time) {
	w.at(at)
	w.letter(id, actor, consent.Letter{Recipient: w.area.Actors["clinician"].Organisation, Topics: []disclosure.Topic{disclosure.Risk}, Basis: "adult", Channel: disclosure.Account,
		Ground: w.as(access.RestrictedClass, "Bruises, and somebody else holds their bank card."), Words: w.as(access.RestrictedClass, "Please see them today, alone. Somebody may be hurting them.")})
}

const day = 24 * time.Hour

func settled(w *writer, id string, a lead.Actor, start time.Time) {
	w.acute(id, a, "food", "Had not eaten since the day before.", "A hot meal and a voucher.", true)
	w.intake(id, a, start.Add(20*time.Hour))
	w.needs(id, a, start.Add(10*day), map[string]need.Level{"housing": need.InCrisis, "money": need.Hard, "health": need.Managing})
	w.plan(id, a, start.Add(15*day))
	w.about(id, a)
	w.lets(id, a)
	w.note(id, a, start.Add(30*day), outreach.Met, "Viewed a room together. \"First place I could picture a kettle in.\"", "")
	w.needs(id, a, start.Add(50*day), map[string]need.Level{"housing": need.Managing, "money": need.Hard, "hopes": need.Fine})
	w.shared(id, a, start.Add(55*day))
	w.note(id, a, start.Add(80*day), outreach.Met, "Moved in. Wants to talk about work when the boxes are unpacked.", "Walk to the library to look at courses")
}

// about has Kestrel tell how to reach them, and what makes support fit.
func (w *writer) about(id string, a lead.Actor) {
	for card, answers := range map[string]map[string]string{
		"safe":    {"ring": "never", "text": "yes", "visit": "ask", "hours": w.mark("Before noon"), "else": w.mark("Say it is about the library"), "sender": w.mark("Asha")},
		"names":   {"aliases": w.mark("Windhover")},
		"animals": {"which": w.mark("Biscuit, a small dog who likes sitting under tables")},
		"support": {"language": w.as(access.RestrictedClass, "English, and signs a little"), "communication": w.as(access.RestrictedClass, "Large print. Mornings are best."), "worker": w.as(access.RestrictedClass, "Somebody who has been there")},
	} {
		w.do("about", func() error { return w.app.Care.People.Tell(w.ctx, a, ledger.Form{}, id, card, 0, answers) })
	}
}

func planned(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(26*time.Hour))
	w.plan(id, a, start.Add(9*day))
	w.worried(id, a, start.Add(11*day))
	w.note(id, a, start.Add(12*day), outreach.Met, "Went to the clinic together. Sat outside first, then went in.", "Phone the clinic with them")
}

func inTouch(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(30*time.Hour))
	w.note(id, a, start.Add(5*day), outreach.Spoke, "Rang from a borrowed phone. All right for now.", "")
}

func quiet(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(26*time.Hour))
	w.note(id, a, start.Add(6*day), outreach.Met, "Short chat. Did not want to make plans.", "")
	w.at(start.Add(30 * day))
	w.do("quiet", func() error {
		return w.app.Care.People.Relabel(w.ctx, a, ledger.Form{}, id, participant.Inactive, w.mark("Staying with friends, likes a text now and then."))
	})
}

func closed(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(26*time.Hour))
	w.plan(id, a, start.Add(12*day))
	w.at(start.Add(40 * day))
	w.do("close", func() error {
		return w.app.Care.People.AskToClose(w.ctx, a, ledger.Form{}, id, participant.ClosureRequest{AskedOn: w.clock.Now().Format(time.DateOnly), How: "in_person", Words: w.mark("I am good now. I know where you are.")})
	})
}

func died(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(26*time.Hour))
	w.at(start.Add(20 * day))
	w.do("died", func() error {
		return w.app.Care.People.End(w.ctx, w.area.Actors["supervisor"], ledger.Form{}, id, participant.Ending{State: participant.Died, Day: start.Add(19 * day).Format(time.DateOnly), Words: w.mark("The family has been told. The team will meet.")})
	})
}

func moved(w *writer, id string, a lead.Actor, start time.Time) {
	w.intake(id, a, start.Add(26*time.Hour))
	w.at(start.Add(18 * day))
	w.do("moved", func() error {
		return w.app.Care.People.End(w.ctx, w.area.Actors["supervisor"], ledger.Form{}, id, participant.Ending{State: participant.Transferred, Day: w.clock.Now().Format(time.DateOnly), Words: w.mark("Northgate team, from the first of the month."), Wish: true})
	})
}

func notFound(w *writer, id string, a lead.Actor, start time.Time) {
	for i := range 3 {
		at := start.Add(time.Duration(3+5*i) * day)
		w.at(at.Add(time.Hour))
		w.do("outreach", func() error {
			return w.app.Care.Outreach.Add(w.ctx, a, ledger.Form{}, id, outreach.Try{At: at, Place: w.mark("Bridge street"), Outcome: outreach.NotFound, Words: w.mark("Asked at the kiosk, left a card."),
				Next: participant.Promise{Words: w.mark("Try the market, mornings"), On: at.AddDate(0, 0, 5).Format(time.DateOnly)}})
		})
	}
}

func acuteOnly(w *writer, id string, a lead.Actor, start time.Time) {
	w.at(start.Add(40 * time.Minute))
	w.acute(id, a, "shelter", "Nowhere to go tonight.", "A room at the night shelter, walked there together.", true)
	w.acute(id, a, "phone", "Lost their phone.", "", false)
	w.letter(id, a, consent.Letter{Recipient: w.area.Actors["clinician"].Organisation, Topics: []disclosure.Topic{disclosure.Health}, Basis: "life", NoTime: true, Channel: disclosure.Account,
		Ground: w.as(access.RestrictedClass, "Could not be woken at first."), Words: w.as(access.HealthClass, "Please see them tonight: hard to wake at eleven.")})
}

func justMet(w *writer, id string, a lead.Actor, start time.Time) {
	w.at(start.Add(50 * time.Minute))
	w.do("first check", func() error {
		return w.app.Care.People.Screen(w.ctx, a, ledger.Form{}, id, participant.Screening{SafeTonight: "yes", Eaten: "not_said", HasPhone: "no", Words: w.mark("Will be at the ferry terminal in the mornings.")})
	})
}

// crowd fills one caseload to its limit, so that the limit can be tried.
func (w *writer) crowd(now time.Time) {
	names := []string{"Bunting", "Dipper", "Egret", "Fulmar", "Gannet", "Goldcrest", "Grebe", "Harrier", "Hobby", "Knot", "Lapwing", "Nuthatch", "Osprey", "Petrel", "Pipit", "Ruff", "Serin", "Skua", "Snipe", "Twite", "Wigeon", "Whimbrel"}
	for i, name := range names {
		w.one(now, person{name, "Old town", "46", 88 - i/2, "manager2", inTouch})
	}
}

// undiverted writes contacts that did not lead to a hand-off: half of what
// fairness is measured by.
func (w *writer) undiverted(now time.Time) {
	for i, c := range []struct {
		outcome contact.Outcome
		reason  string
	}{
		{contact.NotDiverted, "victim_wish"}, {contact.Declined, "already_tried"}, {contact.NoCapacity, "nobody_could_come"},
		{contact.NotDiverted, "other_pathway"}, {contact.NotFit, "unwell"}, {contact.Declined, "no_trust"}, {contact.NotEligible, "offence"},
	} {
		w.at(now.AddDate(0, 0, -3*i-1))
		w.do("not diverted", func() error {
			d := decision(w, "High street", "46", c.outcome, c.reason)
			d.Equality = contact.Equality{AgeBand: "36_45", Sex: "F", NotRecorded: contact.SaidNo}
			if d.OtherPathway() {
				d.Pathway = "second_course"
			}
			officer := []string{"officer", "officer2"}[i%2]
			_, err := w.app.Contacts.Decide(w.ctx, w.area.Actors[officer], ledger.Form{}, contact.ArrestDiversion, d)
			return err
		})
	}
}

// fromPhones writes what officers' phones sent: one whose clock ran ahead, one
// that waits for its officer because an answer is missing, one taken back.
func (w *writer) fromPhones(now time.Time) {
	officer := w.area.Actors["officer"]
	w.at(now.Add(-3 * time.Hour))
	ahead := 12 * time.Minute
	for i, number := range []string{"NM-26-1107", "NM-26-1108"} {
		w.do("from a phone", func() error {
			key, err := w.app.Contacts.Slot.Current(w.ctx)
			if err != nil {
				return err
			}
			item := secret.Item{ID: uuid.Must(uuid.NewV7()).String(), KeyID: key.ID, User: officer.ID}
			made := w.clock.Now().Add(ahead - 40*time.Minute)
			answers := url.Values{"outcome": {"not_diverted"}, "offence": {"46"}, "reason_not_diverted": {"risk_of_harm"}, "age_band": {"36_45"}, "sex": {"M"}, "ethnic_group": {"W"},
				"happened_at": {made.In(w.app.Zone).Format("2006-01-02T15:04")}, "place": {w.as(access.ContactClass, "Market square")}, "force_reference": {number}}
			if i == 1 {
				answers.Del("age_band")
			}
			sealed, err := w.app.Contacts.Slot.Seal(w.ctx, item, answers.Encode())
			if err != nil {
				return err
			}
			delivery := secret.Delivery{Item: item, Sealed: sealed, MadeAt: made, SentAt: w.clock.Now().Add(ahead)}
			_, err = w.app.Contacts.Receive(w.ctx, officer, delivery, func(v url.Values) (contact.Door, contact.Decision) { return contact.Read(v, w.app.Zone) })
			return err
		})
	}
	w.do("taken back", func() error {
		d := decision(w, "High street", "46", contact.NotDiverted, "victim_wish")
		id, err := w.app.Contacts.Decide(w.ctx, officer, ledger.Form{}, contact.ArrestDiversion, d)
		if err != nil {
			return err
		}
		return w.app.Contacts.Undo(w.ctx, officer, ledger.Form{}, id)
	})
}

// tonight leaves something to do: a hand-off that waits and a social contact
// that needs a sergeant's yes.
func (w *writer) tonight(now time.Time) {
	w.at(now.Add(-20 * time.Minute))
	w.handOver(person{name: "Jay", place: "Clock tower", offence: "46"}, true)
	w.do("social contact", func() error {
		d := decision(w, "Riverside path", "X-SOC", contact.Diverted, "met_often")
		d.HandOff = referral.Referral{Nickname: "Martin", Meeting: referral.FindLater, FindWords: w.as(access.ReferralClass, "Sleeps by the boathouse")}
		_, err := w.app.Contacts.Decide(w.ctx, w.area.Actors["officer"], ledger.Form{}, contact.SocialContact, d)
		return err
	})
}
