// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// extendLimit answers a policy that limits and does not grant.
func extendLimit(j *verdict.Judgement, t authz.PolicyType, missing []string) Remedy {
	change := ExtendLimit{Type: t, Actions: missing}
	if boundary := j.Input().PermissionsBoundary.List; t == authz.PermissionsBoundary && len(boundary) > 0 && verdict.IsManagedPolicy(boundary[0].Name) {
		change.BoundaryARN, change.OfAWS = boundary[0].Name, isOfAWS(boundary[0].Name)
	}
	document := limitDocument(j, t, missing)
	return Remedy{Side: verdict.SideOf(t), Change: change, JSON: document.String(), adds: document}
}

// limitDocument has Allow statements for the actions, the login apart since it has no
// resource. Only an endpoint policy names the principal.
func limitDocument(j *verdict.Judgement, t authz.PolicyType, actions []string) *policy.Document {
	var principals map[string][]string
	if t == authz.S3EndpointPolicy {
		return policy.NewDocument(policy.NewStatement(policy.StatementSpec{Principals: map[string][]string{"AWS": {"*"}}, Actions: actions, Resources: []string{j.Layers()}}))
	}
	if t == authz.VPCEndpointPolicy {
		principals = map[string][]string{"AWS": {j.RoleARN()}}
	}
	var statements []*policy.Statement
	allow := func(resource string, actions ...string) {
		statements = append(statements, policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: actions, Resources: []string{resource}}))
	}
	if slices.Contains(actions, actionset.TokenAction) {
		allow("*", actionset.TokenAction)
	}
	isToken := func(action string) bool { return action == actionset.TokenAction }
	if rest := slices.DeleteFunc(slices.Clone(actions), isToken); len(rest) > 0 {
		allow(j.Repository().ARN(), rest...)
	}
	return policy.NewDocument(statements...)
}

// isOfAWS reports whether an ARN is that of an AWS managed policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
func isOfAWS(arn string) bool {
	parsed, err := awsname.ParseARN(arn)
	return err == nil && parsed.Service == "iam" && parsed.Account == "aws"
}
