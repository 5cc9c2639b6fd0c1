package identity_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/pquerna/otp/totp"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
	"waymark.example/internal/webtest"
)

// A new colleague on a site without passwords: a code in person, a key, and
// from then on the key alone.
func TestTheFirstKeyIsMadeWithACodeThatWorksOnce(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	admin := site.Area.Actors["administrator"]
	_, code, err := site.App.Accounts.Open(t.Context(), admin, ledger.Form{}, identity.Account{Email: "new@practice.example", Name: "Nell New", Team: "Harbour support team", Organisation: site.Area.Actors["manager"].Organisation, Roles: []lead.Role{lead.CaseManager}})
	if err != nil {
		t.Fatal(err)
	}
	b := site.Visitor(t)
	if got := b.Post("/sign-in/enrol", url.Values{"code": {"AAAAA-BBBBB-CCCCC-DDDDD"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a made-up code: %d", got.Status)
	}
	if got := b.Get("/sign-in/key"); got.Location != "/sign-in/enrol" {
		t.Errorf("without a code: %d %s", got.Status, got.Location)
	}
	key := site.Enrol(t, b, strings.ToLower(strings.ReplaceAll(code, "-", " ")), "Work phone") // however it is typed
	if got := b.Get("/care/caseload").Status; got != http.StatusOK {
		t.Errorf("enrolled: %d", got)
	}
	if got := site.Visitor(t).Post("/sign-in/enrol", url.Values{"code": {code}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the code worked twice: %d", got.Status)
	}
	again := site.Visitor(t)
	if got := site.SignInWithPasskey(t, again, key); got.Status != http.StatusSeeOther || again.Get("/care/caseload").Status != http.StatusOK {
		t.Errorf("with the key: %d", got.Status)
	}
}

// Somebody who found an enrolment code and waits on the page that it opened has
// nothing any more once a new code was made: the page goes with its code.
func TestANewEnrolmentCodeEndsThePageThatTheOneBeforeOpened(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	admin := site.Area.Actors["administrator"]
	opened, code, err := site.App.Accounts.Open(t.Context(), admin, ledger.Form{}, identity.Account{Email: "new@practice.example", Name: "Nell New", Team: "Harbour support team", Organisation: site.Area.Actors["manager"].Organisation, Roles: []lead.Role{lead.CaseManager}})
	if err != nil {
		t.Fatal(err)
	}
	thief := site.Visitor(t)
	if got := thief.Post("/sign-in/enrol", url.Values{"code": {code}}); got.Status != http.StatusSeeOther {
		t.Fatalf("the code: %d", got.Status)
	}
	page := thief.Get("/sign-in/key")
	if err := site.App.Accounts.AskRecovery(t.Context(), admin, ledger.Form{}, opened.ID, "the paper is lost"); err != nil {
		t.Fatal(err)
	}
	fresh := recoveryCode(t, site.App, site.Area.Actors["supervisor"])
	thief.Post("/sign-in/key", webtest.NewAuthenticator(t).Create(t, page, "Mine now"))
	if got := thief.Get("/care/caseload"); got.Status == http.StatusOK {
		t.Error("the page of the old code spent the new one")
	}
	owner := site.Visitor(t)
	site.Enrol(t, owner, strings.ToLower(fresh), "Work phone")
	if got := owner.Get("/care/caseload"); got.Status != http.StatusOK {
		t.Errorf("the owner with the new code: %d", got.Status)
	}
}

func TestAnEnrolmentCodeRunsOut(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	admin, manager := site.Area.Actors["administrator"], site.Area.Actors["manager"]
	if err := site.App.Accounts.AskRecovery(t.Context(), admin, ledger.Form{}, manager.ID, "lost"); err != nil {
		t.Fatal(err)
	}
	code := recoveryCode(t, site.App, site.Area.Actors["supervisor"])
	site.Clock.Set(time.Now().Add(24*time.Hour + time.Minute))
	if got := site.Visitor(t).Post("/sign-in/enrol", url.Values{"code": {code}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("after a day: %d", got.Status)
	}
}

// Every way in which an answer can be somebody else's, old or bent.
func TestOnlyTheRightAnswerOfTheRightKeyOpens(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	owner := site.SignIn(t, "manager")
	key := site.AddPasskey(t, owner, "Phone")
	try := func(name string, bend func(*webtest.Authenticator), change func(url.Values), want int) {
		t.Helper()
		b := site.Visitor(t)
		bent := *key
		if bend != nil {
			bend(&bent)
		}
		form := bent.Answer(t, b.Get("/sign-in"))
		key.Count = bent.Count
		if change != nil {
			change(form)
		}
		if got := b.Post("/sign-in/passkey", form); got.Status != want {
			t.Errorf("%s: %d", name, got.Status)
		}
	}
	try("right", nil, nil, http.StatusSeeOther)
	no := http.StatusUnprocessableEntity
	try("from a look-alike site", func(a *webtest.Authenticator) { a.Origin = "https://waymark-example.org" }, nil, no)
	try("for another site", func(a *webtest.Authenticator) { a.RPID = "example.org" }, nil, no)
	try("without finger, face or PIN", func(a *webtest.Authenticator) { a.Verified = false }, nil, no)
	try("another account's handle", func(a *webtest.Authenticator) { a.Handle = []byte(site.Area.Actors["supervisor"].ID) }, nil, no)
	try("no handle", func(a *webtest.Authenticator) { a.Handle = nil }, nil, no)
	try("another key with this id", func(a *webtest.Authenticator) {
		other := webtest.NewAuthenticator(t)
		other.ID, other.Handle, other.Count = a.ID, a.Handle, a.Count
		*a = *other
	}, nil, no)
	try("no answer", nil, func(f url.Values) { f.Set("answer", "") }, no)
	try("no question", nil, func(f url.Values) { f.Del("question") }, no)
	try("a question of ours, for something else", nil, func(f url.Values) {
		f.Set("question", owner.Get("/account/passkeys/new").Hidden("question"))
	}, no)
	try("right again", nil, nil, http.StatusSeeOther)

	// The same answer twice, and an answer in another browser than was asked.
	b := site.Visitor(t)
	form := key.Answer(t, b.Get("/sign-in"))
	if got := b.Post("/sign-in/passkey", form); got.Status != http.StatusSeeOther {
		t.Fatalf("first: %d", got.Status)
	}
	if got := b.Post("/sign-in/passkey", form); got.Status != no {
		t.Errorf("replayed: %d", got.Status)
	}
	asked, other := site.Visitor(t), site.Visitor(t)
	other.Get("/sign-in")
	if got := other.Post("/sign-in/passkey", key.Answer(t, asked.Get("/sign-in"))); got.Status != no {
		t.Errorf("in another browser: %d", got.Status)
	}
	late := site.Visitor(t)
	form = key.Answer(t, late.Get("/sign-in"))
	site.Clock.Set(site.Clock.Now().Add(10*time.Minute + time.Second))
	if got := late.Post("/sign-in/passkey", form); got.Status != no {
		t.Errorf("too late: %d", got.Status)
	}
}

// A key whose count goes back has a copy: it opens nothing more, and the owner
// is told.
func TestACopiedKeyIsSuspended(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	key := site.AddPasskey(t, site.SignIn(t, "manager"), "Blue key")
	key.Count = 9
	if got := site.SignInWithPasskey(t, site.Visitor(t), key); got.Status != http.StatusSeeOther {
		t.Fatalf("the original: %d", got.Status)
	}
	copied := *key
	copied.Count = 4
	if got := site.SignInWithPasskey(t, site.Visitor(t), &copied); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the copy: %d", got.Status)
	}
	if got := site.SignInWithPasskey(t, site.Visitor(t), key); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("nobody knows which is which: %d", got.Status)
	}
	b := site.SignIn(t, "manager")
	if !b.Get("/account/notices").Says("counted backwards") || !b.Get("/account").Says("Suspended") {
		t.Error("the owner is not told")
	}
}

func TestTheLastWayInCannotBeRemoved(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	admin := site.Area.Actors["administrator"]
	b := site.SignIn(t, "manager")
	site.AddPasskey(t, b, "Phone")
	if err := site.App.Accounts.AllowPasswords(t.Context(), admin, ledger.Form{}, []lead.Side{lead.Operation}); err != nil {
		t.Fatal(err)
	}
	remove := func() webtest.Answer {
		page := b.Get("/account")
		_, rest, _ := strings.Cut(page.Body, `action="/account/passkeys/key_`)
		id, _, _ := strings.Cut(rest, "/")
		return b.Post("/account/passkeys/key_"+id+"/remove", url.Values{})
	}
	if got := remove(); got.Status != http.StatusUnprocessableEntity || !got.Says("your only way in") {
		t.Fatalf("the last: %d", got.Status)
	}
	site.AddPasskey(t, b, "Blue key")
	if got := remove(); got.Status != http.StatusSeeOther || b.Get("/account").Says("<h3>Phone</h3>") {
		t.Errorf("one of two: %d", got.Status)
	}
	if got := site.SignIn(t, "administrator").Post("/account/passkeys/key_x/remove", url.Values{}); got.Status != http.StatusNotFound {
		t.Errorf("somebody else's: %d", got.Status)
	}
}

// A side without passwords: the right password is as good as a wrong one.
func TestPasswordsWorkOnlyWhereTheSiteAllowsThem(t *testing.T) {
	webtest.EachArea(t, func(t *testing.T, a *app.App, staff practice.Area) {
		ctx, admin := t.Context(), staff.Actors["administrator"]
		if err := a.Accounts.AllowPasswords(ctx, staff.Actors["manager"], ledger.Form{}, nil); !errors.Is(err, lead.ErrForbidden) {
			t.Errorf("a case manager decided it: %v", err)
		}
		if err := a.Accounts.AllowPasswords(ctx, admin, ledger.Form{}, []lead.Side{lead.Care}); err != nil {
			t.Fatal(err)
		}
		if _, err := a.Accounts.SignIn(ctx, identity.Visit{}, "officer@practice.example", practice.Password); !errors.Is(err, identity.ErrWrong) {
			t.Errorf("police: %v", err)
		}
		if _, err := a.Accounts.SignIn(ctx, identity.Visit{}, "manager@practice.example", practice.Password); err != nil {
			t.Errorf("care: %v", err)
		}
		sides, err := a.Accounts.PasswordSides(ctx, admin)
		if err != nil || len(sides) != 1 || sides[0] != lead.Care {
			t.Errorf("%v %v", sides, err)
		}
	})
}

// Where a password is allowed, its owner chooses it, and not one of the first
// that anybody would try.
func TestANewPasswordIsLongAndNotACommonOne(t *testing.T) {
	site := webtest.StartEmpty(t, "sqlite:"+t.TempDir()+"/waymark.db")
	_, code, err := site.App.Accounts.Open(t.Context(), site.Area.Actors["administrator"], ledger.Form{}, identity.Account{Email: "nell.newcomer@practice.example", Name: "Nell", Organisation: site.Area.Actors["manager"].Organisation, Roles: []lead.Role{lead.CaseManager}})
	if err != nil {
		t.Fatal(err)
	}
	b := site.Visitor(t)
	b.Post("/sign-in/enrol", url.Values{"code": {code}})
	page := b.Get("/sign-in/password")
	_, rest, _ := strings.Cut(page.Body, "<code>")
	secret, _, _ := strings.Cut(rest, "</code>")
	send := func(password, code string) webtest.Answer {
		return b.Post("/sign-in/password", url.Values{"key": {page.Hidden("key")}, "password": {password}, "code": {code}})
	}
	for _, password := range []string{"", "short", "12345678901", "123456789012", "passwordpassword", "P@ssw0rdP@ssw0rd", "password123456", "Liverpool!2026!", "aaaaaaaaaaaaaa", "nell.newcomer1", strings.Repeat("long ", 60)} {
		if got := send(password, codeNow(t, secret, site.Clock.Now())); got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%q was taken: %d", password, got.Status)
		}
	}
	if got := send("kettle ladder seven moss", "000000"); got.Status != http.StatusUnprocessableEntity || strings.Contains(got.Body, "kettle") {
		t.Errorf("a wrong code: %d", got.Status)
	}
	if got := send("kettle ladder seven moss", codeNow(t, secret, site.Clock.Now())); got.Status != http.StatusSeeOther || b.Get("/care/caseload").Status != http.StatusOK {
		t.Errorf("a good one: %d", got.Status)
	}
}

// codeNow is what an authenticator app shows for a key.
func codeNow(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// FuzzPasskeyAnswers feeds the parsers what browsers could send: nothing opens,
// nothing breaks.
func FuzzPasskeyAnswers(f *testing.F) {
	key := webtest.NewAuthenticator(f)
	page := webtest.Answer{Body: `data-options="{&#34;challenge&#34;:&#34;AAAA&#34;,&#34;user&#34;:{&#34;id&#34;:&#34;YWNj&#34;}}"`}
	f.Add([]byte(key.Create(f, page, "x").Get("answer")))
	f.Add([]byte(key.Answer(f, page).Get("answer")))
	f.Add([]byte(`{"id":"x","rawId":"eA","type":"public-key","response":{}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if parsed, err := protocol.ParseCredentialCreationResponseBytes(answer); err == nil && parsed == nil {
			t.Error("neither parsed nor refused")
		}
		if parsed, err := protocol.ParseCredentialRequestResponseBytes(answer); err == nil && parsed == nil {
			t.Error("neither parsed nor refused")
		}
	})
}

// FuzzDeviceTokens: only a token that was given out names a browser.
func FuzzDeviceTokens(f *testing.F) {
	devices, err := identity.NewDevices(strings.Repeat("ab", 32))
	if err != nil {
		f.Fatal(err)
	}
	device, token := devices.New()
	for _, seed := range []string{token, device, device + ".", "." + token, token + "0", "", "..", strings.ToUpper(token)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := devices.Read(text); got != "" && (text != token || got != device) {
			t.Errorf("%q was taken for %q", text, got)
		}
	})
}
