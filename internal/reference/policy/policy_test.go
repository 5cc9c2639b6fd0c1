package policy

import (
	"strings"
	"testing"
	"time"
)

func FuzzNoPolicyOutsideItsBoundsPasses(f *testing.F) {
	f.Add("2026-03-27", 30, 30, 15, 20, "Policy Coordinating Group, 3 March")
	f.Add("2026-02-30", 0, -1, 1<<62, -1<<62, " ")
	f.Add("9999-12-31", 90, 240, 1, 1, strings.Repeat("é", 300))
	f.Add("+026-01-01", 1, 5, 0, 0, "\x00")
	f.Fuzz(func(t *testing.T, from string, window, minutes, soft, hard int, by string) {
		p := Policy{InForceFrom: from, WindowDays: window, HandoffMinutes: minutes, CaseloadSoft: soft, CaseloadHard: hard, DecidedBy: by, Offences: []Offence{{Standing: Divertible}}}
		if p.Check() != nil {
			return
		}
		day, err := time.Parse(time.DateOnly, from)
		if err != nil || day.Format(time.DateOnly) != from || window < 1 || window > 90 || minutes < 5 || minutes > 240 || soft < 1 || hard < soft || len([]rune(by)) > 300 {
			t.Errorf("%+v passed", p)
		}
		p.Offences[0].Standing = Excluded
		if p.Check() == nil {
			t.Error("a policy that diverts nothing passed")
		}
	})
}
