package app_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// unpacked returns the files of an answer that is a zip.
func unpacked(t *testing.T, a webtest.Answer) fstest.MapFS {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(a.Body), int64(len(a.Body)))
	if err != nil || a.Status != http.StatusOK {
		t.Fatalf("%d: %v\n%.300s", a.Status, err, a.Body)
	}
	out := fstest.MapFS{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = &fstest.MapFile{Data: text}
	}
	return out
}

// Comparison people come out of the police domain and support out of the care side, each by what that side knows; only the holder of the key makes one of
// it, and what evaluators read names nobody (R45, V04). Only who said yes to being studied is in it, and a no counts at once (V12).
func TestR45_FromTwoSidesThroughTheHolderToTheEvaluators(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	registrar, supervisor := site.SignIn(t, "registrar"), site.SignIn(t, "supervisor")
	take := func(b *webtest.Browser, path string, form url.Values) webtest.Answer {
		form.Set("form_key", lead.NewID("frm"))
		return b.Post(path, form)
	}
	today := site.App.Now().UTC()
	days := url.Values{"holder": {site.Area.Actors["auditor"].Organisation}, "from": {today.AddDate(-1, 0, 0).Format(time.DateOnly)}, "until": {today.Format(time.DateOnly)}}
	folder := unpacked(t, take(registrar, "/police/study", days))
	support := unpacked(t, take(supervisor, "/care/study", url.Values{}))
	if n := bytes.Count(support["support.csv"].Data, []byte("\n")); n != 2 {
		t.Errorf("of everybody only Linnet said yes: %d rows\n%s", n, support["support.csv"].Data)
	}
	folder["support.csv"], folder["months.csv"] = support["support.csv"], support["months.csv"]
	for name, f := range folder {
		for _, who := range append(names(site), "Linnet", "Kestrel", "Wren") {
			if bytes.Contains(f.Data, []byte(who)) {
				t.Errorf("%s names %s", name, who)
			}
		}
	}
	key, err := pseudonym.New(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	st, _, wrong, err := key.Folder(folder, nil)
	if err != nil || len(wrong) > 0 || len(st.Contacts) < 20 || len(st.Support) != 1 || len(st.Months) == 0 {
		t.Fatalf("%v %v: %d contacts, %d of support, %d months", err, wrong, len(st.Contacts), len(st.Support), len(st.Months))
	}
	// The contact that Linnet was met in is theirs, through the number that was said aloud; and police and the case team had none in common but that.
	if !slices.ContainsFunc(st.Contacts, func(c study.Contact) bool { return c.PersonID == st.Support[0].PersonID && c.Decision == "diverted" }) {
		t.Error("support is of nobody who was diverted")
	}
	st.From, st.Until = study.DayOf(today.AddDate(-1, 0, 0)), study.DayOf(today)-1
	dir := t.TempDir()
	if err := st.Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []outcome.Kind{outcome.People, outcome.Contacts, outcome.Supports, outcome.Months} {
		r, err := site.App.Evidence.Import(t.Context(), lead.System(), outcome.File{Kind: kind, Open: func() (io.ReadCloser, error) { return os.Open(filepath.Join(dir, string(kind)+".csv")) }})
		if err != nil || r.Wrong > 0 {
			t.Errorf("%s: %+v %v", kind, r, err)
		}
	}
	everyTableOfEvidenceNamesNobody(t, site)

	// The same yes taken back by the person: the next file is without them.
	if got := take(openOwn(t, site, "Linnet"), "/me/sharing/research", url.Values{}); got.Status != http.StatusSeeOther {
		t.Errorf("taking it back: %d", got.Status)
	}
	if after := unpacked(t, take(supervisor, "/care/study", url.Values{})); bytes.Count(after["support.csv"].Data, []byte("\n")) != 1 || bytes.Count(after["months.csv"].Data, []byte("\n")) != 1 {
		t.Errorf("a no does not count: %s", after["support.csv"].Data)
	}
	if sharing := site.SignIn(t, "manager").Get("/care/people/" + site.Area.People["Linnet"] + "/sharing"); !sharing.Says("Linnet does not want it.") || !sharing.Says("Lantern Housing") {
		t.Error("the worker does not see it, or another yes went with it")
	}
	// Without an agreement nothing leaves, whoever asks.
	days.Set("holder", site.Area.Actors["evaluator"].Organisation)
	if a := take(registrar, "/police/study", days); a.Status != http.StatusUnprocessableEntity || !a.Says("no information-sharing agreement") {
		t.Errorf("without an agreement: %d", a.Status)
	}
	for who, path := range map[string]string{"sergeant": "/police/study", "officer": "/care/study", "registrar": "/care/study", "evaluator": "/police/study", "manager": "/care/study"} {
		if a := take(site.SignIn(t, who), path, url.Values{}); a.Status != http.StatusNotFound {
			t.Errorf("%s at %s: %d", who, path, a.Status)
		}
	}
	copyTaken(t, site)
}

func names(site *webtest.Site) []string {
	var out []string
	for _, a := range site.Area.Actors {
		out = append(out, a.Name)
	}
	return out
}

// everyTableOfEvidenceNamesNobody reads all that the evaluators' side holds, with no walls.
func everyTableOfEvidenceNamesNobody(t *testing.T, site *webtest.Site) {
	t.Helper()
	h := site.App.Store.Handle(schema.Evidence)
	for _, q := range []db.Query{
		`SELECT person_id || ' ' || sex || ' ' || area || ' ' || housing FROM evidence_person`, `SELECT contact_id || ' ' || person_id || ' ' || officer || ' ' || incident || ' ' || reason || ' ' || team FROM evidence_contact`,
		`SELECT person_id || ' ' || referred FROM evidence_support`, `SELECT file_hash || ' ' || begun_by FROM evidence_import`,
	} {
		err := h.Look(t.Context(), func(tx *db.Tx) error {
			all, err := db.All(t.Context(), tx, func(row db.Row) (string, error) {
				var text string
				return text, row.Scan(&text)
			}, q)
			for _, who := range append(names(site), "Linnet", "LD-", "acc_") {
				if len(all) == 0 || strings.Contains(strings.Join(all, "\n"), who) {
					t.Errorf("%s: %d rows, %s among them", q, len(all), who)
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	// The evaluators' handle reaches no table of police, care or colleagues, and no key.
	for _, q := range []db.Query{`SELECT COUNT(*) FROM police_contact`, `SELECT COUNT(*) FROM care_now`, `SELECT COUNT(*) FROM handoff_referral`, `SELECT COUNT(*) FROM identity_account`, `SELECT COUNT(*) FROM care_research`} {
		err := h.Look(t.Context(), func(tx *db.Tx) error {
			var n int
			return tx.One(t.Context(), q).Scan(&n)
		})
		if !errors.Is(err, db.ErrWall) {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// copyTaken takes a copy as an evaluator does: with what for and until when, and it is the extract to the bit.
func copyTaken(t *testing.T, site *webtest.Site) {
	t.Helper()
	b := site.SignIn(t, "evaluator")
	extract := first(site, "evaluator", "/evidence", "/evidence/extracts/evx_")
	key := b.Get(extract).Hidden("form_key")
	until := site.App.Now().UTC().AddDate(0, 2, 0).Format(time.DateOnly)
	if a := b.Post(extract+"/copy", url.Values{"form_key": {key}, "purpose": {"replication"}, "until": {until}}); a.Status != http.StatusSeeOther {
		t.Fatalf("a copy: %d\n%.300s", a.Status, a.Body)
	}
	a := b.Get(first(site, "evaluator", extract, "/evidence/copies/evd_"))
	var dir fs.FS = unpacked(t, a)
	st, _, wrong, err := study.Read(dir)
	if err != nil || wrong > 0 {
		t.Fatal(err, wrong)
	}
	hash, err := st.Hash()
	if err != nil || !b.Get(extract).Says(hash) {
		t.Errorf("the copy is not the extract: %v", err)
	}
	found := 0
	err = site.App.Store.Handle(schema.Oversight).Look(t.Context(), func(tx *db.Tx) error {
		all, err := ledger.Find(t.Context(), tx, ledger.Search{Act: "evidence.extract"}, 10)
		for _, e := range all {
			if strings.Contains(e.Detail, "replication until "+until) {
				found++
			}
		}
		return err
	})
	if err != nil || found != 2 { // asked for, and fetched
		t.Errorf("%d entries: %v", found, err)
	}
}
