package access_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
)

// The access matrix of the design, written a second time by hand as a table:
// each row says who may do what to which sort of record, and when. It knows
// nothing of the policies. What no row permits is not permitted.

type who func(lead.Actor) bool

func role(roles ...lead.Role) who {
	return func(a lead.Actor) bool { return slices.ContainsFunc(roles, a.Has) }
}

func side(s lead.Side) who { return func(a lead.Actor) bool { return a.Side == s } }

var (
	care       = side(lead.Care)
	supervisor = role(lead.Supervisor)
	onCall     = role(lead.OnCall)
	sergeant   = role(lead.Sergeant)
	dpo        = role(lead.DPO)
	partner    = role(lead.ClinicalPartner, lead.ServicePartner)
	self       = role(lead.Participant)
	custody    = role(lead.CustodySergeant)
	deciding   = role(lead.Officer, lead.Sergeant, lead.CustodySergeant)
)

// row permits actions to who when the facts hold; the type of the facts says on
// which sort of record. A nil when always holds.
type row[R access.Resource] struct {
	who     who
	actions string
	when    func(lead.Actor, R) bool
}

func screens() []row[access.Screen] {
	return []row[access.Screen]{
		{role(lead.Officer, lead.Sergeant), "contact.record contact.list decided.own", nil},
		{sergeant, "contact.team decided.talk referral.approve training.team gap.list", nil},
		{custody, "contact.record_for", nil},
		{deciding, "known.ask thanks.read training.own", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "thanks.publish gap.find", nil},
		{care, "known.card", nil},
		{func(a lead.Actor) bool { return a.Has(lead.Connector) || a.ID == "system" }, "contact.import", nil},
		{role(lead.CrimeRegistrar), "outcome.list outcome.finalise outcome.export", nil},
		{side(lead.Police), "contact.read contact.correct contact.call", nil},
		{role(lead.OnCall, lead.Supervisor), "handoff.list handoff.read handoff.accept handoff.log handoff.on_call", nil},
		{care, "case.today case.caseload case.people case.outreach case.close_on_request case.read case.write case.note case.acute case.plan case.break_glass", nil},
		{care, "merge.propose merge.confirm service.read service.verify fund.read fund.ask fund.approve", nil},
		{supervisor, "service.keep service.report fund.keep away.team", nil},
		{care, "safety.read safety.write safety.alert safety.concern incident.record supervision.read", nil},
		{supervisor, "case.cover case.quality incident.review supervision.write", nil},
		{role(lead.CaseManager), "away.take", nil},
		{supervisor, "case.today_team case.board case.allocate case.end keeping.confirm keeping.return referral.let_go handoff.rota", nil},
		{role(lead.Coordinator), "handoff.missed", nil},
		{role(lead.Coordinator, lead.PanelMember, lead.Commissioner), "partnership.home partner.read pathway.read", nil},
		{role(lead.Coordinator), "partner.keep agreement.keep pathway.keep", nil},
		{func(a lead.Actor) bool { return a.Side != lead.Subject }, "agreement.read partner.own partner.withdraw", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "case.take_up", nil},
		{role(lead.Coordinator, lead.PanelMember, lead.Commissioner), "figure.read", nil},
		{role(lead.Coordinator, lead.PanelMember, lead.Commissioner, lead.Evaluator), "figure.fair", nil},
		{func(a lead.Actor) bool { return a.Has(lead.Coordinator) || a.ID == "system" }, "scrutiny.draw", nil},
		{role(lead.Coordinator, lead.PanelMember), "scrutiny.read", nil},
		{role(lead.Coordinator), "figure.publish public.keep course.keep", nil},
		{role(lead.Coordinator, lead.PanelMember, lead.Commissioner), "partnership.home", nil},
		{role(lead.Coordinator, lead.PanelMember, lead.Commissioner), "national.read", nil},
		{role(lead.Coordinator), "national.decide", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "handoff.tell", nil},
		{care, "consent.read consent.record consent.stop disclosure.prepare disclosure.confirm disclosure.cancel disclosure.tell disclosure.link disclosure.history disclosure.tasks", nil},
		{care, "rights.record portal.give_code", nil},
		{care, "legal.letter matter.share calendar.own", nil},
		{role(lead.CaseManager), "calendar.feed", nil},
		{role(lead.Prosecutor), "matter.read matter.decide", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "reminder.send", nil},
		{partner, "disclosure.received disclosure.read", nil},
		{role(lead.Prosecutor), "disclosure.received", nil},
		{self, "own.ask own.asked own.consents own.stop_sharing own.read own.safety own.close", nil},
		{role(lead.Auditor, lead.DPO), "audit.search audit.export access.explain", nil},
		{dpo, "oversight.home audit.person audit.account audit.crossings rights.list rights.read rights.answer keeping.list keeping.propose record.forget legal.keep breach.keep glass.review processing.read away.register", nil},
		{care, "case.document case.answers", nil},
		{role(lead.Administrator), "instrument.manage", nil},
		{role(lead.Administrator), "account.manage codelist.manage identity.settings", nil},
		{role(lead.Supervisor, lead.Sergeant), "identity.revoke_team", nil},
		{role(lead.Administrator, lead.Supervisor, lead.Sergeant), "identity.second", nil},
		{func(a lead.Actor) bool { return a.Side != lead.Subject }, "policy.read account.own course.own", nil},
		{role(lead.Coordinator), "policy.record referral.confirm", nil},
		{func(a lead.Actor) bool { return a.Side != lead.Subject }, "deliberation.read deliberation.comment deliberation.second", nil},
		{role(lead.Coordinator), "deliberation.draft deliberation.decide handoff.order_by_reference", nil},
		{supervisor, "handoff.order", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "judged.publish", nil},
		{func(a lead.Actor) bool {
			return a.Side == lead.Partnership || a.Side == lead.Operation || a.Side == lead.Oversight || a.Has(lead.Supervisor) || a.Has(lead.Sergeant)
		}, "start.read", nil},
		{role(lead.Coordinator, lead.Administrator), "start.keep start.launch", nil},
		{side(lead.Partnership), "fidelity.read survey.read", nil},
		{role(lead.Coordinator), "survey.run", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "survey.expire", nil},
		{role(lead.Coordinator), "fidelity.assess", nil},
		{role(lead.PanelMember), "fidelity.visit", nil},
		{func(a lead.Actor) bool { return a.Side != lead.Subject }, "meeting.list meeting.read meeting.minute meeting.item proposal.make", nil},
		{role(lead.Coordinator), "meeting.keep proposal.answer involvement.read involvement.keep payment.ask payment.approve payment.pay", nil},
		{role(lead.PanelMember), "involvement.read payment.ask", nil},
		{role(lead.Commissioner), "involvement.read payment.approve payment.pay", nil},
		{care, "meeting.propose", nil},
		{role(lead.Coordinator), "door.set door.register feedback.read complaint.scheme", nil},
		{dpo, "complaint.register", nil},
		{role(lead.Auditor), "complaint.independent", nil},
		{supervisor, "door.triage", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "door.expire", nil},
		{func(a lead.Actor) bool { return a.ID == "system" }, "evidence.import evidence.read report.work", nil},
		{role(lead.Evaluator), "evidence.read evidence.freeze evidence.extract report.make", nil},
		{role(lead.Evaluator, lead.Coordinator, lead.PanelMember, lead.Commissioner), "report.read", nil},
		{role(lead.CrimeRegistrar), "study.contacts", nil},
		{supervisor, "study.support", nil},
	}
}

func meetings() []row[access.Meeting] {
	return []row[access.Meeting]{
		{role(lead.Coordinator), "meeting.read meeting.minute", nil},
		{func(lead.Actor) bool { return true }, "meeting.read", func(_ lead.Actor, m access.Meeting) bool { return m.Seated }},
		{func(lead.Actor) bool { return true }, "meeting.minute", func(_ lead.Actor, m access.Meeting) bool { return m.Seated && (m.Chair || m.Brought) }},
	}
}

func cases() []row[access.Case] {
	steady := func(a lead.Actor) bool { return a.Has(lead.CaseManager) || a.Has(lead.Supervisor) }
	// Being written down as the worker counts with the role for it: on call, only
	// from the hand-off until somebody is found.
	mine := func(a lead.Actor, c access.Case) bool {
		return c.Worker == a.ID && (steady(a) || a.Has(lead.OnCall) && c.Responding)
	}
	own := func(a lead.Actor, c access.Case) bool { return c.Worker == a.ID && steady(a) }
	team := func(a lead.Actor, c access.Case) bool { return c.Team == a.Team }
	waiting := func(a lead.Actor, c access.Case) bool { return c.Team == a.Team && c.Worker == "" }
	glass := func(_ lead.Actor, c access.Case) bool { return c.Glass }
	cover := func(a lead.Actor, c access.Case) bool { return c.Cover && steady(a) }
	const file = "safety.read safety.write safety.concern case.private case.read case.write case.note case.acute case.plan case.close_on_request handoff.read handoff.log rights.record portal.give_code known.card " +
		"legal.letter matter.share fund.ask fund.approve merge.propose merge.confirm consent.read consent.record consent.stop disclosure.prepare disclosure.confirm disclosure.cancel disclosure.tell disclosure.link disclosure.history"
	rows := []row[access.Case]{
		{care, file, mine},
		{care, "case.document case.answers case.answers_own", own},
		{supervisor, "case.document case.answers", team},
		{role(lead.CaseManager), "away.take", mine},
		{supervisor, file + " case.allocate case.end", team},
		{care, "case.read case.write case.note case.acute case.plan case.close_on_request consent.read consent.stop safety.read safety.write safety.concern", cover},
		{onCall, "safety.read safety.write case.read case.note case.acute case.write rights.record consent.read consent.stop", waiting},
		{care, "meeting.propose", own},
		{supervisor, "meeting.propose", team},
		{care, "case.break_glass", nil},
		{care, "case.read case.note case.acute safety.read", glass},
	}
	for i := range rows { // nobody opens a sealed file
		held := rows[i].when
		rows[i].when = func(a lead.Actor, c access.Case) bool { return !c.Sealed && (held == nil || held(a, c)) }
	}
	return append(rows, row[access.Case]{supervisor, "keeping.confirm keeping.return", team})
}

func partners() []row[access.Partner] {
	own := func(a lead.Actor, p access.Partner) bool { return p.Seated && p.ID == a.Organisation }
	return []row[access.Partner]{
		{role(lead.Coordinator), "partner.withdraw", func(_ lead.Actor, p access.Partner) bool { return !p.Watches }},
		{func(a lead.Actor) bool { return a.Side != lead.Subject }, "partner.withdraw", own},
	}
}

func contacts() []row[access.Contact] {
	const open = "contact.read contact.correct contact.call"
	return []row[access.Contact]{
		{side(lead.Police), open, func(a lead.Actor, c access.Contact) bool { return c.Officer == a.ID }},
		{sergeant, open, func(a lead.Actor, c access.Contact) bool { return c.Team == a.Team }},
		{custody, open, func(a lead.Actor, c access.Contact) bool { return c.Recorder == a.ID && c.Recorder != "" }},
		{role(lead.CrimeRegistrar), "outcome.list outcome.finalise outcome.export", func(a lead.Actor, c access.Contact) bool {
			return c.Organisation == a.Organisation && c.Organisation != ""
		}},
	}
}

func referrals() []row[access.Referral] {
	return []row[access.Referral]{
		{sergeant, "referral.approve", func(a lead.Actor, r access.Referral) bool { return r.Team == a.Team && r.Officer != a.ID }},
		{role(lead.OnCall, lead.Supervisor), "handoff.read handoff.accept", func(_ lead.Actor, r access.Referral) bool { return r.Approved && r.Waiting }},
		{supervisor, "referral.let_go", func(_ lead.Actor, r access.Referral) bool { return r.Waiting || !r.Approved }},
	}
}

func shares() []row[access.Share] {
	// Only B to F ever cross. Police and prosecutors get the status on a yes, and
	// anything more on a named basis alone.
	crosses := func(s access.Share) bool { return s.Class >= "B" && s.Class <= "F" }
	enforcing := func(s access.Share) bool { return s.Kind == "police" || s.Kind == "prosecution" }
	holds := func(a lead.Actor, s access.Share) bool {
		return a.Side == lead.Care && (s.Worker == a.ID || a.Has(lead.Supervisor) && s.Team == a.Team)
	}
	wordless := func(s access.Share) bool { return enforcing(s) && s.Basis == "" } // words for them need a basis
	return []row[access.Share]{
		{care, "consent.record", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && holds(a, s) && (!enforcing(s) || s.Class == "C")
		}},
		{care, "disclosure.prepare", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && holds(a, s) && !wordless(s) && (s.Consent || s.Basis != "")
		}},
		{care, "disclosure.send", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && holds(a, s) && !wordless(s) && (s.Consent || s.Basis != "" && s.Seconded)
		}},
		{func(a lead.Actor) bool { return a.ID == "system" }, "disclosure.send_due", func(_ lead.Actor, s access.Share) bool {
			return crosses(s) && !wordless(s) && (s.Consent || s.Basis != "" && s.Seconded)
		}},
		{partner, "disclosure.received disclosure.read", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && s.Recipient == a.Organisation && (s.Consent || s.Basis != "") && (s.Class < "E" || !wordless(s))
		}},
		{role(lead.Prosecutor), "disclosure.received", func(a lead.Actor, s access.Share) bool {
			return s.Class == "C" && s.Recipient == a.Organisation && s.Consent
		}},
		{care, "matter.share", func(a lead.Actor, s access.Share) bool {
			return s.Class == "C" && s.Kind == "prosecution" && s.Consent && holds(a, s)
		}},
		{role(lead.Prosecutor), "matter.read matter.decide", func(a lead.Actor, s access.Share) bool {
			return s.Class == "C" && s.Recipient == a.Organisation && s.Consent
		}},
		{deciding, "known.ask", func(a lead.Actor, s access.Share) bool {
			return s.Class == "C" && s.Recipient == a.Organisation && s.Consent
		}},
		{care, "meeting.propose", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && holds(a, s) && s.Consent && (!enforcing(s) || s.Class == "C")
		}},
		{func(a lead.Actor) bool { return care(a) || partner(a) }, "meeting.item", func(a lead.Actor, s access.Share) bool {
			return crosses(s) && s.Recipient == a.Organisation && s.Consent
		}},
		{func(a lead.Actor) bool { return a.Side == lead.Police || a.Has(lead.Prosecutor) }, "meeting.item", func(a lead.Actor, s access.Share) bool {
			return s.Class == "C" && s.Recipient == a.Organisation && s.Consent
		}},
	}
}

func owns() []row[access.Own] {
	return []row[access.Own]{{self, "own.ask own.asked own.consents own.stop_sharing own.read own.safety own.close", func(a lead.Actor, o access.Own) bool { return o.ID == a.ID }}}
}

func zones() []row[access.Zone] {
	const log = "audit.search audit.person audit.account audit.crossings audit.export"
	return []row[access.Zone]{
		{role(lead.Auditor), "audit.search audit.export", nil},
		{dpo, log, func(_ lead.Actor, z access.Zone) bool {
			return z.Watcher == "care" && (z.Side == lead.Care || z.Side == lead.Recipient || z.Side == lead.Subject) || z.Watcher == "police" && z.Side == lead.Police
		}},
		{dpo, "rights.list rights.read rights.answer keeping.list keeping.propose record.forget glass.review away.register", func(_ lead.Actor, z access.Zone) bool { return z.Watcher == "care" && z.Side == lead.Subject }},
		{role(lead.Auditor), "complaint.independent", func(a lead.Actor, z access.Zone) bool {
			return z.Watcher == "oversight" && z.Owner == a.Organisation && z.Owner != ""
		}},
		{dpo, "legal.keep breach.keep", func(a lead.Actor, z access.Zone) bool { return z.Owner == a.Organisation }},
	}
}

func talks() []row[access.Supervision] {
	wrote := func(a lead.Actor, s access.Supervision) bool { return s.Supervisor == a.ID }
	return []row[access.Supervision]{
		{care, "supervision.read", func(a lead.Actor, s access.Supervision) bool { return s.Worker == a.ID }},
		{supervisor, "supervision.read", wrote},
		{supervisor, "supervision.write", func(a lead.Actor, s access.Supervision) bool {
			return wrote(a, s) && s.Team == a.Team && s.Worker != a.ID
		}},
	}
}

func incidents() []row[access.Incident] {
	team := func(a lead.Actor, i access.Incident) bool { return i.Team == a.Team && !i.Sealed }
	return []row[access.Incident]{
		{care, "incident.record", func(a lead.Actor, i access.Incident) bool {
			return !i.Sealed && (i.Recorder == a.ID || i.Worker == a.ID)
		}},
		{supervisor, "incident.record", team},
		{supervisor, "incident.review", func(a lead.Actor, i access.Incident) bool { return team(a, i) && i.Recorder != a.ID }},
	}
}

func deliberations() []row[access.Deliberation] {
	staff := func(a lead.Actor) bool { return a.Side != lead.Subject }
	return []row[access.Deliberation]{
		{staff, "deliberation.comment", func(_ lead.Actor, d access.Deliberation) bool { return d.Seat }},
		{staff, "deliberation.second", func(a lead.Actor, d access.Deliberation) bool {
			return d.Seat && d.Drafter != a.ID && d.Recorder != a.ID
		}},
	}
}

func colleagues() []row[access.Colleague] {
	near := func(a lead.Actor, c access.Colleague) bool {
		return c.Side == a.Side && c.Team == a.Team && c.Team != ""
	}
	other := func(a lead.Actor, c access.Colleague) bool { return c.ID != a.ID && c.Asker != a.ID }
	return []row[access.Colleague]{
		{role(lead.Supervisor, lead.Sergeant), "identity.revoke_team", func(a lead.Actor, c access.Colleague) bool { return near(a, c) && c.ID != a.ID }},
		{sergeant, "training.team", near},
		{role(lead.Coordinator, lead.Commissioner), "payment.approve", other},
		{role(lead.Administrator), "identity.second", other},
		{role(lead.Supervisor, lead.Sergeant), "identity.second", func(a lead.Actor, c access.Colleague) bool { return near(a, c) && other(a, c) && c.For == "recovery" }},
	}
}

// said looks an action up in a table.
func said[R access.Resource](table []row[R], a lead.Actor, action access.Action, r R) bool {
	return slices.ContainsFunc(table, func(w row[R]) bool {
		return names(w.actions, action) && w.who(a) && (w.when == nil || w.when(a, r))
	})
}

// names reports whether a list of actions, one blank between, has action.
func names(list string, action access.Action) bool {
	return slices.Contains(strings.Fields(list), string(action))
}

// oracle answers for any resource.
type oracle struct {
	screens    []row[access.Screen]
	cases      []row[access.Case]
	contacts   []row[access.Contact]
	referrals  []row[access.Referral]
	shares     []row[access.Share]
	owns       []row[access.Own]
	zones      []row[access.Zone]
	colleagues []row[access.Colleague]
	talks      []row[access.Supervision]
	incidents  []row[access.Incident]
	partners   []row[access.Partner]
	meetings   []row[access.Meeting]

	deliberations []row[access.Deliberation]
}

func (o oracle) allows(a lead.Actor, action access.Action, r access.Resource) bool {
	switch r := r.(type) {
	case access.Screen:
		return said(o.screens, a, action, r)
	case access.Case:
		return said(o.cases, a, action, r)
	case access.Contact:
		return said(o.contacts, a, action, r)
	case access.Referral:
		return said(o.referrals, a, action, r)
	case access.Share:
		return said(o.shares, a, action, r)
	case access.Own:
		return said(o.owns, a, action, r)
	case access.Zone:
		return said(o.zones, a, action, r)
	case access.Colleague:
		return said(o.colleagues, a, action, r)
	case access.Supervision:
		return said(o.talks, a, action, r)
	case access.Incident:
		return said(o.incidents, a, action, r)
	case access.Deliberation:
		return said(o.deliberations, a, action, r)
	case access.Meeting:
		return said(o.meetings, a, action, r)
	case access.Partner:
		return said(o.partners, a, action, r)
	}
	return false
}

// Random questions, a million of them in make walls, and the policies answer each as
// the table does.
func TestManyDecisionsAgreeWithTheTable(t *testing.T) {
	questions := 250_000
	switch {
	case testing.Short():
		questions = 20_000
	case os.Getenv("WAYMARK_WALLS") == "all":
		questions = 1_000_000
	}
	d := decider(t)
	o := oracle{screens(), cases(), contacts(), referrals(), shares(), owns(), zones(), colleagues(), talks(), incidents(), partners(), meetings(), deliberations()}
	var actions []access.Action
	for action := range access.Meanings() {
		actions = append(actions, action)
	}
	slices.Sort(actions)
	random := rand.New(rand.NewPCG(11, 12)) //nolint:gosec // the same questions every time
	asked, yes := 0, 0
	answered := map[access.Action]int{}
	// Some actions are let through so seldom that they need more questions.
	for ; asked < questions || !testing.Short() && len(answered) < len(actions) && asked < 2_000_000; asked++ {
		a, action, r := anyActor(random), actions[random.IntN(len(actions))], anyResource(random)
		want := o.allows(a, action, r)
		because, got := d.Decide(a, action, r)
		if got != want {
			t.Fatalf("%v (%s, team %q) asks %s of %#v: the policies say %v (%v), the table says %v", a.Roles, a.ID, a.Team, action, r, got, because, want)
		}
		if got {
			yes++
			answered[action]++
		}
	}
	if !testing.Short() {
		for _, action := range actions {
			if answered[action] == 0 {
				t.Errorf("%s was never let through: no random question reaches it, or nobody ever may", action)
			}
		}
	}
	t.Logf("%d decisions agree, %d of them yes", asked, yes)
}

func pick[T any](random *rand.Rand, from ...T) T { return from[random.IntN(len(from))] }

// anyActor is somebody of one side with one or two of its roles, or nobody, or
// the product itself. Few ids and teams, so that facts often meet.
func anyActor(random *rand.Rand) lead.Actor {
	switch random.IntN(13) {
	case 0:
		return lead.Actor{}
	case 1:
		return lead.System()
	}
	first := pick(random, lead.Everyone()...)
	a := lead.Actor{ID: pick(random, "a1", "a2", "a3"), Team: pick(random, "t1", "t2", ""), Organisation: pick(random, "o1", "o2"), Side: first.Side(), Roles: []lead.Role{first}}
	if second := pick(random, lead.Everyone()...); second.Side() == first.Side() && second != first {
		a.Roles = append(a.Roles, second)
	}
	if random.IntN(20) == 0 { // a stopped account
		a.Roles = nil
	}
	return a
}

func anyResource(random *rand.Rand) access.Resource {
	person, team, organisation := pick(random, "a1", "a2", "a3", ""), pick(random, "t1", "t2", ""), pick(random, "o1", "o2", "")
	yes := func() bool { return random.IntN(2) == 0 }
	switch random.IntN(13) {
	case 0:
		return access.Screen{}
	case 1:
		return access.Case{ID: "p", Worker: person, Team: team, State: pick(random, "active", "closed"), Glass: yes(), Cover: random.IntN(4) == 0, Sealed: random.IntN(4) == 0, Responding: yes()}
	case 2:
		return access.Contact{ID: "c", Officer: person, Team: team, Recorder: pick(random, "a1", "a2", "a3", ""), Organisation: organisation}
	case 3:
		return access.Referral{ID: "r", Officer: person, Team: team, Waiting: yes(), Approved: yes()}
	case 4:
		return access.Share{ID: "p", Class: pick(random, access.Classes()...), Recipient: organisation, Kind: pick(random, "police", "health", "prosecution", "housing"),
			Worker: person, Team: team, Consent: yes(), Basis: pick(random, "", "life_at_risk"), Seconded: yes()}
	case 5:
		return access.Own{ID: person}
	case 7:
		return access.Supervision{Worker: pick(random, "a1", "a2", "a3"), Supervisor: pick(random, "a1", "a2", "a3"), Team: team}
	case 8:
		return access.Incident{ID: "i", Recorder: pick(random, "a1", "a2", "a3"), Worker: person, Team: team, Sealed: random.IntN(4) == 0}
	case 9:
		return access.Partner{ID: pick(random, "o1", "o2", "o3"), Seated: yes(), Watches: yes()}
	case 10:
		return access.Meeting{ID: "m", Seated: yes(), Chair: yes(), Brought: yes()}
	case 11:
		return access.Deliberation{ID: "d", Drafter: person, Recorder: pick(random, "a1", "a2", "a3", ""), Seat: yes()}
	case 6:
		return access.Zone{Side: pick(random, lead.Sides()...), Watcher: pick(random, "care", "police", "oversight"), Owner: organisation}
	}
	return access.Colleague{ID: pick(random, "a1", "a2", "a3"), Team: team, Side: pick(random, lead.Sides()...), Asker: person, For: pick(random, "recovery", "roles")}
}
