package web

import (
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type keptPage struct {
	ui.Page
	Waiting, Sealed []keptRow
	Untaken         []untakenRow
}

type untakenRow struct {
	referral.Untaken
	Key string
}

type keptRow struct {
	participant.Kept
	Key string
}

func (s *Site) kept(w http.ResponseWriter, r *http.Request) error {
	return s.showKept(w, r, http.StatusOK)
}

func (s *Site) showKept(w http.ResponseWriter, r *http.Request, status int) error {
	all, err := s.People.Kept(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := keptPage{Page: web.Page(r, "Kept files")}
	for i, k := range all.Files {
		row := keptRow{k, v.Key + "-" + itoa(i)}
		if k.Pending != "" {
			v.Waiting = append(v.Waiting, row)
		} else {
			v.Sealed = append(v.Sealed, row)
		}
	}
	for i, u := range all.Untaken {
		v.Untaken = append(v.Untaken, untakenRow{u, v.Key + "-r" + itoa(i)})
	}
	return s.pages.Render(w, status, "kept.html", v)
}

func (s *Site) letGo(w http.ResponseWriter, r *http.Request) error {
	if err := s.People.LetGo(r.Context(), web.Actor(r), web.Form(r), r.PathValue("referral")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/care/keeping")
}

func (s *Site) settle(w http.ResponseWriter, r *http.Request) error {
	answer := r.PostFormValue("answer")
	if answer != "yes" && answer != "no" {
		return lead.ErrNotFound // a form that is none of ours
	}
	if err := s.People.Settle(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), from(r, 0), answer == "yes"); err != nil {
		if _, ok := web.Invalid(err); ok { // the page says why, beside the file
			return s.showKept(w, r, http.StatusUnprocessableEntity)
		}
		return err
	}
	return web.SeeOther(w, r, "/care/keeping")
}

func (s *Site) sealedCameBack(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	if err := s.People.CameBack(r.Context(), web.Actor(r), web.Form(r), id, from(r, 0)); err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}

// openRequest is one thing that somebody asked about their record.
type openRequest struct {
	rights.Open
	Of  string // the record it stands in
	Key string
}

func (s *Site) asksPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAsks(w, r, http.StatusOK, ui.NewForm(url.Values{"received_on": {s.today()}}, nil))
}

func (s *Site) showAsks(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	name := rec.Person.Name
	v := formPage{Page: web.Page(r, "What "+name+" asks"), Now: rec.Now, Action: pathOf(rec.Now.ID, "/asks"), Heading: "What " + name + " asks", Button: "Send it",
		Intro:  "About their own record, or how they were treated. The data-protection officer answers within the law's time; " + name + " need not explain why.",
		SeenBy: "The data-protection officer reads these words. So does " + name + ". Nothing else of the case goes with them."}
	kinds := make([]ui.Option, 0, len(rights.Kinds()))
	for _, k := range rights.Kinds() {
		kinds = append(kinds, ui.Option{Value: string(k), Label: k.Words()})
	}
	vias := make([]ui.Option, 0, len(rights.Vias()))
	for _, via := range rights.Vias() {
		vias = append(vias, ui.Option{Value: string(via), Label: via.Words()})
	}
	v.Fields = []any{form.One("kind", "They want", "", kinds...), form.One("via", "How they asked", "", vias...), form.Typed("date", "received_on", "When", "The clock runs from this day."),
		form.Area("words", "What they said", "In their own words. For a copy, a pause or closing it can stay empty.", 4)}
	return s.showForm(w, status, v, form)
}

func (s *Site) asks(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	on, err := time.Parse(time.DateOnly, r.PostFormValue("received_on"))
	ask := rights.Request{Kind: rights.Kind(r.PostFormValue("kind")), Via: rights.Via(r.PostFormValue("via")), Words: web.Line(r, "words"), ReceivedOn: on}
	if err != nil {
		err = lead.Invalid{"received_on": "Enter the day"}
	} else {
		_, err = s.People.Write(r.Context(), web.Actor(r), web.Form(r), participant.Act{Action: "rights.record", Name: "rights.record", Verb: ledger.Collected}, id, func(tx *db.Tx, n *participant.Now) (string, error) {
			return s.Rights.Heard(r.Context(), tx, web.Actor(r), n.ID, ask)
		})
	}
	return s.afterForm(w, r, err, pathOf(id, ""), func(status int, f *ui.Form) error { return s.showAsks(w, r, status, f) })
}

// wishDone says that a wish of the person was seen to.
func (s *Site) wishDone(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	_, err := s.People.Write(r.Context(), web.Actor(r), web.Form(r), participant.Act{Action: "rights.record", Name: "rights.wish_done", Verb: ledger.Altered}, id, func(tx *db.Tx, n *participant.Now) (string, error) {
		return n.ID, s.Rights.WishDone(r.Context(), tx, web.Actor(r), n.ID, r.PathValue("request"))
	})
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(id, ""))
}
