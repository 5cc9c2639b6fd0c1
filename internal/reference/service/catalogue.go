package service

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

// Entry is one thing of the published model that whoever fetches the directory
// can ask for: a service, a service at a place, a vocabulary or a term of one.
type Entry struct {
	ID   string
	JSON json.RawMessage

	words             string   // what a search looks in
	terms, taxonomies []string // ids of those that the service carries
}

// Catalogue is everything that is listed, laid out as the published model asks.
type Catalogue struct {
	Services   []Entry
	Places     []Entry // services at places
	Taxonomies []Entry
	Terms      []Entry

	mark [2]int64
}

// Ask narrows a list; what is empty asks for nothing, and all of it counts.
type Ask struct{ Search, Term, Taxonomy string }

// Narrow returns the entries that an ask is for.
func (q Ask) Narrow(entries []Entry) []Entry {
	if q == (Ask{}) {
		return entries
	}
	words := strings.Fields(secret.Fold(q.Search))
	var out []Entry
	for _, e := range entries {
		lacks := func(word string) bool { return !strings.Contains(e.words, word) }
		if !slices.ContainsFunc(words, lacks) && (q.Term == "" || slices.Contains(e.terms, q.Term)) && (q.Taxonomy == "" || slices.Contains(e.taxonomies, q.Taxonomy)) {
			out = append(out, e)
		}
	}
	return out
}

// mostCatalogued is how many services a catalogue holds: a county's, many times over.
const mostCatalogued = 20_000

// Catalogue returns what is listed. have is one that was made before, or nil: it
// is given back when nothing has changed since, to the row, so that a place that
// is to stay secret is gone at once.
func (s *Service) Catalogue(ctx context.Context, have *Catalogue) (*Catalogue, error) {
	var c Catalogue
	var documents []Document
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		if err := tx.One(ctx, catalogueMark).Scan(&c.mark[0], &c.mark[1]); err != nil {
			return err
		}
		if have != nil && have.mark == c.mark {
			return nil
		}
		var err error
		documents, err = db.All(ctx, tx, func(row db.Row) (Document, error) {
			var text string
			if err := row.Scan(&text); err != nil {
				return Document{}, err
			}
			return Parse([]byte(text))
		}, servicesPage, mostCatalogued, 0)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w", err)
	}
	if have != nil && have.mark == c.mark {
		return have, nil
	}
	terms, taxonomies := map[string]Entry{}, map[string]taxonomy{}
	for _, d := range documents {
		service := Entry{ID: d.ID, JSON: json.RawMessage(d.JSON()), words: d.words() + " " + d.place()}
		for _, t := range d.terms() {
			service.terms, service.taxonomies = append(service.terms, t.ID), append(service.taxonomies, t.of.ID)
			terms[t.ID], taxonomies[t.of.ID] = t.Entry, t.of
		}
		c.Services = append(c.Services, service)
		for _, place := range d.places() {
			place.words, place.terms, place.taxonomies = service.words, service.terms, service.taxonomies
			c.Places = append(c.Places, place)
		}
	}
	for _, t := range taxonomies {
		c.Taxonomies = append(c.Taxonomies, Entry{ID: t.ID, JSON: asJSON(t)})
	}
	for _, t := range terms {
		c.Terms = append(c.Terms, t)
	}
	for _, list := range [][]Entry{c.Taxonomies, c.Terms} {
		slices.SortFunc(list, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	}
	return &c, nil
}

// taxonomy is a vocabulary as the published model has it.
type taxonomy struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

type termOf struct {
	Entry
	of taxonomy
}

// made is an id for something that came without one: the same each time.
func made(parts ...string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte(strings.Join(append([]string{"waymark"}, parts...), "\n"))).String()
}

// terms returns the terms that a service carries, each with its vocabulary.
func (d Document) terms() []termOf {
	var out []termOf
	attributes, _ := d.whole["attributes"].([]any)
	for _, a := range attributes {
		attribute, _ := a.(map[string]any)
		said, _ := attribute["taxonomy_term"].(map[string]any)
		if said == nil {
			continue
		}
		name := text(said, "taxonomy")
		if name == "" {
			name = "Not named"
		}
		term := map[string]any{}
		for key, value := range said {
			term[key] = value
		}
		of := taxonomy{ID: text(said, "taxonomy_id"), Name: name, Description: "Terms of " + name + " that services listed here carry."}
		if of.ID == "" {
			of.ID = made("taxonomy", name)
		}
		id := text(said, "id")
		if id == "" {
			id = made("term", name, text(said, "term"), text(said, "name"))
		}
		term["id"], term["taxonomy"], term["taxonomy_id"] = id, name, of.ID
		out = append(out, termOf{Entry{ID: id, JSON: asJSON(term)}, of})
	}
	return out
}

// places returns the service at each of its places.
func (d Document) places() []Entry {
	var out []Entry
	all, _ := d.whole["service_at_locations"].([]any)
	for i, p := range all {
		said, _ := p.(map[string]any)
		if said == nil {
			continue
		}
		place := map[string]any{}
		for key, value := range said {
			place[key] = value
		}
		id := text(said, "id")
		if id == "" {
			id = made("place", d.ID, fmt.Sprint(i))
		}
		place["id"], place["service_id"] = id, d.ID
		if location, _ := said["location"].(map[string]any); text(location, "id") != "" {
			place["location_id"] = text(location, "id")
		}
		out = append(out, Entry{ID: id, JSON: asJSON(place)})
	}
	return out
}

func text(from map[string]any, key string) string {
	s, _ := from[key].(string)
	return s
}

// asJSON writes what was read as JSON, or made here of text: neither can fail.
func asJSON(what any) json.RawMessage {
	out, err := json.Marshal(what)
	if err != nil {
		panic("service: what came from JSON does not go back: " + err.Error())
	}
	return out
}
