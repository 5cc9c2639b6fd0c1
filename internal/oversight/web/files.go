package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

func pathOfFile(participantID string) string {
	return "/oversight/files/" + url.PathEscape(participantID)
}

func (s *Site) files(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	pending := keeping.Act(q.Get("pending"))
	if q.Get("after") == "" {
		pending = keeping.Last
	}
	kept, err := s.Files(r.Context(), web.Actor(r), pending, q.Get("after"), perPage)
	if err != nil {
		return err
	}
	v := listPage{Page: web.Page(r, "Files"), Heading: "Files", SeenBy: only("")}
	v.Intro = "Not being in touch closes nothing. After the time in the schedule a file is sealed, so that nobody looks at it, and opens the day the person comes back. You propose, a supervisor confirms."
	v.Sections = []section{
		{"Due to be sealed", s.fileRows(kept.ToSeal, "Nobody in touch since "), "No file is due."},
		{"Due to be erased", s.fileRows(kept.ToErase, "Sealed; nobody in touch since "), "No file is due."},
		{"Sealed, held or waiting", s.keptRows(kept.Kept), "No file is sealed or held."},
		{"Referrals that nobody took up", s.untakenRows(kept.Untaken), "None is older than the schedule allows."},
		{"Words that were let go", s.letGoRows(kept.LetGo), "None so far. A supervisor of the case team lets them go, one by one."},
	}
	if kept.More {
		end := kept.Kept[len(kept.Kept)-1]
		v.More = "/oversight/files?" + url.Values{"pending": {string(end.Pending)}, "after": {end.ParticipantID}}.Encode()
	}
	schedule := section{Heading: "The schedule", Empty: "There is no schedule: nothing is due."}
	for _, c := range kept.Schedule {
		line := row{When: c.Attributes["months"] + " months", Title: c.Label, What: c.Attributes["basis"] + ". Source: " + strings.TrimSuffix(c.Source, ": VERIFY")}
		if c.ToVerify && c.Verified.At.IsZero() {
			line.Tag, line.Warm = "To verify", true
		}
		schedule.Rows = append(schedule.Rows, line)
	}
	v.Sections = append(v.Sections, schedule)
	return s.pages.Render(w, http.StatusOK, "list.html", v)
}

func (s *Site) fileRows(list []oversight.File, words string) []row {
	var out []row
	for _, f := range list {
		out = append(out, row{When: s.short(f.LastContact), Title: f.ParticipantID, Href: pathOfFile(f.ParticipantID), What: words + s.day(f.LastContact)})
	}
	return out
}

func (s *Site) keptRows(list []keeping.Row) []row {
	var out []row
	for _, k := range list {
		line := row{When: s.short(k.At), Title: k.ParticipantID, Href: pathOfFile(k.ParticipantID), What: standing(k.Sealed, k.Held, k.Erased)}
		if k.Pending != "" {
			line.What, line.Tag, line.Warm = k.Pending.Words()+": waits for the supervisor", "Waits", true
		} else if k.Held {
			line.Tag, line.Warm = "Held", true
		}
		out = append(out, line)
	}
	return out
}

func standing(sealed, held, erased bool) string {
	switch {
	case erased:
		return "Erased"
	case sealed && held:
		return "Sealed, and held: nothing is erased"
	case sealed:
		return "Sealed"
	case held:
		return "Held: neither sealed nor erased"
	}
	return "Open"
}

func (s *Site) untakenRows(list []oversight.Untaken) []row {
	var out []row
	for _, u := range list {
		what := "Nobody accepted it. Its words are due to go"
		if u.SaidNo {
			what = "The sergeant said no. Its words are due to go"
		}
		out = append(out, row{When: s.short(u.MadeAt), Title: u.ReferralID, What: what})
	}
	return out
}

func (s *Site) letGoRows(list []oversight.LetGo) []row {
	var out []row
	for _, l := range list {
		what := "Nobody had accepted it"
		if l.SaidNo {
			what = "The sergeant had said no"
		}
		out = append(out, row{When: s.short(l.At), Title: l.ReferralID, Href: "/audit?subject=" + url.QueryEscape(l.ReferralID), What: what + ". Made " + s.day(l.MadeAt) + ". " + l.By + " let its words go."})
	}
	return out
}

func (s *Site) file(w http.ResponseWriter, r *http.Request) error {
	return s.showFile(w, r, http.StatusOK, ui.NewForm(nil, nil))
}

func (s *Site) showFile(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	f, steps, err := s.File(r.Context(), web.Actor(r), r.PathValue("file"))
	if err != nil {
		return err
	}
	v := recordPage{Page: web.Page(r, "A file"), Back: ui.Link{Text: "Files", Href: "/oversight/files"}, Heading: "A file", Action: r.URL.Path, From: f.Version, LinesHeading: "What was done",
		SeenBy: only(" and the team's supervisor"), FormHeading: "What should happen", Button: "Save"}
	if kept, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64); err == nil {
		v.From = kept
	}
	v.Facts = []fact{{"Record", f.ParticipantID, "/oversight/trail?subject=" + url.QueryEscape(f.ParticipantID)}, {"Stands", standing(f.Sealed, f.Held, f.Erased), ""}, {"Last in touch", s.day(f.LastContact), ""}}
	for _, step := range slices.Backward(steps) {
		v.Lines = append(v.Lines, line{step.Act.Words() + ": " + step.Stage.Words(), keeping.ReasonWords(step.Act, step.Reason), step.ByName, step.At})
	}
	state := keeping.Standing(steps)
	if state.Pending != nil {
		v.Intro = state.Pending.Act.Words() + ": this waits for a supervisor of the case team. Nobody confirms their own."
	}
	if f.Held {
		v.Warning = "Held. Nothing is sealed or erased until the hold ends."
	}
	if f.Erased {
		s.toForget(&v, f, form)
		return s.showRecord(w, status, v, form)
	}
	var acts []ui.Option
	var reasons []ui.OptionGroup
	for _, a := range keeping.Acts() {
		if err := state.Check(firstStep(a)); err != nil {
			continue
		}
		label := a.Words()
		if a != keeping.Hold {
			label = "Propose: " + label
		}
		acts = append(acts, ui.Option{Value: string(a), Label: label})
		reasons = append(reasons, ui.Group(a.Words(), options(keeping.Reasons(a))...))
	}
	if state.Pending != nil {
		acts = append(acts, ui.Option{Value: "drop_" + string(state.Pending.Act), Label: "Take the proposal back"})
	}
	if len(acts) > 0 {
		v.Fields = []any{form.One("act", "What", "", acts...)}
		if len(reasons) > 0 {
			v.Fields = append(v.Fields, form.Pick("reason", "Why", "One that goes with what you chose.", append([]ui.OptionGroup{ui.Options(ui.Option{Value: "", Label: "Choose"})}, reasons...)...))
		}
	} else {
		v.FormHeading = ""
	}
	return s.showRecord(w, status, v, form)
}

// toForget is what is left to do with an erased file: to take the person out of
// the log.
func (s *Site) toForget(v *recordPage, f oversight.File, form *ui.Form) {
	if f.InLog == 0 {
		v.Intro = "Erased, and taken out of the log: no entry leads to this person, and nobody can read a word about them."
		v.Facts = append(v.Facts, fact{"In the log", "Nothing leads to them", ""})
		return
	}
	v.Intro = "Erased: nobody can read a word about this person any more. The log still says who did what with their record."
	entries := strconv.FormatInt(f.InLog, 10) + " entries lead to them"
	if f.InLog == 1 {
		entries = "1 entry leads to them"
	}
	v.Facts = append(v.Facts, fact{"In the log", entries, ""})
	v.FormHeading, v.Button, v.Action = "Take them out of the log too", "Take them out", pathOfFile(f.ParticipantID)+"/forget"
	v.Fields = []any{form.Many("sure", "This cannot be undone",
		"Every entry stays: who did something, what, and when. None says any more that it was about this person. From then on nobody can find out who looked at them, not for the person, not for a court. Whoever checks the log can tell this from tampering.",
		ui.Option{Value: "yes", Label: "I know that it cannot be undone"})}
}

func (s *Site) forget(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("file")
	err := s.Forget(r.Context(), web.Actor(r), web.Form(r), id, r.PostFormValue("sure") == "yes")
	return s.afterForm(w, r, err, pathOfFile(id), func(status int, f *ui.Form) error { return s.showFile(w, r, status, f) })
}

// firstStep is what the officer's form sends for an act.
func firstStep(a keeping.Act) keeping.Step {
	step := keeping.Step{Act: a, Stage: keeping.Proposed, Side: lead.Oversight, Reason: keeping.Reasons(a)[0][0]}
	if a == keeping.Hold {
		step.Stage = keeping.Confirmed
	}
	return step
}

func (s *Site) propose(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("file")
	from, err := strconv.ParseInt(r.PostFormValue("from_version"), 10, 64)
	if err != nil {
		from = -1
	}
	act, drop := strings.CutPrefix(r.PostFormValue("act"), "drop_")
	step := keeping.Step{Act: keeping.Act(act), Stage: keeping.Proposed, Reason: r.PostFormValue("reason")}
	switch {
	case drop:
		step.Stage, step.Reason = keeping.Dropped, ""
	case step.Act == keeping.Hold:
		step.Stage = keeping.Confirmed
	}
	err = s.Propose(r.Context(), web.Actor(r), web.Form(r), id, from, step)
	return s.afterForm(w, r, err, pathOfFile(id), func(status int, f *ui.Form) error { return s.showFile(w, r, status, f) })
}
