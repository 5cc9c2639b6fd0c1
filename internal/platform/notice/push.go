package notice

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Signer is the site's own key, by which push services know who sends
// (VAPID, RFC 8292).
type Signer struct {
	key     *ecdsa.PrivateKey
	public  string
	contact string
}

// NewSigner makes the signer of a secret, always the same one. contact is where
// a push service reaches whoever runs this site: a mailto: or https: address.
func NewSigner(secret, contact string) (*Signer, error) {
	for i := range 16 { // nearly always the first will do
		raw, err := hkdf.Key(sha256.New, []byte(secret), nil, "waymark push key "+strconv.Itoa(i), 32)
		if err != nil {
			return nil, fmt.Errorf("push key: %w", err)
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		if err != nil {
			continue
		}
		point, err := key.PublicKey.Bytes()
		if err != nil {
			return nil, fmt.Errorf("push key: %w", err)
		}
		return &Signer{key, base64.RawURLEncoding.EncodeToString(point), contact}, nil
	}
	return nil, errors.New("push key: no key in this secret")
}

// PublicKey is what a browser subscribes with.
func (s *Signer) PublicKey() string { return s.public }

// proofLasts is how long a signed statement is good for; at most a day.
const proofLasts = 12 * time.Hour

// header returns the Authorization header for a push service.
func (s *Signer) header(origin string, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{"aud": origin, "exp": now.Add(proofLasts).Unix(), "sub": s.contact})
	if err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(token))
	r, v, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		return "", err
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	v.FillBytes(signature[32:])
	return "vapid t=" + token + "." + base64.RawURLEncoding.EncodeToString(signature) + ", k=" + s.public, nil
}

// WebPush sends to browsers (RFC 8030).
type WebPush struct {
	Signer *Signer
	Hosts  []string // push services that may be asked, with those below them; empty is every public one
	Now    func() time.Time
	Client *http.Client
	// AnyHost lets hosts be numbers, on any port: for a test's own push service.
	AnyHost bool
}

// ttl is how long a push service keeps a message for a phone without signal.
const ttl = time.Hour

// Send encrypts m for the browser and hands it to its push service.
func (p *WebPush) Send(ctx context.Context, to To, m Message) Answer {
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	endpoint, err := p.CheckEndpoint(to.Address)
	if err != nil {
		return Answer{Outcome: Never, Words: "the address is not a push service's"}
	}
	body, err := encrypt([]byte(m.text), to)
	if err != nil {
		return Answer{Outcome: Never, Words: "the browser's keys cannot be used"}
	}
	proof, err := p.Signer.header(endpoint.Scheme+"://"+endpoint.Host, p.Now())
	if err != nil {
		return Answer{Outcome: Later, Words: "could not be signed"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{Outcome: Never, Words: "the address is not a push service's"}
	}
	req.Header.Set("Authorization", proof)
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("TTL", strconv.Itoa(int(ttl.Seconds())))
	req.Header.Set("Urgency", "high")
	req.Header.Set("Topic", "waymark") // the next takes the place of one not delivered yet
	res, err := p.Client.Do(req)
	return answerOf(res, err, p.Now())
}

// ErrEndpoint says that an address is none of a push service.
var ErrEndpoint = errors.New("not the address of a push service")

// CheckEndpoint reads the address that a browser gave for its push service. A
// browser's word is anybody's word: only https on its usual port, at a host with
// a name.
func (p *WebPush) CheckEndpoint(address string) (*url.URL, error) {
	if len(address) > 800 {
		return nil, ErrEndpoint
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return nil, ErrEndpoint
	}
	host := strings.ToLower(u.Hostname())
	if p.AnyHost {
		return u, nil
	}
	if port := u.Port(); port != "" && port != "443" {
		return nil, ErrEndpoint
	}
	if !strings.Contains(host, ".") || strings.HasSuffix(host, ".") || strings.ContainsFunc(host, notOfAName) || isNumber(host) {
		return nil, ErrEndpoint
	}
	for _, suffix := range []string{".localhost", ".local", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, suffix) {
			return nil, ErrEndpoint
		}
	}
	allowed := len(p.Hosts) == 0 || slices.ContainsFunc(p.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) })
	if !allowed {
		return nil, ErrEndpoint
	}
	return u, nil
}

func notOfAName(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
}

// isNumber reports whether a host is an address in numbers, in any of the ways
// that some system reads: its last part has to begin with a letter.
func isNumber(host string) bool {
	last := host[strings.LastIndex(host, ".")+1:]
	return last == "" || last[0] < 'a' || last[0] > 'z'
}

// CheckKeys reports whether the keys that a browser gave can be used.
func CheckKeys(to To) error {
	_, _, err := keysOf(to)
	return err
}

func keysOf(to To) (*ecdh.PublicKey, []byte, error) {
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(to.PublicKey, "="))
	if err != nil || len(point) != 65 {
		return nil, nil, errors.New("push: no key of a browser")
	}
	key, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return nil, nil, fmt.Errorf("push: %w", err)
	}
	auth, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(to.Auth, "="))
	if err != nil || len(auth) != 16 {
		return nil, nil, errors.New("push: no secret of a browser")
	}
	return key, auth, nil
}

// encrypt seals text for a browser (RFC 8291).
func encrypt(text []byte, to To) ([]byte, error) {
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("push: %w", err)
	}
	salt := make([]byte, 16)
	rand.Read(salt) //nolint:errcheck // crypto/rand never fails
	return encryptWith(text, to, own, salt)
}

// recordSize is the size of a record as the header says it: one record is all.
const recordSize = 4096

func encryptWith(text []byte, to To, own *ecdh.PrivateKey, salt []byte) ([]byte, error) {
	theirs, auth, err := keysOf(to)
	if err != nil {
		return nil, err
	}
	shared, err := own.ECDH(theirs)
	if err != nil {
		return nil, fmt.Errorf("push: %w", err)
	}
	ownPublic := own.PublicKey().Bytes()
	key, nonce, err := contentKey(shared, auth, theirs.Bytes(), ownPublic, salt)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("push: %w", err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("push: %w", err)
	}
	out := append(slices.Clone(salt), 0, 0, 0, 0, byte(len(ownPublic))) // #nosec G115 -- a point of P-256 is 65 bytes
	binary.BigEndian.PutUint32(out[16:], recordSize)
	out = append(out, ownPublic...)
	return seal.Seal(out, nonce, append(slices.Clone(text), 2), nil), nil // 2: the last record
}

// contentKey derives what the text is sealed with, from either end.
func contentKey(shared, auth, browser, sender, salt []byte) (key, nonce []byte, err error) {
	info := "WebPush: info\x00" + string(browser) + string(sender)
	secret, err := hkdf.Key(sha256.New, shared, auth, info, 32)
	if err == nil {
		key, err = hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	}
	if err == nil {
		nonce, err = hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("push: %w", err)
	}
	return key, nonce, nil
}

// PublicClient returns a client that reaches public addresses only, looked at
// when the connection is made: a name may say another address each time it is
// asked. It follows nobody and asks no proxy, which would look names up by itself.
func PublicClient() *http.Client {
	return &http.Client{
		Timeout: sendTime,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: 5 * time.Second, Control: onlyPublic}).DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  sendTime,
			MaxResponseHeaderBytes: 16 << 10,
			IdleConnTimeout:        90 * time.Second,
			MaxIdleConns:           20,
			ForceAttemptHTTP2:      true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

var errPrivate = errors.New("not a public address")

func onlyPublic(network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") || to.Port() != 443 || !public(to.Addr()) {
		return errPrivate
	}
	return nil
}

// reserved are the networks that are nobody's on the internet, beyond those that
// the standard library knows (IANA's registries of special-purpose addresses).
func reserved() []netip.Prefix {
	return prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10")
}

func prefixes(list ...string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range list {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// public reports whether an address is anybody's on the internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return a.IsGlobalUnicast() && !a.IsPrivate() && !slices.ContainsFunc(reserved(), func(p netip.Prefix) bool { return p.Contains(a) })
}
