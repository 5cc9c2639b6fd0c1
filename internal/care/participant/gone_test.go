package participant_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/answered"
	"waymark.example/internal/care/away"
	"waymark.example/internal/care/calendar"
	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/document"
	"waymark.example/internal/care/legal"
	"waymark.example/internal/care/month"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/care/safety"
	"waymark.example/internal/care/supervision"
	"waymark.example/internal/handoff/disclosure"
	"waymark.example/internal/handoff/matter"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/reference/instrument"
)

// tellMore has the case team keep every further kind of text about a person, and
// let others know of them. Every text holds word, or paperNumber where a
// prosecutor may read nothing that somebody wrote.
func tellMore(t testing.TB, a *app.App, staff practice.Area, person string) {
	t.Helper()
	ctx, care := t.Context(), a.Care
	manager, prosecutor := staff.Actors["manager"], staff.Actors["prosecutor"]
	day, at := care.People.LocalDay(), a.Now().Add(22*time.Hour)
	must(t, a.Instruments.Attest(ctx, staff.Actors["administrator"], none, "this-week", "1", "CC0 1.0"))
	must(t, care.Months.Note(ctx, manager, none, person, 0, month.Status{Month: day[:7], Words: word}))
	doc, err := care.Documents.Add(ctx, manager, none, person, document.Document{Kind: "id", Original: "with_us", Name: word, Words: word}, paper(t))
	must(t, err)
	must(t, care.Documents.GiveBack(ctx, manager, none, person, doc, word))
	one, err := care.Answered.Take(ctx, manager, none, person, "this-week", "1", answered.Answered{On: day, Answers: instrument.Answers{"safe": "0"}, Words: word})
	must(t, err)
	must(t, care.Answered.Wrong(ctx, manager, none, person, one, word))
	must(t, care.Safety.Write(ctx, manager, none, person, 0, safety.Plan{Signs: word, Helps: word, People: word, Places: word, Away: word, OnOwn: true}))
	_, err = care.Safety.Warn(ctx, manager, none, safety.Alert{Kind: "overdose", PersonID: person, Words: word}, 7)
	must(t, err)
	concern, err := care.Safety.Raise(ctx, manager, none, person, safety.Concern{Who: "adult", Words: word, Why: word}, "not_safe")
	must(t, err)
	must(t, care.Safety.Settle(ctx, manager, none, person, concern, "told", word))
	incident, err := care.Supervision.Record(ctx, manager, none, supervision.Incident{PersonID: person, Kind: "nearly", HappenedAt: a.Now(), Words: word, Told: word})
	must(t, err)
	must(t, care.Supervision.Look(ctx, staff.Actors["supervisor"], none, incident, supervision.Step{Kind: "action", Words: word, Who: word, DueOn: day}))
	hearing, err := care.Legal.Save(ctx, manager, none, person, "", 0, legal.Matter{Kind: "hearing", Standing: "ahead", Source: "person", On: care.People.DayOf(at), At: at,
		Court: word, Reference: paperNumber, Place: word, Todo: word, Words: word}, true)
	must(t, err)
	draft := legal.Draft{Addressee: word, Name: word, Own: word, Agreed: true, How: "spoken", Witness: word}
	look, err := care.Legal.Look(ctx, manager, person, hearing, draft)
	must(t, err)
	draft.Shown = look.Words
	_, err = care.Legal.Write(ctx, manager, none, person, hearing, draft)
	must(t, err)
	until := a.Now().AddDate(0, 1, 0).UTC().Format(time.DateOnly)
	must(t, care.Consents.Give(ctx, manager, none, person, consent.Given{Recipient: prosecutor.Organisation, Topics: []disclosure.Topic{disclosure.Status}, Purpose: "legal", Until: until, How: "spoken", Witness: word, Language: "English"}))
	telling, err := care.Legal.LookTelling(ctx, manager, person, hearing, prosecutor.Organisation)
	must(t, err)
	must(t, care.Legal.Tell(ctx, manager, none, person, hearing, prosecutor.Organisation, telling.Words, true))
	told, err := a.Inbox.Matters(ctx, prosecutor, "", 10)
	must(t, err)
	must(t, a.Inbox.DecideMatter(ctx, prosecutor, none, told[0].ID, matter.Decision{Kind: "diversion", On: day}, word))
	must(t, care.Calendar.Save(ctx, manager, none, person, "", 0, calendar.Appointment{Kind: "health", Standing: "planned", On: care.People.DayOf(at), At: at, Place: word, Who: word, Words: word}))
	must(t, care.Calendar.Want(ctx, manager, none, person, 0, calendar.Wish{Number: "+44 7700 900123", Part: "any", How: "spoken", Witness: word}))

	care.Away.On = true
	_, err = care.Away.Take(ctx, manager, none, away.Taking{People: []string{person}, Hours: 12, Parts: []string{"needs"}})
	must(t, err)
	key, err := care.Away.Slot.Current(ctx)
	must(t, err)
	for range 2 { // the same item with other answers: the second waits to be looked at
		item := secret.Item{ID: "01900000-0000-7000-8000-000000000001", KeyID: key.ID, User: manager.ID}
		sealed, err := care.Away.Slot.Seal(ctx, item, url.Values{"person": {person}, "narrative": {word, fmt.Sprint(a.Now().UnixNano())}}.Encode())
		must(t, err)
		_, err = care.Away.Receive(ctx, manager, secret.Delivery{Item: item, Sealed: sealed, MadeAt: a.Now(), SentAt: a.Now()}, read)
		must(t, err)
	}
	waiting, err := care.Away.Waiting(ctx, manager)
	must(t, err)
	must(t, care.Away.SetAside(ctx, manager, none, person, waiting[0].ID, word))
}

// readable opens everything in the database that any key of the key store opens,
// and returns the plain texts by column, with the texts that were not sealed at
// all; what no key opens stands under "".
func readable(t testing.TB, a *app.App, dir string) map[string][]string {
	t.Helper()
	ctx := t.Context()
	raw, err := sql.Open("sqlite", filepath.Join(dir, "waymark.db"))
	must(t, err)
	defer raw.Close() //nolint:errcheck // it was only read
	keys, err := sql.Open("sqlite", filepath.Join(dir, "keys.db"))
	must(t, err)
	defer keys.Close() //nolint:errcheck // it was only read
	var boxes []*secret.Box
	for _, id := range column(t, keys, `SELECT participant_id FROM key_participant`) {
		box, err := a.Care.People.Keys.Find(ctx, id)
		must(t, err)
		boxes = append(boxes, box)
	}
	items := column(t, keys, `SELECT item_id FROM key_shared`)
	for _, id := range items {
		box, err := a.Care.People.Keys.OpenShared(ctx, id)
		must(t, err)
		boxes = append(boxes, box)
	}
	parts := column(t, raw, `SELECT 'care_document_part.body ' || p.document_id || ' ' || p.part || '/' || d.parts FROM care_document_part p JOIN care_document d ON d.document_id = p.document_id`)
	out := map[string][]string{}
	for _, table := range column(t, raw, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%'`) {
		for _, name := range column(t, raw, `SELECT name FROM pragma_table_info('`+table+`')`) {
			field := table + "." + name
			for _, text := range column(t, raw, `SELECT DISTINCT CAST("`+name+`" AS TEXT) FROM "`+table+`" WHERE "`+name+`" <> ''`) {
				plain, opened := openAny(ctx, a, boxes, items, append(parts, field), text)
				if !opened {
					out[""] = append(out[""], field)
					continue
				}
				out[field] = append(out[field], plain)
			}
		}
	}
	return out
}

// openAny opens one text with whichever key and field it was sealed under.
func openAny(ctx context.Context, a *app.App, boxes []*secret.Box, items, fields []string, text string) (string, bool) {
	switch {
	case strings.HasPrefix(text, "h1."):
		for _, id := range items {
			for _, field := range fields {
				if plain, err := a.Care.People.Keys.OpenLetter(ctx, id, field, text); err == nil {
					return plain, true
				}
			}
		}
		return "", false
	case strings.HasPrefix(text, "k1."):
		for _, box := range boxes {
			for _, field := range fields {
				if plain, err := box.Open(field, text); err == nil {
					return plain, true
				}
			}
		}
		return "", false
	}
	return text, true
}

func column(t testing.TB, raw *sql.DB, query string) []string {
	t.Helper()
	rows, err := raw.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close() //nolint:errcheck // rows.Err tells
	var out []string
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		out = append(out, text)
	}
	must(t, rows.Err())
	return out
}

const paperNumber = "ZK-4711"

// Whatever was kept about somebody, in whichever table and under whichever key,
// no key that is left opens it once they are erased; and nobody goes on hearing
// of them.
func TestG15_AfterAnErasureNoKeyThatIsLeftOpensAWordOfThem(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir)
	staff, err := practice.Staff(t.Context(), a, &practice.Clock{})
	must(t, err)
	ctx, manager, prosecutor := t.Context(), staff.Actors["manager"], staff.Actors["prosecutor"]
	text := &texts{}
	a.Care.Calendar.Text = text
	person, _, _ := received(t, a, staff)
	other, _, _ := received(t, a, staff)
	tell(t, a, staff, person)
	tellMore(t, a, staff, person)
	must(t, a.Care.People.Describe(ctx, manager, none, other, 1, participant.Person{Name: "Robin"}))
	feed, err := a.Care.Calendar.MakeFeed(ctx, manager, none, true)
	must(t, err)

	before := readable(t, a, dir)
	if blind := before[""]; len(blind) > 0 {
		slices.Sort(blind)
		t.Errorf("this test cannot open %v: teach it the field, or nothing is proven of it", slices.Compact(blind))
	}
	holds := func(in map[string][]string) (out []string) {
		for field, texts := range in {
			if field != "" && slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, word) || strings.Contains(s, paperNumber) }) {
				out = append(out, field)
			}
		}
		slices.Sort(out)
		return out
	}
	filled := holds(before)
	for _, field := range []string{"care_month.words", "care_document.name", "care_document.words", "care_document_step.words", "care_answered.words", "care_answered_mistake.words",
		"care_safety_plan.signs", "care_safety_plan.away", "care_alert.words", "care_concern.words", "care_concern.why", "care_concern_step.words", "care_incident.words", "care_incident.told",
		"care_incident_step.words", "care_incident_step.who", "care_legal.court", "care_legal.reference", "care_legal.todo", "care_letter.words", "care_letter.addressee", "care_letter.witness",
		"handoff_matter.words", "handoff_matter_decision.words", "care_appointment.place", "care_appointment.words", "care_promise.words", "care_reminder_wish.witness",
		"care_away_held.answers", "care_away_settled.words", "care_note.narrative", "care_person.phone"} {
		if !slices.Contains(filled, field) {
			t.Errorf("nothing was kept in %s: the test proves nothing of it", field)
		}
	}
	if len(before["care_document_part.body"]) == 0 || len(before["care_answered.answers"]) == 0 {
		t.Error("no paper and no answers were kept")
	}

	shred(t, a, staff, person)
	after := readable(t, a, dir)
	if left := holds(after); len(left) > 0 {
		t.Errorf("still readable: %v", left)
	}
	for _, field := range []string{"care_document_part.body", "care_answered.answers", "care_reminder_wish.number", "care_safety_plan.helps"} {
		if len(after[field]) > 0 {
			t.Errorf("still readable: %s", field)
		}
	}
	if !slices.Contains(after["care_person.name"], "Robin") {
		t.Error("somebody else's words went too")
	}

	// Nobody goes on hearing of them.
	if told, err := a.Inbox.Matters(ctx, prosecutor, "", 10); err != nil || len(told) != 0 {
		t.Errorf("the prosecutor still reads %+v %v", told, err)
	}
	if _, err := a.Care.Calendar.Sweep(ctx); err != nil || len(text.sent) != 0 {
		t.Errorf("a reminder went: %v %v", text.sent, err)
	}
	if read, err := a.Care.Calendar.Read(ctx, feed, "test"); err != nil || strings.Contains(read, "VEVENT") {
		t.Errorf("a calendar elsewhere: %s %v", read, err)
	}
	if weeks, err := a.Care.Calendar.Coming(ctx, manager, false); err != nil || len(weeks) != 0 {
		t.Errorf("coming up: %+v %v", weeks, err)
	}
	if list, err := a.Care.Safety.List(ctx, manager); err != nil || len(list) != 0 {
		t.Errorf("warnings: %+v %v", list, err)
	}
	if list, err := a.Care.Supervision.Incidents(ctx, manager); err != nil || len(list.List) != 0 {
		t.Errorf("what happened: %+v %v", list.List, err)
	}
	leases, err := a.Care.Away.Leases(ctx, manager, false)
	must(t, err)
	if _, cards, err := a.Care.Away.Bundle(ctx, manager, leases[0].ID); !errors.Is(err, lead.ErrNotFound) || len(cards) != 0 {
		t.Errorf("a phone is still given %+v %v", cards, err)
	}
	if waiting, err := a.Care.Away.Waiting(ctx, manager); err != nil || len(waiting) != 0 {
		t.Errorf("what waits: %+v %v", waiting, err)
	}
}
