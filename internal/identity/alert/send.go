package alert

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/notice"
)

// The limits of sending.
const (
	stale     = 24 * time.Hour // older notices are on the pages and wake nobody
	lease     = time.Minute    // for one sending; when its sender died, the next tries
	atOnce    = 8              // sendings side by side, so that one slow provider keeps nobody
	mostTries = 8
)

// pause is how long after so many tries the next one comes.
func pause(tries int64) time.Duration {
	waits := []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute}
	return waits[min(max(int(tries)-1, 0), len(waits)-1)]
}

// Deliver takes what is in the outbox and sends what is due; it returns how many
// sendings went out. Any number of servers may do so at once: each notice is
// taken once, and each sending is claimed before it is made. A server that dies
// between sending and saying so leaves a sending that is made again: twice is
// harmless, never is not.
func (s *Service) Deliver(ctx context.Context) (int, error) {
	if err := s.take(ctx); err != nil {
		return 0, fmt.Errorf("outbox: %w", err)
	}
	var due []sending
	now := s.Book.Now()
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		due, err = db.All(ctx, tx, func(row db.Row) (sending, error) {
			var d sending
			return d, row.Scan(&d.noticeID, &d.channel.ID, &d.tries, &d.channel.AccountID, &d.channel.Kind, &d.channel.To.Address, &d.channel.To.PublicKey, &d.channel.To.Auth)
		}, sendingsDue, db.At(now))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("sendings due: %w", err)
	}
	var sent atomic.Int64
	var mu sync.Mutex
	var wrong []error
	var all sync.WaitGroup
	places := make(chan struct{}, atOnce)
	for _, d := range due {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			went, err := s.send(ctx, d)
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				wrong = append(wrong, err)
			}
			if went {
				sent.Add(1)
			}
		})
	}
	all.Wait()
	return int(sent.Load()), errors.Join(wrong...)
}

type sending struct {
	noticeID string
	channel  Channel
	tries    int64
}

type inOutbox struct {
	id, accountID, why string
	made               time.Time
}

// take makes sendings of the notices that are new, each in one transaction.
func (s *Service) take(ctx context.Context) error {
	var fresh []inOutbox
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		fresh, err = db.All(ctx, tx, func(row db.Row) (inOutbox, error) {
			var n inOutbox
			var made db.Time
			err := row.Scan(&n.id, &n.accountID, &n.why, &made)
			n.made = made.Time
			return n, err
		}, outbox, db.At(s.Book.Now().Add(-stale)))
		return err
	})
	for _, n := range fresh {
		if err == nil {
			err = s.Book.Keep(ctx, func(tx *db.Tx) error { return s.takeOne(ctx, tx, n) })
		}
	}
	return err
}

func (s *Service) takeOne(ctx context.Context, tx *db.Tx, n inOutbox) error {
	var active bool
	if err := tx.One(ctx, isActive, n.accountID).Scan(&active); err != nil && !errors.Is(err, lead.ErrNotFound) {
		return err
	}
	var to []Channel
	if active {
		all, err := db.All(ctx, tx, scanChannel, channelsOf, n.accountID)
		if err != nil {
			return err
		}
		for _, c := range all {
			if !c.Proved.IsZero() && s.Providers[c.Kind] != nil {
				to = append(to, c)
			}
		}
	}
	now := s.Book.Now()
	first, err := tx.Exec(ctx, takeNotice, n.id, len(to), db.At(now))
	if err != nil || first == 0 { // another server was first
		return err
	}
	at := now
	if n.why == "alarm" { // whoever is on call is woken: that is what being on call is
		q, err := quiet(ctx, tx, n.accountID)
		if err != nil {
			return err
		}
		at = q.Over(now, s.Zone)
	}
	for _, c := range to {
		if _, err := tx.Exec(ctx, insertSending, n.id, c.ID, db.At(at)); err != nil {
			return err
		}
	}
	return nil
}

// send makes one sending, unless another server has claimed it.
func (s *Service) send(ctx context.Context, d sending) (bool, error) {
	provider := s.Providers[d.channel.Kind]
	mine := false
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		if d.channel.AccountID == "" || provider == nil { // taken away since
			_, err := tx.Exec(ctx, markSending, "gave_up", "", d.noticeID, d.channel.ID)
			return err
		}
		n, err := tx.Exec(ctx, claimSending, db.At(s.Book.Now().Add(lease)), d.noticeID, d.channel.ID, d.tries)
		mine = n == 1
		return err
	})
	if err != nil || !mine {
		return false, err
	}
	a := provider.Send(ctx, d.channel.To, notice.Waits())
	if ctx.Err() != nil && a.Outcome != notice.Sent { // stopping: another server tries when the lease is over
		return false, nil
	}
	ctx = context.WithoutCancel(ctx) // what went out is said so
	err = s.Book.Keep(ctx, func(tx *db.Tx) error {
		state, next := "waiting", s.Book.Now().Add(max(a.After, pause(d.tries+1)))
		switch {
		case a.Outcome == notice.Sent:
			state = "sent"
		case a.Outcome == notice.Gone, a.Outcome == notice.Never, d.tries+1 >= mostTries:
			state = "gave_up"
		}
		if _, err := tx.Exec(ctx, markSending, state, db.At(next), d.noticeID, d.channel.ID); err != nil {
			return err
		}
		if err := s.noteTry(ctx, tx, d.noticeID, d.channel, a); err != nil {
			return err
		}
		if a.Outcome == notice.Gone {
			return drop(ctx, tx, d.channel.ID)
		}
		return nil
	})
	return err == nil && a.Outcome == notice.Sent, err
}

func (s *Service) noteTry(ctx context.Context, tx *db.Tx, noticeID string, c Channel, a notice.Answer) error {
	_, err := tx.Exec(ctx, insertTry, lead.NewID("sdt"), noticeID, c.AccountID, c.Kind, a.Outcome, a.Words, db.At(s.Book.Now()))
	return err
}
