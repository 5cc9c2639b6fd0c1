package practice

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"waymark.example/internal/evidence/outcome"
	"waymark.example/internal/evidence/pseudonym"
	"waymark.example/internal/evidence/simulate"
	"waymark.example/internal/evidence/study"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
)

// studied is how many made-up people the evaluators' pages are about: in an area to show so many that the report can say what it found.
func (w *writer) studied() int {
	if w.many {
		return 900
	}
	return 300
}

// evidence leaves a small made-up study on the evaluators' side, under a key that is kept nowhere, with a row that is wrong, and an extract of it.
func (w *writer) evidence(now time.Time) {
	w.at(now.AddDate(0, 0, -3))
	w.do("a yes to being studied", func() error {
		return w.app.Care.Consents.AgreeToResearch(w.ctx, w.area.Actors["manager"], ledger.Form{}, w.area.People["Linnet"])
	})
	w.do("a study", func() error {
		st, _, err := simulate.Make(w.studied(), 7, simulate.Default())
		if err != nil {
			return err
		}
		key, err := pseudonym.Forgotten()
		if err != nil {
			return err
		}
		key.Study(st, nil)
		outcomes, err := rows(st.Outcomes)
		if err != nil {
			return err
		}
		outcomes += "x,a name where a pseudonym belongs,arrest,warrant," + st.From.String() + strings.Repeat(",", 5) + "\n"
		people, err1 := rows(st.People)
		contacts, err2 := rows(st.Contacts)
		support, err3 := rows(st.Support)
		months, err4 := rows(st.Months)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return err
		}
		for _, f := range []struct {
			kind outcome.Kind
			text string
		}{{outcome.People, people}, {outcome.Contacts, contacts}, {outcome.Outcomes, outcomes}, {outcome.Supports, support}, {outcome.Months, months}} {
			_, err := w.app.Evidence.Import(w.ctx, lead.System(), outcome.File{Kind: f.kind, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(f.text)), nil }})
			if err != nil {
				return err
			}
		}
		until := min(st.Until, study.DayOf(w.app.Now().UTC())-1)
		id, err := w.app.Evidence.Freeze(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, key.ID(), st.From.String(), until.String())
		if err != nil {
			return err
		}
		_, err = w.app.Evidence.Ask(w.ctx, w.area.Actors["evaluator"], ledger.Form{}, id, "evaluation", w.app.Now().UTC().AddDate(0, 6, 0).Format(time.DateOnly))
		return err
	})
}

func rows[T study.Person | study.Contact | study.Outcome | study.Support | study.Month](all []T) (string, error) {
	var b bytes.Buffer
	err := study.WriteRows(&b, all)
	return b.String(), err
}
