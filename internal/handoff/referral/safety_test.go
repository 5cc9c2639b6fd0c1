package referral

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"
)

func FuzzALetterComesBackAsItWent(f *testing.F) {
	for _, seed := range []string{`{}`, `{"Nickname":"Kestrel","Safety":["dog"]}`, `null`, `[]`, `{"Safety":[1]}`, `{"Safety":["\u0000"]}`, `{"Nickname":`, ``, `"dog"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := Referral{Meeting: HereNow}
		if r.read(text) != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%q was read", text)
		}
		again, err := r.letter()
		if err != nil {
			t.Fatal(err)
		}
		back := Referral{Meeting: HereNow}
		if err := back.read(again); err != nil || back.Nickname != r.Nickname || !slices.Equal(back.Safety, r.Safety) {
			t.Errorf("%+v became %+v: %v", r, back, err)
		}
		// What is not on the closed list never counts as an answer.
		r.Nickname, r.FindWords, r.MeetWords, r.Communication = "Kestrel", "", "", ""
		known := !slices.ContainsFunc(r.Safety, func(c string) bool { return SafetyWords(c) == c })
		if (r.Check() == nil) != known {
			t.Errorf("%q: %v", r.Safety, r.Check())
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
