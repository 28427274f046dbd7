package attributes

import "strings"

// nearest returns the candidate that a misspelt name most likely means: the one
// that the fewest single-letter edits lead to, at most a third of the name's
// letters; else the nearest one that begins with the name, or the name with it;
// empty when there is none.
func nearest(name string, candidates []string) string {
	best, fewest := "", len(name)/3+1
	for _, candidate := range candidates {
		if n := edits(name, candidate); n < fewest {
			best, fewest = candidate, n
		}
	}
	if best != "" {
		return best
	}
	for _, candidate := range candidates {
		begins := strings.HasPrefix(candidate, name) || strings.HasPrefix(name, candidate)
		if n := edits(name, candidate); begins && (best == "" || n < fewest) {
			best, fewest = candidate, n
		}
	}
	return best
}

// edits counts the insertions, deletions and replacements of a letter that turn
// a into b (the Levenshtein distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
