// SPDX-License-Identifier: MPL-2.0

package pullcheck

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// sides are what a check knows of both sides of a pull.
type sides struct {
	set     verdict.Input // the arguments
	in      verdict.Input // the arguments and what was read live
	target  verdict.Target
	account string   // of the credentials
	across  error    // why these could not read the policy of a repository of another account
	unread  []string // policies that are neither set nor readable: see markUnread
}

// warn warns of the side that makes the verdict conditional because it is neither set nor
// readable: all of it, or one document.
func (s sides) warn(diags *diag.Diagnostics) {
	switch {
	case s.in.RepositoryPolicy.State == verdict.NotSet && s.registryIsSet():
		s.add(diags, "repository_policy", "The repository policy is unknown", s.registryUnknown())
	case s.in.RepositoryPolicy.State == verdict.NotSet:
		s.add(diags, "repository_policy", "The registry side of the pull is unknown", s.registryUnknown())
	case slices.Contains(s.unread, "registry_policy"):
		s.add(diags, "registry_policy", "The registry policy is unknown", s.registryNotRead("the registry policy, which can grant as well as deny,", `registry_policy ("" if there is none) and repository_exists`))
	}
	if s.target.IsService() {
		return // its own policies do not exist
	}
	switch {
	case s.in.IdentityPolicies.State == verdict.NotSet && s.consumerIsSet():
		s.add(diags, "identity_policies", "The identity-based policies are unknown", s.consumerUnknown())
	case s.in.IdentityPolicies.State == verdict.NotSet:
		s.add(diags, "identity_policies", "The consumer side of the pull is unknown", s.consumerUnknown())
	case slices.Contains(s.unread, "permissions_boundary"):
		s.add(diags, "permissions_boundary", "The permissions boundary is unknown", s.boundaryUnknown())
	}
}

// add adds a warning. Of several warnings with one summary Terraform shows one: so
// a check that judges with what another has read has other summaries than that one.
func (s sides) add(diags *diag.Diagnostics, attribute, summary, detail string) {
	ownsOther := s.account == s.target.Repository.Account || s.account == s.target.Principal.Account
	if arguments, found := toOnlyRead[attribute]; found && ownsOther && !s.registryIsSet() && !s.consumerIsSet() {
		detail += "\n\nIf this check only reads its side for another check, set " + arguments + ": then it does not warn."
	}
	diags.AddAttributeWarning(path.Root(attribute), summary, detail)
}

// toOnlyRead are the arguments of a check that only reads one side, by what the other side lacks.
var toOnlyRead = map[string]string{
	"repository_policy": `repository_policy = "unknown" and registry_policy = "unknown"`,
	"identity_policies": `identity_policies = { "*" = "unknown" } and permissions_boundary = "unknown"`,
}

func (s sides) registryIsSet() bool {
	return s.set.RepositoryPolicy.State != verdict.NotSet || s.set.RegistryPolicy.State != verdict.NotSet
}

func (s sides) consumerIsSet() bool {
	return s.set.IdentityPolicies.State != verdict.NotSet || s.set.PermissionsBoundary.State != verdict.NotSet
}

func (s sides) registryUnknown() string {
	text := s.registryNotRead("its policy", "repository_policy, registry_policy and repository_exists")
	if s.across == nil {
		return text
	}
	return text + fmt.Sprintf(" Or grant ecr:GetRepositoryPolicy to account %s in the policy of the repository: the check tried to read it, and AWS answered: %s", printed.Name(s.account), awserr.Message(s.across))
}

func (s sides) registryNotRead(what, arguments string) string {
	return s.notRead("repository", s.target.Repository.Account, what, arguments, "registry_snapshot")
}

func (s sides) consumerUnknown() string {
	if !s.target.IsRole() {
		return s.consumerNeverRead(`Set identity_policies to all of its identity-based policies, and permissions_boundary to its permissions boundary ("" if there is none).`)
	}
	return s.consumerNotRead("its policies", "identity_policies, permissions_boundary, role_exists and actual_role_arn")
}

func (s sides) boundaryUnknown() string {
	if !s.target.IsRole() {
		return s.consumerNeverRead(`Set permissions_boundary, to "" if there is none.`)
	}
	return s.consumerNotRead("its permissions boundary, which can deny,", `permissions_boundary ("" if there is none), role_exists and actual_role_arn`)
}

func (s sides) consumerNotRead(what, arguments string) string {
	return s.notRead("role", s.target.Principal.Account, what, arguments, "consumer_snapshot")
}

func (s sides) consumerNeverRead(advice string) string {
	return fmt.Sprintf("role_arn names a principal of the kind %q, whose policies this check does not read, and so the verdict is conditional.\n\n%s", s.target.Principal.Kind, advice)
}

// notRead says why something could not be read, and how credentials of its account can
// read it for this check.
func (s sides) notRead(owned, account, what, arguments, snapshot string) string {
	return fmt.Sprintf("The %s belongs to account %s, and the provider's credentials to account %s: %s could not be read, and so the verdict is conditional.\n\n"+
		"Set %[6]s to the attribute json of an ecrxa_%[6]s that is read with credentials of account %[2]s, here or in another configuration. Or set %[5]s, or give this provider a profile of account %[2]s.",
		owned, account, printed.Name(s.account), what, arguments, snapshot)
}
