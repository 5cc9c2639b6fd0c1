package web

import (
	"net/http/httptest"
	"testing"
)

// Only our own proxy may say where a request came from, and a household of
// IPv6 addresses is one network.
func TestWhereAVisitorComesFromIsNotTheirsToSay(t *testing.T) {
	for _, c := range []struct {
		remote, said string
		trust        bool
		want         string
	}{
		{"192.0.2.7:1234", "", false, "192.0.2.7"},
		{"192.0.2.7:1234", "198.51.100.9", false, "192.0.2.7"},
		{"192.0.2.7:1234", "203.0.113.1, 198.51.100.9", true, "198.51.100.9"},
		{"192.0.2.7:1234", "nonsense", true, "192.0.2.7"},
		{"[2001:db8:1:2:3:4:5:6]:1234", "", false, "2001:db8:1:2::/64"},
		{"[::ffff:192.0.2.7]:1234", "", false, "192.0.2.7"},
		{"nowhere", "", false, ""},
	} {
		r := httptest.NewRequest("GET", "/me", nil)
		r.RemoteAddr = c.remote
		r.Header.Set("X-Forwarded-For", c.said)
		if got := (&Site{TrustProxy: c.trust}).From(r).Address; got != c.want {
			t.Errorf("%s saying %q, trusted %t: %q, want %q", c.remote, c.said, c.trust, got, c.want)
		}
	}
}
