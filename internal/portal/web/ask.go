package web

import (
	"fmt"
	"net/http"
	"strconv"

	"waymark.example/internal/care/participant"
	"waymark.example/internal/handoff/rights"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// asking is one thing that a person can ask for.
type asking struct {
	Path    string
	Door    string // as the list of things to ask for shows it
	Says    string
	Heading string
	Lines   []string
	Label   string
	Hint    string
	Button  string
	Outside bool // name somebody independent
	kind    rights.Kind
}

func askings() []asking {
	return []asking{
		{Path: "copy", Door: "A copy", Says: "Of what is written about me", Heading: "Ask for a copy",
			Lines: []string{"You can have a copy of what we hold about you. It is free.", "We have one month to give it to you."},
			Label: "Do you want all of it, or a part?", Hint: "You do not have to write here. Then we give you all of it.", Button: "Ask for a copy", kind: rights.Copy},
		{Path: "correct", Door: "Put something right", Says: "Something about me is wrong", Heading: "Put something right",
			Lines: []string{"Is something wrong? Tell us, and we will put it right.", "We have one month to do it."},
			Label: "What is wrong? What should it say?", Button: "Send", kind: rights.Correct},
		{Path: "remove", Door: "Take something out", Says: "I do not want you to keep it", Heading: "Take something out",
			Lines: []string{"You can ask us to take out what is written about you.", "The law makes us keep some things. If so, we will tell you why."},
			Label: "What should we take out?", Hint: "You do not have to write here. Then we look at all of it.", Button: "Send", kind: rights.Erase},
		{Path: "treated", Door: "How I was treated", Says: "Good or bad, you can say it", Heading: "How I was treated",
			Lines: []string{"Tell us if something was not right. You will not lose your support.", "Your worker does not deal with this. Someone else does."},
			Label: "What happened?", Button: "Send", Outside: true, kind: rights.Complaint},
	}
}

type askPage struct {
	ui.Page
	Askings  []asking
	Complain bool // anybody can complain without a name
}

func (s *Site) ask(w http.ResponseWriter, r *http.Request) error {
	v := askPage{Page: s.page(r), Askings: askings()}
	if s.Complaints != nil {
		var err error
		if v.Complain, err = s.Complaints(r.Context()); err != nil {
			return err
		}
	}
	return s.pages.Render(w, http.StatusOK, "ask.html", v)
}

type askFormPage struct {
	ui.Page
	asking
	Action string
	Words  ui.Field
	About  *look // the look that it is about
	Helper string
}

// asked returns what the address asks for. A look that somebody asks about must
// be a look at their own record.
func (s *Site) asked(r *http.Request) (asking, *look, error) {
	if r.PathValue("kind") != "look" {
		for _, a := range askings() {
			if a.Path == r.PathValue("kind") {
				return a, nil, nil
			}
		}
		return asking{}, nil, lead.ErrNotFound
	}
	entry := r.URL.Query().Get("entry") // from the list
	if r.Method == http.MethodPost {
		entry = r.PostFormValue("entry")
	}
	seq, err := strconv.ParseInt(entry, 10, 64)
	if err != nil || seq < 1 {
		return asking{}, nil, lead.ErrNotFound
	}
	var about *look
	_, err = s.People.Mine(r.Context(), web.Actor(r), "own.looked", func(tx *db.Tx, n participant.Now) error {
		glances, err := ledger.LooksAt(r.Context(), tx, n.ID, seq+1, 1)
		if err != nil {
			return err
		}
		if len(glances) == 0 || glances[0].Seq != seq || glances[0].Side == lead.Subject {
			return lead.ErrNotFound
		}
		l := s.words(glances[0])
		about = &l
		return nil
	})
	return asking{Path: "look", Heading: "Ask about this", Lines: []string{"We will find out and tell you."}, Label: "What do you want to know?", Button: "Send", Outside: true, kind: rights.Complaint}, about, err
}

func (s *Site) askFormPage(w http.ResponseWriter, r *http.Request) error {
	return s.showAskForm(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showAskForm(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	a, about, err := s.asked(r)
	if err != nil {
		return err
	}
	v := askFormPage{Page: s.page(r), asking: a, Action: "/me/ask/" + a.Path, About: about, Words: form.Area("words", a.Label, a.Hint, 6), Helper: s.Independent}
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "ask-form.html", v)
}

func (s *Site) askForm(w http.ResponseWriter, r *http.Request) error {
	a, about, err := s.asked(r)
	if err != nil {
		return err
	}
	words := web.Line(r, "words")
	bad := lead.Invalid{}
	if words == "" && a.Hint == "" {
		bad["words"] = "Write a few words first"
	}
	bad.TooLong("words", words, 3500)
	if len(bad) > 0 {
		return s.showAskForm(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if about != nil { // so that whoever answers finds the entry
		words = fmt.Sprintf("About entry %d of the log, %s: %s", about.Seq, about.At.In(s.Zone).Format("2 January 2006"), words)
	}
	actor := web.Actor(r)
	_, err = s.Rights.Ask(r.Context(), actor, web.Form(r), actor.ID, rights.Request{Kind: a.kind, Words: words})
	if bad, ok := web.Invalid(err); ok {
		return s.showAskForm(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, "/me/sent?done=sent")
}

type sentPage struct {
	ui.Page
	Asked []rights.Mine
	Done  bool
}

func (s *Site) sent(w http.ResponseWriter, r *http.Request) error {
	asked, err := s.Rights.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "sent.html", sentPage{s.page(r), asked, r.URL.Query().Get("done") == "sent"})
}
