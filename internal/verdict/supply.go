package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// supplies says what would settle a conditional verdict.
func (c *check) supplies(r Result) []Remedy {
	remedies := []Remedy{}
	for _, name := range r.UnknownDocuments {
		remedies = append(remedies, c.supplyDocument(name))
	}
	for _, key := range c.mostTelling(r.UnknownContextKeys) {
		remedies = append(remedies, c.supplyKey(key))
	}
	return append(remedies, c.unclearStatements(len(remedies) == 0)...)
}

func (c *check) supplyKey(key string) Remedy {
	if remedy, strange := c.correctKey(key); strange {
		return remedy
	}
	sentence := fmt.Sprintf("Give context = { %q = […] }, or [] when the request does not carry it. %s.", key, capitalized(c.needs(key)))
	if strings.EqualFold(key, "aws:PrincipalArn") {
		sentence = fmt.Sprintf("Give context = { %q = […] }, the ARN of the role with its path, which the ARN of a session does not have. %s.", key, capitalized(c.needs(key)))
	}
	return Remedy{Side: keySide(key), Sentence: sentence}
}

func (c *check) supplyDocument(name string) Remedy {
	if name == "repository_policy" && c.repositoryMissing() {
		return Remedy{Side: Registry, Sentence: "Give repository_policy as the repository will have it: the first pull creates the repository with the policy of its repository creation template, or with none (\"\")."}
	}
	supply := c.supply(name)
	sentence := fmt.Sprintf("Give %s, %s%s.", name, supply.what, c.unread(name))
	if supply.reads != "" {
		sentence += fmt.Sprintf(" An ecrxa_pull_check with credentials of account %s exports %s, if they allow %s.",
			c.account(supply.side), name, supply.reads)
	}
	return Remedy{Side: supply.side, Sentence: sentence}
}

// A supply says what an argument holds.
type supply struct {
	side  Side
	what  string
	reads string // the actions by which the data source reads it; empty when it does not
}

func (c *check) supply(argument string) supply {
	return map[string]supply{
		"identity_policies":         {Consumer, "all identity-based policies of the " + c.name(), "iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies, iam:GetPolicy and iam:GetPolicyVersion"},
		"permissions_boundary":      {Consumer, "the permissions boundary of the " + c.name(), "iam:GetRole, iam:GetPolicy and iam:GetPolicyVersion"},
		"session_policies":          {Consumer, "the policies passed when the session began", ""},
		"service_control_policies":  {Consumer, "those of each level of the organization", ""},
		"resource_control_policies": {Registry, "those of each level of the organization", ""},
		"vpc_endpoint_policy":       {Consumer, "the policy of the VPC endpoints that the pull goes through", ""},
		"repository_policy":         {Registry, "the policy of the repository " + c.repository.Name, "ecr:GetRepositoryPolicy"},
		"registry_policy":           {Registry, "the registry policy in Region " + c.repository.Region, "ecr:GetRegistryPolicy"},
		"registry_policy_scope":     {Registry, "the account setting REGISTRY_POLICY_SCOPE in Region " + c.repository.Region, "ecr:GetAccountSetting"},
	}[argument]
}

// unread says that an argument's document could not be read, as against one that
// was not given.
func (c *check) unread(argument string) string {
	if argument == "identity_policies" {
		return c.unreadIdentity()
	}
	state := map[string]State{
		"permissions_boundary": c.in.PermissionsBoundary.State,
		"repository_policy":    c.in.RepositoryPolicy.State,
		"registry_policy":      c.in.RegistryPolicy.State,
	}[argument]
	if state == Unknown {
		return ", which could not be read"
	}
	return ""
}

func (c *check) unreadIdentity() string {
	var parts, names []string
	if c.in.IdentityPolicies.State == Unknown {
		parts = append(parts, "not all could be listed")
	}
	for _, d := range c.documents.identity {
		if d.unknown {
			names = append(names, d.name)
		}
	}
	if len(names) > 0 {
		parts = append(parts, list(names, "and")+" could not be read")
	}
	if len(parts) == 0 {
		return ""
	}
	return "; " + list(parts, "and")
}

// keySide tells who knows a condition key: what is said of the resource is the
// registry's, all else comes with the request.
func keySide(key string) Side {
	lower := strings.ToLower(key)
	if strings.HasPrefix(lower, "aws:resource") || strings.HasPrefix(lower, "ecr:resource") {
		return Registry
	}
	return Consumer
}

// mostTelling puts the keys first of which the policies say what they must be.
func (c *check) mostTelling(keys []string) []string {
	rank := func(key string) int {
		if required, _ := c.requirements(key); len(required) > 0 {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(keys), func(a, b string) int { return rank(a) - rank(b) })
}

// needs says what a key must be, or what the policies compare it with.
func (c *check) needs(key string) string {
	required, compared := c.requirements(key)
	switch {
	case len(required) > 0:
		return "for the pull to be allowed it " + list(required, "and")
	case len(compared) > 0:
		return "it " + list(compared, "and")
	default:
		return "the policies ask for it"
	}
}

// requirements words what the decisions require of a key, and what the policies
// compare it with where they require nothing.
func (c *check) requirements(key string) (required, compared []string) {
	for _, d := range c.decisions {
		for i := range d.engine.UnknownKeys {
			unknown, found := &d.engine.UnknownKeys[i], &compared
			if unknown.IsRequired() {
				found = &required
			}
			needs := report.KeyNeeds(unknown)
			if unknown.Key == key && needs != "" && !slices.Contains(*found, needs) {
				*found = append(*found, needs)
			}
		}
	}
	return required, compared
}
