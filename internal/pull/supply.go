package pull

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// supplies says what would settle a conditional verdict.
func (c *check) supplies(r Result) []Remedy {
	remedies := []Remedy{}
	for _, name := range r.UnknownDocuments {
		remedies = append(remedies, c.supplyDocument(name))
	}
	for _, key := range r.UnknownContextKeys {
		remedies = append(remedies, Remedy{Side: keySide(key), Sentence: fmt.Sprintf(
			"Give context = { %q = […] }: %s. An empty list says that the request does not carry the key.", key, c.compared(key))})
	}
	if len(remedies) == 0 {
		remedies = append(remedies, c.readStatements()...)
	}
	return remedies
}

func (c *check) supplyDocument(name string) Remedy {
	if name == "repository_policy" && c.in.RepositoryMissing {
		return Remedy{Side: Registry, Sentence: "Give repository_policy as the repository will have it: the first pull creates the repository with the policy of its repository creation template, or with none (\"\")."}
	}
	whose := map[string]string{
		"identity_policies":     "all identity-based policies of the " + c.name(),
		"permissions_boundary":  "the permissions boundary of the " + c.name(),
		"repository_policy":     "the policy of the repository " + c.repository.Name,
		"registry_policy":       "the registry policy in Region " + c.repository.Region,
		"registry_policy_scope": "the account setting REGISTRY_POLICY_SCOPE in Region " + c.repository.Region,
	}[name]
	side := Consumer
	if slices.Contains([]string{"repository_policy", "registry_policy", "registry_policy_scope", "resource_control_policies"}, name) {
		side = Registry
	}
	if whose == "" {
		return Remedy{Side: side, Sentence: fmt.Sprintf("Give %s.", name)}
	}
	return Remedy{Side: side, Sentence: fmt.Sprintf(
		"Give %s, %s. An ecrxa_pull_check with credentials of account %s reads it and exports it under the same name.", name, whose, c.account(side))}
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

// compared says what the policies compare a key with.
func (c *check) compared(key string) string {
	var values []string
	for _, d := range c.decisions {
		for _, unknown := range d.engine.UnknownKeys {
			for _, value := range unknown.Values {
				quoted := fmt.Sprintf("%q", value)
				if unknown.Key == key && !slices.Contains(values, quoted) {
					values = append(values, quoted)
				}
			}
		}
	}
	if len(values) == 0 {
		return "the policies ask for it"
	}
	return "the policies compare it with " + list(values, "and")
}

// readStatements points at the statements that the check cannot judge.
func (c *check) readStatements() []Remedy {
	var remedies []Remedy
	var seen []authz.StatementRef
	for _, d := range c.decisions {
		for _, ref := range d.engine.Statements {
			if d.Verdict != authz.Conditional || slices.Contains(seen, ref) {
				continue
			}
			seen = append(seen, ref)
			remedies = append(remedies, Remedy{Side: sideOf(ref.Layer), Sentence: fmt.Sprintf(
				"Read %s: the verdict hangs on it, and this check cannot judge it.", statementWords(ref))})
		}
	}
	return remedies
}
