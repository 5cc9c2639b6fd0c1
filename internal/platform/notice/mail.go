package notice

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"strconv"
	"strings"
	"time"
)

// SMTP sends e-mail through a server that speaks TLS, from the beginning or
// after STARTTLS: without it nothing is sent.
type SMTP struct {
	Host, Port     string // port 465 speaks TLS from the beginning
	User, Password string // "" for a server that asks for none
	From           string
	Now            func() time.Time
	TLS            *tls.Config // nil is the usual one
}

// CheckMail returns an address of e-mail as it is written, or an error.
func CheckMail(address string) (string, error) {
	a, err := mail.ParseAddress(address)
	if err != nil || len(a.Address) > 254 || strings.ContainsAny(a.Address, "\r\n\x00<>\"") {
		return "", errors.New("not an address of e-mail")
	}
	return a.Address, nil
}

// Send hands m to the server.
func (s *SMTP) Send(ctx context.Context, to To, m Message) Answer {
	address, err := CheckMail(to.Address)
	if err != nil {
		return Answer{Outcome: Never, Words: "not an address of e-mail"}
	}
	if err := s.send(ctx, address, m); err != nil {
		said, ok := errors.AsType[*textproto.Error](err)
		switch {
		case ok && said.Code >= 500 && said.Code != 530 && said.Code != 535: // not our own sign-in
			return Answer{Outcome: Never, Words: strconv.Itoa(said.Code)}
		case ok:
			return Answer{Outcome: Later, Words: strconv.Itoa(said.Code)}
		}
		return Answer{Outcome: Later, Words: reason(err)}
	}
	return Answer{Outcome: Sent, Words: "250"}
}

func (s *SMTP) send(ctx context.Context, to string, m Message) error {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.TLS != nil {
		config = s.TLS.Clone()
	}
	config.ServerName = s.Host
	dialer := &net.Dialer{Timeout: sendTime}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // Quit has said goodbye
	if err := conn.SetDeadline(time.Now().Add(2 * sendTime)); err != nil {
		return err
	}
	if s.Port == "465" {
		conn = tls.Client(conn, config)
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return err
	}
	if s.Port != "465" {
		if err := c.StartTLS(config); err != nil {
			return err
		}
	}
	if s.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, s.Host)); err != nil {
			return err
		}
	}
	if err := c.Mail(s.From); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "From: Waymark <%s>\r\nTo: <%s>\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s@%s>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nAuto-Submitted: auto-generated\r\n\r\n%s\r\n",
		s.From, to, m, s.Now().UTC().Format(time.RFC1123Z), rand.Text(), s.From[strings.LastIndex(s.From, "@")+1:], m); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}
