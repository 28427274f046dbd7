package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// The scopes of a registry policy.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
const (
	scopeV1 = "V1" // covers scopeV1Actions only
	scopeV2 = "V2" // covers every action
)

var scopeV1Actions = []string{"ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}

// decide adds the decision on one action.
func (c *check) decide(action string) {
	engine, reason := c.evaluate(action)
	d := decided{
		Decision: Decision{
			Action:     action,
			Resource:   c.resource(action),
			Verdict:    engine.Verdict,
			DeniedBy:   append([]authz.PolicyType{}, engine.DeniedBy...),
			Reason:     reason,
			Statements: statements(engine.Statements),
		},
		engine: engine,
	}
	if layers, obstacle := c.obstacles(action); len(layers) > 0 {
		d.Verdict = authz.Denied
		d.DeniedBy = append(layers, d.DeniedBy...)
		d.Reason = "Denied: " + obstacle + "."
		d.brief = obstacle
	} else {
		d.brief = c.brief(engine)
	}
	c.decisions = append(c.decisions, d)
}

// evaluate asks the engine, and words its reason. Where the scope of a registry policy is not known,
// the verdict stands only when it is the same with and without that policy.
func (c *check) evaluate(action string) (engine authz.Decision, reason string) {
	if c.principal.Partition != c.repository.Partition {
		return authz.Decision{Action: action, Verdict: authz.Denied}, ""
	}
	layers := c.layers(action)
	if !c.scopeMatters(action) {
		engine = authz.Evaluate(c.request(action), layers)
		reason = report.Reason(&engine)
		return engine, reason
	}
	with := authz.Evaluate(c.request(action), layers)
	layers.Registry = authz.PolicySet{}
	without := authz.Evaluate(c.request(action), layers)
	if with.Verdict == without.Verdict {
		reason = report.Reason(&without)
		return without, reason
	}
	return authz.Decision{
		Action:      action,
		Verdict:     authz.Conditional,
		UndecidedBy: []authz.PolicyType{authz.RegistryPolicy},
		Statements:  append(with.Statements, without.Statements...),
		UnknownKeys: append(with.UnknownKeys, without.UnknownKeys...),
	}, "Conditional: it depends on the scope of the registry policy, which is not known. A registry policy of scope V2 covers " + action + ", one of scope V1 does not."
}

// scopeMatters reports whether it depends on the unknown scope of the registry
// policy that this policy covers the action.
func (c *check) scopeMatters(action string) bool {
	return c.in.RegistryPolicyScope == "" && len(c.documents.registry) > 0 &&
		action != actionset.TokenAction && !slices.Contains(scopeV1Actions, action)
}

// registryCovers reports whether the registry policy covers the action.
func (c *check) registryCovers(action string) bool {
	return c.in.RegistryPolicyScope != scopeV1 || slices.Contains(scopeV1Actions, action)
}

func (c *check) resource(action string) string {
	if action == actionset.TokenAction {
		return "*"
	}
	return c.repository.ARN()
}

func (c *check) request(action string) authz.Request {
	request := authz.Request{
		Principal:       c.principal.ARN(),
		Action:          action,
		Resource:        c.resource(action),
		ResourceAccount: c.repository.Account,
		Context:         authz.Context{Known: c.context(action)},
		PoliciesAsShown: true,
		AssumeNoPath:    true, // and otherAssumptions says so
	}
	if action == actionset.TokenAction {
		request.ResourceAccount = c.principal.Account
	}
	return request
}

// context returns the known condition keys: ECR answers HTTPS only, a login is
// good for its own Region only, and only IAM tells the path of a session's role.
// The login is no call to the repository: it carries none of the repository's tags.
func (c *check) context(action string) map[string][]string {
	known := map[string][]string{}
	for key, values := range c.in.Context {
		if action != actionset.TokenAction || !isResourceTag(key) {
			known[key] = values
		}
	}
	setDefault(known, "aws:SecureTransport", "true")
	setDefault(known, "aws:RequestedRegion", c.repository.Region)
	if c.principal.Kind == awsname.RoleSession && c.in.ActualRoleARN != "" {
		setDefault(known, "aws:PrincipalArn", c.in.ActualRoleARN)
	}
	return known
}

func isResourceTag(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "aws:resourcetag/") || strings.HasPrefix(key, "ecr:resourcetag/")
}

func setDefault(known map[string][]string, key, value string) {
	for given := range known {
		if strings.EqualFold(given, key) {
			return
		}
	}
	known[key] = []string{value}
}

// compiled prepares all policies for the engine.
func (c *check) compiled() authz.Policies {
	return authz.Policies{
		Identity:    layer(c.documents.identity, c.identityUnknown()),
		Boundary:    layer(c.documents.boundary, c.in.PermissionsBoundary.State == Unknown),
		Session:     layer(c.documents.session, c.sessionUnknown()),
		SCP:         levels(c.documents.scp, c.in.ServiceControlPolicies.State == Unknown),
		RCP:         levels(c.documents.rcp, c.in.ResourceControlPolicies.State == Unknown),
		VPCEndpoint: layer(c.documents.endpoint, c.in.VPCEndpointPolicy.State == Unknown),
		Repository:  layer(c.documents.repository, c.repositoryPolicyUnknown()),
		Registry:    layer(c.documents.registry, c.in.RegistryPolicy.State == Unknown),
	}
}

// layers returns the policies that stand between the role and the action. The
// registry side's do not apply to the login, which has no resource.
func (c *check) layers(action string) authz.Policies {
	policies := c.policies
	if action == actionset.TokenAction {
		policies.Repository, policies.Registry, policies.RCP = authz.PolicySet{}, authz.PolicySet{}, nil
	}
	if !c.registryCovers(action) {
		policies.Registry = authz.PolicySet{}
	}
	return policies
}

// identityUnknown: identity policies that are not given are unknown, except for
// a role that does not exist yet and will have the planned ones only.
func (c *check) identityUnknown() bool {
	return c.in.IdentityPolicies.State != Known && !c.roleMissing()
}

// sessionUnknown: a federated user may do only what the session policies allow
// that were passed to GetFederationToken, so that without them nothing is known.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
func (c *check) sessionUnknown() bool {
	state := c.in.SessionPolicies.State
	return state == Unknown || state == NotGiven && c.principal.Kind == awsname.FederatedUser
}

// repositoryPolicyUnknown: a repository policy that is not given is unknown. A
// repository that does not exist has none; but a pull through cache creates it
// with the policy of a creation template.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
func (c *check) repositoryPolicyUnknown() bool {
	hasNone := c.repositoryMissing() && c.access != actionset.PullThroughCache
	return c.in.RepositoryPolicy.State != Known && !hasNone
}

// layer is unknown when there may be more than docs, or one of them is unknown.
func layer(docs []namedPolicy, unknown bool) authz.PolicySet {
	policies := compile(docs)
	return authz.PolicySet{Present: len(policies) > 0, Unknown: unknown || len(policies) < len(docs), Policies: policies}
}

func levels(docs [][]namedPolicy, unknown bool) []authz.PolicySet {
	var out []authz.PolicySet
	for _, level := range docs {
		l := layer(level, unknown)
		l.Present = true
		out = append(out, l)
	}
	if unknown && len(out) == 0 {
		out = []authz.PolicySet{{Unknown: true}}
	}
	return out
}

// obstacles returns what denies an action besides any policy, and why.
func (c *check) obstacles(action string) ([]authz.PolicyType, string) {
	if c.principal.Partition != c.repository.Partition {
		return []authz.PolicyType{PartitionMismatch}, "credentials of the partition " + c.principal.Partition + " are not valid in the partition " + c.repository.Partition
	}
	var layers []authz.PolicyType
	var reasons []string
	if c.roleMissing() && len(c.in.PlannedRolePolicies) == 0 {
		layers, reasons = append(layers, RoleMissing), append(reasons, "the role does not exist")
	}
	if c.repositoryMissing() && len(c.in.PlannedStatements) == 0 && c.access != actionset.PullThroughCache && action != actionset.TokenAction {
		layers, reasons = append(layers, RepositoryMissing), append(reasons, "the repository does not exist")
	}
	return layers, list(reasons, "and")
}

func statements(refs []authz.StatementRef) []Statement {
	out := []Statement{}
	for _, ref := range refs {
		out = append(out, Statement{Document: ref.PolicyType, Policy: ref.Policy, Sid: ref.Sid, Index: ref.Index, Line: ref.Line, Effect: ref.Effect})
	}
	return out
}
