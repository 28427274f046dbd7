// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
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
