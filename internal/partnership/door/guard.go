package door

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"sync"
	"time"
)

// Guard keeps a flood of junk from drowning what people send, without asking
// anybody to solve a puzzle and without asking a third party. It remembers in a
// bounded space, by keyed hashes, and nothing of it is kept.
//
// A form carries a token that tells when, for which form and to which network it
// was given out; a post without one makes nothing. What was filled in within
// seconds or is full of links is held back, apart from what waits, and in a flood
// what comes a third time from one network. Of a form of which nothing is held back
// it is shown once more. Whoever loads the form and takes their
// time gets through as on any other day.
type Guard struct {
	key []byte
	now func() time.Time

	mu       sync.Mutex
	salt     [16]byte
	posts    bucket // all that comes; empty means a flood
	floodEnd time.Time
	queue    bucket // what may join those that wait, in a flood
	held     bucket // what may be held back
	networks []bucket
	guesses  []bucket // of codes
	seen     map[[16]byte]string
	order    [][16]byte
	next     int
}

// The guard's numbers. A site of a few hundred thousand people gets some tens of
// referrals a week.
const (
	youngest   = 4 * time.Second // nobody fills in a form faster
	oldest     = 4 * time.Hour
	unhurried  = 20 * time.Second // what a flood does not have, form by form
	floodLasts = 5 * time.Minute
	few, many  = 20, 120 // of one form from one network at once, and as many again in an hour
	slots      = 1 << 14 // networks share a slot by chance: memory never grows
	remembered = 1 << 12
)

// NewGuard returns a guard that signs its tokens with a key.
func NewGuard(key string, now func() time.Time) *Guard {
	g := &Guard{key: []byte(key), now: now, networks: make([]bucket, slots), guesses: make([]bucket, slots),
		seen: map[[16]byte]string{}, order: make([][16]byte, remembered)}
	rand.Read(g.salt[:]) //nolint:errcheck // crypto/rand never fails
	return g
}

// bucket is a bucket of tokens: full at first, and again with time.
type bucket struct {
	used float64
	at   time.Time
}

// take takes one of most, which come back at perMinute; false where none is left.
func (b *bucket) take(now time.Time, most, perMinute float64) bool {
	if passed := now.Sub(b.at); passed > 0 {
		b.used = max(0, b.used-passed.Minutes()*perMinute)
		b.at = now
	}
	if b.used+1 > most {
		return false
	}
	b.used++
	return true
}

// Token returns what a form carries as its key: it makes the same form sent twice
// one, too.
func (g *Guard) Token(form, network string) string {
	raw := make([]byte, 16, 32)
	binary.BigEndian.PutUint64(raw, uint64(max(0, g.now().UnixMilli()))) // #nosec G115 -- not negative
	rand.Read(raw[8:16])                                                 //nolint:errcheck // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(append(raw, g.sign(raw, form, network)...))
}

func (g *Guard) sign(raw []byte, form, network string) []byte {
	mac := hmac.New(sha256.New, g.key)
	mac.Write(raw)
	mac.Write([]byte(form + "\n" + network))
	return mac.Sum(nil)[:16]
}

// Look is what the guard thinks of a token.
type Look int

// The looks.
const (
	Good  Look = iota
	Early      // filled in faster than anybody can
	Stale      // none, forged, old, or given out to another network: the form is shown again with a new one
)

// Knock counts a post and looks at its token.
func (g *Guard) Knock(form, network, token string) Look {
	now := g.now()
	g.mu.Lock()
	if !g.posts.take(now, 90, 60) {
		g.floodEnd = now.Add(floodLasts)
	}
	g.mu.Unlock()
	age, ok := g.age(form, network, token)
	switch {
	case !ok || age > oldest || age < 0:
		return Stale
	case age < youngest:
		return Early
	}
	return Good
}

func (g *Guard) age(form, network, token string) (time.Duration, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) != 32 || !hmac.Equal(raw[16:], g.sign(raw[:16], form, network)) {
		return 0, false
	}
	made := time.UnixMilli(int64(binary.BigEndian.Uint64(raw))) // #nosec G115 -- of our own making
	return g.now().Sub(made), true
}

// Lane is where a post may go.
type Lane int

// The lanes.
const (
	Through Lane = iota
	Aside        // held back, apart from what waits
	Known        // the same words came already, with another form
	Busy         // nothing more is taken just now
	Again        // to be looked through once more, where nothing is held back
	Spent        // this form was kept already, with other words: it is shown again with a new token
)

// Where says where a post with a good token and without mistakes may go.
func (g *Guard) Where(form, network, token string, words ...string) Lane {
	g.mu.Lock()
	defer g.mu.Unlock()
	lane, doubt, full := g.weigh(form, network, token, strings.Join(words, "\n"), few)
	switch {
	case lane != Through || !doubt && !full:
		return lane
	case g.held.take(g.now(), 60, 10):
		return Aside
	}
	return Busy
}

// WhereUnheld says where such a post may go if nothing of its form is ever held
// back unseen: what was hasty or is full of links is to be looked through once
// more and is taken then, and only in a flood is more not taken.
func (g *Guard) WhereUnheld(form, network, token string, words ...string) Lane {
	return g.unheld(form, network, token, strings.Join(words, "\n"), few)
}

// Crowd is WhereUnheld for a form that is ticked and that many fill in within minutes
// from one place, such as a station or a hostel: the same answers again are no repeat.
func (g *Guard) Crowd(form, network, token string) Lane {
	return g.unheld(form, network, token, token, many)
}

func (g *Guard) unheld(form, network, token, text string, most float64) Lane {
	g.mu.Lock()
	defer g.mu.Unlock()
	lane, doubt, full := g.weigh(form, network, token, text, most)
	switch {
	case lane != Through:
		return lane
	case full:
		return Busy
	case doubt && g.remember(g.hash("looked through", token), token):
		return Again
	}
	return Through
}

// weigh says whether a post came already; if not, whether it is in doubt by
// itself, and whether there is a flood that it may be part of. The lock is held.
func (g *Guard) weigh(form, network, token, text string, most float64) (lane Lane, doubt, full bool) {
	if by, ok := g.seen[g.hash(form, text)]; ok {
		if by == token { // sent twice: the first answer is given again
			return Through, false, false
		}
		return Known, false, false
	}
	if _, ok := g.seen[g.hash("spent", token)]; ok {
		return Spent, false, false
	}
	age, _ := g.age(form, network, token)
	now := g.now()
	flood, hasty := now.Before(g.floodEnd), age < unhurried
	often := false
	if !hasty { // what is held back anyway fills no slot that a neighbour shares by chance
		slot := &g.networks[g.slot(form+network)]
		often = !slot.take(now, most, most/60) || flood && slot.used > most/10
	}
	links := strings.Count(text, "http:") + strings.Count(text, "https:") + strings.Count(text, "www.")
	doubt = hasty || links > 1
	full = often || flood && (doubt || links > 0 || !g.queue.take(now, 30, 10))
	return Through, doubt, full
}

// remember keeps a hash among the last that came, and reports whether it is new.
// The lock is held.
func (g *Guard) remember(h [16]byte, token string) bool {
	if _, ok := g.seen[h]; ok {
		return false
	}
	delete(g.seen, g.order[g.next])
	g.seen[h], g.order[g.next] = token, h
	g.next = (g.next + 1) % len(g.order)
	return true
}

// Kept notes that something was kept, so that the same words do not come twice.
func (g *Guard) Kept(form, token string, words ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.remember(g.hash(form, strings.Join(words, "\n")), token)
	g.remember(g.hash("spent", token), token)
}

// MayGuess reports whether a network may try a code now.
func (g *Guard) MayGuess(network string) bool {
	now := g.now()
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.guesses[g.slot(network)].take(now, 20, 2)
}

// hash tells texts apart: big or small letters and blanks do not count.
func (g *Guard) hash(form, text string) [16]byte {
	mac := hmac.New(sha256.New, g.salt[:])
	mac.Write([]byte(form + "\n" + strings.Join(strings.Fields(strings.ToLower(text)), " ")))
	return [16]byte(mac.Sum(nil)[:16])
}

func (g *Guard) slot(network string) int {
	mac := hmac.New(sha256.New, g.salt[:])
	mac.Write([]byte(network))
	return int(binary.BigEndian.Uint32(mac.Sum(nil)) % slots)
}
