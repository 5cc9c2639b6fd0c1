package web

import (
	"net/http"

	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/agreement"
)

// Place is one of the partnership's places, as the hub shows it to whoever may
// go there.
type Place struct {
	Text   string
	Href   string
	Why    string // what it is for, in a sentence
	Action access.Action
}

// section is a few places that belong together.
type section struct {
	Title  string
	Places []Place
}

// places lists every place of the partnership. Whoever makes one adds its line;
// only those who may go there see it.
func places() []section {
	return []section{
		{"Who takes part", []Place{
			{"Partners", "/partnership/partners", "Every organisation that takes part, whom to ask there, and who has a seat for it.", "partner.read"},
			{"Agreements", "/agreements", "What organisations agreed: without one in force nothing about a person crosses between them.", "agreement.read"},
			{"My seats", "/partnership/mine", "Your seats, and your own organisation as a partner.", "partner.own"},
		}},
		{"What we decide together", []Place{
			{"Meetings", "/partnership/meetings", "Agendas, minutes and actions of the bodies that you sit on.", "meeting.list"},
			{"Proposals", "/proposals", "What people ask to be changed, and what became of it.", "proposal.make"},
			{"Lived experience", "/partnership/lived", "Whose voices there are, what changed because of them, and prompt payment.", "involvement.read"},
			{"Policy", "/policy", "Who can be diverted and how: the version in force, and every one before it.", "policy.read"},
			{"Drafts of the policy", "/partnership/policy", "What is proposed, what people say of it, and what it would have changed.", "deliberation.read"},
			{"Other pathways", "/partnership/pathways", "Other ways than LEAD, such as Liaison and Diversion, that a decision can point to.", "pathway.read"},
			{"Decisions", "/partnership/decisions", "What was decided, by consensus or with dissent on record.", "deliberation.read"},
			{"Approvals", "/partnership/approvals", "Social contacts that wait for a yes.", "referral.confirm"},
		}},
		{"How it goes", []Place{
			{"Fidelity to the model", "/partnership/fidelity", "How near we are to what makes it LEAD, in words, round by round.", "fidelity.read"},
			{"State of the scheme", "/partnership/figures", "Published numbers: who was offered what, hand-offs, room and money.", "figure.read"},
			{"Surveys", "/partnership/surveys", "What participants, officers and residents say of LEAD, anonymously, round by round.", "survey.read"},
			{"Is it the same for everybody?", "/partnership/equity", "How far people of every group come, how teams differ, why not, and what is not recorded.", "figure.fair"},
			{"Decisions to look at", "/partnership/scrutiny", "Contacts drawn by lot where LEAD was possible and was not chosen: what was decided and why, and nobody in it.", "scrutiny.read"},
			{"Evaluations", "/partnership/evaluations", "What evaluators found here, whichever way it came out.", "report.read"},
			{"Community referrals", "/partnership/referrals", "What came through the third door, by reference: what waits, and what was looked at.", "door.register"},
			{"Feedback", "/partnership/feedback", "What residents and businesses say, and what you did about it.", "feedback.read"},
			{"Complaints and compliments", "/partnership/complaints", "What was sent to the scheme, and until when it is answered.", "complaint.scheme"},
			{"Missed calls", "/missed-calls", "Hand-offs that the first on call did not take up in time.", "handoff.missed"},
			{"Hand-offs that wait", "/partnership/waiting", "In which order they are seen to, by reference; one can be moved for a reason.", "handoff.order_by_reference"},
			{"National view", "/partnership/national", "Whether our published figures stand beside those of other areas.", "national.read"},
		}},
		{"The area", []Place{
			{"Start of the area", "/start", "From interest to launch: what was done, and what is still open.", "start.read"},
			{"Public page", "/partnership/public", "Whether anybody can read about LEAD here, and what it says.", "public.keep"},
			{"Doors", "/partnership/doors", "What anybody can send without an account, and which number to ring.", "door.set"},
			{"Training", "/partnership/training", "Courses for every role, and who did which.", "course.keep"},
		}},
	}
}

type hubPage struct {
	ui.Page
	Sections []section
	Due      []agreement.Agreement // in force, and to be looked at again soon
}

// reviewAhead is how many days before an agreement's review the hub says so.
const reviewAhead = 60

// hub shows the partnership's places.
func (s *Site) hub(w http.ResponseWriter, r *http.Request) error {
	v := hubPage{Page: web.Page(r, "Partnership")}
	actor := web.Actor(r)
	for _, all := range places() {
		mine := section{Title: all.Title}
		for _, p := range all.Places {
			if s.missed.Access.Check(actor, p.Action, access.Screen{}) == nil {
				mine.Places = append(mine.Places, p)
			}
		}
		if len(mine.Places) > 0 {
			v.Sections = append(v.Sections, mine)
		}
	}
	err := s.missed.Book.Look(r.Context(), func(tx *db.Tx) error {
		all, err := agreement.All(r.Context(), tx)
		for _, a := range all {
			if a.DueBy(db.Day(s.missed.Book.Now()), reviewAhead) {
				v.Due = append(v.Due, a)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "hub.html", v)
}
