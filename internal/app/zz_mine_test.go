package app_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"waymark.example/internal/webtest"
)

func TestMine(t *testing.T) {
	site := webtest.Start(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"), nil)
	empty := webtest.StartEmpty(t, "sqlite:"+filepath.Join(t.TempDir(), "waymark.db"))
	dir := "/tmp/start/pages"
	os.RemoveAll(dir)
	os.MkdirAll(dir, 0o755)
	saveAssets(t, dir)
	save := func(name string, a webtest.Answer, want int) {
		if a.Status != want {
			t.Errorf("%s: got %d, want %d\n%.600s", name, a.Status, want, a.Body)
		}
		os.WriteFile(filepath.Join(dir, name+".html"), []byte(a.Body), 0o600)
	}
	beginningStates(t, save)
	for _, s := range startStates(site, empty) {
		b := s.site.Visitor(t)
		if s.as != "" {
			b = s.site.SignIn(t, s.as)
		}
		for _, p := range s.pages {
			a := b.Get(p.path)
			if p.form != nil {
				form := p.form
				if key := a.Hidden("form_key"); key != "" {
					form.Set("form_key", key)
				}
				to := p.path
				if p.to != "" {
					to = p.to
				}
				a = b.Post(to, form)
			}
			save(p.name, a, max(p.want, http.StatusOK))
			if os.Getenv("MINE_CY") != "" {
				save(p.name+"-cy", b.Get(p.path), http.StatusOK)
			}
		}
	}
	if os.Getenv("MINE_CHECK") != "" {
		checkPages(t, dir)
	}
}
