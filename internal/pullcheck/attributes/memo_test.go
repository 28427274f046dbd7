// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"fmt"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestMemo: one text is parsed once, for its side, as long as it is among those that were used last.
func TestMemo(t *testing.T) {
	t.Parallel()
	var m memo
	parsed := func(repository string) sideSnapshot {
		t.Helper()
		registry := pulls.RegistrySnapshot()
		registry.Repositories[0].Name = repository
		text, err := registry.JSON()
		if err != nil {
			t.Fatal(err)
		}
		s, err := m.of(verdict.Registry, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.of(verdict.Consumer, text); err == nil {
			t.Error("a snapshot of a registry is one of a consumer")
		}
		return s
	}
	first, second := parsed("first"), parsed("second")
	for i := range 2 * memoSize {
		if parsed("first") != first {
			t.Fatal("parsed twice")
		}
		parsed(fmt.Sprint("other", i))
	}
	if parsed("second") == second || len(m.last) != memoSize {
		t.Errorf("%d snapshots are kept", len(m.last))
	}
}
