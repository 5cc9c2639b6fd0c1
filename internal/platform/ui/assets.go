package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets/*
var assets embed.FS

// Asset is one of the files under /assets/.
type Asset struct {
	Path string // with a hash of its content
	Text []byte
}

// ReadAsset returns the asset called name, as it is served.
func ReadAsset(name string) (Asset, error) {
	text, err := assets.ReadFile("assets/" + name)
	if err != nil {
		return Asset{}, fmt.Errorf("asset: %w", err)
	}
	if path.Ext(name) == ".js" {
		text = withoutComments(text)
	}
	sum := sha256.Sum256(text)
	return Asset{"/assets/" + name + "?v=" + hex.EncodeToString(sum[:6]), text}, nil
}

// withoutComments leaves out the lines of a script that are only a comment, and
// the spaces at the start of each: a quarter of what a phone would fetch. So no
// text of several lines may stand in a script.
func withoutComments(script []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(script) {
		line = bytes.TrimLeft(line, " \t")
		if !bytes.HasPrefix(line, []byte("//")) {
			out.Write(line)
		}
	}
	return out.Bytes()
}

// asset returns the address of an asset with its content's hash.
func asset(name string) (string, error) {
	a, err := ReadAsset(name)
	return a.Path, err
}

// served is an asset as it goes out.
type served struct {
	kind          string
	plain, zipped []byte // zipped is nil where it would not be smaller
}

// Assets serves the style sheet, the scripts and the icons under /assets/. Their
// addresses carry a hash of their content, so that they may be cached for good.
// They are all that is sent compressed: pages hold what must not be guessed from
// how long they become.
func Assets() http.Handler {
	files := map[string]served{}
	entries, err := assets.ReadDir("assets")
	if err != nil { // the folder is embedded above
		panic(err)
	}
	for _, e := range entries {
		a, err := ReadAsset(e.Name())
		if err != nil {
			panic(err)
		}
		files[e.Name()] = served{kindOf(e.Name()), a.Text, Zip(a.Text)}
	}
	return http.StripPrefix("/assets/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.URL.Query().Get("v") != "" {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		SendZipped(w, r, f.kind, f.plain, f.zipped)
	}))
}

func kindOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".webmanifest": // which Go does not know
		return "application/manifest+json; charset=utf-8"
	default:
		return mime.TypeByExtension(ext)
	}
}

// Zip returns text compressed, nil where that would not make it smaller.
func Zip(text []byte) []byte {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil { // the level is a constant
		panic(err)
	}
	z.Write(text) //nolint:errcheck // a buffer takes everything
	z.Close()     //nolint:errcheck // the same
	if out.Len() >= len(text) {
		return nil
	}
	return out.Bytes()
}

// SendZipped answers with a text that says nothing about anybody, compressed for
// whoever can read that.
func SendZipped(w http.ResponseWriter, r *http.Request, kind string, plain, zipped []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Add("Vary", "Accept-Encoding")
	text := plain
	if zipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		text = zipped
	}
	h.Set("Content-Length", fmt.Sprint(len(text)))
	if r.Method != http.MethodHead {
		w.Write(text) //nolint:errcheck // whoever asked is gone
	}
}
