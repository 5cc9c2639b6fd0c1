package identity_test

import (
	"net/http"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"waymark.example/internal/app"
	"waymark.example/internal/identity"
	"waymark.example/internal/lead"
	"waymark.example/internal/webtest"
)

// Somebody else's OpenID provider, over HTTP: discovery, RS256 keys, the code
// flow with PKCE. It proves that signing in follows the standard and not our
// own idea of it; federation_test.go bends answers that this one never gives.
func TestSigningInThroughAnIndependentOpenIDProvider(t *testing.T) {
	provider, err := mockoidc.Run()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := provider.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	c := provider.Config()
	list := []identity.IdentityProvider{{
		Name: "trust", Label: "Sign in with your NHS account", Issuer: c.Issuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret,
		Scopes: []string{"profile", "email", "groups"}, NameClaim: "preferred_username", EmailClaim: "email", Claim: "groups",
		Mapping: []identity.Mapping{{Value: "recovery-clinic", Organisation: "Harbour Health Trust", Roles: []lead.Role{lead.ClinicalPartner}}},
	}}
	site := webtest.StartWith(t, app.Config{Database: "sqlite:" + t.TempDir() + "/waymark.db", Providers: list})
	come := func(user *mockoidc.MockUser) (*webtest.Browser, webtest.Answer) {
		provider.QueueUser(user)
		b := site.Visitor(t)
		left := b.Get("/sign-in/with/trust")
		if left.Status != http.StatusSeeOther {
			t.Fatalf("leaving: %d\n%s", left.Status, left.Body)
		}
		return b, b.Get((&issuer{t: t}).visit(left.Location))
	}
	nurse := &mockoidc.MockUser{Subject: "nurse-7", Email: "nurse@trust.example", EmailVerified: true, PreferredUsername: "Nurse Gull", Groups: []string{"recovery-clinic"}}
	b, got := come(nurse)
	if got.Status != http.StatusSeeOther {
		t.Fatalf("coming back: %d\n%s", got.Status, got.Body)
	}
	if inbox := b.Get("/received"); inbox.Status != http.StatusOK || !inbox.Says("Nurse Gull") {
		t.Errorf("the inbox of the trust: %d", inbox.Status)
	}
	if b.Get("/care/caseload").Status != http.StatusNotFound {
		t.Error("a clinician opened the caseload")
	}
	stranger := &mockoidc.MockUser{Subject: "clerk-1", Email: "clerk@trust.example", EmailVerified: true, PreferredUsername: "A Clerk", Groups: []string{"payroll"}}
	if _, got := come(stranger); got.Status != http.StatusUnprocessableEntity || !got.Says("not given you a role") {
		t.Errorf("somebody without a role: %d", got.Status)
	}
}
