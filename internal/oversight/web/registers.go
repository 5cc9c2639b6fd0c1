package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func registerTabs(current string) []ui.Link {
	tabs := []ui.Link{{Text: "All", Href: "/oversight/registers"}, {Text: "Legal requests", Href: "/oversight/legal"}, {Text: "Breaches", Href: "/oversight/breaches"},
		{Text: "Break-glass", Href: "/oversight/glass"}, {Text: "Taken along", Href: "/oversight/away"}, {Text: "Complaints", Href: "/oversight/complaints/register"}, {Text: "Record of processing", Href: "/oversight/processing"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].Href == current
	}
	return tabs
}

func (s *Site) registers(w http.ResponseWriter, r *http.Request) error {
	v := listPage{Page: web.Page(r, "Registers"), Heading: "Registers", Intro: "What the law wants written down, and what shows that it was done.", Tabs: registerTabs(r.URL.Path), SeenBy: only("")}
	v.Sections = []section{{Rows: []row{
		{When: "Courts, police", Title: "Legal requests", Href: "/oversight/legal", What: "Who asks for what is held, under which power, what was given, and whether the person knows."},
		{When: "72 hours", Title: "Breaches", Href: "/oversight/breaches", What: "What went wrong, how many people it touches, and when the Information Commissioner was told."},
		{When: "2 working days", Title: "Break-glass reviews", Href: "/oversight/glass", What: "Who opened a case that is not theirs because a life was at risk, and whether it was right."},
		{When: "12 hours at most", Title: "Taken along", Href: "/oversight/away", What: "Who had whose record with them on a phone or on paper, to work without signal."},
		{When: "30 days at most", Title: "Complaints", Href: "/oversight/complaints/register", What: "That somebody complained about the scheme or praised it, which way it went, and when it was answered."},
		{When: "Always current", Title: "Record of processing", Href: "/oversight/processing", What: "Who takes part, which data, what for, on what grounds, how long, how protected. To print or take away."},
		{When: "For a court", Title: "What we do not hold", Href: "/oversight/legal/not-held", What: "A statement of what no police account can reach, and why."},
	}}}
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func more(path string, id string) string {
	return path + "?" + url.Values{"before": {id}}.Encode()
}

func (s *Site) legalRows(list []oversight.Legal) []row {
	today := s.Book.Now().In(s.zone).Format(time.DateOnly)
	var out []row
	for _, l := range list {
		line := row{When: dayWords(l.ReceivedOn), Title: l.Asker, Href: "/oversight/legal/" + url.PathEscape(l.ID), What: l.Power + ". " + l.DecisionWords() + "."}
		if l.Decision == "" && l.DueOn != "" {
			line.What = l.Power + ". Due " + dayWords(l.DueOn) + "."
		}
		if l.Overdue(today) {
			line.Tag, line.Warm = "Overdue", true
		} else if l.Decision == "" {
			line.Tag = "Open"
		}
		out = append(out, line)
	}
	return out
}

func (s *Site) legals(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Legals(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Legal requests"), Heading: "Legal requests", Intro: "Everybody who named a legal power to be told what is held, and what came of it.", Tabs: registerTabs(r.URL.Path), SeenBy: only(""),
		Buttons: []ui.Link{{Text: "New request", Href: "/oversight/legal/new", Current: true}, {Text: "What we do not hold", Href: "/oversight/legal/not-held"}}}
	if len(list) > perPage {
		list = list[:perPage]
		v.More = more("/oversight/legal", list[perPage-1].ID)
	}
	v.Sections = []section{{"", s.legalRows(list), "No request yet. Write each one down the day it comes, whoever asks."}}
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func legalValues(l oversight.Legal) url.Values {
	return url.Values{"asker": {l.Asker}, "power": {l.Power}, "scope": {l.Scope}, "subject": {l.SubjectID}, "received_on": {l.ReceivedOn}, "due_on": {l.DueOn}, "lawyer": {l.Lawyer},
		"decision": {l.Decision}, "given": {l.Given}, "disclosure": {l.DisclosureID}, "told": {l.Told}, "told_words": {l.ToldWords}}
}

func (s *Site) newLegalPage(w http.ResponseWriter, r *http.Request) error {
	return s.showLegal(w, r, http.StatusOK, ui.NewForm(url.Values{"received_on": {s.Book.Now().In(s.zone).Format(time.DateOnly)}}, nil))
}

func (s *Site) legal(w http.ResponseWriter, r *http.Request) error {
	return s.showLegal(w, r, http.StatusOK, nil)
}

// showLegal shows one request with its form; form is nil for what is kept.
func (s *Site) showLegal(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := recordPage{Page: web.Page(r, "A legal request"), Back: ui.Link{Text: "Legal requests", Href: "/oversight/legal"}, Heading: "A legal request", Action: r.URL.Path, LinesHeading: "Earlier versions", Button: "Save", SeenBy: only("")}
	v.Intro = "Write no more about the person than the answer needs. Give nothing before a lawyer has looked, unless a life is at risk."
	if id := r.PathValue("legal"); id != "" {
		versions, err := s.Legal(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		now := versions[0]
		v.Heading, v.From = now.Asker, now.Version
		if form == nil {
			form = ui.NewForm(legalValues(now), nil)
		}
		if now.Overdue(s.Book.Now().In(s.zone).Format(time.DateOnly)) {
			v.Warning = "This was due on " + dayWords(now.DueOn) + "."
		}
		for _, l := range versions {
			v.Lines = append(v.Lines, line{"Version " + strconv.FormatInt(l.Version, 10) + ": " + l.DecisionWords(), l.Given, l.By, l.At})
		}
	}
	v.From = from(r, v.From)
	v.Fields = []any{form.Text("asker", "Who asks", "The body and the person who signs for it."), form.Text("power", "Under which power", "The law, order or rule that they name. Write \"none named\" if so."),
		form.Area("scope", "What they ask for", "In their words. Use ids, not names.", 3), form.Text("subject", "Whose record", "Optional: a participant's id."),
		form.Typed("date", "received_on", "Received", ""), form.Typed("date", "due_on", "Due", "Optional."), form.Text("lawyer", "Lawyer asked", "Who and when. Needed before a decision."),
		form.One("decision", "Decision", "", options(oversight.Decisions())...), form.Area("given", "What exactly was given", "Optional until it is decided.", 3),
		form.Text("disclosure", "The disclosure", "Optional: the id of the disclosure that carried it."),
		form.One("told", "Does the person know?", "", ui.Option{Value: "told", Label: "Told"}, ui.Option{Value: "not_yet", Label: "Not told", Hint: "Say why below"}),
		form.Text("told_words", "When, or why not", "")}
	return s.showRecord(w, status, v, form)
}

func from(r *http.Request, latest int64) int64 {
	if v, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		return v
	}
	return latest
}

func (s *Site) keepLegal(w http.ResponseWriter, r *http.Request) error {
	l := oversight.Legal{Asker: web.Line(r, "asker"), Power: web.Line(r, "power"), Scope: web.Line(r, "scope"), SubjectID: web.Line(r, "subject"), ReceivedOn: r.PostFormValue("received_on"), DueOn: r.PostFormValue("due_on"),
		Lawyer: web.Line(r, "lawyer"), Decision: r.PostFormValue("decision"), Given: web.Line(r, "given"), DisclosureID: web.Line(r, "disclosure"), Told: r.PostFormValue("told"), ToldWords: web.Line(r, "told_words")}
	id, err := s.KeepLegal(r.Context(), web.Actor(r), web.Form(r), r.PathValue("legal"), from(r, 0), l)
	return s.afterForm(w, r, err, "/oversight/legal/"+url.PathEscape(id), func(status int, f *ui.Form) error { return s.showLegal(w, r, status, f) })
}

type notHeldPage struct {
	ui.Page
	At time.Time
}

func (s *Site) notHeld(w http.ResponseWriter, r *http.Request) error {
	return s.pages.Render(w, http.StatusOK, "not-held.html", notHeldPage{web.Page(r, "What we do not hold"), s.Book.Now()})
}

func (s *Site) breachRows(list []oversight.Breach) []row {
	now := s.Book.Now()
	var out []row
	for _, b := range list {
		line := row{When: s.short(b.DiscoveredAt), Title: head(b.Happened), Href: "/oversight/breaches/" + url.PathEscape(b.ID), What: b.RiskWords() + "."}
		switch {
		case b.Overdue(now):
			line.Tag, line.Warm = "72 hours are over", true
		case b.Open() && b.ICOToldAt.IsZero():
			line.Tag, line.Warm = "Tell by "+s.when(b.Due()), true
		case b.Open():
			line.Tag = "Open"
		}
		out = append(out, line)
	}
	return out
}

// head is the beginning of a text, for a list.
func head(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	if letters := []rune(first); len(letters) > 80 {
		return string(letters[:79]) + "…"
	}
	return first
}

func (s *Site) breaches(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Breaches(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Breaches"), Heading: "Breaches", Intro: "Anything that went wrong with somebody's data. From discovery there are seventy-two hours to tell the Information Commissioner, unless harm is unlikely.", Tabs: registerTabs(r.URL.Path), SeenBy: only(""),
		Buttons: []ui.Link{{Text: "New breach", Href: "/oversight/breaches/new", Current: true}}}
	if len(list) > perPage {
		list = list[:perPage]
		v.More = more("/oversight/breaches", list[perPage-1].ID)
	}
	v.Sections = []section{{"", s.breachRows(list), "None so far. Write small ones down too: the law wants every one kept."}}
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func (s *Site) moment(t time.Time) string { return localTime(t, s.zone, web.MomentLayout) }

func (s *Site) newBreachPage(w http.ResponseWriter, r *http.Request) error {
	return s.showBreach(w, r, http.StatusOK, ui.NewForm(url.Values{"discovered_at": {s.moment(s.Book.Now())}}, nil))
}

func (s *Site) breach(w http.ResponseWriter, r *http.Request) error {
	return s.showBreach(w, r, http.StatusOK, nil)
}

func (s *Site) showBreach(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := recordPage{Page: web.Page(r, "A breach"), Back: ui.Link{Text: "Breaches", Href: "/oversight/breaches"}, Heading: "A breach", Action: r.URL.Path, LinesHeading: "Earlier versions", Button: "Save", SeenBy: only("")}
	v.Intro = "Write no names. Save what you know now; every later save is a version of its own."
	if id := r.PathValue("breach"); id != "" {
		versions, err := s.Breach(r.Context(), web.Actor(r), id)
		if err != nil {
			return err
		}
		now := versions[0]
		v.Heading, v.From = head(now.Happened), now.Version
		v.Facts = []fact{{"Discovered", s.when(now.DiscoveredAt), ""}, {"Tell the Commissioner by", s.when(now.Due()), ""}, {"People touched", strconv.Itoa(now.Affected), ""}}
		if form == nil {
			form = ui.NewForm(url.Values{"happened": {now.Happened}, "discovered_at": {s.moment(now.DiscoveredAt)}, "affected": {strconv.Itoa(now.Affected)}, "risk": {now.Risk}, "ico_told_at": {s.moment(now.ICOToldAt)},
				"ico_words": {now.ICOWords}, "people_told_at": {s.moment(now.PeopleToldAt)}, "people_words": {now.PeopleWords}}, nil)
		}
		if now.Overdue(s.Book.Now()) {
			v.Warning = "The seventy-two hours ended " + s.when(now.Due()) + ". Tell the Commissioner now, and write why it took longer."
		}
		for _, b := range versions {
			v.Lines = append(v.Lines, line{"Version " + strconv.FormatInt(b.Version, 10) + ": " + b.RiskWords(), b.ICOWords, b.By, b.At})
		}
	}
	v.From = from(r, v.From)
	affected := form.Typed("number", "affected", "How many people, as far as you know", "")
	affected.Min, affected.Short = "0", true
	v.Fields = []any{form.Area("happened", "What happened", "", 4), form.Typed("datetime-local", "discovered_at", "Discovered", "The seventy-two hours run from here."), affected,
		form.One("risk", "How likely is harm?", "", options(oversight.Risks())...), form.Typed("datetime-local", "ico_told_at", "Information Commissioner told", "Leave empty until it is done."),
		form.Area("ico_words", "Why not told, or why late", "", 2), form.Typed("datetime-local", "people_told_at", "People told", "Leave empty until it is done."), form.Area("people_words", "How they were told, or why not", "", 2)}
	return s.showRecord(w, status, v, form)
}

func (s *Site) keepBreach(w http.ResponseWriter, r *http.Request) error {
	affected, err := strconv.Atoi(r.PostFormValue("affected"))
	if err != nil {
		affected = -1 // refused beside its field
	}
	b := oversight.Breach{Happened: web.Line(r, "happened"), DiscoveredAt: web.Moment(r, "discovered_at", s.zone), Affected: affected, Risk: r.PostFormValue("risk"), ICOToldAt: web.Moment(r, "ico_told_at", s.zone),
		ICOWords: web.Line(r, "ico_words"), PeopleToldAt: web.Moment(r, "people_told_at", s.zone), PeopleWords: web.Line(r, "people_words")}
	id, err := s.KeepBreach(r.Context(), web.Actor(r), web.Form(r), r.PathValue("breach"), from(r, 0), b)
	return s.afterForm(w, r, err, "/oversight/breaches/"+url.PathEscape(id), func(status int, f *ui.Form) error { return s.showBreach(w, r, status, f) })
}

func (s *Site) glassRows(list []oversight.Glass) []row {
	now := s.Book.Now()
	var out []row
	for _, g := range list {
		line := row{When: s.short(g.At), Title: g.Name, Href: "/oversight/glass/" + url.PathEscape(g.ID), What: "Review by " + s.day(g.Due()) + "."}
		switch {
		case g.Overdue(now):
			line.Tag, line.Warm = "Overdue", true
		case g.Verdict == "":
			line.Tag = "To review"
		case g.ToldOn == "":
			line.What, line.Tag, line.Warm = g.Verdict.Words()+". The person does not know yet.", "Tell them", true
		default:
			line.What = g.Verdict.Words() + ". They were told on " + dayWords(g.ToldOn) + "."
		}
		out = append(out, line)
	}
	return out
}

func (s *Site) glasses(w http.ResponseWriter, r *http.Request) error {
	list, err := s.Glasses(r.Context(), web.Actor(r), r.URL.Query().Get("before"), perPage+1)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Break-glass reviews"), Heading: "Break-glass reviews", Intro: "A life was at risk and somebody opened a case that is not theirs. Each is reviewed within two working days, and the person is told.", Tabs: registerTabs(r.URL.Path), SeenBy: only("")}
	if len(list) > perPage {
		list = list[:perPage]
		v.More = more("/oversight/glass", list[perPage-1].ID)
	}
	v.Sections = []section{{"", s.glassRows(list), "Nobody has broken the glass."}}
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func (s *Site) glass(w http.ResponseWriter, r *http.Request) error {
	return s.showGlass(w, r, http.StatusOK, nil)
}

func (s *Site) showGlass(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	g, err := s.Glass(r.Context(), web.Actor(r), r.PathValue("glass"))
	if err != nil {
		return err
	}
	if form == nil {
		form = ui.NewForm(url.Values{"verdict": {string(g.Verdict)}, "words": {g.Words}, "told_on": {g.ToldOn}, "not_told": {g.NotTold}}, nil)
	}
	v := recordPage{Page: web.Page(r, "A break-glass review"), Back: ui.Link{Text: "Break-glass reviews", Href: "/oversight/glass"}, Heading: g.Name + " broke the glass", Action: r.URL.Path, From: from(r, g.Version), Button: "Save", FormHeading: "The review", SeenBy: only("")}
	v.Quote = g.Reason
	v.Facts = []fact{{"When", s.when(g.At) + " until " + localTime(g.Until, s.zone, "15:04"), ""}, {"Whose record", g.ParticipantID, "/oversight/trail?subject=" + url.QueryEscape(g.ParticipantID)},
		{"What they did then", g.AccountID, "/oversight/trail/account?actor=" + url.QueryEscape(g.AccountID)}, {"Review by", s.day(g.Due()), ""}}
	if g.Overdue(s.Book.Now()) {
		v.Warning = "The two working days are over."
	}
	v.Fields = []any{form.One("verdict", "Was it right?", "", ui.Option{Value: string(oversight.Justified), Label: oversight.Justified.Words()}, ui.Option{Value: string(oversight.NotJustified), Label: oversight.NotJustified.Words()}),
		form.Area("words", "Why you think so", "", 3), form.Typed("date", "told_on", "The person was told on", "At the next meeting, unless that is not safe."), form.Text("not_told", "Why not yet", "Only while they are not told.")}
	return s.showRecord(w, status, v, form)
}

func (s *Site) reviewGlass(w http.ResponseWriter, r *http.Request) error {
	g := oversight.Glass{Verdict: oversight.Verdict(r.PostFormValue("verdict")), Words: web.Line(r, "words"), ToldOn: r.PostFormValue("told_on"), NotTold: web.Line(r, "not_told")}
	err := s.ReviewGlass(r.Context(), web.Actor(r), web.Form(r), r.PathValue("glass"), from(r, 0), g)
	return s.afterForm(w, r, err, r.URL.Path, func(status int, f *ui.Form) error { return s.showGlass(w, r, status, f) })
}

type processingPage struct {
	ui.Page
	Tabs   []ui.Link
	At     time.Time
	Tables []oversight.Table
}

func (s *Site) processing(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Processing(r.Context(), web.Actor(r), s.Measures())
	if err != nil {
		return err
	}
	return s.pages.Render(w, http.StatusOK, "processing.html", processingPage{web.Page(r, "Record of processing"), registerTabs("/oversight/processing"), p.At, p.Tables()})
}

// processingMarkdown gives the same as text, for an impact assessment.
func (s *Site) processingMarkdown(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Processing(r.Context(), web.Actor(r), s.Measures())
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# Record of processing and impact assessment pack\n\nMade from the running configuration on %s. Grounds marked \"to verify\" wait for a lawyer.\n", s.when(p.At))
	for _, t := range p.Tables() {
		fmt.Fprintf(&out, "\n## %s\n\n%s", t.Title, markdownRow(t.Head))
		out.WriteString(strings.Repeat("|---", len(t.Head)) + "|\n")
		for _, row := range t.Rows {
			out.WriteString(markdownRow(row))
		}
	}
	return sendFile(w, "text/markdown; charset=utf-8", "record-of-processing.md", out.Bytes())
}

func markdownRow(cells []string) string {
	clean := make([]string, len(cells))
	for i, c := range cells {
		clean[i] = strings.NewReplacer("|", "\\|", "\n", " ", "<", "&lt;").Replace(c)
	}
	return "| " + strings.Join(clean, " | ") + " |\n"
}

func (s *Site) processingCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Processing(r.Context(), web.Actor(r), s.Measures())
	if err != nil {
		return err
	}
	var rows [][]string
	for _, t := range p.Tables() {
		rows = append(rows, []string{t.Title}, t.Head)
		rows = append(rows, t.Rows...)
		rows = append(rows, nil)
	}
	return sendCSV(w, "record-of-processing.csv", rows)
}
