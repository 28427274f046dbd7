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

// IsService reports whether a service pulls, as against a principal with policies.
func (t Target) IsService() bool { return t.Principal.Kind == awsname.Service }

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

// An Existence says whether a role or a repository exists.
type Existence int

// The existences.
const (
	ExistenceUnknown Existence = iota // not set: it is taken to exist
	Exists
	Missing
)
