// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// WarnCertainConditions warns of conditions that all requests meet, or none of them. The
// resource is a repository that the grant is for; without a name while that is not known.
func (g *Grantees) WarnCertainConditions(ctx context.Context, resource awsname.Repository, diags *diag.Diagnostics) {
	if tfattr.Known(ctx, g.Access, g.Actions) {
		WarnCertainConditions(ctx, g.Conditions, g.requests(ctx, resource), actionsOf(g.Access, g.Actions), diags)
	}
}

// requests returns one request of each kind that the grant may allow, or nothing while it is not
// known who gets access to what.
func (g *Grantees) requests(ctx context.Context, repo awsname.Repository) []authz.Request {
	principals := []attr.Value{g.AccountIDs, g.RoleARNs, g.UserARNs, g.OrganizationIDs, g.OrganizationPaths, g.ServicePrincipal}
	if repo.Name == "" || !tfattr.Known(ctx, principals...) {
		return nil
	}
	var requests []authz.Request
	add := func(principal string, unknown ...string) {
		requests = append(requests, authz.Request{
			Principal: principal, Action: "ecr:BatchGetImage", Resource: repo.ARN(), ResourceAccount: repo.Account,
			Context: authz.Context{Unknown: unknown},
		})
	}
	anyOf := func(account string, unknown ...string) { // every principal of an account
		for _, arn := range []string{"iam::" + account + ":role/app", "iam::" + account + ":user/app", "iam::" + account + ":root", "sts::" + account + ":federated-user/app"} {
			names := []string{"aws:PrincipalArn", "aws:userid"}
			if arn == "iam::"+account+":user/app" {
				names = append(names, "aws:username")
			}
			add("arn:"+repo.Partition+":"+arn, slices.Concat(names, unknown)...)
		}
	}
	for _, arn := range slices.Concat(tfattr.Strings(g.RoleARNs), tfattr.Strings(g.UserARNs)) {
		add(arn)
	}
	for _, account := range tfattr.Strings(g.AccountIDs) {
		anyOf(account)
	}
	if isSet(g.OrganizationIDs) || isSet(g.OrganizationPaths) {
		anyOf("000000000000", "aws:PrincipalAccount")
	}
	if service := g.ServicePrincipal.ValueString(); awsname.CheckServicePrincipal(service) == nil {
		add(service)
	}
	return requests
}
