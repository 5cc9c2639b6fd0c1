// Package web serves who takes part and what they agreed: partners, seats,
// agreements, and a partner's leaving. It imports partnership, reference, identity,
// the bridge and platform.
package web

import (
	"embed"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/partner"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/reference/agreement"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	partners   *partner.Service
	agreements *agreement.Service
	pages      *ui.Set
}

// New returns the pages.
func New(p *partner.Service, a *agreement.Service) *Site { return &Site{p, a, ui.Must(files)} }

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	const one = "/partnership/partners/{partner}"
	return []web.Route{
		web.Get("/partnership/partners", "partner.read", s.list),
		web.Get("/partnership/partners/new", "partner.keep", s.newPage),
		web.Post("/partnership/partners/new", "partner.keep", s.keep),
		web.Get(one, "partner.read", s.one),
		web.Get(one+"/change", "partner.keep", s.changePage),
		web.Post(one+"/change", "partner.keep", s.keep),
		web.Get(one+"/contact", "partner.keep", s.contactPage),
		web.Post(one+"/contact", "partner.keep", s.addContact),
		web.Post(one+"/contact-end", "partner.keep", s.endContact),
		web.Get(one+"/seat", "partner.keep", s.seatPage),
		web.Post(one+"/seat", "partner.keep", s.addSeat),
		web.Post(one+"/seat-end", "partner.keep", s.endSeat),
		web.Get(one+"/withdraw", "partner.withdraw", s.withdrawPage),
		web.Sensitive(web.Post(one+"/withdraw", "partner.withdraw", s.withdraw)),
		web.Post(one+"/hand-over", "partner.keep", s.handOver),
		web.Post(one+"/back", "partner.keep", s.comeBack),
		web.Get("/partnership/mine", "partner.own", s.own),
		web.Get("/agreements", "agreement.read", s.listAgreements),
		web.Get("/agreements/new", "agreement.keep", s.newAgreement),
		web.Post("/agreements/new", "agreement.keep", s.keepAgreement),
		web.Get("/agreements/{agreement}", "agreement.read", s.agreement),
		web.Get("/agreements/{agreement}/next", "agreement.keep", s.nextAgreement),
		web.Post("/agreements/{agreement}/next", "agreement.keep", s.keepAgreement),
		web.Post("/agreements/{agreement}/end", "agreement.keep", s.endAgreement),
	}
}

type listPage struct {
	ui.Page
	Partners []partner.Partner
	Mine     bool // the actor keeps the list
}

func (s *Site) list(w http.ResponseWriter, r *http.Request) error {
	all, err := s.partners.All(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "partners.html", listPage{web.Page(r, "Partners"), all, s.keeps(r)})
}

func (s *Site) keeps(r *http.Request) bool {
	return s.partners.Access.Check(web.Actor(r), "partner.keep", access.Screen{}) == nil
}

func (s *Site) today() string { return db.Day(s.partners.Book.Now()) }

type onePage struct {
	ui.Page
	Partner partner.Whole
	Live    []partner.Seat
	Past    []partner.Seat
	Mine    bool
	Leaves  bool       // the actor may record that it withdraws
	Teams   *ui.Select // that can take its people up, where it is away and had some
	Today   string
}

func (s *Site) one(w http.ResponseWriter, r *http.Request) error {
	whole, err := s.partners.One(r.Context(), web.Actor(r), r.PathValue("partner"))
	if err != nil {
		return err
	}
	v := onePage{Page: web.Page(r, whole.Name), Partner: whole, Mine: s.keeps(r), Today: s.today()}
	v.Live, v.Past = seats(whole.Seats, v.Today)
	v.Leaves = v.Mine && !whole.Away() && !whole.Watches
	if v.Mine && whole.Away() {
		look, err := s.partners.HandingOver(r.Context(), web.Actor(r), whole.ID)
		if err != nil {
			return err
		}
		if whole.Sort == "care" && len(look.Teams) > 0 {
			pick := teamPick(ui.NewForm(nil, nil), look)
			v.Teams = &pick
		}
	}
	return s.pages.Render(w, http.StatusOK, "partner.html", v)
}

func seats(all []partner.Seat, today string) (live, past []partner.Seat) {
	for _, seat := range all {
		if !seat.Over && (seat.Until == "" || seat.Until >= today) {
			live = append(live, seat)
		} else {
			past = append(past, seat)
		}
	}
	return live, past
}

// formPage is a page with one form.
type formPage struct {
	ui.Page
	Heading, About, Back, Action, Save, Eye string
	From                                    int64
	Fields                                  []any
}

func (s *Site) form(w http.ResponseWriter, status int, v formPage, form *ui.Form) error {
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "form.html", v)
}

func address(r *http.Request) string {
	return "/partnership/partners/" + url.PathEscape(r.PathValue("partner"))
}

func (s *Site) newPage(w http.ResponseWriter, r *http.Request) error {
	return s.showKeep(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) changePage(w http.ResponseWriter, r *http.Request) error {
	p, err := s.partners.One(r.Context(), web.Actor(r), r.PathValue("partner"))
	if err != nil {
		return err
	}
	values := url.Values{"sort": {string(p.Sort)}, "about": {p.About}, "places": {strings.Join(p.Places, "\n")}, "from_version": {strconv.FormatInt(p.Version, 10)}}
	return s.showKeep(w, r, http.StatusOK, ui.NewForm(values, nil))
}

func (s *Site) showKeep(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := formPage{Page: web.Page(r, "A new partner"), Heading: "A new partner", Back: "/partnership/partners", Action: "/partnership/partners/new", Save: "Save",
		About: "An organisation that takes part in its own right. Accounts for its people are opened by an administrator.", Eye: "Coordinators, members of the groups and commissioners."}
	isNew := r.PathValue("partner") == ""
	if !isNew {
		p, err := s.partners.One(r.Context(), web.Actor(r), r.PathValue("partner"))
		if err != nil {
			return err
		}
		v.Page, v.Heading, v.About = web.Page(r, "Change "+p.Name), p.Name, "What the partnership knows of it. Earlier versions are kept."
		v.Back, v.Action = address(r), address(r)+"/change"
		v.From = number(form.Values.Get("from_version"))
	} else {
		v.Fields = append(v.Fields, form.Text("name", "What it is called", "As people know it."))
	}
	var sorts []ui.Option
	for _, of := range identity.Sorts() {
		sorts = append(sorts, ui.Option{Value: string(of.Sort), Label: of.Words})
	}
	pick := form.One("sort", "What it is", "It decides which accounts its people can have.", sorts...)
	pick.Small = true
	about := form.Area("about", "What it does in the partnership", "Optional, in plain words.", 3)
	about.Max = 1000
	places := form.Area("places", "Places it covers", "One to a line, such as a ward, a town or a county. Areas of partners may overlap.", 4)
	v.Fields = append(v.Fields, pick, about, places)
	return s.form(w, status, v, form)
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1 // never a version: it is told as a change by somebody else
	}
	return n
}

func (s *Site) keep(w http.ResponseWriter, r *http.Request) error {
	p := partner.Partner{ID: r.PathValue("partner"), Name: web.Line(r, "name"), Sort: partner.Sort(r.PostFormValue("sort")), About: web.Line(r, "about"),
		Places: strings.Split(r.PostFormValue("places"), "\n")}
	if p.ID != "" {
		p.Version = number(r.PostFormValue("from_version"))
	}
	id, err := s.partners.Describe(r.Context(), web.Actor(r), web.Form(r), p)
	if bad, ok := web.Invalid(err); ok {
		return s.showKeep(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/partnership/partners/"+url.PathEscape(id))
}

func (s *Site) contactPage(w http.ResponseWriter, r *http.Request) error {
	return s.showContact(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showContact(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	p, err := s.partners.One(r.Context(), web.Actor(r), r.PathValue("partner"))
	if err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Whom to ask at "+p.Name), Heading: "Somebody to ask", About: "At work. They need no account here.", Back: address(r), Action: address(r) + "/contact", Save: "Save",
		Eye: "Coordinators, members of the groups and commissioners."}
	v.Fields = []any{form.Text("name", "Their name", ""), form.Text("role", "What they do there", "Optional."), form.Text("reach", "How to reach them at work", "A phone number or an address of their work, never a private one.")}
	return s.form(w, status, v, form)
}

func (s *Site) addContact(w http.ResponseWriter, r *http.Request) error {
	err := s.partners.AddContact(r.Context(), web.Actor(r), web.Form(r), partner.Contact{Partner: r.PathValue("partner"), Name: web.Line(r, "name"), Role: web.Line(r, "role"), Reach: web.Line(r, "reach")})
	if bad, ok := web.Invalid(err); ok {
		return s.showContact(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	return s.back(w, r, err)
}

func (s *Site) endContact(w http.ResponseWriter, r *http.Request) error {
	return s.back(w, r, s.partners.EndContact(r.Context(), web.Actor(r), web.Form(r), r.PathValue("partner"), r.PostFormValue("contact")))
}

func (s *Site) back(w http.ResponseWriter, r *http.Request, err error) error {
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, address(r))
}

func (s *Site) seatPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSeat(w, r, http.StatusOK, ui.NewForm(url.Values{"from": {s.today()}}, nil))
}

func (s *Site) showSeat(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	p, err := s.partners.One(r.Context(), web.Actor(r), r.PathValue("partner"))
	if err != nil {
		return err
	}
	people, err := s.partners.People(r.Context(), p.ID)
	if err != nil {
		return err
	}
	var bodies []partner.Body
	if err := s.partners.Book.Look(r.Context(), func(tx *db.Tx) error {
		bodies, err = partner.Bodies(r.Context(), tx)
		return err
	}); err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "A seat for "+p.Name), Heading: "A seat", About: "A seat gives somebody the pages of that group, and nothing about any person.", Back: address(r), Action: address(r) + "/seat", Save: "Give the seat",
		Eye: "Coordinators, members of the groups and commissioners."}
	var on []ui.Option
	for _, b := range bodies {
		on = append(on, ui.Option{Value: b.ID, Label: b.Name, Hint: b.About})
	}
	body := form.One("body", "On which group", "", on...)
	body.Small = true
	who := []ui.Option{{Label: "Somebody without an account"}}
	for _, a := range people {
		label := a.Name
		if a.Team != "" {
			label += ", " + a.Team
		}
		who = append(who, ui.Option{Value: a.ID, Label: label})
	}
	from, until := form.Typed("date", "from", "From", ""), form.Typed("date", "until", "Until", "The last day. Leave it empty while nobody has said.")
	from.Short, until.Short = true, true
	more := form.Many("more", "And", "", ui.Option{Value: "lived", Label: "They sit there with lived experience"}, ui.Option{Value: "chair", Label: "They chair the group"})
	more.Small = true
	v.Fields = []any{body, form.Pick("account", "Who", "Those who have an account here.", ui.Options(who...)), form.Text("name", "Their name, without an account", ""), more, from, until}
	return s.form(w, status, v, form)
}

func (s *Site) addSeat(w http.ResponseWriter, r *http.Request) error {
	seat := partner.Seat{OrganisationID: r.PathValue("partner"), BodyID: r.PostFormValue("body"), AccountID: r.PostFormValue("account"), Name: web.Line(r, "name"),
		From: r.PostFormValue("from"), Until: r.PostFormValue("until")}
	for _, more := range r.PostForm["more"] {
		seat.Lived, seat.Chair = seat.Lived || more == "lived", seat.Chair || more == "chair"
	}
	err := s.partners.AddSeat(r.Context(), web.Actor(r), web.Form(r), seat)
	if bad, ok := web.Invalid(err); ok {
		return s.showSeat(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	return s.back(w, r, err)
}

func (s *Site) endSeat(w http.ResponseWriter, r *http.Request) error {
	return s.back(w, r, s.partners.EndSeat(r.Context(), web.Actor(r), web.Form(r), r.PathValue("partner"), r.PostFormValue("seat")))
}

func teamPick(form *ui.Form, look partner.Leaving) ui.Select {
	options := []ui.Option{{Label: "Choose a team"}}
	for _, t := range look.Teams {
		options = append(options, ui.Option{Value: t.Name, Label: t.Name})
	}
	return form.Pick("team", "Which case team takes up the people its teams walk with?", "They stand on that team's board the same minute, each with their whole record. Nobody's support ends.", ui.Options(options...))
}

func (s *Site) withdrawPage(w http.ResponseWriter, r *http.Request) error {
	return s.showWithdraw(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

type withdrawPage struct {
	ui.Page
	Partner partner.Partner
	Back    string
	Action  string
	Out     bool // whoever records it is signed out with it
	Walks   bool
	Alone   bool
	Fields  []any
}

func (s *Site) showWithdraw(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	look, err := s.partners.Leaving(r.Context(), web.Actor(r), r.PathValue("partner"))
	if err != nil {
		return err
	}
	if look.Partner.Away() {
		return lead.ErrNotFound
	}
	v := withdrawPage{Page: web.Page(r, look.Partner.Name+" withdraws"), Partner: look.Partner, Back: address(r), Action: address(r) + "/withdraw", Walks: look.Walks,
		Out: web.Actor(r).Organisation == look.Partner.ID && web.Actor(r).Side != lead.Oversight && web.Actor(r).Side != lead.Operation, Alone: look.Alone}
	if !s.keeps(r) {
		v.Back = "/partnership/mine"
	}
	words := form.Area("words", "In the partner's own words", "It may leave at any time and owes nobody a reason. What it wants to say is kept as it says it.", 4)
	words.Max = 2000
	v.Fields = append(v.Fields, words)
	if look.Walks && len(look.Teams) > 0 {
		v.Fields = append(v.Fields, teamPick(form, look))
	}
	if !v.Alone { // then there is no form, and the page says why
		v.Errors = form.Errors()
	}
	return s.pages.Render(w, status, "withdraw.html", v)
}

func (s *Site) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := s.partners.Withdraw(r.Context(), web.Actor(r), web.Form(r), r.PathValue("partner"), web.Line(r, "words"), r.PostFormValue("team"))
	if bad, ok := web.Invalid(err); ok {
		return s.showWithdraw(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err == nil && !s.keeps(r) {
		return web.SeeOther(w, r, "/")
	}
	return s.back(w, r, err)
}

func (s *Site) handOver(w http.ResponseWriter, r *http.Request) error {
	return s.back(w, r, s.partners.HandOver(r.Context(), web.Actor(r), web.Form(r), r.PathValue("partner"), r.PostFormValue("team")))
}

func (s *Site) comeBack(w http.ResponseWriter, r *http.Request) error {
	return s.back(w, r, s.partners.ComeBack(r.Context(), web.Actor(r), web.Form(r), r.PathValue("partner"), web.Line(r, "words")))
}

type ownPage struct {
	ui.Page
	Own   partner.Own
	Today string
}

func (s *Site) own(w http.ResponseWriter, r *http.Request) error {
	own, err := s.partners.Own(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "mine.html", ownPage{web.Page(r, "My organisation as a partner"), own, s.today()})
}
