package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// issue writes a new self-signed certificate for host into dir and returns it.
func issue(t *testing.T, dir, host string) (*x509.Certificate, encrypted) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	e := encrypted{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}
	for name, block := range map[string]*pem.Block{e.TLSCert: {Type: "CERTIFICATE", Bytes: der}, e.TLSKey: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, e
}

// served runs serve until the test ends and returns its address.
func served(t *testing.T, config *tls.Config, handler http.Handler) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	address, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- serve(ctx, "127.0.0.1:0", config, handler, func(a string) { address <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return <-address
}

func TestOnlyModernTLSIsSpoken(t *testing.T) {
	cert, e := issue(t, t.TempDir(), "waymark.test")
	config, err := e.encryption()
	if err != nil {
		t.Fatal(err)
	}
	address := served(t, config, http.NotFoundHandler())
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	dial := func(c *tls.Config) (tls.ConnectionState, error) {
		c.RootCAs, c.ServerName = roots, "waymark.test"
		conn, err := (&tls.Dialer{Config: c}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			return tls.ConnectionState{}, err
		}
		defer conn.Close() //nolint:errcheck // only the greeting is wanted
		return conn.(*tls.Conn).ConnectionState(), nil
	}
	if got, err := dial(&tls.Config{NextProtos: []string{"h2"}}); err != nil || got.Version != tls.VersionTLS13 || got.NegotiatedProtocol != "h2" {
		t.Errorf("a browser of today: %x %q %v", got.Version, got.NegotiatedProtocol, err)
	}
	if got, err := dial(&tls.Config{MaxVersion: tls.VersionTLS12}); err != nil || !strings.Contains(tls.CipherSuiteName(got.CipherSuite), "ECDHE") || strings.Contains(tls.CipherSuiteName(got.CipherSuite), "CBC") {
		t.Errorf("TLS 1.2: %s %v", tls.CipherSuiteName(got.CipherSuite), err)
	}
	for what, c := range map[string]*tls.Config{
		"TLS 1.0":           {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
		"TLS 1.1":           {MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11},
		"no authentication": {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}},
		"no secrecy after":  {MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}},
	} {
		if got, err := dial(c); err == nil {
			t.Errorf("%s was spoken: %s", what, tls.CipherSuiteName(got.CipherSuite))
		}
	}
}

func TestARenewedCertificateIsUsedWithoutAStop(t *testing.T) {
	dir := t.TempDir()
	first, e := issue(t, dir, "waymark.test")
	config, err := e.encryption()
	if err != nil {
		t.Fatal(err)
	}
	now := func() *big.Int {
		pair, err := config.GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pair.Leaf.SerialNumber
	}
	if now().Cmp(first.SerialNumber) != 0 {
		t.Fatal("another certificate")
	}
	second, _ := issue(t, dir, "waymark.test")
	later := time.Now().Add(time.Minute)
	for _, name := range []string{e.TLSCert, e.TLSKey} { // a file system may not tell two moments apart
		if err := os.Chtimes(name, later, later); err != nil {
			t.Fatal(err)
		}
	}
	if now().Cmp(second.SerialNumber) != 0 {
		t.Error("the new certificate is not used")
	}
	if err := os.WriteFile(e.TLSCert, []byte("half a cert"), 0o600); err != nil {
		t.Fatal(err)
	}
	if now().Cmp(second.SerialNumber) != 0 {
		t.Error("half a file took the site down")
	}
	if err := os.Remove(e.TLSKey); err != nil {
		t.Fatal(err)
	}
	if now().Cmp(second.SerialNumber) != 0 {
		t.Error("a missing file took the site down")
	}
	if _, err := e.encryption(); err == nil {
		t.Error("it starts without a key")
	}
}

func TestHalfASettingOfTLSIsNoSetting(t *testing.T) {
	for _, e := range []encrypted{{TLSCert: "x"}, {TLSKey: "x"}, {Redirect: ":80"}} {
		if _, err := e.encryption(); err == nil {
			t.Errorf("%+v was taken", e)
		}
	}
	for _, listen := range []string{":8080", "0.0.0.0:8080", "192.0.2.1:8080", "[::]:8080", "waymark.test:80", "nonsense"} {
		err := serveCmd{where: where{Data: t.TempDir()}, Listen: listen, Zone: "UTC"}.Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "--tls-cert") {
			t.Errorf("%s is served in the clear: %v", listen, err)
		}
	}
	for _, listen := range []string{"127.0.0.1:8080", "localhost:80", "[::1]:80"} {
		if !loopback(listen) {
			t.Errorf("%s can be reached from elsewhere", listen)
		}
	}
}

func TestPlainHTTPIsSentToTheSameSiteOnly(t *testing.T) {
	_, e := issue(t, t.TempDir(), "waymark.test")
	config, err := e.encryption()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ method, host, target, port, want string }{
		{"GET", "waymark.test", "/care/people?name=a%20b", "443", "https://waymark.test/care/people?name=a%20b"},
		{"GET", "waymark.test:80", "/", "8443", "https://waymark.test:8443/"},
		{"HEAD", "waymark.test", "//elsewhere.example/", "443", "https://waymark.test//elsewhere.example/"},
		{"GET", "waymark.test", "/a%0d%0aSet-Cookie:x", "443", "https://waymark.test/a%0d%0aSet-Cookie:x"},
		{"GET", "elsewhere.example", "/", "443", ""},
		{"GET", "waymark.test@elsewhere.example", "/", "443", ""},
		{"GET", "waymark.test.elsewhere.example", "/", "443", ""},
		{"POST", "waymark.test", "/sign-in", "443", ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), c.method, c.target, nil)
		r.Host = c.host
		w := httptest.NewRecorder()
		toTLS(config, c.port).ServeHTTP(w, r)
		if got := w.Header().Get("Location"); got != c.want || (c.want == "") != (w.Code == http.StatusForbidden) {
			t.Errorf("%s %s%s: %d %q, want %q", c.method, c.host, c.target, w.Code, got, c.want)
		}
	}
}

// A caller who never finishes is cut off. How soon is the server's setting; that
// it ends at all is what this waits for.
func TestACallerWhoNeverFinishesIsCutOff(t *testing.T) {
	server := newServer(nil)
	if server.ReadHeaderTimeout <= 0 || server.ReadTimeout <= 0 || server.WriteTimeout <= 0 || server.IdleTimeout <= 0 || server.MaxHeaderBytes <= 0 || server.ReadTimeout > time.Minute {
		t.Fatalf("a wait has no end: %+v", server)
	}
	var reads atomic.Int64
	server.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("half a body was taken for a whole one")
		}
		reads.Add(1)
	})
	server.ReadHeaderTimeout, server.ReadTimeout = 50*time.Millisecond, 100*time.Millisecond // so that the test need not wait
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
	for what, begin := range map[string]string{
		"a body":    "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail=a",
		"a chunk":   "POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nemail\r\n",
		"a header":  "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"a request": "",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, begin); err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, conn); err != nil && !strings.Contains(err.Error(), "reset") { // until the server hangs up
			t.Errorf("%s: %v", what, err)
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
	if reads.Load() != 2 {
		t.Errorf("%d bodies were waited for, want 2", reads.Load())
	}
}

func TestHeadersHaveAnEndAndOneMeaning(t *testing.T) {
	address := served(t, nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "body:"+r.URL.Path) })) //nolint:errcheck // a test
	for what, request := range map[string]string{
		"headers of 64 KiB":            "GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + strings.Repeat("x", 64<<10) + "\r\n\r\n",
		"an address of 64 KiB":         "GET /" + strings.Repeat("x", 64<<10) + " HTTP/1.1\r\nHost: x\r\n\r\n",
		"two lengths":                  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
		"a length that is no number":   "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
		"an unknown transfer encoding": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"a folded header":              "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n",
		"no host":                      "GET / HTTP/1.1\r\n\r\n",
		"two hosts":                    "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
		"a NUL":                        "GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, request); err != nil && !strings.Contains(err.Error(), "reset") && !strings.Contains(err.Error(), "broken pipe") {
			t.Fatal(err)
		}
		var answer bytes.Buffer
		io.Copy(&answer, conn) //nolint:errcheck // hanging up is an answer
		if strings.Contains(answer.String(), "body:") {
			t.Errorf("%s was understood: %.100s", what, answer.String())
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatGoesWrongAtStartNamesNoPassword(t *testing.T) {
	t.Setenv("WAYMARK_TEST_KEEPER", "canary0000x")
	keeper := filepath.Join(t.TempDir(), "keeper.keys")
	if err := os.WriteFile(keeper, []byte("canary0000x canary0000x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, w := range []where{
		{Database: "postgres://waymark:canary0000x@127.0.0.1:1/none"}, {Database: "postgres://waymark:canary0000x@[nonsense/none"},
		{Database: "postgres://waymark:canary0000x@127.0.0.1:1/none?sslmode=odd"}, {Keys: "postgres://waymark:canary0000x@127.0.0.1:1/none"},
		{Keeper: "env:WAYMARK_TEST_KEEPER"}, {Keeper: "file:" + keeper},
	} {
		w.Data = t.TempDir()
		err := migrateCmd{w}.Run(t.Context())
		if err == nil || strings.Contains(err.Error(), "canary0000x") {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

func TestTheServersOwnComplaintsNameNoCaller(t *testing.T) {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&out, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	server := newServer(nil)
	for _, from := range []string{"192.0.2.7:51234", "[2001:db8::7]:51234", "[fe80::1%eth0]:51234"} {
		server.ErrorLog.Printf("http: TLS handshake error from %s: EOF", from)
		server.ErrorLog.Printf("http: panic serving %s: broken", from)
	}
	if text := out.String(); strings.Contains(text, "51234") || strings.Contains(text, "192.0.2") || strings.Contains(text, "2001") || strings.Count(text, "TLS handshake error") != 3 {
		t.Errorf("%s", text)
	}
}
