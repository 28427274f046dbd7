// SPDX-License-Identifier: MPL-2.0

package authz

// BudgetOf returns a budget of as many steps.
func BudgetOf(steps int) *Budget { return &Budget{left: steps} }

// The bounds of the work of one evaluation.
const (
	EvaluationSteps = evaluationSteps
	ReasonSteps     = reasonSteps
)
