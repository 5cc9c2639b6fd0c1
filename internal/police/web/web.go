// Package web serves the pages that officers and sergeants use. It imports
// police, the bridge, reference and platform.
package web

import (
	"embed"
	"time"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	"waymark.example/internal/police/contact"
)

//go:embed *.html
var files embed.FS

// Site is the police side of the web interface.
type Site struct {
	contacts *contact.Service
	zone     *time.Location
	pages    *ui.Set
}

// New returns the police pages; zone is where officers read the clock.
func New(contacts *contact.Service, zone *time.Location) *Site {
	return &Site{contacts, zone, ui.Must(files)}
}

// Routes lists the pages.
func (s *Site) Routes() []web.Route {
	return []web.Route{
		web.Get("/police/decide", "contact.record", s.decidePage),
		web.Post("/police/decide", "contact.record", s.decide),
		web.Get("/police/social-contact", "contact.record", s.socialPage),
		// What a phone keeps, and how it sends: read by scripts.
		web.Get("/police/worker.js", "contact.record", s.worker),
		web.Get(decideShell, "contact.record", s.shell),
		web.Get(socialShell, "contact.record", s.shell),
		web.Get(sayShell, "contact.record", s.shell),
		web.Get(offlineShell, "contact.record", s.shell),
		web.Get("/police/say", "contact.record", s.say),
		web.Get("/police/outbox/key", "contact.record", s.outboxKey),
		web.Post("/police/outbox", "contact.record", s.deliver),
		web.Get("/police/review", "contact.list", s.review),
		web.Get("/police/team/review", "contact.team", s.teamReview),
		web.Get("/police/review/{held}", "contact.correct", s.heldPage),
		web.Post("/police/review/{held}", "contact.correct", s.settle),
		web.Post("/police/review/{held}/aside", "contact.correct", s.setAside),
		web.Get("/police/contacts", "contact.list", s.mine),
		web.Get("/police/team", "contact.team", s.team),
		web.Get("/police/contacts/{contact}", "contact.read", s.readContact),
		web.Post("/police/contacts/{contact}/call", "contact.call", s.call),
		web.Post("/police/contacts/{contact}/undo", "contact.correct", s.undo),
		web.Get("/police/contacts/{contact}/correct", "contact.correct", s.correctPage),
		web.Post("/police/contacts/{contact}/correct", "contact.correct", s.correct),
		web.Get("/police/approvals", "referral.approve", s.approvals),
		web.Post("/police/approvals/{referral}", "referral.approve", s.approve),
	}
}
