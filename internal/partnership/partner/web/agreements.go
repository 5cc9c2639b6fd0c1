package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/agreement"
)

// reviewAhead is how many days before an agreement's review the pages say so.
const reviewAhead = 60

type agreementRow struct {
	agreement.Agreement
	Standing agreement.Standing
	Due      bool
}

type agreementsPage struct {
	ui.Page
	Agreements []agreementRow
	Due        int
	Mine       bool
}

func (s *Site) keepsAgreements(r *http.Request) bool {
	return s.agreements.Access.Check(web.Actor(r), "agreement.keep", access.Screen{}) == nil
}

func (s *Site) listAgreements(w http.ResponseWriter, r *http.Request) error {
	v := agreementsPage{Page: web.Page(r, "Agreements"), Mine: s.keepsAgreements(r)}
	err := s.agreements.Book.Look(r.Context(), func(tx *db.Tx) error {
		all, err := agreement.All(r.Context(), tx)
		for _, a := range all {
			row := agreementRow{a, a.Standing(s.today()), a.DueBy(s.today(), reviewAhead)}
			if row.Due {
				v.Due++
			}
			v.Agreements = append(v.Agreements, row)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "agreements.html", v)
}

type agreementPage struct {
	ui.Page
	Agreement agreement.Agreement
	Standing  agreement.Standing
	Due       bool
	Purposes  []string
	Versions  []agreement.Agreement
	Mine      bool
}

func (s *Site) agreement(w http.ResponseWriter, r *http.Request) error {
	v := agreementPage{Mine: s.keepsAgreements(r)}
	err := s.agreements.Book.Look(r.Context(), func(tx *db.Tx) error {
		var err error
		v.Versions, err = agreement.Versions(r.Context(), tx, r.PathValue("agreement"))
		return err
	})
	if err != nil {
		return err
	}
	if len(v.Versions) == 0 {
		return lead.ErrNotFound
	}
	v.Agreement = v.Versions[0]
	v.Page = web.Page(r, v.Agreement.Title)
	v.Standing, v.Due = v.Agreement.Standing(s.today()), v.Agreement.DueBy(s.today(), reviewAhead)
	for _, p := range v.Agreement.Purposes {
		v.Purposes = append(v.Purposes, disclosure.Purpose(p).Words())
	}
	return s.pages.Render(w, http.StatusOK, "agreement.html", v)
}

func (s *Site) newAgreement(w http.ResponseWriter, r *http.Request) error {
	return s.showAgreement(w, r, http.StatusOK, ui.NewForm(url.Values{"from": {s.today()}}, nil))
}

func (s *Site) nextAgreement(w http.ResponseWriter, r *http.Request) error {
	a, err := s.oneAgreement(r)
	if err != nil {
		return err
	}
	values := url.Values{"kind": {string(a.Kind)}, "title": {a.Title}, "words": {a.Words}, "basis": {a.Basis}, "ask": {a.Ask}, "from": {s.today()}, "purposes": a.Purposes,
		"from_version": {strconv.FormatInt(a.Version, 10)}}
	for _, c := range a.Classes {
		values.Add("classes", string(c))
	}
	for _, p := range a.Parties {
		if !p.Out {
			values.Add("parties", p.Organisation)
		}
	}
	return s.showAgreement(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) oneAgreement(r *http.Request) (agreement.Agreement, error) {
	var a agreement.Agreement
	err := s.agreements.Book.Look(r.Context(), func(tx *db.Tx) error {
		var err error
		a, err = agreement.One(r.Context(), tx, r.PathValue("agreement"))
		return err
	})
	return a, err
}

type agreementForm struct {
	ui.Page
	Heading, Back, Action string
	From                  int64
	Title                 string // of the one that this is the next version of
	First                 []any
	Shares                []any
	Days                  []any
	Signatures            []signature
}

type signature struct {
	Partner string
	Open    bool
	By, On  ui.Field
}

func (s *Site) showAgreement(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := agreementForm{Page: web.Page(r, "A new agreement"), Heading: "A new agreement", Back: "/agreements", Action: "/agreements/new"}
	if id := r.PathValue("agreement"); id != "" {
		a, err := s.oneAgreement(r)
		if err != nil {
			return err
		}
		v.Page, v.Heading, v.Title = web.Page(r, "The next version of "+a.Title), a.Title, a.Title
		v.Back = "/agreements/" + url.PathEscape(id)
		v.Action, v.From = v.Back+"/next", number(form.Values.Get("from_version"))
	}
	words := form.Area("words", "What was agreed", "In a few plain sentences. The signed paper stays where you keep it.", 5)
	words.Max = 4000
	if v.Title == "" {
		kind := form.One("kind", "What it is", "", ui.Option{Value: string(agreement.Memorandum), Label: agreement.Memorandum.Words(), Hint: "How partners work together. It lets nothing cross"},
			ui.Option{Value: string(agreement.Sharing), Label: agreement.Sharing.Words(), Hint: "What may cross between them about people who say yes"})
		kind.Small = true
		v.First = append(v.First, kind, form.Text("title", "Its name, as people call it", ""))
	}
	v.First = append(v.First, words, form.Text("ask", "Whom to ask about it, and how", "A worker who finds that it has lapsed reads this."))
	var classes, bases, purposes []ui.Option
	for _, c := range agreement.Classes() {
		classes = append(classes, ui.Option{Value: string(c), Label: c.Words()})
	}
	for _, p := range disclosure.Agreeable() {
		purposes = append(purposes, ui.Option{Value: p, Label: disclosure.Purpose(p).Words()})
	}
	for _, b := range agreement.Bases() {
		bases = append(bases, ui.Option{Value: b.Code, Label: b.Words, Hint: b.Source})
	}
	for _, c := range []ui.Choices{form.Many("classes", "What it covers", "", classes...), form.Many("purposes", "What for", "", purposes...), form.One("basis", "On which lawful basis", "Your data-protection officers say which.", bases...)} {
		c.Small = true
		v.Shares = append(v.Shares, c)
	}
	for _, f := range []ui.Field{form.Typed("date", "from", "In force from", ""), form.Typed("date", "review", "Look at it again on", ""), form.Typed("date", "until", "The last day", "It closes by itself after that day.")} {
		f.Short = true
		v.Days = append(v.Days, f)
	}
	all, err := s.partners.All(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	var parties []ui.Option
	for _, p := range all {
		if p.Away() {
			continue
		}
		parties = append(parties, ui.Option{Value: p.ID, Label: p.Name})
		sig := signature{Partner: p.Name, By: form.Text("signed_by_"+p.ID, "Who signed, and their post", ""), On: form.Typed("date", "signed_on_"+p.ID, "When", "")}
		sig.On.Short, sig.By.Max = true, 120
		sig.Open = slices.Contains(form.Values["parties"], p.ID)
		v.Signatures = append(v.Signatures, sig)
	}
	slices.SortStableFunc(v.Signatures, func(a, b signature) int { // those it is between first
		switch {
		case a.Open == b.Open:
			return 0
		case a.Open:
			return -1
		}
		return 1
	})
	who := form.Many("parties", "Between whom", "It holds between those who have signed.", parties...)
	who.Small = true
	v.Days = append(v.Days, who)
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "agreement-form.html", v)
}

func (s *Site) keepAgreement(w http.ResponseWriter, r *http.Request) error {
	a := agreement.Agreement{ID: r.PathValue("agreement"), Kind: agreement.Kind(r.PostFormValue("kind")), Title: web.Line(r, "title"), Words: web.Line(r, "words"), Basis: r.PostFormValue("basis"),
		Ask: web.Line(r, "ask"), From: r.PostFormValue("from"), Review: r.PostFormValue("review"), Until: r.PostFormValue("until"), Purposes: r.PostForm["purposes"]}
	if a.ID != "" {
		was, err := s.oneAgreement(r)
		if err != nil {
			return err
		}
		a.Kind, a.Title, a.Version = was.Kind, was.Title, number(r.PostFormValue("from_version"))
	}
	for _, c := range r.PostForm["classes"] {
		a.Classes = append(a.Classes, access.Class(c))
	}
	for _, id := range r.PostForm["parties"] {
		a.Parties = append(a.Parties, agreement.Party{Organisation: id, SignedBy: web.Line(r, "signed_by_"+id), SignedOn: r.PostFormValue("signed_on_" + id)})
	}
	if err := s.known(r, a.Parties); err != nil {
		return err
	}
	id, err := s.agreements.Record(r.Context(), web.Actor(r), web.Form(r), a)
	if bad, ok := web.Invalid(err); ok {
		return s.showAgreement(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/agreements/"+url.PathEscape(id))
}

// known refuses a party that is no partner: only a form that was tampered with
// names one.
func (s *Site) known(r *http.Request, parties []agreement.Party) error {
	all, err := s.partners.All(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	for _, p := range parties {
		if !slices.ContainsFunc(all, func(of partner.Partner) bool { return of.ID == p.Organisation }) {
			return errors.Join(lead.ErrNotFound)
		}
	}
	return nil
}

func (s *Site) endAgreement(w http.ResponseWriter, r *http.Request) error {
	if err := s.agreements.End(r.Context(), web.Actor(r), web.Form(r), r.PathValue("agreement")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/agreements/"+url.PathEscape(r.PathValue("agreement")))
}
