// SPDX-License-Identifier: MPL-2.0

package lint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// TestOf_growth: the work on ARNs in many accounts grows as their number, and not as its
// square. Work is counted in allocations, which do not depend on the machine.
func TestOf_growth(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts the allocations of all goroutines
	work := func(n int) float64 {
		arns := make([]string, n)
		for i := range arns {
			arns[i] = fmt.Sprintf(`"arn:aws:ecr:us-east-1:%012d:repository/other-service"`, i)
		}
		j, faults := verdict.Judge(pulls.With(pulls.Both(), func(in *verdict.Input) {
			in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, `{"Effect":"Allow","Action":"ecr:*","Resource":[`+strings.Join(arns, ",")+`]}`))
		}))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return testing.AllocsPerRun(3, func() { lint.Of(j) })
	}
	if few, many := work(30), work(300); many > 12*few {
		t.Errorf("%.0f allocations for 30 ARNs, %.0f for 300", few, many)
	}
}
