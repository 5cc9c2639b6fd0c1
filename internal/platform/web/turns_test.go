package web_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"waymark.example/internal/platform/web"
)

func TestTwoFilesAreTakenInAtOnceAndTheNextWaitsALittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := web.NewTurns()
		take := func() func() {
			done, err := turns.Take(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first, second := take(), take()
		if _, err := turns.Take(context.Background()); !errors.Is(err, web.ErrBusy) || web.Explain(err).Status != 503 {
			t.Errorf("a third: %v", err)
		}
		go first()
		take()()
		second()
	})
}
