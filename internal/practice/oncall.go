package practice

import (
	"time"

	"waymark.example/internal/handoff/oncall"
	"waymark.example/internal/lead"
	"waymark.example/internal/platform/ledger"
)

// rota plans this week and the next: days and nights, a second to ring, and a
// hole in the night to Sunday that somebody should see.
func (w *writer) rota(now time.Time) {
	local := now.In(w.app.Zone)
	monday := time.Date(local.Year(), local.Month(), local.Day()-(int(local.Weekday())+6)%7, 0, 0, 0, 0, w.app.Zone)
	w.at(monday.Add(-time.Hour))
	turn := func(who, phone string, place, day, from, until int) {
		w.do("rota", func() error {
			s := oncall.Shift{WorkerID: w.area.Actors[who].ID, Phone: phone, Place: place}
			list := oncall.Repeat(s, monday.AddDate(0, 0, day), time.Duration(from)*time.Hour, time.Duration(until)*time.Hour, 2, w.app.Zone)
			return w.app.Care.Duty.Plan(w.ctx, w.area.Actors["supervisor"], ledger.Form{}, list)
		})
	}
	for day := range 7 {
		night := 8
		if day == 5 {
			night = 2
		}
		turn("oncall", "07700 900155", 1, day, 8, 20)
		turn("manager", "07700 900142", 1, day, 20, night)
		turn("supervisor", "07700 900168", 2, day, 8, 20)
	}
}

// rangInVain has the officer who made the latest hand-over ring and nobody
// answer: the call goes on to those who can do something about it.
func (w *writer) rangInVain(start time.Time) {
	w.sweep(start)
	w.at(start.Add(3 * time.Minute))
	w.do("rang in vain", func() error {
		officer := w.area.Actors["officer"]
		rows, err := w.app.Contacts.Mine(w.ctx, officer, "", 1)
		if err != nil {
			return err
		}
		return w.app.Contacts.NoAnswer(w.ctx, officer, ledger.Form{}, rows[0].ID)
	})
	w.sweep(start.Add(3*time.Minute + 5*time.Second))
}

// onTheWay says that a worker comes.
func (w *writer) onTheWay(actor lead.Actor, referralID string, minutes int) {
	w.do("on the way", func() error {
		return w.app.Care.People.OnTheWay(w.ctx, actor, ledger.Form{}, referralID, minutes)
	})
}

// sweep is what a running server does every few seconds.
func (w *writer) sweep(at time.Time) {
	w.at(at)
	w.do("sweep", func() error {
		_, err := w.app.Care.Duty.Sweep(w.ctx)
		return err
	})
}
