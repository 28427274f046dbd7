// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"maps"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// mayAddStatement reports whether Lambda may add the statement that it needs to the repository
// policy: in its own account it tries to when a function is created or updated, and can if who
// creates it may read and set the policy.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#gettingstarted-images-permissions
func (a *arguments) mayAddStatement() bool {
	if a.puller.Name != puller.Lambda || a.service.Account != a.target.Repository.Account {
		return false
	}
	if a.in.RoleARN == "" {
		return true
	}
	of := a.ofCreator()
	policies := of.compile()
	isDenied := func(action string) bool { return of.evaluate(of.request(action), policies).Verdict == authz.Denied }
	return !slices.ContainsFunc([]string{"ecr:GetRepositoryPolicy", "ecr:SetRepositoryPolicy"}, isDenied)
}

// ofService returns the arguments for the service: it has no policies of its own, and
// those of the consumer side are not about it.
func (a *arguments) ofService() *arguments {
	of := a.without(authz.IdentityPolicy, authz.PermissionsBoundary, authz.SessionPolicy, authz.ServiceControlPolicy, authz.VPCEndpointPolicy, authz.S3EndpointPolicy)
	of.target.Principal = a.service
	of.in.RoleARN, of.in.ActualRoleARN, of.in.RoleExists, of.in.PlannedRolePolicies, of.plannedPolicies = "", "", ExistenceUnknown, nil, nil
	return of
}

// ofCreator returns the arguments for who creates the function: the role, or the account
// as a whole. Lambda calls ECR for it, and no VPC endpoint is on the way.
func (a *arguments) ofCreator() *arguments {
	of := a.without(authz.VPCEndpointPolicy, authz.S3EndpointPolicy)
	if a.in.RoleARN == "" {
		of = a.without(authz.IdentityPolicy, authz.VPCEndpointPolicy, authz.S3EndpointPolicy)
		of.target.Principal = awsname.Principal{Kind: awsname.AccountRoot, Partition: a.service.Partition, Account: a.service.Account, Path: "/"}
	}
	of.creator = true
	return of
}

// without returns the arguments without the policies of some types of the consumer side,
// which do not apply.
func (a *arguments) without(types ...authz.PolicyType) *arguments {
	c := *a
	of := &c
	of.in = a.in.clone()
	of.policies, of.inapplicable = maps.Clone(a.policies), types
	none := map[authz.PolicyType]*Documents{
		authz.IdentityPolicy: &of.in.IdentityPolicies, authz.PermissionsBoundary: &of.in.PermissionsBoundary, authz.SessionPolicy: &of.in.SessionPolicies,
		authz.VPCEndpointPolicy: &of.in.VPCEndpointPolicy, authz.S3EndpointPolicy: &of.in.S3EndpointPolicy,
	}
	for _, t := range types {
		if t == authz.ServiceControlPolicy {
			of.in.ServiceControlPolicies, of.policies[t] = Levels{State: Known}, nil
			continue
		}
		*none[t], of.policies[t] = DocumentsOf(), [][]Policy{nil}
	}
	return of
}
