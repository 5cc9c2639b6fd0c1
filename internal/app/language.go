package app

import (
	"net/http"
	"net/url"
	"strings"

	"waymark.example/internal/platform/ui"
	"waymark.example/internal/platform/web"
	portalweb "waymark.example/internal/portal/web"
)

// languagePath is where the switch at the foot of every page leads.
const languagePath = "/language"

// languageCookie names the cookie that keeps the language of this browser. A
// participant's own pages have another: they may read on a worker's phone.
func (a *App) languageCookie(own bool) string {
	name := "waymark-language"
	if own {
		name = "page-language"
	}
	if a.Secure {
		return "__Host-" + name
	}
	return name
}

// language is what r is answered in before it is known who asks: what was chosen
// in this browser, else what the browser likes.
func (a *App) language(r *http.Request, own bool) ui.Lang {
	if c, err := r.Cookie(a.languageCookie(own)); err == nil {
		if l := ui.ParseLang(c.Value); l != "" {
			return l
		}
	}
	return ui.AcceptedLang(r)
}

// here is the address to come back to in the other language. What a form was
// answered with has none: what was typed would be lost.
func here(r *http.Request) string {
	if r.Method != http.MethodGet || r.Pattern == "" {
		return ""
	}
	at := url.URL{Path: r.URL.Path}
	query := r.URL.Query()
	query.Del("language")
	at.RawQuery = query.Encode()
	return web.LocalPath(at.String())
}

// chooseLanguage keeps the language in this browser, and with the account where
// somebody is signed in, so that it follows them to the next phone.
func (a *App) chooseLanguage(w http.ResponseWriter, r *http.Request) error {
	lang, back := ui.ParseLang(r.PostFormValue("to")), web.LocalPath(r.PostFormValue("back"))
	if back == "" {
		back = "/"
	}
	path, _, _ := strings.Cut(back, "?")
	own := portalweb.Own(path)
	seconds := 365 * 24 * 60 * 60
	if own {
		seconds = 0 // until the browser closes: nothing is left behind on somebody's phone
	}
	if lang != "" {
		http.SetCookie(w, &http.Cookie{Name: a.languageCookie(own), Value: string(lang), Path: "/", MaxAge: seconds, HttpOnly: true, Secure: a.Secure, SameSite: http.SameSiteLaxMode})
		if session, err := a.Accounts.Who(r.Context(), a.signIn.Visit(r)); err == nil && !own {
			if err := a.Accounts.KeepLanguage(r.Context(), session.Actor(), string(lang)); err != nil {
				return err
			}
		}
	}
	if strings.HasPrefix(path, "/police/") && !strings.Contains(back, "?") {
		back += "?language=" + string(lang) // past what the phone keeps of the page, which is in the language before
	}
	return web.SeeOther(w, r, back)
}
