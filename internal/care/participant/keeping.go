package participant

import (
	"context"
	"fmt"
	"time"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/handoff/referral"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/reference/codelist"
)

// Kept is a file that waits for a supervisor's yes, or is sealed.
type Kept struct {
	Now
	keeping.Row
	Others []Now // other records of the same person: what is erased goes with them
	Stale  bool  // an erasure proposed before records were put together or parted
}

// Keeping is what a supervisor decides about in the long run.
type Keeping struct {
	Files   []Kept
	Untaken []referral.Untaken // whose words are due to go under the schedule
}

// untakenAtOnce is how many referrals are shown at once: work for a day.
const untakenAtOnce = 25

// Kept lists the team's files that wait for a second person, and those that are
// sealed: by name, so that somebody who comes back is found. And it lists the
// referrals that nobody took up.
func (s *Service) Kept(ctx context.Context, actor lead.Actor) (Keeping, error) {
	var out Keeping
	entry := ledger.Entry{Actor: actor, Verb: ledger.Consulted, Act: "keeping.team"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, e *ledger.Entry) error {
		if err := s.Access.Check(actor, "keeping.confirm", access.Screen{}); err != nil {
			return err
		}
		people, err := s.list(ctx, tx, keptOfTeam, actor.Team)
		if err != nil {
			return fmt.Errorf("kept files: %w", err)
		}
		for _, n := range people {
			row, err := keeping.Of(ctx, tx, n.ID)
			if err != nil {
				return fmt.Errorf("kept files: %w", err)
			}
			if err := s.join(ctx, tx, &n); err != nil {
				return err
			}
			others, err := s.others(ctx, tx, n)
			if err != nil {
				return err
			}
			stale := false
			if row.Pending == keeping.Erase { // nothing came after the proposal: a hold ends what waits
				if stale, err = mergedSince(ctx, tx, n.ID, row.At); err != nil {
					return err
				}
			}
			out.Files = append(out.Files, Kept{n, row, others, stale})
			e.Subjects = append(e.Subjects, n.ID)
		}
		before, ok, err := s.untakenDue(ctx, tx)
		if err != nil {
			return err
		}
		if !ok {
			before = time.Time{}
		}
		if out.Untaken, err = referral.UntakenBefore(ctx, tx, before, s.undecidedDue(), untakenAtOnce); err != nil {
			return err
		}
		for _, u := range out.Untaken {
			e.Subjects = append(e.Subjects, u.ID)
		}
		return nil
	})
	return out, err
}

// Settle is the second person's word on what oversight proposed for a file: yes,
// and it is done; no, and it is dropped. from is the version that was on the
// screen. A yes to an erasure destroys the person's keys: their words can be read
// nowhere any more, in no copy.
func (s *Service) Settle(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64, yes bool) error {
	const erased = "erased" // what a yes to an erasure returns, the first time and again
	result, err := s.Write(ctx, actor, form, Act{"keeping.confirm", "keeping.settle", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		steps, err := keeping.History(ctx, tx, n.ID)
		if err != nil {
			return "", err
		}
		pending := keeping.Standing(steps).Pending
		if pending == nil {
			return "", lead.ErrConflict
		}
		if yes && pending.Act == keeping.Erase {
			stale, err := mergedSince(ctx, tx, n.ID, pending.At)
			if err != nil {
				return "", err
			}
			if stale {
				return "", lead.Invalid{"answer": "Records were put together or parted after this was proposed. Say no, and ask the data-protection officer to propose it again for the record as it is now"}
			}
		}
		step := keeping.Step{Act: pending.Act, Stage: keeping.Dropped, Reason: pending.Reason, By: actor.ID, Side: actor.Side}
		if yes {
			step.Stage = keeping.Confirmed
		}
		if _, err := keeping.Add(ctx, tx, n.ID, from, step, s.Book.Now()); err != nil {
			return "", err
		}
		if yes && pending.Act == keeping.Erase {
			return erased, s.eraseAll(ctx, tx, *n, groundOf(pending.Reason), pending.By, actor.ID)
		}
		return n.ID, nil
	})
	if err != nil || result != erased {
		return err
	}
	// If the program stops here, the same form again finishes it, or ReplayErasures
	// at the next start.
	return s.destroyAll(ctx, participantID)
}

// mergedSince reports whether any record of the person was put together with
// another, or parted from one, at a moment or after it: what was proposed then
// was proposed for other records than it would be done to now.
func mergedSince(ctx context.Context, tx *db.Tx, participantID string, at time.Time) (bool, error) {
	ids, err := RecordIDs(ctx, tx, participantID)
	if err != nil {
		return false, err
	}
	for _, id := range append(ids, participantID) {
		var steps int
		if err := tx.One(ctx, mergeStepsSince, id, db.At(at)).Scan(&steps); err != nil {
			return false, fmt.Errorf("merged since: %w", err)
		}
		if steps > 0 {
			return true, nil
		}
	}
	return false, nil
}

// groundOf is the ground of an erasure that a proposal's reason stands for.
func groundOf(reason string) string {
	if reason == "request" || reason == "unlawful" {
		return reason
	}
	return "retention"
}

// untakenDue returns the moment before which the words of a referral that nobody
// took up are due to go.
func (s *Service) untakenDue(ctx context.Context, tx *db.Tx) (time.Time, bool, error) {
	lists, err := codelist.Load(ctx, tx, keeping.Schedule)
	if err != nil {
		return time.Time{}, false, err
	}
	before, ok := keeping.DueBefore(lists.Codes(keeping.Schedule), "REFERRAL_UNTAKEN", s.Book.Now())
	return before, ok, nil
}

// undecidedFor is how long a referral waits for somebody's yes before its words
// can be let go: the person cannot be kept waiting for longer than a day.
const undecidedFor = 24 * time.Hour

func (s *Service) undecidedDue() time.Time { return s.Book.Now().Add(-undecidedFor) }

// LetGo lets the words of a referral go that nobody took up, once the schedule
// says so, or nobody decided about in a day: the key of its letter is destroyed (R55). That there was one stays.
func (s *Service) LetGo(ctx context.Context, actor lead.Actor, form ledger.Form, referralID string) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Erased, Act: "referral.let_go", Subjects: []string{referralID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		u, err := referral.OneUntaken(ctx, tx, referralID)
		if err != nil {
			return "", err
		}
		if err := s.Access.Check(actor, "referral.let_go", access.Referral{ID: u.ID, Waiting: u.Waiting || u.Gone, Approved: u.Approved}); err != nil {
			return "", err
		}
		before, ok, err := s.untakenDue(ctx, tx)
		switch {
		case err != nil:
			return "", err
		case u.Gone:
			return "", lead.ErrConflict
		case u.Undecided && u.MadeAt.Before(s.undecidedDue()): // nobody said yes in a day
		case !u.Waiting && !u.SaidNo: // somebody has still to decide: for the case team it does not exist (R6)
			return "", lead.ErrNotFound
		case !ok || !u.MadeAt.Before(before):
			return "", lead.ErrConflict
		}
		return u.ID, referral.LetGo(ctx, tx, u, actor.ID, s.Book.Now())
	})
	if err != nil {
		return err
	}
	return s.Keys.Destroy(ctx, referralID) // if the program stops here, ReplayErasures finishes it
}

// CameBack opens the sealed file of somebody who is there, or asks. One person
// is enough for that.
func (s *Service) CameBack(ctx context.Context, actor lead.Actor, form ledger.Form, participantID string, from int64) error {
	_, err := s.Write(ctx, actor, form, Act{"keeping.return", "keeping.return", ledger.Altered}, participantID, func(tx *db.Tx, n *Now) (string, error) {
		step := keeping.Step{Act: keeping.Unseal, Stage: keeping.Confirmed, Reason: keeping.CameBack, By: actor.ID, Side: actor.Side}
		_, err := keeping.Add(ctx, tx, n.ID, from, step, s.Book.Now())
		return n.ID, err
	})
	return err
}
