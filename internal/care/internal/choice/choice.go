// Package choice looks things up in closed lists of codes with words. It imports
// the standard library.
package choice

import "slices"

// Words returns the words of a code, or the code where the list has none.
func Words(list [][2]string, code string) string {
	for _, w := range list {
		if w[0] == code {
			return w[1]
		}
	}
	return code
}

// Has reports whether a list has a code.
func Has(list [][2]string, code string) bool {
	return slices.ContainsFunc(list, func(w [2]string) bool { return w[0] == code })
}
