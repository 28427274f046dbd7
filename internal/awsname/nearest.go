package awsname

import "strings"

// Nearest returns the candidate that a misspelt name probably means, ignoring case. It is
// the candidate with the smallest Distance from the name, if that is at most a third of
// the name's length. Otherwise it is the nearest candidate that is a prefix of the name or
// has the name as a prefix. Nearest returns "" if there is none.
func Nearest(name string, candidates []string) string {
	lowered := strings.ToLower(name)
	best, fewest := "", len(name)/3+1
	for _, candidate := range candidates {
		other := strings.ToLower(candidate)
		if isFarther(lowered, other, fewest) {
			continue
		}
		if n := Distance(lowered, other); n < fewest {
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
		if n := Distance(lowered, strings.ToLower(candidate)); best == "" || n < fewest {
			best, fewest = candidate, n
		}
	}
	return best
}

// isFarther reports whether the lengths of two texts show already that their distance
// is a number or more: it is at least their difference.
func isFarther(a, b string, n int) bool { return max(len(a), len(b))-min(len(a), len(b)) >= n }
