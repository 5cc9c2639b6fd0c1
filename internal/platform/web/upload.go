package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// MaxUpload is how many bytes the body of a form with a file may have: a file of
// ten megabytes with its answers. The handler says how large a file may be.
const MaxUpload = 11 << 20

// The bounds of the rest of such a form.
const (
	mostParts   = 20
	longestPart = 16 << 10
	uploadTime  = 2 * time.Minute // a photo over a slow phone
)

// File is what a form carried: its bytes, and what it was called there.
type File struct {
	Name string
	Body []byte
}

// FilePart is the name of the field that holds the file.
const FilePart = "file"

// ErrBusy says that as many files are being taken in as there is room for.
var ErrBusy = errors.New("too many files at once")

// The bounds of what is taken in at once: each file is in memory, more than once
// while it is cleaned, scanned and sealed.
const (
	mostAtOnce = 2
	turnTime   = 5 * time.Second // how long somebody waits for their turn before they are told
)

// Turns lets a few files in at once. The zero Turns is not ready: see NewTurns.
type Turns chan struct{}

// NewTurns returns turns that nobody has taken.
func NewTurns() Turns { return make(Turns, mostAtOnce) }

// Take waits a little for a turn. Whoever got one gives it back by calling done.
func (t Turns) Take(ctx context.Context) (done func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, turnTime)
	defer cancel()
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("upload: %w", ErrBusy)
	}
}

const fileKey contextKey = iota + 100

// Upload returns r's form carrying one file. It is the only sort of form that
// comes as multipart, and it is read only once it is known who sends it.
func Upload(r Route) Route {
	r.Upload = true
	return r
}

// IsUpload reports whether the body of r is a form with a file.
func IsUpload(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && r.Method == http.MethodPost && kind == "multipart/form-data"
}

// Uploaded returns the file of r's form, the zero File when there is none.
func Uploaded(r *http.Request) File {
	f, _ := r.Context().Value(fileKey).(File) //nolint:errcheck // the zero File is meant
	return f
}

// ReadUpload reads a form with a file: each part in the order it comes, the file
// at most once, nothing written to disk. Its answers become those of the form, so
// that every handler reads them as it always does; the hash of the file becomes
// one of them, so that the same form with another file is another form.
func ReadUpload(w http.ResponseWriter, r *http.Request) (*http.Request, error) {
	_, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	boundary := parameters["boundary"]
	if err != nil || boundary == "" || len(boundary) > 70 || r.Header.Get("Content-Encoding") != "" {
		return r, fmt.Errorf("read upload: %w", ErrKind)
	}
	end := time.Now().Add(uploadTime)
	slow := http.NewResponseController(w)
	// Where the server cannot give more time, its own limit holds.
	if err := errors.Join(slow.SetReadDeadline(end), slow.SetWriteDeadline(end.Add(time.Minute))); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return r, fmt.Errorf("read upload: %w", err)
	}
	r.PostForm = map[string][]string{}
	parts := multipart.NewReader(r.Body, boundary)
	file, found := File{}, false
	for count := 0; ; count++ {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, unreadable(r, err)
		}
		if count >= mostParts {
			return r, fmt.Errorf("read upload: %w", &http.MaxBytesError{Limit: MaxUpload})
		}
		name := part.FormName()
		limit := int64(longestPart)
		if name == FilePart {
			limit = MaxUpload
		}
		body, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return r, unreadable(r, err)
		case int64(len(body)) > limit:
			return r, fmt.Errorf("read upload: %w", &http.MaxBytesError{Limit: limit})
		case name == "" || !utf8.ValidString(name) || len(name) > 100 || found && name == FilePart:
			return r, fmt.Errorf("read upload: %w", ErrUnreadable)
		case name == FilePart:
			file, found = File{calledAs(part.FileName()), body}, true
		case part.FileName() != "": // a file where none belongs
			return r, fmt.Errorf("read upload: %w", ErrUnreadable)
		default:
			r.PostForm.Add(name, strings.ToValidUTF8(strings.ReplaceAll(string(body), "\x00", ""), ""))
		}
	}
	if len(file.Body) > 0 {
		sum := sha256.Sum256(file.Body)
		r.PostForm.Set(FilePart, hex.EncodeToString(sum[:]))
	}
	return r.WithContext(context.WithValue(r.Context(), fileKey, file)), nil
}

// unreadable tells a body that is too large, or that took too long, from one that
// is no form.
func unreadable(r *http.Request, err error) error {
	tooBig := &http.MaxBytesError{}
	if errors.As(err, &tooBig) || r.Context().Err() != nil {
		return fmt.Errorf("read upload: %w", err)
	}
	return fmt.Errorf("read upload: %w", ErrUnreadable)
}

// calledAs is the last part of what a browser says a file is called, for a
// person to read: no path, nothing that is not text, without its ending.
func calledAs(told string) string {
	told = path.Base(strings.ReplaceAll(told, "\\", "/"))
	if !utf8.ValidString(told) || told == "." || told == "/" {
		return ""
	}
	told = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.TrimSuffix(told, path.Ext(told)))
	runes := []rune(strings.TrimSpace(told))
	return string(runes[:min(len(runes), 100)])
}

// Attach answers with a file to keep, never to show: a browser neither guesses
// what it is nor runs what is in it.
func Attach(w http.ResponseWriter, name, kind string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, err := io.Copy(w, bytes.NewReader(body))
	return err
}
