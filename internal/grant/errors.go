package grant

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// An existsError says that the grant's Sid belongs to a statement of somebody else.
type existsError struct {
	repo awsname.Repository
	live *policy.Statement
	same bool // another resource of this configuration has just written the same
	plan bool // this is told in a plan, which changes nothing anyway
}

func (e *existsError) Error() string {
	if e.same {
		return fmt.Sprintf("another ecrxa_repository_grant of this configuration has just written the statement with the Sid %s into the policy of the repository %s (account %s, region %s), word for word. "+
			"Nothing else was changed. Remove one of the two resources, or give each a sid of its own.",
			e.live.Sid(), e.repo.Name, e.repo.Account, e.repo.Region)
	}
	unchanged := "Nothing was changed. "
	if e.plan {
		unchanged = ""
	}
	return fmt.Sprintf("the policy of the repository %s (account %s, region %s) already has a statement with the Sid %s, which this resource does not manage and which says something else:\n\n  %s\n\n%s%s",
		e.repo.Name, e.repo.Account, e.repo.Region, e.live.Sid(), e.live, unchanged, e.wayOut())
}

func (e *existsError) wayOut() string {
	if managed.CheckGrantImport(e.repo, e.live) != nil {
		return "This resource cannot take it over, since it cannot express it: choose another sid."
	}
	return fmt.Sprintf("If the statement is yours, take it over:\n\n  %s\n\n"+
		"where ADDRESS is this resource's, such as ecrxa_repository_grant.example. If it is not, choose another sid. If another resource of this configuration has it and is about to be removed, apply again when it is gone.",
		managed.ImportCommand("ADDRESS", managed.GrantImportID(e.repo, e.live.Sid())))
}

func (e *existsError) summary() string { return "The Sid is taken" }

const summaryTooLarge = "The repository policy would be too large"

// A changedError says that the statement is not what the plan has seen.
type changedError struct {
	repo awsname.Repository
	live *policy.Statement
}

func (e *changedError) Error() string {
	return fmt.Sprintf("the statement with the Sid %s in the policy of the repository %s (account %s, region %s) was changed by somebody else since the plan was made. It now is:\n\n  %s\n\n"+
		"Nothing was changed. Plan again, look at the difference, and apply.",
		e.live.Sid(), e.repo.Name, e.repo.Account, e.repo.Region, e.live)
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

// A refusedError says that ECR refused the policy because of something that
// stands in it.
type refusedError struct {
	repo     awsname.Repository
	sid      string
	removing bool
	named    []string         // the principals that our statement names
	around   *policy.Document // the policy before our change
	waited   time.Duration
	cause    error
}

// adviceOnPrincipals says what to do about principals of which ECR does not know one.
func adviceOnPrincipals(named []string) string {
	advice := fmt.Sprintf("\nWhat the consumer side must do (%s): check that each of these exists, spelled just so, path included; for an account, that it has the region enabled.", accountsOf(named))
	if slices.ContainsFunc(named, managed.IsRole) {
		advice += " A role of this configuration must be created first: refer to its arn attribute. To grant access before the roles exist, set match_roles_by = \"condition\"."
	}
	return advice + "\n"
}

// accountsOf names the accounts of principals, as in: accounts 111111111111, 222222222222.
func accountsOf(principals []string) string {
	var ids []string
	for _, p := range principals {
		if a, err := awsname.ParseARN(p); err == nil {
			p = a.Account
		}
		ids = append(ids, p)
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) > 1 {
		return "accounts " + strings.Join(ids, ", ")
	}
	return "account " + ids[0]
}

func (e *refusedError) Unwrap() error { return e.cause }

func (e *refusedError) Error() string {
	var b strings.Builder
	change := "the grant"
	if e.removing {
		change = "the policy without the grant"
	}
	fmt.Fprintf(&b, "ECR refused %s %s on the repository %s (account %s, region %s)", change, e.sid, e.repo.Name, e.repo.Account, e.repo.Region)
	if awserr.KindOf(e.cause) == awserr.PrincipalNotFound {
		b.WriteString(", because a principal in the policy does not exist or cannot be used.")
	} else {
		b.WriteString(" and does not say why. A principal that does not exist is the usual cause; a condition or an element that ECR does not accept is another.")
	}
	switch {
	case e.removing:
		b.WriteString(" ECR judges the whole policy at each write: what it refuses stands in another statement.\n")
	case len(e.named) > 0:
		fmt.Fprintf(&b, " It was tried for %s.\n\nThis grant names:\n", e.waited)
		for _, p := range e.named {
			fmt.Fprintf(&b, "  - %s\n", p)
		}
		b.WriteString(adviceOnPrincipals(e.named))
	default:
		b.WriteString(" This grant names no account, role or user: look at its conditions, and at the other statements of the policy.\n")
	}
	for _, s := range e.around.Statements() {
		b.WriteString(e.suspicion(s))
	}
	if len(orphans(e.around, e.sid)) > 0 {
		b.WriteString("\n" + adviceOnOrphans + "\n")
	}
	fmt.Fprintf(&b, "\nNothing was changed. AWS's message: %s", awserr.Message(e.cause))
	return b.String()
}

// suspicion says why a statement of somebody else may be what ECR refuses. ECR
// judges the whole document at every write, also what it once accepted.
func (e *refusedError) suspicion(s *policy.Statement) string {
	if s.Sid() == e.sid {
		return ""
	}
	if ids := orphanIDs(s); len(ids) > 0 {
		return "\nThe " + namesOrphans(s, ids) + "\n"
	}
	if len(s.Resources()) > 0 {
		return fmt.Sprintf("\nThe statement with the Sid %q, which this resource does not manage, has the element Resource, which ECR has refused in repository policies. Its owner can leave it out: the repository is implied.\n", s.Sid())
	}
	return ""
}

// namesOrphans says of a statement of somebody else which deleted principals it names.
func namesOrphans(s *policy.Statement, ids []string) string {
	return fmt.Sprintf("statement with the Sid %q, which this resource does not manage, names a principal that was deleted (%s). ECR may refuse every change of the policy while it does.",
		s.Sid(), strings.Join(ids, ", "))
}

// adviceOnOrphans is the way out of a policy that ECR does not accept any more. Two
// configurations, each with such a statement, cannot put theirs right one by one.
const adviceOnOrphans = "What the registry side must do: remove that ID, or name the principal that exists now. " +
	"If the statement belongs to another configuration whose apply fails for the same reason, neither can go first: ECR takes only a policy in which all such IDs are replaced at once. " +
	"Put all of them right by hand (in the ECR console, or with aws ecr set-repository-policy), or hold these grants in one configuration; then apply each."

// orphans returns the statements of others than the Sid's that name deleted principals.
func orphans(doc *policy.Document, sid string) []*policy.Statement {
	return slices.DeleteFunc(slices.Clone(doc.Statements()), func(s *policy.Statement) bool {
		return s.Sid() == sid || len(orphanIDs(s)) == 0
	})
}

// A versionError says that a policy variable would be plain text where the grant stands.
type versionError struct {
	repo    awsname.Repository
	sid     string
	version string
}

func (e *versionError) Error() string {
	return fmt.Sprintf("the grant %s uses a policy variable, ${…}, but the policy of the repository %s (account %s, region %s) has the Version %s, in which variables are plain text: the condition would not mean what it says. "+
		"Nothing was changed. Write the condition without a variable, or have the owner of the policy set its Version to %s; that may change what its other statements mean, so this provider does not do it.",
		e.sid, e.repo.Name, e.repo.Account, e.repo.Region, e.version, policy.Version2012)
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
	if e, ok := errors.AsType[*refusedError](err); ok {
		return "ECR refuses the repository policy", tfattr.Sentence(e)
	}
	if e, ok := errors.AsType[*versionError](err); ok {
		return "The grant would not mean what it says", tfattr.Sentence(e)
	}
	if e, ok := errors.AsType[*existsError](err); ok {
		return e.summary(), tfattr.Sentence(e)
	}
	if e, ok := errors.AsType[*changedError](err); ok {
		return "The statement has changed since the plan", tfattr.Sentence(e)
	}
	if e, ok := errors.AsType[*duplicateSidError](err); ok {
		return "The Sid is not unique", tfattr.Sentence(e)
	}
	if e, ok := errors.AsType[*repopolicy.TooLargeError](err); ok {
		return summaryTooLarge, tfattr.Sentence(e) + " Nothing was changed. " + adviceOnSize(e.Policy)
	}
	if e, ok := errors.AsType[*repopolicy.LostError](err); ok {
		return "Another writer keeps replacing the repository policy", tfattr.Sentence(e) +
			" Find out who else writes this policy (aws_ecr_repository_policy, CloudFormation, a script), let one of you write at a time, and apply again."
	}
	if _, ok := errors.AsType[*policy.Error](err); ok {
		return "The repository policy cannot be read", tfattr.Sentence(err)
	}
	return awserr.Describe(err, "The grant could not be managed")
}

// adviceOnSize says which statements take the room, and the way out.
func adviceOnSize(doc *policy.Document) string {
	return "Its statements by size:\n\n" + repopolicy.Sizes(doc) +
		"\nGrant whole accounts or organizations in place of many roles, or merge grants that allow the same actions into one."
}

// warnSize warns when nine tenths of what ECR accepts are used, or would be.
func warnSize(diags *diag.Diagnostics, repo awsname.Repository, doc *policy.Document, uses string) {
	if size := repopolicy.Size(doc); size >= repopolicy.MaxSize*9/10 {
		diags.AddWarning("The repository policy is nearly full", fmt.Sprintf(
			"The policy of the repository %s (account %s, region %s) %s %d of the %d characters that ECR accepts. %s",
			repo.Name, repo.Account, repo.Region, uses, size, repopolicy.MaxSize, adviceOnSize(doc)))
	}
}

// warnAdopted warns that a statement was there before the resource.
func warnAdopted(diags *diag.Diagnostics, repo awsname.Repository, sid, what string) {
	diags.AddAttributeWarning(path.Root("sid"), "The statement already stands", fmt.Sprintf(
		"The policy of the repository %s (account %s, region %s) already has the statement with the Sid %s, and it says exactly what this grant says: %s. "+
			"That is right after an apply that was interrupted. If another configuration or another provider alias manages this statement too, give one of the two another sid: else whoever is destroyed first takes the access away from both. "+
			"To move a grant here from there, do not remove it there in the same apply, which may take the statement along: within one configuration write a moved block; from another, first apply a removed block with destroy = false there, then import it here.",
		repo.Name, repo.Account, repo.Region, sid, what))
}

// warnOthers warns of other writers that this change has met.
func warnOthers(diags *diag.Diagnostics, repo awsname.Repository, sid string, outcome repopolicy.Outcome) {
	if outcome.Overwritten > 0 {
		diags.AddWarning("Another writer changes the same repository policy", fmt.Sprintf(
			"The policy of the repository %s (account %s, region %s) was written at the same time by somebody else, or by another provider alias of this configuration: the change of the grant %s was overwritten %s before it stood. "+
				"ECR keeps whichever write comes last, and no tool can rule out that a statement is lost so. Let one of you write at a time where you can. "+
				"If you are moving this grant from one alias to another, plan again: the removal there may have come last.",
			repo.Name, repo.Account, repo.Region, sid, times(outcome.Overwritten)))
	}
	if len(outcome.Restored) > 0 {
		diags.AddWarning("Statements of this configuration were put back", fmt.Sprintf(
			"The policy of the repository %s (account %s, region %s) lacked statements that this apply had just seen standing: somebody else has overwritten them. They were written again beside the grant %s: %s.",
			repo.Name, repo.Account, repo.Region, sid, strings.Join(outcome.Restored, ", ")))
	}
	for _, s := range outcome.Vanished {
		diags.AddWarning("A statement of somebody else may have been lost", fmt.Sprintf(
			"While the grant %s was written, this statement was seen in the policy of the repository %s (account %s, region %s), and then it was gone:\n\n  %s\n\n"+
				"Either its owner removed it, or it was written in the moment between our read and our write, and overwritten. Ask its owner, and write it again if it should stand.",
			sid, repo.Name, repo.Account, repo.Region, s))
	}
}

// warnDeleted explains why a grant that nobody has touched differs from its
// configuration.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func warnDeleted(diags *diag.Diagnostics, repo awsname.Repository, live *policy.Statement) {
	if ids := orphanIDs(live); len(ids) > 0 {
		diags.AddWarning("A principal of the grant was deleted", fmt.Sprintf(
			"In the policy of the repository %s (account %s, region %s), the statement with the Sid %s names %s. AWS shows such an ID where a role or user stood that was deleted since. "+
				"One that was created anew under the same name is another principal, and has no access. Applying this configuration names it again; where it is gone for good, take it out of role_arns or user_arns. "+
				"A grant with match_roles_by = \"condition\" goes by the name, and survives this.",
			repo.Name, repo.Account, repo.Region, live.Sid(), strings.Join(ids, ", ")))
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// retryable reports whether an error may pass when AWS has learned of a new role.
// Sources: "Principal not found" is ECR's text since 2024, "Invalid repository
// policy provided" its text before.
func retryable(err error) bool {
	kind := awserr.KindOf(err)
	return kind == awserr.PrincipalNotFound || kind == awserr.InvalidPolicy
}
