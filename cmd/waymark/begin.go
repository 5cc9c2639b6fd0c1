package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"os"
	"text/tabwriter"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
)

// beginCmd opens an empty installation: the partnership's office and its
// administrators, two at once, because what sees much takes two people.
type beginCmd struct {
	where
	Organisation  string   `help:"The partnership's office, as people know it." required:""`
	Administrator []string `help:"Who opens accounts, as 'Name <address@example.org>'. Give it twice: two people, so that nobody is locked out and no power is one person's." required:"" sep:"none" placeholder:"PERSON"`
}

func (c beginCmd) Run(ctx context.Context) error {
	var people []*mail.Address
	for _, text := range c.Administrator {
		p, err := mail.ParseAddress(text)
		if err != nil || p.Name == "" {
			return fmt.Errorf("--administrator: write it as 'Name <address@example.org>', not %q", text)
		}
		people = append(people, p)
	}
	config, err := c.config()
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, config)
	if err != nil {
		return err
	}
	defer closing(a)
	if empty, err := a.Accounts.Empty(ctx); err != nil || !empty {
		return errors.Join(err, errors.New("people have accounts here already: administrators open more on the Accounts page, or waymark account does on this machine"))
	}
	o, err := a.Accounts.FirstOrganisation(ctx, c.Organisation, identity.PartnershipOffice)
	if bad, ok := errors.AsType[lead.Invalid](err); ok {
		return fmt.Errorf("--organisation: %s", bad["name"])
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s is there. Hand each code over in person: it is shown this once, works once and for seven days.\n\n", o.Name)
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 3, ' ', 0)
	for _, p := range people {
		account, code, err := a.Accounts.OpenFirst(ctx, identity.Account{Email: p.Address, Name: p.Name, Organisation: o.ID, Roles: []lead.Role{lead.Administrator}})
		if err != nil {
			return fmt.Errorf("--administrator: %s: %w", p.Name, err)
		}
		fmt.Fprintf(w, "  %s\t%s\n", account.Name, code) //nolint:errcheck // standard output
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(people) < 2 {
		fmt.Print("\nOpen a second administrator soon, with waymark account: without one, whoever loses their key is locked out.\n")
	}
	fmt.Print("\nNow serve it (waymark serve --help says how to reach it from other machines):\n\n  waymark serve --data " + c.Data + "\n\nEach opens the site, chooses \"Use your enrolment code\" and makes a passkey. The guide from interest to launch is the first page they see.\n")
	return nil
}
