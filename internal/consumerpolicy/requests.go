// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// warnCertainConditions warns of conditions that all requests meet, or none of them.
func (m *model) warnCertainConditions(ctx context.Context, diags *diag.Diagnostics) {
	if tfattr.Known(ctx, m.Role, m.RepositoryARNs, m.Access, m.Actions) {
		statementattr.WarnCertainConditions(ctx, m.Conditions, m.requests(), m.allActions(), diags)
	}
}

// openings returns in which ways the conditions limit the policy less than they seem to, as in
// the plan.
func (m *model) openings(ctx context.Context) (diags diag.Diagnostics) {
	for _, b := range m.breadths() {
		diags.Append(b.Warning(""))
	}
	statementattr.WarnOpenConditions(ctx, m.Conditions, nil, &diags)
	m.warnCertainConditions(ctx, &diags)
	return diags
}

// warnOpened warns of a policy that was read, is imported or has drifted, and allows more than
// it seems to in a way that the state before did not.
func (m *model) warnOpened(ctx context.Context, before diag.Diagnostics, diags *diag.Diagnostics) {
	more := fmt.Sprintf("This is about the inline policy %s of the role %s as it is now.", m.Name.ValueString(), m.Role.ValueString())
	tfattr.WarnOf(before, m.openings(ctx), path.Root("policy"), more, diags)
}

// requests returns a request of the role for each of the repository ARNs. The account and the
// path of the role are not known, nor what an ARN has wildcards for.
func (m *model) requests() []authz.Request {
	var requests []authz.Request
	for _, arn := range tfattr.Strings(m.RepositoryARNs) {
		a, err := awsname.ParseARN(arn)
		if err != nil {
			continue // The attribute's own check says so.
		}
		unknown := []string{"aws:PrincipalAccount", "aws:PrincipalArn"}
		if awsname.HasWildcard(a.Region) {
			unknown = append(unknown, "aws:RequestedRegion")
		}
		if awsname.HasWildcard(a.Account) {
			unknown = append(unknown, "aws:ResourceAccount")
		}
		requests = append(requests, authz.Request{
			Principal: "arn:aws:iam::000000000000:role/" + m.Role.ValueString(), Action: "ecr:BatchGetImage",
			Resource: arn, ResourceAccount: a.Account, Context: authz.Context{Unknown: unknown},
		})
	}
	return requests
}
