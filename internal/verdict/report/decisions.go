// SPDX-License-Identifier: MPL-2.0

package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// decisions returns the decisions as the result has them.
func decisions(j *verdict.Judgement) []Decision {
	decided := j.Decisions()
	out := make([]Decision, len(decided))
	principal := j.Principal().ARN()
	for i := range decided {
		d := &decided[i]
		out[i] = Decision{
			Action:     d.Action,
			Principal:  principalOf(principal, d),
			Resource:   d.Resource,
			Verdict:    d.Verdict,
			DeniedBy:   deniedBy(d.Obstacles, d.Engine.DeniedBy),
			Reason:     reason(j, d),
			Statements: references(d.Engine.Statements),
		}
	}
	return out
}

// principalOf returns who performs the action of a decision, if the principal pulls.
func principalOf(principal string, d *verdict.Decision) string {
	if d.Action == verdict.LayerAction {
		return "" // an account of Amazon ECR
	}
	return principal
}

// deniedBy lists everything that denies by name, first what no policy removes.
func deniedBy(obstacles []verdict.Obstacle, types []authz.PolicyType) []string {
	all := []string{}
	for _, o := range obstacles {
		all = append(all, string(o))
	}
	for _, t := range types {
		all = append(all, string(t))
	}
	return all
}

func references(refs []authz.StatementRef) []Statement {
	out := make([]Statement, len(refs))
	for i, ref := range refs {
		out[i] = Statement{Document: ref.PolicyType, Policy: printed.Name(ref.Policy), Sid: printed.Name(ref.Sid), Index: ref.Index, Line: ref.Line, Effect: ref.Effect}
	}
	return out
}

// reason words a decision in full sentences.
func reason(j *verdict.Judgement, d *verdict.Decision) string {
	switch {
	case len(d.Obstacles) > 0:
		return "Denied: " + obstacleList(j, d.Obstacles) + "."
	case d.IfMissing != nil:
		return fmt.Sprintf("Conditional: it is needed only if the repository does not exist, and whether it exists is not known. Then it is denied: %s.", briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfMissing}))
	case d.IfExists != nil:
		return fmt.Sprintf("Conditional: whether the repository exists is not known. If it does, it is denied: %s. If it does not, the first pull creates it with the policy of its creation template.", briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfExists}))
	case d.IfNotAdded != nil:
		return fmt.Sprintf("Conditional: today it is denied: %s. When the function is created or updated, Lambda adds the statement itself if who does that may call ecr:GetRepositoryPolicy and ecr:SetRepositoryPolicy.", briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfNotAdded}))
	case d.Action == verdict.LayerAction:
		return layerReason(d)
	default:
		return Reason(&d.Engine)
	}
}

// layerReason words the decision on the download of layers, which Amazon ECR signs.
func layerReason(d *verdict.Decision) string {
	named := d.Engine
	named.Principal = "Amazon ECR"
	text := Reason(&named)
	if open := ofECR(d); len(open) > 0 {
		text += fmt.Sprintf(" It depends on %s. Layers come from a bucket of Amazon ECR, by presigned URLs, and AWS says neither who signs them nor which account has the bucket.", wording.Some(open, "and"))
	}
	return text
}

// ofECR says what the download of layers depends on that nobody can set.
func ofECR(d *verdict.Decision) []string {
	bySubject := map[string][]string{}
	for _, key := range d.OfECR {
		subject := "the requests for layers"
		switch lower := strings.ToLower(key); {
		case strings.HasPrefix(lower, "aws:principal"), lower == "aws:userid", lower == "aws:username":
			subject = "whoever signs the requests for layers"
		case strings.HasPrefix(lower, "aws:resource"):
			subject = "the bucket that has the layers"
		}
		bySubject[subject] = append(bySubject[subject], key)
	}
	var parts []string
	for _, subject := range slices.Sorted(maps.Keys(bySubject)) {
		parts = append(parts, wording.Some(printed.Values(bySubject[subject]), "and")+" of "+subject)
	}
	isPrincipal := func(u authz.Uncertainty) bool {
		element, ok := u.(authz.UncertainElement)
		return ok && strings.HasSuffix(element.Element, "Principal")
	}
	if d.Action == verdict.LayerAction && slices.ContainsFunc(d.Engine.Uncertainties, isPrincipal) {
		parts = append(parts, "who signs the requests for layers")
	}
	return parts
}

// brief is the reason of a decision in a few words; the full one repeats principal and
// resource, as AWS's messages do.
func brief(j *verdict.Judgement, d *verdict.Decision) string {
	switch {
	case len(d.Obstacles) > 0:
		return obstacleList(j, d.Obstacles)
	case d.IfMissing != nil:
		return "it depends on repository_exists: if false, " + briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfMissing})
	case d.IfExists != nil:
		return "it depends on repository_exists: if true, " + briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfExists})
	case d.IfNotAdded != nil:
		return "it depends on whether Lambda adds the statement itself: " + briefDenied(j, &verdict.Decision{Action: d.Action, Engine: *d.IfNotAdded}) + " today"
	case d.Verdict == authz.Allowed:
		return briefAllowed(j, &d.Engine)
	case d.Verdict == authz.Denied:
		return briefDenied(j, d)
	default:
		return "it depends on " + wording.Some(dependsOn(j, d), "and")
	}
}

func obstacleList(j *verdict.Judgement, obstacles []verdict.Obstacle) string {
	words := make([]string, len(obstacles))
	for i, o := range obstacles {
		switch o {
		case verdict.PartitionMismatch:
			words[i] = "credentials of the partition " + j.Principal().Partition + " are not valid in the partition " + j.Repository().Partition
		case verdict.RegionMismatch:
			words[i] = fmt.Sprintf("%s pulls from its own Region only: it runs in %s, and the image is in %s", j.Puller().Subject, j.PullerRegion(), j.Repository().Region)
		case verdict.HostNotSupported:
			words[i] = j.Puller().Subject + " does not pull from FIPS endpoints"
		case verdict.AccountMismatch:
			words[i] = j.Puller().Subject + " pulls from another account with the service role of the project only"
		case verdict.RoleNotAssumable:
			p := j.Puller()
			words[i] = fmt.Sprintf("the trust policy of the role does not let %s assume it", verdict.TrustedBy(&p))
		case verdict.RoleMissing:
			words[i] = "the role does not exist"
		case verdict.RepositoryMissing:
			words[i] = "the repository does not exist"
		case verdict.ImageMissing:
			words[i] = "the repository does not have the image"
		case verdict.ImageArchived:
			words[i] = "the image is archived, and must be restored before anybody can pull it"
		}
	}
	return wording.List(words, "and")
}

// briefAllowed names the Allow statements.
func briefAllowed(j *verdict.Judgement, d *authz.Decision) string {
	if len(d.Statements) == 0 && j.IsAnyCreator() {
		return "if the policies of the role that creates or updates the function allow it"
	}
	if len(d.Statements) == 0 {
		return "the root user of an account needs no policy there"
	}
	if len(d.Cases.Statements) == 0 {
		return "by " + statementsIn(j, d.Statements)
	}
	isOpen := map[authz.StatementRef]bool{}
	for _, ref := range d.Cases.Statements {
		isOpen[ref] = true
	}
	var certain []authz.StatementRef
	open := map[authz.PolicyType][]authz.StatementRef{}
	for _, ref := range d.Statements {
		if isOpen[ref] {
			open[ref.PolicyType] = append(open[ref.PolicyType], ref)
		} else {
			certain = append(certain, ref)
		}
	}
	words := statementGroups(j, certain, "and")
	for _, t := range authz.PolicyTypes() {
		if len(open[t]) > 0 {
			words = append(words, wording.List(statementGroups(j, open[t], "or"), "or"))
		}
	}
	text := "by " + wording.Some(words, "and")
	if len(open) > 0 {
		text += anyValueOf(d.Cases.Keys)
	}
	return text
}

// anyValueOf continues a reason that holds for every value of some condition keys.
func anyValueOf(keys []string) string {
	return ", for any value of " + wording.Some(printed.Values(keys), "and")
}

// briefDenied says what denies: Deny statements, and missing Allows. They hold together,
// unless it depends on what is not known which of them does.
func briefDenied(j *verdict.Judgement, d *verdict.Decision) string {
	var explicit, none, single []string
	for _, t := range d.Engine.DeniedBy {
		if denials := d.Denials(t); len(denials) > 0 {
			explicit = append(explicit, "explicit deny by "+statementsIn(j, denials))
		}
		phrase := wording.Of(t).Phrase
		if t == authz.ServiceControlPolicy {
			phrase += ofLevels(j, d.Engine.LackingLevels, "or")
		}
		switch {
		case !d.Lacks(t):
		case t == authz.PermissionsBoundary || t == authz.VPCEndpointPolicy || t == authz.S3EndpointPolicy:
			single = append(single, "the "+wording.Of(t).Noun+" does not allow it")
		case !slices.Contains(none, "no "+phrase):
			none = append(none, "no "+phrase)
		}
	}
	conjunction := "and"
	if isEitherCause(d) {
		conjunction = "or"
	}
	reasons := explicit
	if len(none) > 0 {
		reasons = append(reasons, wording.List(none, conjunction)+" allows it")
	}
	text := strings.Join(wording.Capped(append(reasons, single...), ""), ", "+conjunction+" ")
	if keys := d.Engine.Cases.Keys; len(keys) > 0 {
		text += anyValueOf(keys)
	}
	return text
}

// ofLevels names levels of an organization by what they are attached to, or as the argument has
// them; there are none where there is one level alone.
func ofLevels(j *verdict.Judgement, levels []int, conjunction string) string {
	if len(levels) == 0 {
		return ""
	}
	in := j.Input()
	given := in.ServiceControlPolicies
	numbers := make([]string, len(levels))
	for i, level := range levels {
		if level <= len(given.Targets) {
			numbers[i] = target(&given, level-1)
			continue
		}
		numbers[i] = fmt.Sprintf("%s[%d]", wording.Of(authz.ServiceControlPolicy).Argument, level-1) // as policies are named
	}
	if len(given.Targets) > 0 {
		return " of " + wording.Some(numbers, conjunction)
	}
	return " in " + wording.Some(numbers, conjunction)
}

// target names what the policies of a level are attached to, and the policies.
func target(levels *verdict.Levels, level int) string {
	var names []string
	for _, policy := range levels.List[level] {
		names = append(names, printed.Name(policy.Name))
	}
	kind := "account "
	switch id := levels.Targets[level]; {
	case strings.HasPrefix(id, "r-"):
		kind = "the root "
	case strings.HasPrefix(id, "ou-"):
		kind = "the organizational unit "
	}
	return kind + printed.Name(levels.Targets[level]) + " (" + wording.Some(names, "and") + ")"
}

// isEitherCause reports whether it depends on what is not known which cause denies.
func isEitherCause(d *verdict.Decision) bool {
	cases := &d.Engine.Cases
	return len(cases.Sometimes) > 0 || slices.ContainsFunc(cases.Lacking, func(t authz.PolicyType) bool { return len(d.Denials(t)) > 0 })
}

// dependsOn says what a conditional decision depends on.
func dependsOn(j *verdict.Judgement, d *verdict.Decision) []string {
	var parts []string
	for _, key := range d.Engine.UnknownKeys {
		parts = append(parts, printed.Value(key.Key))
	}
	for _, t := range d.Engine.UndecidedBy {
		parts = union(parts, j.UnknownArgumentsOf(t, d.Action)) // a snapshot may be several policies
	}
	open := ofECR(d)
	switch {
	case len(parts) > 0:
		return append(parts, open...)
	case len(d.Engine.Statements) == 0:
		return []string{ofNoStatement(j)}
	case len(open) > 0:
		return []string{statementsIn(j, d.Engine.Statements) + ": " + wording.Some(open, "and") + " is not known"}
	}
	return []string{statementsIn(j, d.Engine.Statements)}
}

// ofNoStatement says what a decision depends on that depends on no statement, key or
// argument: SCPs and RCPs do not restrict service-linked roles, which their path tells.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func ofNoStatement(j *verdict.Judgement) string {
	if j.IsPathUnknown() {
		return "whether the role is service-linked, which its path would say: set role_arn to the ARN of the role"
	}
	return "what this check cannot evaluate"
}
