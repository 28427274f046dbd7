package verdict

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A heldBack is an Allow statement that nothing but its Condition keeps from
// allowing some actions. Somebody may have wanted just that.
type heldBack struct {
	authz.StatementRef
	actions []string
}

// heldBack returns the statements that would allow, without their conditions, some
// of the actions that a layer lacks an Allow for.
func (c *check) heldBack(layer authz.PolicyType, missing []string) []heldBack {
	var found []heldBack
	for _, of := range c.asGoodAs(layer) {
		for _, doc := range c.documents.of(of) {
			for _, s := range doc.Statements() {
				if actions := c.heldActions(of, s, missing); len(actions) > 0 {
					ref := authz.StatementRef{PolicyType: of, Policy: doc.name, Sid: s.Sid(), Index: s.Index()}
					found = append(found, heldBack{ref, actions})
				}
			}
		}
	}
	return found
}

// heldActions returns the actions that a statement would allow without its Condition.
func (c *check) heldActions(layer authz.PolicyType, s *policy.Statement, missing []string) []string {
	if s.Effect() != "Allow" || !s.Has("Condition") {
		return nil
	}
	bare := withoutCondition(s)
	fails := func(action string) bool { return !c.allowsAlone(layer, bare, action) }
	return slices.DeleteFunc(slices.Clone(missing), fails)
}

// asGoodAs returns the layers of which any may have the Allow that a layer lacks:
// either policy of the registry side, and within one account either side.
func (c *check) asGoodAs(layer authz.PolicyType) []authz.PolicyType {
	switch {
	case layer == authz.IdentityPolicy && c.sameAccount():
		return []authz.PolicyType{layer, authz.RepositoryPolicy, authz.RegistryPolicy}
	case layer == authz.RepositoryPolicy:
		return []authz.PolicyType{layer, authz.RegistryPolicy}
	default:
		return []authz.PolicyType{layer}
	}
}

// withoutCondition returns a policy of a statement without its Condition.
func withoutCondition(s *policy.Statement) *authz.Policy {
	var elements map[string]json.RawMessage
	if err := json.Unmarshal([]byte(s.String()), &elements); err != nil {
		return authz.Compile("", policy.New())
	}
	delete(elements, "Condition")
	text, _ := json.Marshal(elements) // what was JSON a line above
	bare, err := policy.ParseStatement(string(text))
	if err != nil {
		return authz.Compile("", policy.New())
	}
	return authz.Compile("", policy.NewDocument(bare))
}

// allowsAlone asks the engine whether a policy allows an action in the place of all
// policies of its layer, where nothing else denies it.
func (c *check) allowsAlone(layer authz.PolicyType, p *authz.Policy, action string) bool {
	request := c.request(action)
	policies := authz.Policies{Identity: only(grantsAll)}
	ofRegistry := layer == authz.RepositoryPolicy || layer == authz.RegistryPolicy
	switch {
	case ofRegistry && action == actionset.TokenAction, layer == authz.RegistryPolicy && !c.registryCovers(action):
		return false
	case ofRegistry && c.sameAccount():
		policies.Identity = authz.PolicySet{} // it would be enough
	case !ofRegistry:
		request.ResourceAccount = c.principal.Account // so that this side alone decides
	}
	switch layer {
	case authz.ResourceControlPolicy:
		return false // it lacks no Allow: RCPFullAWSAccess is attached everywhere
	case authz.IdentityPolicy:
		policies.Identity = only(p)
	case authz.PermissionsBoundary:
		policies.Boundary = only(p)
	case authz.SessionPolicy:
		policies.Session = only(p)
	case authz.ServiceControlPolicy:
		policies.SCP = []authz.PolicySet{only(p)}
	case authz.VPCEndpointPolicy:
		policies.VPCEndpoint = only(p)
	case authz.RepositoryPolicy:
		policies.Repository = only(p)
	case authz.RegistryPolicy:
		policies.Registry = only(p)
	}
	return authz.Decide(request, policies) == authz.Allowed
}

func only(p *authz.Policy) authz.PolicySet {
	return authz.PolicySet{Present: true, Policies: []*authz.Policy{p}}
}

// grantsAll is an identity-based policy that allows everything.
var grantsAll = authz.Compile("", policy.NewDocument(policy.NewStatement(policy.StatementSpec{Actions: []string{"*"}, Resources: []string{"*"}})))

// lifting makes a remedy that allows without conditions what statements allow with
// conditions say so. Where one such statement is enough, it first says what that one
// asks for.
func (c *check) lifting(layer authz.PolicyType, remedy Remedy) Remedy {
	missing := c.missingAllows(layer)
	held := c.heldBack(layer, missing)
	if len(held) == 0 {
		return remedy
	}
	refs := make([]authz.StatementRef, len(held))
	for i, h := range held {
		refs[i] = h.StatementRef
	}
	if len(held) == 1 && len(held[0].actions) == len(missing) {
		remedy.Sentence = fmt.Sprintf("%s allows it to a pull that meets its condition: %s. Or %s",
			capitalized(statementWords(refs[0])), c.howToMeet(refs[0]), lowered(remedy.Sentence))
	}
	remedy.Sentence += fmt.Sprintf(" This lifts the condition of %s for the %s.", statementList(refs), c.name())
	if remedy.HCL != "" {
		remedy.HCL = fmt.Sprintf("# Lifts the condition of %s.\n%s", statementList(refs), remedy.HCL)
	}
	return remedy
}

// howToMeet writes the conditions of a statement, with what meets those that a pull
// can do something about.
func (c *check) howToMeet(ref authz.StatementRef) string {
	var words []string
	for _, condition := range c.conditions(ref) {
		text := conditionWords(condition)
		if how := meets[strings.ToLower(condition.Variable)]; how != "" && isPositive(condition) {
			text += " (" + how + ")"
		}
		words = append(words, text)
	}
	return some(words, "and")
}

// meets says what makes a request carry a value of a key.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
var meets = map[string]string{
	"aws:sourceip":   "pull from such an address, and not through a VPC endpoint",
	"aws:sourcevpc":  "pull from that VPC, through a VPC endpoint",
	"aws:sourcevpce": "pull through that VPC endpoint",
}

// isPositive reports whether a condition asks for its values, and does not rule
// them out.
func isPositive(condition policy.Condition) bool {
	test := strings.ToLower(condition.Test)
	return test != "null" && !strings.Contains(test, "not")
}

func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }
