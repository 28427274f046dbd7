// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"os"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// TestEveryOperatorHasAVector: an operator that no vector uses is not pinned to AWS's
// documentation.
func TestEveryOperatorHasAVector(t *testing.T) {
	t.Parallel()
	var texts strings.Builder
	for _, file := range vectors.Files(t, vectors.Own(t)) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts.Write(text)
	}
	for _, operator := range authz.Operators() {
		for _, form := range []string{operator, operator + "IfExists", "ForAllValues:" + operator, "ForAnyValue:" + operator} {
			if operator == "Null" && form != operator {
				continue // it takes neither suffix nor prefix
			}
			if !strings.Contains(texts.String(), `"`+form+`":`) {
				t.Errorf("no vector uses %s", form)
			}
		}
	}
}
