package notice

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Gateway sends text messages through a provider that takes a form over HTTPS:
// the number and the text, with a token.
type Gateway struct {
	URL      string
	Token    string // sent as a bearer token
	ToField  string // "" is "to"
	TextName string // "" is "text"
	Now      func() time.Time
	Client   *http.Client // nil is a usual one
}

// CheckNumber returns a phone number with its country code and without spaces,
// or an error.
func CheckNumber(number string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()\u00a0", r) {
			return -1
		}
		return r
	}, number)
	rest, ok := strings.CutPrefix(digits, "+")
	if !ok || len(rest) < 8 || len(rest) > 15 || rest[0] == '0' || strings.ContainsFunc(rest, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", errors.New("not a number with its country code")
	}
	return digits, nil
}

// Send hands m to the provider.
func (g *Gateway) Send(ctx context.Context, to To, m Message) Answer {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	number, err := CheckNumber(to.Address)
	if err != nil {
		return Answer{Outcome: Never, Words: "not a number"}
	}
	form := url.Values{or(g.ToField, "to"): {number}, or(g.TextName, "text"): {m.text}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return Answer{Outcome: Later, Words: "the provider's address cannot be used"}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if g.Token != "" {
		req.Header.Set("Authorization", "Bearer "+g.Token)
	}
	client := g.Client
	if client == nil {
		client = &http.Client{Timeout: sendTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	res, err := client.Do(req)
	a := answerOf(res, err, g.Now())
	if a.Outcome == Gone || a.Words == "401" || a.Words == "403" { // the provider's address or our token is wrong, not the number
		a.Outcome = Later
	}
	return a
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
