package referral

import (
	"reflect"
	"slices"
	"testing"
	"unicode/utf8"
)

func FuzzALetterComesBackAsItWent(f *testing.F) {
	for _, seed := range []string{`{}`, `{"nickname":"Kestrel","safety":["dog","others_near"]}`, `null`, `[]`, `{"safety":[1]}`, `{"safety":{"dog":1}}`, `{"nickname":"\u0000"}`, `{"nickname":"a","nickname":"b"}`, `{"Safety":["dog"]}`, ``, `"x"`, `{"safety":["dog"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Referral{ID: "ref_1", Reference: "LD-1", MayTell: true}
		if r.read(text) != nil {
			return
		}
		if r.ID != "ref_1" || r.Reference != "LD-1" || !r.MayTell {
			t.Errorf("%q changed more than the letter", text)
		}
		again, err := r.letter()
		if err != nil {
			t.Fatal(err)
		}
		back := r
		if err := back.read(again); err != nil || len(r.Safety) > 0 && !reflect.DeepEqual(back, r) {
			t.Errorf("%+v came back as %+v: %v", r, back, err)
		}
		// What is not on the closed list never counts as an answer.
		said := Referral{Nickname: "Kestrel", Meeting: HereNow, Safety: r.Safety}
		known := !slices.ContainsFunc(r.Safety, func(c string) bool { return SafetyWords(c) == c })
		if (said.Check() == nil) != known {
			t.Errorf("%q: %v", r.Safety, said.Check())
		}
	})
}

func FuzzNoWordsOfAReferralBreakItsCheck(f *testing.F) {
	f.Add("Kestrel", "here_now", "", "", "")
	f.Add("", "find_later", "\xff", "\x00", "x")
	f.Fuzz(func(t *testing.T, nickname, meeting, meet, find, communication string) {
		r := Referral{Nickname: nickname, Meeting: Meeting(meeting), MeetWords: meet, FindWords: find, Communication: communication}
		if r.Check() == nil && (utf8.RuneCountInString(nickname) > 80 || utf8.RuneCountInString(find) > 300 || r.Meeting == FindLater && find == "") {
			t.Errorf("%+v passed", r)
		}
	})
}
