// Package web serves the crime registrar's list, a sergeant's arrests without a
// decision, and what a force's record system sends. It imports police, identity
// and platform.
package web

import (
	"embed"
	"time"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/compliance"
	"waymark.example/internal/police/outcome"
	"waymark.example/internal/police/study"
)

//go:embed *.html
var files embed.FS

// Site is the pages.
type Site struct {
	outcomes   *outcome.Service
	compliance *compliance.Service
	studies    *study.Service
	zone       *time.Location
	pages      *ui.Set
}

// New returns the pages; zone is where people read the clock.
func New(outcomes *outcome.Service, gaps *compliance.Service, studies *study.Service, zone *time.Location) *Site {
	return &Site{outcomes, gaps, studies, zone, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/police/outcomes", "outcome.list", s.list),
		web.Sensitive(web.Get("/police/outcomes.csv", "outcome.export", s.export)),
		web.Get("/police/outcomes/{outcome}", "outcome.list", s.read),
		web.Post("/police/outcomes/{outcome}/finalise", "outcome.finalise", s.finalise),
		web.Post("/police/outcomes/{outcome}/open", "outcome.finalise", s.open),
		web.Get("/police/gaps", "gap.list", s.gaps),
		web.Get("/police/study", "study.contacts", s.studyPage),
		web.Sensitive(web.Post("/police/study", "study.contacts", s.study)),
	}
}
