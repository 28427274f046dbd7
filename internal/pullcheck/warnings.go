package pullcheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
)

// warnOfDocuments tells what AWS refused to show, what it would refuse to take, and
// what is probably not meant.
func warnOfDocuments(diags *diag.Diagnostics, in pull.Input, refusals []live.Refusal) {
	for _, refusal := range refusals {
		title, detail := awsapi.Describe(refusal.Err, "A read was refused")
		diags.AddAttributeWarning(path.Root(refusal.At.Attribute), title, fmt.Sprintf("%s\n\n%s", consequence(refusal.At), detail))
	}
	warnAt(diags, pull.Doubts(in), "A policy that AWS would refuse", "\n\nWhat the statement does is not known: the verdict is conditional where that matters.")
	warnAt(diags, pull.Oddities(in), "Probably not what is meant", "")
}

// warnOfSides tells which side keeps the verdict open because it was neither given
// nor readable: all of it, or only the document that unread names.
func warnOfSides(diags *diag.Diagnostics, in pull.Input, target pull.Target, unread []string) {
	switch {
	case in.RepositoryPolicy.State == pull.NotGiven:
		diags.AddAttributeWarning(path.Root("repository_policy"), "The registry side of the pull is unknown", registryUnknown(target)+another)
	case slices.Contains(unread, "registry_policy"):
		diags.AddAttributeWarning(path.Root("registry_policy"), "The registry policy is unknown", registryPolicyUnknown(target)+another)
	}
	switch {
	case in.IdentityPolicies.State == pull.NotGiven:
		diags.AddAttributeWarning(path.Root("identity_policies"), "The consumer side of the pull is unknown", consumerUnknown(target)+another)
	case slices.Contains(unread, "permissions_boundary"):
		diags.AddAttributeWarning(path.Root("permissions_boundary"), "The permissions boundary is unknown", boundaryUnknown(target)+another)
	}
}

// warnAt warns once of each place, of all that is wrong there: of several warnings
// of one title Terraform shows one.
func warnAt(diags *diag.Diagnostics, faults pull.InputErrors, title, end string) {
	details := map[string]string{}
	for _, fault := range faults {
		details[fault.At.String()] += "\n" + fault.Error() + "."
	}
	for _, fault := range faults {
		at := fault.At.String()
		if detail, first := details[at]; first {
			diags.AddAttributeWarning(attributes.Path(fault.At), title+": "+at, strings.TrimPrefix(detail, "\n")+end)
			delete(details, at)
		}
	}
}

// another ends the warning of a check that only reads one side for another.
const another = "\n\nIf another check judges both sides with what this one exports, nothing is wrong."

func consequence(at pull.At) string {
	if at.Attribute == "role_arn" {
		return "The check takes role_arn as it is written: whether the role exists and has this path could not be verified."
	}
	return fmt.Sprintf("%s stays unknown: the verdict is conditional, unless something else denies. Give %s as an argument, or let the credentials read it.", at, at.Attribute)
}

func registryUnknown(target pull.Target) string {
	return registryNotRead(target, "its policy", "repository_policy, registry_policy, registry_policy_scope and repository_exists")
}

func registryPolicyUnknown(target pull.Target) string {
	return registryNotRead(target, "the registry policy, which can grant as well as deny,", `registry_policy ("" if there is none), registry_policy_scope and repository_exists`)
}

func registryNotRead(target pull.Target, what, arguments string) string {
	account := target.Repository.Account
	return fmt.Sprintf("The repository belongs to account %s, and the provider's credentials to another: %s could not be read, and so the verdict is conditional.\n\n%s",
		account, what, passOn(account, arguments))
}

func consumerUnknown(target pull.Target) string {
	if !isRole(target) {
		return consumerNeverRead(target, `Give all of its identity-based policies as identity_policies, and its permissions boundary as permissions_boundary ("" if there is none).`)
	}
	return consumerNotRead(target, "its policies", "identity_policies, permissions_boundary, role_exists and actual_role_arn")
}

func boundaryUnknown(target pull.Target) string {
	if !isRole(target) {
		return consumerNeverRead(target, `Give permissions_boundary, or "" if there is none.`)
	}
	return consumerNotRead(target, "its permissions boundary, which can deny,", `permissions_boundary ("" if there is none), role_exists and actual_role_arn`)
}

func consumerNotRead(target pull.Target, what, arguments string) string {
	account := target.Principal.Account
	return fmt.Sprintf("The role belongs to account %s, and the provider's credentials to another: %s could not be read, and so the verdict is conditional.\n\n%s",
		account, what, passOn(account, arguments))
}

func consumerNeverRead(target pull.Target, cure string) string {
	return fmt.Sprintf("role_arn names a principal of the kind %q, whose policies this check does not read, and so the verdict is conditional.\n\n%s", target.Principal.Kind, cure)
}

func isRole(target pull.Target) bool {
	return target.Principal.Kind == awsname.Role || target.Principal.Kind == awsname.RoleSession
}

// passOn tells how the documents get from one account's credentials to this check.
func passOn(account, arguments string) string {
	return fmt.Sprintf("Give %s as arguments. A second ecrxa_pull_check whose provider has credentials of account %s reads them and exports them under the same names.", arguments, account)
}
