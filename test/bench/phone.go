package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/secret"
)

type phoneTimes struct{ page, key, deliver, again []time.Duration }

// measurePhone takes turns: the page, the key, a sealed decision, the same again.
func measurePhone(ctx context.Context) (phoneTimes, error) {
	var out phoneTimes
	made, err := open(ctx, db.SQLite)
	if err != nil {
		return out, err
	}
	defer made.done()
	a, staff := made.App, made.staff
	cookie, err := session(ctx, a, "officer")
	if err != nil {
		return out, err
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	ask := asker(ctx, server.URL, cookie)
	const warm, runs = 50, 1000
	for i := range warm + runs {
		sealed, err := sealedForm(ctx, a.Contacts.Slot, staff.Actors["officer"].ID)
		if err != nil {
			return out, err
		}
		var times [4]time.Duration
		for j, q := range []struct {
			method, path string
			form         url.Values
		}{{"GET", "/police/decide", nil}, {"GET", "/police/outbox/key", nil}, {"POST", "/police/outbox", sealed}, {"POST", "/police/outbox", sealed}} {
			if times[j], err = ask(q.method, q.path, q.form); err != nil {
				return out, err
			}
		}
		if i >= warm {
			out.page, out.key = append(out.page, times[0]), append(out.key, times[1])
			out.deliver, out.again = append(out.deliver, times[2]), append(out.again, times[3])
		}
	}
	return out, nil
}

// sealedForm is what a phone sends for one decision not to divert.
func sealedForm(ctx context.Context, slot *secret.Slot, officer string) (url.Values, error) {
	key, err := slot.Current(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	item := secret.Item{ID: uuid.Must(uuid.NewV7()).String(), KeyID: key.ID, User: officer}
	answers := url.Values{"outcome": {"not_diverted"}, "offence": {"46"}, "reason_not_diverted": {"risk_of_harm"}, "age_band": {"36_45"}, "sex": {"M"}, "ethnic_group": {"W"},
		"happened_at": {now.UTC().Format("2006-01-02T15:04")}, "pad": {strings.Repeat("0", 300)}}
	sealed, err := slot.Seal(ctx, item, answers.Encode())
	ms := strconv.FormatInt(now.UnixMilli(), 10)
	return url.Values{"item": {item.ID}, "key": {item.KeyID}, "user": {item.User}, "made_at": {ms}, "sent_at": {ms}, "sealed": {sealed}}, err
}

// phoneRows prints what was measured, a line each.
func phoneRows(row func(...any), f phoneTimes) {
	row("officer's phone, over HTTP", "a second", "p50 ms", "p95 ms", "p99 ms")
	for _, line := range []struct {
		name  string
		times []time.Duration
	}{{"Decide, the page", f.page}, {"the key to seal with", f.key}, {"one sealed decision taken in", f.deliver}, {"the same one again", f.again}} {
		row(line.name, fmt.Sprintf("%.0f", float64(len(line.times))/sum(line.times).Seconds()), ms(at(line.times, 50)), ms(at(line.times, 95)), ms(at(line.times, 99)))
	}
}

func phoneOnly(ctx context.Context) error {
	f, err := measurePhone(ctx)
	if err != nil {
		return err
	}
	phoneRows(func(cells ...any) { fmt.Println(cells...) }, f)
	return nil
}
