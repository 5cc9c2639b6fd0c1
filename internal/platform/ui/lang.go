package ui

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Lang is a language that pages are shown in.
type Lang string

// The languages. English is the language that pages are written in.
const (
	English Lang = "en"
	Welsh   Lang = "cy"
)

// ParseLang returns the language of that name, "" if there is none.
func ParseLang(name string) Lang {
	if l := Lang(name); l == English || l == Welsh {
		return l
	}
	return ""
}

// Tongue is the page's language: English where nobody said.
func (p Page) Tongue() Lang {
	if p.Lang == Welsh {
		return Welsh
	}
	return English
}

// OtherTongue is the language that the page's switch leads to.
func (p Page) OtherTongue() Lang {
	if p.Lang == Welsh {
		return English
	}
	return Welsh
}

// AcceptedLang returns the language that the browser of r asks for: Welsh if it
// likes it better than English, as RFC 9110 section 12.5.4 weighs them.
func AcceptedLang(r *http.Request) Lang {
	best, weight := English, 0.0
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept-Language"), ","), ",") {
		name, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if text, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			got, err := strconv.ParseFloat(text, 64)
			if err != nil || got < 0 || got > 1 {
				continue
			}
			q = got
		}
		base, _, _ := strings.Cut(strings.ToLower(name), "-")
		if l := ParseLang(base); l != "" && q > weight {
			best, weight = l, q
		}
	}
	return best
}

// date writes t as layout would, with the names of this language. The layouts are
// those of package time.
func (l Lang) date(t time.Time, layout string) string {
	text := t.Format(layout)
	if l != Welsh {
		return text
	}
	return l.DateWords(text)
}

// welshMonths and welshDays are the names in Unicode CLDR 47 (common/main/cy.xml,
// calendar "gregorian", wide and abbreviated).
func welshMonths() [12]string {
	return [12]string{"Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi", "Hydref", "Tachwedd", "Rhagfyr"}
}

func welshShortMonths() [12]string {
	return [12]string{"Ion", "Chwef", "Maw", "Ebr", "Mai", "Meh", "Gorff", "Awst", "Medi", "Hyd", "Tach", "Rhag"}
}

func welshDays() [7]string {
	return [7]string{"Dydd Sul", "Dydd Llun", "Dydd Mawrth", "Dydd Mercher", "Dydd Iau", "Dydd Gwener", "Dydd Sadwrn"}
}

func welshShortDays() [7]string {
	return [7]string{"Sul", "Llun", "Maw", "Mer", "Iau", "Gwen", "Sad"}
}

// DateWords puts the names of months and days in a date that was written in
// English into this language.
func (l Lang) DateWords(text string) string {
	if l != Welsh {
		return text
	}
	words := strings.Split(text, " ")
	for i, w := range words {
		bare := strings.TrimRight(w, ",.")
		if name := welshName(bare, i); name != "" {
			words[i] = name + w[len(bare):]
		}
	}
	return strings.Join(words, " ")
}

func welshName(word string, at int) string {
	for m := time.January; m <= time.December; m++ {
		if word == m.String() {
			return welshMonths()[m-1]
		}
		if word == m.String()[:3] {
			return welshShortMonths()[m-1]
		}
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if word == d.String() {
			return welshDays()[d]
		}
		if word == d.String()[:3] {
			return welshShortDays()[d]
		}
	}
	return ""
}

// isDate reports whether text is a date as Go wrote it, for a value within a
// sentence.
func isDate(text string) bool {
	for _, layout := range []string{"2 January 2006", "2 January", "2 Jan", "2 Jan 2006", "2 January 2006, 15:04", "2 January 15:04", "2 January, 15:04", "2 Jan, 15:04", "2 Jan 15:04", "2 Jan 2006, 15:04", "Monday 2 January, 15:04", "Monday 2 January 2006", "Mon 2 Jan", "Monday 2 January", "Monday 15:04", "Mon 15:04", "January 2006", "Monday", "Mon"} {
		if _, err := time.Parse(layout, text); err == nil {
			return true
		}
	}
	return false
}

// pluralForm names the form for a count, after the cardinal rules of Unicode CLDR
// 47 (common/supplemental/plurals.xml, locale cy).
func (l Lang) pluralForm(n int) string {
	if l == Welsh {
		switch n {
		case 0:
			return "zero"
		case 1:
			return "one"
		case 2:
			return "two"
		case 3:
			return "few"
		case 6:
			return "many"
		}
		return "other"
	}
	if n == 1 {
		return "one"
	}
	return "other"
}

func (b *book) plural(n int, one, many string) string {
	if b != nil {
		if e, ok := b.exact[one+"|"+many]; ok && e.CY["other"] != "" {
			form := e.CY[Welsh.pluralForm(n)]
			if form == "" {
				form = e.CY["other"]
			}
			return strings.ReplaceAll(form, "{n}", strconv.Itoa(n))
		}
	}
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Say is a text that Go code chose, in this language: for what is made of words outside a template, such as a picture. What has no translation stays.
func (l Lang) Say(text string) string {
	if l != Welsh {
		return text
	}
	return theBook().say(text)
}
