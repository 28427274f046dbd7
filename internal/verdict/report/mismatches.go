// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// mismatches says what does not fit together, one sentence each.
func mismatches(j *verdict.Judgement, found *lint.Findings) []string {
	sentences := []string{}
	for _, f := range found.Existence {
		sentences = append(sentences, ended(findingWords(j, f)))
	}
	for _, placed := range [][]lint.Placed{found.Unlikely, found.Rejected} {
		for _, notice := range notices(j, placed) {
			sentences = append(sentences, notice.Sentence)
		}
	}
	for _, side := range []verdict.Side{verdict.Consumer, verdict.Registry} {
		for _, f := range found.Mismatches[side] {
			sentences = append(sentences, wording.Sentence(findingWords(j, f)))
		}
	}
	return sentences
}

// notices says what is wrong with arguments.
func notices(j *verdict.Judgement, placed []lint.Placed) []Notice {
	out := make([]Notice, len(placed))
	for i, p := range placed {
		out[i] = Notice{p.At, ended(p.At.String() + " " + findingWords(j, p.Found))}
	}
	return out
}

// findingWords says what was found: of an argument as a predicate, or else in a sentence.
func findingWords(j *verdict.Judgement, finding lint.Finding) string {
	repository := j.Repository()
	switch f := finding.(type) {
	case lint.RoleARNDiffers:
		return fmt.Sprintf("In IAM the ARN of the role is %s, not %s; the check uses the ARN in IAM", printed.Value(f.Actual), printed.Value(f.RoleARN))
	case lint.NoSuchRole:
		return fmt.Sprintf("The role %s does not exist in account %s", j.Principal().Name, j.Principal().Account)
	case lint.NoSuchRepository:
		return fmt.Sprintf("The repository %s does not exist in account %s, Region %s", repository.Name, repository.Account, repository.Region)
	case lint.DifferentPartitions:
		return fmt.Sprintf("The role is in the partition %s, the image in %s: credentials of one partition are not valid in another, and no policy can change that", j.Principal().Partition, repository.Partition)
	case lint.UnknownRegion:
		return fmt.Sprintf("is in the Region %s, which is misspelt or newer than this provider%s", f.Region, suggestion(f.Nearest))
	case lint.UnlistedKey:
		return unlistedKey(j, &f)
	case lint.PlainVariable:
		return fmt.Sprintf("has ${%s} in the statement %s: a policy variable needs \"Version\": %q in the policy, which has %q or none, so AWS compares the text as it is",
			printed.Name(f.Key), statementName(j, f.Statement), policy.Version2012, policy.Version2008)
	case lint.UnusedContextKey:
		return "has no effect: no policy names it, and AWS does not list it as a global condition key" + suggestion(f.Nearest)
	case lint.UnlistedAction:
		return fmt.Sprintf("has %s, which AWS does not list as an action of ECR%s", printed.Value(f.Action), suggestion(f.Nearest))
	case lint.SidOfDeny:
		return fmt.Sprintf("has the Sid %s, which a statement of the %s has that denies; a grant does not replace that statement, and this check does not either: choose another sid", printed.Quoted(f.Sid), wording.Of(f.In).Noun)
	case lint.LoginInRepositoryPolicy:
		return fmt.Sprintf("names %s in the statement %s: it has no effect on a repository, and ECR and ecrxa_repository_grant reject a repository policy that names it. "+
			"It belongs in an identity-based policy of the %s, with Resource \"*\"", actionset.TokenAction, statementName(j, f.Statement), ownerName(j))
	case lint.EmptyList:
		return emptyList(j, &f)
	case lint.ImpossibleValue:
		return fmt.Sprintf("has Condition %s %s in the statement %s: it matches nothing. %v", printed.Value(f.Key), printed.Value(f.Value), statementName(j, f.Statement), f.Err)
	case lint.NoSuchAccount:
		return fmt.Sprintf("has %s %s in the statement %s: it matches nothing, since an account ID has 12 digits", printed.Name(f.Element), printed.Value(f.Value), statementName(j, f.Statement))
	case lint.IncompleteARN:
		return incompleteARN(j, &f)
	case lint.IncompleteRoleARN:
		return fmt.Sprintf("The role %s has no path in role_arn, and a role of IAM Identity Center always has one, which begins with /aws-reserved/sso.amazonaws.com/: there is no role %s", j.Principal().Name, printed.Value(j.RoleARN()))
	case lint.RejectedDocument:
		return rejected + printed.Message(f.Err.Error())
	case lint.MisplacedElement:
		return rejected + misplacedElement(&f).Error()
	case lint.MoreFindings:
		return "has more mistakes like these"
	case lint.AllowedElsewhere:
		return fmt.Sprintf("The identity policies allow this on %s, %s", printed.Value(f.Repository.ARN()), difference(repository, f.Repository))
	case lint.GrantedElsewhere:
		return fmt.Sprintf("The policies of the registry side grant this on %s, %s", printed.Value(f.Repository.ARN()), difference(repository, f.Repository))
	case lint.OtherAccountsOnly:
		return fmt.Sprintf("The repository policy grants to account %s, but the role is in account %s", wording.Some(printed.Values(f.Accounts), "and"), j.Principal().Account)
	case lint.DeletedPrincipal:
		text := fmt.Sprintf("%s names %s, the unique ID of a role or user that was deleted; a new one of the same name is another principal", statementIn(j, f.Statement), printed.Value(f.ID))
		if f.RoleID != "" {
			text += fmt.Sprintf(". In consumer_snapshot the %s has the unique ID %s, and is not that one", ownerName(j), printed.Value(f.RoleID))
		}
		return text
	case lint.UnusedSnapshot:
		return unusedSnapshot(j, &f)
	case lint.SnapshotReadLater:
		return readLater(j, f.Side)
	case lint.ImageRestoring:
		return restoring(j)
	case lint.MisspeltAction:
		return fmt.Sprintf("%s: its Action %s is not %s, which is probably meant", statementIn(j, f.Statement), printed.Value(f.Action), f.Intended)
	case lint.ResourceWithoutType:
		return fmt.Sprintf("%s: its Resource %s lacks \"repository/\" before the name; write %s", statementIn(j, f.Statement), printed.Value(f.Resource), repository.ARN())
	case lint.ResourceWithTag:
		return fmt.Sprintf("%s: its Resource %s names a tag or digest, but permissions are for a whole repository; write %s", statementIn(j, f.Statement), printed.Value(f.Resource), repository.ARN())
	case lint.ScopeTooNarrow:
		return "The registry policy grants this, but has no effect: in the scope V1 it covers replication and pull through cache only (registry_policy_scope; AWS has removed V1)"
	}
	return ""
}

// rejected begins what is said of a document that AWS would reject.
const rejected = "is not a document that AWS accepts: "

func unlistedKey(j *verdict.Judgement, f *lint.UnlistedKey) string {
	text := fmt.Sprintf("names the condition key %s in the statement %s; AWS does not list this key, and requests probably do not have it%s",
		printed.Quoted(f.Key), statementName(j, f.Statement), suggestion(f.Nearest))
	if f.Set {
		text += ". The context sets it, but in AWS the verdict is probably different"
	}
	return text
}

func emptyList(j *verdict.Judgement, f *lint.EmptyList) string {
	means := "so the statement applies to nothing"
	switch {
	case f.Negated:
		means = "so every value meets it"
	case strings.HasPrefix(f.Element, "Condition"):
		means = "so no value meets it"
	}
	return fmt.Sprintf("has %s without values in the statement %s, %s", printed.Name(f.Element), statementName(j, f.Statement), means)
}

func incompleteARN(j *verdict.Judgement, f *lint.IncompleteARN) string {
	text := fmt.Sprintf("has the Resource %s in the statement %s: an ARN has six parts, and this one has fewer. ", printed.Value(f.Value), statementName(j, f.Statement))
	switch {
	case f.Statement.PolicyType == authz.SessionPolicy:
		return text + "A session policy does not accept it"
	case f.Statement.PolicyType != authz.IdentityPolicy:
		return text + "What that means in a policy of this type AWS does not say"
	case f.Contested:
		return text + "AWS completes it to " + printed.Value(f.Completed) + ", or lets its * stand for the rest: the documentation says both"
	default:
		return text + "AWS completes it to " + printed.Value(f.Completed) + " in identity-based policies"
	}
}

// misplacedElement returns the error that a statement is, at the element that AWS would
// reject.
func misplacedElement(f *lint.MisplacedElement) *policy.Error {
	problem := misplacementWords(f.Misplacement)
	if element := f.Element(); element != "" {
		return f.Statement.ErrorAt(problem, element)
	}
	return f.Statement.ErrorAt(problem)
}

func misplacementWords(m lint.Misplacement) string {
	switch m {
	case lint.HasNotPrincipal:
		return "a statement of this policy type has no NotPrincipal: it applies to the identities that the policy is attached to"
	case lint.HasPrincipal:
		return "a statement of this policy type has no Principal: it applies to the identities that the policy is attached to"
	case lint.LacksPrincipal:
		return "a statement of this policy type needs a Principal"
	case lint.LacksResource:
		return "a statement of this policy type needs a Resource"
	case lint.WellPlaced:
	}
	return ""
}

// difference says how a repository differs in its place from one of the same name.
func difference(repository, other awsname.Repository) string {
	switch {
	case other.Partition != repository.Partition:
		return "but the image is in the partition " + repository.Partition
	case other.Account != repository.Account && other.Region != repository.Region:
		return fmt.Sprintf("but the image is in account %s, Region %s", repository.Account, repository.Region)
	case other.Account != repository.Account:
		return "but the image is in account " + repository.Account
	}
	return fmt.Sprintf("but the image is in %s: repositories are regional, and so is the login", repository.Region)
}
