package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/oversight"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// crossingRows is how many crossings one file holds at most: each names whose
// record it was in the log.
const crossingRows = 2_000

type crossingsPage struct {
	ui.Page
	Tabs             []ui.Link
	Search, From, To ui.Field
	Crossings        []oversight.Crossing
	Today            string
	More, Export     string
	Log              string // the entries that go with them
	Filtered         bool
}

func crossingsIn(q url.Values) oversight.CrossingSearch {
	return oversight.CrossingSearch{ParticipantID: strings.TrimSpace(q.Get("subject")), From: q.Get("from"), To: q.Get("to"), Before: q.Get("before"), BeforeID: q.Get("id")}
}

// addressOfCrossings writes a search back into an address.
func addressOfCrossings(path string, find oversight.CrossingSearch) string {
	q := url.Values{}
	for name, value := range map[string]string{"subject": find.ParticipantID, "from": find.From, "to": find.To, "before": find.Before, "id": find.BeforeID} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (s *Site) crossings(w http.ResponseWriter, r *http.Request) error {
	find := crossingsIn(r.URL.Query())
	form := ui.NewForm(r.URL.Query(), checkDays(find.From, find.To))
	v := crossingsPage{Page: web.Page(r, "Every crossing"), Tabs: trailTabs("/oversight/trail/crossings"), Today: s.Book.Now().UTC().Format(time.DateOnly),
		Filtered: find.ParticipantID != "" || find.From != "" || find.To != ""}
	v.Search = form.Text("subject", "Whose record", "Optional: a participant's id")
	v.From = form.Typed("date", "from", "From", "")
	v.To = form.Typed("date", "to", "To", "")
	v.Errors = form.Errors()
	if len(v.Errors) > 0 {
		return s.pages.Render(w, http.StatusUnprocessableEntity, "crossings.html", v)
	}
	found, err := s.Crossings(r.Context(), web.Actor(r), find, perPage)
	if err != nil {
		return err
	}
	v.Crossings = found.List
	v.Log = "/audit?" + url.Values{"verb": {"disclosed"}, "subject": {find.ParticipantID}}.Encode()
	if found.Before != "" {
		next := find
		next.Before, next.BeforeID = found.Before, found.BeforeID
		v.More = addressOfCrossings("/oversight/trail/crossings", next)
	}
	find.Before, find.BeforeID = "", ""
	v.Export = addressOfCrossings("/oversight/trail/crossings.csv", find)
	return s.pages.Render(w, http.StatusOK, "crossings.html", v)
}

// crossingsCSV gives the same as a file for a spreadsheet.
func (s *Site) crossingsCSV(w http.ResponseWriter, r *http.Request) error {
	find := crossingsIn(r.URL.Query())
	if checkDays(find.From, find.To) != nil {
		return lead.ErrNotFound
	}
	found, err := s.ExportCrossings(r.Context(), web.Actor(r), find, crossingRows)
	if err != nil {
		return err
	}
	today := s.Book.Now().UTC().Format(time.DateOnly)
	rows := [][]string{{"when", "sent by", "to", "whose record", "what", "classes", "what for", "how", "basis", "source", "each yes", "second person", "the person was told", "stands", "until", "read on"}}
	for _, c := range found.List {
		told := ""
		if c.Basis != "" {
			told = map[bool]string{true: "yes", false: "not yet"}[c.Told]
		}
		read := ""
		if !c.ReadAt.IsZero() {
			read = c.ReadAt.UTC().Format(time.RFC3339)
		}
		rows = append(rows, []string{c.At.UTC().Format(time.RFC3339), c.ByWords(), c.ToWords(), c.ParticipantID, c.About(), c.Classes(), c.Purpose.Words(), c.Channel.Words(), c.BasisWords(), c.BasisSource(),
			strings.Join(c.Consents, " "), c.SecondWords(), told, c.Standing(today), c.Until, read})
	}
	if found.Before != "" {
		rows = append(rows, []string{"There are more: the file ends after " + strconv.Itoa(crossingRows) + ". Ask for fewer days."})
	}
	return sendCSV(w, "crossings.csv", rows)
}
