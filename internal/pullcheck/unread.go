// SPDX-License-Identifier: MPL-2.0

package pullcheck

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// markUnread marks as unknown the registry policy and the permissions boundary
// where they are not set and the credentials cannot read them: package verdict would
// assume that there is none. It returns their arguments.
func markUnread(in *verdict.Input, target verdict.Target) []string {
	var names []string
	if in.RegistryPolicy.State == verdict.NotSet {
		in.RegistryPolicy.State = verdict.Unknown
		names = append(names, "registry_policy")
	}
	if in.PermissionsBoundary.State == verdict.NotSet && canHaveBoundary(*in, target) {
		in.PermissionsBoundary.State = verdict.Unknown
		names = append(names, "permissions_boundary")
	}
	return names
}

// canHaveBoundary: roles and users have one, the root user has not, and a role that
// does not exist yet is judged by what is planned for it.
func canHaveBoundary(in verdict.Input, target verdict.Target) bool {
	return target.Principal.Kind != awsname.AccountRoot && !target.IsService() && in.RoleExists != verdict.Missing
}
