package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// wellFormed fails where a text is not what an XML parser takes, but for the attributes of HTML that have no value.
func wellFormed(t interface{ Fatalf(string, ...any) }, text string) {
	d := xml.NewDecoder(strings.NewReader("<x>" + strings.ReplaceAll(text, "<details open>", "<details>") + "</x>"))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
			return
		}
	}
}
