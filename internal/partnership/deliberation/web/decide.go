package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/deliberation"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

type decidePage struct {
	ui.Page
	Action     string // where the form goes
	Draft      *deliberation.Draft
	Heading    ui.Field
	What       ui.Field
	Body       ui.Choices
	MetOn      ui.Field
	Way        ui.Choices
	Voices     []voiceView
	VoiceError string
	Lived      ui.Choices
	LivedWords ui.Field
	Reasons    ui.Field
	InForce    ui.Field
	NotPut     string // why a draft cannot be decided yet
}

// voiceView asks where one organisation stood.
type voiceView struct {
	Name   string   // "" where it is typed
	Typed  ui.Field // its name
	Stance ui.Select
	Words  ui.Field
}

// typedVoices is how many that have no account here can be added on one form.
const typedVoices = 2

func (s *Site) decidePage(w http.ResponseWriter, r *http.Request) error {
	return s.showDecide(w, r, http.StatusOK, ui.NewForm(url.Values{"met_on": {db.Day(s.deliberation.Book.Now())}, "in_force_from": {db.Day(s.deliberation.Book.Now())}}, nil))
}

func (s *Site) showDecide(w http.ResponseWriter, r *http.Request, status int, form *ui.Form) error {
	v := decidePage{Page: web.Page(r, "Write down a decision"), Action: Register + "/new"}
	if id := r.PathValue("draft"); id != "" {
		d, err := s.deliberation.Draft(r.Context(), id)
		if err != nil {
			return err
		}
		v.Draft, v.Action = &d, Drafts+"/"+d.ID+"/decide"
	}
	organisations, err := s.deliberation.Organisations(r.Context())
	if err != nil {
		return err
	}
	v.Heading = form.Text("title", "What is it about, in a few words?", "")
	v.Heading.Max = 120
	v.What = form.Area("what", "What was decided?", "", 4)
	var bodies []ui.Option
	names, err := s.deliberation.Bodies(r.Context())
	if err != nil {
		return err
	}
	for _, b := range names {
		bodies = append(bodies, ui.Option{Value: b, Label: b})
	}
	v.Body = form.One("body", "Which body decided?", "", bodies...)
	v.Body.Small = true
	v.MetOn = form.Typed("date", "met_on", "Day of the meeting", "")
	v.MetOn.Short = true
	v.Way = form.One("way", "How did it come about?", "Nobody is outvoted. Whoever did not agree has their reasons on record, and may withdraw at any time.",
		ui.Option{Value: string(deliberation.Consensus), Label: deliberation.Consensus.Words(), Hint: "Nobody who took part disagrees; some may stand aside"},
		ui.Option{Value: string(deliberation.WithDissent), Label: deliberation.WithDissent.Words(), Hint: "It goes ahead, and whoever did not agree lets it"},
		ui.Option{Value: string(deliberation.NoAgreement), Label: deliberation.NoAgreement.Words(), Hint: "Nothing changes; that it was tried is on record"})
	v.Way.Small = true
	v.VoiceError = form.Error("voices")
	for i, of := range organisations { // by place: one that withdraws meanwhile moves nobody's answer
		if !of.Away {
			v.Voices = append(v.Voices, voiceOf(form, strconv.Itoa(i), of.Name))
		}
	}
	for i := range typedVoices {
		v.Voices = append(v.Voices, voiceOf(form, "typed"+strconv.Itoa(i), ""))
	}
	v.Lived = form.One("lived", "Did somebody with lived experience take part?", "", ui.Option{Value: "present", Label: "Yes"}, ui.Option{Value: "absent", Label: "No"})
	v.Lived.Small = true
	v.LivedWords = form.Area("lived_words", "What they said, or why nobody was there", "A decision without that voice says why, in the register, for everybody.", 2)
	v.LivedWords.Max = 1000
	v.Reasons = form.Area("reasons", "Reasons", "What weighed, for and against.", 4)
	v.InForce = form.Typed("date", "in_force_from", "In force from", "Contacts before that day keep the version they were decided under.")
	v.InForce.Short = true
	v.NotPut = form.Error("draft")
	v.Errors = form.Errors()
	return s.pages.Render(w, status, "decide-together.html", v)
}

func voiceOf(form *ui.Form, key, name string) voiceView {
	v := voiceView{Name: name}
	label := name
	if name == "" {
		v.Typed = form.Text("voice_name_"+key, "Another organisation or group", "One without accounts here, such as residents or a peer group.")
		v.Typed.Max = 120
		label = "Where it stood"
	}
	v.Stance = form.Pick("voice_"+key, label, "", ui.Options(
		ui.Option{Value: "", Label: "Was not there"}, ui.Option{Value: string(deliberation.Agrees), Label: deliberation.Agrees.Words()},
		ui.Option{Value: string(deliberation.Dissents), Label: deliberation.Dissents.Words()}, ui.Option{Value: string(deliberation.Abstains), Label: deliberation.Abstains.Words()}))
	v.Words = form.Text("voice_words_"+key, "In their words", "")
	v.Words.Max = 2000
	return v
}

func (s *Site) decide(w http.ResponseWriter, r *http.Request) error {
	d := deliberation.Decision{
		DraftID: r.PathValue("draft"), Title: web.Line(r, "title"), What: web.Line(r, "what"), Body: r.PostFormValue("body"), MetOn: r.PostFormValue("met_on"),
		Way: deliberation.Way(r.PostFormValue("way")), Lived: r.PostFormValue("lived") == "present", LivedWords: web.Line(r, "lived_words"),
		Reasons: web.Line(r, "reasons"), InForceFrom: r.PostFormValue("in_force_from"),
	}
	if d.DraftID != "" {
		of, err := s.deliberation.Draft(r.Context(), d.DraftID)
		if err != nil {
			return err
		}
		wording, err := strconv.ParseInt(r.PostFormValue("wording"), 10, 64)
		if err != nil {
			wording = 0
		}
		d.Wording, d.Title = wording, of.Title
		if d.What == "" {
			d.What = of.Why
		}
	}
	organisations, err := s.deliberation.Organisations(r.Context())
	if err != nil {
		return err
	}
	voice := func(key, name string) {
		stance := r.PostFormValue("voice_" + key)
		if stance != "" && strings.TrimSpace(name) != "" {
			d.Voices = append(d.Voices, deliberation.Voice{Organisation: strings.TrimSpace(name), Stance: deliberation.Stance(stance), Words: web.Line(r, "voice_words_"+key)})
		}
	}
	for i, of := range organisations {
		voice(strconv.Itoa(i), of.Name)
	}
	for i := range typedVoices {
		key := "typed" + strconv.Itoa(i)
		voice(key, web.Line(r, "voice_name_"+key))
	}
	id, err := s.deliberation.Decide(r.Context(), web.Actor(r), web.Form(r), d)
	if bad, ok := web.Invalid(err); ok {
		return s.showDecide(w, r, http.StatusUnprocessableEntity, ui.NewForm(r.PostForm, bad))
	}
	if err != nil {
		return err
	}
	if id == "" {
		return lead.ErrNotFound
	}
	return web.SeeOther(w, r, Register+"/"+id)
}
