package document

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Type is what a file is: by what is in it, whatever it is called.
type Type string

// The types that are taken.
const (
	PDF  Type = "application/pdf"
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	WebP Type = "image/webp"
	Text Type = "text/plain"
)

// Words returns the type as people say it.
func (t Type) Words() string {
	return map[Type]string{PDF: "PDF", JPEG: "Photo (JPEG)", PNG: "Picture (PNG)", WebP: "Picture (WebP)", Text: "Plain text"}[t]
}

// Ending returns what a file of the type is called at its end.
func (t Type) Ending() string {
	return map[Type]string{PDF: ".pdf", JPEG: ".jpg", PNG: ".png", WebP: ".webp", Text: ".txt"}[t]
}

// refusal says why a file is not taken, in words for whoever chose it.
type refusal string

func (r refusal) Error() string { return string(r) }

// The reasons why a file is not taken.
const (
	notTaken  refusal = "This is not a PDF, a photo (JPEG, PNG or WebP) or plain text. Save it as one of these, or take a photo of it"
	twoThings refusal = "Something else is hidden in this file, so it is not taken. Take a photo of the paper instead"
	broken    refusal = "This file is damaged or cut short. Choose it again, or take a photo of the paper"
	active    refusal = "This PDF holds a program or another file, so it is not taken. Print it to a plain PDF, or take a photo of the paper"
	locked    refusal = "This PDF is locked with a password. Save it without one, or take a photo of the paper"
	tooMany   refusal = "This picture is larger than any paper needs. Take it again, smaller"
)

// mostPixels is the largest picture taken: three times what a phone makes. More
// is made to fill the memory of whoever opens it.
const mostPixels = 150_000_000

// Clean reads what a file is and returns it without what a camera or a program
// wrote beside the picture: the place, the time, the device, comments. Whether
// anything was taken out is the last result.
func Clean(body []byte) (Type, []byte, bool, error) {
	var kind Type
	var out []byte
	var err error
	switch {
	case bytes.HasPrefix(body, []byte("%PDF-")):
		kind, out, err = PDF, body, checkPDF(body)
	case bytes.HasPrefix(body, []byte{0xff, 0xd8, 0xff}):
		kind = JPEG
		if out, err = cleanJPEG(body); err == nil {
			err = fits(jpeg.DecodeConfig(bytes.NewReader(out)))
		}
	case bytes.HasPrefix(body, []byte(pngStart)):
		kind = PNG
		if out, err = cleanPNG(body); err == nil {
			err = fits(png.DecodeConfig(bytes.NewReader(out)))
		}
	case len(body) > 12 && string(body[:4]) == "RIFF" && string(body[8:12]) == "WEBP":
		kind = WebP
		out, err = cleanWebP(body)
	default:
		kind, out, err = Text, body, checkText(body)
	}
	if err == nil && kind != Text && isArchive(out) {
		err = twoThings
	}
	if err != nil {
		return "", nil, false, err
	}
	return kind, out, len(out) != len(body), nil
}

func fits(c image.Config, err error) error {
	if err != nil {
		return broken
	}
	if int64(c.Width)*int64(c.Height) > mostPixels {
		return tooMany
	}
	return nil
}

// isArchive reports whether a file can be read as a ZIP archive as well: its
// directory stands at the end, wherever the file begins.
func isArchive(body []byte) bool {
	const shortest, longest = 22, 22 + 65535
	tail := body[max(0, len(body)-longest):]
	for at := bytes.LastIndex(tail, []byte("PK\x05\x06")); at >= 0; at = bytes.LastIndex(tail[:at], []byte("PK\x05\x06")) {
		if at+shortest <= len(tail) && at+shortest+int(binary.LittleEndian.Uint16(tail[at+20:])) <= len(tail) {
			return true
		}
	}
	return false
}

// checkPDF looks at what stands in the open. What a PDF compresses or encrypts,
// object streams among it, is not looked into, and the page says so: that is for
// a scanner, and for the reader it is opened with, outside this program.
func checkPDF(body []byte) error {
	if len(body) < 32 || (body[5] != '1' && body[5] != '2') || body[6] != '.' {
		return broken
	}
	if !bytes.Contains(body[max(0, len(body)-2048):], []byte("%%EOF")) {
		return broken
	}
	body = spelledOut(body)
	for _, name := range []string{"/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/RichMediaExecute", "/Rendition", "/GoToE", "/SubmitForm", "/ImportData", "/XFA"} {
		if hasName(body, name) {
			return active
		}
	}
	if shortNames.Match(body) {
		return active
	}
	if hasName(body, "/Encrypt") {
		return locked
	}
	return nil
}

// shortNames matches a program or a file under a name so short that it stands in
// the noise of a large photo by chance: only before what such a name is for.
var shortNames = regexp.MustCompile(`/(JS|AF|EF)(\s|\x00|%[^\r\n]*[\r\n])*(\(|<|\[|\d+\s+\d+\s+R)`) //nolint:gochecknoglobals // never changed

// spelledOut undoes #xx, by which a name can hide its letters.
func spelledOut(body []byte) []byte {
	if bytes.IndexByte(body, '#') < 0 {
		return body
	}
	out := make([]byte, 0, len(body))
	for at := 0; at < len(body); at++ {
		if body[at] == '#' && at+2 < len(body) {
			if b, err := hex.DecodeString(string(body[at+1 : at+3])); err == nil {
				out, at = append(out, b[0]), at+2
				continue
			}
		}
		out = append(out, body[at])
	}
	return out
}

// hasName reports whether a name of the PDF language stands in body, and not
// only the beginning of a longer one.
func hasName(body []byte, name string) bool {
	for rest := body; ; {
		at := bytes.Index(rest, []byte(name))
		if at < 0 {
			return false
		}
		rest = rest[at+len(name):]
		if len(rest) == 0 || strings.IndexByte(" \t\r\n\f\x00/<>[]()%", rest[0]) >= 0 {
			return true
		}
	}
}

// checkText takes text that people typed: no markup that a browser or a shell
// would run, no bytes that no keyboard makes.
func checkText(body []byte) error {
	if len(body) == 0 || !utf8.Valid(body) {
		return notTaken
	}
	for _, r := range string(body) {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return notTaken
		}
	}
	start := strings.ToLower(strings.TrimLeft(string(body[:min(len(body), 1024)]), "\ufeff \t\r\n\f"))
	for _, sign := range []string{"<", "#!", "{\\rtf", "%!ps", "%pdf", "begin:"} {
		if strings.HasPrefix(start, sign) {
			return notTaken
		}
	}
	return nil
}

// cleanJPEG copies the picture and the little that it needs to look right. It
// goes by the segments, so that nothing between or behind them comes along.
func cleanJPEG(body []byte) ([]byte, error) {
	out := []byte{0xff, 0xd8}
	orientation := byte(0)
	head := len(out)
	at := 2
	for {
		if at+2 > len(body) || body[at] != 0xff {
			return nil, broken
		}
		marker := body[at+1]
		if marker == 0xff { // padding
			at++
			continue
		}
		if marker == 0xd9 { // the end
			out = append(out, 0xff, 0xd9)
			return withOrientation(out, head, orientation), behind(body[at+2:])
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 || marker == 0 {
			return nil, broken
		}
		if at+4 > len(body) {
			return nil, broken
		}
		size := int(binary.BigEndian.Uint16(body[at+2:]))
		if size < 2 || at+2+size > len(body) {
			return nil, broken
		}
		segment, inside := body[at:at+2+size], body[at+4:at+2+size]
		at += 2 + size
		switch {
		case marker == 0xe1: // what the camera wrote
			if o := exifOrientation(inside); o != 0 {
				orientation = o
			}
			continue
		case marker == 0xe0 && bytes.HasPrefix(inside, []byte("JFIF\x00")), marker == 0xee && bytes.HasPrefix(inside, []byte("Adobe")):
			if marker == 0xe0 && len(inside) > 14 { // a small picture inside: it may show what was cut off
				segment = append([]byte{0xff, 0xe0, 0, 16}, inside[:14]...)
				segment[16], segment[17] = 0, 0
			}
		case marker == 0xe2 && bytes.HasPrefix(inside, []byte("ICC_PROFILE\x00")):
		case marker >= 0xe0 && marker <= 0xef, marker == 0xfe:
			continue
		}
		out = append(out, segment...)
		if marker == 0xe0 {
			head = len(out) // the orientation stands behind JFIF's own segment
		}
		if marker != 0xda { // what follows is the picture itself, up to the next marker
			continue
		}
		start := at
		for at+1 < len(body) && (body[at] != 0xff || body[at+1] == 0 || body[at+1] >= 0xd0 && body[at+1] <= 0xd7) {
			at++
		}
		out = append(out, body[start:at]...)
	}
}

// behind looks at what stands behind the end of a JPEG. Phones put a second
// picture there, or nothing but zeros; it is left out. Anything else is hidden.
func behind(rest []byte) error {
	rest = bytes.TrimLeft(rest, "\x00")
	if len(rest) == 0 || bytes.HasPrefix(rest, []byte{0xff, 0xd8, 0xff}) && !isArchive(rest) {
		return nil
	}
	return twoThings
}

// exifOrientation returns which way up the camera was, 1 to 8, or 0.
func exifOrientation(segment []byte) byte {
	tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	for i := range int64(order.Uint16(tiff[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if v := order.Uint16(tiff[entry+8:]); v >= 1 && v <= 8 {
				return byte(v)
			}
			return 0
		}
	}
	return 0
}

// withOrientation puts a segment in that says which way up the picture is, and
// nothing else.
func withOrientation(picture []byte, at int, orientation byte) []byte {
	if orientation <= 1 {
		return picture
	}
	segment := append([]byte{0xff, 0xe1, 0, 34}, "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"...)
	segment = append(segment, orientation, 0, 0, 0, 0, 0, 0)
	return append(append(append([]byte{}, picture[:at]...), segment...), picture[at:]...)
}

const pngStart = "\x89PNG\r\n\x1a\n"

// cleanPNG copies the chunks that make the picture, each with its checksum
// right, and no others.
func cleanPNG(body []byte) ([]byte, error) {
	out := []byte(pngStart)
	for at := len(pngStart); ; {
		if at+12 > len(body) {
			return nil, broken
		}
		size := int64(binary.BigEndian.Uint32(body[at:]))
		if int64(at)+12+size > int64(len(body)) {
			return nil, broken
		}
		end := at + 12 + int(size)
		name, chunk := string(body[at+4:at+8]), body[at:end]
		if crc32.ChecksumIEEE(body[at+4:end-4]) != binary.BigEndian.Uint32(body[end-4:]) {
			return nil, broken
		}
		at = end
		switch name {
		case "IHDR", "PLTE", "tRNS", "IDAT", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT", "bKGD", "pHYs":
			out = append(out, chunk...)
		case "IEND":
			if at != len(body) {
				return nil, twoThings
			}
			return append(out, chunk...), nil
		default:
			if name[0] >= 'A' && name[0] <= 'Z' { // a picture that cannot be shown without it
				return nil, broken
			}
		}
	}
}

// cleanWebP copies the chunks that make the picture, and no others.
func cleanWebP(body []byte) ([]byte, error) {
	if len(body) < 20 {
		return nil, broken
	}
	switch told := int64(binary.LittleEndian.Uint32(body[4:])) + 8; {
	case told > int64(len(body)) || told < 20:
		return nil, broken
	case told < int64(len(body)):
		return nil, twoThings
	}
	out := append([]byte{}, body[:12]...)
	picture := false
	for at := 12; at < len(body); {
		if at+8 > len(body) {
			return nil, broken
		}
		size := int64(binary.LittleEndian.Uint32(body[at+4:]))
		end := int64(at) + 8 + size + size%2
		if end > int64(len(body)) {
			return nil, broken
		}
		chunk := body[at:end]
		switch string(chunk[:4]) {
		case "VP8X":
			if size < 10 {
				return nil, broken
			}
			wide, high := int64(chunk[12])|int64(chunk[13])<<8|int64(chunk[14])<<16, int64(chunk[15])|int64(chunk[16])<<8|int64(chunk[17])<<16
			if (wide+1)*(high+1) > mostPixels {
				return nil, tooMany
			}
			start := len(out)
			out = append(out, chunk...)
			out[start+8] &^= 0x08 | 0x04 // no Exif, no XMP
		case "VP8 ", "VP8L", "ANMF":
			picture = true
			out = append(out, chunk...)
		case "ALPH", "ANIM", "ICCP":
			out = append(out, chunk...)
		}
		at = int(end)
	}
	if !picture {
		return nil, broken
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8)) // #nosec G115 -- shorter than what was taken
	return out, nil
}
