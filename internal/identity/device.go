package identity

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Devices makes and reads the tokens that tell one browser from another. A
// token is signed, so that nobody can make the tables grow with invented ones.
type Devices struct{ key []byte }

// NewDevices returns devices whose tokens are signed with key, in hexadecimal.
func NewDevices(key string) (Devices, error) {
	raw, err := hex.DecodeString(key)
	return Devices{raw}, err
}

// New returns a new browser and the token to give it.
func (d Devices) New() (device, token string) {
	device = rand.Text()
	return device, device + "." + d.sign(device)
}

// Read returns the browser that a token names, "" when the token is none of
// ours.
func (d Devices) Read(token string) string {
	device, signature, ok := strings.Cut(token, ".")
	if !ok || len(token) > 200 || device == "" || !hmac.Equal([]byte(signature), []byte(d.sign(device))) {
		return ""
	}
	return device
}

func (d Devices) sign(device string) string {
	mac := hmac.New(sha256.New, d.key)
	mac.Write([]byte(device)) //nolint:errcheck // a hash takes everything
	return hex.EncodeToString(mac.Sum(nil))
}

// DeviceWords says what a browser is, as its owner would, from its User-Agent
// header: enough to recognise one's own phone on a list.
func DeviceWords(agent string) string {
	first := func(otherwise string, names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return otherwise
	}
	// The order matters: browsers name those that they want to be taken for.
	browser := first("A browser", [2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"SamsungBrowser", "Samsung Internet"},
		[2]string{"Firefox", "Firefox"}, [2]string{"FxiOS", "Firefox"}, [2]string{"CriOS", "Chrome"}, [2]string{"Chrome", "Chrome"}, [2]string{"Safari", "Safari"})
	system := first("", [2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"},
		[2]string{"CrOS", "Chromebook"}, [2]string{"Macintosh", "Mac"}, [2]string{"Linux", "Linux"})
	if system == "" {
		return browser
	}
	return browser + " on " + system
}
