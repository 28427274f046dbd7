// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// readAll reads the arguments that are set. It requires none.
func (r *reading) readAll() {
	in := &r.in
	r.use = r.readUse()
	r.readPuller()
	r.target = Target{r.repository(), r.principal()}
	r.readService()
	r.readTrustPolicy()
	r.checkScope()
	r.checkContext()
	r.checkKind()
	identity := r.identityPolicies(in.IdentityPolicies.List)
	r.policies = make(policies, len(authz.PolicyTypes()))
	r.policies[authz.IdentityPolicy] = [][]Policy{r.planRolePolicies(identity)}
	r.policies[authz.PermissionsBoundary] = [][]Policy{r.single(authz.PermissionsBoundary, in.PermissionsBoundary)}
	r.policies[authz.SessionPolicy] = [][]Policy{r.list(authz.SessionPolicy, in.SessionPolicies.List, asGiven)}
	r.policies[authz.VPCEndpointPolicy] = [][]Policy{r.single(authz.VPCEndpointPolicy, in.VPCEndpointPolicy)}
	r.policies[authz.S3EndpointPolicy] = [][]Policy{r.single(authz.S3EndpointPolicy, in.S3EndpointPolicy)}
	repository := r.single(authz.RepositoryPolicy, in.RepositoryPolicy)
	template := r.list(authz.RepositoryPolicy, in.RepositoryCreationTemplatePolicy.List, func(d Document) (string, At) { return wording.Of(authz.RepositoryPolicy).Noun, d.At })
	if r.isFromTemplate() {
		repository = template
	}
	registry := r.single(authz.RegistryPolicy, in.RegistryPolicy)
	r.before = map[authz.PolicyType][]Policy{authz.IdentityPolicy: identity, authz.RepositoryPolicy: repository, authz.RegistryPolicy: registry}
	r.policies[authz.RepositoryPolicy] = [][]Policy{r.planStatements(authz.RepositoryPolicy, repository)}
	r.policies[authz.RegistryPolicy] = [][]Policy{r.planStatements(authz.RegistryPolicy, registry)}
	r.policies[authz.ServiceControlPolicy] = r.levels(authz.ServiceControlPolicy, in.ServiceControlPolicies.List, func(level int) At {
		return At{Attribute: wording.Of(authz.ServiceControlPolicy).Argument, Indexes: []int{level}}
	})
	consumers := in.ConsumerResourceControlPolicies.List
	r.registryRCPs = len(in.ResourceControlPolicies.List)
	rcps := r.levels(authz.ResourceControlPolicy, append(slices.Clone(in.ResourceControlPolicies.List), consumers...), func(level int) At {
		if level >= r.registryRCPs {
			return At{Attribute: ConsumerRCPs, Indexes: []int{level - r.registryRCPs}}
		}
		return At{Attribute: wording.Of(authz.ResourceControlPolicy).Argument, Indexes: []int{level}}
	})
	r.policies[authz.ResourceControlPolicy] = rcps
	r.checkLevels()
	r.checkRelations()
}

// require notes what a verdict needs and is not set.
func (r *reading) require() {
	switch {
	case r.in.Image == "" && r.in.RepositoryARN == "":
		r.fault(At{Attribute: "image"}, "is not set; set exactly one of image and repository_arn", nil)
	case r.in.Image != "" && r.in.RepositoryARN != "":
		r.fault(At{Attribute: "repository_arn"}, "is set, and image is set, too; set exactly one of the two", nil)
	}
	switch isService := r.in.ServicePrincipal != "" || r.puller.Service != ""; {
	case isService && r.in.SourceARN == "":
		r.fault(At{Attribute: "source_arn"}, "is not set; it says for which function or project the service pulls", nil)
	case !isService && r.in.RoleARN == "":
		r.fault(At{Attribute: "role_arn"}, "is not set; it says who pulls. If a service pulls, as for AWS Lambda, set puller or service_principal", nil)
	}
}

func (r *reading) repository() awsname.Repository {
	if r.in.Image != "" {
		return r.image(r.in.Image)
	}
	if r.in.RepositoryARN == "" {
		return awsname.Repository{}
	}
	repository, err := awsname.ParseRepositoryARN(r.in.RepositoryARN)
	if err == nil {
		return repository
	}
	if _, isURI := awsname.ParseImage(r.in.RepositoryARN); isURI == nil {
		r.fault(At{Attribute: "repository_arn"}, "is the URI of an image: set image instead", nil)
	} else {
		r.fault(At{Attribute: "repository_arn"}, "is not valid", err)
	}
	return awsname.Repository{}
}

func (r *reading) image(uri string) awsname.Repository {
	image, err := awsname.ParseImage(uri)
	if err == nil {
		r.isFIPS = image.FIPS
		return image.Repository
	}
	if _, isARN := awsname.ParseRepositoryARN(uri); isARN == nil {
		r.fault(At{Attribute: "image"}, "is the ARN of a repository: set repository_arn instead", nil)
	} else {
		r.fault(At{Attribute: "image"}, "is not valid", err)
	}
	return awsname.Repository{}
}

// principal reads who pulls. A role that was read from IAM has the ARN that IAM
// gives; a session's ARN never has the path.
func (r *reading) principal() awsname.Principal {
	arn := r.in.RoleARN
	if arn == "" {
		return awsname.Principal{}
	}
	principal, err := awsname.ParsePrincipal(arn)
	if err != nil && awsname.CheckServicePrincipal(arn) == nil {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is the AWS service %s: set service_principal in its place, and source_arn to what the service pulls for", printed.Value(arn)), nil)
		return principal
	}
	if err != nil && strings.ContainsAny(arn, "*?") {
		r.fault(At{Attribute: "role_arn"}, "has a wildcard, and a check is for one role: write one check for each role", nil)
		return principal
	}
	if err != nil {
		r.fault(At{Attribute: "role_arn"}, "is not valid", err)
		return principal
	}
	if actual, ok := r.actualRole(principal); ok && principal.Kind == awsname.Role {
		return actual
	}
	return principal
}

// actualRole reads the role's ARN as IAM gives it: the same role, with its path.
func (r *reading) actualRole(principal awsname.Principal) (awsname.Principal, bool) {
	arn := r.in.ActualRoleARN
	if arn == "" {
		return awsname.Principal{}, false
	}
	actual, err := awsname.ParsePrincipal(arn)
	if err == nil && !isRoleOf(principal, actual) {
		err = fmt.Errorf("%s is not the role of role_arn with its path", printed.Quoted(arn))
	}
	if err != nil {
		r.fault(At{Attribute: "actual_role_arn"}, "is not valid", err)
	}
	return actual, err == nil
}

// checkKind rejects policies that a principal of its kind cannot have.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func (r *reading) checkKind() {
	switch kind := r.target.Principal.Kind; {
	case kind == awsname.User && len(r.in.SessionPolicies.List) > 0:
		r.fault(At{Attribute: wording.Of(authz.SessionPolicy).Argument}, "is set, but role_arn is a user, and a user has no session policies; set role_arn to the role that is assumed with them, or remove them", nil)
	case kind == awsname.AccountRoot && len(r.in.PermissionsBoundary.List) > 0:
		r.fault(At{Attribute: wording.Of(authz.PermissionsBoundary).Argument}, "is set, but role_arn is the root user of an account, which cannot have one; remove it", nil)
	}
}

func (r *reading) checkScope() {
	if scope := r.in.RegistryPolicyScope; scope != "" && scope != ScopeV1 && scope != ScopeV2 {
		r.fault(At{Attribute: "registry_policy_scope"}, fmt.Sprintf("is %s; expected V1 or V2", printed.Quoted(scope)), nil)
	}
}

// checkLevels rejects a level without service control policies: AWS keeps at least
// one attached everywhere, and none would allow nothing.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
func (r *reading) checkLevels() {
	for i, level := range r.in.ServiceControlPolicies.List {
		if len(level) == 0 {
			r.fault(At{Attribute: wording.Of(authz.ServiceControlPolicy).Argument, Indexes: []int{i}}, "is a level without policies; every level has at least one, FullAWSAccess unless it was replaced", nil)
		}
	}
}
