package verdict

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A strangeKey is a condition key that a statement names and AWS does not list.
type strangeKey struct {
	name, nearest string
	at            At
	statement     authz.StatementRef
}

// isStrange reports whether a condition key is most likely misspelt, and which of
// the candidates is meant. A key of another service is strange only if it is much
// like one of these: a request carries such keys too, as the session's.
func isStrange(key string, candidates []string) (nearest string, strange bool) {
	if isGlobalKey(key) {
		return "", false
	}
	service, _, hasService := strings.Cut(strings.ToLower(key), ":")
	if !hasService {
		return nearestKey("aws:"+key, candidates), true
	}
	nearest = nearestKey(key, candidates)
	return nearest, nearest != "" || service == "aws" || service == "ecr"
}

// findStrangeKeys looks at the statements that may apply to this pull.
func (c *check) findStrangeKeys() []strangeKey {
	var found []strangeKey
	for _, layer := range order {
		for _, doc := range c.documents.of(layer) {
			for _, statement := range doc.Statements() {
				found = append(found, c.strangeKeys(layer, doc, statement)...)
			}
		}
	}
	return found
}

func (c *check) strangeKeys(layer authz.PolicyType, doc namedPolicy, statement *policy.Statement) []strangeKey {
	var found []strangeKey
	for _, name := range keysOf(doc, statement) {
		nearest, strange := isStrange(name, globalKeys)
		if strange && c.concerns(layer, denying(doc.Version(), statement), name) {
			found = append(found, strangeKey{name, nearest, c.place(layer, doc, statement), refOf(layer, doc, statement)})
		}
	}
	return found
}

// place says where the statement was given.
func (c *check) place(layer authz.PolicyType, doc namedPolicy, statement *policy.Statement) At {
	if layer == authz.RepositoryPolicy {
		for _, planned := range c.in.PlannedStatements {
			if s, err := policy.ParseStatement(planned.Text); err == nil && s.Sid() == statement.Sid() {
				return planned.At
			}
		}
	}
	return doc.at
}

// variable matches policy variables, as in ${aws:PrincipalTag/team, 'none'}.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
var variable = regexp.MustCompile(`\$\{([^},:]+:[^},]+)`)

// variablesOf returns the keys that a statement names as variables.
func variablesOf(statement *policy.Statement) []string {
	var keys []string
	for _, match := range variable.FindAllStringSubmatch(statement.String(), -1) {
		keys = append(keys, strings.TrimSpace(match[1])) // a space may stand before the default value
	}
	return keys
}

// keysOf returns the condition keys that a statement names, in conditions and as
// variables.
func keysOf(doc namedPolicy, statement *policy.Statement) []string {
	var keys []string
	add := func(key string) {
		isThis := func(other string) bool { return strings.EqualFold(key, other) }
		if !slices.ContainsFunc(keys, isThis) {
			keys = append(keys, key)
		}
	}
	for _, condition := range statement.Conditions() {
		add(condition.Variable)
	}
	if doc.Version() == policy.Version2012 {
		for _, key := range variablesOf(statement) {
			add(key)
		}
	}
	return keys
}

// concerns reports whether a statement may apply to this pull, whatever the value
// of a key: as a Deny, beside what allows everything, it does not leave it allowed.
func (c *check) concerns(layer authz.PolicyType, denying *authz.Policy, key string) bool {
	if c.principal.Partition != c.repository.Partition {
		return false
	}
	policies := authz.Policies{Identity: everything(), Repository: everyone()}
	registrySide := takesPrincipal(layer)
	beside := &policies.Identity
	if registrySide {
		beside = &policies.Repository
	}
	beside.Policies = append(beside.Policies, denying)
	for _, action := range c.actions() {
		isLogin := action == actionset.TokenAction && sideOf(layer) == Registry
		if isLogin || layer == authz.RegistryPolicy && !c.registryCovers(action) {
			continue
		}
		request := c.request(action)
		for known := range request.Context.Known {
			if strings.EqualFold(known, key) {
				delete(request.Context.Known, known)
			}
		}
		if authz.Decide(request, policies) != authz.Allowed {
			return true
		}
	}
	return false
}

// takesPrincipal reports whether the statements of a layer say whom they mean.
func takesPrincipal(layer authz.PolicyType) bool {
	return layer == authz.VPCEndpointPolicy || sideOf(layer) == Registry
}

// denying is the statement alone, with Deny for its effect.
func denying(version string, statement *policy.Statement) *authz.Policy {
	elements := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(statement.String()), &elements); err != nil {
		return authz.Unreadable("", err)
	}
	elements["Effect"] = json.RawMessage(`"Deny"`)
	text, err := json.Marshal(map[string]any{"Version": version, "Statement": elements})
	if err != nil {
		return authz.Unreadable("", err)
	}
	parsed, err := policy.Parse(string(text))
	if err != nil {
		return authz.Unreadable("", err)
	}
	return authz.Compile("", parsed)
}

// everything is an identity-based policy that allows everything.
func everything() authz.PolicySet { return allowing(nil) }

// everyone is a repository policy that allows everything to everyone.
func everyone() authz.PolicySet { return allowing(map[string][]string{"AWS": {"*"}}) }

func allowing(principals map[string][]string) authz.PolicySet {
	all := policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{"*"}, Resources: []string{"*"}})
	return authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.Compile("", policy.NewDocument(all))}}
}

// oddPolicyKeys tells of the strange keys, and of the context that gives a value
// for one: what is allowed by it here, AWS would not allow.
func (c *check) oddPolicyKeys() InputErrors {
	var found InputErrors
	for _, key := range c.strange {
		problem := fmt.Sprintf("names the condition key %q in the statement %s; AWS does not list that key, and no request is likely to carry it%s",
			key.name, statementName(key.statement), key.suggestion())
		if c.gives(key.name) {
			problem += ". That context gives it a value does not change this: with AWS the verdict is most likely another"
		}
		found = append(found, &InputError{At: key.at, Problem: problem})
	}
	return found
}

func (k strangeKey) suggestion() string {
	if k.nearest == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", k.nearest)
}

// gives reports whether context has a value for a key.
func (c *check) gives(key string) bool {
	for given, values := range c.in.Context {
		if strings.EqualFold(given, key) && len(values) > 0 {
			return true
		}
	}
	return false
}

// correctKey answers a verdict that hangs on a strange key.
func (c *check) correctKey(key string) (Remedy, bool) {
	var refs []authz.StatementRef
	var first strangeKey
	for _, k := range c.strange {
		if strings.EqualFold(k.name, key) {
			first, refs = k, append(refs, k.statement)
		}
	}
	if len(refs) == 0 {
		return Remedy{}, false
	}
	instead := ""
	if first.nearest != "" {
		instead = " to " + first.nearest
	}
	return Remedy{Side: sideOf(refs[0].PolicyType), Sentence: fmt.Sprintf(
		"Correct the condition key %s%s in %s: AWS does not list that key, and no request is likely to carry it. Give context = { %q = [] } to see the verdict without it.",
		strconv.Quote(key), instead, statementList(refs), key)}, true
}

// nearestKey returns the key that a misspelt one most likely means. The name of a
// tag, after the slash, is not compared.
func nearestKey(key string, candidates []string) string {
	name, tag, tagged := strings.Cut(key, "/")
	if tagged {
		name += "/"
	}
	nearest := awsname.Nearest(name, candidates)
	if strings.HasSuffix(nearest, "/") {
		if tag == "" {
			tag = "…"
		}
		nearest += tag
	}
	return nearest
}
