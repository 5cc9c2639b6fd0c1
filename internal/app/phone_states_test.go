package app_test

import (
	"strings"

	"waymark.example/internal/webtest"
)

// contactSaying returns the address of the officer's entry whose page says text.
func contactSaying(site *webtest.Site, text string) string {
	officer := site.SignIn(site.T, "officer")
	for _, link := range officer.Get("/police/contacts").Links() {
		if strings.HasPrefix(link, "/police/contacts/con_") && officer.Get(link).Says(text) {
			return link
		}
	}
	panic("no entry says " + text)
}
