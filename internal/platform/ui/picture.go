package ui

import (
	"html/template"

	"waymark.example/internal/platform/chart"
)

// Drawn is a picture as a page shows it. It is the one place where text becomes markup without a template: only what package chart draws can come here, and that
// escapes every word.
func Drawn(p chart.Picture) template.HTML {
	return template.HTML(p.HTML()) // #nosec G203 -- see above
}
