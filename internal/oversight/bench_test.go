package oversight_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"waymark.example/internal/app"
	"waymark.example/internal/platform/access"
	"waymark.example/internal/platform/ledger"
	"waymark.example/internal/practice"
)

// BenchmarkAMillionEntries asks the officer's questions of a log of a million
// entries about ten thousand people by two hundred accounts.
func BenchmarkAMillionEntries(b *testing.B) {
	path := filepath.Join(b.TempDir(), "waymark.db")
	a, err := app.Open(b.Context(), app.Config{Database: "sqlite:" + path})
	must(b, err)
	b.Cleanup(func() {
		if err := a.Close(); err != nil {
			b.Error(err)
		}
	})
	staff, err := practice.Staff(b.Context(), a, &practice.Clock{})
	must(b, err)
	raw, err := sql.Open("sqlite", path)
	must(b, err)
	for _, fill := range []string{ // numbered below nought: older than what the program itself wrote
		`INSERT INTO ledger_entry (seq, recorded_at, actor_id, actor_side, verb, act, purpose, origin, detail, nonce, commitments, hashes)
		 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
		 SELECT i - 1000001, strftime('%Y-%m-%dT%H:%M:%S', 1700000000 + i * 30, 'unixepoch') || '.000000Z', 'acc_' || (i % 200), CASE WHEN i % 3 = 0 THEN 'police' ELSE 'care' END,
			CASE WHEN i % 500 = 0 THEN 'disclosed' ELSE 'consulted' END, 'case.read', 'support', '', '', '', '', '' FROM n`,
		`INSERT INTO ledger_subject (subject_id, seq, place, salt)
		 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT 'par_' || (i % 10000), i - 1000001, 0, '' FROM n`,
	} {
		_, err := raw.ExecContext(b.Context(), fill)
		must(b, err)
	}
	must(b, raw.Close())
	for _, question := range []struct {
		name   string
		action access.Action
		find   ledger.Search
		limit  int
	}{
		{"WhoSawThem", "audit.person", ledger.Search{Subject: "par_77"}, 50},
		{"WhatTheySaw", "audit.account", ledger.Search{Actor: "acc_7"}, 50},
		{"Crossings", "audit.crossings", ledger.Search{Verb: ledger.Disclosed}, 50},
		{"ADayLongAgo", "audit.search", ledger.Search{From: "2023-11-20", To: "2023-11-20"}, 50},
		{"Export", "audit.search", ledger.Search{Actor: "acc_7"}, 5000},
	} {
		b.Run(question.name, func(b *testing.B) {
			for b.Loop() {
				trail, err := a.Oversight.Entries(b.Context(), staff.Actors["dpo"], question.action, question.find, question.limit)
				if err != nil || len(trail.Entries) == 0 {
					b.Fatalf("%d entries, %v", len(trail.Entries), err)
				}
			}
		})
	}
}
