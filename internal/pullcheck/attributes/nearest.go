package attributes

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// nearest returns the candidate that a misspelt name most likely means: the one
// that the fewest single-letter edits lead to, at most a third of the name's
// letters; else the nearest one that begins with the name, or the name with it;
// empty when there is none.
func nearest(name string, candidates []string) string {
	best, fewest := "", len(name)/3+1
	for _, candidate := range candidates {
		if n := awsname.Distance(name, candidate); n < fewest {
			best, fewest = candidate, n
		}
	}
	if best != "" {
		return best
	}
	for _, candidate := range candidates {
		begins := strings.HasPrefix(candidate, name) || strings.HasPrefix(name, candidate)
		if n := awsname.Distance(name, candidate); begins && (best == "" || n < fewest) {
			best, fewest = candidate, n
		}
	}
	return best
}
