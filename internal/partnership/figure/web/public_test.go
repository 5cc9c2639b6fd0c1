package web

import (
	"fmt"
	"testing"
	"time"
)

// One address may ask often and no oftener; others are not held up by it, and what is remembered is bounded.
func TestOneAddressDoesNotCloseThePageToOthers(t *testing.T) {
	g, now := newGate(), time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	let := 0
	for range 1000 {
		if g.opens("192.0.2.1", now) {
			let++
		}
	}
	if let != burst {
		t.Errorf("%d of 1,000 at once were answered, want %d", let, burst)
	}
	if !g.opens("192.0.2.2", now) {
		t.Error("another address was held up")
	}
	if now = now.Add(3 * time.Second); !g.opens("192.0.2.1", now) {
		t.Error("after a while the address may not ask again")
	}
	for i := range 3 * addresses {
		g.opens(fmt.Sprint("2001:db8::", i), now)
	}
	if len(g.of) > addresses {
		t.Errorf("%d addresses are remembered", len(g.of))
	}
}

// Many readers cost the database one look in half a minute.
func TestManyReadersCostOneLook(t *testing.T) {
	k, now, looks := &kept{}, time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC), 0
	look := func() ([]byte, error) { looks++; return []byte("page"), nil }
	for range 500 {
		if _, _, err := k.get("index.html", now, look); err != nil {
			t.Fatal(err)
		}
	}
	k.get("index.html", now.Add(31*time.Second), look) //nolint:errcheck // it cannot fail
	if looks != 2 {
		t.Errorf("%d looks, want 2", looks)
	}
}
