// Package web writes a published report as one page that needs nothing besides itself: in the product's style, for screens, phones and paper, without
// a script. It imports report and ui.
package web

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"waymark.example/internal/evidence/report"
	"waymark.example/internal/platform/ui"
)

//go:embed report.tmpl
var files embed.FS

func parse() (*template.Template, error) {
	return template.New("report").Funcs(template.FuncMap{
		"trusted": func(figure string) template.HTML { return template.HTML(figure) }, // #nosec G203 -- package chart escapes every word of it
	}).ParseFS(files, "report.tmpl")
}

type view struct {
	P      report.Publication
	Styles []string
	Inline template.CSS
	Take   func(report.Block) template.URL
}

// Document is the whole page. Without the addresses of style sheets they stand within it, and its numbers as files do so too.
func Document(p report.Publication, styles ...string) ([]byte, error) {
	v := view{P: p, Styles: styles, Take: func(b report.Block) template.URL {
		if b.CSV == "" {
			return ""
		}
		return template.URL("data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString([]byte(b.CSV))) // #nosec G203 -- base64
	}}
	if len(styles) == 0 {
		var all strings.Builder
		for _, name := range []string{"waymark.css", "more.css"} {
			a, err := ui.ReadAsset(name, ui.English)
			if err != nil {
				return nil, fmt.Errorf("report page: %w", err)
			}
			all.Write(a.Text)
		}
		v.Inline = template.CSS(all.String()) // #nosec G203 -- our own style sheets
	}
	return write("document", v)
}

// Body is what stands within a page of the site; take says where a table's file is.
func Body(p report.Publication, take func(report.Block) string) (template.HTML, error) {
	out, err := write("body", view{P: p, Take: func(b report.Block) template.URL {
		if b.CSV == "" {
			return ""
		}
		return template.URL(take(b)) // #nosec G203 -- an address of our own
	}})
	return template.HTML(out), err // #nosec G203 -- the template escaped it
}

func write(name string, v view) ([]byte, error) {
	t, err := parse()
	if err != nil {
		return nil, fmt.Errorf("report page: %w", err)
	}
	var out bytes.Buffer
	if err := t.ExecuteTemplate(&out, name, v); err != nil {
		return nil, fmt.Errorf("report page: %w", err)
	}
	return out.Bytes(), nil
}
