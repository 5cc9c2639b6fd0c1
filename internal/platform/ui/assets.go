package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
)

//go:embed assets/*
var assets embed.FS

// Asset is one of the files under /assets/.
type Asset struct {
	Path string // with a hash of its content
	Text []byte
}

// ReadAsset returns the asset called name, as it is served to a page in lang. A
// script whose words differ is another file.
func ReadAsset(name string, lang Lang) (Asset, error) {
	text, err := assets.ReadFile("assets/" + name)
	if err != nil {
		return Asset{}, fmt.Errorf("asset: %w", err)
	}
	folder := ""
	switch path.Ext(name) {
	case ".js":
		text = withoutComments(text)
		if lang == Welsh {
			said := translated(text, theBook())
			if !bytes.Equal(said, text) {
				folder, text = "cy/", said
			}
		}
	case ".css":
		text = withoutSpace(text)
	}
	sum := sha256.Sum256(text)
	return Asset{"/assets/" + folder + name + "?v=" + hex.EncodeToString(sum[:6]), text}, nil
}

// told are the words in a script: tell("{1} entries wait", n).
var told = regexp.MustCompile(`\btell\("((?:[^"\\]|\\.)*)"`)

// translated puts the words of a script into Welsh. What stands between the quotes
// is still one text of JavaScript: JSON is how it is written.
func translated(script []byte, b *book) []byte {
	return told.ReplaceAllFunc(script, func(call []byte) []byte {
		var english string
		if err := json.Unmarshal(call[len("tell("):], &english); err != nil {
			return call
		}
		bare := strings.TrimSpace(english)
		said, ok := b.word(bare)
		if !ok {
			return call
		}
		text, err := json.Marshal(strings.Replace(english, bare, said, 1))
		if err != nil {
			return call
		}
		return append([]byte("tell("), text...)
	})
}

// ScriptMessages lists the messages of a script.
func ScriptMessages(script []byte) ([]string, error) {
	var out []string
	for _, m := range told.FindAll(script, -1) {
		var english string
		if err := json.Unmarshal(m[len("tell("):], &english); err != nil {
			return nil, fmt.Errorf("script: %w", err)
		}
		out = append(out, english)
	}
	return out, nil
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

// withoutSpace leaves out a style sheet's comments and the space that means
// nothing: a tenth of what a phone would fetch. A space before a colon can mean
// something, so colons are let be.
func withoutSpace(sheet []byte) []byte {
	sheet = regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(sheet, nil)
	sheet = regexp.MustCompile(`\s*([{};])\s*`).ReplaceAll(sheet, []byte("$1"))
	return regexp.MustCompile(`,\s+`).ReplaceAll(sheet, []byte(","))
}

// addresses returns a function that gives the address of an asset with its
// content's hash. They are worked out once.
func addresses(lang Lang) func(name string) (string, error) {
	paths := map[string]string{}
	for name, a := range all(lang) {
		paths[name] = a.Path
	}
	return func(name string) (string, error) {
		path, ok := paths[name]
		if !ok {
			return "", fmt.Errorf("asset: there is none called %s", name)
		}
		return path, nil
	}
}

// all returns every asset by its name.
func all(lang Lang) map[string]Asset {
	entries, err := assets.ReadDir("assets")
	if err != nil { // the folder is embedded above
		panic(err)
	}
	out := map[string]Asset{}
	for _, e := range entries {
		a, err := ReadAsset(e.Name(), lang)
		if err != nil { // the same
			panic(err)
		}
		out[e.Name()] = a
	}
	return out
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
	for _, lang := range []Lang{English, Welsh} {
		for name, a := range all(lang) {
			at, _, _ := strings.Cut(strings.TrimPrefix(a.Path, "/assets/"), "?")
			if _, there := files[at]; !there {
				files[at] = served{kindOf(name), a.Text, Zip(a.Text)}
			}
		}
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

// Worker serves a script that runs in the background of a browser, at the root so
// that it may look after any page. Browsers ask for it again by themselves.
func Worker(name string) http.Handler {
	a, err := ReadAsset(name, English)
	if err != nil { // the file is embedded above
		panic(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		w.Write(a.Text) //nolint:errcheck // the browser asks again
	})
}
