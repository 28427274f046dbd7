// SPDX-License-Identifier: MPL-2.0

package authz

// A step is about as much work as looking at one character of a text. Counting steps
// bounds the work that documents of somebody else can cause, the same on every
// machine.
const (
	// evaluationSteps is what one evaluation may take.
	evaluationSteps = 3_000_000
	// reasonSteps is what the reasons of one evaluation may take beside that.
	reasonSteps = 500_000
	// verdictSteps is what all evaluations of a verdict may take.
	verdictSteps = 4 * (evaluationSteps + reasonSteps)
)

// A Budget bounds the work of evaluations that belong together, in steps. Once it is
// spent, what is not decided is Conditional, and the decisions say so by TooComplex.
// A Budget is not safe for concurrent use.
type Budget struct {
	left, spent int
	costliest   costliest
}

// NewBudget returns a budget for all evaluations of one verdict.
func NewBudget() *Budget { return &Budget{left: verdictSteps} }

// Clone returns a budget of what is left of b.
func (b *Budget) Clone() *Budget {
	clone := *b
	return &clone
}

// IsSpent reports whether no step is left.
func (b *Budget) IsSpent() bool { return b.left <= 0 }

// Spent returns how many steps the evaluations took.
func (b *Budget) Spent() int { return b.spent }

// The costliest policy is the one that took the most steps.
type costliest struct {
	steps      int
	policyType PolicyType
	policy     string
}

// take notes that a policy took steps.
func (c *costliest) take(steps int, policyType PolicyType, policy string) {
	if steps > c.steps {
		*c = costliest{steps, policyType, policy}
	}
}
