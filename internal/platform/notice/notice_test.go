package notice

import (
	"bufio"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The example of RFC 8291, appendix A.
const (
	rfcText      = "When I grow up, I want to be a watermelon"
	rfcSender    = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
	rfcBrowser   = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	rfcPublic    = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
	rfcAuth      = "BTBZMqHH6r4Tts7J_aSIgg"
	rfcSalt      = "DGv6ra1nlYgDCS1FRnbzlw"
	rfcEncrypted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)

func raw(t testing.TB, text string) []byte {
	t.Helper()
	out, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEncryptionIsThatOfRFC8291AppendixA(t *testing.T) {
	t.Parallel()
	sender, err := ecdh.P256().NewPrivateKey(raw(t, rfcSender))
	if err != nil {
		t.Fatal(err)
	}
	got, err := encryptWith([]byte(rfcText), To{PublicKey: rfcPublic, Auth: rfcAuth}, sender, raw(t, rfcSalt))
	if err != nil {
		t.Fatal(err)
	}
	if text := base64.RawURLEncoding.EncodeToString(got); text != rfcEncrypted {
		t.Errorf("got  %s\nwant %s", text, rfcEncrypted)
	}
}

// decrypt is what a browser does with a push.
func decrypt(t testing.TB, body []byte) string {
	t.Helper()
	browser, err := ecdh.P256().NewPrivateKey(raw(t, rfcBrowser))
	if err != nil {
		t.Fatal(err)
	}
	point := body[21:86]
	sender, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := browser.ECDH(sender)
	if err != nil {
		t.Fatal(err)
	}
	key, nonce, err := contentKey(shared, raw(t, rfcAuth), browser.PublicKey().Bytes(), point, body[:16])
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	open, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	text, err := open.Open(nil, nonce, body[86:], nil)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(string(text), "\x02")
}

func TestAPushServiceGetsASealedMessageSignedByTheSite(t *testing.T) {
	t.Parallel()
	signer, err := NewSigner("a secret", "mailto:help@example.org")
	if err != nil {
		t.Fatal(err)
	}
	var got *http.Request
	var body []byte
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, err = io.ReadAll(r.Body)
		w.WriteHeader(http.StatusCreated)
	}))
	defer service.Close()
	p := &WebPush{Signer: signer, Now: time.Now, Client: service.Client(), AnyHost: true}
	a := p.Send(t.Context(), To{service.URL + "/push/abc", rfcPublic, rfcAuth}, Waits())
	if a.Outcome != Sent || err != nil {
		t.Fatalf("%+v, %v", a, err)
	}
	if text := decrypt(t, body); text != "Waymark: something waits for you" {
		t.Errorf("the browser reads %q", text)
	}
	for name, want := range map[string]string{"Content-Encoding": "aes128gcm", "Ttl": "3600", "Urgency": "high"} {
		if got.Header.Get(name) != want {
			t.Errorf("%s is %q, not %q", name, got.Header.Get(name), want)
		}
	}
	proof, key, ok := strings.Cut(strings.TrimPrefix(got.Header.Get("Authorization"), "vapid t="), ", k=")
	if !ok || key != signer.PublicKey() {
		t.Fatalf("authorization is %q", got.Header.Get("Authorization"))
	}
	parts := strings.Split(proof, ".")
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	signature := raw(t, parts[2])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw(t, key))
	if err != nil || !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Errorf("the signature does not hold: %v", err)
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw(t, parts[1]), &claims); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.Unix(claims.Exp, 0)); claims.Aud != service.URL || claims.Sub != "mailto:help@example.org" || left <= 0 || left > 24*time.Hour {
		t.Errorf("claims are %+v", claims)
	}
}

func TestTheSitesKeyStaysTheSame(t *testing.T) {
	t.Parallel()
	a, err := NewSigner("one", "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewSigner("one", "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewSigner("two", "")
	if err != nil {
		t.Fatal(err)
	}
	if a.PublicKey() != b.PublicKey() || a.PublicKey() == c.PublicKey() {
		t.Error("a secret does not make one key")
	}
}

func TestEachAnswerOfAPushServiceIsUnderstood(t *testing.T) {
	t.Parallel()
	signer, err := NewSigner("a secret", "mailto:help@example.org")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int
		retry  string
		want   Outcome
		after  time.Duration
	}{
		{200, "", Sent, 0}, {201, "", Sent, 0}, {404, "", Gone, 0}, {410, "", Gone, 0}, {429, "120", Later, 2 * time.Minute}, {500, "", Later, 0},
		{503, "99999", Later, time.Hour}, {503, "nonsense", Later, 0}, {400, "", Never, 0}, {403, "", Never, 0}, {302, "", Never, 0}, {413, "-5", Never, 0},
	} {
		service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", c.retry)
			w.Header().Set("Location", "https://169.254.169.254/")
			w.WriteHeader(c.status)
		}))
		client := service.Client()
		client.CheckRedirect = PublicClient().CheckRedirect
		p := &WebPush{Signer: signer, Now: time.Now, Client: client, AnyHost: true}
		a := p.Send(t.Context(), To{service.URL, rfcPublic, rfcAuth}, Waits())
		if a.Outcome != c.want || a.After != c.after {
			t.Errorf("%d with Retry-After %q: %+v", c.status, c.retry, a)
		}
		service.Close()
		if a := p.Send(t.Context(), To{service.URL, rfcPublic, rfcAuth}, Waits()); a.Outcome != Later || strings.Contains(a.Words, "127.0.0.1") {
			t.Errorf("a service that is away: %+v", a)
		}
	}
}

func TestOnlyTheAddressesOfPushServicesAreTaken(t *testing.T) {
	t.Parallel()
	p := &WebPush{}
	for _, good := range []string{"https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/abc", "https://web.push.apple.com:443/abc", "https://wns2-par02p.notify.windows.com/w/?token=abc"} {
		if _, err := p.CheckEndpoint(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{"", "http://fcm.googleapis.com/a", "https://localhost/a", "https://127.0.0.1/a", "https://2130706433/a", "https://0x7f.0.0.1/", "https://[::1]/a", "https://[::ffff:10.0.0.1]/", "https://push.example:8443/a",
		"https://user@push.example/a", "https://push/a", "https://push.localhost/", "https://metadata.google.internal/", "https://printer.local/", "https://push.example./", "https://push.example/#a", "ftp://push.example/", "https:push.example",
		"https://push.example/" + strings.Repeat("a", 800), "https://täst.example/", "https://push_service.example/", "https://1.1.1.0x1/"} {
		if u, err := p.CheckEndpoint(bad); err == nil {
			t.Errorf("%s is taken as %s", bad, u)
		}
	}
	p.Hosts = []string{"googleapis.com"}
	for address, want := range map[string]bool{"https://fcm.googleapis.com/a": true, "https://googleapis.com/a": true, "https://evilgoogleapis.com/a": false, "https://googleapis.com.evil.example/a": false} {
		if _, err := p.CheckEndpoint(address); (err == nil) != want {
			t.Errorf("with a list, %s: %v", address, err)
		}
	}
}

func TestNoPrivateAddressIsReached(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"1.1.1.1": true, "142.250.1.1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.1.1": false, "0.0.0.0": false, "224.0.0.1": false, "255.255.255.255": false,
		"::1": false, "::": false, "fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:10.0.0.1": false, "::ffff:1.1.1.1": true, "64:ff9b::a00:1": false, "2002:a00:1::1": false, "::a00:1": false, "198.18.0.1": false,
	} {
		if got := public(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: public is %v", text, got)
		}
	}
	// The real client looks when it connects, so a name that says one of ours does
	// not get there.
	service := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer service.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, service.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := PublicClient().Do(req)
	if err == nil {
		res.Body.Close() //nolint:errcheck // nothing is read
	}
	if !errors.Is(err, errPrivate) {
		t.Errorf("err is %v", err)
	}
}

func FuzzCheckEndpoint(f *testing.F) {
	for _, seed := range []string{"https://fcm.googleapis.com/a", "https://[::1]/", "https://a.b:443", "//x", "https://0177.0.0.1/", "https://a.b%00.c/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		u, err := (&WebPush{}).CheckEndpoint(address)
		if err != nil {
			return
		}
		if u.Scheme != "https" || u.User != nil || net.ParseIP(u.Hostname()) != nil || (u.Port() != "" && u.Port() != "443") || strings.ContainsAny(u.Host, "@/\\ \t\r\n") {
			t.Errorf("%q is taken as %v", address, u)
		}
	})
}

func FuzzBrowsersKeys(f *testing.F) {
	f.Add(rfcPublic, rfcAuth)
	f.Add("BA", "AA==")
	f.Fuzz(func(t *testing.T, public, auth string) {
		to := To{PublicKey: public, Auth: auth}
		_, err := encrypt([]byte("x"), to)
		if (CheckKeys(to) == nil) != (err == nil) {
			t.Errorf("keys are %v, sealing is %v", CheckKeys(to), err)
		}
	})
}

func FuzzNumbersAndMail(f *testing.F) {
	for _, seed := range []string{"+44 7700 900123", "07700", "+1", "jo@example.org", "Jo <jo@example.org>", "a@b\r\nBcc: c@d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := CheckNumber(text); err == nil && (len(n) > 16 || n[0] != '+' || strings.Trim(n[1:], "0123456789") != "") {
			t.Errorf("%q is the number %q", text, n)
		}
		if m, err := CheckMail(text); err == nil && strings.ContainsAny(m, "\r\n<>") {
			t.Errorf("%q is the address %q", text, m)
		}
	})
}

func TestNothingButTwoTextsCanBeSent(t *testing.T) {
	t.Parallel()
	if got := Code("12 Kestrel").String(); got != "" {
		t.Errorf("a code of letters says %q", got)
	}
	if Code("123456").String() != "Waymark: your code is 123456" || Waits().String() != "Waymark: something waits for you" {
		t.Error("the texts have changed: whoever reads over a shoulder learns more than before")
	}
}

// sink is an SMTP server that speaks STARTTLS and keeps what it is given.
func sink(t *testing.T, code string) (server *SMTP, got func() string) {
	t.Helper()
	web := httptest.NewTLSServer(nil) // for its certificate
	t.Cleanup(web.Close)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	said := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		said <- talk(conn, web.TLS, code)
	}()
	t.Cleanup(func() { listener.Close() }) //nolint:errcheck // the test is over
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return &SMTP{Host: "127.0.0.1", Port: port, User: "waymark", Password: "secret", From: "waymark@example.org", Now: time.Now, TLS: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}}, func() string { return <-said }
}

func talk(conn net.Conn, config *tls.Config, code string) string {
	var got strings.Builder
	lines := bufio.NewReader(conn)
	say := func(text string) { io.WriteString(conn, text+"\r\n") } //nolint:errcheck // the test sees what is missing
	say("220 sink")
	data := false
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return got.String()
		}
		got.WriteString(line)
		switch word := strings.ToUpper(strings.TrimSpace(line)); {
		case data && word == ".":
			data = false
			say("250 kept")
		case data:
		case strings.HasPrefix(word, "EHLO"):
			say("250-sink\r\n250-STARTTLS\r\n250 AUTH PLAIN")
		case word == "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, config)
			lines = bufio.NewReader(conn)
			got.Reset() // only what was said under TLS
		case strings.HasPrefix(word, "AUTH"):
			say("235 welcome")
		case strings.HasPrefix(word, "RCPT"):
			say(code)
		case word == "DATA":
			data = true
			say("354 go on")
		case word == "QUIT":
			say("221 bye")
			return got.String()
		default:
			say("250 ok")
		}
	}
}

func TestMailGoesUnderTLSWithTheOneText(t *testing.T) {
	t.Parallel()
	server, got := sink(t, "250 ok")
	if a := server.Send(t.Context(), To{Address: "jo@example.org"}, Waits()); a.Outcome != Sent {
		t.Fatalf("%+v", a)
	}
	text := got()
	_, body, _ := strings.Cut(text, "\r\n\r\n")
	if !strings.HasPrefix(body, "Waymark: something waits for you\r\n.\r\n") || !strings.Contains(text, "RCPT TO:<jo@example.org>") || !strings.Contains(text, "AUTH PLAIN") {
		t.Errorf("the server got %q", text)
	}
}

func TestMailThatIsTurnedAwayIsTriedAgainOrNot(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]Outcome{"550 no such": Never, "451 later": Later} {
		server, _ := sink(t, code)
		if a := server.Send(t.Context(), To{Address: "jo@example.org"}, Waits()); a.Outcome != want {
			t.Errorf("%s: %+v", code, a)
		}
	}
	server, _ := sink(t, "250 ok")
	server.TLS = nil // it does not know this certificate
	if a := server.Send(t.Context(), To{Address: "jo@example.org"}, Waits()); a.Outcome != Later {
		t.Errorf("a server that nobody vouches for: %+v", a)
	}
	if a := server.Send(t.Context(), To{Address: "jo@example.org\r\nBcc: x@y"}, Waits()); a.Outcome != Never {
		t.Errorf("two lines: %+v", a)
	}
}

func TestATextMessageIsAFormWithAToken(t *testing.T) {
	t.Parallel()
	status := http.StatusOK
	var form url.Values
	var token string
	service := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err = url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		token = r.Header.Get("Authorization")
		w.WriteHeader(status)
	}))
	defer service.Close()
	g := &Gateway{URL: service.URL, Token: "t0ken", ToField: "number", Now: time.Now, Client: service.Client()}
	if a := g.Send(t.Context(), To{Address: "+447700900123"}, Waits()); a.Outcome != Sent || form.Get("number") != "+447700900123" || form.Get("text") != Waits().String() || token != "Bearer t0ken" {
		t.Errorf("%+v, %v, %q", a, form, token)
	}
	for code, want := range map[int]Outcome{400: Never, 401: Later, 404: Later, 429: Later, 503: Later} {
		status = code
		if a := g.Send(t.Context(), To{Address: "+447700900123"}, Waits()); a.Outcome != want {
			t.Errorf("%d: %+v", code, a)
		}
	}
}

func TestAFileTakesEverythingWhileDeveloping(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "notices.txt")
	providers, signer, err := Config{File: path}.Providers("secret", time.Now)
	if err != nil || signer == nil {
		t.Fatal(err)
	}
	for _, k := range []Kind{Push, Mail, SMS} {
		if a := providers[k].Send(context.Background(), To{Address: "somewhere"}, Waits()); a.Outcome != Sent {
			t.Errorf("%s: %+v", k, a)
		}
	}
	text, err := os.ReadFile(path) //nolint:gosec // a file of this test
	if err != nil || strings.Count(string(text), "somewhere Waymark: something waits for you\n") != 3 {
		t.Errorf("%v: %s", err, text)
	}
}

func TestAConfigurationThatCannotWorkIsToldAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []Config{{Contact: "me"}, {SMTP: "http://x"}, {SMTP: "smtp://u@h:587"}, {SMTP: "smtp://u@h:465", From: "a@b.c"}, {SMSURL: "http://x"}} {
		if _, _, err := c.Providers("secret", time.Now); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
	none, _, err := Config{}.Providers("secret", time.Now)
	if err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
	all, _, err := Config{Contact: "mailto:a@b.c", SMTP: "smtps://u@h", From: "a@b.c", SMSURL: "https://x/y"}.Providers("secret", time.Now)
	if err != nil || len(all) != 3 {
		t.Errorf("%v, %v", all, err)
	}
}

func TestABrokenKeyOfABrowserIsNeverTriedAgain(t *testing.T) {
	t.Parallel()
	signer, err := NewSigner("a secret", "mailto:help@example.org")
	if err != nil {
		t.Fatal(err)
	}
	other := make([]byte, 65)
	rand.Read(other) //nolint:errcheck // crypto/rand never fails
	p := &WebPush{Signer: signer, Now: time.Now, Client: PublicClient()}
	if a := p.Send(t.Context(), To{"https://push.example/a", base64.RawURLEncoding.EncodeToString(other), rfcAuth}, Waits()); a.Outcome != Never {
		t.Errorf("%+v", a)
	}
}
