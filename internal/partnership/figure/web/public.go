package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/partnership/figure"
	"waymark.example/internal/partnership/front"
	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
)

// publicFile is one page that anybody may read. Its language is part of its address: nothing about a reader needs to be remembered.
type publicFile struct {
	file     string // as it is exported
	template string
	lang     ui.Lang
}

// publicPages lists them by what follows /public.
func publicPages() map[string]publicFile {
	return map[string]publicFile{
		"":         {"index.html", "public.html", ui.English},
		"/cy":      {"cy.html", "public.html", ui.Welsh},
		"/easy":    {"easy.html", "public-easy.html", ui.English},
		"/easy-cy": {"easy-cy.html", "public-easy.html", ui.Welsh},
	}
}

// links are the addresses within the public pages: of this site, or of files beside each other.
type links struct {
	English, Welsh, Easy, EasyWelsh, Data, Style, More, Icon string

	Doors bool   // the doors can be reached from here
	Site  string // what stands before their addresses: nothing on this site
}

func here() links {
	return links{English: "/public", Welsh: "/public/cy", Easy: "/public/easy", EasyWelsh: "/public/easy-cy", Data: "/public/data.csv", Doors: true}
}

// asFiles are the addresses in files that stand elsewhere. origin is how browsers reach this site, "" where nobody said.
func asFiles(origin string) links {
	return links{English: "index.html", Welsh: "cy.html", Easy: "easy.html", EasyWelsh: "easy-cy.html", Data: "data.csv", Style: "waymark.css", More: "more.css", Icon: "icon.svg", Doors: origin != "", Site: origin}
}

type publicPage struct {
	ui.Page
	To                        links
	Easy                      bool
	About, Involved, Complain string // the site's own words, in the page's language where it gave them
	Words                     ui.Lang
	Set                       *figure.Set
	Earlier                   []figure.Set
	Agreements, Decisions     []front.Listed
	Doors                     front.Doors
}

// page makes one public page; not found where the site has not opened it.
func (s *Site) page(ctx context.Context, p publicFile, to links, zone *time.Location, practice bool) ([]byte, error) {
	setting, err := s.front.Now(ctx)
	if err != nil {
		return nil, err
	}
	if !setting.Open {
		return nil, lead.ErrNotFound
	}
	v := publicPage{Page: ui.Page{Title: "LEAD here", Lang: p.lang, Zone: zone, Practice: practice}, To: to, Easy: p.template == "public-easy.html", Words: ui.English}
	v.About, v.Involved, v.Complain = setting.Words["about"], setting.Words["involved"], setting.Words["complain"]
	if p.lang == ui.Welsh && setting.Words["about_cy"] != "" && setting.Words["involved_cy"] != "" && setting.Words["complain_cy"] != "" {
		v.About, v.Involved, v.Complain, v.Words = setting.Words["about_cy"], setting.Words["involved_cy"], setting.Words["complain_cy"], ui.Welsh
	}
	sets, err := s.figures.Published(ctx, 9)
	if err != nil {
		return nil, err
	}
	if len(sets) > 0 {
		v.Set, v.Earlier = &sets[0], sets[1:]
	}
	if s.front.Agreements != nil {
		if v.Agreements, err = s.front.Agreements(ctx); err != nil {
			return nil, err
		}
	}
	if s.front.Decisions != nil {
		if v.Decisions, err = s.front.Decisions(ctx); err != nil {
			return nil, err
		}
	}
	if s.front.Doors != nil {
		if v.Doors, err = s.front.Doors(ctx); err != nil {
			return nil, err
		}
	}
	return s.pages.Bytes(p.template, v)
}

// outside answers with a public page: no account, no cookie, no script.
func (s *Site) outside(p publicFile) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		shell := web.Page(r, "")
		return s.openly(w, r, p.file, "text/html; charset=utf-8", func() ([]byte, error) {
			return s.page(r.Context(), p, here(), shell.Zone, shell.Practice)
		})
	}
}

func (s *Site) data(w http.ResponseWriter, r *http.Request) error {
	return s.openly(w, r, "data.csv", "text/csv; charset=utf-8", func() ([]byte, error) { return s.openData(r.Context()) })
}

func (s *Site) openData(ctx context.Context) ([]byte, error) {
	setting, err := s.front.Now(ctx)
	if err != nil {
		return nil, err
	}
	if !setting.Open {
		return nil, lead.ErrNotFound
	}
	sets, err := s.figures.Published(ctx, 400)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = write(web.NewCSV(&out), sets)
	return out.Bytes(), err
}

// openly answers anybody: within what one address may ask, from what was made a moment ago, and in a way that may be kept in between.
func (s *Site) openly(w http.ResponseWriter, r *http.Request, name, kind string, make func() ([]byte, error)) error {
	now := s.figures.Book.Now()
	if !s.gate.opens(web.Place(r, s.trust), now) {
		w.Header().Set("Retry-After", "10")
		http.Error(w, "This page is asked for very often just now. Try again in a few seconds.", http.StatusTooManyRequests)
		return nil
	}
	body, tag, err := s.kept.get(name, now, make)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("ETag", tag)
	if name == "data.csv" {
		h.Set("Content-Disposition", `attachment; filename="lead-figures.csv"`)
	}
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err = w.Write(body)
	return err
}

// Files returns the public pages as plain files that stand beside each other: no script, no request to anywhere. origin is how
// browsers reach this site, for links to the doors.
func (s *Site) Files(ctx context.Context, origin string, zone *time.Location, practice bool) (map[string][]byte, error) {
	out := map[string][]byte{}
	for _, p := range publicPages() {
		text, err := s.page(ctx, p, asFiles(origin), zone, practice)
		if err != nil {
			return nil, err
		}
		out[p.file] = text
	}
	var err error
	if out["data.csv"], err = s.openData(ctx); err != nil {
		return nil, err
	}
	for _, name := range []string{"waymark.css", "more.css", "icon.svg"} {
		a, err := ui.ReadAsset(name, ui.English)
		if err != nil {
			return nil, err
		}
		out[name] = a.Text
	}
	return out, nil
}

// kept is what was made a moment ago, so that many readers cost the database no more than one.
type kept struct {
	sync.Mutex
	of map[string]made
}

type made struct {
	body []byte
	tag  string
	at   time.Time
}

func (k *kept) get(name string, now time.Time, make func() ([]byte, error)) ([]byte, string, error) {
	k.Lock()
	defer k.Unlock()
	if m, ok := k.of[name]; ok && now.Sub(m.at).Abs() < 30*time.Second {
		return m.body, m.tag, nil
	}
	body, err := make()
	if err != nil {
		delete(k.of, name)
		return nil, "", err
	}
	sum := sha256.Sum256(body)
	m := made{body, `"` + hex.EncodeToString(sum[:12]) + `"`, now}
	if k.of == nil {
		k.of = map[string]made{}
	}
	k.of[name] = m
	return m.body, m.tag, nil
}

func (k *kept) forget() {
	k.Lock()
	defer k.Unlock()
	k.of = nil
}

// gate lets one network address ask so often and no more. It remembers a bounded number of addresses, and forgets all when there
// are more: it is there for the service's sake, not to tell who reads.
type gate struct {
	sync.Mutex
	of map[string]tokens
}

type tokens struct {
	left float64
	at   time.Time
}

const (
	burst     = 60  // requests at once
	perSecond = 2.0 // and then so many
	addresses = 4096
)

func newGate() *gate { return &gate{of: map[string]tokens{}} }

func (g *gate) opens(address string, now time.Time) bool {
	g.Lock()
	defer g.Unlock()
	t, ok := g.of[address]
	if !ok {
		if len(g.of) >= addresses {
			clear(g.of)
		}
		t = tokens{burst, now}
	}
	t.left = min(burst, t.left+perSecond*max(0, now.Sub(t.at).Seconds()))
	t.at = now
	open := t.left >= 1
	if open {
		t.left--
	}
	g.of[address] = t
	return open
}
