package door

import (
	"strings"
	"testing"
	"time"

	"waymark.example/internal/handoff/referral"
)

// Whatever is taken makes a hand-off that can be made, and comes back as it went.
func FuzzWhatIsTakenMakesAHandOff(f *testing.F) {
	f.Add("partner", "asked", "Linnet", "The quay", "Ask Mo", "place", "en", "", "Mo", "shop")
	f.Add("self", "said_no", "", "", "", "", "", "", "", "")
	f.Add("x", "not_told", "\x00", strings.Repeat("x", 151), "\xff", "drugs", "cy", "BSL", "", "")
	f.Fuzz(func(t *testing.T, by, agreed, called, where, reach, help, language, other, referrer, referrerReach string) {
		r := Request{AskedBy: Asking(by), Agreed: Agreement(agreed), Called: called, Where: where, Reach: reach, Language: language, OtherLanguage: other, Referrer: referrer, ReferrerReach: referrerReach}
		if help != "" {
			r.Helps = []string{help}
		}
		if r.Check(Setting{Refer: true, Self: true}) != nil || r.Agreed == SaidNo {
			return
		}
		h := r.handOff()
		if err := h.Check(); err != nil {
			t.Errorf("%+v makes no hand-off: %v", r, err)
		}
		text, err := h.Letter()
		if err != nil {
			t.Fatal(err)
		}
		var back referral.Referral
		if err := back.Read(text); err != nil || h.Nickname == strings.ToValidUTF8(h.Nickname, "") && back.Nickname != h.Nickname {
			t.Errorf("%q came back as %q: %v", h.Nickname, back.Nickname, err)
		}
		words, err := Words{r.Helps, r.Referrer, r.ReferrerReach}.text()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := readWords(words); err != nil || len(got.Helps) != len(r.Helps) {
			t.Errorf("%q came back as %+v: %v", words, got, err)
		}
	})
}

func TestACodeIsReadHoweverItIsTypedAndEveryEndLooksAlike(t *testing.T) {
	code := NewCode()
	if len(code) != 19 || HashCode(code) != HashCode(" "+strings.ToLower(strings.ReplaceAll(code, "-", " "))) || HashCode(code) == HashCode(NewCode()) {
		t.Errorf("%q", code)
	}
	now := time.Now()
	for _, k := range []Kind{NotNow, Junk, LetGo} {
		if got := stageAfter(k, now, now); got != ForYou {
			t.Errorf("%s: %s", k, got)
		}
	}
	// Whom the case team knows already looks as somebody new does (R34).
	for _, k := range []Kind{Accepted, Duplicate} {
		if stageAfter(k, now, now.Add(openFor)) != ForYou || stageAfter(k, now, now) != WithTeam {
			t.Errorf("%s shows for two weeks", k)
		}
	}
	if stageAfter(Released, now, now) != Received {
		t.Error("a release shows")
	}
}

func TestADoorForPeopleHasANumberAndAComplaintSomebodyOutside(t *testing.T) {
	s := Closed()
	if err := s.Check(); err != nil {
		t.Errorf("all closed: %v", err)
	}
	s.Refer = true
	if s.Check() == nil {
		t.Error("a form is the only way")
	}
	s.Phone = "01632 960 111"
	if err := s.Check(); err != nil {
		t.Error(err)
	}
	s.Complaint = true
	if s.Check() == nil {
		t.Error("complaints with nobody outside")
	}
	s.Independent, s.IndependentAt, s.IndependentID, s.AcknowledgeDays = "Audit", "there", "org_1", AcknowledgeMost+1
	if s.Check() == nil {
		t.Error("acknowledged later than the law says")
	}
}
