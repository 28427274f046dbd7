// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// readService reads the service that pulls, and what it pulls for. Beside a service there
// is a role for AWS Lambda only: that of who creates the function.
func (r *reading) readService() {
	name, source := r.in.ServicePrincipal, r.in.SourceARN
	if name == "" {
		name = r.puller.Service
	}
	switch {
	case name == "" && source != "":
		r.fault(At{Attribute: "source_arn"}, "is set, but no service pulls: set puller or service_principal, too", nil)
		return
	case name == "":
		return
	case awsname.CheckServicePrincipal(name) != nil:
		r.fault(At{Attribute: "service_principal"}, "is not valid", awsname.CheckServicePrincipal(name))
		return
	case r.in.Puller != "" && name != r.puller.Service && !slices.Contains(r.puller.Trusted, name):
		r.fault(At{Attribute: "service_principal"}, fmt.Sprintf("is %s, which is not how %s pulls", printed.Value(name), r.puller.Subject), nil)
	}
	if puller.OnlyAssumes(name) {
		r.fault(At{Attribute: "service_principal"}, fmt.Sprintf("is %s, which does not pull itself: it assumes a role that pulls; set role_arn to that role, and remove service_principal and source_arn", printed.Value(name)), nil)
		return
	}
	if r.in.Puller == "" {
		r.puller = puller.OfService(name)
	}
	r.puller.Role, r.puller.Trusted, r.puller.Service = "", nil, name // here it pulls without a role
	if r.puller.Name != "" && slices.Contains(r.use.actions, "ecr:PutImage") {
		r.fault(At{Attribute: "access"}, fmt.Sprintf("or actions has ecr:PutImage, and %s only pulls; leave both out", r.puller.Subject), nil)
	}
	if r.in.RoleARN != "" && r.puller.Name != puller.Lambda {
		r.fault(At{Attribute: "role_arn"}, fmt.Sprintf("is set, but the service %s pulls without a role; set one of role_arn and service_principal", printed.Value(name)), nil)
	}
	r.service = awsname.Principal{Kind: awsname.Service, Partition: r.target.Repository.Partition, Name: name}
	if source != "" {
		r.readSource(source)
	}
	if r.in.RoleARN == "" {
		r.target.Principal = r.service
	}
}

// sourceForm is the form of the ARNs of what services pull for.
var sourceForm = regexp.MustCompile(`^[A-Za-z0-9:/_.+=,@-]{1,1000}$`)

// readSource reads what a service pulls for.
func (r *reading) readSource(text string) {
	at := At{Attribute: "source_arn"}
	arn, err := awsname.ParseARN(text)
	switch {
	case err != nil:
		r.fault(at, "is not valid", err)
		return
	case strings.ContainsAny(text, "*?"):
		r.fault(at, "has a wildcard, and a check is for one resource: write its ARN, as AWS has it", nil)
	case !sourceForm.MatchString(text):
		r.fault(at, "has characters that are in no ARN of a function or project, or is too long", nil)
	case !awsname.IsAccountID(arn.Account):
		r.fault(at, "has no account; write the ARN with its Region and account", nil)
	case r.puller.Name == puller.Lambda && !(arn.Service == "lambda" && strings.HasPrefix(arn.Resource, "function:")):
		r.fault(at, "is not the ARN of a function: arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME", nil)
	case r.in.RoleARN != "" && r.target.Principal.Account != "" && r.target.Principal.Account != arn.Account:
		r.fault(at, fmt.Sprintf("is in account %s, and role_arn, which creates it, is in account %s", arn.Account, r.target.Principal.Account), nil)
	case r.in.PullerRegion != "" && arn.Region != "" && r.in.PullerRegion != arn.Region:
		r.fault(at, fmt.Sprintf("is in the Region %s, and puller_region is %s", printed.Value(arn.Region), printed.Value(r.in.PullerRegion)), nil)
	}
	r.service.Account, r.service.Partition = arn.Account, arn.Partition
}

// isService reports whether these are the arguments of a service that pulls.
func (a *arguments) isService() bool { return a.service.Kind == awsname.Service && !a.creator }

// isAnyCreator reports whether these are the arguments of whoever creates a function.
func (a *arguments) isAnyCreator() bool {
	return a.creator && a.target.Principal.Kind == awsname.AccountRoot && a.in.RoleARN == ""
}

// judge judges a pull: by a role, or by a service, for AWS Lambda with who creates the
// function. Lambda asks for the permissions of the creator when the function is created or
// updated, and for those of the service whenever it loads the image.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html#configuration-images-xaccount-permissions
func judge(a *arguments) *Judgement {
	if a.service.Kind != awsname.Service {
		return decide(a)
	}
	of := a.ofService()
	of.addsStatement = a.mayAddStatement()
	j := decide(of)
	if a.puller.Name == puller.Lambda {
		j.creator = decide(a.ofCreator())
	}
	return j
}

// actionsOfLambda are those that Lambda's own statement allows it.
var actionsOfLambda = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

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

// Keys of the context that one of the two callers has, in lower case.
var (
	keysOfServices   = []string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicename", "aws:principalservicenameslist", "aws:principalisawsservice"}
	keysOfPrincipals = []string{"aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:username", "aws:principalarn", "aws:principalaccount", "aws:principaltype"}
)

// ofCaller leaves in a context what is of the caller, and adds what a service has. It is
// in no organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (a *arguments) ofCaller(known map[string][]string) map[string][]string {
	isOf := func(keys []string) func(string, []string) bool {
		return func(key string, _ []string) bool { return slices.Contains(keys, strings.ToLower(key)) }
	}
	switch {
	case a.isService():
		maps.DeleteFunc(known, isOf(keysOfPrincipals))
		known["aws:PrincipalOrgID"], known["aws:PrincipalOrgPaths"] = nil, nil
		setDefault(known, "aws:SourceArn", a.in.SourceARN)
		setDefault(known, "aws:SourceAccount", a.service.Account)
	case a.creator:
		maps.DeleteFunc(known, isOf(keysOfServices))
	}
	return known
}

// unknownOfAnyCreator are the keys that are not known of whoever creates a function, though
// the account stands for them.
var unknownOfAnyCreator = []string{"aws:PrincipalArn", "aws:PrincipalType", "aws:userid", "aws:username"}

// ofAnyCreator is a decision on the account, for whoever creates a function there. A
// statement for a role or a user of the account may be about who does.
func (a *arguments) ofAnyCreator(d authz.Decision) authz.Decision {
	d.UnknownKeys = slices.DeleteFunc(d.UnknownKeys, func(k authz.UnknownKey) bool { return slices.Contains(unknownOfAnyCreator, k.Key) })
	if d.Verdict != authz.Denied || d.Explicit || !slices.Equal(d.DeniedBy, []authz.PolicyType{authz.RepositoryPolicy}) {
		return d
	}
	var refs []authz.StatementRef
	for _, t := range []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy} {
		for _, p := range flat(a.policies[t]) {
			for _, s := range p.statements {
				if s.Effect() == "Allow" && slices.ContainsFunc(s.Principals()["AWS"], a.isInAccount) {
					refs = append(refs, (&Statement{Type: t, Policy: p.Name, Statement: s}).Ref())
				}
			}
		}
	}
	if len(refs) == 0 {
		return d
	}
	return authz.Decision{Principal: d.Principal, Action: d.Action, Resource: d.Resource, Verdict: authz.Conditional, UndecidedBy: d.DeniedBy, Statements: refs}
}

// isInAccount reports whether a principal is in the account of the caller.
func (a *arguments) isInAccount(principal string) bool {
	p, err := awsname.ParsePrincipal(principal)
	return awsname.IsUniqueID(principal) || err == nil && p.Account == a.target.Principal.Account && p.Kind != awsname.AccountRoot
}

// Creator returns the judgement on who creates what a service runs; nil if nobody is
// judged beside the principal.
func (j *Judgement) Creator() *Judgement { return j.creator }

// IsCreator reports whether the principal creates what a service runs.
func (j *Judgement) IsCreator() bool { return j.arguments.creator }

// IsAnyCreator reports whether the principal stands for whoever creates what a service
// runs.
func (j *Judgement) IsAnyCreator() bool { return j.arguments.isAnyCreator() }

// IsService reports whether a service pulls, as against a principal with policies.
func (t Target) IsService() bool { return t.Principal.Kind == awsname.Service }
