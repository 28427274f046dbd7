// SPDX-License-Identifier: MPL-2.0

package awsname

import "strings"

// maxMisspelt is the length in bytes of the longest name for which Nearest looks for
// another: no Region, argument or condition key is longer.
const maxMisspelt = 256

// Nearest returns the candidate that a misspelt name probably means, ignoring case. It is
// the candidate with the smallest Distance from the name, if that is at most a third of
// the name's length. Otherwise it is the nearest candidate that is a prefix of the name or
// has the name as a prefix. Nearest returns "" if there is none.
func Nearest(name string, candidates []string) string {
	if len(name) > maxMisspelt {
		return ""
	}
	lowered := strings.ToLower(name)
	best, fewest := "", len(name)/3+1
	for _, candidate := range candidates {
		if lengthsDiffer(name, candidate) >= fewest {
			continue
		}
		if n, _ := Distance(lowered, strings.ToLower(candidate), fewest); n < fewest {
			best, fewest = candidate, n
		}
	}
	if best != "" {
		return best
	}
	for _, candidate := range candidates {
		if !strings.HasPrefix(candidate, name) && !strings.HasPrefix(name, candidate) {
			continue
		}
		if n := lengthsDiffer(name, candidate); best == "" || n < fewest {
			best, fewest = candidate, n
		}
	}
	return best
}
