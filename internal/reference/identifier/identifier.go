// Package identifier reads the numbers by which public bodies know a person,
// checks their check digit or letter, and writes them in one form. It imports
// the standard library.
//
// PNC and CRO numbers belong to the police side only, the NHS number to the care
// side only: no side may hold the other's.
package identifier

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// NHSNumber is ten digits, the last a check digit modulo 11. Source: NHS Data
// Dictionary, attribute NHS NUMBER. Care side only.
type NHSNumber string

// PNC is a Police National Computer identifier as YYYY/NNNNNNNC. Source of form
// and check letter: PNCIdentifier.kt of hmpps-person-record. Police side only.
type PNC string

// CRO is a Criminal Records Office number as NNNNNN/YYC or SFYY/NNNNNNC. Source
// of form and check letter: CROIdentifier.kt of hmpps-person-record. Police side only.
type CRO string

// checkLetters is the table of PNC and CRO letters: the number modulo 23.
const checkLetters = "ZABCDEFGHJKLMNPQRTUVWXY"

var errNHS = errors.New("this is no NHS number: enter the ten digits and check each one")

// ParseNHSNumber reads an NHS number, with or without spaces.
func ParseNHSNumber(s string) (NHSNumber, error) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, s)
	if len(digits) != 10 || strings.Trim(digits, "0123456789") != "" {
		return "", errNHS
	}
	sum := 0
	for i := range 9 {
		sum += int(digits[i]-'0') * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	if check != int(digits[9]-'0') { // a remainder of 10 has no digit
		return "", errNHS
	}
	return NHSNumber(digits), nil
}

var (
	errPNC   = errors.New("this is no PNC number: write it like 2002/0073319Z and check the letter")
	pncParts = regexp.MustCompile(`^(\d{4}|\d{2})/?(\d{1,7})([A-Z])$`)
)

// ParsePNC reads a PNC number in its long or short form. Two digits of a year
// above the present one mean the last century; now tells the present.
func ParsePNC(s string, now time.Time) (PNC, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	m := pncParts.FindStringSubmatch(s)
	if m == nil {
		return "", errPNC
	}
	if !strings.Contains(s, "/") && len(s) < 12 { // short forms start with two digits of the year
		if m = pncParts.FindStringSubmatch(s[:2] + "/" + s[2:]); m == nil {
			return "", errPNC
		}
	}
	year, letter := m[1], m[3]
	if len(year) == 2 {
		century := "20"
		if year > now.Format("06") {
			century = "19"
		}
		year = century + year
	}
	serial := fmt.Sprintf("%07s", m[2])
	n, err := strconv.Atoi(year[2:] + serial)
	if err != nil || checkLetters[n%23] != letter[0] {
		return "", errPNC
	}
	return PNC(year + "/" + serial + letter), nil
}

var (
	errCRO  = errors.New("this is no CRO number: write it like 065656/91H or SF83/50058Z and check the letter")
	croMain = regexp.MustCompile(`^(\d{1,6})/(\d{2})([A-Z])$`)
	croFile = regexp.MustCompile(`^SF(\d{2})/(\d{1,6})([A-Z])$`)
)

// ParseCRO reads a CRO number in either form.
func ParseCRO(s string) (CRO, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if m := croMain.FindStringSubmatch(s); m != nil {
		serial := fmt.Sprintf("%06s", m[1])
		return CRO(serial + "/" + m[2] + m[3]), checkCRO(m[2]+serial, m[3])
	}
	if m := croFile.FindStringSubmatch(s); m != nil {
		return CRO("SF" + m[1] + "/" + m[2] + m[3]), checkCRO(m[1]+m[2], m[3])
	}
	return "", errCRO
}

func checkCRO(number, letter string) error {
	n, err := strconv.Atoi(number)
	if err != nil || checkLetters[n%23] != letter[0] {
		return errCRO
	}
	return nil
}
