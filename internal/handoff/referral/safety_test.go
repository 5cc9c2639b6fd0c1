package referral

import (
	"encoding/json"
	"slices"
	"testing"
	"unicode/utf8"
)

func FuzzSafetyComesBackAsItWent(f *testing.F) {
	for _, seed := range []string{`[]`, `["dog"]`, `["dog","others_near"]`, `null`, `{}`, `[1]`, `["\u0000"]`, `[["dog"]]`, `["dog"`, ``, `"dog"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		codes, err := decodeSafety(text)
		if err != nil {
			return
		}
		if !json.Valid([]byte(text)) {
			t.Errorf("%q was read", text)
		}
		again, err := encodeSafety(codes)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeSafety(again)
		if err != nil || !slices.Equal(back, codes) {
			t.Errorf("%q became %q: %v", codes, back, err)
		}
		// What is not on the closed list never counts as an answer.
		r := Referral{Nickname: "Kestrel", Meeting: HereNow, Safety: codes}
		known := !slices.ContainsFunc(codes, func(c string) bool { return SafetyWords(c) == c })
		if (r.Check() == nil) != known {
			t.Errorf("%q: %v", codes, r.Check())
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
