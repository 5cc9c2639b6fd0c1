package rights

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/platform/secret"
)

// Words are sealed under a key of the request's own, which the participant owns:
// whoever answers can read them, and they go when the person's keys go.

// sealNew makes the key of a new request and seals its words.
func (s *Service) sealNew(ctx context.Context, participantID, requestID, field, plain string) (string, error) {
	box, err := s.Ring.Shared(ctx, participantID, requestID)
	if err != nil {
		return "", fmt.Errorf("seal words: %w", err)
	}
	return box.Seal(field, plain), nil
}

// seal seals words that are added to a request. After the person's keys were
// destroyed nothing can be: the step is kept and its words are not.
func (s *Service) seal(ctx context.Context, requestID, field, plain string) (string, error) {
	box, err := s.Ring.OpenShared(ctx, requestID)
	if errors.Is(err, secret.ErrDestroyed) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("seal words: %w", err)
	}
	return box.Seal(field, plain), nil
}
