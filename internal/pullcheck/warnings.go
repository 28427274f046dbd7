package pullcheck

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
)

// warn says which side stays unknown and what to supply.
func warn(diags *diag.Diagnostics, in pull.Input, target pull.Target, refusals []live.Refusal) {
	for _, refusal := range refusals {
		title, detail := awsapi.Describe(refusal.Err, "A read was refused")
		diags.AddAttributeWarning(path.Root(refusal.At.Attribute), title, fmt.Sprintf("%s\n\n%s", consequence(refusal.At), detail))
	}
	if in.RepositoryPolicy.State == pull.NotGiven {
		diags.AddAttributeWarning(path.Root("repository_policy"), "The registry side of the pull is unknown", fmt.Sprintf(
			"The repository belongs to account %s, and the provider's credentials to another, so that its policy could not be read. "+
				"The verdict is conditional, unless the consumer side denies.\n\n%s",
			target.Repository.Account, passOn(target.Repository.Account, "repository_policy, registry_policy and registry_policy_scope")))
	}
	if in.IdentityPolicies.State == pull.NotGiven {
		diags.AddAttributeWarning(path.Root("identity_policies"), "The consumer side of the pull is unknown", consumerUnknown(target))
	}
}

func consequence(at pull.At) string {
	if at.Attribute == "role_arn" {
		return "The check takes role_arn as it is written: whether the role exists and has this path could not be verified."
	}
	return fmt.Sprintf("%s stays unknown: the verdict is conditional, unless something else denies. Give %s as an argument, or let the credentials read it.", at, at.Attribute)
}

func consumerUnknown(target pull.Target) string {
	if target.Principal.Kind != awsname.Role && target.Principal.Kind != awsname.RoleSession {
		return fmt.Sprintf("role_arn names a principal of the kind %q, whose policies this check does not read. "+
			"The verdict is conditional, unless the registry side denies.\n\nGive all of its identity-based policies as identity_policies.", target.Principal.Kind)
	}
	return fmt.Sprintf("The role belongs to account %s, and the provider's credentials to another, so that its policies could not be read. "+
		"The verdict is conditional, unless the registry side denies.\n\n%s",
		target.Principal.Account, passOn(target.Principal.Account, "identity_policies and permissions_boundary"))
}

// passOn tells how the documents get from one account's credentials to this check.
func passOn(account, arguments string) string {
	return fmt.Sprintf("Give %s as arguments. A second ecrxa_pull_check whose provider has credentials of account %s reads them and exports them under the same names.", arguments, account)
}
