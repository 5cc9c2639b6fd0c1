// Command messages brings the Welsh catalogue up to date: it collects every
// message that a page can show and writes those without an entry into
// internal/platform/ui/words/cy, with an empty translation. Run it from the
// repository's root.
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "messages:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	found, err := collect(".")
	if err != nil {
		return err
	}
	report, err := update("internal/platform/ui/words/cy", found, len(args) > 0 && args[0] == "-prune")
	if err != nil {
		return err
	}
	fmt.Println(report)
	return nil
}
