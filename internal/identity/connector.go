package identity

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

// Connector is a record system of a force, which may send contacts and nothing
// else. It takes two administrators to give it a token, its first or another.
type Connector struct {
	ID           string
	Organisation Organisation
	Name         string
	Source       string // what its records are called here, such as niche
	Live         bool   // it has a token that counts
	TokenMade    time.Time
	Used         time.Time
	Waiting      string // id of what waits for a second administrator, "" for nothing
	Asker        string // account_id of who asked
	AskedBy      string // their name
}

var connectorSource = regexp.MustCompile(`^[a-z][a-z0-9-]{1,29}$`)

// Connectors lists every connector.
func (s *Service) Connectors(ctx context.Context, actor lead.Actor) ([]Connector, error) {
	var out []Connector
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "connector.list"}
	err := s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
			return err
		}
		var err error
		out, err = db.All(ctx, tx, scanConnector, connectors)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("connectors: %w", err)
	}
	return out, nil
}

// AddConnector keeps a connector of a force and asks for its first token.
func (s *Service) AddConnector(ctx context.Context, actor lead.Actor, form ledger.Form, c Connector) error {
	if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
		return err
	}
	c.Name, c.Source = strings.TrimSpace(c.Name), strings.TrimSpace(c.Source)
	bad := lead.Invalid{}
	if c.Name == "" {
		bad["name"] = "Enter what colleagues call the system"
	}
	bad.TooLong("name", c.Name, 80)
	if !connectorSource.MatchString(c.Source) {
		bad["source"] = "Use 2 to 30 small letters, digits and dashes, such as niche"
	}
	if err := bad.OrNil(); err != nil {
		return err
	}
	id := lead.NewID("cnc")
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: "connector.add", Subjects: []string{id}, Detail: c.Source}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		o, err := scanOrganisation(tx.One(ctx, organisationByID, c.Organisation.ID))
		if errors.Is(err, lead.ErrNotFound) || err == nil && o.Kind != PoliceForce {
			return "", lead.Invalid{"organisation": "Choose the police force whose system it is"}
		}
		if err != nil {
			return "", err
		}
		n, err := tx.Exec(ctx, insertConnector, id, o.ID, c.Name, c.Source, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return "", fmt.Errorf("add connector: %w", err)
		}
		if n == 0 {
			return "", lead.Invalid{"source": "This force has a connector of that name already"}
		}
		return id, s.askToken(ctx, tx, actor, id)
	})
	return err
}

// AskToken asks that a connector get another token, such as when the one it has
// may be known to somebody. Until a second administrator confirms it the one
// before counts: to end that at once, stop the connector first.
func (s *Service) AskToken(ctx context.Context, actor lead.Actor, form ledger.Form, connectorID string) error {
	return s.onConnector(ctx, actor, form, "connector.ask", connectorID, func(tx *db.Tx, c Connector) error {
		if c.Waiting != "" {
			return lead.ErrConflict
		}
		return s.askToken(ctx, tx, actor, connectorID)
	})
}

func (s *Service) askToken(ctx context.Context, tx *db.Tx, actor lead.Actor, connectorID string) error {
	if _, err := tx.Exec(ctx, insertConnectorAsk, lead.NewID("cna"), connectorID, actor.ID, db.At(s.Book.Now())); err != nil {
		return fmt.Errorf("ask for a token: %w", err)
	}
	return nil
}

// ConfirmToken makes the token that another administrator asked for and returns
// it, once: only its hash is kept. The one before ends.
func (s *Service) ConfirmToken(ctx context.Context, actor lead.Actor, form ledger.Form, connectorID string) (Connector, string, error) {
	var c Connector
	token, made := "wmc_"+rand.Text()+rand.Text(), false
	err := s.onConnector(ctx, actor, form, "connector.confirm", connectorID, func(tx *db.Tx, found Connector) error {
		c = found
		if c.Waiting == "" {
			return lead.ErrConflict
		}
		if err := s.Access.Check(actor, "identity.second", access.Colleague{ID: c.ID, Side: lead.Police, Asker: c.Asker, For: "connector"}); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, insertConnectorToken, hashToken(token), c.ID, c.Waiting, c.Asker, actor.ID, db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("make token: %w", err)
		}
		if n == 0 {
			return lead.ErrConflict
		}
		made = true
		return nil
	})
	if err != nil || !made { // the same form again: it was shown the first time
		token = ""
	}
	return c, token, err
}

// StopConnector ends a connector's token and whatever was asked for it, from the
// next request on. One administrator is enough to stop.
func (s *Service) StopConnector(ctx context.Context, actor lead.Actor, form ledger.Form, connectorID string) error {
	return s.onConnector(ctx, actor, form, "connector.stop", connectorID, func(tx *db.Tx, c Connector) error {
		if _, err := tx.Exec(ctx, insertConnectorStop, lead.NewID("cns"), c.ID, actor.ID, db.At(s.Book.Now())); err != nil {
			return fmt.Errorf("stop connector: %w", err)
		}
		return nil
	})
}

// onConnector runs one act on a connector, by an administrator.
func (s *Service) onConnector(ctx context.Context, actor lead.Actor, form ledger.Form, act, connectorID string, do func(*db.Tx, Connector) error) error {
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: act, Subjects: []string{connectorID}}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		if err := s.Access.Check(actor, "account.manage", access.Screen{}); err != nil {
			return "", err
		}
		c, err := scanConnector(tx.One(ctx, connectorByID, connectorID))
		if err != nil {
			return "", err
		}
		return connectorID, do(tx, c)
	})
	return err
}

// usesAnHour is how often a connector may come: a file a minute.
const usesAnHour = 60

// ErrOften says that a connector came too often within the hour.
var ErrOften = errors.New("too often within the hour")

// UseConnector returns the connector that a token belongs to, and the actor that
// it is. It counts the use. A token that does not count is lead.ErrNotFound,
// whatever the cause.
func (s *Service) UseConnector(ctx context.Context, token, place string) (Connector, lead.Actor, error) {
	var c Connector
	now := s.Book.Now()
	err := s.Book.Keep(ctx, func(tx *db.Tx) error {
		var err error
		if c, err = scanConnector(tx.One(ctx, connectorByToken, hashToken(token))); err != nil {
			return err
		}
		if !c.Live {
			return lead.ErrNotFound
		}
		var uses int64
		if err := tx.One(ctx, countConnectorUse, c.ID, db.At(now), now.UTC().Format("2006-01-02T15")).Scan(&uses); err != nil {
			return fmt.Errorf("use connector: %w", err)
		}
		if uses > usesAnHour {
			return ErrOften
		}
		return nil
	})
	if err != nil {
		return Connector{}, lead.Actor{}, err
	}
	return c, lead.Actor{ID: c.ID, Name: c.Name, Organisation: c.Organisation.ID, Side: lead.Police, Roles: []lead.Role{lead.Connector}, From: place}, nil
}

func scanConnector(row db.Row) (Connector, error) {
	var c Connector
	var made, used db.Time
	err := row.Scan(&c.ID, &c.Organisation.ID, &c.Organisation.Name, &c.Name, &c.Source, &made, &used, &c.Waiting, &c.Asker, &c.AskedBy, &c.Live)
	c.TokenMade, c.Used = made.Time, used.Time
	return c, err
}
