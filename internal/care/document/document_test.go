package document_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waymark.example/internal/app"
	"waymark.example/internal/care/document"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
	"waymark.example/internal/practice"
	"waymark.example/internal/schema"
	"waymark.example/internal/webtest"
)

var none = ledger.Form{} //nolint:gochecknoglobals // a form without a key is sent once

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func invalid(err error) lead.Invalid {
	bad, _ := errors.AsType[lead.Invalid](err)
	return bad
}

func picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 * 30 {
		img.Set(i%40, i/40, color.RGBA{uint8(i), uint8(i * 7), 90, 255})
	}
	return img
}

func photo(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, picture(), nil))
	return b.Bytes()
}

func drawing(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, picture()))
	return b.Bytes()
}

// camera returns a photo as a phone makes it: on its side, with where it was taken.
func camera(t testing.TB) []byte {
	t.Helper()
	plain := photo(t)
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00" +
		"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" + // on its side
		"\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00" + // where the place is
		"\x00\x00\x00\x00GPS 54.97N 1.61W by Pentax"
	with := append([]byte{}, plain[:2]...)
	with = append(with, 0xff, 0xe1, 0, byte(len(exif)+2))
	with = append(with, exif...)
	with = append(with, "\xff\xfe\x00\x0ecanarycomment"[:4]...)
	with = append(with, "canarycomme\x00"...)
	return append(with, plain[2:]...)
}

const paper = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

func webp() []byte {
	chunk := func(name, body string) string {
		return name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + strings.Repeat("\x00", len(body)%2)
	}
	inside := "WEBP" + chunk("VP8X", "\x0c\x00\x00\x00\x27\x00\x00\x1d\x00\x00") + chunk("VP8 ", "picture") + chunk("EXIF", "GPS canary") + chunk("XMP ", "canary")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(inside)))) + inside)
}

func pngChunk(name, body string) string {
	out := string(binary.BigEndian.AppendUint32(nil, uint32(len(body)))) + name + body
	return out + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(name+body))))
}

func TestAFileIsReadByWhatIsInItAndOnlyThePictureIsKept(t *testing.T) {
	t.Parallel()
	drawn := string(drawing(t))
	told := drawn[:33] + pngChunk("tEXt", "Comment\x00canary") + pngChunk("eXIf", "GPS canary") + drawn[33:]
	for _, c := range []struct {
		name    string
		body    string
		kind    document.Type
		cleaned bool
	}{
		{"a PDF", paper, document.PDF, false}, {"a photo", string(photo(t)), document.JPEG, false}, {"a drawing", drawn, document.PNG, false}, {"a note", "Rent: £90 a week\n", document.Text, false},
		{"what a camera wrote", string(camera(t)), document.JPEG, true}, {"what a program wrote", told, document.PNG, true}, {"what a phone wrote", string(webp()), document.WebP, true},
		{"a second picture behind the first", string(photo(t)) + string(camera(t)), document.JPEG, true},
	} {
		kind, out, cleaned, err := document.Clean([]byte(c.body))
		if err != nil || kind != c.kind || cleaned != c.cleaned {
			t.Errorf("%s: %s, cleaned %v, %v", c.name, kind, cleaned, err)
			continue
		}
		for _, word := range []string{"GPS", "canary", "Pentax"} {
			if bytes.Contains(out, []byte(word)) {
				t.Errorf("%s: %s is still there", c.name, word)
			}
		}
		if kind, again, more, err := document.Clean(out); err != nil || kind != c.kind || more || !bytes.Equal(again, out) {
			t.Errorf("%s: cleaned twice is not cleaned once: %v", c.name, err)
		}
	}
	_, out, _, err := document.Clean(camera(t))
	must(t, err)
	img, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil || img.Bounds().Dx() != 40 {
		t.Errorf("the picture is not the same: %v", err)
	}
	if !bytes.Contains(out, []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06")) {
		t.Error("which way up it is got lost")
	}

	zip := "PK\x05\x06" + strings.Repeat("\x00", 18)
	huge := drawn[:8] + pngChunk("IHDR", "\x00\x01\x00\x00\x00\x01\x00\x00\x08\x02\x00\x00\x00") + drawn[33:]
	for name, body := range map[string]string{
		"a program": "MZ\x90\x00\x03", "a page": "<!DOCTYPE html><script>alert(1)</script>", "a drawing that runs": " <svg onload=alert(1)>", "a shell script": "#!/bin/sh\nrm -rf /",
		"an archive": "PK\x03\x04" + zip, "a PDF that is an archive": paper + zip, "a photo that is an archive": string(photo(t)) + zip, "a photo with a page behind": string(photo(t)) + "<script>",
		"a drawing with an archive behind": drawn + zip, "a PDF with a program": strings.Replace(paper, "/Type", "/S/JavaScript/Type", 1), "a locked PDF": strings.Replace(paper, "/Root", "/Encrypt 2 0 R/Root", 1),
		"half a photo": string(photo(t)[:200]), "half a drawing": drawn[:60], "a wrong checksum": strings.Replace(drawn, "IEND", "IENX", 1), "a PDF without an end": paper[:40],
		"a picture to fill the memory": huge, "bytes": "\x00\x01\x02\x03", "an animation": "GIF89a\x01\x00",
	} {
		if kind, _, _, err := document.Clean([]byte(body)); err == nil {
			t.Errorf("%s was taken as %s", name, kind)
		}
	}
}

func TestAPDFWithAProgramOrAFileInItIsRefusedHoweverItsNamesAreSpelled(t *testing.T) {
	t.Parallel()
	with := func(words string) []byte { return []byte(strings.Replace(paper, "/Type", words+"/Type", 1)) }
	for _, words := range []string{
		"/S/JavaScript", "/S/JavaScrip#74", "/S/#4aavaScript", "/S/L#61unch", "/Embedded#46iles 2 0 R", "/S/Rendition/JS(app.alert(1))", "/J#53 (app.alert(1))", "/JS 5 0 R", "/JS%x\n5 0 R", "/JS<6170>",
		"/S/GoToE", "/S/SubmitForm", "/S/ImportData", "/XFA 2 0 R", "/AF[2 0 R]", "/EF<</F 2 0 R>>", "/RichMedia",
	} {
		if _, _, _, err := document.Clean(with(words)); err == nil || !strings.Contains(err.Error(), "holds a program or another file") {
			t.Errorf("%s: %v", words, err)
		}
	}
	for _, words := range []string{"/S/URI/URI(https://example.org)", "/OpenAction[3 0 R/Fit]", "/JSX 1", "/Title(C#)", "/AFRelationship/Data", "/JS", "/XFAx 2"} {
		if _, _, _, err := document.Clean(with(words)); err != nil {
			t.Errorf("%s: %v", words, err)
		}
	}
}

func TestAPaperIsCalledWhatIsReadAndNobodyFillsTheDisk(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, manager, s := t.Context(), staff.Actors["manager"], a.Care.Documents
		person := webtest.Received(t, a, staff)
		d := document.Document{Kind: "id", Original: "theirs", Name: "\u202eLetter\u200b\u2066 of\u2028May"}
		id, err := s.Add(ctx, manager, none, person, d, []byte("words"))
		must(t, err)
		if _, got, err := s.One(ctx, manager, person, id); err != nil || got.Name != "Letter of May" {
			t.Errorf("%q %v", got.Name, err)
		}
		const a200MB = `INSERT INTO care_document (document_id, participant_id, kind, original, name, words, type, size, parts, scan, cleaned, recorded_by, recorded_at)
			SELECT document_id || 'x', participant_id, kind, original, name, words, type, 209715200, parts, scan, cleaned, recorded_by, $1 FROM care_document WHERE document_id = $2`
		must(t, a.Care.People.Book.Keep(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, a200MB, db.At(a.Now().Add(-23*time.Hour)), id)
			return err
		}))
		_, err = s.Add(ctx, manager, none, person, d, []byte("more words"))
		if bad, _ := errors.AsType[lead.Invalid](err); !strings.Contains(bad["file"], "200 MB") {
			t.Errorf("more than a day's papers: %v", err)
		}
		_, err = s.Add(ctx, staff.Actors["supervisor"], none, person, d, []byte("more words"))
		must(t, err) // each account has its own
	})
}

func FuzzClean(f *testing.F) {
	for _, seed := range [][]byte{[]byte(paper), photo(f), drawing(f), camera(f), webp(), []byte("words"), []byte("\xff\xd8\xff\xe1\x00\x08Exif\x00\x00")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		kind, out, _, err := document.Clean(body)
		if err != nil {
			return
		}
		again, same, more, err := document.Clean(out)
		if err != nil || again != kind || more || !bytes.Equal(same, out) {
			t.Fatalf("%s: cleaned twice is not cleaned once: %v", kind, err)
		}
	})
}

// daemon answers like clamd: it finds what holds the word virus.
func daemon(t *testing.T) document.Clamd {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "clamd"))
	must(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close() //nolint:errcheck // a test
				start := make([]byte, len("zINSTREAM\x00"))
				if _, err := io.ReadFull(conn, start); err != nil || string(start) != "zINSTREAM\x00" {
					_, _ = io.WriteString(conn, "UNKNOWN COMMAND\x00")
					return
				}
				var all []byte
				for {
					var size uint32
					if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
						return
					}
					if size == 0 {
						break
					}
					piece := make([]byte, size)
					if _, err := io.ReadFull(conn, piece); err != nil {
						return
					}
					all = append(all, piece...)
				}
				answer := "stream: OK\x00"
				switch {
				case bytes.Contains(all, []byte("virus")):
					answer = "stream: Eicar-Test-Signature FOUND\x00"
				case bytes.Contains(all, []byte("too long")):
					answer = "INSTREAM size limit exceeded. ERROR\x00"
				}
				_, _ = io.WriteString(conn, answer)
			}()
		}
	}()
	return document.Clamd{Network: "unix", Address: listener.Addr().String(), Within: 5 * time.Second}
}

func TestAScannerThatFindsSomethingOrDoesNotAnswerKeepsAFileOut(t *testing.T) {
	t.Parallel()
	c := daemon(t)
	long := strings.Repeat("word ", 100_000) // several pieces
	if looked, err := c.Scan(t.Context(), []byte(long)); !looked || err != nil {
		t.Errorf("a clean file: %v %v", looked, err)
	}
	if _, err := c.Scan(t.Context(), []byte(long+"virus")); !errors.Is(err, document.ErrFound) {
		t.Errorf("a harmful file: %v", err)
	}
	if looked, err := c.Scan(t.Context(), []byte("too long")); looked || !errors.Is(err, lead.ErrUnavailable) {
		t.Errorf("a file that was not looked at: %v %v", looked, err)
	}
	c.Address += "-gone"
	if looked, err := c.Scan(t.Context(), []byte("words")); looked || !errors.Is(err, lead.ErrUnavailable) {
		t.Errorf("no scanner there: %v %v", looked, err)
	}
	for where, ok := range map[string]bool{"": true, "unix:/run/clamd": true, "tcp:localhost:3310": true, "clamd": false, "http:x": false} {
		if _, err := document.OpenScanner(where); (err == nil) != ok {
			t.Errorf("%q: %v", where, err)
		}
	}
}

func TestC22_APaperIsSealedFetchedGivenBackTakenAwayAndGoneWithTheKey(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		manager, person := staff.Actors["manager"], webtest.Received(t, a, staff)
		papers := a.Care.Documents
		d := document.Document{Kind: "id", Original: "with_us", Name: "Passport/../x", Words: "canarywords"}
		long := []byte(strings.Repeat("canaryletter ", 100_000)) // three parts
		id, err := papers.Add(t.Context(), manager, none, person, d, long)
		must(t, err)
		second, err := papers.Add(t.Context(), manager, none, person, document.Document{Kind: "court", Original: "theirs", Name: "Summons"}, camera(t))
		must(t, err)
		got, body, err := papers.Content(t.Context(), manager, person, id)
		if err != nil || !bytes.Equal(body, long) || got.Name != "Passport .. x" || got.Scanned || !got.Held() {
			t.Errorf("%+v %d bytes: %v", got, len(body), err)
		}
		if _, list, err := papers.Read(t.Context(), staff.Actors["supervisor"], person); err != nil || len(list) != 2 || !list[0].Cleaned {
			t.Errorf("the supervisor reads %+v: %v", list, err)
		}
		for field, wrong := range map[string]func() (document.Document, []byte){
			"kind": func() (document.Document, []byte) { d := d; d.Kind = "the moon"; return d, long }, "name": func() (document.Document, []byte) { d := d; d.Name = " / "; return d, long },
			"file": func() (document.Document, []byte) { return d, []byte("<script>") }, "original": func() (document.Document, []byte) { d := d; d.Original = ""; return d, long },
		} {
			d, body := wrong()
			if _, err := papers.Add(t.Context(), manager, none, person, d, body); invalid(err)[field] == "" {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := papers.Add(t.Context(), manager, none, person, d, make([]byte, document.MaxSize+1)); invalid(err)["file"] == "" {
			t.Errorf("too large: %v", err)
		}
		scanned := &document.Service{People: papers.People, Scanner: daemon(t)}
		if _, err := scanned.Add(t.Context(), manager, none, person, d, []byte("virus")); invalid(err)["file"] == "" {
			t.Errorf("harmful: %v", err)
		}
		if id, err := scanned.Add(t.Context(), manager, none, person, d, []byte("words")); err != nil {
			t.Error(err)
		} else if _, one, err := scanned.One(t.Context(), manager, person, id); err != nil || !one.Scanned {
			t.Errorf("scanned: %+v %v", one, err)
		}

		for _, name := range []string{"manager3", "oncall", "officer", "coordinator", "dpo"} { // R18
			_, _, read := papers.Content(t.Context(), staff.Actors[name], person, id)
			_, wrote := papers.Add(t.Context(), staff.Actors[name], none, person, d, []byte("<script>"))
			if !errors.Is(read, lead.ErrForbidden) || !errors.Is(wrote, lead.ErrForbidden) {
				t.Errorf("%s: %v, %v", name, read, wrote)
			}
		}
		other := webtest.Received(t, a, staff)
		if _, _, err := papers.Content(t.Context(), manager, other, id); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("through somebody else's record: %v", err)
		}

		// In the database there is no word of it, and no part opens in another's place.
		kept := func(query db.Query) (out []string) {
			must(t, ledger.New(a.Store.Handle(schema.Care), a.Now).Look(t.Context(), func(tx *db.Tx) (err error) {
				out, err = db.All(t.Context(), tx, func(row db.Row) (string, error) {
					var s string
					return s, row.Scan(&s)
				}, query)
				return err
			}))
			return out
		}
		parts := kept(`SELECT body FROM care_document_part ORDER BY document_id, part`)
		for _, text := range append(parts, kept(`SELECT name || words FROM care_document`)...) {
			if strings.Contains(text, "canary") || strings.Contains(text, "Passport") || !strings.HasPrefix(text, "k1.") {
				t.Fatalf("kept in plain words: %.60s", text)
			}
		}
		if len(parts) != 3+1+1 {
			t.Errorf("%d parts", len(parts))
		}

		must(t, papers.GiveBack(t.Context(), manager, none, person, id, "By hand"))
		if err := papers.GiveBack(t.Context(), manager, none, person, id, ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("given back twice: %v", err)
		}
		if err := papers.GiveBack(t.Context(), manager, none, person, second, ""); !errors.Is(err, lead.ErrConflict) {
			t.Errorf("given back what they have: %v", err)
		}
		if err := papers.TakeAway(t.Context(), manager, none, person, second, " "); invalid(err)["why"] == "" {
			t.Errorf("without a reason: %v", err)
		}
		must(t, papers.TakeAway(t.Context(), manager, none, person, second, "They asked"))
		if _, _, err := papers.Content(t.Context(), manager, person, second); !errors.Is(err, lead.ErrNotFound) {
			t.Errorf("taken away and there: %v", err)
		}
		if n := len(kept(`SELECT body FROM care_document_part`)); n != 3+1 {
			t.Errorf("%d parts are left", n)
		}
		if _, one, err := papers.One(t.Context(), manager, person, second); err != nil || one.TakenAway == nil || one.TakenAway.Words != "They asked" || one.Name != "Summons" {
			t.Errorf("%+v %v", one, err)
		}

		must(t, a.Care.People.Keys.Destroy(t.Context(), person))
		if _, body, err := papers.Content(t.Context(), manager, person, id); !errors.Is(err, lead.ErrNotFound) || body != nil {
			t.Errorf("the key is destroyed: %d bytes, %v", len(body), err)
		}
		if _, list, err := papers.Read(t.Context(), manager, person); err != nil || list[0].Name != secret.Removed {
			t.Errorf("the key is destroyed: %v", err)
		}
	})
}
