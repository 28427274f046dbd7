// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// ofConditional says what would decide a conditional verdict.
func ofConditional(j *verdict.Judgement, found *lint.Findings) []Remedy {
	var remedies []Remedy
	if slices.ContainsFunc(j.Decisions(), func(d verdict.Decision) bool { return d.IfNotAdded != nil }) {
		remedies = append(remedies, allow(j, found, authz.RepositoryPolicy, nil)) // so that it does not depend on Lambda
	}
	for _, side := range j.LackedSnapshots() {
		remedies = append(remedies, Remedy{Side: side, Change: RenewSnapshot{side}})
	}
	for _, t := range j.Unknown() {
		if j.LacksSnapshot(t) {
			continue
		}
		remedies = append(remedies, Remedy{Side: verdict.SideOf(t), Change: SupplyPolicies{t}})
	}
	for _, argument := range j.UnknownArguments() {
		switch argument {
		case verdict.ConsumerRCPs:
			remedies = append(remedies, Remedy{Side: verdict.Consumer, Change: SupplyConsumerRCPs{}})
		case verdict.RepositoryExists:
			remedies = append(remedies, Remedy{Side: verdict.Registry, Change: SupplyExistence{}})
		}
	}
	remedies = append(remedies, supplyKeys(j, found)...)
	if j.IsAnyCreator() {
		remedies = append(remedies, Remedy{Side: verdict.Consumer, Change: SupplyCreator{}})
	}
	layers := allowLayers(j)
	remedies = append(remedies, layers...)
	return append(remedies, reviews(j, func(t authz.PolicyType) bool {
		return len(remedies) == 0 || t == authz.S3EndpointPolicy && len(layers) == 0
	})...)
}

// allowLayers has the policy of the S3 endpoint allow the layers to everyone, if that is
// enough: what it compares with the principal is not known of Amazon ECR.
func allowLayers(j *verdict.Judgement) []Remedy {
	isOpen := func(j *verdict.Judgement) bool {
		return slices.ContainsFunc(j.Decisions(), func(d verdict.Decision) bool {
			return d.Action == verdict.LayerAction && d.Verdict == authz.Conditional
		})
	}
	remedy := extendLimit(j, authz.S3EndpointPolicy, []string{verdict.LayerAction})
	if !isOpen(j) || slices.Contains(j.Unknown(), authz.S3EndpointPolicy) ||
		isOpen(j.After(verdict.Change{Added: map[authz.PolicyType]*authz.Policy{authz.S3EndpointPolicy: authz.Compile("", remedy.adds)}})) {
		return nil
	}
	return []Remedy{remedy}
}

// An openKey is a condition key that keeps the verdict open.
type openKey struct {
	unknown []authz.UnknownKey // one for each decision
	unless  []authz.PolicyType // see SupplyKey
}

// openKeys returns the condition keys that keep the verdict open, or would if all policies
// were known: if those that are not known are none, or allow everything. So all that is
// needed is asked for at once. The names of tags have two forms.
func openKeys(j *verdict.Judgement) map[string]openKey {
	open := map[string]openKey{}
	collect := func(j *verdict.Judgement, unless []authz.PolicyType) {
		for _, d := range j.Decisions() {
			for _, key := range d.Engine.UnknownKeys {
				known, ok := open[key.Key]
				if !ok {
					known.unknown = make([]authz.UnknownKey, 0, len(j.Decisions()))
				}
				if !ok || slices.Equal(known.unless, unless) {
					open[key.Key] = openKey{append(known.unknown, key), unless}
				}
			}
		}
	}
	collect(j, nil)
	if unknown := j.Unknown(); len(unknown) > 0 {
		collect(j.After(verdict.Change{Complete: true}), unknown)
		collect(j.After(verdict.Change{Complete: true, Added: allowing(unknown)}), unknown)
	}
	return open
}

// allowing returns policies of some types that allow everything.
func allowing(types []authz.PolicyType) map[authz.PolicyType]*authz.Policy {
	added := map[authz.PolicyType]*authz.Policy{}
	for _, t := range types {
		added[t] = grantsAll
		if t == authz.VPCEndpointPolicy || t == authz.S3EndpointPolicy || verdict.SideOf(t) == verdict.Registry {
			added[t] = grantsEveryone
		}
	}
	return added
}

// supplyKeys asks for the condition keys, first for those that the policies require.
func supplyKeys(j *verdict.Judgement, found *lint.Findings) []Remedy {
	open := openKeys(j)
	unlisted := map[string]CorrectKey{} // in lower case
	for _, key := range found.Keys {
		lower := strings.ToLower(key.Key)
		correct, known := unlisted[lower]
		if !known {
			correct.Nearest = key.Nearest
		}
		correct.Statements = append(correct.Statements, key.Statement)
		unlisted[lower] = correct
	}
	isRequired := func(key string) bool {
		return slices.ContainsFunc(open[key].unknown, func(k authz.UnknownKey) bool { return k.IsRequired() })
	}
	var required, others []Remedy
	for _, key := range slices.Sorted(maps.Keys(open)) {
		remedy := Remedy{Side: sideOfKey(key), Change: SupplyKey{open[key].unknown, open[key].unless}}
		if strings.EqualFold(key, "aws:PrincipalArn") && j.Principal().LacksPath() {
			remedy = Remedy{Side: verdict.Consumer, Change: CompleteRoleARN{}}
		}
		if correct, ok := unlisted[strings.ToLower(key)]; ok {
			correct.Key = key
			remedy = Remedy{Side: verdict.SideOf(correct.Statements[0].PolicyType), Change: correct}
		}
		if isRequired(key) {
			required = append(required, remedy)
		} else {
			others = append(others, remedy)
		}
	}
	return append(required, others...)
}

// sideOfKey returns who knows a condition key: keys of the resource are known to the
// registry side, all others come with the request.
func sideOfKey(key string) verdict.Side {
	lower := strings.ToLower(key)
	if strings.HasPrefix(lower, "aws:resource") || strings.HasPrefix(lower, "ecr:resource") {
		return verdict.Registry
	}
	return verdict.Consumer
}

// maxReviews is how many statements are pointed at: to find what is wrong with each takes
// time, and the mistakes of a document are among the mismatches, too.
const maxReviews = 50

// reviews points at the first statements that keep the verdict open and that no value
// decides: those of which the cause is known, and all of some policy types.
func reviews(j *verdict.Judgement, all func(authz.PolicyType) bool) []Remedy {
	var remedies []Remedy
	seen := map[authz.StatementRef]bool{}
	for _, d := range j.Decisions() {
		for _, ref := range d.Engine.Statements {
			s, ok := j.Statement(ref) // or it is one that another remedy adds
			if !ok || d.Verdict != authz.Conditional || seen[ref] {
				continue
			}
			if len(seen) == maxReviews {
				return remedies
			}
			seen[ref] = true
			cause := causeOf(j, &d, &s)
			if cause == nil && ref.PolicyType == authz.S3EndpointPolicy && isOfKeys(&d.Engine, &s) {
				continue
			}
			if all(ref.PolicyType) || cause != nil {
				side := verdict.SideOf(ref.PolicyType)
				if d.Action == actionset.TokenAction {
					side = verdict.Consumer // also of a resource control policy
				}
				remedies = append(remedies, Remedy{Side: side, Change: ReviewStatement{ref, cause}})
			}
		}
	}
	return remedies
}

// isOfKeys reports whether it depends on keys alone, of which each is asked for, whether a
// statement applies.
func isOfKeys(d *authz.Decision, s *verdict.Statement) bool {
	isAsked := func(c policy.Condition) bool {
		return slices.ContainsFunc(d.UnknownKeys, func(k authz.UnknownKey) bool { return strings.EqualFold(k.Key, c.Variable) })
	}
	isOpen := func(u authz.Uncertainty) bool {
		element, isElement := u.(authz.UncertainElement)
		return isElement && element.Statement == s.Ref()
	}
	return !slices.ContainsFunc(d.Uncertainties, isOpen) && !slices.ContainsFunc(s.Conditions(), func(c policy.Condition) bool { return !isAsked(c) })
}

// causeOf says why a statement cannot be judged; nil when AWS does not say how it would
// decide, or when only what is not known is the cause.
func causeOf(j *verdict.Judgement, d *verdict.Decision, s *verdict.Statement) Cause {
	if d.Action == actionset.TokenAction && s.Type == authz.ResourceControlPolicy {
		return ContestedRCP{}
	}
	if misplacement := lint.MisplacementOf(s.Type, s.Statement); misplacement != lint.WellPlaced {
		return Misplaced{misplacement}
	}
	for _, fault := range s.Edited(nil).Faults() {
		if fault.Statement >= 0 { // A fault of the document, such as its Version, is not the statement's.
			return Rejected{fault.Problem}
		}
	}
	if session := sessionIn(j, s); session != "" {
		return NamesSession{session}
	}
	return nil
}

// sessionIn returns the session of the role that a statement names.
func sessionIn(j *verdict.Judgement, s *verdict.Statement) string {
	principal := j.Principal()
	for _, value := range slices.Concat(s.Principals()["AWS"], s.NotPrincipals()["AWS"]) {
		p, err := awsname.ParsePrincipal(value)
		isSession := err == nil && p.Kind == awsname.RoleSession && principal.Kind == awsname.Role
		if isSession && p.Account == principal.Account && p.Name == principal.Name {
			return value
		}
	}
	return ""
}
