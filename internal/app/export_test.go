package app

import (
	"context"

	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
)

// OpenWith is Open with its fences given.
func OpenWith(ctx context.Context, c Config, layout db.Layout, decider *access.Decider) (*App, error) {
	return open(ctx, c, layout, decider)
}
