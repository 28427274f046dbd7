// SPDX-License-Identifier: MPL-2.0

package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// principalName names who pulls, as in "role arn:aws:iam::123456789012:role/app".
func principalName(j *verdict.Judgement) string {
	if j.Creator() != nil {
		return "Lambda function " + printed.Value(j.Input().SourceARN)
	}
	if j.Target().IsService() {
		return "service " + printed.Value(j.Principal().ARN()) + " for " + printed.Value(j.Input().SourceARN)
	}
	if j.IsAnyCreator() {
		return "creator of " + printed.Value(j.Input().SourceARN)
	}
	return string(j.Principal().Kind) + " " + printed.Value(j.Principal().ARN())
}

// ownerName names the principal that has the identity policies, as in "role app": a
// session has those of its role or user.
func ownerName(j *verdict.Judgement) string {
	principal := j.Principal()
	switch principal.Kind {
	case awsname.RoleSession:
		return "role " + principal.Name
	case awsname.FederatedUser:
		return "user that calls GetFederationToken"
	case awsname.AccountRoot, awsname.Role, awsname.User, awsname.Service:
	}
	return strings.TrimSpace(string(principal.Kind) + " " + principal.Name)
}

// use says what is judged, as in "pull IMAGE", with the image as it is set.
func use(j *verdict.Judgement) string {
	in := j.Input()
	object := cmp.Or(in.Image, in.RepositoryARN)
	if j.Access() == "" {
		return fmt.Sprintf("perform %s on %s", wording.Some(j.Actions(), "and"), object)
	}
	return actionset.Does(j.Access(), object)
}

// imageArgument names the argument that says what is pulled, in a sentence.
func imageArgument(j *verdict.Judgement) string {
	if j.Input().Image != "" {
		return "the image"
	}
	return "repository_arn"
}

// sideName names a side with its account, to begin a sentence.
func sideName(j *verdict.Judgement, side verdict.Side) string {
	if j.Target().SameAccount() {
		return "Account " + j.Target().Account(side)
	}
	return fmt.Sprintf("%s side, account %s", wording.Capitalized(string(side)), j.Target().Account(side))
}

// statementIn points at a statement, as in `statement "Pull" of the repository policy`.
func statementIn(j *verdict.Judgement, ref authz.StatementRef) string {
	return "statement " + statementName(j, ref) + " of " + policyName(ref)
}

// statementName is a statement's Sid, or else its index, as the result has it, and its
// place as people count. Of several statements with one Sid it is both.
func statementName(j *verdict.Judgement, ref authz.StatementRef) string {
	if ref.Sid != "" && !j.IsRepeated(ref) {
		return printed.Quoted(ref.Sid)
	}
	index := strconv.Itoa(ref.Index) + " (the " + wording.Ordinal(ref.Index+1) + ")"
	if ref.Sid == "" {
		return index
	}
	return printed.Quoted(ref.Sid) + " " + index
}

// policyName names the policy of a statement: one of which there are several by its
// own name.
func policyName(ref authz.StatementRef) string {
	switch ref.PolicyType {
	case authz.RepositoryPolicy, authz.RegistryPolicy, authz.PermissionsBoundary, authz.VPCEndpointPolicy, authz.S3EndpointPolicy:
		return "the " + wording.Of(ref.PolicyType).Noun
	case authz.ServiceControlPolicy, authz.ResourceControlPolicy:
		if !strings.Contains(ref.Policy, "_control_policies[") { // it has the name that AWS Organizations has
			return "the " + wording.Of(ref.PolicyType).Phrase + " " + printed.Name(ref.Policy)
		}
	case authz.IdentityPolicy, authz.SessionPolicy:
	}
	return printed.Name(ref.Policy)
}

// statementsIn points at statements, those of one policy together, as in
// `statements 0 and 2 of inline policy app and statement "Pull" of the repository policy`.
func statementsIn(j *verdict.Judgement, refs []authz.StatementRef) string {
	return wording.Some(statementGroups(j, refs, "and"), "and")
}

// statementGroups points at the statements of each policy.
func statementGroups(j *verdict.Judgement, refs []authz.StatementRef, conjunction string) []string {
	type place struct {
		policyType authz.PolicyType
		policy     string
	}
	var policies []string
	groups := map[place][]string{}
	var places []place
	for _, ref := range refs {
		at := place{ref.PolicyType, ref.Policy}
		if len(groups[at]) == 0 {
			places, policies = append(places, at), append(policies, policyName(ref))
		}
		groups[at] = append(groups[at], statementName(j, ref))
	}
	texts := make([]string, len(places))
	for i, at := range places {
		noun := "statement "
		if len(groups[at]) > 1 && conjunction == "and" {
			noun = "statements "
		}
		texts[i] = noun + wording.Some(groups[at], conjunction) + " of " + policies[i]
	}
	return texts
}

func suggestion(nearest string) string {
	if nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", printed.Value(nearest))
}

// ended ends a text with one full stop, and leaves its beginning as it is: one that
// begins with the name of an argument keeps that name.
func ended(text string) string { return strings.TrimSuffix(text, ".") + "." }
