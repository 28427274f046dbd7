// SPDX-License-Identifier: MPL-2.0

package main

import (
	"testing"
)

func TestLogsWanted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		environment []string
		want        bool
	}{
		{nil, false},
		{[]string{"PATH=/bin", "MY_TF_LOG=debug", "TF_LOG="}, false},
		{[]string{"PATH=/bin", "TF_LOG=debug"}, true},
		{[]string{"TF_LOG_PROVIDER=info"}, true},
		{[]string{"TF_LOG_SDK_FRAMEWORK=trace"}, true},
	} {
		if got := logsWanted(test.environment); got != test.want {
			t.Errorf("logsWanted(%q) = %t", test.environment, got)
		}
	}
}
