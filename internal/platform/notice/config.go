package notice

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"
)

// Config is what a site decides about telling its people.
type Config struct {
	File     string   // everything goes into this file instead: development and practice
	Contact  string   // mailto: or https: address for push services; "" where push is not wanted
	Hosts    []string // push services that may be asked; empty is every public one
	SMTP     string   // smtp://USER@HOST:587 or smtps://USER@HOST:465
	Password string   // of the SMTP user
	From     string   // address that e-mail is from
	SMSURL   string   // where text messages are handed in
	SMSToken string
	SMSTo    string // name of the field with the number
	SMSText  string // name of the field with the text
}

// Providers makes the providers of a configuration; a way that is not set up has
// none. secret is what the site's key for push is made of.
func (c Config) Providers(secret string, now func() time.Time) (map[Kind]Provider, *Signer, error) {
	signer, err := NewSigner(secret, c.Contact)
	if err != nil {
		return nil, nil, err
	}
	out := map[Kind]Provider{}
	if c.File != "" {
		for _, k := range []Kind{Push, Mail, SMS} {
			out[k] = File{c.File, k, now}
		}
		return out, signer, nil
	}
	if c.Contact != "" {
		if !strings.HasPrefix(c.Contact, "mailto:") && !strings.HasPrefix(c.Contact, "https://") {
			return nil, nil, errors.New("push contact: give a mailto: or https: address")
		}
		out[Push] = &WebPush{Signer: signer, Hosts: c.Hosts, Now: now, Client: PublicClient()}
	}
	if c.SMTP != "" {
		server, err := c.smtp(now)
		if err != nil {
			return nil, nil, err
		}
		out[Mail] = server
	}
	if c.SMSURL != "" {
		u, err := url.Parse(c.SMSURL)
		if err != nil || u.Scheme != "https" || u.Host == "" {
			return nil, nil, errors.New("SMS gateway: give an https: address")
		}
		out[SMS] = &Gateway{URL: c.SMSURL, Token: c.SMSToken, ToField: c.SMSTo, TextName: c.SMSText, Now: now}
	}
	return out, signer, nil
}

func (c Config) smtp(now func() time.Time) (*SMTP, error) {
	u, err := url.Parse(c.SMTP)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" {
		return nil, errors.New("SMTP server: give smtp://USER@HOST:587 or smtps://USER@HOST:465")
	}
	from, err := CheckMail(c.From)
	if err != nil {
		return nil, fmt.Errorf("sender of e-mail: %w", err)
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	if (u.Scheme == "smtps") != (port == "465") {
		return nil, errors.New("SMTP server: port 465 is of smtps, and no other is")
	}
	s := &SMTP{Host: u.Hostname(), Port: port, User: u.User.Username(), Password: c.Password, From: from, Now: now}
	if strings.ContainsAny(net.JoinHostPort(s.Host, s.Port), "\r\n") {
		return nil, errors.New("SMTP server: no such address")
	}
	return s, nil
}
