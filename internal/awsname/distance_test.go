// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 5000)
	for _, test := range []struct {
		a, b        string
		limit, want int
	}{
		{"", "", 20, 0},
		{"", "abc", 20, 3},
		{"repository", "repository", 20, 0},
		{"repositroy", "repository", 20, 2},
		{"kitten", "sitting", 20, 3},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 2},
		{"a", "b", 0, 0},
		{long + "x", long + "y", 20, 1},
		{strings.Repeat("ab", 100), strings.Repeat("cd", 100), 20, 20},
	} {
		got, steps := Distance(test.a, test.b, test.limit)
		if got != test.want || steps > 20*(len(test.a)+len(test.b)+1) {
			t.Errorf("Distance of %.20q and %.20q is %d, in %d steps; want %d", test.a, test.b, got, steps, test.want)
		}
	}
}

// TestDistanceAgreesWithRecursion holds the distance against its definition.
func TestDistanceAgreesWithRecursion(t *testing.T) {
	t.Parallel()
	var define func(a, b string) int
	define = func(a, b string) int {
		switch {
		case a == "" || b == "":
			return len(a) + len(b)
		case a[0] == b[0]:
			return define(a[1:], b[1:])
		}
		return 1 + min(define(a[1:], b), define(a, b[1:]), define(a[1:], b[1:]))
	}
	r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // a repeatable sequence is wanted
	text := func() string {
		b := make([]byte, r.IntN(8))
		for i := range b {
			b[i] = "abc"[r.IntN(3)]
		}
		return string(b)
	}
	for range 3000 {
		a, b, limit := text(), text(), r.IntN(9)
		if got, _ := Distance(a, b, limit); got != min(define(a, b), limit) {
			t.Fatalf("Distance of %q and %q within %d is %d", a, b, limit, got)
		}
	}
}
