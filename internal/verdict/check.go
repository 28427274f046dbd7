package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A check is one pull with everything parsed and laid over.
type check struct {
	in         Input
	access     actionset.Name
	repository awsname.Repository
	principal  awsname.Principal
	documents  documents
	doubts     InputErrors
	oddities   InputErrors
	strange    []strangeKey
	plain      []plainVariable
	policies   authz.Policies // documents, prepared for the engine
	decisions  []decided
}

// decided is a decision with the engine's word on it.
type decided struct {
	Decision
	engine authz.Decision
	brief  string // the reason in a few words
}

// newCheck parses the input and misses what a verdict needs.
func newCheck(in Input) (*check, InputErrors) {
	c, faults := parse(in)
	switch {
	case in.Image == "" && in.RepositoryARN == "":
		faults = append(faults, missing("image", "is not given; exactly one of image and repository_arn is needed"))
	case in.Image != "" && in.RepositoryARN != "":
		faults = append(faults, missing("repository_arn", "is given beside image; exactly one of the two is needed"))
	}
	if in.RoleARN == "" {
		faults = append(faults, missing("role_arn", "is not given; it says who pulls"))
	}
	return c, faults
}

func missing(attribute, problem string) *InputError {
	return &InputError{At: At{Attribute: attribute}, Problem: problem}
}

func (c *check) result() Result {
	c.policies = c.compiled()
	for _, action := range c.actions() {
		c.decide(action)
	}
	r := Result{
		Verdict:            c.verdict(),
		DeniedBy:           c.deniedBy(),
		Decisions:          c.shown(),
		UnknownContextKeys: c.unknownKeys(),
		UnknownDocuments:   c.unknownDocuments(),
		Mismatches:         c.mismatches(),
		Assumptions:        c.assumptions(),
	}
	r.Allowed = r.Verdict == authz.Allowed
	r.DeniedSide = sideOfAll(r.DeniedBy)
	r.Remedies = c.remedies(r)
	r.Explanation = c.explain(r)
	return r
}

// shown returns the decisions as the result has them.
func (c *check) shown() []Decision {
	out := make([]Decision, len(c.decisions))
	for i, d := range c.decisions {
		out[i] = d.Decision
	}
	return out
}

// actions returns what is to be done: the login, ecr:GetAuthorizationToken, and
// the actions on the repository.
func (c *check) actions() []string {
	return append([]string{actionset.TokenAction}, actionset.Actions(c.access)...)
}

// sameAccount reports whether role and repository are in one account.
func (c *check) sameAccount() bool { return c.principal.Account == c.repository.Account }

// roleMissing reports whether the role is known not to exist. A user is none.
func (c *check) roleMissing() bool {
	isRole := c.principal.Kind == awsname.Role || c.principal.Kind == awsname.RoleSession
	return isRole && c.in.RoleExists == Missing
}

// repositoryMissing reports whether the repository is known not to exist.
func (c *check) repositoryMissing() bool { return c.in.RepositoryExists == Missing }

// verdict is denied when one action is denied, and allowed when all are allowed.
func (c *check) verdict() authz.Verdict {
	verdict := authz.Allowed
	for _, d := range c.decisions {
		if d.Verdict == authz.Denied {
			return authz.Denied
		}
		if d.Verdict == authz.Conditional {
			verdict = authz.Conditional
		}
	}
	return verdict
}

// order is the order in which what denies is listed: first what no policy cures.
var order = []authz.PolicyType{
	PartitionMismatch, RoleMissing, RepositoryMissing,
	authz.IdentityPolicy, authz.PermissionsBoundary, authz.SessionPolicy, authz.ServiceControlPolicy,
	authz.ResourceControlPolicy, authz.VPCEndpointPolicy, authz.RepositoryPolicy, authz.RegistryPolicy,
}

// deniedBy is everything that denies some action.
func (c *check) deniedBy() []authz.PolicyType {
	all := []authz.PolicyType{}
	for _, layer := range order {
		denies := func(d decided) bool { return slices.Contains(d.DeniedBy, layer) }
		if slices.ContainsFunc(c.decisions, denies) {
			all = append(all, layer)
		}
	}
	return all
}

// sideOfAll is the side of all layers, if it is one.
func sideOfAll(layers []authz.PolicyType) Side {
	var side Side
	for _, layer := range layers {
		if side != "" && side != sideOf(layer) {
			return Both
		}
		side = sideOf(layer)
	}
	return side
}

// unknownKeys are the condition keys that keep a decision open.
func (c *check) unknownKeys() []string {
	keys := []string{}
	for _, d := range c.decisions {
		for _, unknown := range d.engine.UnknownKeys {
			if !slices.Contains(keys, unknown.Key) {
				keys = append(keys, unknown.Key)
			}
		}
	}
	slices.Sort(keys)
	return keys
}
