// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// A Side is the account that a policy belongs to.
type Side string

// The sides. In a pull within one account they still say whose policies are meant:
// those of the role or those of the registry.
const (
	Consumer Side = "consumer"
	Registry Side = "registry"
	Both     Side = "both"
)

// SideOf returns the side that has the policies of a type.
func SideOf(t authz.PolicyType) Side {
	if wording.Of(t).Registry {
		return Registry
	}
	return Consumer
}

// An Obstacle denies a pull regardless of the policies; the values are part of the
// provider's output.
type Obstacle string

// The obstacles.
const (
	// PartitionMismatch: the credentials of one partition are not valid in another.
	PartitionMismatch Obstacle = "partition_mismatch"
	// RegionMismatch: the puller pulls from its own Region only, and the image is in
	// another.
	RegionMismatch Obstacle = "region_mismatch"
	// HostNotSupported: the puller does not pull from a host of this kind.
	HostNotSupported Obstacle = "host_not_supported"
	// RoleNotAssumable: the role's trust policy does not let the puller assume the role.
	RoleNotAssumable Obstacle = "role_not_assumable"
	// AccountMismatch: the puller pulls from its own account only, and the repository is
	// in another.
	AccountMismatch Obstacle = "account_mismatch"
	// RoleMissing: the role does not exist.
	RoleMissing Obstacle = "role_missing"
	// RepositoryMissing: the repository does not exist.
	RepositoryMissing Obstacle = "repository_missing"
	// ImageMissing: the repository does not have the image.
	ImageMissing Obstacle = "image_missing"
	// ImageArchived: the image is archived, and must be restored before it can be pulled.
	ImageArchived Obstacle = "image_archived"
)

// obstacles are all of them, in the order in which they are listed.
var obstacles = []Obstacle{PartitionMismatch, RegionMismatch, HostNotSupported, AccountMismatch, RoleNotAssumable, RoleMissing, RepositoryMissing, ImageMissing, ImageArchived}

// Side returns the side that can remove the obstacle.
func (o Obstacle) Side() Side {
	switch o {
	case RepositoryMissing, ImageMissing, ImageArchived:
		return Registry
	case PartitionMismatch, RegionMismatch, HostNotSupported, AccountMismatch, RoleNotAssumable, RoleMissing:
	}
	return Consumer
}

// add returns both sides in one: Both where they differ. The side may be empty at first.
func (s Side) add(other Side) Side {
	if s == "" || s == other {
		return other
	}
	return Both
}
