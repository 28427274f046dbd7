package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// alternatives says, for denied actions whose reasons change with what is not
// known, when each statement applies.
func (c *check) alternatives() []string {
	var lines []string
	for _, d := range c.decisions {
		cases := d.engine.Cases
		for _, ref := range cases.Statements {
			if d.Verdict != authz.Denied || !decides(ref, d.engine) {
				continue
			}
			verb := " allows it only if "
			if ref.Effect == "Deny" {
				verb = " denies it only if "
			}
			line := sentence(capitalized(statementWords(ref)) + verb + c.applies(ref, cases.Keys))
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// decides reports whether a statement is of a layer that denies. An Allow of the
// registry policy would make up for one that the repository policy lacks.
func decides(ref authz.StatementRef, d authz.Decision) bool {
	return slices.Contains(d.DeniedBy, ref.PolicyType) ||
		ref.PolicyType == authz.RegistryPolicy && ref.Effect == "Allow" && slices.Contains(d.DeniedBy, authz.RepositoryPolicy)
}

// applies says what the keys must be for a statement to apply.
func (c *check) applies(ref authz.StatementRef, keys []string) string {
	ofOthers := func(condition policy.Condition) bool {
		isThis := func(key string) bool { return strings.EqualFold(key, condition.Variable) }
		return !slices.ContainsFunc(keys, isThis)
	}
	conditions := slices.DeleteFunc(c.conditions(ref), ofOthers)
	if len(conditions) == 0 {
		return some(keys, "and") + " fits"
	}
	return conditionList(conditions)
}

func conditionList(conditions []policy.Condition) string {
	words := make([]string, len(conditions))
	for i, condition := range conditions {
		words[i] = conditionWords(condition)
	}
	return some(words, "and")
}

// conditionWords writes a condition as in: aws:SourceVpce meets StringEquals vpce-1.
func conditionWords(c policy.Condition) string {
	if c.Test == "Null" && len(c.Values) == 1 {
		if strings.EqualFold(c.Values[0], "true") {
			return c.Variable + " is absent"
		}
		return c.Variable + " is present"
	}
	return c.Variable + " meets " + c.Test + " " + some(c.Values, "or")
}

// conditions returns the conditions of a statement.
func (c *check) conditions(ref authz.StatementRef) []policy.Condition {
	if s := c.statement(ref); s != nil {
		return s.Conditions()
	}
	return nil
}

// of returns the documents of a layer, of all its levels.
func (d *documents) of(layer authz.PolicyType) []namedPolicy {
	switch layer {
	case authz.IdentityPolicy:
		return d.identity
	case authz.PermissionsBoundary:
		return d.boundary
	case authz.SessionPolicy:
		return d.session
	case authz.ServiceControlPolicy:
		return slices.Concat(d.scp...)
	case authz.ResourceControlPolicy:
		return slices.Concat(d.rcp...)
	case authz.VPCEndpointPolicy:
		return d.endpoint
	case authz.RepositoryPolicy:
		return d.repository
	case authz.RegistryPolicy:
		return d.registry
	default:
		return nil
	}
}
