package awsname

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 2000)
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"repository", "repository", 0},
		{"repositroy", "repository", 2},
		{"role", "role_arn", 4},
		{"kitten", "sitting", 3},
		{long, long, 2000}, // only bounded
	} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("Distance of %.20q and %.20q is %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
