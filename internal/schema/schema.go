// Package schema holds every table of the product and the walls between them,
// on one page, so that whoever asks "who can touch what" reads the answer here
// and the database enforces the same text. It imports platform/db only.
package schema

import (
	"embed"
	"io/fs"

	"waymark.example/internal/platform/db"
)

//go:embed migrations/*.sql keys/*.sql
var files embed.FS

// Layout returns the migrations and the walls.
func Layout() db.Layout {
	migrations, err := fs.Sub(files, "migrations")
	if err != nil { // the folder is embedded above
		panic(err)
	}
	return db.Layout{Migrations: migrations, Walls: walls()}
}

// Keys returns the migrations and the walls of the key store, which is a
// database of its own. Police, partnership and evidence have no handle to it:
// nothing they run can hold a key.
func Keys() db.Layout {
	migrations, err := fs.Sub(files, "keys")
	if err != nil { // the folder is embedded above
		panic(err)
	}
	return db.Layout{Migrations: migrations, Wipe: true, Walls: db.Walls{
		// The case team seals and opens, wraps again and destroys.
		Care: {
			{Table: "key_participant", Verbs: add | db.Update | db.Delete},
			{Table: "key_shared", Verbs: add | db.Update | db.Delete},
			{Table: "key_destroyed", Verbs: add},
			{Table: "key_search", Verbs: add | db.Update | db.Delete},
			{Table: "key_pair", Verbs: add},
			{Table: "key_slot", Verbs: read | db.Update}, // wraps again
		},
		// Opens what officers' phones sealed, and nothing else. The police handle of
		// the main database comes with no key at all.
		Slot: {{Table: "key_slot", Verbs: add | db.Delete}},
		// The person opens their own plan and seals what they ask for.
		Participant: {
			{Table: "key_participant", Verbs: read},
			{Table: "key_shared", Verbs: add},
			{Table: "key_destroyed", Verbs: read},
		},
		// Whoever something was disclosed to opens that and nothing else.
		Recipient: sharedOnly(),
		Oversight: sharedOnly(),
		Meeting:   sharedOnly(), // an item of an agenda, for an organisation that the person said yes to
	}}
}

func sharedOnly() []db.Grant {
	return []db.Grant{{Table: "key_shared", Verbs: read}, {Table: "key_destroyed", Verbs: read}}
}

// The handles: one per side of the wall, and one each for signing in and for
// the reference data, which no side may write. A handle is called as its side.
const (
	Police      = "police"
	Care        = "care"
	Partnership = "partnership"
	Evidence    = "evidence"
	Oversight   = "oversight"
	Identity    = "identity"
	Reference   = "reference"
	Recipient   = "recipient"
	Participant = "participant"
	Ledger      = "ledger"   // signs the head of the log
	Slot        = "slot"     // of the key store only: what phones seal
	Seat        = "seat"     // whoever holds a seat, of any side: their own organisation as a partner
	Door        = "door"     // anybody, through a public form: puts in and does not read
	National    = "national" // the view of several areas: what this one published
	Meeting     = "meeting"  // the partnership's meetings, where people of every side sit
	Bodies      = "bodies"   // where people of every side decide together
)

const (
	read       = db.Select
	add        = db.Select | db.Insert
	appendOnly = db.Insert
)

// walls is the wall. Two sides never meet but on the bridge.
func walls() db.Walls {
	return db.Walls{
		Police: with(append(everySide(), colleagues()...),
			db.Grant{Table: "police_held_answers", Verbs: add | db.Delete}, // gone once it is settled
			db.Grant{Table: "police_tally", Verbs: add | db.Update},        // counted as contacts are recorded, corrected and taken back
			db.Grant{Table: "police_*", Verbs: add},
			// Contacts counted by what the policy judges, in tens, for the partnership to
			// try a draft on: published here, so that no count leaves that is not.
			db.Grant{Table: "handoff_judged", Verbs: add},
			db.Grant{Table: "handoff_judged_group", Verbs: appendOnly},
			db.Grant{Table: "handoff_from", Verbs: appendOnly},
			// The bridge from this end: hand a person over, call, and hear "met" if
			// the person agreed. Never what they told the case team, nor when.
			db.Grant{Table: "handoff_referral", Verbs: add},
			db.Grant{Table: "handoff_approval", Verbs: add},
			db.Grant{Table: "handoff_to_approve", Verbs: add | db.Delete}, // gone once a sergeant decided
			// Taken back by mistake's officer while nobody has accepted: the row itself
			// says whether somebody has, and nothing else of it is read.
			db.Grant{Table: "handoff_waiting", Verbs: db.Insert | db.Delete | db.Select, Columns: []string{"referral_id"}},
			db.Grant{Table: "handoff_taken_back", Verbs: add},
			db.Grant{Table: "handoff_event", Verbs: appendOnly},
			db.Grant{Table: "handoff_told", Verbs: read},
			// That an intake is completed, and on which day (R34). Whether the yes it
			// stands on was taken back, but not by whom or when.
			db.Grant{Table: "handoff_attestation", Verbs: read, Columns: []string{
				"referral_id", "recipient_id", "consent_id", "completed", "completed_on", "until_on", "giver_id"}},
			db.Grant{Table: "handoff_withdrawal", Verbs: read, Columns: []string{"consent_id"}},
			// Whom to ring, in order, and that the worker is on the way: colleagues and
			// moments. Nothing of who was told, who accepted or what came of it.
			db.Grant{Table: "handoff_on_call", Verbs: read, Columns: []string{"turn_id", "worker_id", "name", "phone", "set_at", "until_at"}},
			db.Grant{Table: "handoff_on_call_back", Verbs: read, Columns: []string{"turn_id"}},
			db.Grant{Table: "handoff_shift", Verbs: read, Columns: []string{"shift_id", "worker_id", "name", "phone", "place", "starts_at", "ends_at"}},
			db.Grant{Table: "handoff_shift_off", Verbs: read, Columns: []string{"shift_id"}},
			db.Grant{Table: "handoff_no_answer", Verbs: appendOnly},
			db.Grant{Table: "handoff_estimate", Verbs: read, Columns: []string{"estimate_id", "referral_id", "kind", "name", "there_at", "said_at"}},
			// What waits for the coordinator, while it waits.
			db.Grant{Table: "handoff_to_confirm", Verbs: add | db.Delete}, // gone when an officer takes it back
			// Whom to call for a card somebody shows; whose it is only so that they see
			// who asked. Which yes it stands on, so that taking it back ends it.
			db.Grant{Table: "handoff_known", Verbs: read, Columns: []string{
				"code_hash", "consent_id", "participant_id", "recipient_id", "call_name", "call_phone", "until_on", "giver_id"}},
			db.Grant{Table: "handoff_thanks", Verbs: read},
		),
		Care: with(append(everySide(), colleagues()...),
			db.Grant{Table: "care_now", Verbs: add | db.Update},
			db.Grant{Table: "care_load", Verbs: add | db.Update},
			db.Grant{Table: "care_name_token", Verbs: add | db.Delete}, // made again when a name changes
			db.Grant{Table: "care_fund_now", Verbs: add | db.Update},
			db.Grant{Table: "care_away_now", Verbs: add | db.Update}, // which lease is a worker's newest
			db.Grant{Table: "care_disclosure_waiting", Verbs: add | db.Delete},
			// Which record goes on for one that was merged follows the links (R58).
			db.Grant{Table: "care_merged", Verbs: add | db.Update | db.Delete},
			db.Grant{Table: "care_document_part", Verbs: add | db.Delete}, // a copy goes when the person asks; that it was there stays
			db.Grant{Table: "care_*", Verbs: add},
			// A code for the person's own page is made here and never read back.
			db.Grant{Table: "portal_code", Verbs: add, Columns: []string{"code_id", "participant_id", "given_by", "given_at", "expires_at"}},
			db.Grant{Table: "portal_code_end", Verbs: add},
			db.Grant{Table: "portal_session", Verbs: read | db.Update, Columns: []string{"participant_id", "code_id", "started_at", "last_seen_at", "ended_at"}},
			// The bridge from this end: what the person agreed to pass on. Not the
			// contact, not the officer.
			// What a supervisor accepts of the third door becomes a hand-off here (R5, R6).
			db.Grant{Table: "handoff_referral", Verbs: add, Columns: []string{
				"referral_id", "reference", "door", "letter", "meeting", "may_tell", "needs_approval", "policy_version", "window_days", "made_at"}}, // the policy says how soon somebody was to be there
			db.Grant{Table: "handoff_waiting", Verbs: add | db.Delete},
			db.Grant{Table: "handoff_community", Verbs: read, Columns: []string{
				"referral_id", "reference", "asked_by", "agreed", "letter", "words", "received_at"}},
			db.Grant{Table: "handoff_community_waiting", Verbs: read | db.Update | db.Delete},
			db.Grant{Table: "handoff_community_step", Verbs: add},
			// Which referrals nobody took up, and that their words were let go (R55):
			// that a sergeant said no, never why.
			db.Grant{Table: "handoff_approval", Verbs: read, Columns: []string{"referral_id", "approved"}},
			db.Grant{Table: "handoff_let_go", Verbs: add},
			// What nobody decided about in a day can be let go too: not whose it is, and
			// never the letter.
			db.Grant{Table: "handoff_to_approve", Verbs: read | db.Delete, Columns: []string{"referral_id"}},
			db.Grant{Table: "handoff_to_confirm", Verbs: read | db.Delete, Columns: []string{"referral_id"}},
			// Cards that people carry, gone when they are erased; and what goes back to
			// the police about everybody together.
			db.Grant{Table: "handoff_known", Verbs: add | db.Delete},
			db.Grant{Table: "handoff_thanks", Verbs: add},
			db.Grant{Table: "handoff_taken_back", Verbs: read},
			// The order of what waits: moved with a reason from a closed list (R43).
			db.Grant{Table: "handoff_from", Verbs: read},
			db.Grant{Table: "handoff_moved", Verbs: add},
			db.Grant{Table: "handoff_event", Verbs: add},
			db.Grant{Table: "handoff_told", Verbs: appendOnly},
			// The rota, who was told that somebody waits, and what the officer hears
			// of the worker's way. Of a call that nobody answered: that it was, not by whom.
			db.Grant{Table: "handoff_on_call", Verbs: add},
			db.Grant{Table: "handoff_on_call_back", Verbs: add},
			db.Grant{Table: "handoff_shift", Verbs: add},
			db.Grant{Table: "handoff_shift_off", Verbs: add},
			db.Grant{Table: "handoff_no_answer", Verbs: read, Columns: []string{"no_answer_id", "referral_id", "rang_at"}},
			db.Grant{Table: "handoff_step", Verbs: add},
			db.Grant{Table: "handoff_missed", Verbs: add},
			db.Grant{Table: "handoff_missed_end", Verbs: add},
			db.Grant{Table: "handoff_estimate", Verbs: add},
			db.Grant{Table: "handoff_notice", Verbs: appendOnly},
			// What crosses to a recipient, and who read it there.
			db.Grant{Table: "handoff_withdrawal", Verbs: add},
			db.Grant{Table: "handoff_disclosure", Verbs: add},
			db.Grant{Table: "handoff_disclosure_topic", Verbs: add},
			db.Grant{Table: "handoff_link", Verbs: add},
			db.Grant{Table: "handoff_read", Verbs: read},
			db.Grant{Table: "handoff_attestation", Verbs: add},
			// What somebody agreed may be spoken of at the partners' meeting, and what was
			// decided there.
			db.Grant{Table: "handoff_meeting_item", Verbs: add},
			db.Grant{Table: "handoff_meeting_part", Verbs: add},
			db.Grant{Table: "handoff_meeting_off", Verbs: add},
			db.Grant{Table: "handoff_meeting_line", Verbs: read},
			db.Grant{Table: "handoff_meeting_line_done", Verbs: read},
			// Which matter a prosecutor was told of, and what they decided about it.
			db.Grant{Table: "handoff_matter", Verbs: add},
			db.Grant{Table: "handoff_matter_decision", Verbs: read},
			// What people ask for about their own record, when they ask a worker.
			db.Grant{Table: "handoff_request", Verbs: add},
			db.Grant{Table: "handoff_request_step", Verbs: add},
			db.Grant{Table: "handoff_request_now", Verbs: add | db.Update},
			// What becomes of files: this side confirms what oversight proposes.
			db.Grant{Table: "handoff_keeping", Verbs: add},
			db.Grant{Table: "handoff_keeping_now", Verbs: add | db.Update},
		),
		// The partnership decides the policy and sees no person at all. Where the
		// policy asks its coordinator to say yes to a social contact, that is said to
		// a reference.
		Partnership: with(append(everySide(), colleagues()...), // who published a set, who did which course
			db.Grant{Table: "reference_policy*", Verbs: add},
			// Other ways than LEAD, which officers point to: which a contact names is the
			// police's own.
			db.Grant{Table: "reference_pathway", Verbs: add},
			// It keeps who takes part, and what was agreed between whom: what every side
			// asks before anything crosses. Who is away comes back by leaving the list.
			db.Grant{Table: "reference_partner_away", Verbs: add | db.Delete},
			db.Grant{Table: "reference_agreement*", Verbs: add},
			db.Grant{Table: "partnership_*", Verbs: add},
			// That a call was missed and how it went on: a reference and moments.
			// Not who was told, and nothing of whom it is about.
			db.Grant{Table: "handoff_missed", Verbs: read},
			db.Grant{Table: "handoff_missed_end", Verbs: read},
			db.Grant{Table: "handoff_step", Verbs: read, Columns: []string{"referral_id", "step", "kind", "why", "told_at"}},
			db.Grant{Table: "handoff_to_confirm", Verbs: read | db.Delete}, // gone once they decided
			db.Grant{Table: "handoff_approval", Verbs: appendOnly},
			// What waits for the case team, in order: a reference, how they meet, since
			// when, and which team asked. Never the letter, the officer or the contact.
			db.Grant{Table: "handoff_waiting", Verbs: add},
			db.Grant{Table: "handoff_referral", Verbs: read, Columns: []string{"referral_id", "reference", "meeting", "made_at"}},
			db.Grant{Table: "handoff_from", Verbs: read},
			db.Grant{Table: "handoff_moved", Verbs: add},
			// The doors that stand open to anybody. Of a referral: its reference, moments
			// and what became of it, never the letter. Of a complaint what is theirs to
			// answer; what went the independent way is sealed to them.
			db.Grant{Table: "handoff_door", Verbs: add},
			db.Grant{Table: "handoff_community", Verbs: read, Columns: []string{"referral_id", "reference", "asked_by", "agreed", "received_at"}},
			db.Grant{Table: "handoff_community_waiting", Verbs: read},
			db.Grant{Table: "handoff_complaint", Verbs: read},
			db.Grant{Table: "handoff_complaint_step", Verbs: add},
			db.Grant{Table: "partnership_feedback", Verbs: read | db.Delete}, // gone when its time is over
			db.Grant{Table: "partnership_feedback_answer", Verbs: add},
			// Of a survey: when its round is over it is counted, and what was counted goes.
			db.Grant{Table: "partnership_survey_tally", Verbs: add | db.Delete},
		),
		// Officers, health, prosecutors, the case team and people with lived experience
		// sit together on the partnership's bodies. What they read and write there is
		// about nobody: drafts of the policy, what is said of them, what was decided.
		// The second person's yes puts a version in force.
		Bodies: with(everySide(),
			db.Grant{Table: "reference_policy*", Verbs: add},
			db.Grant{Table: "partnership_draft*", Verbs: add},
			db.Grant{Table: "partnership_comment", Verbs: add},
			db.Grant{Table: "partnership_answer", Verbs: add},
			db.Grant{Table: "partnership_trial", Verbs: add},
			db.Grant{Table: "partnership_decision*", Verbs: add},
			db.Grant{Table: "partnership_voice", Verbs: add},
			// Who holds a seat, for whom.
			db.Grant{Table: "partnership_body", Verbs: read},
			db.Grant{Table: "partnership_seat", Verbs: read, Columns: []string{
				"seat_id", "body_id", "organisation_id", "account_id", "name", "lived", "chair", "from_on", "until_on"}},
			db.Grant{Table: "partnership_seat_end", Verbs: read, Columns: []string{"seat_id"}},
			db.Grant{Table: "handoff_judged*", Verbs: read},
		),
		// Whoever holds a seat, of whichever side: who takes part, what their organisation
		// agreed, and that it withdraws (R54). Coming back is not theirs alone.
		Seat: with(everySide(),
			db.Grant{Table: "partnership_partner", Verbs: read},
			db.Grant{Table: "partnership_partner_place", Verbs: read},
			db.Grant{Table: "partnership_contact", Verbs: read},
			db.Grant{Table: "partnership_contact_end", Verbs: read, Columns: []string{"contact_id"}},
			db.Grant{Table: "partnership_body", Verbs: read},
			db.Grant{Table: "partnership_seat", Verbs: read},
			db.Grant{Table: "partnership_seat_end", Verbs: add},
			db.Grant{Table: "partnership_withdrawal", Verbs: add},
			db.Grant{Table: "reference_partner_away", Verbs: add},
			db.Grant{Table: "reference_agreement_end", Verbs: add},
			// Which organisation takes the complaints that go the independent way: it
			// leaves by its own word alone.
			db.Grant{Table: "handoff_door", Verbs: read, Columns: []string{"version", "independent_id"}},
		),
		// The table at which people of every side sit: meetings, minutes, proposals and
		// what lived experience did. Of a person it reads what they agreed may be spoken
		// of there; who may read it each query asks of the yeses, organisation by
		// organisation. Nothing of a case, a contact or a referral.
		Meeting: with(append(everySide(), colleagues()...),
			db.Grant{Table: "partnership_body", Verbs: read},
			db.Grant{Table: "partnership_seat", Verbs: read},
			db.Grant{Table: "partnership_seat_end", Verbs: read, Columns: []string{"seat_id"}},
			db.Grant{Table: "partnership_meeting*", Verbs: add},
			db.Grant{Table: "partnership_proposal*", Verbs: add},
			db.Grant{Table: "partnership_involvement", Verbs: add},
			db.Grant{Table: "partnership_payment*", Verbs: add},
			db.Grant{Table: "handoff_meeting_item", Verbs: read},
			db.Grant{Table: "handoff_meeting_part", Verbs: read},
			db.Grant{Table: "handoff_meeting_off", Verbs: read, Columns: []string{"item_id"}},
			db.Grant{Table: "handoff_meeting_line", Verbs: add},
			db.Grant{Table: "handoff_meeting_line_done", Verbs: add},
			db.Grant{Table: "handoff_withdrawal", Verbs: read, Columns: []string{"consent_id"}},
		),
		// Anybody, through a form: puts in what they wrote and reads of it only where
		// it stands, by the hash of a code they hold.
		Door: {
			{Table: "ledger_head", Verbs: read | db.Update},
			{Table: "ledger_entry", Verbs: add, Columns: []string{"seq"}}, // SQLite reads the parent key of ledger_subject
			{Table: "ledger_subject", Verbs: appendOnly},
			{Table: "ledger_receipt", Verbs: add},
			{Table: "handoff_door", Verbs: read},
			{Table: "handoff_community", Verbs: add, Columns: []string{"referral_id", "status_hash", "received_at"}},
			{Table: "handoff_community_waiting", Verbs: add, Columns: []string{"referral_id", "held"}},
			{Table: "handoff_community_step", Verbs: read, Columns: []string{"referral_id", "version", "kind", "happened_at"}},
			{Table: "handoff_complaint", Verbs: add, Columns: []string{"complaint_id", "reference", "status_hash", "kind", "route", "acknowledge_on", "answer_on", "received_at"}},
			{Table: "handoff_complaint_step", Verbs: read, Columns: []string{"step_id", "complaint_id", "version", "stage", "outcome", "words", "happened_at"}},
			{Table: "partnership_feedback", Verbs: add, Columns: []string{"feedback_id", "held"}},
			{Table: "partnership_feedback_answer", Verbs: read, Columns: []string{"answer_id", "said", "did", "published", "said_at"}},
			// An answer to a survey is added to what was counted and kept nowhere: a row
			// of its own would tell when it came, by where it lies and by which
			// transaction wrote it. The rounds, but not who opened them.
			{Table: "partnership_survey_round", Verbs: read, Columns: []string{"round_id", "code", "survey", "version", "until_on"}},
			{Table: "partnership_survey_tally", Verbs: read | db.Update},
		},
		// Evaluators see pseudonyms and nothing else: no key, no name, no account's name, no
		// table of another side (R45).
		Evidence: with(everySide(), db.Grant{Table: "evidence_*", Verbs: add}),
		// Oversight reads who did what, and whose account did it; answers requests;
		// keeps its own registers. Of a case it sees that it is there and when
		// anybody was last in touch, never a word of what is in it.
		Oversight: with(append(everySide(), colleagues()...),
			db.Grant{Table: "ledger_entry", Verbs: add},
			db.Grant{Table: "ledger_subject", Verbs: add | db.Delete}, // it alone removes whom an entry was about, after declaring it (ledger.Forget)
			db.Grant{Table: "ledger_erased", Verbs: add},
			db.Grant{Table: "ledger_checkpoint", Verbs: read},
			db.Grant{Table: "oversight_*", Verbs: add},
			// Complaints that went the independent way are answered here; of the others
			// the register shows moments and no words.
			db.Grant{Table: "handoff_door", Verbs: read, Columns: []string{"version", "independent_id"}},
			db.Grant{Table: "handoff_complaint", Verbs: read},
			db.Grant{Table: "handoff_complaint_step", Verbs: add},
			db.Grant{Table: "handoff_request", Verbs: read},
			db.Grant{Table: "handoff_request_step", Verbs: add},
			db.Grant{Table: "handoff_request_now", Verbs: read | db.Update},
			db.Grant{Table: "handoff_keeping", Verbs: add},
			db.Grant{Table: "handoff_keeping_now", Verbs: add | db.Update},
			db.Grant{Table: "care_now", Verbs: read, Columns: []string{"participant_id", "worker_id", "team", "state", "hold", "received_at", "reached_at"}},
			db.Grant{Table: "care_glass", Verbs: read},
			// Who took whom along, and until when: never what went.
			db.Grant{Table: "care_away_lease", Verbs: read, Columns: []string{"lease_id", "worker_id", "how", "made_at", "until_at"}},
			db.Grant{Table: "care_away_person", Verbs: read},
			db.Grant{Table: "care_away_end", Verbs: read},
			// What crossed, to whom and on what basis, who was the second person, and
			// whether it was read: never the words, sealed or not.
			db.Grant{Table: "handoff_disclosure", Verbs: read, Columns: []string{
				"disclosure_id", "participant_id", "recipient_id", "purpose", "basis", "channel", "until_on", "sent_by", "sent_at"}},
			db.Grant{Table: "handoff_disclosure_topic", Verbs: read},
			db.Grant{Table: "handoff_withdrawal", Verbs: read, Columns: []string{"consent_id"}},
			db.Grant{Table: "handoff_read", Verbs: read, Columns: []string{"disclosure_id", "read_at"}},
			db.Grant{Table: "handoff_attestation", Verbs: read, Columns: []string{
				"consent_id", "participant_id", "recipient_id", "until_on", "recorded_at"}},
			// That somebody has a card, for which force and on which yes: not its code.
			db.Grant{Table: "handoff_known", Verbs: read, Columns: []string{
				"consent_id", "participant_id", "recipient_id", "until_on", "made_by", "made_at"}},
			// That a prosecutor was told of a matter, and that a letter went out on paper.
			db.Grant{Table: "handoff_matter", Verbs: read, Columns: []string{
				"share_id", "participant_id", "recipient_id", "consent_id", "until_on", "shared_by", "shared_at"}},
			db.Grant{Table: "care_letter", Verbs: read, Columns: []string{"letter_id", "participant_id", "recorded_by", "recorded_at"}},
			db.Grant{Table: "care_disclosure", Verbs: read, Columns: []string{"disclosure_id", "no_time"}},
			db.Grant{Table: "care_disclosure_step", Verbs: read, Columns: []string{"step_id", "disclosure_id", "kind", "recorded_by"}},
			// What nobody took up is due to be minimised (R55): that it is there, not
			// who it is about.
			db.Grant{Table: "handoff_referral", Verbs: read, Columns: []string{"referral_id", "officer_id", "made_at"}},
			db.Grant{Table: "handoff_approval", Verbs: read, Columns: []string{"referral_id", "approved", "approved_at"}},
			// To explain a decision: whose a record is.
			db.Grant{Table: "police_contact", Verbs: read, Columns: []string{"contact_id", "officer_id", "team"}},
			db.Grant{Table: "police_custody", Verbs: read, Columns: []string{"contact_id", "recorded_by"}},
			db.Grant{Table: "handoff_waiting", Verbs: read},
			db.Grant{Table: "handoff_let_go", Verbs: read},
		),
		Identity: with(everySide(),
			db.Grant{Table: "identity_session", Verbs: add | db.Update},
			db.Grant{Table: "identity_throttle", Verbs: add | db.Update | db.Delete},
			// A passkey counts its uses and can be suspended; a code is spent; a
			// notice is read; a form that waited is fetched and gone. The rest is
			// history.
			db.Grant{Table: "identity_passkey", Verbs: add | db.Update},
			db.Grant{Table: "identity_enrolment", Verbs: add | db.Update},
			db.Grant{Table: "identity_notice", Verbs: add | db.Update},
			db.Grant{Table: "identity_carried", Verbs: add | db.Delete},
			db.Grant{Table: "identity_connector_use", Verbs: add | db.Update}, // when a connector last came, and how often
			db.Grant{Table: "identity_organisation", Verbs: add},
			db.Grant{Table: "identity_language", Verbs: add | db.Update}, // a choice, which may change
			// Ways to be told are proved and taken away; a sending goes on. The outbox
			// is read here, where addresses are, and written here for a test.
			db.Grant{Table: "identity_channel", Verbs: add | db.Update | db.Delete},
			db.Grant{Table: "identity_channel_code", Verbs: add | db.Update | db.Delete},
			db.Grant{Table: "identity_sending", Verbs: add | db.Update},
			db.Grant{Table: "handoff_notice", Verbs: add},
			db.Grant{Table: "identity_*", Verbs: add},
		),
		Reference: with(everySide(),
			// The directory's search rows follow its documents, and a document goes when
			// an address is to stay secret. Names say who verified a service.
			db.Grant{Table: "reference_service_now", Verbs: add | db.Update},
			db.Grant{Table: "reference_service_need", Verbs: add | db.Delete},
			db.Grant{Table: "reference_service_document", Verbs: add | db.Delete},
			db.Grant{Table: "identity_account", Verbs: read, Columns: []string{"account_id", "name"}},
			db.Grant{Table: "reference_*", Verbs: add},
		),
		// The participant: their own, each row found by their own id.
		Participant: with(append(everySide(), colleagues()...),
			// Their own page: codes, the open page, and wrong codes by network.
			db.Grant{Table: "portal_code", Verbs: read},
			db.Grant{Table: "portal_code_end", Verbs: add},
			db.Grant{Table: "portal_session", Verbs: add | db.Update},
			db.Grant{Table: "portal_throttle", Verbs: add | db.Update},
			// The agreed plan, what they are called, and where their case stands.
			// Never notes, needs, outreach or first checks.
			db.Grant{Table: "care_participant", Verbs: read, Columns: []string{"participant_id"}}, // SQLite reads the parent key
			db.Grant{Table: "care_person", Verbs: read, Columns: []string{"participant_id", "version", "name"}},
			db.Grant{Table: "care_plan", Verbs: read},
			db.Grant{Table: "care_goal", Verbs: read},
			db.Grant{Table: "care_step", Verbs: read},
			// Their safety plan, where they want it here; the query asks for that.
			db.Grant{Table: "care_safety_plan", Verbs: read},
			// Pausing, closing and coming back are theirs to do.
			db.Grant{Table: "care_now", Verbs: read | db.Update},
			db.Grant{Table: "care_case", Verbs: add, Columns: []string{"participant_id", "version"}},
			db.Grant{Table: "care_closure_request", Verbs: add, Columns: []string{"request_id", "participant_id"}},
			db.Grant{Table: "care_allocation", Verbs: add, Columns: []string{"participant_id", "version"}},
			// Who may know what, and the stop that needs nobody else.
			db.Grant{Table: "care_consent", Verbs: read},
			db.Grant{Table: "care_outside", Verbs: read},
			db.Grant{Table: "care_research", Verbs: add}, // whether one's own support is studied: taken back here too
			db.Grant{Table: "handoff_withdrawal", Verbs: add},
			// Who has looked at one's own record: not from where, not whom else.
			db.Grant{Table: "ledger_entry", Verbs: add, Columns: []string{"seq", "recorded_at", "actor_id", "actor_side", "verb", "act", "purpose"}},
			db.Grant{Table: "ledger_subject", Verbs: add, Columns: []string{"subject_id", "seq"}},
			// What they ask for about their own record, and what came of it.
			db.Grant{Table: "handoff_request", Verbs: add},
			db.Grant{Table: "handoff_request_step", Verbs: read},
			db.Grant{Table: "handoff_request_now", Verbs: add},
			db.Grant{Table: "handoff_keeping_now", Verbs: read}, // whether their own file is sealed
			// Which record goes on for theirs, so that an old code still opens their page.
			db.Grant{Table: "care_merged", Verbs: read, Columns: []string{"participant_id", "survivor"}},
		),
		// The keeper of the log signs its head and proves that it only grows. It
		// reads hashes, and no entry.
		Ledger: {
			{Table: "ledger_head", Verbs: read},
			{Table: "ledger_entry", Verbs: read, Columns: []string{"seq", "hashes"}},
			{Table: "ledger_checkpoint", Verbs: add},
		},
		// The view of several areas reads what this one published, as everybody may see
		// it, and whether the partnership wants it shown. Never the counts beside it.
		National: {
			{Table: "partnership_set", Verbs: read, Columns: []string{"set_no", "shown", "published_at"}},
			{Table: "partnership_national", Verbs: read, Columns: []string{"version", "joined"}},
		},
		// Recipients read what was disclosed to them and leave a mark that they
		// did. Of a yes taken back they see that it was, never who asked or when.
		Recipient: with(append(everySide(), colleagues()...),
			db.Grant{Table: "handoff_disclosure", Verbs: read},
			db.Grant{Table: "handoff_disclosure_topic", Verbs: read},
			db.Grant{Table: "handoff_withdrawal", Verbs: read, Columns: []string{"consent_id"}},
			db.Grant{Table: "handoff_link", Verbs: read},
			db.Grant{Table: "handoff_read", Verbs: add},
			db.Grant{Table: "handoff_attestation", Verbs: read, Columns: []string{
				"consent_id", "participant_id", "recipient_id", "reference", "completed", "completed_on", "until_on", "giver_id"}},
			// A prosecutor reads which matter they were told of, not which record of ours
			// it is, and adds what they decided.
			db.Grant{Table: "handoff_matter", Verbs: read, Columns: []string{
				"share_id", "participant_id", "recipient_id", "consent_id", "words", "until_on", "shared_by", "shared_at"}},
			db.Grant{Table: "handoff_matter_decision", Verbs: add},
		),
	}
}

// everySide is what any handle may do: append to the ledger without reading
// it, keep receipts, and read facts about no one.
func everySide() []db.Grant {
	return []db.Grant{
		{Table: "ledger_head", Verbs: read | db.Update},
		{Table: "ledger_entry", Verbs: add, Columns: []string{"seq"}}, // SQLite reads the parent key of ledger_subject
		{Table: "ledger_subject", Verbs: appendOnly},
		{Table: "ledger_receipt", Verbs: add},
		{Table: "reference_*", Verbs: read},
		{Table: "identity_organisation", Verbs: read},
	}
}

// colleagues lets a side put names to accounts. No address, no secret.
func colleagues() []db.Grant {
	return []db.Grant{
		{Table: "identity_account", Verbs: read, Columns: colleagueColumns()},
		{Table: "identity_role", Verbs: read},
		{Table: "identity_standing", Verbs: read, Columns: []string{"account_id", "version", "active"}},
		{Table: "identity_hold", Verbs: read, Columns: []string{"account_id", "version", "held", "set_at"}},
	}
}

func colleagueColumns() []string {
	return []string{"account_id", "side", "organisation_id", "name", "team"}
}

// with puts more in front of grants, so that the narrower name is found first.
func with(grants []db.Grant, more ...db.Grant) []db.Grant {
	return append(append([]db.Grant{}, more...), grants...)
}
