// Package lead holds the few words that every side of the wall must agree on:
// who asks, which side they stand on, how things are named, and how a request
// can be refused. It imports the standard library and the identifier library.
package lead

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Side is one side of the information wall. An account stands on exactly one.
type Side string

// The sides of the wall.
const (
	Police      Side = "police"      // officers and sergeants: contacts and decisions
	Care        Side = "care"        // the case team, independent of the police
	Partnership Side = "partnership" // coordination and governance: no person's data
	Evidence    Side = "evidence"    // evaluation: pseudonymised facts only
	Oversight   Side = "oversight"   // auditors and data-protection officers: who did what, never the content
	Operation   Side = "operation"   // administrators: accounts and code lists, no person's data
	Recipient   Side = "recipient"   // health, prosecutors, housing and others: only what was disclosed to them
	Subject     Side = "participant" // the person themself: their own record and nobody else's
)

// Sides lists every side.
func Sides() []Side {
	return []Side{Police, Care, Partnership, Evidence, Oversight, Operation, Recipient, Subject}
}

// Role is what an account may be asked to do. Each role belongs to one side.
type Role string

// The roles.
const (
	Officer       Role = "officer"
	Sergeant      Role = "sergeant"
	OnCall        Role = "on_call"
	CaseManager   Role = "case_manager"
	Supervisor    Role = "supervisor"
	Coordinator   Role = "coordinator"
	Auditor       Role = "auditor"
	Administrator Role = "administrator"

	CustodySergeant Role = "custody_sergeant" // decides in custody, on behalf of the officer who brought somebody in
	CrimeRegistrar  Role = "crime_registrar"  // sees to it that an outcome is finalised on its evidence and not before

	ClinicalPartner Role = "clinical_partner" // a health service that people agreed to share with
	ServicePartner  Role = "service_partner"  // housing, benefits and other providers, likewise
	Prosecutor      Role = "prosecutor"
	PanelMember     Role = "panel_member" // people with lived experience
	Commissioner    Role = "commissioner"
	Evaluator       Role = "evaluator"
	DPO             Role = "data_protection_officer"

	// Connector is a force's record system, which sends contacts that were decided
	// elsewhere. It is no account's role: it comes with a token.
	Connector Role = "connector"

	// Participant is the person themself. It is no account's role: they sign in
	// with a code given in person.
	Participant Role = "participant"
)

// Roles lists every role that an account can hold, in the order in which a
// person would read them.
func Roles() []Role {
	return []Role{Officer, Sergeant, CustodySergeant, CrimeRegistrar, OnCall, CaseManager, Supervisor, ClinicalPartner, ServicePartner, Prosecutor,
		Coordinator, PanelMember, Commissioner, Evaluator, Auditor, DPO, Administrator}
}

// Everyone lists every role, the connector's and the participant's included.
func Everyone() []Role { return append(Roles(), Connector, Participant) }

// Side returns the side that r belongs to, or "" for an unknown role.
func (r Role) Side() Side {
	switch r {
	case Officer, Sergeant, CustodySergeant, CrimeRegistrar, Connector:
		return Police
	case OnCall, CaseManager, Supervisor:
		return Care
	case ClinicalPartner, ServicePartner, Prosecutor:
		return Recipient
	case Coordinator, PanelMember, Commissioner:
		return Partnership
	case Evaluator:
		return Evidence
	case Auditor, DPO:
		return Oversight
	case Participant:
		return Subject
	case Administrator:
		return Operation
	}
	return ""
}

// Words returns r as people say it.
func (r Role) Words() string {
	switch r {
	case OnCall:
		return "on-call case manager"
	case DPO:
		return "data-protection officer"
	}
	return strings.ReplaceAll(string(r), "_", " ")
}

// Actor is who is asking. Only the session middleware makes one for a person.
type Actor struct {
	ID           string // account_id; for a participant, their participant_id
	Name         string
	Team         string
	Organisation string // organisation_id
	Side         Side
	Roles        []Role
	From         string    // where they ask from, as the ledger keeps it: network address and session
	Confirmed    time.Time // when they last proved who they are, for sensitive acts
}

// Has reports whether the actor holds role r.
func (a Actor) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// System is the actor of what the product does by itself, such as loading
// code lists at start. It holds no role, so no policy permits it anything.
func System() Actor { return Actor{ID: "system", Name: "Waymark"} }

// NewID returns an identifier that says what it identifies and sorts by the
// time it was made: kind, an underscore, and 32 hexadecimal digits (UUIDv7).
func NewID(kind string) string {
	id, err := uuid.NewV7()
	if err != nil { // the system's source of randomness is gone: nothing can go on
		panic(fmt.Sprintf("lead.NewID: %v", err))
	}
	return kind + "_" + strings.ReplaceAll(id.String(), "-", "")
}

// NewIDAt is NewID for something that happened at a time in the past, so that it
// sorts among what happened then.
func NewIDAt(kind string, at time.Time) string {
	id := []byte(NewID(kind))
	copy(id[len(kind)+1:], fmt.Sprintf("%012x", uint64(max(0, at.UnixMilli()))&(1<<48-1)))
	return string(id)
}

// The ways a use case can refuse. The web layer turns each into a status.
var (
	ErrForbidden   = errors.New("not allowed")
	ErrNotFound    = errors.New("not found")
	ErrConflict    = errors.New("changed by someone else")
	ErrReused      = errors.New("this form was already sent with other answers")
	ErrUnavailable = errors.New("cannot save just now")
)

// Invalid says what is wrong with what a person typed, by form field.
type Invalid map[string]string

func (v Invalid) Error() string {
	fields := make([]string, 0, len(v))
	for f := range v {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	return "answers need attention: " + strings.Join(fields, ", ")
}

// OrNil returns v as an error, or nil when nothing is wrong.
func (v Invalid) OrNil() error {
	if len(v) == 0 {
		return nil
	}
	return v
}

// TooLong notes in v that the answer to field is longer than max characters.
func (v Invalid) TooLong(field, answer string, max int) {
	if n := len([]rune(answer)); n > max {
		v[field] = fmt.Sprintf("Shorten this to %d characters or fewer: it has %d", max, n)
	}
}
