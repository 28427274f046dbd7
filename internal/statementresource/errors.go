// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// The titles that the plan and the apply share.
const summaryExists = "Sid already in use"

func summaryTooLarge(repo awsname.Repository) string { return policyOf(repo) + " too large" }

const summaryTwo = "Two resources for one statement"

func twoResources(key policystore.Key) string {
	return fmt.Sprintf("Another resource of this configuration also manages %s", key)
}

// policyOf returns the type of a policy, for the begin of a title.
func policyOf(repo awsname.Repository) string {
	if repo.Name == "" {
		return "Registry policy"
	}
	return "Repository policy"
}

// thePolicyOf is policyOf within a title.
func thePolicyOf(repo awsname.Repository) string { return "the " + strings.ToLower(policyOf(repo)) }

// addError adds an error to the diagnostics, in the words of the innermost error
// that knows what to do now.
func (b *Base) addError(diags *diag.Diagnostics, err error) {
	summary, detail := b.describe(err)
	diags.AddError(summary, detail)
}

func (b *Base) describe(err error) (summary, detail string) {
	if e, ok := errors.AsType[*policystore.RefusedError](err); ok {
		return policyOf(e.Key.Repository) + " refused by ECR", refusedDetail(e)
	}
	if e, ok := errors.AsType[*policystore.VersionError](err); ok {
		return "Policy variable in an old policy version", versionDetail(e)
	}
	if e, ok := errors.AsType[*policystore.ExistsError](err); ok {
		if e.Own {
			return summaryTwo, twoResources(e.Key) + ". Nothing was changed. Remove one of the two resources, or give them different Sids."
		}
		return summaryExists, "Nothing was changed. " + b.existsDetail(e)
	}
	if e, ok := errors.AsType[*policystore.ChangedError](err); ok {
		return "Statement changed since the plan", changedDetail(e)
	}
	if e, ok := errors.AsType[*policystore.DuplicateSidError](err); ok {
		return "Duplicate Sid", tfattr.Sentence(e) + " The provider cannot know which one this resource manages. " +
			"Nothing was changed. In the registry account, give all but one of them another Sid, then run Terraform again."
	}
	if e, ok := errors.AsType[*policystore.TooLargeError](err); ok {
		return summaryTooLarge(e.Repository), tfattr.Sentence(e) + " Nothing was changed. " + adviceOnSize(e.Policy)
	}
	if e, ok := errors.AsType[*policystore.LostError](err); ok {
		return "Repeated overwrites of " + thePolicyOf(e.Repository), tfattr.Sentence(e) +
			" Find out which tools write this policy (" + foreignWriter(e.Repository) + ", CloudFormation, a script), make sure that only one of them writes at a time, and apply again."
	}
	if e, ok := errors.AsType[*policystore.MismatchError](err); ok {
		detail = tfattr.Sentence(err) + " Check the endpoint of ECR in the provider configuration, and what stands between Terraform and AWS, such as a proxy or an emulator. Then look at the policy of both "
		if e.Repository.Name == "" {
			return "Response about another registry", detail + fmt.Sprintf("registries: of the account %s, and of the account %s.", e.Repository.Account, printed.Value(e.Account))
		}
		return "Response about another repository", detail +
			fmt.Sprintf("repositories: %s in the account %s, and %s in the account %s.", e.Repository.Name, e.Repository.Account, printed.Value(e.Name), printed.Value(e.Account))
	}
	if e, ok := errors.AsType[*registrypolicy.OtherAccountError](err); ok {
		return "Credentials of another account", tfattr.Sentence(e) + fmt.Sprintf(" ECR has no call for the registry policy of another account. Nothing was changed. "+
			"Use credentials of the account %s in this provider configuration, for example with assume_role, or another provider alias; or correct registry_id.", e.Registry.Account)
	}
	if e, ok := errors.AsType[*policystore.UnknownElementsError](err); ok {
		return "Unknown elements in " + thePolicyOf(e.Repository), tfattr.Sentence(e) + " ECR accepts no policy without statements, and deleting the policy would lose these elements. " +
			"Nothing was changed. In the registry account, correct the policy: element names are case-sensitive. Or delete it, if it is not needed. Then run Terraform again."
	}
	if _, ok := errors.AsType[*policy.Error](err); ok {
		return "Unreadable policy", tfattr.Sentence(err)
	}
	return awserr.Describe(err, "Unexpected error with the statement")
}

// Where names a repository, as in: the policy of the repository app (account
// 123456789012, region us-east-1).
func Where(repo awsname.Repository) string {
	return policystore.Name(repo)
}

// foreignWriter is the resource of the AWS provider that writes a policy as a whole.
func foreignWriter(repo awsname.Repository) string {
	if repo.Name == "" {
		return "aws_ecr_registry_policy"
	}
	return "aws_ecr_repository_policy"
}

// adviceOnForeignWriter says how to replace the resource of the AWS provider that writes the
// whole policy: destroyed, it would delete the policy.
func adviceOnForeignWriter(repo awsname.Repository) string {
	return fmt.Sprintf("\n\nIf an %[1]s wrote this statement, do not just remove that resource from the configuration: when it is destroyed, the AWS provider deletes the whole policy, with this statement and all others. "+
		"First write this block in its place, with its address in from, check that the plan says 0 to destroy, and apply:\n\n  %[2]s",
		foreignWriter(repo), strings.ReplaceAll(managed.RemovedHCL(foreignWriter(repo)), "\n", "\n  "))
}

func (b *Base) existsDetail(e *policystore.ExistsError) string {
	text := fmt.Sprintf("In %s, there already is a different statement with the Sid %s, which this resource does not manage:\n\n  %s\n\n",
		Where(e.Key.Repository), printed.Value(e.Key.Sid), printed.Message(e.Statement.String()))
	if err := b.CheckImport(e.Key.Repository, e.Statement); err != nil {
		return text + fmt.Sprintf("This resource cannot import that statement: %v. Choose another Sid.%s", err, adviceOnStatement(e.Key))
	}
	return text + fmt.Sprintf("If the statement is yours, import it:\n\n  %s\n\n"+
		"where ADDRESS is the address of this resource, such as %s.example. If it is not yours, choose another Sid. "+
		"If another resource of this configuration manages it and will be destroyed, apply again after that.",
		managed.ImportCommand("ADDRESS", managed.GrantImportID(e.Key.Repository, e.Key.Sid)), b.Type)
}

// adviceOnStatement says how to manage a statement that only ecrxa_repository_statement can
// express, or nothing if that cannot either.
func adviceOnStatement(key policystore.Key) string {
	if key.Repository.Name == "" || managed.CheckStatementSid(key.Sid) != nil {
		return ""
	}
	return fmt.Sprintf(" To manage that statement with Terraform, use %s, which takes any statement as JSON:\n\n  %s",
		managed.StatementType, strings.ReplaceAll(managed.StatementImportHCL(key.Repository, key.Sid), "\n", "\n  "))
}

func changedDetail(e *policystore.ChangedError) string {
	return fmt.Sprintf("In %s, the statement with the Sid %s was changed by another writer after the plan was made. It is now:\n\n  %s\n\n"+
		"Nothing was changed. Plan again, check the difference, and apply.", Where(e.Key.Repository), printed.Value(e.Key.Sid), printed.Message(e.Statement.String()))
}

func versionDetail(e *policystore.VersionError) string {
	return fmt.Sprintf("The statement %s uses a policy variable, ${…}, but %s has the Version %s, which does not support policy variables: AWS would compare the literal text. "+
		"Nothing was changed. Write the condition without a policy variable, or ask the owner of the policy to set its Version to %s. "+
		"This can change the meaning of other statements, so the provider does not do it.",
		printed.Value(e.Key.Sid), Where(e.Key.Repository), printed.Value(e.Version), policy.Version2012)
}

func refusedDetail(e *policystore.RefusedError) string {
	var b strings.Builder
	sid := printed.Value(e.Key.Sid)
	change := "the statement " + sid
	if e.Removing {
		change = "to delete the statement " + sid
	}
	fmt.Fprintf(&b, "ECR refused %s in %s", change, Where(e.Key.Repository))
	if awserr.KindOf(e.Cause) == awserr.PrincipalNotFound {
		b.WriteString(", because a principal in the policy does not exist or cannot be used.")
	} else {
		b.WriteString(" and gave no reason. Usually a principal does not exist. A condition or an element that ECR does not accept is another possible cause.")
	}
	switch {
	case e.Removing:
		b.WriteString(" ECR checks the whole policy at each write. The problem is in another statement.\n")
	case len(e.Named) > 0:
		fmt.Fprintf(&b, " The provider retried for %s.\n\nThe statement names:\n", e.Waited)
		for _, p := range wording.Capped(printed.Values(e.Named), "") {
			fmt.Fprintf(&b, "  - %s\n", p)
		}
		b.WriteString(adviceOnPrincipals(e.Named))
	default:
		b.WriteString(" The statement names no account, role or user: check its conditions, and the other statements of the policy.\n")
	}
	for _, cause := range wording.Capped(possibleCauses(e.Key.Repository, e.Policy, e.Key.Sid), "statements like these.") {
		b.WriteString("\n" + cause + "\n")
	}
	if len(withDeletedPrincipals(e.Policy, e.Key.Sid)) > 0 {
		b.WriteString("\n" + adviceOnDeleted + "\n")
	}
	fmt.Fprintf(&b, "\nNothing was changed. AWS's message: %s", awserr.Message(e.Cause))
	return b.String()
}

// adviceOnPrincipals says what to do about principals of which ECR does not know one.
func adviceOnPrincipals(named []string) string {
	advice := fmt.Sprintf("\nWhat the consumer side must do (%s): check that each of these exists with exactly this ARN, including the path. For an account, check that the region is enabled in it.", accountsOf(named))
	if slices.ContainsFunc(named, managed.IsRole) {
		advice += " If this configuration creates the role, use its arn attribute, so that Terraform creates the role first. To grant access before the roles exist, use a grant with match_roles_by = \"condition\"."
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
		ids = append(ids, printed.Value(p))
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) > 1 {
		return "accounts " + some(ids)
	}
	return "account " + ids[0]
}

// possibleCauses says why ECR may have refused a policy because of statements of other
// writers. ECR checks the whole policy at every write, even what it accepted before.
func possibleCauses(repo awsname.Repository, doc *policy.Document, sid string) []string {
	var causes []string
	for _, s := range doc.Statements() {
		switch {
		case s.Sid() == sid:
		case len(deletedIDs(s)) > 0:
			causes = append(causes, "The "+namesDeleted(doc, s))
		case repo.Name != "" && len(s.Resources()) > 0:
			causes = append(causes, fmt.Sprintf("The %s, which this resource does not manage, has the element Resource, which ECR has refused in repository policies. Its owner can remove the element: the repository is implied.", nameOf(doc, s)))
		}
	}
	return causes
}

// namesDeleted says which deleted principals a statement of another writer names.
func namesDeleted(doc *policy.Document, s *policy.Statement) string {
	return fmt.Sprintf("%s, which this resource does not manage, names a principal that was deleted (%s). Until this is fixed, ECR may refuse every change of the policy.",
		nameOf(doc, s), some(deletedIDs(s)))
}

// nameOf names a statement of a policy. A Sid that several statements have does not name
// one, nor does an empty one.
func nameOf(doc *policy.Document, s *policy.Statement) string {
	switch {
	case s.Sid() == "":
		return fmt.Sprintf("statement without a Sid (index %d)", s.Index())
	case len(doc.Find(s.Sid())) > 1:
		return fmt.Sprintf("statement with the Sid %s (index %d)", printed.Quoted(s.Sid()), s.Index())
	default:
		return "statement with the Sid " + printed.Quoted(s.Sid())
	}
}

// some lists texts; of many the first ones.
func some(texts []string) string { return strings.Join(wording.Capped(texts, ""), ", ") }

// adviceOnDeleted says how to fix a policy that ECR does not accept any more. Two
// configurations that each have such a statement cannot fix theirs one by one.
const adviceOnDeleted = "What the registry side must do: remove that ID, or replace it with the ARN of a principal that exists. " +
	"If the statement belongs to another configuration that fails for the same reason, neither can be applied first: ECR accepts the policy only if all such IDs are fixed in one write. " +
	"Fix all of them by hand (in the ECR console, or with aws ecr set-repository-policy or put-registry-policy), or move these resources into one configuration; then apply."

// withDeletedPrincipals returns the statements that name deleted principals, without
// the one of the Sid.
func withDeletedPrincipals(doc *policy.Document, sid string) []*policy.Statement {
	return slices.DeleteFunc(slices.Clone(doc.Statements()), func(s *policy.Statement) bool {
		return s.Sid() == sid || len(deletedIDs(s)) == 0
	})
}

// deletedIDs returns the IDs of deleted roles and users that a statement names.
func deletedIDs(s *policy.Statement) []string {
	return slices.DeleteFunc(s.Principals()["AWS"], func(p string) bool { return !awsname.IsUniqueID(p) })
}

// adviceOnSize lists the largest statements, and says how to make a policy smaller.
func adviceOnSize(doc *policy.Document) string {
	return "Its statements by size:\n\n" + policystore.Sizes(doc) +
		"\nGrant access to whole accounts or organizations instead of many roles, or merge grants that allow the same actions."
}
