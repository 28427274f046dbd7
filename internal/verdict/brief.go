package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// brief is the engine's reason in a few words; the full one repeats principal
// and resource, as AWS's messages do.
func (c *check) brief(d authz.Decision) string {
	switch d.Verdict {
	case authz.Allowed:
		return allowedBy(d)
	case authz.Denied:
		return deniedBy(d)
	default:
		return "it depends on " + some(c.opens(d), "and")
	}
}

// allowedBy names the Allow statements.
func allowedBy(d authz.Decision) string {
	if len(d.Statements) == 0 {
		return "the root user of an account needs no policy there"
	}
	isOpen := func(ref authz.StatementRef) bool { return slices.Contains(d.Cases.Statements, ref) }
	words := statementGroups(slices.DeleteFunc(slices.Clone(d.Statements), isOpen), "and")
	alternatives := false
	for _, layer := range order {
		open := slices.DeleteFunc(slices.Clone(d.Statements), func(ref authz.StatementRef) bool { return ref.PolicyType != layer || !isOpen(ref) })
		if len(open) > 0 {
			words, alternatives = append(words, list(statementGroups(open, "or"), "or")), true
		}
	}
	text := "by " + some(words, "and")
	if alternatives {
		text += ", whatever the value of " + some(d.Cases.Keys, "and")
	}
	return text
}

// phrases are AWS's words for a missing Allow.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var phrases = map[authz.PolicyType]string{
	authz.IdentityPolicy:        "identity-based policy",
	authz.PermissionsBoundary:   "permissions boundary",
	authz.SessionPolicy:         "session policy",
	authz.ServiceControlPolicy:  "service control policy",
	authz.ResourceControlPolicy: "resource control policy",
	authz.VPCEndpointPolicy:     "VPC endpoint policy",
	authz.RepositoryPolicy:      "resource-based policy",
	authz.RegistryPolicy:        "resource-based policy",
}

// deniedBy says what denies: Deny statements, and missing Allows. They hold
// together, unless it depends on what is not known which of them does.
func deniedBy(d authz.Decision) string {
	var explicit, missing []string
	for _, layer := range d.DeniedBy {
		denies := deniesOf(layer, d)
		if len(denies) > 0 {
			explicit = append(explicit, "explicit deny by "+statementList(denies))
		}
		if phrase := "no " + phrases[layer]; lacks(layer, d) && !slices.Contains(missing, phrase) {
			missing = append(missing, phrase)
		}
	}
	conjunction := "and"
	if len(d.Cases.Sometimes) > 0 || slices.ContainsFunc(d.Cases.Lacking, func(l authz.PolicyType) bool { return len(deniesOf(l, d)) > 0 }) {
		conjunction = "or"
	}
	reasons := explicit
	if len(missing) > 0 {
		reasons = append(reasons, list(missing, conjunction)+" allows it")
	}
	text := strings.Join(capped(reasons), ", "+conjunction+" ")
	if len(d.Cases.Keys) > 0 {
		text += ", whatever the value of " + some(d.Cases.Keys, "and")
	}
	return text
}

// lacks reports whether a layer that denies lacks an Allow.
func lacks(layer authz.PolicyType, d authz.Decision) bool {
	return len(deniesOf(layer, d)) == 0 || slices.Contains(d.Cases.Lacking, layer)
}

// deniesOf returns the Deny statements of a layer that decided.
func deniesOf(layer authz.PolicyType, d authz.Decision) []authz.StatementRef {
	var denies []authz.StatementRef
	for _, ref := range d.Statements {
		if ref.PolicyType == layer && ref.Effect == "Deny" {
			denies = append(denies, ref)
		}
	}
	return denies
}

// opens says what a conditional decision depends on.
func (c *check) opens(d authz.Decision) []string {
	var parts []string
	for _, key := range d.UnknownKeys {
		parts = append(parts, key.Key)
	}
	for _, layer := range d.UndecidedBy {
		if argument := c.unknownArgument(layer, d.Action); argument != "" {
			parts = append(parts, argument)
		}
	}
	if len(parts) == 0 {
		return []string{statementList(d.Statements)}
	}
	return parts
}

// unknownArgument returns the argument that leaves a layer open; empty when the
// layer's documents are all known.
func (c *check) unknownArgument(layer authz.PolicyType, action string) string {
	argument := map[authz.PolicyType]string{
		authz.IdentityPolicy:        "identity_policies",
		authz.PermissionsBoundary:   "permissions_boundary",
		authz.SessionPolicy:         "session_policies",
		authz.ServiceControlPolicy:  "service_control_policies",
		authz.ResourceControlPolicy: "resource_control_policies",
		authz.VPCEndpointPolicy:     "vpc_endpoint_policy",
		authz.RepositoryPolicy:      "repository_policy",
		authz.RegistryPolicy:        "registry_policy",
	}[layer]
	if layer == authz.RegistryPolicy && c.scopeMatters(action) {
		return "registry_policy_scope"
	}
	if !slices.Contains(c.unknownDocuments(), argument) {
		return ""
	}
	return argument
}
