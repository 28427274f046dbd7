package awsname

import "strings"

// Nearest returns the candidate that a misspelt name probably means, ignoring case. It is
// the candidate with the smallest Distance from the name, if that is at most a third of
// the name's length. Otherwise it is the nearest candidate that is a prefix of the name or
// has the name as a prefix. Nearest returns "" if there is none.
func Nearest(name string, candidates []string) string {
	best, fewest := "", len(name)/3+1
	for _, candidate := range candidates {
		if n := foldedDistance(name, candidate); n < fewest {
			best, fewest = candidate, n
		}
	}
	if best != "" {
		return best
	}
	for _, candidate := range candidates {
		begins := strings.HasPrefix(candidate, name) || strings.HasPrefix(name, candidate)
		if n := foldedDistance(name, candidate); begins && (best == "" || n < fewest) {
			best, fewest = candidate, n
		}
	}
	return best
}

func foldedDistance(a, b string) int { return Distance(strings.ToLower(a), strings.ToLower(b)) }
