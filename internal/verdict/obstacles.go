// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// obstacles returns what denies an action regardless of the policies. What is planned
// counts as existing.
func (a *arguments) obstacles(action string) []Obstacle {
	if !a.target.SamePartition() {
		return []Obstacle{PartitionMismatch}
	}
	if action == LayerAction {
		return nil
	}
	found := a.pullerObstacles()
	if a.roleMissing() && len(a.in.PlannedRolePolicies) == 0 {
		found = append(found, RoleMissing)
	}
	willExist := len(a.in.PlannedStatements) > 0 || a.pullCreatesRepository()
	switch isOfRepository := action != actionset.TokenAction && action != createAction; {
	case !isOfRepository:
	case a.repositoryMissing():
		if !willExist {
			found = append(found, RepositoryMissing)
		}
	default:
		found = append(found, a.imageObstacles()...)
	}
	return found
}

// imageObstacles returns what is known to keep anybody from pulling the image. Who pushes
// brings it, and a pull through a cache fetches it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
func (a *arguments) imageObstacles() []Obstacle {
	if a.in.RegistrySnapshot == nil || a.use.access != actionset.Pull {
		return nil
	}
	switch a.in.RegistrySnapshot.Image {
	case ImageIsMissing:
		return []Obstacle{ImageMissing}
	case ImageIsArchived:
		return []Obstacle{ImageArchived}
	case ImageNotKnown, ImageIsRestoring:
	}
	return nil
}

// pullerObstacles returns what keeps the puller from pulling this image at all.
func (a *arguments) pullerObstacles() []Obstacle {
	var found []Obstacle
	if region := a.pullerRegion(); a.puller.OwnRegion && region != "" && region != a.target.Repository.Region {
		found = append(found, RegionMismatch)
	}
	if a.puller.NoFIPS && a.isFIPS {
		found = append(found, HostNotSupported)
	}
	if a.puller.SameAccount && !a.target.SameAccount() {
		found = append(found, AccountMismatch)
	}
	if a.trust != nil && a.assumable == authz.Denied {
		found = append(found, RoleNotAssumable)
	}
	return found
}

// mayBeAssumed says whether the trust policy lets the puller assume the role. What a token of an
// identity provider says is not known.
func (a *arguments) mayBeAssumed() authz.Verdict {
	principals := a.puller.Trusted
	if a.puller.WebIdentity {
		principals = []string{authz.UnknownPrincipal}
	}
	best := authz.Denied
	for _, principal := range principals {
		verdicts := []authz.Verdict{a.mayAssume(principal)}
		if a.target.Principal.Partition == "aws-cn" {
			verdicts = append(verdicts, a.mayAssume(principal+".cn"))
		}
		switch {
		case slices.Contains(verdicts, authz.Allowed):
			return authz.Allowed
		case slices.Contains(verdicts, authz.Conditional):
			best = authz.Conditional
		}
	}
	return best
}

// mayAssume asks the engine. A trust policy is one of the role, and has no Resource. A service
// assumes the role for what it runs in the role's account.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceaccount
func (a *arguments) mayAssume(principal string) authz.Verdict {
	return authz.Decide(a.assuming(principal), a.trusting())
}

func (a *arguments) assuming(principal string) authz.Request {
	role, _ := a.role()
	request := authz.Request{Principal: principal, Action: a.puller.Action(), Resource: role.ARN(), ResourceAccount: role.Account}
	if principal != authz.UnknownPrincipal {
		request.Context.Known = map[string][]string{"aws:SourceAccount": {role.Account}}
	}
	return request
}

func (a *arguments) trusting() authz.Policies {
	return authz.Policies{Repository: authz.PolicySet{Present: true, Policies: []*authz.Policy{a.trust}}}
}
