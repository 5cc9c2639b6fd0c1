package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/bulk"
)

// The one address at which anything but a form is taken, and how much.
const (
	ImportPath = "/api/v1/contacts"
	MaxFile    = 8 << 20 // bytes
	maxRows    = 20_000
	maxTold    = 500 // rows whose mistakes are told in one answer
	importTime = 50 * time.Second
	atOnce     = 2 // files taken at one time: each is in memory
)

// API takes the file that a force's record system sends. Whoever calls is a
// connector with a token: a cookie says nothing here.
type API struct {
	accounts   *identity.Service
	contacts   *bulk.Service
	zone       *time.Location
	trustProxy bool
	slots      chan struct{}
	busy       sync.Map // connectors whose file is being taken: each has one place, so that nobody's slow file fills them all
}

// NewAPI returns the handler of ImportPath.
func NewAPI(accounts *identity.Service, in *bulk.Service, zone *time.Location, trustProxy bool) *API {
	return &API{accounts: accounts, contacts: in, zone: zone, trustProxy: trustProxy, slots: make(chan struct{}, atOnce)}
}

// IsCSV reports whether the body of r says that it is such a file, in letters that
// are read.
func IsCSV(r *http.Request) bool {
	_, ok := encodingOf(r)
	return ok
}

func encodingOf(r *http.Request) (bulk.Encoding, bool) {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "text/csv" || r.Header.Get("Content-Encoding") != "" {
		return "", false
	}
	switch as := bulk.Encoding(strings.ToLower(parameters["charset"])); as {
	case "", bulk.UTF8:
		return bulk.UTF8, true
	case bulk.Windows1252:
		return as, true
	}
	return "", false
}

// trouble is an answer that says why nothing was taken, as RFC 9457 has it.
type trouble struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
}

// taken is the answer to a file: what came of each of its rows.
type taken struct {
	Batch     string    `json:"batch"`
	Rows      int64     `json:"rows"`
	Taken     int64     `json:"taken"`
	Already   int64     `json:"already"`
	Conflicts int64     `json:"conflicts"`
	Skipped   int64     `json:"skipped"`
	Wrong     int64     `json:"wrong"`
	Errors    []mistake `json:"errors"`
	More      int64     `json:"more_errors"`
}

type mistake struct {
	Row      int64          `json:"row"`
	Conflict bool           `json:"conflict"`
	Columns  []columnsWrong `json:"columns"`
}

type columnsWrong struct {
	Column string `json:"column"`
	Says   string `json:"says"`
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), importTime)
	defer cancel()
	answer, wrong := a.take(w, r.WithContext(ctx))
	if wrong != nil {
		switch wrong.Status {
		case http.StatusUnauthorized:
			w.Header().Set("WWW-Authenticate", `Bearer realm="waymark"`)
		case http.StatusTooManyRequests, http.StatusServiceUnavailable:
			w.Header().Set("Retry-After", "60")
		}
		send(ctx, w, wrong.Status, "application/problem+json", wrong)
		return
	}
	send(ctx, w, http.StatusOK, "application/json", answer)
}

func send(ctx context.Context, w http.ResponseWriter, status int, kind string, v any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.WarnContext(ctx, "answer a connector", "err", err)
	}
}

// take goes through what may be wrong before anything is read: who, what, how
// much, then the file.
func (a *API) take(w http.ResponseWriter, r *http.Request) (*taken, *trouble) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(token) > 200 {
		return nil, &trouble{"A token is needed", http.StatusUnauthorized, "Send it as Authorization: Bearer. A cookie does not count."}
	}
	connector, actor, err := a.accounts.UseConnector(r.Context(), token, web.Place(r, a.trustProxy))
	if errors.Is(err, lead.ErrNotFound) {
		return nil, &trouble{"This token does not count", http.StatusUnauthorized, ""}
	}
	if err != nil {
		return nil, a.explain(r, err)
	}
	as, ok := encodingOf(r)
	if !ok {
		return nil, &trouble{"Only text/csv is taken", http.StatusUnsupportedMediaType, "With charset utf-8 or windows-1252, and not compressed."}
	}
	key := strings.Trim(r.Header.Get("Idempotency-Key"), `"`)
	if key == "" || len(key) > 255 {
		return nil, &trouble{"An Idempotency-Key is needed", http.StatusBadRequest, "Name the request in 1 to 255 characters, and use the name again when you send it again."}
	}
	other := &trouble{"Other files are being taken in", http.StatusServiceUnavailable, "Send it again in a minute: nothing is doubled."}
	if _, sending := a.busy.LoadOrStore(connector.ID, true); sending {
		return nil, other
	}
	defer a.busy.Delete(connector.ID)
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	default:
		return nil, other
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxFile))
	if err != nil {
		return nil, a.explain(r, err)
	}
	return a.read(r, connector, actor, as, key, body)
}

func (a *API) read(r *http.Request, c identity.Connector, actor lead.Actor, as bulk.Encoding, key string, body []byte) (*taken, *trouble) {
	f := bulk.File{Organisation: c.Organisation.ID, Source: c.Source, Encoding: as, Zone: a.zone, Key: key, SkipUnknown: r.URL.Query().Get("officer_unknown") == "skip"}
	var err error
	if f.Facts, err = bulk.Inspect(bytes.NewReader(body), as, bulk.Columns()); err != nil {
		return nil, a.explain(r, err)
	}
	if f.Rows > maxRows {
		return nil, &trouble{"That is too much at once", http.StatusRequestEntityTooLarge, "Send at most " + strconv.Itoa(maxRows) + " rows in a file."}
	}
	officers, err := a.accounts.OfficersOf(r.Context(), c.Organisation.ID)
	if err != nil {
		return nil, a.explain(r, err)
	}
	f.Officers = officers.Find
	out := taken{Errors: []mistake{}}
	f.Report = func(p bulk.Problem) error {
		if len(out.Errors) >= maxTold {
			out.More++
			return nil
		}
		m := mistake{Row: p.Row, Conflict: p.Conflict}
		for _, column := range slices.Sorted(maps.Keys(p.Wrong)) {
			m.Columns = append(m.Columns, columnsWrong{column, p.Wrong[column]})
		}
		out.Errors = append(out.Errors, m)
		return nil
	}
	result, err := a.contacts.Import(r.Context(), actor, f, bytes.NewReader(body))
	if err != nil {
		return nil, a.explain(r, err)
	}
	out.Batch, out.Rows, out.Taken, out.Already, out.Conflicts, out.Skipped, out.Wrong = result.ID, result.Rows, result.Taken, result.Already, result.Conflicts, result.Skipped, result.Errors
	return &out, nil
}

// explain turns an error into an answer. It repeats nothing of the file but the
// names of its columns.
func (a *API) explain(r *http.Request, err error) *trouble {
	tooBig := &http.MaxBytesError{}
	told, file := errors.AsType[bulk.FileError](err)
	switch {
	case file:
		return &trouble{"The file cannot be read", http.StatusUnprocessableEntity, string(told)}
	case errors.Is(err, lead.ErrReused):
		return &trouble{"This Idempotency-Key named another file", http.StatusUnprocessableEntity, "Nothing was taken. Use a name of its own for each file."}
	case errors.Is(err, identity.ErrOften):
		return &trouble{"Too many files within the hour", http.StatusTooManyRequests, ""}
	case errors.As(err, &tooBig):
		return &trouble{"That is too much at once", http.StatusRequestEntityTooLarge, "Send at most " + strconv.Itoa(MaxFile>>20) + " MiB in a file."}
	case errors.Is(err, lead.ErrForbidden):
		return &trouble{"This token does not count", http.StatusUnauthorized, ""}
	case errors.Is(err, lead.ErrUnavailable), errors.Is(err, lead.ErrConflict), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &trouble{"That could not be taken in just now", http.StatusServiceUnavailable, "Send it again, with the same Idempotency-Key: what was taken is kept, and nothing is doubled."}
	}
	slog.ErrorContext(r.Context(), "request failed", "route", r.Pattern, "err", err)
	return &trouble{"Sorry, something went wrong", http.StatusInternalServerError, "Send it again, with the same Idempotency-Key: what was taken is kept, and nothing is doubled."}
}
