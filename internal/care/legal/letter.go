package legal

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/care/consent"
	"waymark.example/internal/care/internal/choice"
	"waymark.example/internal/care/participant"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Letter is a letter about a matter, in the words the person saw and said yes
// to. It is printed: what is on paper cannot be called back, so it says little.
type Letter struct {
	ID        string
	LegalID   string
	Addressee string
	Words     string
	How       string
	Witness   string
	By        string
	At        time.Time
	Stopped   bool // the person took it back: it is not printed again
}

// Facts lists what a letter may say, with words. Each is a fact the record
// holds; nothing here weighs anybody.
func Facts() [][2]string {
	return [][2]string{{"since", "Since when they have been in touch with us"}, {"intake", "On which day their intake was completed"}, {"worker", "The name of their worker"}}
}

// Draft is a letter as it is being written.
type Draft struct {
	Addressee string
	Name      string // by which the addressee knows them
	Facts     []string
	Own       string // something in the person's own words
	Shown     string // the words that were on the screen
	Agreed    bool
	How       string // signed or spoken
	Witness   string
}

// beyond finds what no letter says, whoever would like it: a promise about what a
// court or prosecutor will do (R37), a view of risk, and attendance or tests told
// as a report. The person may say such things in court; in a letter of ours they
// would be read as our word.
var beyond = regexp.MustCompile(`(?i)\b(immun\w*|(not|never) be (prosecut|charg|convict)\w*|(drop|withdraw)\w* (the )?(charge|case)s?|(low|high|medium|no)[ -]risk\w*|risk (of|to)\w*|re-?offend\w*|complian\w*|complie[sd]\w*|attend\w*|engag(ed|ing|es|ement)\w*|abstinen\w*|sober\w*|drug[ -]?(test|free)\w*|clean (for|since))\b`) //nolint:gochecknoglobals // compiled once

// force is whom no letter goes to (R18).
var force = regexp.MustCompile(`(?i)\b(police\w*|constab\w*|custody|sergeants?|sgts?|inspectors?|detectives?|officers?|cid|pcs?|pcsos?|dcs?)\b`) //nolint:gochecknoglobals // compiled once

// Beyond returns what in some words no letter says.
func Beyond(words string) []string {
	found := beyond.FindAllString(words, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func (d Draft) check() lead.Invalid {
	bad := lead.Invalid{}
	if strings.TrimSpace(d.Addressee) == "" {
		bad["addressee"] = "Enter who it is for"
	}
	if force.MatchString(d.Addressee) {
		bad["addressee"] = "No letter goes to the police: they hear that an intake is completed, where the person said yes, and no more"
	}
	if strings.TrimSpace(d.Name) == "" {
		bad["name"] = "Enter the name that they know them by"
	}
	for _, f := range d.Facts {
		if !choice.Has(Facts(), f) {
			bad["facts"] = "Choose from the list"
		}
	}
	if len(d.Facts) == 0 && strings.TrimSpace(d.Own) == "" {
		bad["facts"] = "Choose what it says"
	}
	bad.TooLong("addressee", d.Addressee, 300)
	bad.TooLong("name", d.Name, 80)
	bad.TooLong("own", d.Own, 600)
	bad.NoCondition("own", d.Own)
	for field, text := range map[string]string{"addressee": d.Addressee, "name": d.Name, "own": d.Own} {
		if found := Beyond(text); len(found) > 0 {
			bad[field] = "A letter says what is true of our contact and no more: no view of risk, no report of coming or of tests, nothing about what anybody will decide. Leave out: " + strings.Join(found, ", ")
		}
	}
	return bad
}

// compose makes the words from what the record says now.
func (d Draft) compose(n participant.Now, m Matter, worker, team string) (string, lead.Invalid) {
	bad := lead.Invalid{}
	name := line(d.Name)
	var out []string
	out = append(out, "To: "+line(d.Addressee))
	if m.Reference != "" {
		out = append(out, "About: "+name+", "+line(m.Reference))
	} else {
		out = append(out, "About: "+name)
	}
	out = append(out, "", name+" asked us to write this letter, and read every word of it first.")
	for _, f := range Facts() {
		if !slices.Contains(d.Facts, f[0]) {
			continue
		}
		switch f[0] {
		case "since":
			out = append(out, name+" has been in touch with our team since "+long(db.Day(n.ReceivedAt))+".")
		case "intake":
			if n.IntakeDoneOn == "" {
				bad["facts"] = "Their intake is not completed: a letter cannot say so"
				continue
			}
			out = append(out, "Their intake with us was completed on "+long(n.IntakeDoneOn)+".")
		case "worker":
			if worker == "" {
				bad["facts"] = "Nobody walks with them yet: leave out the name of a worker"
				continue
			}
			out = append(out, worker+" of "+team+" is their worker.")
		}
	}
	if own := strings.TrimSpace(d.Own); own != "" {
		out = append(out, "In their own words: \u201c"+own+"\u201d")
	}
	out = append(out, "Being in touch with us is their own choice. This letter gives no opinion, and says nothing of what they talk about with us.")
	return strings.Join(out, "\n"), bad
}

// long is a day as a letter writes it.
func long(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.Format("2 January 2006")
}

// Preview is a letter as it would be, before anything is kept.
type Preview struct {
	Now   participant.Now
	About Matter
	Draft
	Words string
}

// Look composes a letter and keeps nothing.
func (s *Service) Look(ctx context.Context, actor lead.Actor, participantID, legalID string, d Draft) (Preview, error) {
	out := Preview{Draft: d}
	act := participant.Act{Action: "legal.letter", Name: "letter.preview"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		out.Now = n
		var err error
		if out.About, err = one(ctx, tx, n, legalID); err != nil {
			return err
		}
		if d.Addressee == "" && d.Name == "" && len(d.Facts) == 0 && d.Own == "" { // the empty page
			return nil
		}
		out.Words, err = s.written(ctx, tx, n, out.About, d)
		return err
	})
	return out, err
}

// written checks a draft and returns its words.
func (s *Service) written(ctx context.Context, tx *db.Tx, n participant.Now, m Matter, d Draft) (string, error) {
	bad := d.check()
	worker, err := nameOf(ctx, tx, n.WorkerID)
	if err != nil {
		return "", err
	}
	text, more := d.compose(n, m, worker, n.Team)
	for field, why := range more {
		bad[field] = why
	}
	return text, bad.OrNil()
}

// Write keeps a letter that the person saw and said yes to, word for word.
func (s *Service) Write(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, legalID string, d Draft) (string, error) {
	act := participant.Act{Action: "legal.letter", Name: "letter.write", Verb: ledger.Disclosed}
	return s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		m, err := one(ctx, tx, *n, legalID)
		if err != nil {
			return "", err
		}
		if n.State == participant.Died {
			return "", lead.ErrConflict
		}
		text, err := s.written(ctx, tx, *n, m, d)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		if !d.Agreed || d.Shown != text {
			bad["agreed"] = "Read these words out. The letter is made only when they say yes to every one of them"
		}
		if !choice.Has(consent.Ways(), d.How) {
			bad["how"] = "Choose how they said yes"
		}
		if d.How == "spoken" && strings.TrimSpace(d.Witness) == "" {
			bad["witness"] = "Name who else heard it"
		}
		bad.TooLong("witness", d.Witness, 100)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		id := lead.NewID("let")
		_, err = tx.Exec(ctx, insertLetter, id, n.ID, m.ID, n.Seal("care_letter.addressee", line(d.Addressee)), n.Seal("care_letter.words", text), d.How,
			n.Seal("care_letter.witness", d.Witness), actor.ID, db.At(s.People.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("letter: %w", err)
		}
		return id, nil
	})
}

// Letter returns one letter, to be printed.
func (s *Service) Letter(ctx context.Context, actor lead.Actor, participantID, letterID string) (participant.Now, Letter, error) {
	var now participant.Now
	var out Letter
	act := participant.Act{Action: "legal.letter", Name: "letter.read"}
	err := s.People.Read(ctx, actor, act, participantID, func(tx *db.Tx, n participant.Now) error {
		now = n
		var err error
		out, err = scanLetter(n)(tx.One(ctx, oneLetter, n.ID, letterID))
		return err
	})
	return now, out, err
}

// TakeBack stops a letter because the person said so: it is not printed again.
func (s *Service) TakeBack(ctx context.Context, actor lead.Actor, form ledger.Form, participantID, letterID string) error {
	act := participant.Act{Action: "legal.letter", Name: "letter.stop", Verb: ledger.Altered}
	_, err := s.People.Write(ctx, actor, form, act, participantID, func(tx *db.Tx, n *participant.Now) (string, error) {
		if _, err := scanLetter(*n)(tx.One(ctx, oneLetter, n.ID, letterID)); err != nil {
			return "", err
		}
		if _, err := tx.Exec(ctx, insertStop, letterID, actor.ID, db.At(s.People.Book.Now())); err != nil {
			return "", fmt.Errorf("letter: %w", err)
		}
		return letterID, nil
	})
	return err
}

func scanLetter(n participant.Now) func(db.Row) (Letter, error) {
	return func(row db.Row) (Letter, error) {
		var l Letter
		var at db.Time
		var stopped int
		if err := row.Scan(&l.ID, &l.LegalID, &l.Addressee, &l.Words, &l.How, &l.Witness, &l.By, &at, &stopped); err != nil {
			return Letter{}, err
		}
		l.At, l.Stopped = at.Time, stopped == 1
		return l, n.Open(map[string]*string{"care_letter.addressee": &l.Addressee, "care_letter.words": &l.Words, "care_letter.witness": &l.Witness})
	}
}
