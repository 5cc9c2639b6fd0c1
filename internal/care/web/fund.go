package web

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"waymark.example/internal/care/fund"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// fundRoutes are the pages of the flexible fund.
func (s *Site) fundRoutes() []web.Route {
	return []web.Route{
		web.Get("/care/fund", "fund.read", s.fund),
		web.Get("/care/fund/money", "fund.keep", s.moneyPage),
		web.Post("/care/fund/money", "fund.keep", s.money),
		web.Sensitive(web.Get("/care/fund/account.csv", "fund.keep", s.fundAccount)),
		web.Get("/care/people/{person}/fund", "fund.ask", s.askFundPage),
		web.Post("/care/people/{person}/fund", "fund.ask", s.askFund),
		web.Get("/care/people/{person}/fund/{ask}", "fund.ask", s.fundRequest),
		web.Post("/care/people/{person}/fund/{ask}/answer", "fund.approve", s.answerFund),
		web.Post("/care/people/{person}/fund/{ask}/pay", "fund.ask", s.payFund),
		web.Post("/care/people/{person}/fund/{ask}/back", "fund.ask", s.backToFund),
	}
}

type fundPage struct {
	ui.Page
	Fund    fund.Fund
	Waiting []fund.Waiting
	Keeper  bool
	Me      string
}

func (s *Site) fund(w http.ResponseWriter, r *http.Request) error {
	f, waiting, err := s.Fund.Read(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "fund.html", fundPage{web.Page(r, "Flexible fund"), f, waiting, web.Actor(r).Has(lead.Supervisor), web.Actor(r).ID})
}

type moneyView struct {
	ui.Page
	Fields []any
}

func (s *Site) moneyPage(w http.ResponseWriter, r *http.Request) error {
	return s.showMoney(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

// sum is a field for money.
func sum(form *ui.Form, name, label, hint string) ui.Field {
	f := form.Text(name, label, hint)
	f.Short, f.Max = true, 12
	return f
}

func (s *Site) showMoney(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := moneyView{Page: web.Page(r, "Put money in")}
	v.Phone = true
	v.Fields = []any{sum(form, "pence", "How much, in pounds", ""), sum(form, "most", "The most for one request, in pounds", "It holds from now on."), form.Text("source", "Who gave it", "A body, not a person.")}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "fund-money.html", v)
}

func (s *Site) money(w http.ResponseWriter, r *http.Request) error {
	err := s.Fund.MoneyIn(r.Context(), web.Actor(r), web.Form(r), web.Line(r, "pence"), web.Line(r, "most"), web.Line(r, "source"))
	return s.afterForm(w, r, err, "/care/fund", func(status int, f *ui.Form) error { return s.showMoney(w, r, status, f) })
}

// fundAccount is the team's account as a file: requests by number, no person.
func (s *Site) fundAccount(w http.ResponseWriter, r *http.Request) error {
	var lines []fund.Line
	if err := s.Fund.Account(r.Context(), web.Actor(r), func(l fund.Line) error { lines = append(lines, l); return nil }); err != nil {
		return err
	}
	file := web.DownloadCSV(w, "flexible-fund.csv")
	if err := file.Row("when", "what", "taken_from", "put_into", "pounds", "request", "source", "recorded_by"); err != nil {
		return err
	}
	for _, l := range lines {
		if err := file.Row(l.At.UTC().Format(time.RFC3339), l.Kind, l.From, l.To, fmt.Sprintf("%d.%02d", l.Pence/100, l.Pence%100), l.RequestID, l.Source, l.Name); err != nil {
			return err
		}
	}
	return file.End()
}

func (s *Site) askFundPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAskFund(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showAskFund(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	rec, err := s.record(r)
	if err != nil {
		return err
	}
	if err := s.People.Access.Check(web.Actor(r), "fund.ask", rec.Resource()); err != nil {
		return err
	}
	v := formPage{Page: web.Page(r, "Flexible fund: "+rec.Now.Name), Now: rec.Now, Action: pathOf(rec.Now.ID, "/fund"), Heading: "Ask the flexible fund", Button: "Ask",
		Intro: "For what " + rec.Now.Name + " needs now. A second person says yes. Nobody has to prove anything, and no receipt is asked for."}
	kind := form.One("kind", "What for?", "", options(fund.Kinds())...)
	kind.Small, kind.Half = true, true
	v.Fields = []any{kind, sum(form, "pence", "How much, in pounds", ""), form.Area("words", "A few words", "Optional. What the second person needs to know, and no more.", 2)}
	return s.showForm(w, status, v, form)
}

func (s *Site) askFund(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("person")
	asked, err := s.Fund.Ask(r.Context(), web.Actor(r), web.Form(r), id, r.PostFormValue("kind"), web.Line(r, "pence"), web.Line(r, "words"))
	return s.afterForm(w, r, err, pathOf(id, "/fund/"+url.PathEscape(asked)), func(status int, f *ui.Form) error { return s.showAskFund(w, r, status, f) })
}

type fundRequestPage struct {
	ui.Page
	Now     participant.Now
	Request fund.Request
	Mine    bool // the actor asked: somebody else says yes
	At      string
	Keys    map[string]string
	Why     ui.Field
	Sum     ui.Field
	Way     ui.Choices
}

func (s *Site) fundRequest(w http.ResponseWriter, r *http.Request) error {
	return s.showFundRequest(w, r, http.StatusOK, nil)
}

func (s *Site) showFundRequest(w http.ResponseWriter, r *http.Request, status int, bad lead.Invalid) error {
	now, req, err := s.Fund.One(r.Context(), web.Actor(r), r.PathValue("person"), r.PathValue("ask"))
	if err != nil {
		return err
	}
	v := fundRequestPage{Page: web.Page(r, req.KindWords()+": "+now.Name), Now: now, Request: req, Mine: req.AskedBy == web.Actor(r).ID, At: pathOf(now.ID, "/fund/"+req.ID), Keys: map[string]string{}}
	v.Phone = true
	for _, form := range []string{"yes", "no", "pay", "back"} {
		v.Keys[form] = lead.NewID("frm")
	}
	values := r.PostForm
	if values.Get("pence") == "" {
		values = url.Values{"pence": {fmt.Sprintf("%d.%02d", req.Pence/100, req.Pence%100)}, "words": r.PostForm["words"], "way": r.PostForm["way"]}
	}
	form := ui.NewForm(values, bad)
	v.Why = form.Area("words", "Why not now?", "In words that "+now.Name+" can hear.", 2)
	v.Sum = sum(form, "pence", "What it was, in pounds", "What was not used goes back into the fund.")
	v.Way = form.One("way", "How was it paid?", "", options(fund.Ways())...)
	v.Way.Small = true
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "fund-request.html", v)
}

// afterFund answers one of the small forms on a request's page.
func (s *Site) afterFund(w http.ResponseWriter, r *http.Request, err error) error {
	if bad, ok := web.Invalid(err); ok {
		return s.showFundRequest(w, r, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, pathOf(r.PathValue("person"), "/fund/"+url.PathEscape(r.PathValue("ask"))))
}

func (s *Site) answerFund(w http.ResponseWriter, r *http.Request) error {
	id, ask := r.PathValue("person"), r.PathValue("ask")
	if r.PostFormValue("answer") == "yes" {
		return s.afterFund(w, r, s.Fund.Approve(r.Context(), web.Actor(r), web.Form(r), id, ask))
	}
	return s.afterFund(w, r, s.Fund.NotNow(r.Context(), web.Actor(r), web.Form(r), id, ask, web.Line(r, "words")))
}

func (s *Site) payFund(w http.ResponseWriter, r *http.Request) error {
	return s.afterFund(w, r, s.Fund.Pay(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("ask"), web.Line(r, "pence"), r.PostFormValue("way")))
}

func (s *Site) backToFund(w http.ResponseWriter, r *http.Request) error {
	return s.afterFund(w, r, s.Fund.NotNeeded(r.Context(), web.Actor(r), web.Form(r), r.PathValue("person"), r.PathValue("ask")))
}
