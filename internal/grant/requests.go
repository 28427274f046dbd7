package grant

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// warnCertainConditions warns of conditions that all requests meet, or none of them.
func (m *model) warnCertainConditions(ctx context.Context, diags *diag.Diagnostics) {
	if tfattr.Known(ctx, m.Access, m.Actions) {
		statementattr.WarnCertainConditions(ctx, m.Conditions, m.requests(ctx), statementattr.Actions(m.Access, m.Actions), diags)
	}
}

// requests returns one request of each kind that the grant may allow, or nothing while it is not
// known who gets access to which repository.
func (m *model) requests(ctx context.Context) []authz.Request {
	principals := []attr.Value{m.AccountIDs, m.RoleARNs, m.UserARNs, m.OrganizationIDs, m.OrganizationPaths, m.ServicePrincipal}
	if !m.Placed() || !tfattr.Known(ctx, principals...) {
		return nil
	}
	repo := m.Target()
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
	for _, arn := range slices.Concat(tfattr.Strings(m.RoleARNs), tfattr.Strings(m.UserARNs)) {
		add(arn)
	}
	for _, account := range tfattr.Strings(m.AccountIDs) {
		anyOf(account)
	}
	if isSet(m.OrganizationIDs) || isSet(m.OrganizationPaths) {
		anyOf("000000000000", "aws:PrincipalAccount")
	}
	if service := m.ServicePrincipal.ValueString(); awsname.CheckServicePrincipal(service) == nil {
		add(service)
	}
	return requests
}
