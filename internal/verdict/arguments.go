// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// arguments are an input, parsed.
type arguments struct {
	in            Input
	use           use
	target        Target
	service       awsname.Principal // the service that pulls; its zero value if none does
	creator       bool              // these are the arguments of who creates what the service runs
	addsStatement bool              // see mayAddStatement
	puller        puller.Puller
	isFIPS        bool          // the host of the image is a FIPS endpoint
	trust         *authz.Policy // of the role that the puller assumes; nil where it is not known or there is none
	assumable     authz.Verdict // whether the trust policy, if it is known, lets the puller assume the role
	policies      policies
	before        map[authz.PolicyType][]Policy // without what is planned, of the types that can be planned
	planned       []PlannedStatement

	inapplicable    []authz.PolicyType // types that cannot apply to who pulls, whatever is set
	registryRCPs    int                // how many levels of the resource control policies are the registry's; the rest are the consumer's
	plannedPolicies []Policy
	documents       []Policy // every document that can be read, in the order in which they are checked
}

// A use says which actions on the repository are judged.
type use struct {
	access   actionset.Name // empty where no set has exactly these actions
	actions  []string       // sorted, without the login, which is judged with every use
	identity []string       // those that the identity-based policies must allow
}

func useOf(name actionset.Name) use {
	return use{name, actionset.Actions(name), actionset.IdentityActions(name)}
}

// createsRepository reports whether the first use creates the repository.
func (u *use) createsRepository() bool { return actionset.CreatesRepository(u.access) }

// createAction creates the repository with the first pull through a cache. Only identity-based
// policies and the registry policy can allow it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
const createAction = "ecr:CreateRepository"

// actions returns what is judged beside the login: for a pull through a cache also what creates
// the repository, unless the repository exists or a plan grants on it.
func (a *arguments) actions() []string {
	if a.in.RepositoryExists == Exists || len(a.in.PlannedStatements) > 0 {
		return a.use.actions
	}
	return a.use.identity
}

// isService reports whether these are the arguments of a service that pulls.
func (a *arguments) isService() bool { return a.service.Kind == awsname.Service && !a.creator }

// isAnyCreator reports whether these are the arguments of whoever creates a function.
func (a *arguments) isAnyCreator() bool {
	return a.creator && a.target.Principal.Kind == awsname.AccountRoot && a.in.RoleARN == ""
}

func (a *arguments) pullerRegion() string {
	if a.in.PullerRegion != "" || a.in.SourceARN == "" {
		return a.in.PullerRegion
	}
	source, _ := awsname.ParseARN(a.in.SourceARN)
	return source.Region
}

// role returns the principal as policies name it, a session as its role; and whether its
// path is known. The path of a session's role is not in the session's ARN: IAM or
// aws:PrincipalArn gives it.
func (a *arguments) role() (role awsname.Principal, isPathKnown bool) {
	principal := a.target.Principal
	if principal.Kind != awsname.RoleSession {
		return principal, true
	}
	for _, arn := range append(a.contextValues("aws:PrincipalArn"), a.in.ActualRoleARN) {
		role, err := awsname.ParsePrincipal(arn)
		if err == nil && isRoleOf(principal, role) {
			return role, true
		}
	}
	principal.Kind, principal.Session = awsname.Role, ""
	return principal, false
}

// isRoleOf reports whether a principal is a role, or a session of it, whatever its path.
func isRoleOf(principal, role awsname.Principal) bool {
	return role.Kind == awsname.Role && role.Account == principal.Account && role.Name == principal.Name
}

// contextValues returns the values of a condition key in the argument context.
func (a *arguments) contextValues(key string) []string {
	for name, values := range a.in.Context {
		if strings.EqualFold(name, key) {
			return slices.Clone(values)
		}
	}
	return nil
}

// roleMissing reports whether the role is known not to exist. A user is none.
func (a *arguments) roleMissing() bool { return a.target.IsRole() && a.in.RoleExists == Missing }

// repositoryMissing reports whether the repository is known not to exist.
func (a *arguments) repositoryMissing() bool { return a.in.RepositoryExists == Missing }

// pullCreatesRepository reports whether the pull creates the repository: it does not exist,
// no plan creates it to grant on it, and there may be a rule for it.
func (a *arguments) pullCreatesRepository() bool {
	return a.repositoryMissing() && a.use.createsRepository() && len(a.in.PlannedStatements) == 0 && !a.noCacheRule()
}

// noCacheRule reports whether it is known that no pull through cache rule matches the
// repository.
func (a *arguments) noCacheRule() bool {
	return a.in.RegistrySnapshot != nil && a.in.RegistrySnapshot.CacheRule == Missing
}

// isFromTemplate reports whether the repository policy is that of the creation template. What
// is set as repository_policy of a repository that the pull creates is taken for the policy
// that it will have, unless the template's is set, too; that it has none today says nothing.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
func (a *arguments) isFromTemplate() bool {
	return a.pullCreatesRepository() && (len(a.in.RepositoryPolicy.List) == 0 || a.in.RepositoryCreationTemplatePolicy.State != NotSet)
}

// mayComeFromTemplate reports whether there may be a repository policy, though today there is
// none: if the repository does not exist, the pull creates it with that of the creation template.
func (a *arguments) mayComeFromTemplate() bool {
	none := func(d Documents) bool { return d.State == Known && len(d.List) == 0 }
	return a.use.createsRepository() && a.in.RepositoryExists == ExistenceUnknown && len(a.in.PlannedStatements) == 0 &&
		none(a.in.RepositoryPolicy) && !none(a.in.RepositoryCreationTemplatePolicy)
}

// The arguments for what may be unknown beside the policies of a type.
const (
	ConsumerRCPs     = "consumer_resource_control_policies"
	RepositoryExists = "repository_exists"

	templateArgument = "repository_creation_template_policy"
)

// unknown reports whether there may be policies of a type that are not known.
func (a *arguments) unknown(t authz.PolicyType) bool {
	all := a.policies[t]
	if t == authz.ResourceControlPolicy {
		all = all[:a.registryRCPs]
	}
	return hasUnknown(all) || a.stateUnknown(t)
}

func hasUnknown(levels [][]Policy) bool {
	return slices.ContainsFunc(flat(levels), func(p Policy) bool { return p.Unknown })
}

// stateUnknown reports whether there may be policies of a type beside those that are
// listed. Most types that are not set are assumed not to apply, but not these:
//
//   - identity policies, except those of a role that does not exist yet and will have
//     the planned ones only, and of a root user, who has none;
//   - a repository policy: a repository that does not exist has none, but the first pull
//     through a cache creates it with the policy of a creation template;
//   - session policies of a federated user, who may do only what the session policies
//     allow that were passed to GetFederationToken.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
func (a *arguments) stateUnknown(t authz.PolicyType) bool {
	state := a.in.StateOf(t)
	switch t {
	case authz.IdentityPolicy:
		return state != Known && !a.roleMissing() && a.target.Principal.Kind != awsname.AccountRoot
	case authz.RepositoryPolicy:
		if a.isFromTemplate() {
			return a.in.RepositoryCreationTemplatePolicy.State != Known
		}
		return state != Known && (!a.repositoryMissing() || a.pullCreatesRepository())
	case authz.SessionPolicy:
		return state == Unknown || state == NotSet && a.target.Principal.Kind == awsname.FederatedUser
	default:
		return state == Unknown
	}
}
