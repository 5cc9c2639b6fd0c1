package service

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schedule is when a service is open, as the published model says it: on days
// of the week or the month, between two times of the clock where it is. A
// schedule that holds on one day only is an exception and goes before all others.
type Schedule struct {
	ID         string      `json:"id"`
	ValidFrom  string      `json:"valid_from"`
	ValidTo    string      `json:"valid_to"`
	Start      string      `json:"dtstart"`
	Freq       string      `json:"freq"`
	Interval   json.Number `json:"interval"`
	ByDay      string      `json:"byday"`
	ByMonthDay string      `json:"bymonthday"`
	Words      string      `json:"description"`
	OpensAt    string      `json:"opens_at"`
	ClosesAt   string      `json:"closes_at"`
}

// span is a time of one day, in minutes after its midnight by the clock on the
// wall; to may lie in the day after.
type span struct{ from, to int }

// Standing is whether a service is open at a moment.
type Standing struct {
	Open    bool
	Known   bool      // its hours are known at all
	Holiday bool      // a bank holiday, on which nobody has said what holds
	Until   time.Time // when open
	Next    time.Time // when closed: when it opens next, zero when that is not known
}

// Schedules returns every schedule, of the service and of its places.
func (d Document) schedules() []Schedule {
	out := slices.Clone(d.Schedules)
	for _, at := range d.At {
		out = append(out, at.Schedules...)
	}
	return out
}

// Standing returns whether the service is open at a moment, by the clock in
// zone: hours are what a door says, so they move with summer time.
func (d Document) Standing(at time.Time, zone *time.Location) Standing {
	local := at.In(zone)
	day := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, zone)
	minute := local.Hour()*60 + local.Minute()
	out := Standing{}
	if d.Status == "temporarily closed" || !d.Listed() {
		out.Known = true
		return out
	}
	all := d.schedules()
	yesterday, _ := d.spans(all, day.AddDate(0, 0, -1))
	for _, s := range yesterday {
		if minute < s.to-24*60 {
			return Standing{Open: true, Known: true, Until: clock(day.AddDate(0, 0, -1), s.to)}
		}
	}
	today, known := d.spans(all, day)
	for _, s := range today {
		if s.from <= minute && minute < s.to {
			return Standing{Open: true, Known: true, Until: clock(day, s.to)}
		}
	}
	out.Known = known
	out.Holiday = !known && hasHours(all) && BankHoliday(day) != ""
	for i := range 15 {
		spans, _ := d.spans(all, day.AddDate(0, 0, i))
		for _, s := range spans {
			if begins := clock(day.AddDate(0, 0, i), s.from); begins.After(at) && (out.Next.IsZero() || begins.Before(out.Next)) {
				out.Next = begins
			}
		}
		if !out.Next.IsZero() {
			break
		}
	}
	return out
}

// clock returns the moment at which the clock on the wall shows so many minutes
// after the midnight of day.
func clock(day time.Time, minutes int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, minutes, 0, 0, day.Location())
}

// spans returns the hours of one day. known is false where nobody has said.
func (d Document) spans(all []Schedule, day time.Time) (out []span, known bool) {
	var usual, only []Schedule
	for _, s := range all {
		switch {
		case s.single() && s.ValidFrom == day.Format(time.DateOnly):
			only = append(only, s)
		case !s.single() && s.on(day):
			usual = append(usual, s)
		}
	}
	if len(only) > 0 {
		usual = only
	} else if BankHoliday(day) != "" && !d.Is(BankHolidays) {
		return nil, false
	}
	known = len(only) > 0 || hasHours(all)
	for _, s := range usual {
		sp, ok := s.span()
		if ok {
			out = append(out, sp)
		} else if len(only) == 0 {
			known = false // open that day, and nobody said when
		}
	}
	slices.SortFunc(out, func(a, b span) int { return a.from - b.from })
	return out, known
}

// hasHours reports whether any schedule says when.
func hasHours(all []Schedule) bool {
	return slices.ContainsFunc(all, func(s Schedule) bool { _, ok := s.span(); return ok })
}

// single reports whether a schedule holds on one day only: an exception.
func (s Schedule) single() bool { return s.ValidFrom != "" && s.ValidFrom == s.ValidTo }

// span returns the hours of a schedule.
func (s Schedule) span() (span, bool) {
	from, ok := minuteOf(s.OpensAt)
	to, also := minuteOf(s.ClosesAt)
	if !ok || !also {
		return span{}, false
	}
	if to <= from { // over midnight
		to += 24 * 60
	}
	return span{from, to}, true
}

// minuteOf reads "09:30" or "09:30:00", with or without a zone's letter.
func minuteOf(text string) (int, bool) {
	parts := strings.Split(strings.TrimSuffix(text, "Z"), ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	h, err := strconv.Atoi(parts[0])
	m, err2 := strconv.Atoi(parts[1])
	if err != nil || err2 != nil || h < 0 || m < 0 || m > 59 || h > 24 || h == 24 && m > 0 {
		return 0, false
	}
	return h*60 + m, true
}

// codes are the days of the week as calendars write them, Sunday first.
func codes() []string { return []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"} }

// on reports whether a schedule holds on a day.
func (s Schedule) on(day time.Time) bool {
	today := day.Format(time.DateOnly)
	if s.ValidFrom != "" && today < s.ValidFrom || s.ValidTo != "" && s.ValidTo < today {
		return false
	}
	days := split(s.ByDay)
	switch s.Freq {
	case "WEEKLY":
		if len(days) == 0 {
			start, err := time.Parse(time.DateOnly, s.Start)
			if err != nil || start.Weekday() != day.Weekday() {
				return false
			}
		} else if !slices.Contains(days, codes()[day.Weekday()]) {
			return false
		}
		return s.everyNth(day)
	case "MONTHLY":
		return slices.Contains(split(s.ByMonthDay), strconv.Itoa(day.Day())) || slices.ContainsFunc(days, func(code string) bool { return nthOf(code, day) })
	case "":
		return s.Start == today || s.Start == "" && slices.Contains(days, codes()[day.Weekday()])
	}
	return false
}

// everyNth reports whether a week counts, for what is open every other week.
func (s Schedule) everyNth(day time.Time) bool {
	n, err := strconv.Atoi(s.Interval.String())
	if err != nil || n <= 1 {
		return true
	}
	start, err := time.Parse(time.DateOnly, s.Start)
	if err != nil {
		return false
	}
	monday := func(t time.Time) time.Time {
		t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
		return t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
	}
	weeks := int(monday(day).Sub(monday(start)).Hours()) / (24 * 7)
	return weeks >= 0 && weeks%n == 0
}

// nthOf reports whether day is what "1MO" or "-1FR" says.
func nthOf(code string, day time.Time) bool {
	if len(code) < 3 || code[len(code)-2:] != codes()[day.Weekday()] {
		return false
	}
	n, err := strconv.Atoi(code[:len(code)-2])
	if err != nil {
		return false
	}
	last := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return n > 0 && (day.Day()-1)/7+1 == n || n < 0 && -((last-day.Day())/7+1) == n
}

func split(text string) []string {
	return strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return r == ',' || r == ' ' })
}

// BankHoliday names the bank holiday that a day is in England and Wales, "" for
// none: the days of schedule 1 of the Banking and Financial Dealings Act 1971,
// with New Year's Day and the first Monday in May, which are proclaimed every
// year, and Good Friday and Christmas Day at common law; with a day at a
// weekend the next one that is free is one too. Days proclaimed once are not known: a service
// says what holds on them as for any other day.
func BankHoliday(day time.Time) string {
	year, month, date := day.Date()
	at := time.Date(year, month, date, 0, 0, 0, 0, time.UTC)
	easter := easterSunday(year)
	weekday := at.Weekday()
	switch {
	case at.Equal(easter.AddDate(0, 0, -2)):
		return "Good Friday"
	case at.Equal(easter.AddDate(0, 0, 1)):
		return "Easter Monday"
	case month == time.January && (date == 1 || at.Equal(moved(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)))):
		return "New Year's Day"
	case month == time.May && weekday == time.Monday && date <= 7:
		return "Early May bank holiday"
	case month == time.May && weekday == time.Monday && date > 24:
		return "Spring bank holiday"
	case month == time.August && weekday == time.Monday && date > 24:
		return "Summer bank holiday"
	}
	christmas := time.Date(year, 12, 25, 0, 0, 0, 0, time.UTC)
	first, second := christmas, christmas.AddDate(0, 0, 1)
	switch christmas.Weekday() {
	case time.Friday: // Boxing Day is a Saturday
		second = christmas.AddDate(0, 0, 3)
	case time.Saturday:
		first, second = christmas.AddDate(0, 0, 2), christmas.AddDate(0, 0, 3)
	case time.Sunday: // Boxing Day stays on the Monday, Christmas Day moves past it
		first = christmas.AddDate(0, 0, 2)
	}
	switch {
	case at.Equal(first) || at.Equal(christmas):
		return "Christmas Day"
	case at.Equal(second) || month == time.December && date == 26:
		return "Boxing Day"
	}
	return ""
}

// moved returns the Monday after a day at a weekend, else the day.
func moved(t time.Time) time.Time {
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}

// easterSunday by the rule that Meeus, Jones and Butcher give for the Gregorian
// calendar.
func easterSunday(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	l := (32 + 2*e + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// hm writes minutes after midnight as a clock shows them.
func hm(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60%24, minutes%60) }

// Hours returns the usual hours of each day of the week, Monday first, such as
// "09:00-12:30, 13:30-17:00", and whether that is all there is to say: false
// where hours go by the month, by every other week or by season.
func (d Document) Hours() (week [7]string, whole bool) {
	whole = true
	spans := [7][]span{}
	for _, s := range d.schedules() {
		if s.single() {
			continue
		}
		sp, ok := s.span()
		if s.Freq == "MONTHLY" || s.ValidFrom != "" || s.ValidTo != "" || !ok || (s.Interval != "" && s.Interval != "1") || s.ByDay == "" {
			whole = false
			continue
		}
		for _, code := range split(s.ByDay) {
			if i := slices.Index(codes(), code); i >= 0 {
				spans[(i+6)%7] = append(spans[(i+6)%7], sp)
			} else {
				whole = false
			}
		}
	}
	for i := range spans {
		slices.SortFunc(spans[i], func(a, b span) int { return a.from - b.from })
		var parts []string
		for _, s := range spans[i] {
			parts = append(parts, hm(s.from)+"-"+hm(s.to))
		}
		week[i] = strings.Join(slices.Compact(parts), ", ")
	}
	return week, whole
}

// Exception is a day on which the usual hours do not hold.
type Exception struct {
	Day   string // YYYY-MM-DD
	Hours string // "" when it is closed
}

// Exceptions returns the days with hours of their own from a day on, in order.
func (d Document) Exceptions(from string) []Exception {
	hours := map[string][]string{}
	for _, s := range d.schedules() {
		if !s.single() || s.ValidFrom < from {
			continue
		}
		if _, there := hours[s.ValidFrom]; !there {
			hours[s.ValidFrom] = nil
		}
		if sp, ok := s.span(); ok {
			hours[s.ValidFrom] = append(hours[s.ValidFrom], hm(sp.from)+"-"+hm(sp.to))
		}
	}
	var out []Exception
	for day, times := range hours {
		slices.Sort(times)
		out = append(out, Exception{day, strings.Join(times, ", ")})
	}
	slices.SortFunc(out, func(a, b Exception) int { return strings.Compare(a.Day, b.Day) })
	return out
}

// Said returns what feeds say about their hours in words.
func (d Document) Said() []string {
	var out []string
	for _, s := range d.schedules() {
		if w := strings.TrimSpace(s.Words); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// parseHours reads "9-12.30, 13:30-17:00" for one day.
func parseHours(text string) ([]span, bool) {
	var out []span
	text = strings.NewReplacer("–", "-", " to ", "-", ".", ":", ";", ",", " and ", ",").Replace(strings.ToLower(text))
	for part := range strings.SplitSeq(text, ",") {
		part = strings.ReplaceAll(part, " ", "")
		if part == "" {
			continue
		}
		from, to, ok := strings.Cut(part, "-")
		if !ok {
			return nil, false
		}
		a, okA := clockIn(from)
		b, okB := clockIn(to)
		if !okA || !okB || a == b || a >= 24*60 {
			return nil, false
		}
		if b < a {
			b += 24 * 60
		}
		out = append(out, span{a, b})
	}
	if len(out) > 4 {
		return nil, false
	}
	return out, true
}

// clockIn reads "9", "9:30" or "5pm" as minutes after midnight.
func clockIn(text string) (int, bool) {
	add, half := 0, false
	if rest, ok := strings.CutSuffix(text, "pm"); ok {
		text, add, half = rest, 12*60, true
	} else if rest, ok := strings.CutSuffix(text, "am"); ok {
		text, half = rest, true
	}
	if !strings.Contains(text, ":") {
		text += ":00"
	}
	m, ok := minuteOf(text)
	if half && ok {
		if m < 60 || m >= 13*60 { // 0am and 13pm are no times
			return 0, false
		}
		m = m%(12*60) + add
	}
	return m, ok && strings.Count(text, ":") == 1
}

// closed is how a person writes a day without hours.
const closed = "closed"

// parseException reads "2026-12-24 10:00-12:00" or "2026-12-25 closed".
func parseException(line string) (Exception, []span, bool) {
	day, hours, ok := strings.Cut(strings.TrimSpace(line), " ")
	if _, err := time.Parse(time.DateOnly, day); err != nil || !ok {
		return Exception{}, nil, false
	}
	hours = strings.TrimSpace(hours)
	if strings.EqualFold(hours, closed) {
		return Exception{Day: day}, nil, true
	}
	spans, ok := parseHours(hours)
	return Exception{day, hours}, spans, ok && len(spans) > 0
}
