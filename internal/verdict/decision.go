// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Decision is the decision on one action.
type Decision struct {
	Action   string
	Resource string // the repository's ARN; * for ecr:GetAuthorizationToken
	Verdict  authz.Verdict
	// Obstacles deny the action regardless of the policies.
	Obstacles []Obstacle
	// Engine is what the policies alone decide. With a PartitionMismatch it is Denied
	// without reasons.
	Engine authz.Decision
	// IfMissing denies what creates the repository, which is needed only if the repository
	// does not exist. That is not known, and so the decision is Conditional. It may be nil.
	IfMissing *authz.Decision
	// IfExists denies what the policy of a repository creation template may allow if the
	// repository does not exist. That is not known, and so the decision is Conditional. It may
	// be nil.
	IfExists *authz.Decision
	// IfNotAdded denies AWS Lambda what a statement allows that Lambda may add itself. It is not
	// known whether Lambda does, and so the decision is Conditional. It may be nil.
	IfNotAdded *authz.Decision
	// OfECR are the condition keys on which the download of layers depends and that nobody can
	// set: those of a request that Amazon ECR signs, for its own bucket.
	OfECR []string
}

// open makes a denial Conditional, because what is not known could lift it, and returns the
// denial.
func (d *Decision) open() *authz.Decision {
	denied := d.Engine
	d.Engine = authz.Decision{Principal: denied.Principal, Action: d.Action, Resource: d.Resource, Verdict: authz.Conditional}
	return &denied
}

// A Fault is something in a document that AWS would reject.
type Fault struct {
	At  At
	Err *policy.Error
}

// Denials returns the Deny statements of a policy type that decided.
func (d *Decision) Denials(t authz.PolicyType) []authz.StatementRef {
	return slices.DeleteFunc(slices.Clone(d.Engine.Statements), func(ref authz.StatementRef) bool {
		return ref.PolicyType != t || ref.Effect != "Deny"
	})
}

// Lacks reports whether a policy type that denies lacks an Allow.
func (d *Decision) Lacks(t authz.PolicyType) bool {
	return len(d.Denials(t)) == 0 || slices.Contains(d.Engine.Cases.Lacking, t)
}
