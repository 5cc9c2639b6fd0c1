package oversight

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// Processing is the record of processing that UK GDPR Article 30 and DPA 2018
// section 61 ask for, made from what the program really does: numbers and
// rules, no person.
type Processing struct {
	At            time.Time
	Organisations []Partner
	Classes       []ClassRow
	Purposes      []PurposeRow
	Schedule      []codelist.Code
	Measures      []Measure
	Crossed       []Crossed // to whom and on what basis; empty for who does not oversee it
}

// Partner is one organisation with the roles its people hold.
type Partner struct {
	Name, Kind string
	Roles      []string // "officer: 2"
}

// ClassRow is a class of data: what is done with it and which roles may.
type ClassRow struct {
	Class    access.Class
	Acts     []string
	Purposes []string
	Roles    []string
}

// PurposeRow is a purpose with the grounds the law gives for it.
type PurposeRow struct {
	Purpose  access.Purpose
	Grounds  string
	ToVerify bool
}

// Measure is one thing that protects the data, as it is set up here.
type Measure struct{ What, How string }

// Grounds lists the lawful bases for each purpose. The numbers of paragraphs
// come from memory and wait for a lawyer.
func Grounds() []PurposeRow {
	return []PurposeRow{
		{access.Diversion, "DPA 2018 Part 3: section 35 and Schedule 8; common-law policing. Hand-off: section 36(4) and the person's agreement (confidentiality)", true},
		{access.Support, "UK GDPR Article 6(1)(e) or (f); Article 9(2)(h) or (g) with Schedule 1; Article 10 with Schedule 1. Health: Article 9(2)(h) and the Caldicott principles", true},
		{access.Sharing, "The agreement between the organisations, and the person's own agreement to each recipient (confidentiality); prosecutors: the statutory charging function", true},
		{access.Safeguarding, "A named legal basis for each disclosure: Care Act 2014 section 42, Children Act 1989 section 47, threat to life, order of a court", true},
		{access.Governance, "No person's data", false},
		{access.Evaluation, "Article 89 and Schedule 1 paragraph 4; Equality Act 2010 section 149 for equality monitoring with Schedule 1 paragraph 8", true},
		{access.Oversight, "DPA 2018 section 62; UK GDPR Article 5(2) and Articles 37 to 39", true},
		{access.Administration, "UK GDPR Article 6(1)(e) or (f): accounts of staff", true},
		{access.OwnRecord, "UK GDPR Articles 12 to 22; DPA 2018 sections 44 to 47", true},
	}
}

// Processing puts the record together.
func (s *Service) Processing(ctx context.Context, actor lead.Actor, measures []Measure) (Processing, error) {
	p := Processing{At: s.Book.Now(), Classes: s.classes(), Purposes: Grounds(), Measures: measures}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "processing.read"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "processing.read", access.Screen{}); err != nil {
			return err
		}
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return err
		}
		p.Schedule = lists.Codes(keeping.Schedule)
		if p.Organisations, err = partners(ctx, tx); err != nil {
			return err
		}
		kind, err := watcher(ctx, tx, actor)
		if err != nil || s.Access.Check(actor, "audit.crossings", access.Zone{Side: lead.Care, Watcher: kind}) != nil {
			return err
		}
		p.Crossed, err = crossed(ctx, tx)
		return err
	})
	return p, err
}

// Design is the record of processing without what crossed: how the program
// handles data as it is set up, for an impact assessment before anything began.
func (s *Service) Design(ctx context.Context, measures []Measure) (Processing, error) {
	p := Processing{At: s.Book.Now(), Classes: s.classes(), Purposes: Grounds(), Measures: measures}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		lists, err := codelist.Load(ctx, tx, keeping.Schedule)
		if err != nil {
			return err
		}
		p.Schedule = lists.Codes(keeping.Schedule)
		p.Organisations, err = partners(ctx, tx)
		return err
	})
	return p, err
}

// partners lists every organisation, with the accounts it has by role.
func partners(ctx context.Context, tx *db.Tx) ([]Partner, error) {
	all, err := identity.Organisations(ctx, tx)
	if err != nil {
		return nil, err
	}
	type row struct {
		name, kind string
		role       lead.Role
		n          int
	}
	rows, err := db.All(ctx, tx, func(r db.Row) (row, error) {
		var out row
		return out, r.Scan(&out.name, &out.kind, &out.role, &out.n)
	}, accountsByRole)
	if err != nil {
		return nil, fmt.Errorf("accounts by role: %w", err)
	}
	var out []Partner
	for _, o := range all {
		p := Partner{Name: o.Name, Kind: o.Kind.Words()}
		for _, r := range rows {
			if r.name == o.Name {
				p.Roles = append(p.Roles, r.role.Words()+": "+strconv.Itoa(r.n))
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// classes asks the policies themselves which roles may open pages of a class.
func (s *Service) classes() []ClassRow {
	var out []ClassRow
	for _, c := range access.Classes() {
		row := ClassRow{Class: c}
		for action, m := range access.Meanings() {
			if m.Class != c {
				continue
			}
			row.Acts = append(row.Acts, m.Words)
			row.Purposes = append(row.Purposes, m.Purpose.Words())
			for _, role := range lead.Everyone() {
				actor := lead.Actor{ID: "nobody", Side: role.Side(), Roles: []lead.Role{role}}
				if s.Access.Check(actor, action, access.Screen{}) == nil {
					row.Roles = append(row.Roles, role.Words())
				}
			}
		}
		for _, list := range []*[]string{&row.Acts, &row.Purposes, &row.Roles} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
		out = append(out, row)
	}
	return out
}

// Table is one table of the record, for the page and for taking away.
type Table struct {
	Title string
	Head  []string
	Rows  [][]string
}

// Tables lays the record out.
func (p Processing) Tables() []Table {
	organisations := Table{"Who takes part", []string{"Organisation", "Kind", "Accounts by role"}, nil}
	for _, o := range p.Organisations {
		organisations.Rows = append(organisations.Rows, []string{o.Name, o.Kind, strings.Join(o.Roles, ", ")})
	}
	purposes := Table{"What for, and on what grounds", []string{"Purpose", "Grounds", "Checked by a lawyer"}, nil}
	for _, u := range p.Purposes {
		checked := "no data about people"
		if u.ToVerify {
			checked = "not yet: to verify"
		}
		purposes.Rows = append(purposes.Rows, []string{u.Purpose.Words(), u.Grounds, checked})
	}
	classes := Table{"Which data, and who may open it", []string{"Class", "What it is", "What for", "Roles", "What is done with it"}, nil}
	for _, c := range p.Classes {
		roles := strings.Join(c.Roles, ", ")
		if roles == "" {
			roles = "nobody here"
		}
		classes.Rows = append(classes.Rows, []string{string(c.Class), c.Class.Words(), strings.Join(c.Purposes, ", "), roles, strings.Join(c.Acts, "; ")})
	}
	kept := Table{"How long", []string{"What", "Months", "Grounds", "Source", "Checked"}, nil}
	for _, c := range p.Schedule {
		checked := "yes"
		if c.ToVerify {
			checked = "not yet: to verify"
		}
		kept.Rows = append(kept.Rows, []string{c.Label, c.Attributes["months"], c.Attributes["basis"], c.Source, checked})
	}
	measures := Table{"How it is protected here", []string{"What", "How"}, nil}
	for _, m := range p.Measures {
		measures.Rows = append(measures.Rows, []string{m.What, m.How})
	}
	tables := []Table{organisations, purposes, classes, kept, measures}
	if len(p.Crossed) > 0 {
		crossings := Table{"What crossed, to whom and on what grounds", []string{"To", "Grounds", "How often"}, nil}
		for _, c := range p.Crossed {
			crossings.Rows = append(crossings.Rows, []string{c.To, c.Basis, c.Count()})
		}
		tables = append(tables, crossings)
	}
	return tables
}
