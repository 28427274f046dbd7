package awsname

import "strings"

// Nearest returns the candidate that a misspelt name most likely means, in
// whatever case: the one that the fewest single-letter edits lead to, at most a
// third of the name's letters; else the nearest one that begins with the name, or
// the name with it; empty when there is none.
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
