package grant

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repopolicy"
)

// An existsError says that somebody else's statement has the grant's Sid.
type existsError struct {
	repo awsname.Repository
	live *policy.Statement
}

func (e *existsError) Error() string {
	return fmt.Sprintf("the policy of the repository %s (account %s, region %s) already has a statement with the Sid %s, which this resource does not manage:\n\n  %s\n\n"+
		"Nothing was changed. If the statement is yours, take it over:\n\n  terraform import ADDRESS '%s'\n\n"+
		"where ADDRESS is this resource's, such as ecrxa_repository_grant.example. If it is not, choose another sid.",
		e.repo.Name, e.repo.Account, e.repo.Region, e.live.Sid(), e.live, importID(e.repo, e.live.Sid()))
}

// A duplicateSidError says that several statements have one Sid.
type duplicateSidError struct {
	repo  awsname.Repository
	sid   string
	count int
}

func (e *duplicateSidError) Error() string {
	return fmt.Sprintf("the policy of the repository %s (account %s, region %s) has %d statements with the Sid %s, so it cannot be told which of them this resource manages. "+
		"Nothing was changed. In the registry account, give all but one of them another Sid, then run Terraform again.",
		e.repo.Name, e.repo.Account, e.repo.Region, e.count, e.sid)
}

// A principalError says that ECR kept refusing the policy because of a principal.
type principalError struct {
	repo    awsname.Repository
	sid     string
	named   []string            // the principals that our statement names
	orphans []*policy.Statement // statements of others with deleted principals
	waited  time.Duration
	cause   error
}

const adviceOnPrincipals = "\nCheck their spelling, and that each exists, path included. A role of this configuration must be created first: refer to its arn attribute. " +
	"For an account, check that it has the region enabled. To grant access before the roles exist, set match_roles_by = \"condition\".\n"

func (e *principalError) Unwrap() error { return e.cause }

func (e *principalError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "ECR refused the grant %s on the repository %s (account %s, region %s), because a principal in the policy does not exist or cannot be used.",
		e.sid, e.repo.Name, e.repo.Account, e.repo.Region)
	if len(e.named) > 0 {
		fmt.Fprintf(&b, " It was tried for %s.\n\nThis grant names:\n", e.waited)
		for _, p := range e.named {
			fmt.Fprintf(&b, "  - %s\n", p)
		}
		b.WriteString(adviceOnPrincipals)
	} else {
		b.WriteString(" This grant names no account, role or user, so the cause is in another statement of the policy.\n")
	}
	for _, s := range e.orphans {
		fmt.Fprintf(&b, "\nThe statement with the Sid %q, which this resource does not manage, names a principal that was deleted (%s). ECR may refuse every change until its owner removes or replaces it.\n",
			s.Sid(), strings.Join(orphanIDs(s), ", "))
	}
	fmt.Fprintf(&b, "\nNothing was changed. AWS's message: %s", awsapi.Message(e.cause))
	return b.String()
}

// orphanIDs returns the IDs of deleted roles and users that a statement names.
func orphanIDs(s *policy.Statement) []string {
	var ids []string
	for _, p := range s.Principals()["AWS"] {
		if awsname.IsUniqueID(p) {
			ids = append(ids, p)
		}
	}
	return ids
}

// addError adds an error to the diagnostics, in the words of the innermost error
// that knows what to do now.
func addError(diags *diag.Diagnostics, err error) {
	summary, detail := describe(err)
	diags.AddError(summary, detail)
}

func describe(err error) (summary, detail string) {
	if e, ok := errors.AsType[*principalError](err); ok {
		return "A principal of the grant cannot be used", sentence(e)
	}
	if e, ok := errors.AsType[*existsError](err); ok {
		return "The Sid is taken", sentence(e)
	}
	if e, ok := errors.AsType[*duplicateSidError](err); ok {
		return "The Sid is not unique", sentence(e)
	}
	if e, ok := errors.AsType[*repopolicy.TooLargeError](err); ok {
		return "The repository policy would be too large", sentence(e) +
			" Nothing was changed. Grant whole accounts or organizations in place of many roles, or merge grants that allow the same actions."
	}
	if e, ok := errors.AsType[*repopolicy.LostError](err); ok {
		return "Another writer keeps replacing the repository policy", sentence(e) +
			" Find out who else writes this policy (aws_ecr_repository_policy, CloudFormation, a script), let one of you write at a time, and apply again."
	}
	if _, ok := errors.AsType[*policy.Error](err); ok {
		return "The repository policy cannot be read", sentence(err)
	}
	return awsapi.Describe(err, "The grant could not be managed")
}

// sentence prints an error with a capital at the start and a full stop at the end.
func sentence(err error) string {
	text := strings.TrimSuffix(err.Error(), ".")
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// retryable reports whether an error may pass when AWS has learned of a new role.
// Sources: "Principal not found" is ECR's text since 2024, "Invalid repository
// policy provided" its text before.
func retryable(err error) bool {
	kind := awsapi.KindOf(err)
	return kind == awsapi.PrincipalNotFound || kind == awsapi.InvalidPolicy
}

func never(error) bool { return false }
