// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// breadths returns in which ways the policy allows much: by wildcards.
func (m *model) breadths() []statementattr.Breadth {
	all := statementattr.WildcardsOf(tfattr.Strings(m.Actions), path.Root("actions"))
	for _, arn := range tfattr.Strings(m.RepositoryARNs) {
		at := path.Root("repository_arns")
		switch {
		case coversAnyAccount(arn):
			all = append(all, statementattr.Breadth{At: at, Summary: "Repositories of any account", Detail: fmt.Sprintf(
				"%s lets the role pull from every registry that grants it access, now or later, in any account. "+
					"Write the registry account into the ARN: arn:aws:ecr:*:ACCOUNT:repository/*. Better, name the repositories.", printed.Quoted(arn))})
		case awsname.HasWildcard(arn):
			all = append(all, statementattr.Breadth{At: at, Summary: "Repository ARN with a wildcard", Detail: printed.Quoted(arn) +
				" also covers repositories that do not exist yet: anyone who creates a repository with a matching name and grants this role access can make it pull from there. Where possible, name the repositories."})
		}
	}
	return all
}

// warnBreadths warns of what is broad in a policy that a plan creates or changes, once for each
// text. See statementresource.Base.WarnBreadths.
func (r *Resource) warnBreadths(object ownership.Object, prior, plan *model, diags *diag.Diagnostics) {
	owners := &r.policies.Owners
	if owners.Applying() || object.IsPlannedAgain(prior != nil) || prior != nil && !owners.Has(prior.key(), object.Token) {
		return
	}
	if prior != nil && !plan.moves(prior) && !plan.Policy.IsUnknown() && rolepolicy.Same(plan.Policy.ValueString(), prior.Policy.ValueString()) {
		return
	}
	whose := "a role that is not known yet"
	if role := plan.Role.ValueString(); role != "" {
		whose = "the role " + printed.Value(role)
	}
	for _, b := range plan.breadths() {
		if r.isFirst("breadth of a role " + b.Summary + b.Detail) {
			diags.Append(b.Warning("This is about " + whose + ". Others in this plan with the same value have no warning of their own."))
		}
	}
}

// coversAnyAccount reports whether the ARN of repositories leaves open whose they are.
func coversAnyAccount(arn string) bool {
	a, err := awsname.ParseARN(arn)
	return err == nil && awsname.HasWildcard(a.Account)
}
