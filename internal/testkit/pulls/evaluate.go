// SPDX-License-Identifier: MPL-2.0

package pulls

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// Evaluate returns the result for a valid input.
func Evaluate(t *testing.T, in verdict.Input) report.Result {
	t.Helper()
	result, err := EvaluateInput(in)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// EvaluateInput returns the result for an input. An error is of type verdict.InputErrors.
func EvaluateInput(in verdict.Input) (report.Result, error) {
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		return report.Result{}, faults
	}
	return report.Of(j), nil
}
