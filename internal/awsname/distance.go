package awsname

// maxArea limits the work of comparing two texts: the product of their lengths.
const maxArea = 1 << 20

// Distance returns the Levenshtein distance: the minimum number of insertions, deletions
// and replacements of a byte that turn a into b. For very long texts it returns an upper
// bound.
func Distance(a, b string) int {
	if len(a)*len(b) > maxArea {
		return max(len(a), len(b))
	}
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
