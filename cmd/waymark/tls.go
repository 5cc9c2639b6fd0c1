package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

// encrypted says how the site is served over TLS by Waymark itself.
type encrypted struct {
	TLSCert  string `name:"tls-cert" help:"File of the certificate and its chain (PEM). With --tls-key Waymark speaks TLS itself, and implies --secure. Read again when it changes." type:"path" env:"WAYMARK_TLS_CERT"`
	TLSKey   string `name:"tls-key" help:"File of the certificate's key (PEM)." type:"path" env:"WAYMARK_TLS_KEY"`
	Redirect string `name:"redirect" help:"Address that sends plain HTTP to the encrypted site, such as :80." env:"WAYMARK_REDIRECT"`
}

// encryption returns how to speak TLS, nil when a proxy in front does it.
func (e encrypted) encryption() (*tls.Config, error) {
	switch {
	case e.TLSCert == "" && e.TLSKey == "" && e.Redirect == "":
		return nil, nil //nolint:nilnil // nothing asked, nothing wrong
	case e.TLSCert == "" || e.TLSKey == "":
		return nil, errors.New("--tls-cert and --tls-key go together, and --redirect needs both")
	}
	c := &certificate{certFile: e.TLSCert, keyFile: e.TLSKey}
	if _, err := c.current(); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion: tls.VersionTLS12, // 1.3 wherever the browser can
		CipherSuites: []uint16{ // of 1.2; every one with forward secrecy and authenticated
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current() },
	}, nil
}

// certificate is a pair of files that a renewal may replace at any time.
type certificate struct {
	certFile, keyFile string

	mu    sync.Mutex
	pair  *tls.Certificate
	stamp [2]stamp // of the files when they were read
}

type stamp struct {
	at   time.Time
	size int64
}

// current returns the certificate, reading the files again when they changed. A
// pair that does not fit, as in the middle of a renewal, leaves the one before.
func (c *certificate) current() (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var now [2]stamp
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return c.before(fmt.Errorf("certificate: %w", err))
		}
		now[i] = stamp{info.ModTime(), info.Size()}
	}
	if c.pair != nil && now == c.stamp {
		return c.pair, nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return c.before(fmt.Errorf("certificate: %w", err))
	}
	if pair.Leaf == nil { // read by LoadX509KeyPair unless a setting of Go's says otherwise
		if pair.Leaf, err = x509.ParseCertificate(pair.Certificate[0]); err != nil {
			return c.before(fmt.Errorf("certificate: %w", err))
		}
	}
	c.pair, c.stamp = &pair, now
	slog.Info("certificate read", "until", pair.Leaf.NotAfter)
	return c.pair, nil
}

func (c *certificate) before(err error) (*tls.Certificate, error) {
	if c.pair == nil {
		return nil, err
	}
	slog.Warn("the certificate changed and cannot be used: the one before stays", "err", err)
	return c.pair, nil
}

// redirect answers plain HTTP on --redirect until ctx ends: a page is asked for
// again over TLS, on a name that the certificate is for. A form is turned away,
// so that nobody goes on sending what others can read.
func (e encrypted) redirect(ctx context.Context, config *tls.Config, listen string) error {
	if e.Redirect == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", e.Redirect)
	if err != nil {
		return fmt.Errorf("--redirect: %w", err)
	}
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return errors.Join(fmt.Errorf("--listen: %w", err), listener.Close())
	}
	server := newServer(toTLS(config, port))
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			slog.Error("redirect", "err", err)
		}
	}()
	go func() {
		<-ctx.Done()
		server.Close() //nolint:errcheck // nothing that it answers is worth waiting for
	}()
	return nil
}

func toTLS(config *tls.Config, port string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		pair, err := config.GetCertificate(nil)
		if err != nil || pair.Leaf.VerifyHostname(host) != nil || (r.Method != http.MethodGet && r.Method != http.MethodHead) {
			http.Error(w, "Use https.", http.StatusForbidden)
			return
		}
		if port != "443" {
			host = net.JoinHostPort(strings.Trim(host, "[]"), port)
		}
		to := url.URL{Scheme: "https", Host: host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, to.String(), http.StatusPermanentRedirect)
	})
}

// loopback reports whether only this machine can reach address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// newServer returns a server whose every wait has an end: a caller who sends
// slowly, or not at all, holds a connection and nothing else, and not for long.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		DisableGeneralOptionsHandler: true, // no answer without our headers
		ErrorLog:                     log.New(withoutCallers{}, "", 0),
	}
}

var caller = regexp.MustCompile(` from \S+:\d+|\[[0-9a-fA-F:.%a-z]+\]:\d+|\b\d{1,3}(?:\.\d{1,3}){3}:\d+`)

// withoutCallers writes what the server has to say to the log, without the
// network addresses of those it speaks of: they are somebody's.
type withoutCallers struct{}

func (withoutCallers) Write(line []byte) (int, error) {
	slog.Warn("server", "says", strings.TrimSpace(caller.ReplaceAllString(string(line), "")))
	return len(line), nil
}
