// Package alert lets an account say how it wants to be told that something waits,
// and sends that on: what another side put into the outbox goes out here, where
// addresses are. What is sent says nothing. It imports lead and platform.
package alert

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/notice"
)

// Service carries out the use cases.
type Service struct {
	Book      *ledger.Book // of the identity handle
	Access    *access.Decider
	Providers map[notice.Kind]notice.Provider // what this site has set up
	Push      *notice.Signer
	Zone      *time.Location
}

// Channel is one way in which an account is told.
type Channel struct {
	ID, AccountID string
	Kind          notice.Kind
	To            notice.To
	Label         string
	Added         time.Time
	Proved        time.Time // zero until the code came back
}

// Where returns what the owner recognises the channel by.
func (c Channel) Where() string {
	if c.Kind == notice.Push {
		return c.Label
	}
	return c.To.Address
}

// maxChannels is how many ways one account may have.
const maxChannels = 10

// Quiet is the hours in which an account is left alone, in minutes after
// midnight.
type Quiet struct{ From, Till int }

// None reports whether there are no such hours.
func (q Quiet) None() bool { return q.From == q.Till }

// Over returns the first moment from at on that lies outside the quiet hours.
func (q Quiet) Over(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	minute := local.Hour()*60 + local.Minute()
	if q.None() || !q.quiet(local) {
		return at
	}
	day := local.Day()
	if minute >= q.Till { // it ends tomorrow
		day++
	}
	over := time.Date(local.Year(), local.Month(), day, 0, q.Till, 0, 0, zone)
	for q.quiet(over.In(zone)) { // an end that the clock skips when summer begins
		over = over.Add(time.Minute)
	}
	return over
}

// quiet reports whether the clock of local stands in the quiet hours.
func (q Quiet) quiet(local time.Time) bool {
	minute := local.Hour()*60 + local.Minute()
	if q.Till < q.From {
		return minute >= q.From || minute < q.Till
	}
	return minute >= q.From && minute < q.Till
}

// Try is one sending as it was tried.
type Try struct {
	Kind    notice.Kind
	Outcome notice.Outcome
	Answer  string
	At      time.Time
}

// Own is all that an account sees of how it is told.
type Own struct {
	Channels []Channel
	Quiet    Quiet
	Tries    []Try // newest first
	Email    string
}

// Own returns the actor's own ways to be told.
func (s *Service) Own(ctx context.Context, actor lead.Actor) (Own, error) {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return Own{}, err
	}
	var out Own
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if out.Channels, err = db.All(ctx, tx, scanChannel, channelsOf, actor.ID); err != nil {
			return err
		}
		if out.Quiet, err = quiet(ctx, tx, actor.ID); err != nil {
			return err
		}
		if err = tx.One(ctx, emailOf, actor.ID).Scan(&out.Email); err != nil {
			return err
		}
		out.Tries, err = db.All(ctx, tx, func(row db.Row) (Try, error) {
			var t Try
			var at db.Time
			err := row.Scan(&t.Kind, &t.Outcome, &t.Answer, &at)
			t.At = at.Time
			return t, err
		}, triesOf, actor.ID)
		return err
	})
	if err != nil {
		return Own{}, fmt.Errorf("own notices: %w", err)
	}
	return out, nil
}

func scanChannel(row db.Row) (Channel, error) {
	var c Channel
	var added, proved db.Time
	err := row.Scan(&c.ID, &c.AccountID, &c.Kind, &c.To.Address, &c.To.PublicKey, &c.To.Auth, &c.Label, &added, &proved)
	c.Added, c.Proved = added.Time, proved.Time
	return c, err
}

func quiet(ctx context.Context, tx *db.Tx, accountID string) (Quiet, error) {
	var q Quiet
	err := tx.One(ctx, quietOf, accountID).Scan(&q.From, &q.Till)
	if err != nil && !errors.Is(err, lead.ErrNotFound) {
		return Quiet{}, fmt.Errorf("quiet hours: %w", err)
	}
	return q, nil
}

// AddPush adds a browser. Its address is a browser's word, so it is looked at
// here and again when something is sent.
func (s *Service) AddPush(ctx context.Context, actor lead.Actor, form ledger.Form, to notice.To, label string) error {
	service, real := s.Providers[notice.Push].(*notice.WebPush)
	if !real { // a file takes what a real one would
		service = &notice.WebPush{}
	}
	_, err := service.CheckEndpoint(to.Address)
	if err == nil {
		err = notice.CheckKeys(to)
	}
	if err != nil || s.Providers[notice.Push] == nil {
		return lead.Invalid{"push": "This browser gave an address that we cannot send to: use another browser, or another way"}
	}
	_, err = s.add(ctx, actor, form, Channel{Kind: notice.Push, To: to, Label: label, Proved: s.Book.Now()})
	return err
}

// AddMail adds the account's own address and sends a code to it.
func (s *Service) AddMail(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	own, err := s.Own(ctx, actor)
	if err != nil {
		return err
	}
	address, err := notice.CheckMail(own.Email)
	if err != nil {
		return lead.Invalid{"mail": "Your account's address cannot get e-mail: ask your administrator"}
	}
	return s.addAndProve(ctx, actor, form, Channel{Kind: notice.Mail, To: notice.To{Address: address}})
}

// AddNumber adds a phone number and sends a code to it.
func (s *Service) AddNumber(ctx context.Context, actor lead.Actor, form ledger.Form, number string) error {
	number, err := notice.CheckNumber(number)
	if err != nil {
		return lead.Invalid{"number": "Enter a mobile number with its country code, like +44 7700 900123"}
	}
	return s.addAndProve(ctx, actor, form, Channel{Kind: notice.SMS, To: notice.To{Address: number}})
}

func (s *Service) addAndProve(ctx context.Context, actor lead.Actor, form ledger.Form, c Channel) error {
	if s.Providers[c.Kind] == nil {
		return lead.Invalid{string(c.Kind): "This site cannot send this way: choose another"}
	}
	id, err := s.add(ctx, actor, form, c)
	if err != nil {
		return err
	}
	if form.Key != "" {
		form.Key += ":code" // an act of its own
	}
	return s.SendCode(ctx, actor, form, id)
}

func (s *Service) add(ctx context.Context, actor lead.Actor, form ledger.Form, c Channel) (string, error) {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return "", err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "notices.add", Subjects: []string{actor.ID}, Detail: string(c.Kind)}
	return s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		there, err := db.All(ctx, tx, scanChannel, channelsOf, actor.ID)
		if err != nil {
			return "", fmt.Errorf("add a way: %w", err)
		}
		for _, other := range there {
			if other.Kind == c.Kind && other.To.Address == c.To.Address { // it is there already: the same browser asked twice
				return other.ID, nil
			}
		}
		if len(there) >= maxChannels {
			return "", lead.Invalid{string(c.Kind): "You have as many ways as there can be: remove one first"}
		}
		id := lead.NewID("chn")
		_, err = tx.Exec(ctx, insertChannel, id, actor.ID, c.Kind, c.To.Address, c.To.PublicKey, c.To.Auth, c.Label, db.At(s.Book.Now()), db.At(c.Proved))
		if err != nil {
			return "", fmt.Errorf("add a way: %w", err)
		}
		return id, nil
	})
}

// The limits of codes.
const (
	codeLasts    = 15 * time.Minute
	codeTries    = 5
	codesAnHour  = 6
	asked        = "asked" // what is noted of a code before it is sent
	tooManyCodes = "That was a lot of codes in an hour: wait a while and try again"
)

// SendCode makes a code for a channel that is not proved yet and sends it there.
func (s *Service) SendCode(ctx context.Context, actor lead.Actor, form ledger.Form, channelID string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return fmt.Errorf("code: %w", err)
	}
	code := fmt.Sprintf("%06d", n)
	var c Channel
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "notices.code", Subjects: []string{actor.ID}}
	_, err = s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		var err error
		if c, err = scanChannel(tx.One(ctx, channelByID, channelID, actor.ID)); err != nil {
			return "", err
		}
		// The code first: whoever asks for the same address at the same moment waits
		// for it. The asking is counted before anything is sent, so that many at once
		// are all counted.
		if _, err := tx.Exec(ctx, setCode, channelID, hashCode(channelID, code), db.At(s.Book.Now().Add(codeLasts))); err != nil {
			return "", fmt.Errorf("code: %w", err)
		}
		var lately int
		if err := tx.One(ctx, codesSince, actor.ID, db.At(s.Book.Now().Add(-time.Hour))).Scan(&lately); err != nil {
			return "", fmt.Errorf("code: %w", err)
		}
		if lately >= codesAnHour {
			return "", lead.Invalid{"code-" + channelID: tooManyCodes}
		}
		return channelID, s.noteTry(ctx, tx, "code", c, notice.Answer{Outcome: notice.Later, Words: asked})
	})
	if err != nil || c.ID == "" || !c.Proved.IsZero() { // the same form again: it is on its way
		return err
	}
	provider := s.Providers[c.Kind]
	if provider == nil {
		return lead.Invalid{"code-" + channelID: "This site cannot send this way any more: choose another"}
	}
	a := provider.Send(ctx, c.To, notice.Code(code))
	if err := s.Book.Keep(context.WithoutCancel(ctx), func(tx *db.Tx) error { return s.noteTry(ctx, tx, "code sent", c, a) }); err != nil {
		return fmt.Errorf("code: %w", err)
	}
	if a.Outcome != notice.Sent {
		return lead.Invalid{"code-" + channelID: "The code could not be sent just now. Ask for another one in a while"}
	}
	return nil
}

func hashCode(channelID, code string) string {
	sum := sha256.Sum256([]byte(channelID + " " + code))
	return hex.EncodeToString(sum[:])
}

// Prove takes the code that was sent to a channel.
func (s *Service) Prove(ctx context.Context, actor lead.Actor, form ledger.Form, channelID, code string) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "notices.prove", Subjects: []string{actor.ID}}
	proved, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, e *ledger.Entry) (string, error) {
		c, err := scanChannel(tx.One(ctx, channelByID, channelID, actor.ID))
		if err != nil {
			return "", err
		}
		var hash string
		var tries int
		var expires db.Time
		err = tx.One(ctx, tryCode, channelID).Scan(&hash, &tries, &expires)
		switch {
		case !c.Proved.IsZero():
			return c.ID, nil
		case err != nil && !errors.Is(err, lead.ErrNotFound):
			return "", fmt.Errorf("prove: %w", err)
		}
		given := hashCode(channelID, strings.ReplaceAll(code, " ", ""))
		right := err == nil && tries <= codeTries && expires.After(s.Book.Now()) && subtle.ConstantTimeCompare([]byte(given), []byte(hash)) == 1
		if !right { // kept, so that it counts
			e.Detail = "wrong"
			return "", nil
		}
		if _, err := tx.Exec(ctx, proveChannel, db.At(s.Book.Now()), channelID, actor.ID); err != nil {
			return "", fmt.Errorf("prove: %w", err)
		}
		if _, err := tx.Exec(ctx, deleteCode, channelID); err != nil {
			return "", fmt.Errorf("prove: %w", err)
		}
		return c.ID, nil
	})
	if err == nil && proved == "" {
		return lead.Invalid{"code-" + channelID: "This is not the code, or it is more than a quarter of an hour old. Look again, or ask for another"}
	}
	return err
}

// Remove takes a channel away, with its address.
func (s *Service) Remove(ctx context.Context, actor lead.Actor, form ledger.Form, channelID string) error {
	return s.act(ctx, actor, form, "notices.remove", "", func(tx *db.Tx) error {
		if _, err := scanChannel(tx.One(ctx, channelByID, channelID, actor.ID)); err != nil {
			return err
		}
		return drop(ctx, tx, channelID)
	})
}

func drop(ctx context.Context, tx *db.Tx, channelID string) error {
	if _, err := tx.Exec(ctx, deleteCode, channelID); err != nil {
		return fmt.Errorf("remove a way: %w", err)
	}
	if _, err := tx.Exec(ctx, deleteChannel, channelID); err != nil {
		return fmt.Errorf("remove a way: %w", err)
	}
	return nil
}

// SetQuiet says in which hours the actor is left alone; the same twice is none.
func (s *Service) SetQuiet(ctx context.Context, actor lead.Actor, form ledger.Form, q Quiet) error {
	return s.act(ctx, actor, form, "notices.quiet", "", func(tx *db.Tx) error {
		const day = 24 * 60
		if q.From < 0 || q.From >= day || q.Till < 0 || q.Till >= day {
			return lead.Invalid{"quiet_from": "Enter two times, like 22:00 and 07:00"}
		}
		if _, err := tx.Exec(ctx, insertQuiet, actor.ID, q.From, q.Till, db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("quiet hours: %w", err)
		}
		return nil
	})
}

// testsAnHour is how often an account may have itself sent a test: what is sent for
// nothing stands in the way of what is sent for somebody who waits.
const testsAnHour = 6

// Test puts a notice for the actor into the outbox, as if something waited.
func (s *Service) Test(ctx context.Context, actor lead.Actor, form ledger.Form) error {
	return s.act(ctx, actor, form, "notices.test", "", func(tx *db.Tx) error {
		var lately int
		if err := tx.One(ctx, testsSince, db.At(s.Book.Now().Add(-time.Hour)), actor.ID).Scan(&lately); err != nil {
			return fmt.Errorf("test: %w", err)
		}
		if lately >= testsAnHour {
			return lead.Invalid{"test": "That was a lot of tests in an hour: wait a while and try again"}
		}
		if _, err := tx.Exec(ctx, insertNotice, lead.NewID("ntc"), actor.ID, db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("test: %w", err)
		}
		return nil
	})
}

func (s *Service) act(ctx context.Context, actor lead.Actor, form ledger.Form, name, detail string, write func(*db.Tx) error) error {
	if err := s.Access.Check(actor, "account.own", access.Screen{}); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: name, Subjects: []string{actor.ID}, Detail: detail}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) { return "", write(tx) })
	return err
}
