package ledger

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"waymark.example/internal/lead"
)

// The tree that is kept as peaks is the tree of RFC 6962, as the library of the
// Go checksum database computes it from every hash.
func TestTheTreeIsThatOfRFC6962(t *testing.T) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, i := range indexes {
			if i >= int64(len(stored)) {
				return nil, errors.New("a hash that was never stored")
			}
			out = append(out, stored[i])
		}
		return out, nil
	})
	var p peaks
	for n := range int64(300) {
		leaf := tlog.RecordHash(fmt.Append(nil, n))
		want, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		if err != nil {
			t.Fatal(err)
		}
		var own []tlog.Hash
		p, own = p.add(n, leaf)
		if !slices.Equal(own, want) {
			t.Fatalf("entry %d keeps %v, want %v", n, own, want)
		}
		stored = append(stored, own...)
		root, err := tlog.TreeHash(n+1, reader)
		if err != nil || p.root() != root {
			t.Fatalf("root of %d: %v, want %v, %v", n+1, p.root(), root, err)
		}
		if p, err = readPeaks(hashText(p), n+1); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPeaksThatDoNotFitAreNotRead(t *testing.T) {
	one, two := hashText(make([]tlog.Hash, 1)), hashText(make([]tlog.Hash, 2))
	for _, tt := range []struct {
		text string
		size int64
	}{{"", 1}, {one, 0}, {one, 3}, {two, 2}, {one[:42], 1}, {one[:42] + "\n", 1}, {one[:42] + "=", 1}, {one[:42] + "B", 1}, {one, -1}} {
		if p, err := readPeaks(tt.text, tt.size); err == nil {
			t.Errorf("%q of %d: %v", tt.text, tt.size, p)
		}
	}
}

// No two entries that differ have the same leaf, not even when a text moves
// from one field into the next.
func TestALeafTellsEntriesApart(t *testing.T) {
	text := rapid.StringMatching(`[a:1\n]{0,4}`)
	entry := rapid.Custom(func(t *rapid.T) row {
		d := func(name string) string { return text.Draw(t, name) }
		return row{seq: rapid.Int64Range(1, 3).Draw(t, "seq"), at: d("at"), actor: d("actor"), side: d("side"), verb: d("verb"), act: d("act"),
			purpose: d("purpose"), origin: d("origin"), detail: d("detail"), nonce: d("nonce"), whose: d("whose")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := entry.Draw(t, "a"), entry.Draw(t, "b")
		if (a == b) != (a.leaf() == b.leaf()) {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func TestTwoEntriesAlikeHaveLeavesThatDiffer(t *testing.T) {
	e := Entry{Actor: lead.Actor{ID: "acc_1", Side: lead.Care}, Verb: Consulted, Act: "case.read", Subjects: []string{"par_1"}}
	a, mine := newRow(1, "", e)
	b, others := newRow(1, "", e)
	if a.leaf() == b.leaf() || a.whose == b.whose || mine[0].salt == others[0].salt {
		t.Error("whoever knows an entry can find it by its hash")
	}
}

// The leaf never holds a person's id: not as the subject, nor as the actor.
func TestALeafNamesNoParticipant(t *testing.T) {
	r, openings := newRow(1, "", Entry{Actor: lead.Actor{ID: "par_1", Side: lead.Subject, From: "192.0.2.7"}, Verb: Consulted, Act: "own.read", Subjects: []string{"par_1", "par_2"}})
	if all := fmt.Sprintf("%+v", r); strings.Contains(all, "par_") || strings.Contains(all, "192.0.2.7") {
		t.Errorf("the row says %s", all)
	}
	if len(openings) != 2 || openings[0].subject != "par_1" || strings.Count(r.whose, " ") != 1 || r.purpose != "own_record" {
		t.Errorf("got %+v, %+v", r, openings)
	}
}

func TestEverySideHasAUsualPurpose(t *testing.T) {
	for side, want := range map[lead.Side]string{
		lead.Police: "diversion", lead.Care: "support", lead.Partnership: "governance", lead.Evidence: "evaluation", lead.Oversight: "oversight",
		lead.Operation: "administration", lead.Recipient: "sharing", lead.Subject: "own_record", "": "administration",
	} {
		if r, _ := newRow(1, "", Entry{Actor: lead.Actor{Side: side}}); r.purpose != want {
			t.Errorf("%s: %s, want %s", side, r.purpose, want)
		}
	}
	if r, _ := newRow(1, "", Entry{Purpose: "safeguarding", Actor: lead.Actor{Side: lead.Care}}); r.purpose != "safeguarding" {
		t.Errorf("the service's own purpose became %s", r.purpose)
	}
}
