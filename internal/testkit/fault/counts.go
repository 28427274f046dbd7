// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Hit is one kind of fault on one operation.
type Hit struct {
	Kind      string // as in Fault.Kind
	Operation string // as in "ecr:SetRepositoryPolicy"
}

// Counts has the number of hits of each kind of fault on each operation.
type Counts map[Hit]int

// Of returns the number of hits of a kind of fault, over all operations.
func (c Counts) Of(kind string) int {
	total := 0
	for hit, times := range c {
		if hit.Kind == kind {
			total += times
		}
	}
	return total
}

// Total returns the number of all hits.
func (c Counts) Total() int {
	total := 0
	for _, times := range c {
		total += times
	}
	return total
}

// String lists the counts, one per line.
func (c Counts) String() string {
	hits := slices.SortedFunc(maps.Keys(c), func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Operation, b.Operation))
	})
	var b strings.Builder
	for _, hit := range hits {
		fmt.Fprintf(&b, "%5d × %s, %s\n", c[hit], hit.Kind, hit.Operation)
	}
	return b.String()
}
