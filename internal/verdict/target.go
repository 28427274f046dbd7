// SPDX-License-Identifier: MPL-2.0

package verdict

import "github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"

// A Target says who pulls from where.
type Target struct {
	Repository awsname.Repository
	Principal  awsname.Principal
}

// IsRole reports whether a role or a session of one pulls, as against a user or an
// account's root.
func (t Target) IsRole() bool {
	return t.Principal.Kind == awsname.Role || t.Principal.Kind == awsname.RoleSession
}

// SameAccount reports whether principal and repository are in one account.
func (t Target) SameAccount() bool { return t.Principal.Account == t.Repository.Account }

// SamePartition reports whether principal and repository are in one partition.
func (t Target) SamePartition() bool { return t.Principal.Partition == t.Repository.Partition }

// Account returns the account ID of a side.
func (t Target) Account(side Side) string {
	if side == Registry {
		return t.Repository.Account
	}
	return t.Principal.Account
}
