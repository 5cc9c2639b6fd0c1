package service

import (
	"encoding/json"
	"fmt"
)

// Feed is what one answer of a published directory, or a file of one, holds.
type Feed struct {
	Services []Document
	Pages    int      // how many pages there are, as it says; 1 where it says nothing
	Problems []string // services that cannot be taken, and why
}

// ReadFeed reads a page of services as the published API answers it, a list of
// services, or one service. One that cannot be taken does not keep the others.
func ReadFeed(text []byte) (Feed, error) {
	var any json.RawMessage
	if err := decode(text, &any); err != nil {
		return Feed{}, fmt.Errorf("this is no JSON: %w", err)
	}
	out := Feed{Pages: 1}
	var page struct {
		Contents []json.RawMessage `json:"contents"`
		Content  []json.RawMessage `json:"content"` // as earlier versions of the API called it
		Pages    int               `json:"total_pages"`
		ID       string            `json:"id"`
	}
	var services []json.RawMessage
	if err := json.Unmarshal(any, &services); err != nil || services == nil {
		if err := json.Unmarshal(any, &page); err != nil {
			return Feed{}, fmt.Errorf("this is neither a page of services nor a list of them: %w", err)
		}
		services, out.Pages = append(page.Contents, page.Content...), max(page.Pages, 1)
		if page.ID != "" {
			services = []json.RawMessage{any}
		} else if page.Contents == nil && page.Content == nil {
			return Feed{}, fmt.Errorf("this is no page of services: it has no contents")
		}
	}
	for i, one := range services {
		d, err := Parse(one)
		if err != nil {
			out.Problems = append(out.Problems, fmt.Sprintf("service %d: %v", i+1, err))
			continue
		}
		out.Services = append(out.Services, d)
	}
	return out, nil
}

// PageOf is a page of services as the published API answers it.
type PageOf struct {
	TotalItems int               `json:"total_items"`
	TotalPages int               `json:"total_pages"`
	Number     int               `json:"page_number"`
	Size       int               `json:"size"`
	First      bool              `json:"first_page"`
	Last       bool              `json:"last_page"`
	Empty      bool              `json:"empty"`
	Contents   []json.RawMessage `json:"contents"`
}

// NewPage wraps entries as page number of so many, size to a page.
func NewPage(all []Entry, number, size int) PageOf {
	total := len(all)
	pages := max((total+size-1)/size, 1)
	from := min((number-1)*size, total)
	shown := all[from:min(from+size, total)]
	p := PageOf{TotalItems: total, TotalPages: pages, Number: number, Size: len(shown), First: number == 1, Last: number >= pages, Empty: len(shown) == 0, Contents: []json.RawMessage{}}
	for _, e := range shown {
		p.Contents = append(p.Contents, e.JSON)
	}
	return p
}
