// Package web is what every request has in common: routes that name what they
// ask for, handlers that return an error, the actor, limits, headers and plain
// words for every way a request can fail. It imports lead, access and ui.
package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/ui"
)

// Route is one page or form. Action is what the access policies must permit;
// the zero Action is only for pages that need no sign-in.
type Route struct {
	Method string
	Path   string // as net/http's ServeMux reads it
	Action access.Action
	Handle Handler
	StepUp bool // asks for a fresh proof of who is there: exports, role changes, break-glass
	Upload bool // its form may carry one file: see Upload
}

// Sensitive returns r asking for a fresh proof of who is there.
func Sensitive(r Route) Route {
	r.StepUp = true
	return r
}

// Get and Post make routes; a Post route also answers for its form's page.
func Get(path string, a access.Action, h Handler) Route {
	return Route{Method: http.MethodGet, Path: path, Action: a, Handle: h}
}

// Post makes the route of a form.
func Post(path string, a access.Action, h Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Action: a, Handle: h}
}

// Handler answers a request or returns why it could not.
type Handler func(http.ResponseWriter, *http.Request) error

type contextKey int

const (
	actorKey contextKey = iota
	pageKey
)

// Place returns the network address that r came from. A header may say so only
// when it is our own proxy that wrote it: as the last of the list, of the last of
// such headers, because some proxies add a line of their own to what they were sent.
func Place(r *http.Request, trustProxy bool) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if trustProxy {
		said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if ip := net.ParseIP(strings.TrimSpace(said[len(said)-1])); ip != nil {
			return ip.String()
		}
	}
	return host
}

// WithActor returns ctx with who is asking. Only the session middleware and
// tests call it.
func WithActor(ctx context.Context, a lead.Actor) context.Context {
	return context.WithValue(ctx, actorKey, a)
}

// Actor returns who is asking, the zero Actor when nobody is signed in.
func Actor(r *http.Request) lead.Actor {
	a, _ := r.Context().Value(actorKey).(lead.Actor) //nolint:errcheck // the zero Actor is meant
	return a
}

// WithPage returns ctx with the shell of the pages to come.
func WithPage(ctx context.Context, p ui.Page) context.Context {
	return context.WithValue(ctx, pageKey, p)
}

// Page returns the shell of a page with title, a fresh form key, and the right
// place in the navigation.
func Page(r *http.Request, title string) ui.Page {
	p, _ := r.Context().Value(pageKey).(ui.Page) //nolint:errcheck // the zero Page is meant
	p.Title = title
	p.Key = r.PostFormValue("form_key")
	if p.Key == "" {
		p.Key = lead.NewID("frm")
	}
	p.Nav = slices.Clone(p.Nav)
	best := -1
	for i, l := range p.Nav { // the longest address that the path starts with
		if (r.URL.Path == l.Href || strings.HasPrefix(r.URL.Path, l.Href+"/")) && (best < 0 || len(l.Href) > len(p.Nav[best].Href)) {
			best = i
		}
	}
	if best >= 0 {
		p.Nav[best].Current = true
	}
	return p
}

// Form returns the key and the hash that make this request's form safe to
// send twice. The hash covers the address and every answer but the key.
func Form(r *http.Request) ledger.Form {
	answers := url.Values{}
	for name, values := range r.PostForm {
		if name != "form_key" {
			answers[name] = values
		}
	}
	sum := sha256.Sum256([]byte(r.Method + " " + r.URL.Path + "\n" + answers.Encode()))
	key := r.PostForm.Get("form_key")
	if len(key) > 100 { // none of ours
		key = ""
	}
	return ledger.Form{Key: key, Hash: hex.EncodeToString(sum[:])}
}

// Line returns the answer to a one-line field, trimmed.
func Line(r *http.Request, field string) string {
	return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(field), "\r\n", "\n"))
}

// SeeOther answers a form by sending the browser to path.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// LocalPath returns path when it is one of this site, else "": a link that leads
// elsewhere after signing in is a trap. Browsers read a backslash as a slash, and
// pass over tabs and line ends, so no such path is taken.
func LocalPath(path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return ""
	}
	if u, err := url.Parse(path); err != nil || u.Host != "" {
		return ""
	}
	return path
}

// Invalid returns the field errors in err, if that is what it is.
func Invalid(err error) (lead.Invalid, bool) {
	bad, ok := errors.AsType[lead.Invalid](err)
	return bad, ok
}

// The ways in which what was sent is not a form of ours.
var (
	ErrUnreadable = errors.New("the form cannot be read")
	ErrKind       = errors.New("the body is not a form")
)

// Failure says how a request failed, in words for the person who sent it.
type Failure struct {
	Status int
	Title  string
	Words  string
	Retry  bool // the form can be sent again as it was
}

// Explain turns an error into what a person is told. Forbidden and absent look
// alike: the wall does not say what lies behind it.
func Explain(err error) Failure {
	tooBig := &http.MaxBytesError{}
	switch {
	case errors.Is(err, lead.ErrForbidden), errors.Is(err, lead.ErrNotFound):
		return Failure{http.StatusNotFound, "There is nothing here for you", "The address may be wrong, or what it leads to is not yours to see. If you think it should be, ask your supervisor.", false}
	case errors.Is(err, lead.ErrReused):
		return Failure{http.StatusConflict, "This form was already sent", "It was saved the first time, with other answers. Go back to the page, look at what is there, and change it from there.", false}
	case errors.Is(err, lead.ErrConflict):
		return Failure{http.StatusConflict, "Somebody else changed this first", "Nothing of yours was saved. Go back, look at what changed, and send yours again if it still holds.", false}
	case errors.Is(err, lead.ErrUnavailable):
		return Failure{http.StatusServiceUnavailable, "We could not save that just now", "Nothing was saved, not even in part. What you typed is kept on this page. Wait a moment and try again; if it goes on, tell whoever runs Waymark here.", true}
	case errors.Is(err, ErrBusy):
		return Failure{http.StatusServiceUnavailable, "Others are sending files just now", "Nothing was saved. Wait half a minute, go back and send the file again.", false}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Failure{http.StatusServiceUnavailable, "That took too long", "Nothing was saved. What you typed is kept on this page. Try again.", true}
	case errors.Is(err, ErrUnreadable):
		return Failure{http.StatusBadRequest, "That did not arrive whole", "Nothing was saved. Go back and send it again.", false}
	case errors.Is(err, ErrKind):
		return Failure{http.StatusUnsupportedMediaType, "Only forms can be sent here", "Nothing was saved. Go back and use the page's own form.", false}
	case errors.As(err, &tooBig) && tooBig.Limit < MaxUpload: // where no file is asked for
		return Failure{http.StatusRequestEntityTooLarge, "That is too much at once", "Nothing was saved. Go back and send less text.", false}
	case errors.As(err, &tooBig):
		return Failure{http.StatusRequestEntityTooLarge, "That is too much at once", "Nothing was saved. Go back and send less text, or a smaller file: at most 10 MB.", false}
	}
	return Failure{http.StatusInternalServerError, "Sorry, something went wrong", "Nothing was saved. What you typed is kept on this page. Try again; if it goes on, tell whoever runs Waymark here.", true}
}

// LogFailure writes a failure that is ours, with the route and never the
// address, whose parts may name a person's record.
func LogFailure(ctx context.Context, r *http.Request, f Failure, err error) {
	if f.Status >= 500 {
		slog.ErrorContext(ctx, "request failed", "route", r.Pattern, "status", f.Status, "err", err)
	}
}

// MomentLayout is what a datetime-local field holds: local time without a zone.
const MomentLayout = "2006-01-02T15:04"

// Moment reads a datetime-local field in zone; the zero time when it is empty
// or cannot be read.
func Moment(r *http.Request, field string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation(MomentLayout, r.PostFormValue(field), zone)
	if err != nil {
		return time.Time{}
	}
	return at
}
