// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// ofDenied answers everything that denies: Allow statements where one is missing, the
// Deny statements where there is one.
func ofDenied(j *verdict.Judgement, found *lint.Findings) []Remedy {
	var remedies []Remedy
	if !j.Target().SamePartition() {
		return []Remedy{{Side: verdict.Consumer, Change: ChangePartition{}}}
	}
	if unlisted := slices.DeleteFunc(j.Actions(), actionset.IsAction); len(unlisted) > 0 {
		return []Remedy{{Side: verdict.Consumer, Change: CorrectActions{unlisted}}} // other actions need other policies
	}
	if len(found.Intended) > 0 {
		remedies = append(remedies, Remedy{Side: verdict.Consumer, Change: CorrectImage{found.Intended}})
	}
	for _, o := range j.Obstacles() {
		switch o {
		case verdict.RoleMissing:
			remedies = append(remedies, Remedy{Side: o.Side(), Change: CreateRole{}})
		case verdict.RepositoryMissing:
			remedies = append(remedies, Remedy{Side: o.Side(), Change: CreateRepository{}})
		case verdict.ImageMissing, verdict.ImageArchived:
			remedies = append(remedies, Remedy{Side: o.Side(), Change: ProvideImage{o}})
		case verdict.RegionMismatch, verdict.HostNotSupported, verdict.AccountMismatch, verdict.RoleNotAssumable:
			remedies = append(remedies, Remedy{Side: o.Side(), Change: ChangePuller{o}})
		case verdict.PartitionMismatch:
		}
	}
	if o := j.Obstacles(); slices.Contains(o, verdict.RegionMismatch) || slices.Contains(o, verdict.AccountMismatch) {
		return remedies // another repository or another principal needs other policies
	}
	tagging, tags, now := answerTags(j)
	remedies = append(remedies, tagging...)
	denials := Denials(now)
	open := now.After(verdict.Change{Removed: statementsOf(denials)})
	allows, added := missingAllows(j, open, found, tags)
	after := open.After(verdict.Change{Added: added})
	// What else denied in some cases shows when the rest is gone.
	for more := Denials(after); len(more) > 0 && len(denials) < maxDenials; more = Denials(after) {
		denials = append(denials, more...)
		open = open.After(verdict.Change{Removed: statementsOf(more)})
		allows, added = missingAllows(j, open, found, tags)
		after = open.After(verdict.Change{Added: added})
	}
	remedies = slices.Concat(remedies, allows, denials)
	if after.Verdict() == authz.Conditional {
		remedies = append(remedies, ofConditional(after, found)...)
	}
	return remedies
}

// maxDenials is how many Deny statements are looked behind.
const maxDenials = 100

// missingAllows answers each missing Allow of a judgement without the Deny statements,
// which would hide it and with the tags that a remedy sets, and returns the policies that
// these remedies add.
func missingAllows(j, open *verdict.Judgement, found *lint.Findings, tags []Tag) (remedies []Remedy, added map[authz.PolicyType]*authz.Policy) {
	added = map[authz.PolicyType]*authz.Policy{}
	add := func(t authz.PolicyType, r Remedy) {
		if remedies = append(remedies, r); r.adds != nil {
			added[t] = authz.Compile("", r.adds)
		}
	}
	inRegistry := missingInRegistry(open)
	if len(inRegistry) > 0 && isNeeded(open, authz.RegistryPolicy) {
		add(authz.RegistryPolicy, grantInRegistry(j, inRegistry))
	}
	for _, t := range open.DeniedBy() {
		missing := open.MissingAllows(t)
		isInRegistry := t == authz.RegistryPolicy || t == authz.RepositoryPolicy && isSubset(missing, inRegistry)
		if len(missing) > 0 && isNeeded(open, t) && !isInRegistry {
			remedy := allow(j, found, t, missing)
			remedy.Lifted = liftedBy(open, t, missing, tags)
			add(t, remedy)
		}
	}
	exclude(open, remedies, tags)
	return remedies, added
}

// statementsOf returns the Deny statements that remedies change.
func statementsOf(denials []Remedy) []authz.StatementRef {
	var refs []authz.StatementRef
	for i := range denials {
		if deny, ok := denials[i].Change.(ChangeDeny); ok {
			refs = append(refs, deny.Statement)
		}
	}
	return refs
}

// isNeeded reports whether a policy type that lacks an Allow is where to add one. Within one
// account an identity policy is enough.
func isNeeded(j *verdict.Judgement, t authz.PolicyType) bool {
	switch t {
	case authz.RepositoryPolicy, authz.RegistryPolicy:
		return !j.Target().SameAccount() || !slices.Contains(j.DeniedBy(), authz.IdentityPolicy)
	default:
		return true
	}
}

// Allowing returns what would allow all of the pull in policies of a type; false for types
// that only limit.
func Allowing(j *verdict.Judgement, found *lint.Findings, t authz.PolicyType) (Remedy, bool) {
	if t != authz.IdentityPolicy && t != authz.RepositoryPolicy {
		return Remedy{}, false
	}
	return allow(j, found, t, nil), true
}

// allow answers the missing Allow of one policy type.
func allow(j *verdict.Judgement, found *lint.Findings, t authz.PolicyType, missing []string) Remedy {
	switch t {
	case authz.IdentityPolicy:
		return allowRole(j, found, missing)
	case authz.RepositoryPolicy:
		return grantRole(j, found)
	default:
		return extendLimit(j, t, missing)
	}
}

// extendLimit answers a policy that limits and does not grant.
func extendLimit(j *verdict.Judgement, t authz.PolicyType, missing []string) Remedy {
	change := ExtendLimit{Type: t, Actions: missing}
	if boundary := j.Input().PermissionsBoundary.List; t == authz.PermissionsBoundary && len(boundary) > 0 && verdict.IsManagedPolicy(boundary[0].Name) {
		change.BoundaryARN, change.OfAWS = boundary[0].Name, isOfAWS(boundary[0].Name)
	}
	document := limitDocument(j, t, missing)
	return Remedy{Side: verdict.SideOf(t), Change: change, JSON: document.String(), adds: document}
}

// limitDocument has Allow statements for the actions, the login apart since it has no
// resource. Only an endpoint policy names the principal.
func limitDocument(j *verdict.Judgement, t authz.PolicyType, actions []string) *policy.Document {
	var principals map[string][]string
	if t == authz.S3EndpointPolicy {
		return policy.NewDocument(policy.NewStatement(policy.StatementSpec{Principals: map[string][]string{"AWS": {"*"}}, Actions: actions, Resources: []string{j.Layers()}}))
	}
	if t == authz.VPCEndpointPolicy {
		principals = map[string][]string{"AWS": {j.RoleARN()}}
	}
	var statements []*policy.Statement
	allow := func(resource string, actions ...string) {
		statements = append(statements, policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: actions, Resources: []string{resource}}))
	}
	if slices.Contains(actions, actionset.TokenAction) {
		allow("*", actionset.TokenAction)
	}
	isToken := func(action string) bool { return action == actionset.TokenAction }
	if rest := slices.DeleteFunc(slices.Clone(actions), isToken); len(rest) > 0 {
		allow(j.Repository().ARN(), rest...)
	}
	return policy.NewDocument(statements...)
}

// Denials answers each Deny statement that matched.
func Denials(j *verdict.Judgement) []Remedy {
	var refs []authz.StatementRef
	actions := map[authz.StatementRef][]string{}
	for _, d := range j.Decisions() {
		for _, ref := range d.Engine.Statements {
			if d.Verdict != authz.Denied || ref.Effect != "Deny" {
				continue
			}
			if len(actions[ref]) == 0 {
				refs = append(refs, ref)
			}
			actions[ref] = append(actions[ref], d.Action)
		}
	}
	remedies := make([]Remedy, len(refs))
	for i, ref := range refs {
		remedies[i] = Remedy{Side: verdict.SideOf(ref.PolicyType), Change: ChangeDeny{ref, actions[ref], managedByAWS(j, ref)}}
	}
	return remedies
}

// managedByAWS returns the ARN of the policy of a statement if it is an AWS managed one.
func managedByAWS(j *verdict.Judgement, ref authz.StatementRef) string {
	arns := map[string]string{} // by the names of policies
	for _, p := range j.Policies(ref.PolicyType) {
		arns[p.Name] = p.Key
	}
	arn := arns[ref.Policy]
	if boundary := j.Input().PermissionsBoundary.List; ref.PolicyType == authz.PermissionsBoundary && len(boundary) > 0 {
		arn = boundary[0].Name
	}
	if !isOfAWS(arn) {
		return ""
	}
	return arn
}

// isOfAWS reports whether an ARN is that of an AWS managed policy.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
func isOfAWS(arn string) bool {
	parsed, err := awsname.ParseARN(arn)
	return err == nil && parsed.Service == "iam" && parsed.Account == "aws"
}
