package ui

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the worker's text
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
)

//go:embed shell-worker.js
var shellWorker []byte

// Shell is what a phone keeps to open without signal: pages that are the same for
// everybody who uses them and say nothing about anybody, and what they need.
type Shell struct {
	Lang      Lang              // of its pages and scripts
	Cache     string            // what the cache is called; each shell has its own
	Files     map[string][]byte // the pages, by the path they are fetched from
	Pages     map[string]string // which of the files answers for a page
	Offline   string            // the file that answers for any other page
	Assets    []string          // by name
	Libraries []string          // assets that the worker itself runs
}

// manifest is what the worker keeps on the phone, with the hash of each, so
// that nothing else is ever shown in its place.
type manifest struct {
	Cache   string            `json:"cache"`
	Version string            `json:"version"`
	Headers map[string]string `json:"headers"` // that every answer of this site carries
	Files   map[string]string `json:"files"`   // SHA-256 in hexadecimal, by path
	Pages   map[string]string `json:"pages"`
	Offline string            `json:"offline"`
}

// Send answers with the service worker of the shell. It changes whenever one of
// the kept files does, which is how phones learn of it.
func (s Shell) Send(w http.ResponseWriter, r *http.Request) error {
	m := manifest{Cache: s.Cache, Headers: map[string]string{}, Files: map[string]string{}, Pages: s.Pages, Offline: s.Offline}
	for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy"} {
		m.Headers[name] = w.Header().Get(name)
	}
	for path, text := range s.Files {
		m.Files[path] = hash(text)
	}
	for _, name := range s.Assets {
		a, err := ReadAsset(name, s.Lang)
		if err != nil {
			return err
		}
		m.Files[a.Path] = hash(a.Text)
	}
	var libraries [][]byte
	for _, name := range s.Libraries {
		a, err := ReadAsset(name, English)
		if err != nil {
			return err
		}
		libraries = append(libraries, a.Text)
	}
	listed, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	m.Version = hash(bytes.Join(append([][]byte{listed, shellWorker}, libraries...), nil))[:16]
	text, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	script := bytes.Join(append(append([][]byte{[]byte("const KEPT = " + string(text) + ";")}, libraries...), shellWorker), []byte("\n"))
	SendZipped(w, r, "text/javascript; charset=utf-8", script, Zip(script))
	return nil
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
