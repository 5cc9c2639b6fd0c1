// Package notice tells somebody that something waits, by web push, e-mail or
// SMS, and can say nothing else: what is sent is a constant, with a code or a
// weekday and an hour in it. It imports the standard library only.
package notice

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Kind is a way to be told.
type Kind string

// The ways.
const (
	Push Kind = "push"
	Mail Kind = "mail"
	SMS  Kind = "sms"
)

// Words returns the way as people say it.
func (k Kind) Words() string {
	return map[Kind]string{Push: "This browser", Mail: "E-mail", SMS: "Text message"}[k]
}

// Message is what is sent. It can be made in three ways only, so that no name, no
// reference and no kind of service can ever be in it.
type Message struct{ text string }

// Waits is the one message about work.
func Waits() Message { return Message{"Waymark: something waits for you"} }

// Code is the message that proves an address: digits, or nothing.
func Code(code string) Message {
	for _, r := range code {
		if r < '0' || r > '9' {
			return Message{}
		}
	}
	return Message{"Waymark: your code is " + code}
}

// Reminder reminds somebody of an hour, or with hour false of a day. It names
// nobody, not who sends it and not what it is about: a phone lies on tables.
func Reminder(local time.Time, hour bool) Message {
	when := local.Weekday().String()
	if hour {
		when += local.Format(" 15:04")
	}
	return Message{"Reminder: " + when + ". Reply or ring if you need to change it."}
}

// String returns the text.
func (m Message) String() string { return m.text }

// To is where a message goes. The keys are a browser's, of push.
type To struct{ Address, PublicKey, Auth string }

// Outcome is how a sending went.
type Outcome string

// The outcomes.
const (
	Sent  Outcome = "sent"
	Later Outcome = "later" // it may work the next time
	Gone  Outcome = "gone"  // there is nobody there any more: forget the address
	Never Outcome = "never" // it will not work the next time either
)

// Answer is what a provider said.
type Answer struct {
	Outcome Outcome
	Words   string        // for the record: a number or a short line, no address
	After   time.Duration // not again before, where the provider says so
}

// Provider sends messages of one kind.
type Provider interface {
	Send(ctx context.Context, to To, m Message) Answer
}

// sendTime is how long one sending may take.
const sendTime = 10 * time.Second

// File appends what would be sent to a file: for development and practice.
type File struct {
	Path string
	Kind Kind
	Now  func() time.Time
}

// Send writes one line.
func (f File) Send(_ context.Context, to To, m Message) Answer {
	file, err := os.OpenFile(f.Path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return Answer{Outcome: Later, Words: "the file cannot be opened"}
	}
	_, err = fmt.Fprintf(file, "%s %s %s %s\n", f.Now().UTC().Format(time.RFC3339), f.Kind, to.Address, m)
	if err = errors.Join(err, file.Close()); err != nil {
		return Answer{Outcome: Later, Words: "the file cannot be written"}
	}
	return Answer{Outcome: Sent, Words: "written to a file"}
}

// answerOf reads a provider's answer over HTTP.
func answerOf(res *http.Response, err error, now time.Time) Answer {
	if err != nil {
		return Answer{Outcome: Later, Words: reason(err)}
	}
	defer res.Body.Close()                              //nolint:errcheck // it was only read
	io.Copy(io.Discard, io.LimitReader(res.Body, 4096)) //nolint:errcheck // so that the connection can be used again
	a := Answer{Words: strconv.Itoa(res.StatusCode), After: after(res.Header.Get("Retry-After"), now)}
	switch code := res.StatusCode; {
	case code >= 200 && code < 300:
		a.Outcome = Sent
	case code == http.StatusNotFound || code == http.StatusGone:
		a.Outcome = Gone
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500:
		a.Outcome = Later
	default: // a redirect too: nobody is followed
		a.Outcome = Never
	}
	return a
}

// maxAfter is how long a provider may put us off.
const maxAfter = time.Hour

func after(header string, now time.Time) time.Duration {
	d := time.Duration(0)
	if n, err := strconv.Atoi(strings.TrimSpace(header)); err == nil && n > 0 && n < 1<<20 {
		d = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(header); err == nil && at.After(now) {
		d = at.Sub(now)
	}
	return min(d, maxAfter)
}

// reason says why nothing came back, without the address that an error of the
// network would name.
func reason(err error) string {
	switch {
	case errors.Is(err, errPrivate):
		return "the address is not a public one"
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return "no answer in time"
	}
	return "no connection"
}
