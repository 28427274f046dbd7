package pullcheck

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pull"
)

// markUnread marks as unknown the registry policy and the permissions boundary
// where nobody gave them and the credentials cannot read them: package pull would
// assume that there is none. It returns their arguments.
func markUnread(in *pull.Input, target pull.Target) []string {
	var names []string
	if in.RegistryPolicy.State == pull.NotGiven {
		in.RegistryPolicy.State = pull.Unknown
		names = append(names, "registry_policy")
	}
	if in.PermissionsBoundary.State == pull.NotGiven && canHaveBoundary(*in, target) {
		in.PermissionsBoundary.State = pull.Unknown
		names = append(names, "permissions_boundary")
	}
	return names
}

// canHaveBoundary: roles and users have one, the root user has not, and a role that
// does not exist yet is judged by what is planned for it.
func canHaveBoundary(in pull.Input, target pull.Target) bool {
	return target.Principal.Kind != awsname.AccountRoot && in.RoleExists != pull.Missing
}
