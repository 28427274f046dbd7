// SPDX-License-Identifier: MPL-2.0

package awsname

// Distance returns how many insertions, deletions and replacements of a byte turn a
// into b (the Levenshtein distance), or the limit when they are not fewer than that;
// and how many steps it took to find out.
func Distance(a, b string, limit int) (distance, steps int) {
	steps = 1
	if lengthsDiffer(a, b) >= limit {
		return limit, steps
	}
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
		steps++
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
		steps++
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	// Only prefixes of which the lengths differ by less than the limit matter:
	// row[j] is the distance of the first i bytes of a from the first j of b.
	var short [64]int // on the stack, as most texts are short
	row := short[:]
	if len(b) >= len(short) {
		row = make([]int, len(b)+1)
	}
	row = row[:len(b)+1]
	for j := range row {
		row[j] = min(j, limit)
	}
	for i := range len(a) {
		from, to := max(0, i+1-limit), min(len(b), i+limit)
		diagonal, least := row[from], limit
		row[from] = limit
		if from == 0 {
			row[0] = min(i+1, limit)
			least = row[0]
		}
		for j := from; j < to; j++ {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], min(cost, limit)
			least = min(least, row[j+1])
		}
		steps += to - from
		if least >= limit {
			return limit, steps
		}
	}
	return row[len(b)], steps
}

// lengthsDiffer returns by how many bytes the lengths of two texts differ. Their distance
// is at least that.
func lengthsDiffer(a, b string) int { return max(len(a), len(b)) - min(len(a), len(b)) }
