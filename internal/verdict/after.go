// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// A Change is what somebody could change about a pull.
type Change struct {
	// Removed are statements that do not apply any more.
	Removed []authz.StatementRef
	// Added are policies, one of a type; a control policy is added on every level.
	Added map[authz.PolicyType]*authz.Policy
	// Tags are those that the repository gets, each with its value, or loses, without one.
	Tags map[string][]string
	// PrincipalTags are likewise those of the principal.
	PrincipalTags map[string][]string
	// Complete: there are no policies beside those that are listed.
	Complete bool
}

// After returns the judgement after a change, with a role and a repository that exist.
// What it says of the arguments is as before, and only its decisions are new.
func (j *Judgement) After(c Change) *Judgement {
	after := *j
	for _, t := range authz.PolicyTypes() {
		var changed []authz.PolicySet
		for _, set := range j.compiled.Of(t) {
			changed = append(changed, c.set(set, t))
		}
		if isControl := t == authz.ServiceControlPolicy || t == authz.ResourceControlPolicy; isControl {
			changed = slices.DeleteFunc(changed, func(set authz.PolicySet) bool { return !set.Present && !set.Unknown })
		}
		after.compiled.Set(t, changed)
	}
	after.requests, after.decisions = nil, nil
	for i, d := range j.decisions {
		request := j.requests[i]
		known := maps.Clone(request.Context.Known)
		if d.Resource == j.Repository().ARN() {
			setTags(known, c.Tags, TagKeys)
		}
		if d.Action != LayerAction {
			setTags(known, c.PrincipalTags, PrincipalTagKeys)
		}
		request.Context.Known = known
		after.requests = append(after.requests, request)
		request.Budget = j.shared
		after.decisions = append(after.decisions, after.arguments.byPolicies(request, after.compiled))
	}
	return &after
}

// set returns the policies of one set after the change.
func (c *Change) set(set authz.PolicySet, t authz.PolicyType) authz.PolicySet {
	set.Policies = slices.Clone(set.Policies)
	removed := map[string]map[int]bool{} // indexes of statements, by policy
	for _, r := range c.Removed {
		if r.PolicyType == t && removed[r.Policy] == nil {
			removed[r.Policy] = map[int]bool{}
		}
		if r.PolicyType == t {
			removed[r.Policy][r.Index] = true
		}
	}
	for i, p := range set.Policies {
		if indexes := removed[p.Name]; indexes != nil {
			set.Policies[i] = p.Without(func(index int) bool { return indexes[index] })
		}
	}
	if added := c.Added[t]; added != nil {
		set.Present, set.Policies = true, append(set.Policies, added)
	}
	set.Unknown = set.Unknown && !c.Complete
	return set
}

// setTags sets condition keys of tags. One key replaces all forms of it.
func setTags(known, tags map[string][]string, keys func(string) []string) {
	for tag, values := range tags {
		for _, key := range keys(tag) {
			maps.DeleteFunc(known, func(other string, _ []string) bool { return strings.EqualFold(other, key) })
		}
		known[keys(tag)[0]] = values
	}
}

// TagKeys returns the condition keys of a tag of a repository.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func TagKeys(tag string) []string {
	return []string{"aws:ResourceTag/" + tag, "ecr:ResourceTag/" + tag}
}

// PrincipalTagKeys returns the condition keys of a tag of a principal.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principaltag
func PrincipalTagKeys(tag string) []string { return []string{"aws:PrincipalTag/" + tag} }
