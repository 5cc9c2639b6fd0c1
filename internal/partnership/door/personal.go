package door

import (
	"regexp"
	"slices"
	"strings"
)

// Found is something in a text that may be about somebody.
type Found struct {
	Part string
	Sure bool // a number, an address: no second look makes it harmless
}

// What gives somebody away. It is pointed out beside the field before anything is
// kept; that nothing is found proves nothing.
var (
	mailLike     = regexp.MustCompile(`[^\s@]+@[^\s@]+\.[^\s@]+`)
	phoneLike    = regexp.MustCompile(`\+?\d[\d \-()]{7,}\d`)
	postcodeLike = regexp.MustCompile(`(?i)\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b`)
	houseLike    = regexp.MustCompile(`\b\d{1,4}[a-zA-Z]? [A-Z][a-z]+ (?:Street|Road|Lane|Avenue|Close|Drive|Terrace|Way|Court|Place|Gardens|Heol|Stryd)\b`)
	titleLike    = regexp.MustCompile(`\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|PC|Sgt|Officer) [A-Z][\p{L}'-]+`)
	nameLike     = regexp.MustCompile(`\b[A-Z][a-z'-]+ [A-Z][a-z'-]+\b`)
	placeWord    = regexp.MustCompile(`\b(?:Street|Road|Lane|Avenue|Close|Drive|Park|Square|Market|Quay|Bridge|Station|Centre|Green|Hill|North|South|East|West|High|Old|New|The|Heol|Stryd|Parc)\b`)
)

// Personal lists what in a text may be about somebody.
func Personal(text string) []Found {
	var out []Found
	add := func(sure bool, found []string) {
		for _, f := range found {
			f = strings.TrimSpace(f)
			if f != "" && !slices.ContainsFunc(out, func(o Found) bool { return strings.Contains(o.Part, f) }) {
				out = append(out, Found{f, sure})
			}
		}
	}
	add(true, mailLike.FindAllString(text, 5))
	add(true, phoneLike.FindAllString(text, 5))
	add(true, postcodeLike.FindAllString(text, 5))
	add(true, houseLike.FindAllString(text, 5))
	add(false, titleLike.FindAllString(text, 5))
	for _, name := range nameLike.FindAllString(text, 10) {
		if !placeWord.MatchString(name) {
			add(false, []string{name})
		}
	}
	return out
}
