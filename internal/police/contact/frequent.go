package contact

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"waymark.example/internal/platform/db"
	"waymark.example/internal/reference/policy"
)

// frequent keeps the offences that this site records most, looked up once a day.
type frequent struct {
	mu    sync.Mutex
	day   string
	codes []string
}

// Which offences count as this site's own: over how long, and from how many
// contacts on. So many stand as large choices on the page.
const (
	learnFrom    = 90 * 24 * time.Hour
	learnAtLeast = 10
	Tiles        = 6
)

// usual are the offences that stand first until a site's own use is known.
func usual() []string { return []string{"46", "92D", "92E", "X-BEG", "X-DD", "X-S5"} }

// Frequent returns the divertible offences of p that officers here need most,
// the most frequent first, Tiles of them at most.
func (s *Service) Frequent(ctx context.Context, p policy.Policy) ([]policy.Offence, error) {
	learnt, err := s.learnt(ctx)
	if err != nil {
		return nil, err
	}
	var out []policy.Offence
	for _, code := range append(learnt, usual()...) {
		o, ok := p.Offence(code)
		if ok && o.Standing == policy.Divertible && !slices.Contains(out, o) && len(out) < Tiles {
			out = append(out, o)
		}
	}
	return out, nil
}

func (s *Service) learnt(ctx context.Context) ([]string, error) {
	now := s.Book.Now()
	s.frequent.mu.Lock()
	defer s.frequent.mu.Unlock()
	if s.frequent.day == db.Day(now) {
		return slices.Clone(s.frequent.codes), nil
	}
	from := fmt.Sprintf("con_%012x", now.Add(-learnFrom).UnixMilli()) // as lead.NewID begins
	var codes []string
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		codes, err = db.All(ctx, tx, func(row db.Row) (string, error) {
			var code string
			return code, row.Scan(&code)
		}, offencesSince, from, learnAtLeast, 4*Tiles)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("frequent offences: %w", err)
	}
	s.frequent.day, s.frequent.codes = db.Day(now), codes
	return slices.Clone(codes), nil
}
