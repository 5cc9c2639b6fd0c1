package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

// What is kept so that a form counts once is in a table that every side reads.
// It must tell nobody who does not hold the form: not whose record it was about,
// not who sent it, and not whether a guess at what was written is right.
func TestG15_AReceiptTellsNothingToWhoDoesNotHoldTheForm(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	b := site.SignIn(t, "manager")
	person := site.Area.People["Kestrel"]
	path := "/care/people/" + person + "/label"
	page := b.Get(path)
	form := url.Values{"label": {"inactive"}, "words": {"Asked for a quiet month"}}
	sum := sha256.Sum256([]byte("POST " + path + "\n" + form.Encode()))
	guess := hex.EncodeToString(sum[:])
	form.Set("form_key", page.Hidden("form_key"))
	first := b.Post(path, form)
	if again := b.Post(path, form); first.Status != http.StatusSeeOther || again.Status != first.Status || again.Location != first.Location {
		t.Errorf("first %d to %s, then %d to %s", first.Status, first.Location, again.Status, again.Location)
	}
	worker := site.Area.Actors["manager"].ID
	err := site.App.Store.Handle(schema.Police).Look(t.Context(), func(tx *db.Tx) error {
		rows, err := db.All(t.Context(), tx, func(row db.Row) ([]string, error) {
			r := make([]string, 4)
			return r, row.Scan(&r[0], &r[1], &r[2], &r[3])
		}, `SELECT form_key, actor_id, content_hash, result FROM ledger_receipt`)
		told := map[string]bool{}
		for _, r := range rows {
			text := strings.Join(r, "\n")
			for what, words := range map[string]string{"whose record it was": "par_", "who sent it": worker, "the form's key": form.Get("form_key"), "whether a guess is right": guess} {
				told[what] = told[what] || strings.Contains(text, words)
			}
		}
		for what, is := range told {
			if is {
				t.Errorf("from %d receipts the police handle learns %s", len(rows), what)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
