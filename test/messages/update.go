package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"waymark.example/internal/platform/ui"
)

// areaOf names the catalogue's file for a message: the folder that it stands in,
// common where it stands in several.
func areaOf(where []string) string {
	areas := map[string]bool{}
	for _, w := range where {
		areas[folder(w)] = true
	}
	if len(areas) > 1 {
		return "common"
	}
	for a := range areas {
		return a
	}
	return "common"
}

func folder(where string) string {
	parts := strings.Split(where, "/")
	switch {
	case strings.HasPrefix(where, "platform/ui/assets/"):
		return "scripts"
	case strings.HasPrefix(where, "platform/ui/"):
		return "shell"
	case strings.HasPrefix(where, "reference/codelist/data/"):
		return "codes"
	case strings.HasPrefix(where, "reference/service"):
		return "services"
	case strings.HasPrefix(where, "care/"):
		// Casework is half of all there is: the pages' file names part it.
		name := strings.TrimSuffix(strings.TrimSuffix(parts[len(parts)-1], ".html"), ".go")
		if parts[1] != "web" {
			return "care-records"
		}
		if strings.ToLower(name[:1]) < "n" {
			return "care-a-m"
		}
		return "care-n-z"
	case parts[0] == "app" || parts[0] == "lead":
		return "shell"
	}
	return parts[0]
}

// read returns the entries of every file of dir.
func read(dir string) (map[string][]ui.Entry, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	out := map[string][]ui.Entry{}
	for _, name := range names {
		text, err := os.ReadFile(name) //nolint:gosec // a file of this repository
		if err != nil {
			return nil, err
		}
		var entries []ui.Entry
		if err := json.Unmarshal(text, &entries); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[strings.TrimSuffix(filepath.Base(name), ".json")] = entries
	}
	return out, nil
}

// update adds an empty entry for each message that has none, says anew where each
// stands, and leaves out those that stand nowhere any more: the ones without a
// translation always, the others with prune.
func update(dir string, of found, prune bool) (string, error) {
	files, err := read(dir)
	if err != nil {
		return "", fmt.Errorf("update: %w", err)
	}
	have := map[string]bool{}
	var added, gone, todo, unchecked int
	for area, entries := range files {
		kept := entries[:0:0]
		for _, e := range entries {
			m, ok := of[e.EN]
			if have[e.EN] || !ok && (prune || !e.Done()) {
				gone++
				continue
			}
			have[e.EN] = true
			e.Where, e.Ours = slices.Sorted(slices.Values(m.where)), m.ours
			kept = append(kept, e)
		}
		files[area] = kept
	}
	for _, message := range slices.Sorted(maps.Keys(of)) {
		if !have[message] {
			m := of[message]
			area := areaOf(m.where)
			e := ui.Entry{EN: message, Where: slices.Sorted(slices.Values(m.where)), Ours: m.ours}
			if e.Plural() {
				e.CY = ui.Forms{"one": "", "two": "", "few": "", "many": "", "other": ""}
			}
			files[area] = append(files[area], e)
			added++
		}
	}
	var lines []string
	for _, area := range slices.Sorted(maps.Keys(files)) {
		entries := files[area]
		// In the order of the pages, so that a translator sees what belongs together.
		slices.SortStableFunc(entries, func(x, y ui.Entry) int {
			return cmp.Or(cmp.Compare(first(x.Where), first(y.Where)), cmp.Compare(x.EN, y.EN))
		})
		open := 0
		for _, e := range entries {
			if !e.Done() {
				open++
			} else if !e.Checked {
				unchecked++
			}
		}
		todo += open
		lines = append(lines, fmt.Sprintf("%-14s %4d messages, %4d without Welsh", area, len(entries), open))
		if err := write(filepath.Join(dir, area+".json"), entries); err != nil {
			return "", fmt.Errorf("update: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Clean(dir)+"-missing", fmt.Appendln(nil, todo), 0o644); err != nil { //nolint:gosec // a number for everybody
		return "", fmt.Errorf("update: %w", err)
	}
	lines = append(lines, fmt.Sprintf("%d added, %d taken out, %d without Welsh, %d not checked by a translator", added, gone, todo, unchecked))
	return strings.Join(lines, "\n"), nil
}

func first(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return where[0]
}

func write(path string, entries []ui.Entry) error {
	// One line an entry, so that several people can work in one file.
	var out bytes.Buffer
	out.WriteString("[")
	for i, entry := range entries {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n")
		var line bytes.Buffer
		e := json.NewEncoder(&line)
		e.SetEscapeHTML(false)
		if err := e.Encode(entry); err != nil {
			return err
		}
		out.Write(bytes.TrimSpace(line.Bytes()))
	}
	out.WriteString("\n]\n")
	return os.WriteFile(path, out.Bytes(), 0o644) //nolint:gosec // words for everybody
}
