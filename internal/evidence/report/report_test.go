package report

import (
	"encoding/json"
	"os"
	"testing"
)

func TestShow(t *testing.T) {
	pub, _, err := Make(input(made(212, 148, [2]int{78, 76})))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(pub)
	os.WriteFile("/tmp/report/pub.json", b, 0o600)
	for _, c := range pub.Claims {
		t.Logf("%+v", c)
	}
	for _, part := range pub.Parts {
		t.Log(part.Heading)
		for _, bl := range part.Blocks {
			t.Log(bl.CSV)
		}
	}
}
