package instrument

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"waymark.example/internal/lead"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/db"
	"waymark.example/internal/platform/ledger"
)

//go:embed data/*.json
var data embed.FS

// Service keeps the questionnaires of a site.
type Service struct {
	Book   *ledger.Book // of the reference handle
	Access *access.Decider
}

// Shipped returns the definitions that come with the product, as they are kept.
func Shipped() ([][]byte, error) {
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("instruments: %w", err)
	}
	var out [][]byte
	for _, name := range names {
		text, err := data.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("instruments: %w", err)
		}
		out = append(out, text)
	}
	return out, nil
}

// Install adds the shipped definitions that are not there yet, at start. Nobody
// can use one before its licence is attested.
func (s *Service) Install(ctx context.Context) error {
	texts, err := Shipped()
	if err != nil {
		return err
	}
	for _, text := range texts {
		d, err := Parse(text)
		if err != nil {
			return fmt.Errorf("install instruments: %w", err)
		}
		err = s.Book.Look(ctx, func(tx *db.Tx) error {
			_, err := Load(ctx, tx, d.ID, d.Version)
			return err
		})
		if errors.Is(err, lead.ErrNotFound) {
			_, err = s.Import(ctx, text)
		}
		if err != nil {
			return fmt.Errorf("install instruments: %w", err)
		}
	}
	return nil
}

// Import adds a definition from the command line or from the product, and tells
// whether it was there already. A version that is there never changes.
func (s *Service) Import(ctx context.Context, text []byte) (Definition, error) {
	d, err := Parse(text)
	if err != nil {
		return Definition{}, err
	}
	entry := ledger.Entry{Actor: lead.System(), Verb: ledger.Administered, Act: "instrument.import", Detail: d.ID + " " + d.Version}
	return d, s.Book.Record(ctx, entry, func(tx *db.Tx, _ *ledger.Entry) error {
		var kept string
		err := tx.One(ctx, definitionOf, d.ID, d.Version).Scan(&kept)
		switch {
		case err == nil && kept == string(text):
			return nil
		case err == nil:
			return Problems{{"version", d.Version + " is there already with other words: give this one another version"}}
		case !errors.Is(err, lead.ErrNotFound):
			return err
		}
		_, err = tx.Exec(ctx, insertInstrument, d.ID, d.Version, string(text), lead.System().ID, db.At(s.Book.Now()))
		if err != nil {
			return fmt.Errorf("import instrument: %w", err)
		}
		return nil
	})
}

// Load returns one version of a questionnaire. Any handle may read it.
func Load(ctx context.Context, tx *db.Tx, id, version string) (Definition, error) {
	var text string
	if err := tx.One(ctx, definitionOf, id, version).Scan(&text); err != nil {
		return Definition{}, err
	}
	return Parse([]byte(text))
}

// Standing is one questionnaire and whether the site may use it.
type Standing struct {
	Definition
	MayUse   bool
	Licences []Word // what was said about its licence, newest first
}

// Word is what somebody said about a licence.
type Word struct {
	MayUse bool
	Words  string
	By     string
	At     time.Time
}

// All returns every version of every questionnaire. Any handle may read it.
func All(ctx context.Context, tx *db.Tx) ([]Standing, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Standing, error) {
		var text string
		var may int
		if err := row.Scan(&text, &may); err != nil {
			return Standing{}, err
		}
		d, err := Parse([]byte(text))
		return Standing{Definition: d, MayUse: may == 1}, err
	}, definitions)
	if err != nil {
		return nil, fmt.Errorf("instruments: %w", err)
	}
	return out, nil
}

// Usable returns the newest version of each questionnaire that the site may use.
func Usable(ctx context.Context, tx *db.Tx) ([]Definition, error) {
	all, err := All(ctx, tx)
	var out []Definition
	for _, s := range all {
		if s.MayUse && (len(out) == 0 || out[len(out)-1].ID != s.ID) {
			out = append(out, s.Definition)
		}
	}
	return out, err
}

// List returns every version of every questionnaire, for the administrator.
func (s *Service) List(ctx context.Context, actor lead.Actor) ([]Standing, error) {
	if err := s.Access.Check(actor, "instrument.manage", access.Screen{}); err != nil {
		return nil, err
	}
	var out []Standing
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		out, err = All(ctx, tx)
		return err
	})
	return out, err
}

// One returns one version with what was said about its licence.
func (s *Service) One(ctx context.Context, actor lead.Actor, id, version string) (Standing, error) {
	var out Standing
	if err := s.Access.Check(actor, "instrument.manage", access.Screen{}); err != nil {
		return out, err
	}
	err := s.Book.Look(ctx, func(tx *db.Tx) error {
		var err error
		if out.Definition, err = Load(ctx, tx, id, version); err != nil {
			return err
		}
		out.Licences, err = words(ctx, tx, id, version)
		out.MayUse = len(out.Licences) > 0 && out.Licences[0].MayUse
		return err
	})
	return out, err
}

func words(ctx context.Context, tx *db.Tx, id, version string) ([]Word, error) {
	out, err := db.All(ctx, tx, func(row db.Row) (Word, error) {
		var w Word
		var at db.Time
		err := row.Scan(&w.MayUse, &w.Words, &w.By, &at)
		w.At = at.Time
		return w, err
	}, licencesOf, id, version)
	if err != nil {
		return nil, fmt.Errorf("licences: %w", err)
	}
	return out, nil
}

// Attest is the actor's word, by name, that the site may use a questionnaire on
// the licence whose text they give. From then on it can be offered.
func (s *Service) Attest(ctx context.Context, actor lead.Actor, form ledger.Form, id, version, licence string) error {
	return s.say(ctx, actor, form, id, version, true, licence)
}

// Withdraw ends that. What was answered stays with the person.
func (s *Service) Withdraw(ctx context.Context, actor lead.Actor, form ledger.Form, id, version, why string) error {
	return s.say(ctx, actor, form, id, version, false, why)
}

func (s *Service) say(ctx context.Context, actor lead.Actor, form ledger.Form, id, version string, may bool, text string) error {
	if err := s.Access.Check(actor, "instrument.manage", access.Screen{}); err != nil {
		return err
	}
	act := "instrument.withdraw"
	if may {
		act = "instrument.attest"
	}
	entry := ledger.Entry{Actor: actor, Verb: ledger.Administered, Act: act, Detail: id + " " + version}
	_, err := s.Book.Once(ctx, form, entry, func(tx *db.Tx, _ *ledger.Entry) (string, error) {
		d, err := Load(ctx, tx, id, version)
		if err != nil {
			return "", err
		}
		bad := lead.Invalid{}
		switch {
		case may && strings.TrimSpace(text) == "":
			bad["licence"] = "Copy in what the licence says, or the permission you were given"
		case may && !d.Licence.Electronic:
			bad["licence"] = "Its licence does not allow use on a screen, so it cannot be used here"
		case strings.TrimSpace(text) == "":
			bad["why"] = "Say why it may no longer be used"
		}
		bad.TooLong("licence", text, 4000)
		if err := bad.OrNil(); err != nil {
			return "", err
		}
		said, err := words(ctx, tx, id, version)
		if err != nil {
			return "", err
		}
		if now := len(said) > 0 && said[0].MayUse; now == may {
			return "", lead.ErrConflict
		}
		word := lead.NewID("lic")
		if _, err := tx.Exec(ctx, insertLicence, word, id, version, may, text, actor.ID, db.At(s.Book.Now())); err != nil {
			return "", fmt.Errorf("%s: %w", act, err)
		}
		return word, nil
	})
	return err
}
