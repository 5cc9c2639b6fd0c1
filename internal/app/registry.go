package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
)

// Registry is the file that says which areas an installation has.
type Registry struct {
	Areas []AreaEntry `json:"areas"`
}

// AreaEntry is one area in it. What an area leaves out is as the installation has it.
type AreaEntry struct {
	Name   string `json:"name"`   // of its folder or schema; it never changes
	Title  string `json:"title"`  // as its people read it
	Origin string `json:"origin"` // how browsers reach it; each area has a host of its own

	Keeper          string  `json:"keeper,omitempty"`            // who wraps its keys; "" is a file in its folder
	WitnessTokenEnv string  `json:"witness_token_env,omitempty"` // the environment's name for its witness's token
	Zone            string  `json:"zone,omitempty"`
	LeaveTo         string  `json:"leave_to,omitempty"`
	Independent     string  `json:"independent,omitempty"`
	ReplyTo         string  `json:"reply_to,omitempty"`
	HideNames       *bool   `json:"hide_names,omitempty"`
	RefreshMonths   *int    `json:"refresh_months,omitempty"`
	AnswerWithin    *string `json:"answer_within,omitempty"` // such as "10m"
	OpenReferral    *bool   `json:"open_referral,omitempty"`
	TakeWithMe      *bool   `json:"take_with_me,omitempty"`
}

// ParseRegistry reads a registry and refuses one that cannot be meant.
func ParseRegistry(text []byte) (Registry, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var r Registry
	if err := d.Decode(&r); err != nil {
		return Registry{}, fmt.Errorf("areas: %w", err)
	}
	if d.More() {
		return Registry{}, errors.New("areas: something stands after the list")
	}
	return r, r.check()
}

func (r Registry) check() error {
	names, hosts := map[string]bool{}, map[string]string{}
	for _, e := range r.Areas {
		if err := e.check(); err != nil {
			return fmt.Errorf("area %s: %w", e.Name, err)
		}
		host := hostOf(e.Origin)
		if names[e.Name] {
			return fmt.Errorf("area %s: its name stands twice", e.Name)
		}
		if other, ok := hosts[host]; ok {
			return fmt.Errorf("area %s: %s is the host of area %s: each needs its own, and a port is not enough, because cookies know none", e.Name, host, other)
		}
		names[e.Name], hosts[host] = true, e.Name
	}
	return nil
}

func (e AreaEntry) check() error {
	if _, err := db.InArea("sqlite:x/x", e.Name); err != nil {
		if bad, ok := errors.AsType[lead.Invalid](err); ok {
			err = fmt.Errorf("name: %s It is in the area's addresses and folders; how people call it is its title", bad["area"])
		}
		return err
	}
	u, err := url.Parse(e.Origin)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || hostOf(e.Origin) == "" || e.Origin != u.Scheme+"://"+u.Host {
		return fmt.Errorf("origin: %q is not how browsers reach a site, such as https://north.example.org", e.Origin)
	}
	if net.ParseIP(hostOf(e.Origin)) != nil {
		return fmt.Errorf("origin: %q is a number and no name: passkeys are made for a name, and every area needs its own. Give the machine one, such as https://north.example.org; to try it out on this machine, http://north.localhost:8080 is one", e.Origin)
	}
	if e.Title == "" {
		return errors.New("title: how do people call this area?")
	}
	if e.Zone != "" {
		if _, err := time.LoadLocation(e.Zone); err != nil {
			return fmt.Errorf("zone: %w", err)
		}
	}
	if e.AnswerWithin != nil {
		if d, err := time.ParseDuration(*e.AnswerWithin); err != nil || d < time.Minute {
			return fmt.Errorf("answer_within: %q is no time of a minute or more, such as 10m", *e.AnswerWithin)
		}
	}
	if e.RefreshMonths != nil && *e.RefreshMonths < 0 {
		return errors.New("refresh_months: 0 or more")
	}
	return nil
}

// Find returns the entry of an area.
func (r Registry) Find(name string) (AreaEntry, bool) {
	for _, e := range r.Areas {
		if e.Name == name {
			return e, true
		}
	}
	return AreaEntry{}, false
}

// Config is how one area is opened: as the installation is, with a database, a key
// store, a keeper and a key of its own, and what it decides for itself. Its files
// are in the folder of its name. What env returns for a name is the environment's.
func (e AreaEntry) Config(c Config, folder string, env func(string) string) (Config, error) {
	if err := e.check(); err != nil {
		return c, fmt.Errorf("area %s: %w", e.Name, err)
	}
	folder = filepath.Join(folder, e.Name)
	c.Area, c.Origin = Area{e.Name, e.Title}, e.Origin
	var err error
	if c.Database, err = db.InArea(c.Database, e.Name); err != nil {
		return c, err
	}
	if c.Keys == "" {
		c.Keys = "sqlite:" + filepath.Join(folder, "keys.db")
	} else if c.Keys, err = db.InArea(c.Keys, e.Name); err != nil {
		return c, err
	}
	if c.Keeper = e.Keeper; c.Keeper == "" {
		c.Keeper = "file:" + filepath.Join(folder, "keeper.keys")
	}
	c.LedgerKey, c.LedgerKeyFile, c.WitnessToken = "", filepath.Join(folder, "ledger.key"), ""
	if e.WitnessTokenEnv != "" {
		if c.WitnessToken = env(e.WitnessTokenEnv); c.WitnessToken == "" {
			return c, fmt.Errorf("area %s: the environment has no %s", e.Name, e.WitnessTokenEnv)
		}
	}
	if c.Notices.File != "" {
		c.Notices.File += "." + e.Name
	}
	return c, e.decide(&c)
}

// decide puts what the area decides in place of what the installation says.
func (e AreaEntry) decide(c *Config) error {
	var err error
	if e.Zone != "" {
		if c.Zone, err = time.LoadLocation(e.Zone); err != nil {
			return err
		}
	}
	if e.AnswerWithin != nil {
		if c.AnswerWithin, err = time.ParseDuration(*e.AnswerWithin); err != nil {
			return err
		}
	}
	for _, text := range []struct {
		said string
		into *string
	}{{e.LeaveTo, &c.Portal.LeaveTo}, {e.Independent, &c.Portal.Independent}, {e.ReplyTo, &c.Portal.ReplyTo}} {
		if text.said != "" {
			*text.into = text.said
		}
	}
	for _, choice := range []struct {
		said *bool
		into *bool
	}{{e.HideNames, &c.Portal.HideNames}, {e.OpenReferral, &c.OpenReferral}, {e.TakeWithMe, &c.TakeWithMe}} {
		if choice.said != nil {
			*choice.into = *choice.said
		}
	}
	if e.RefreshMonths != nil {
		c.RefreshMonths = *e.RefreshMonths
	}
	return nil
}
