package ledger

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"waymark.example/internal/lead"
)

// row is an entry as the table keeps it.
type row struct {
	seq                                                               int64
	at, actor, side, verb, act, purpose, origin, detail, nonce, whose string
	hashes                                                            string
}

// opening says whom one of an entry's commitments stands for.
type opening struct {
	subject string
	place   int64
	salt    string
}

// newRow makes entry number seq and the openings of its commitments.
func newRow(seq int64, at string, e Entry) (row, []opening) {
	r := row{
		seq: seq, at: at, actor: e.Actor.ID, side: string(e.Actor.Side), verb: string(e.Verb), act: e.Act,
		purpose: e.Purpose, origin: e.Actor.From, detail: e.Detail, nonce: rand.Text(),
	}
	if r.purpose == "" {
		r.purpose = usualPurpose(e)
	}
	subjects := e.Subjects
	if e.Actor.Side == lead.Subject {
		// What the person did themself must be removable too, so that they are
		// in the leaf as a commitment and not by name or address.
		subjects = append(subjects[:len(subjects):len(subjects)], e.Actor.ID)
		r.actor, r.origin = Themself, ""
	}
	var openings []opening
	var whose []string
	seen := map[string]bool{}
	for _, s := range subjects {
		if !identifier.MatchString(s) || seen[s] {
			continue
		}
		seen[s] = true
		o := opening{s, int64(len(openings)), rand.Text()}
		openings = append(openings, o)
		whose = append(whose, o.commitment())
	}
	r.whose = strings.Join(whose, " ")
	return r, openings
}

// identifier is what lead.NewID makes. What else comes in the place of one was
// typed by somebody, in an address or a search, and may be a name: the log would
// keep it for ever.
var identifier = regexp.MustCompile(`^[a-z]+_[0-9A-Za-z]{1,64}$`)

// Themself stands where an account's id would, in what a participant did.
const Themself = "participant"

// commitment stands for a subject without telling who it is: without the salt
// nobody can find out, not even by trying every id.
func (o opening) commitment() string {
	sum := sha256.Sum256([]byte("waymark subject\n" + o.salt + "\n" + o.subject))
	return base64.RawStdEncoding.EncodeToString(sum[:])
}

// leaf returns the hash of everything the row says.
func (r row) leaf() tlog.Hash {
	b := make([]byte, 0, 512)
	b = append(b, "waymark entry 1\n"...)
	b = strconv.AppendInt(b, r.seq, 10)
	// Each field is written with its length, so that no two rows have the same
	// bytes.
	for _, field := range [...]string{r.at, r.actor, r.side, r.verb, r.act, r.purpose, r.origin, r.detail, r.nonce, r.whose} {
		b = append(b, '\n')
		b = strconv.AppendInt(b, int64(len(field)), 10)
		b = append(b, ':')
		b = append(b, field...)
	}
	return tlog.RecordHash(b)
}

// usualPurpose is what an actor of each side acts for, where the service does
// not say.
func usualPurpose(e Entry) string {
	if e.Verb == SignedIn {
		return "administration"
	}
	switch e.Actor.Side {
	case lead.Police:
		return "diversion"
	case lead.Care:
		return "support"
	case lead.Recipient:
		return "sharing"
	case lead.Partnership:
		return "governance"
	case lead.Evidence:
		return "evaluation"
	case lead.Oversight:
		return "oversight"
	case lead.Subject:
		return "own_record"
	}
	return "administration"
}
