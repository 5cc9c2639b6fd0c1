package participant

import (
	"context"
	"errors"
	"fmt"

	"waymark.example/internal/handoff/keeping"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/platform/secret"
)

// What people tell is kept sealed under a key of their own. This file is where
// it is sealed and opened; everything else works on plain words.

// Seal returns words as they are kept in field, named table.column.
func (n Now) Seal(field, words string) string { return n.box.Seal(field, words) }

// Open puts plain words where kept ones were, each by the field it was kept in.
// Where the person's key is destroyed it puts secret.Removed.
func (n Now) Open(kept map[string]*string) error {
	for field, words := range kept {
		plain, err := n.box.Read(field, *words)
		if err != nil {
			return err
		}
		*words = plain
	}
	return nil
}

// one returns where one case stands, its words opened.
func (s *Service) one(ctx context.Context, tx *db.Tx, q db.Query, id string) (Now, error) {
	n, err := scanNow(tx.One(ctx, q, id))
	if err != nil {
		return Now{}, err
	}
	if n.State == Erased { // their key is destroyed, or about to be
		return n, n.openNow()
	}
	if n.sealed, err = keeping.Sealed(ctx, tx, n.ID); err != nil {
		return Now{}, err
	}
	n.box, err = s.Keys.Of(ctx, n.ID)
	if err != nil && !errors.Is(err, secret.ErrDestroyed) {
		return Now{}, err
	}
	if err := s.join(ctx, tx, &n); err != nil {
		return Now{}, err
	}
	return n, n.openNow()
}

// list returns where several cases stand, their words opened.
func (s *Service) list(ctx context.Context, tx *db.Tx, q db.Query, args ...any) ([]Now, error) {
	people, err := db.All(ctx, tx, scanNow, q, args...)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(people))
	for i, n := range people {
		ids[i] = n.ID
	}
	boxes, err := s.Keys.All(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i := range people {
		people[i].box = boxes[people[i].ID]
		if err := people[i].openNow(); err != nil {
			return nil, err
		}
	}
	return people, nil
}

func (n *Now) openNow() error {
	if n.State == Erased {
		n.Name = secret.Removed
		return nil
	}
	return n.Open(map[string]*string{"care_now.name": &n.Name, "care_now.next_words": &n.NextWords})
}

// person returns how they want to be known now.
func (n Now) person(ctx context.Context, tx *db.Tx) (Person, error) {
	p, err := scanPerson(tx.One(ctx, personNow, n.ID))
	if err != nil {
		return Person{}, err
	}
	return p, n.Open(map[string]*string{"care_person.name": &p.Name, "care_person.pronouns": &p.Pronouns, "care_person.phone": &p.Phone,
		"care_person.safe_contact": &p.SafeContact, "care_person.find_words": &p.FindWords})
}

// insertPerson keeps a version of how they want to be known and returns how
// many rows were added: none when that version is there already.
func (n Now) insertPerson(ctx context.Context, tx *db.Tx, version int64, p Person, by, at string) (int64, error) {
	return tx.Exec(ctx, insertPerson, n.ID, version, n.Seal("care_person.name", p.Name), n.Seal("care_person.pronouns", p.Pronouns), n.Seal("care_person.phone", p.Phone),
		n.Seal("care_person.safe_contact", p.SafeContact), n.Seal("care_person.find_words", p.FindWords), by, at)
}

// history returns every line of the case's history, newest first.
func (n Now) history(ctx context.Context, tx *db.Tx) ([]Event, error) {
	events, err := db.All(ctx, tx, scanEvent, caseHistory, n.ID)
	if err != nil {
		return nil, err
	}
	for i := range events {
		if err := n.Open(map[string]*string{"care_case.words": &events[i].Words, "care_closure_request.words": &events[i].AskedW}); err != nil {
			return nil, err
		}
	}
	return events, nil
}

// index keeps the tokens that a case is found by. They say nothing without the
// search key: see docs/decisions/0007-keys-and-search.md.
func (s *Service) index(ctx context.Context, tx *db.Tx, n Now) error {
	search, err := s.Keys.Search(ctx)
	if err != nil {
		return err
	}
	if n.State == Merged { // found by the record that goes on
		return nil
	}
	var words string
	for _, of := range n.Records() {
		found, err := of.foundBy(ctx, tx)
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		words += " " + found
	}
	if _, err := tx.Exec(ctx, deleteTokens, n.ID); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	for _, token := range search.Tokens(words) {
		if _, err := tx.Exec(ctx, insertToken, n.ID, n.Team, token); err != nil {
			return fmt.Errorf("index: %w", err)
		}
	}
	return nil
}

// reindexBatch is how many people one transaction indexes again.
const reindexBatch = 100

// Reindex changes the search key: everybody's tokens are made again, in small
// transactions, while searches find by both keys.
func (s *Service) Reindex(ctx context.Context) error {
	if err := s.Keys.NewSearchKey(ctx); err != nil {
		return err
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "keys.reindex"}
	for after, more := "", true; more; {
		err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
			people, err := s.list(ctx, tx, everybody, after, reindexBatch)
			if err != nil {
				return fmt.Errorf("index again: %w", err)
			}
			for _, n := range people {
				// Locked and read again: somebody may be changing the name just now.
				if n, err = s.one(ctx, tx, lockNow, n.ID); err != nil {
					return fmt.Errorf("index again: %w", err)
				}
				if n.State == Erased {
					continue
				}
				if err := s.index(ctx, tx, n); err != nil {
					return err
				}
			}
			more = len(people) == reindexBatch
			if more {
				after = people[len(people)-1].ID
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.Keys.DropSearchKeys(ctx)
}

// find returns up to limit people whom actor may see, by the words of search.
func (s *Service) find(ctx context.Context, tx *db.Tx, actor lead.Actor, search, after string, limit int) ([]Now, error) {
	if after == "" {
		after = "z" // after every id, in any order of letters
	}
	team := actor.Has(lead.Supervisor)
	words := secret.Words(search)
	switch {
	case len(words) == 0 && team:
		return s.list(ctx, tx, peopleOfTeam, actor.Team, after, limit)
	case len(words) == 0:
		return s.list(ctx, tx, peopleOfWorker, actor.ID, after, limit)
	}
	index, err := s.Keys.Search(ctx)
	if err != nil {
		return nil, err
	}
	// Two words narrow it down enough; while the search key is being changed
	// people are found by the old one too.
	first, firstOld := index.Token(words[0])
	second, secondOld := first, firstOld
	if len(words) > 1 {
		second, secondOld = index.Token(words[1])
	}
	if team {
		return s.list(ctx, tx, teamByToken, actor.Team, first, firstOld, second, secondOld, after, limit)
	}
	return s.list(ctx, tx, workerByToken, actor.ID, first, firstOld, second, secondOld, after, limit)
}

// fold is a name as it is sorted by.
func fold(name string) string { return secret.Fold(name) }
