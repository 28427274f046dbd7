// SPDX-License-Identifier: MPL-2.0

package main

import "testing"

func TestCollectorIsSet(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		environment []string
		want        bool
	}{
		{nil, false},
		{[]string{"PATH=/bin", "MY_GOGC=50", "GOGC="}, false},
		{[]string{"PATH=/bin", "GOGC=off"}, true},
		{[]string{"GOMEMLIMIT=500MiB"}, true},
	} {
		if got := collectorIsSet(test.environment); got != test.want {
			t.Errorf("collectorIsSet(%q) = %t", test.environment, got)
		}
	}
}
